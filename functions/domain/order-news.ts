/** What a shop's news of an order change: the facts, and the points of a claim that they lower, in one step. */
import type { ContactId } from './ids.ts';
import { answer, type Decision, type Loaded, need } from './ledger.ts';
import { takeBack } from './lots.ts';
import { isActive, type Member, post } from './member.ts';
import type { Setting } from './membership.ts';
import { type Claim, type Order, type OrderFacts, reassess } from './order.ts';
import { place } from './placing.ts';

export interface NewsAnswer {
  readonly result: 'stored' | 'unchanged';
  /** The order as it stands afterwards. */
  readonly known: OrderFacts;
}

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
  const { store, number, id } = held;
  const posting = post(
    books,
    takeBack(books, lost, claim.lot),
    {
      kind: 'refund',
      store,
      order: number,
      ...(id === undefined ? {} : { id }),
      reason: due.reason,
      remainingMinor: due.remainingMinor,
      currency: claim.currency,
    },
    setting.stamp,
  );
  return { claim: { ...claim, standing: due.points }, postings: [posting] };
};

/** The books that a claim's news would move are asked for only where it stands to lose something. */
const booksNeeded = (found: Loaded, held: Order, facts: OrderFacts): ContactId | undefined => {
  if (held.claim === undefined || found.asked.contact === held.claim.contact) return undefined;
  return reassess(held.claim, facts).points < held.claim.standing ? held.claim.contact : undefined;
};

/** What a shop's news of an order changes: the facts, and the points of a claim that they lower, in one step. */
export const decideNews = (found: Loaded, news: OrderFacts, setting: Setting): Decision<NewsAnswer> => {
  const { stamp } = setting;
  const placed = place(found, news, stamp.operation);
  if ('wanted' in placed) return need(placed.wanted);
  const { order: facts, before: held, archived, archive } = placed;
  if (facts === held) return answer({ result: 'unchanged', known: facts });
  if (held === undefined || archive !== undefined)
    return answer(
      { result: 'stored', known: facts },
      { order: { before: held, after: facts }, ...(archive === undefined ? {} : { archive }) },
    );
  const wanted = booksNeeded(found, held, facts);
  if (wanted !== undefined) return need({ contact: wanted });
  const outcome =
    facts.claim === undefined ? undefined : afterNews(held, facts.claim, facts, found.member, setting);
  const after: Order = { ...facts, ...(outcome === undefined ? {} : { claim: outcome.claim }) };
  return answer(
    { result: 'stored', known: after },
    { postings: outcome?.postings ?? [], order: { before: held, after, archived } },
  );
};
