/** Where an order is kept: under its number, or among those that lost their number to another one. */
import type { OperationId } from './ids.ts';
import type { Loaded, Wanted } from './ledger.ts';
import { isAnotherOrder, merge, type Order, type OrderFacts } from './order.ts';

/** An order as it would stand after the news of it, and where the books keep it. */
export interface Placed {
  readonly order: Order;
  /** What lies under its key now. */
  readonly before: Order | undefined;
  /** It lost its number to another one before. */
  readonly archived: boolean;
  /** The order that loses its number to this one. */
  readonly archive?: Order;
}

/** What the books say of an order beside its facts, after news of it. */
const beside = (held: Order, facts: OrderFacts): Pick<Order, 'claim' | 'provenBy'> => {
  const { claim, provenBy } = held;
  // Whose the claim is was decided under the e-mail of then.
  const under = facts.email === held.email ? {} : { email: claim?.email ?? held.email };
  return {
    ...(claim === undefined ? {} : { claim: { ...claim, ...under } }),
    ...(provenBy === undefined ? {} : { provenBy }),
  };
};

/**
 * Where news of an order belong: merged with what is known, put under a number that was free, or in place of another order that
 * had the number before. An order that itself lost its number is looked for among the archived ones.
 */
export const place = (
  found: Loaded,
  news: OrderFacts,
  operation: OperationId,
): Placed | { readonly wanted: Wanted } => {
  const current = found.orders.find(({ store, number }) => store === news.store && number === news.number);
  if (current === undefined)
    return { order: { ...news, rev: 1, operation }, before: undefined, archived: false };
  const another = isAnotherOrder(current, news);
  if (another && news.id !== undefined && found.asked.archived?.id !== news.id)
    return { wanted: { archived: { store: news.store, number: news.number, id: news.id } } };
  const held = another ? found.archived : current;
  // The number passed to another order: the old one is kept with its claim, and the new one has none.
  if (held === undefined)
    return {
      order: { ...news, rev: current.rev + 1, operation },
      before: current,
      archived: false,
      archive: current,
    };
  const facts = merge(held, news);
  const moved = held.emailChanged === true || held.email !== facts.email ? { emailChanged: true } : {};
  const order =
    facts === held ? held : { ...facts, ...moved, rev: held.rev + 1, operation, ...beside(held, facts) };
  return { order, before: held, archived: another };
};

/** The order as it stands in the books. */
const asStored = (order: Order, archived = false): Placed => ({ order, before: order, archived });

/**
 * What a number means to the books; where the shop's id of the order is known as well, that order alone, even if it has lost its
 * number since.
 */
export const known = (
  found: Loaded,
  orders: readonly Order[],
  id: string | undefined,
): readonly Placed[] | { readonly wanted: Wanted } => {
  const [first] = orders;
  if (id === undefined || first === undefined) return orders.map((order) => asStored(order));
  if (first.id === undefined || first.id === id) return [asStored(first)];
  const { store, number } = first;
  if (found.asked.archived?.id !== id) return { wanted: { archived: { store, number, id } } };
  return found.archived === undefined ? [] : [asStored(found.archived, true)];
};
