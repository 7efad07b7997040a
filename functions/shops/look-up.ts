/** Asking the shops of a program for an order that the books do not know. */
import type { Email } from '../domain/email.ts';
import type { OrderNumber, StoreId } from '../domain/ids.ts';
import type { OrderFacts } from '../domain/order.ts';
import type { Program } from '../domain/program.ts';
import { factsOf } from '../domain/shop-order.ts';
import { type AskedStore, isAsked } from '../domain/store.ts';
import type { Log } from '../platform/log.ts';
import type { FoundOrder, OpenShop, Shop, Trouble } from '../ports/shops.ts';

/** The stores among these that can be asked. */
export const askedAmong = (program: Program, stores: readonly StoreId[]): readonly AskedStore[] =>
  program.stores.filter(isAsked).filter(({ id }) => stores.includes(id));

/** Tells the owner why a shop could not answer; nothing of the customer is in it. */
export const tellTrouble = (
  log: Log,
  program: Program,
  store: StoreId,
  doing: string,
  { reason, detail }: Trouble,
): void =>
  log.event('shop trouble', {
    program: program.id,
    store,
    doing,
    reason,
    ...(detail === undefined ? {} : { detail }),
  });

export interface Told {
  readonly told: readonly OrderFacts[];
  /** A shop gave no answer. */
  readonly silent: boolean;
}

interface Asked {
  readonly number: OrderNumber;
  readonly emails: readonly Email[];
  /** The shop's own id, where a signed link told it. */
  readonly id?: string | undefined;
}

/** By its id, whoever it is of; a site that only looks up knows none. */
const lookUp = async (shop: Shop, asked: Asked, signal: AbortSignal): Promise<FoundOrder> => {
  const known = asked.id === undefined ? undefined : await shop.readOrder(asked.id, signal);
  return known === undefined || known.kind === 'none' ? shop.findOrder(asked, signal) : known;
};

/** Asks all of them at once. */
export const askShops = async (
  { shops, log }: { readonly shops: OpenShop; readonly log: Log },
  program: Program,
  stores: readonly AskedStore[],
  asked: Asked,
  emailKey: string,
  signal: AbortSignal,
): Promise<Told> => {
  const answers = await Promise.all(
    stores.map(async (store) => ({
      store: store.id,
      found: await lookUp(await shops(program.id, store), asked, signal),
    })),
  );
  for (const { store, found } of answers)
    if (found.kind === 'trouble') tellTrouble(log, program, store, 'look-up', found);
  return {
    told: answers.flatMap(({ store, found }) => {
      const facts = found.kind === 'found' ? factsOf(found.order, store, emailKey) : undefined;
      return facts === undefined ? [] : [facts];
    }),
    silent: answers.some(({ found }) => found.kind === 'trouble'),
  };
};
