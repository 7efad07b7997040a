/** Orders that a webhook only named are read from their shop; new orders get their signed link. */

import type { Instant } from '../../domain/ids.ts';
import { lastDayOf, signLink } from '../../domain/order-link.ts';
import { type AskedStore, isAsked } from '../../domain/store.ts';
import type { OrderErrand } from '../../ports/agenda.ts';
import type { Reason, Shop, Trouble } from '../../ports/shops.ts';
import { keepFindings } from '../../shops/findings.ts';
import { tellTrouble } from '../../shops/look-up.ts';
import { takeShopOrder } from '../../shops/news.ts';
import type { Turn } from './run.ts';
import type { Settled } from './summary.ts';

/** A shop that gives no answer is asked again after so long. */
const againAfterMs = 5 * 60_000;
/** What somebody has to mend first is asked for so often. */
const mendedAfterMs = 3 * 3_600_000;
/** A maintenance page, which many hosts send as 200, cannot be read and passes as well. */
const passes: ReadonlySet<Reason> = new Set([
  'unreachable',
  'timeout',
  'throttled',
  'server_error',
  'malformed',
]);

const read = async (
  turn: Turn,
  shop: Shop,
  store: AskedStore,
  id: string,
): Promise<Trouble | Partial<Settled>> => {
  const found = await shop.readOrder(id, turn.shopSignal());
  if (found.kind === 'trouble') return found;
  if (found.kind === 'none') return { read: 1 };
  const { setting, scope } = turn.attempt();
  const { findings } = await takeShopOrder(turn, found.order, store, scope, setting);
  return { read: 1, findings: await keepFindings(turn, turn.open.program, findings, scope.signal) };
};

const link = async (
  turn: Turn,
  shop: Shop,
  store: AskedStore,
  id: string,
): Promise<Trouble | Partial<Settled>> => {
  const found = await shop.readOrder(id, turn.shopSignal());
  if (found.kind === 'trouble') return found;
  if (found.kind === 'none' || found.order.linked) return {};
  const { program, secrets } = turn.open;
  const { number } = found.order;
  const lastDay = lastDayOf(turn.now(), program.zone);
  const named = { purpose: 'claim', lastDay, store: store.id, number, id } as const;
  const ref = signLink(named, program.id, secrets.callbackKey);
  const attached = await shop.attachLink(id, ref, turn.shopSignal());
  return attached.kind === 'trouble' ? attached : { linked: 1 };
};

/** Does an errand about an order, and takes it off the agenda. */
export const settleOrder = async (
  turn: Turn,
  errand: OrderErrand,
  dueAt: Instant,
): Promise<Partial<Settled>> => {
  const { program } = turn.open;
  const { signal } = turn.attempt().scope;
  const store = program.stores.filter(isAsked).find(({ id }) => id === errand.store);
  const shop = store === undefined ? undefined : await turn.shops(program.id, store);
  const work = errand.what === 'read' ? read : link;
  // A store that left the program has nothing more to be asked.
  const came = shop === undefined || store === undefined ? {} : await work(turn, shop, store, errand.id);
  if ('kind' in came) {
    tellTrouble(turn.log, program, errand.store, `order ${errand.what}`, came);
    const passing = passes.has(came.reason);
    await turn.records.ask(program.id, errand, turn.in(passing ? againAfterMs : mendedAfterMs), signal);
    return { open: 1 };
  }
  await turn.records.asked(program.id, errand, dueAt, signal);
  return came;
};
