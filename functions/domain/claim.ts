/** Claiming orders, by their number or by their signed link: each earns once in the whole program. */
import { dayOf } from './calendar.ts';
import { tooManyAttempts } from './contact.ts';
import { answer, type Change, type Decision, type Loaded, need } from './ledger.ts';
import { creditTo } from './lots.ts';
import { type Member, post } from './member.ts';
import type { Setting } from './membership.ts';
import { passed } from './move.ts';
import { baseMinor, type Claim, type Order } from './order.ts';
import type { Placed } from './placing.ts';
import type { Rate } from './points.ts';
import { decideProof } from './proof.ts';
import { counted } from './purchases.ts';
import { decideVerify, type OrderAnswer, type OrderRequest, placedOrders } from './verify.ts';

const claimed = (
  { order: held, before, archived, archive }: Placed,
  books: Member,
  points: number,
  rate: Rate,
  found: Loaded,
  setting: Setting,
): { books: Member; change: Change } => {
  const { program, stamp } = setting;
  const base = baseMinor(held, program.basis);
  const { store, number, id, currency } = held;
  const source = {
    kind: 'order',
    store,
    order: number,
    ...(id === undefined ? {} : { id }),
    baseMinor: base,
    currency,
    rate,
  } as const;
  const posting = post(books, creditTo(books, points, 'never'), source, stamp);
  const made: Claim = {
    contact: books.contact,
    membership: books.membership,
    at: stamp.now,
    seq: posting.entry.seq,
    rate,
    basis: program.basis,
    baseMinor: base,
    currency,
    credited: points,
    standing: points,
    lot: 'never',
    ...(program.purchasesPerDay === undefined ? {} : { day: dayOf(held.placedAt, program.zone) }),
  };
  const after: Order = { ...held, claim: made, rev: (before?.rev ?? 0) + 1, operation: stamp.operation };
  const window = program.purchasesPerDay === undefined ? undefined : counted(held, rate, found, program);
  return {
    books: posting.books,
    change: {
      postings: [posting],
      order: { before, after, archived },
      ...(archive === undefined ? {} : { archive }),
      ...(window === undefined
        ? {}
        : { window: { contact: books.contact, before: found.window, after: window } }),
    },
  };
};

/** What the link proves, where that is not written yet. */
const proofBy = (
  found: Loaded,
  request: OrderRequest,
  setting: Setting,
): Decision<OrderAnswer> | undefined => {
  const { program, stamp } = setting;
  if (typeof request.link !== 'object') return undefined;
  if (tooManyAttempts(found.contact, program.attemptsPerHour, stamp.now)) return undefined;
  const placed = placedOrders(found, request, setting);
  if ('wanted' in placed) return need(placed.wanted);
  const [one] = placed;
  if (one === undefined) return undefined;
  const proof = decideProof(found, one, request.contact, setting);
  if (proof.kind === 'need' || proof.change === undefined) return proof.kind === 'need' ? proof : undefined;
  const { moving } = proof.answer;
  return answer({ result: 'proven', books: undefined, order: undefined, points: 0, moving }, proof.change);
};

/** The order as the claim leaves it: who came by its link first is remembered with it. */
const byLink = (placed: Placed, { contact, link }: OrderRequest, { stamp }: Setting): Placed =>
  typeof link !== 'object' || placed.order.provenBy !== undefined
    ? placed
    : { ...placed, order: { ...placed.order, provenBy: { contact, at: stamp.now } } };

/** Verifies and credits in one atomic step; the order carries its claim, so it earns once in the whole program. */
export const decideClaim = (
  found: Loaded,
  request: OrderRequest,
  setting: Setting,
): Decision<OrderAnswer> => {
  const proof = proofBy(found, request, setting);
  if (proof !== undefined) return proof;
  const verified = decideVerify(found, request, setting);
  if (verified.kind === 'need' || verified.answer.result !== 'valid') return verified;
  const { books, points, placed, rate } = verified.answer;
  if (placed === undefined || rate === undefined || books === undefined) return verified;
  const { claim } = placed.order;
  if (claim !== undefined && found.asked.other !== claim.contact) return need({ other: claim.contact });
  const noted = byLink(placed, request, setting);
  const credited =
    claim === undefined
      ? claimed(noted, books, points, rate, found, setting)
      : passed(noted, claim, books, found, setting);
  return answer(
    { result: 'credited', books: credited.books, order: credited.change.order?.after, points },
    credited.change,
  );
};
