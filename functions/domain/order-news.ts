/** What a shop's news of an order change: the facts, and the points of a claim that they lower, in one step. */
import { answer, type Change, type Decision, type Loaded, need, type Wanted } from './ledger.ts';
import { takeBack } from './lots.ts';
import { isActive, type Member, type Posting, post } from './member.ts';
import type { Setting } from './membership.ts';
import {
  baseMinor,
  type Claim,
  type Order,
  type OrderFacts,
  type Reassessed,
  reassess,
  remainingOf,
} from './order.ts';
import { place } from './placing.ts';
import { afterLoss, lastHolder, takenOff } from './purchases.ts';

export interface NewsAnswer {
  readonly result: 'stored' | 'unchanged';
  /** The order as it stands afterwards. */
  readonly known: OrderFacts;
}

/** The line that takes points of a claim back. */
const takenBack = (
  { store, number, id }: OrderFacts,
  { standing, lot, currency }: Claim,
  due: Reassessed,
  books: Member,
  { stamp }: Setting,
): Posting =>
  post(
    books,
    takeBack(books, standing - due.points, lot),
    {
      kind: 'refund',
      store,
      order: number,
      ...(id === undefined ? {} : { id }),
      reason: due.reason,
      remainingMinor: due.remainingMinor,
      currency,
    },
    stamp,
  );

/** A claim after its order's news: what is taken back, unless the membership that earned it is over. */
const afterNews = (
  held: Order,
  claim: Claim,
  facts: OrderFacts,
  books: Member | undefined,
  setting: Setting,
) => {
  const due = reassess(claim, facts);
  const lost = claim.standing - due.points;
  // Someone who left has forfeited the points already; and a higher number of memberships means that these are other points.
  if (lost === 0 || !isActive(books) || books.membership !== claim.membership) return { claim, postings: [] };
  return {
    claim: { ...claim, standing: due.points },
    postings: [takenBack(held, claim, due, books, setting)],
  };
};

/** Whether the books, and the day where purchases are counted, are still to be looked at. */
const lookNeeded = (
  found: Loaded,
  claim: Claim,
  facts: OrderFacts,
  lostMinor: number,
): Wanted | undefined => {
  const { contact, day } = claim;
  const loses = reassess(claim, facts).points < claim.standing;
  const counts = day !== undefined && lostMinor > 0;
  if ((loses || counts) && found.asked.contact !== contact) return { contact };
  return counts && found.asked.window?.day !== day ? { window: { contact, day } } : undefined;
};

/** What remains with the shop of the sum that earned. */
const remaining = (facts: OrderFacts, { basis }: Claim): number =>
  remainingOf(baseMinor(facts, basis), facts);

/** What the day of an order loses with it: purchases that its other orders do not reach without this one. */
const dayAfter = (
  found: Loaded,
  held: Order,
  claim: Claim,
  lostMinor: number,
  own: { readonly claim: Claim; readonly postings: readonly Posting[] },
  setting: Setting,
): { readonly wanted: Wanted } | { readonly claim: Claim; readonly change: Change } | undefined => {
  const { rate, contact, membership } = claim;
  const books = own.postings.at(-1)?.books ?? found.member;
  const counts = rate.per === 'purchase' && rate.points > 0 && lostMinor > 0;
  if (!counts || found.window === undefined || !isActive(books) || books.membership !== membership)
    return undefined;
  const units = (claim.standing - own.claim.standing) / rate.points;
  let { window, excess } = afterLoss(found.window, held, { minor: lostMinor, units }, rate);
  const postings = [...own.postings];
  const siblings: { before: Order; after: Order }[] = [];
  let now = books;
  let ownClaim = own.claim;
  for (let last = lastHolder(window); excess > 0 && last !== undefined; last = lastHolder(window)) {
    const { store, number } = last;
    if (!found.asked.orders?.some((ref) => ref.store === store && ref.number === number))
      return { wanted: { orders: [{ store, number }] } };
    const taken = Math.min(excess, last.units);
    window = takenOff(window, last, taken);
    // The order itself may have been claimed last: what it lost by its own rate was not enough.
    const isOwn = store === held.store && number === held.number;
    const before = found.orders.find((one) => one.store === store && one.number === number);
    const theirs = isOwn ? ownClaim : before?.claim;
    // An order that passed to another member, or lost its number, has nothing to give any more.
    if (before === undefined || theirs?.contact !== contact || theirs.standing < taken * rate.points)
      continue;
    excess -= taken;
    const points = theirs.standing - taken * rate.points;
    const remainingMinor = remaining(before, theirs) - (isOwn ? lostMinor : 0);
    const due = { points, remainingMinor, reason: 'lowered' } as const;
    const posting = takenBack(before, theirs, due, now, setting);
    now = posting.books;
    postings.push(posting);
    if (isOwn) {
      ownClaim = { ...ownClaim, standing: points };
      continue;
    }
    const { operation } = setting.stamp;
    siblings.push({
      before,
      after: { ...before, claim: { ...theirs, standing: points }, rev: before.rev + 1, operation },
    });
  }
  const change = { postings, siblings, window: { contact, before: found.window, after: window } };
  return { claim: ownClaim, change };
};

/** What a shop's news of an order changes: the facts, and the points of a claim that they lower, in one step. */
export const decideNews = (found: Loaded, news: OrderFacts, setting: Setting): Decision<NewsAnswer> => {
  const { stamp } = setting;
  const placed = place(found, news, stamp.operation);
  if ('wanted' in placed) return need(placed.wanted);
  const { order: facts, before: held, archived, archive } = placed;
  if (facts === held) return answer({ result: 'unchanged', known: facts });
  const stored = (after: Order, more: Change = {}) =>
    answer<NewsAnswer>(
      { result: 'stored', known: after },
      { ...more, order: { before: held, after, archived } },
    );
  if (held === undefined || archive !== undefined)
    return answer(
      { result: 'stored', known: facts },
      { order: { before: held, after: facts }, ...(archive === undefined ? {} : { archive }) },
    );
  const { claim } = facts;
  if (claim === undefined) return stored(facts, { postings: [] });
  const comparable = facts.currency === claim.currency || remaining(facts, claim) === 0;
  const lostMinor = comparable ? remaining(held, claim) - remaining(facts, claim) : 0;
  const wanted = lookNeeded(found, claim, facts, lostMinor);
  if (wanted !== undefined) return need(wanted);
  const own = afterNews(held, claim, facts, found.member, setting);
  const day = dayAfter(found, held, claim, lostMinor, own, setting);
  if (day !== undefined && 'wanted' in day) return need(day.wanted);
  return stored({ ...facts, claim: day?.claim ?? own.claim }, day?.change ?? { postings: own.postings });
};
