/**
 * Claims that pass on: who claimed an order under an e-mail that they could not prove gives it up to the one who proves it. Each
 * order passes in one step, and at most once: what a prover claimed stays theirs.
 */
import { dayOf } from './calendar.ts';
import type { EmailHash } from './email.ts';
import type { ContactId, OrderNumber, StoreId } from './ids.ts';
import {
  answer,
  type Change,
  type Decision,
  type EmailRecord,
  emailIn,
  type Loaded,
  need,
} from './ledger.ts';
import { creditTo, takeBack } from './lots.ts';
import { isActive, type Member, type Posting, post } from './member.ts';
import type { Setting } from './membership.ts';
import { type Claim, type Order, reassess } from './order.ts';
import type { Placed } from './placing.ts';
import { counted } from './purchases.ts';

/** The e-mail that an order was claimed under. */
export const claimedUnder = ({ claim, email }: Order): EmailHash => claim?.email ?? email;

/** Whether a claim gives way to the one who proved its e-mail: it was made by somebody who never did. */
export const givesWay = ({ contact }: Claim, record: EmailRecord | undefined): boolean =>
  !(record?.provers ?? []).includes(contact);

const named = ({ store, number, id }: Order) => ({
  store,
  order: number,
  ...(id === undefined ? {} : { id }),
});

/** Takes a claim back from the books that earned it; nothing where the membership is over and the points with it. */
const givenUp = (order: Order, claim: Claim, books: Member | undefined, { stamp }: Setting): Posting[] => {
  if (!isActive(books) || books.membership !== claim.membership) return [];
  const { remainingMinor } = reassess(claim, order);
  const source = {
    kind: 'refund',
    ...named(order),
    reason: 'moved',
    remainingMinor,
    currency: claim.currency,
  } as const;
  return [post(books, takeBack(books, claim.standing, claim.lot), source, stamp)];
};

/**
 * An order's claim passes to a member, at the rate at which it was made, for what the order is worth now.
 * @param found with the one who gives it up as `other`
 */
export const passed = (
  { order, before, archived, archive }: Placed,
  claim: Claim,
  to: Member,
  found: Loaded,
  setting: Setting,
): { books: Member; points: number; change: Change } => {
  const { program, stamp } = setting;
  const { points } = reassess(claim, order);
  const { rate, baseMinor, currency } = claim;
  const source = { kind: 'order', ...named(order), baseMinor, currency, rate } as const;
  const credit = post(to, creditTo(to, points, 'never'), source, stamp);
  const made: Claim = {
    ...claim,
    contact: to.contact,
    membership: to.membership,
    at: stamp.now,
    seq: credit.entry.seq,
    credited: points,
    standing: points,
    lot: 'never',
    from: { contact: claim.contact, seq: claim.seq },
  };
  const after: Order = { ...order, claim: made, rev: (before?.rev ?? 0) + 1, operation: stamp.operation };
  const window =
    program.purchasesPerDay === undefined ? undefined : counted(order, claim.rate, found, program);
  return {
    books: credit.books,
    points,
    change: {
      postings: [...givenUp(order, claim, found.other?.member, setting), credit],
      order: { before, after, archived },
      ...(archive === undefined ? {} : { archive }),
      ...(window === undefined
        ? {}
        : { window: { contact: to.contact, before: found.window, after: window } }),
    },
  };
};

/** One line of the books that give up, and the order that it credited. */
export interface MoveRequest {
  readonly email: EmailHash;
  readonly from: ContactId;
  readonly to: ContactId;
  readonly seq: number;
  readonly store: StoreId;
  readonly number: OrderNumber;
  readonly id: string | undefined;
}

export interface MoveAnswer {
  /** `released`: nobody is there to take it, so that it can be claimed anew. `stays`: it is none of those that pass on. */
  readonly result: 'moved' | 'released' | 'stays';
  /** The books that it passed to. */
  readonly books: Member | undefined;
}

/** The order that a line credited, which may have lost its number since. */
const creditedBy = (found: Loaded, { from, seq }: MoveRequest): Placed | undefined => {
  const isIt = ({ claim }: Order) => claim?.contact === from && claim.seq === seq;
  const current = found.orders.find(isIt);
  if (current !== undefined) return { order: current, before: current, archived: false };
  const { archived } = found;
  return archived !== undefined && isIt(archived)
    ? { order: archived, before: archived, archived: true }
    : undefined;
};

/** Passes one order on, to a member who proved the e-mail that it was claimed under. Taken again it finds nothing to do. */
export const decideMove = (found: Loaded, request: MoveRequest, setting: Setting): Decision<MoveAnswer> => {
  const { email, to, store, number, id } = request;
  const { program, stamp } = setting;
  const stays = answer<MoveAnswer>({ result: 'stays', books: found.member });
  const record = emailIn(found, email);
  if (record?.moving?.to !== to) return stays;
  const placed = creditedBy(found, request);
  if (placed === undefined && id !== undefined && found.asked.archived === undefined)
    return need({ archived: { store, number, id } });
  const claim = placed?.order.claim;
  if (placed === undefined || claim === undefined) return stays;
  if (claimedUnder(placed.order) !== email || !givesWay(claim, record)) return stays;
  const { member: books } = found;
  const mine = record.owner === to && record.proven === true;
  if (isActive(books) && mine) {
    const day = dayOf(placed.order.placedAt, program.zone);
    if (program.purchasesPerDay !== undefined && found.asked.window?.day !== day)
      return need({ window: { contact: to, day } });
    const done = passed(placed, claim, books, found, setting);
    return answer({ result: 'moved', books: done.books }, done.change);
  }
  // The prover has left meanwhile. Nobody keeps points of an e-mail that was not theirs.
  const postings = givenUp(placed.order, claim, found.other?.member, setting);
  if (postings.length === 0) return stays;
  const { claim: _, ...unclaimed } = placed.order;
  const after = { ...unclaimed, rev: placed.order.rev + 1, operation: stamp.operation };
  return answer(
    { result: 'released', books },
    { postings, order: { before: placed.before, after, archived: placed.archived } },
  );
};

/** Notes how far a move has come, so that nobody looks at the same lines again. @param before undefined where all was looked at */
export const decideLookedAt = (
  found: Loaded,
  email: EmailHash,
  to: ContactId,
  from: ContactId,
  before: number | undefined,
): Decision<EmailRecord | undefined> => {
  const record = emailIn(found, email);
  if (record?.moving?.to !== to) return answer(record);
  const { moving, ...rest } = record;
  const others = moving.from.filter(({ contact }) => contact !== from);
  if (others.length === moving.from.length) return answer(record);
  const left = before === undefined ? others : [{ contact: from, before }, ...others];
  const after: EmailRecord = {
    ...rest,
    ...(left.length === 0 ? {} : { moving: { ...moving, from: left } }),
    rev: rest.rev + 1,
  };
  return answer(after, { emails: [{ before: record, after }] });
};
