/**
 * Recomputes the invariants of a member's books from the items themselves. Every entry is written anew by the one function that
 * writes them, and what comes out must be what is stored.
 */
import { type Coupon, isTask, isUndone, sealTerms } from './coupon.ts';
import { canonical, type Entry, type Source } from './entry.ts';
import { type CouponKey, normalizeCouponCode } from './ids.ts';
import type { KeyRecord } from './ledger.ts';
import { isActive, type Member, newMember, post } from './member.ts';
import { type Order, reassess } from './order.ts';

export interface Violation {
  /** The invariant's number, 1 to 8. */
  readonly invariant: number;
  /** The item: program, contact, order or coupon; no personal data. */
  readonly where: string;
  readonly message: string;
}

/** Everything that speaks of one member. */
export interface Dossier {
  readonly where: string;
  readonly books: Member | undefined;
  /** By `seq`, ascending. */
  readonly entries: readonly Entry[];
  /** Orders, archived ones included, that this contact claimed, or whose claim passed from them to somebody else. */
  readonly orders: readonly Order[];
  readonly coupons: readonly Coupon[];
  readonly keys: readonly KeyRecord[];
}

type Report = (invariant: number, message: string) => void;

const nameOf = ({ store, number, id }: { store: string; number: string; id?: string | undefined }): string =>
  `${store}/${number}${id === undefined ? '' : `/${id}`}`;

/** Writes each entry anew and compares: chain, sums, lots and balances at once. @returns the books that follow */
const rewritten = ({ books, entries }: Dossier, report: Report): Member | undefined => {
  if (books === undefined) return undefined;
  let state = newMember(books.contact, books.joinedAt);
  for (const entry of entries) {
    if (entry.seq !== state.seq + 1) report(8, `entry ${state.seq + 1} is missing`);
    if (entry.previous !== state.head) report(8, `entry ${entry.seq} does not follow the one before`);
    const movement = { lots: entry.lots, debt: entry.debt };
    const stamp = { operation: entry.operation, now: entry.at, programVersion: entry.programVersion };
    const posting = post(
      { ...state, seq: entry.seq - 1, head: entry.previous },
      movement,
      entry.source,
      stamp,
    );
    if (posting.entry.hash !== entry.hash) report(8, `entry ${entry.seq} was changed`);
    if (posting.entry.points !== entry.points)
      report(1, `the points of entry ${entry.seq} are not what its lots moved`);
    if (posting.entry.balance !== entry.balance)
      report(1, `the balance of entry ${entry.seq} is not the sum of the entries`);
    if (Object.values(posting.books.lots).some((left) => left < 0))
      report(2, `entry ${entry.seq} takes more from a lot than it had`);
    if (posting.books.debt < 0) report(2, `entry ${entry.seq} pays more of a debt than there was`);
    state = { ...posting.books, head: entry.hash };
  }
  return state;
};

/** Compares the stored books with those that follow from the entries. */
const compareBooks = (books: Member, follows: Member, report: Report): void => {
  if (books.seq !== follows.seq)
    report(8, `the books stand at entry ${books.seq}, the last one is ${follows.seq}`);
  if (books.head !== follows.head) report(8, 'the books do not name the last entry');
  if (canonical(books.lots) !== canonical(follows.lots))
    report(1, 'the lots are not what the entries left in them');
  if (books.debt !== follows.debt) report(1, 'the debt is not what the entries left of it');
  if (books.debt > 0 && Object.keys(books.lots).length > 0) report(2, 'there are points beside a debt');
  for (const name of ['status', 'membership', 'lifetime', 'won'] as const) {
    if (books[name] !== follows[name]) report(1, `${name} is not what follows from the entries`);
  }
};

/** Whether a refund is of this order; what came before the order had an id belongs to the one that was credited without. */
const isOf = (source: Source, order: Order, credit: Source): boolean =>
  source.kind === 'refund' &&
  source.store === order.store &&
  source.order === order.number &&
  (source.id === order.id || (source.id === undefined && credit.kind === 'order' && credit.id === undefined));

const isMoved = ({ source }: Entry): boolean => source.kind === 'refund' && source.reason === 'moved';

const takenBy = (lines: readonly Entry[]): number => lines.reduce((sum, { points }) => sum - points, 0);

