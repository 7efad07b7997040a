/** A shop's own site as a shop: the questions of integrations/site/README.md, and the news that it sends. */
import * as z from 'zod/mini';
import type { ShopOrder } from '../../../domain/shop-order.ts';
import type { FoundOrder, OrdersPage, Shop, Trouble } from '../../../ports/shops.ts';
import { trouble } from '../answers.ts';
import type { Connection } from '../connection.ts';
import { readRows } from '../rows.ts';
import { checkSite } from './check.ts';
import { cancelCoupon, findCoupon, makeCoupon } from './coupons.ts';
import { readSiteHook } from './hook.ts';
import { lookupAnswer, pushedOrder, readLookup, readPushed } from './orders.ts';
import { type Ask, siteAsk } from './request.ts';

/** Sites send pages of at most 100; some more are read all the same. */
const mostOnAPage = 500;

const orderAnswer = z.discriminatedUnion('found', [
  z.object({ found: z.literal(false) }),
  z.object({ found: z.literal(true), order: pushedOrder }),
]);
const ordersAnswer = z.object({
  // Each is read by itself.
  orders: z.array(z.unknown()).check(z.maxLength(mostOnAPage)),
  next: z.optional(z.nullable(z.string().check(z.minLength(1), z.maxLength(500)))),
});
const linkAnswer = z.object({ linked: z.boolean() });

/** One e-mail after the other would take the customer's time; the first in the list that fits counts. */
const findOrder =
  (ask: Ask, nowMs: () => number): Shop['findOrder'] =>
  async ({ number, emails }, signal) => {
    const answers = await Promise.all(
      emails.map(async (email): Promise<FoundOrder> => {
        const told = await ask('order.lookup', { order_number: number, email }, lookupAnswer, signal);
        if (told.kind === 'unknown_type')
          return trouble('malformed', 'the site does not answer order.lookup');
        if (told.kind === 'trouble') return told;
        const read = readLookup(told.data, { number, email }, nowMs());
        if (read === undefined) return { kind: 'none' };
        return read.kind === 'wrong' ? trouble('malformed', read.path) : { kind: 'found', order: read.order };
      }),
    );
    const found = answers.find(({ kind }) => kind === 'found');
    return found ?? answers.find(({ kind }) => kind === 'trouble') ?? { kind: 'none' };
  };

const readOrder =
  (ask: Ask): Shop['readOrder'] =>
  async (id, signal) => {
    const told = await ask('order.read', { order_id: id }, orderAnswer, signal);
    if (told.kind === 'trouble') return told;
    if (told.kind === 'unknown_type' || !told.data.found) return { kind: 'none' };
    const read = readPushed(told.data.order);
    if (read.kind === 'wrong') return trouble('malformed', `order.${read.path}`);
    if (read.kind === 'order' && read.order.id === id) return { kind: 'found', order: read.order };
    const untold = read.kind === 'order' && read.order.id === undefined;
    return trouble('malformed', untold ? 'order.order_id' : 'another order');
  };

/** Null for an order that nobody could claim by its number, undefined for one that cannot be read. */
const changedOrder = (row: unknown): ShopOrder | null | undefined => {
  const { data } = pushedOrder.safeParse(row);
  const read = data === undefined ? undefined : readPushed(data);
  if (read?.kind === 'order') return read.order;
  return read?.kind === 'unnamed' ? null : undefined;
};

const changedOrders =
  (ask: Ask): Shop['changedOrders'] =>
  async (since, from, signal): Promise<OrdersPage | Trouble> => {
    const data = { since: new Date(since).toISOString(), cursor: from ?? null };
    const told = await ask('orders.changed', data, ordersAnswer, signal);
    if (told.kind === 'trouble') return told;
    if (told.kind === 'unknown_type') return { kind: 'page', orders: [], next: undefined };
    const next = told.data.next ?? undefined;
    // Else it would be read for ever.
    if (next !== undefined && next === from) return trouble('malformed', 'next');
    return { kind: 'page', ...readRows(told.data.orders, changedOrder, ['order_id', 'order_number']), next };
  };

const attachLink =
  (ask: Ask): Shop['attachLink'] =>
  async (orderId, ref, signal) => {
    const told = await ask('order.link', { order_id: orderId, ref }, linkAnswer, signal);
    if (told.kind === 'trouble') return told;
    // A site without such a place sends the link by other means, or none.
    if (told.kind === 'unknown_type' || told.data.linked) return { kind: 'attached' };
    return trouble('malformed', 'the site does not find the order');
  };

/** @param withinMs how long one try may take */
export const siteShop = (connection: Connection, withinMs?: number): Shop => {
  const ask = siteAsk(connection, withinMs);
  const shop: Omit<Shop, 'check'> = {
    findOrder: findOrder(ask, connection.nowMs),
    readOrder: readOrder(ask),
    changedOrders: changedOrders(ask),
    makeCoupon: (spec, again, signal) => makeCoupon(ask, spec, again, signal),
    findCoupon: (spec, signal) => findCoupon(ask, spec, signal),
    cancelCoupon: (spec, signal) => cancelCoupon(ask, spec, signal),
    attachLink: attachLink(ask),
    readHook: (request) => readSiteHook(connection.secrets, request, connection.nowMs()),
  };
  return { ...shop, check: checkSite(connection, ask, shop) };
};
