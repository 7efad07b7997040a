/** A Vendure shop over its Admin API. What it can do and what not: docs/decisions/vendure.md. */
import * as z from 'zod/mini';
import type { HookNews, HookRequest, Shop } from '../../../ports/shops.ts';
import type { Connection } from '../connection.ts';
import { readSiteHook } from '../site/hook.ts';
import { checkVendure } from './check.ts';
import { cancelCoupon, findCoupon, makeCoupon } from './coupons.ts';
import { adminOver } from './graphql.ts';
import { changedOrdersBy, findOrderBy, readOrderBy } from './orders.ts';

const hookSecrets = z.object({
  webhook_secret: z.optional(z.string()),
  previous_webhook_secret: z.optional(z.string()),
});

/**
 * Vendure sends nothing by itself. A plugin of the shop's may send the events of a shop's own site; an order in one is read from
 * the shop, whose sums are surer than a plugin's.
 */
const readHook = (secrets: unknown, request: HookRequest, nowMs: number): HookNews => {
  const held = hookSecrets.safeParse(secrets);
  const { webhook_secret: secret, previous_webhook_secret: previous } = held.data ?? {};
  const news = readSiteHook(
    { secret, ...(previous === undefined ? {} : { previous_secret: previous }) },
    request,
    nowMs,
  );
  if (news.kind !== 'news') return news;
  const ids = news.orders.map(({ id }) => id).filter((id) => id !== undefined);
  // Only by its id can it be read.
  if (ids.length < news.orders.length) return { kind: 'malformed', detail: 'data.order_id' };
  return { ...news, orders: [], reread: ids };
};

export const vendureShop = (connection: Connection): Shop => {
  const admin = adminOver(connection);
  const shop: Omit<Shop, 'check'> = {
    findOrder: findOrderBy(admin),
    readOrder: readOrderBy(admin),
    changedOrders: changedOrdersBy(admin),
    // It looks first in any case.
    makeCoupon: (spec, _again, signal) => makeCoupon(admin, spec, connection.nowMs(), signal),
    findCoupon: (spec, signal) => findCoupon(admin, spec, signal),
    cancelCoupon: (spec, signal) => cancelCoupon(admin, spec, signal),
    // Fields for it would be the shop's own: an order of Vendure's has no place that we know of.
    attachLink: async () => ({ kind: 'attached' }),
    readHook: (request) => readHook(connection.secrets, request, connection.nowMs()),
  };
  return { ...shop, check: checkVendure(connection, admin, shop) };
};