/** What took back a credit: the refunds of its order, up to the line by which the order passed to somebody else. */
const takings = (entries: readonly Entry[], credit: Entry, order: Order): readonly Entry[] => {
  const lines = entries.filter(({ seq, source }) => seq > credit.seq && isOf(source, order, credit.source));
  const moved = lines.findIndex(isMoved);
  return moved < 0 ? lines : lines.slice(0, moved + 1);
};

/** The line by which an order passed on that is claimed by nobody now: its prover had left. */
const released = (entries: readonly Entry[], { seq, points, source }: Entry): boolean => {
  if (source.kind !== 'order') return false;
  const lines = entries.filter(
    (line) =>
      line.seq > seq &&
      line.source.kind === 'refund' &&
      line.source.store === source.store &&
      line.source.order === source.order &&
      (source.id === undefined || line.source.id === source.id),
  );
  const moved = lines.findIndex(isMoved);
  return moved >= 0 && takenBy(lines.slice(0, moved + 1)) === points;
};

/** Whether a credited order has passed on rightly: all of it was taken back, but for somebody who had left with it. */
const passedOn = ({ books, entries, orders }: Dossier, credit: Entry): boolean => {
  const order = orders.find(
    ({ claim }) => claim?.from?.contact === books?.contact && claim?.from?.seq === credit.seq,
  );
  if (order === undefined) return released(entries, credit);
  const lines = takings(entries, credit, order);
  const left = entries.some(({ seq, source }) => seq > credit.seq && source.kind === 'leave');
  return lines.some(isMoved) ? takenBy(lines) === credit.points : left;
};

/** An order that passed on names the line that had credited it. */
const comparePassed = ({ books, entries, orders }: Dossier, report: Report): void => {
  for (const order of orders) {
    const from = order.claim?.from;
    if (from === undefined || from.contact !== books?.contact) continue;
    const source = entries.find(({ seq }) => seq === from.seq)?.source;
    if (source?.kind !== 'order' || source.store !== order.store || source.order !== order.number)
      report(3, `order ${nameOf(order)} passed on from a line that did not credit it`);
  }
};

/** Each order was credited by one entry, and what was taken back is what its news took. */
const compareOrders = (dossier: Dossier, report: Report): void => {
  const { books, entries, orders } = dossier;
  const credits = entries.filter((entry) => entry.source.kind === 'order');
  for (const entry of credits) {
    const claimed = orders.filter(
      ({ claim }) => claim?.contact === books?.contact && claim?.seq === entry.seq,
    );
    const fits = claimed.length === 1 || (claimed.length === 0 && passedOn(dossier, entry));
    if (!fits) report(3, `entry ${entry.seq} credits an order that does not carry its claim`);
  }
  for (const order of orders) {
    const { claim } = order;
    if (claim === undefined || claim.contact !== books?.contact) continue;
    const name = nameOf(order);
    const credit = credits.find(({ seq }) => seq === claim.seq);
    const same =
      credit?.source.kind === 'order' &&
      credit.source.store === order.store &&
      credit.source.order === order.number;
    if (!same || credit.points !== claim.credited) {
      report(3, `order ${name} carries a claim that no entry credited`);
      continue;
    }
    const lines = takings(entries, credit, order);
    if (lines.some(isMoved)) report(3, `order ${name} passed on and is claimed still`);
    const taken = takenBy(lines);
    if (claim.standing !== claim.credited - taken)
      report(6, `order ${name} stands at other points than were credited less taken back`);
    const theirs = isActive(books) && books.membership === claim.membership;
    if (theirs && reassess(claim, order).points !== claim.standing)
      report(6, `order ${name} is worth other points than it stands at`);
  }
};

