/**
 * Orders, coupons and books repeat what their entries say, because requests decide from the copies. A changed copy is found by
 * comparing it with the entry, which is sealed.
 */
import type { Dossier, Violation } from './audit.ts';
import { type Coupon, isUndone } from './coupon.ts';
import { canonical, type Entry } from './entry.ts';
import { type Member, rewardCounter } from './member.ts';
import type { Claim } from './order.ts';

type Report = (invariant: number, message: string) => void;

const same = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

/** How many times the contact had joined when an entry was written. */
const membershipAt = (entries: readonly Entry[], seq: number): number =>
  entries.filter((entry) => entry.source.kind === 'signup' && entry.seq <= seq).length;

const compareClaim = (claim: Claim, { entries }: Dossier, report: Report): void => {
  const credit = entries.find(({ seq }) => seq === claim.seq);
  if (credit?.source.kind !== 'order') return;
  const { rate, currency, baseMinor } = credit.source;
  const fits =
    same(claim.rate, rate) &&
    claim.currency === currency &&
    claim.baseMinor === baseMinor &&
    claim.at === credit.at &&
    claim.membership === membershipAt(entries, credit.seq);
  if (!fits)
    report(
      3,
      `order ${credit.source.store}/${credit.source.order} claims other terms than entry ${claim.seq}`,
    );
};

/** Points are captured by one entry at most; none is written for someone who left before the coupon was used. */
const captureFits = (coupon: Coupon, { entries }: Dossier): boolean => {
  const captures = entries.filter(({ source }) => source.kind === 'capture' && source.coupon === coupon.key);
  const left = entries.some(({ seq, source }) => source.kind === 'leave' && seq > coupon.seq);
  // A coupon that counts at use says so from its first use on.
  if (coupon.state === 'used' && coupon.usedLate !== true && coupon.captured !== coupon.captureAtUse)
    return false;
  if (captures.length === 0) return !coupon.captured || (coupon.captureAtUse && left);
  return captures.length === 1 && coupon.captured && coupon.captureAtUse;
};

const compareCoupon = (coupon: Coupon, dossier: Dossier, report: Report): void => {
  const { entries, keys } = dossier;
  const paid = entries.find(({ source }) => source.kind === 'redemption' && source.coupon === coupon.key);
  if (paid === undefined) return;
  const fits =
    same(coupon.spent, paid.lots) &&
    coupon.issuedAt === paid.at &&
    coupon.programVersion === paid.programVersion &&
    coupon.membership === membershipAt(entries, paid.seq);
  if (!fits) report(5, `the coupon of entry ${paid.seq} says otherwise than the entry`);
  if (!captureFits(coupon, dossier)) report(5, `the coupon of entry ${paid.seq} is not captured as it says`);
  const held = keys.filter((key) => key.coupon === coupon.key);
  const due = coupon.request !== undefined && !isUndone(coupon) ? [coupon.request] : [];
  if (
    !same(
      held.map(({ key }) => key),
      due,
    )
  )
    report(4, `the request id of entry ${paid.seq} is not the coupon's`);
};

/** Counters of limited rewards, what a second tap may repeat, and the day of joining. */
const compareBooks = (books: Member, { entries, coupons }: Dossier, report: Report): void => {
  const joined = entries.findLast(({ source }) => source.kind === 'signup');
  if (joined !== undefined && joined.at !== books.joinedAt)
    report(1, 'joinedAt is not what follows from the entries');
  const undone = new Set(
    entries.flatMap(({ source }) => (source.kind === 'reversal' ? [source.coupon] : [])),
  );
  const taken = new Map<string, number>();
  for (const { reward, counted, key } of coupons) {
    if (!counted || undone.has(key)) continue;
    taken.set(rewardCounter(reward), (taken.get(rewardCounter(reward)) ?? 0) + 1);
  }
  const counters = Object.keys(books.counts).filter((name) => name.startsWith('reward:'));
  for (const name of new Set([...taken.keys(), ...counters])) {
    if ((books.counts[name]?.total ?? 0) !== (taken.get(name) ?? 0))
      report(1, `the counter ${name} is not what follows from the coupons`);
  }
  for (const [reward, { coupon, at }] of Object.entries(books.recent)) {
    const known = entries.some(
      ({ source, at: paidAt }) =>
        source.kind === 'redemption' && source.reward === reward && source.coupon === coupon && paidAt === at,
    );
    if (!known) report(4, `the last ${reward} is none that was taken`);
  }
};

/** Every copy in one member's dossier that is not what its entry says. */
export const auditCopies = (dossier: Dossier): Violation[] => {
  const found: Violation[] = [];
  const report: Report = (invariant, message) => found.push({ invariant, where: dossier.where, message });
  const { books, orders, coupons } = dossier;
  if (books === undefined) return found;
  for (const { claim } of orders) if (claim?.contact === books.contact) compareClaim(claim, dossier, report);
  for (const coupon of coupons) compareCoupon(coupon, dossier, report);
  compareBooks(books, dossier, report);
  return found;
};