/** Each coupon was paid by one entry, promises what it promised then, and was reversed or used at most once. */
const compareCoupons = ({ entries, coupons }: Dossier, report: Report): void => {
  const redemptions = entries.filter(({ source }) => source.kind === 'redemption');
  const reversals = (key: CouponKey) =>
    entries.filter(({ source }) => source.kind === 'reversal' && source.coupon === key);
  for (const { seq, source } of redemptions) {
    if (source.kind === 'redemption' && !coupons.some(({ key }) => key === source.coupon))
      report(5, `entry ${seq} paid for a coupon that is missing`);
  }
  for (const { seq, source } of entries) {
    if (source.kind === 'late_use' && !coupons.some(({ key }) => key === source.coupon))
      report(5, `entry ${seq} took points for a coupon that is missing`);
  }
  for (const coupon of coupons) {
    const paid = redemptions.filter(
      ({ source }) => source.kind === 'redemption' && source.coupon === coupon.key,
    );
    const [only] = paid;
    const where = isTask(coupon) ? 'a task' : 'a coupon';
    if (paid.length !== 1 || only === undefined) {
      report(3, `${where} was paid by ${paid.length} entries`);
      continue;
    }
    const sealed =
      only.source.kind === 'redemption' &&
      only.source.terms === sealTerms(coupon) &&
      normalizeCouponCode(coupon.code) === coupon.key;
    if (!sealed || only.points !== -coupon.points || only.seq !== coupon.seq)
      report(5, `the coupon of entry ${only.seq} was changed`);
    const back = reversals(coupon.key).length;
    const late = entries.filter(({ source }) => source.kind === 'late_use' && source.coupon === coupon.key);
    // Each late use took again what a reversal had given back.
    const due = late.length + (isUndone(coupon) && coupon.usedLate !== true ? 1 : 0);
    // Who left before the coupon was cancelled gets nothing back, and nothing is taken of them.
    const left = entries.some(({ seq, source }) => source.kind === 'leave' && seq > coupon.seq);
    const lacking = coupon.usedLate === true ? back - 1 : back + 1;
    const mayDiffer = left && isUndone(coupon) && lacking === due;
    if (back !== due && !mayDiffer)
      report(5, `the coupon of entry ${only.seq} is ${coupon.state} and has ${back} reversals`);
    const taken = late.length <= back && late.every(({ points }) => points === -coupon.points);
    const lateFits =
      coupon.usedLate === true
        ? coupon.state === 'used' && (late.length > 0 || left)
        : coupon.state === 'returned' || late.length === 0;
    if (!taken || !lateFits)
      report(5, `the points of the coupon of entry ${only.seq} were not taken again as it says`);
    if ((coupon.state === 'used') !== (coupon.usedBy !== undefined))
      report(5, `the coupon of entry ${only.seq} is ${coupon.state}, but its order says otherwise`);
  }
};

/** A business key stands for the entry that it made. */
const compareKeys = ({ entries, keys }: Dossier, report: Report): void => {
  for (const key of keys) {
    const source = entries.find(({ seq }) => seq === key.seq)?.source;
    const fits =
      (key.verb === 'credit' && source?.kind === 'activity' && source.activity === key.input) ||
      (key.verb === 'redeem' &&
        source?.kind === 'redemption' &&
        source.reward === key.input &&
        source.coupon === key.coupon) ||
      (key.verb === 'adjust' && source?.kind === 'adjustment');
    if (!fits) report(4, `a key of ${key.verb} stands for entry ${key.seq}, which is of something else`);
  }
};

const compareSignups = ({ books, entries }: Dossier, report: Report): void => {
  const signups = entries.filter(({ source }) => source.kind === 'signup');
  if (signups.filter(({ points }) => points > 0).length > 1)
    report(3, 'the signup bonus was paid more than once');
  if (signups.length > 0 && books?.bonusPaid !== true)
    report(3, 'the books do not say that the signup bonus was paid');
};

/** Who loses an e-mail to its prover loses the bonus of this membership at most, and all of it or nothing. */
const compareEmails = ({ entries }: Dossier, report: Report): void => {
  let bonus = 0;
  for (const { seq, source, points } of entries) {
    if (source.kind === 'signup') bonus = points;
    if (source.kind !== 'email_moved' || points === 0) continue;
    if (points !== -bonus) report(3, `entry ${seq} takes back a signup bonus that was not there`);
    bonus = 0;
  }
};

/** Every violation of the invariants in one member's books. */
export const auditMember = (dossier: Dossier): Violation[] => {
  const found: Violation[] = [];
  const report: Report = (invariant, message) => found.push({ invariant, where: dossier.where, message });
  const { books } = dossier;
  if (books === undefined) {
    report(1, 'there are entries, claims or coupons, but no books');
    return found;
  }
  const follows = rewritten(dossier, report);
  if (follows !== undefined) compareBooks(books, follows, report);
  compareOrders(dossier, report);
  comparePassed(dossier, report);
  compareCoupons(dossier, report);
  compareKeys(dossier, report);
  compareSignups(dossier, report);
  compareEmails(dossier, report);
  return found;
};
