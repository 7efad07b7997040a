/** Where a shop sends its webhooks, and what is done by hand where no command can do it. */
import type { ProgramId, StoreId } from '../../functions/domain/ids.ts';
import { type AskedStore, isLoopback } from '../../functions/domain/store.ts';
import type { Trouble } from '../../functions/ports/shops.ts';
import { routes } from '../../functions/routes.ts';
import { Fault } from '../command-line.ts';

/** The route itself says where webhooks come in. */
const path = (program: ProgramId, store: StoreId): string => {
  const route = routes.find(({ verb }) => verb === 'hooks');
  if (route === undefined) throw new Error('there is no route for webhooks');
  return route.path.replace('{program}', program).replace('{store}', store);
};

/** @param api the output ApiUrl of the deploy. @throws Fault for an address that a shop cannot call */
export const hookAddress = (api: string, program: ProgramId, store: AskedStore): string => {
  const url = new URL(api);
  if (/\/v1(\/|$)/.test(url.pathname))
    throw new Fault(
      '--url: leave out /v1 and what follows; it is the address of the API, the output ApiUrl.',
    );
  const reachable = url.protocol === 'https:' || (isLoopback(url) && isLoopback(new URL(store.url)));
  if (!reachable)
    throw new Fault('--url: a shop can only call a public https address, such as the output ApiUrl.');
  return `${url.href.replace(/[?#].*$/, '').replace(/\/+$/, '')}${path(program, store.id)}`;
};

/** What was there, what was made and what was mended, by topic. */
export interface Hooked {
  readonly there: readonly string[];
  readonly made: readonly string[];
  readonly mended: readonly string[];
}
export type Hooking = (Hooked & { readonly kind: 'hooked' }) | Trouble;

export const topics: Readonly<Record<AskedStore['kind'], readonly string[]>> = {
  // All that tells of money, of coupons and of new orders. Deliveries to the customer tell nothing that counts here.
  shopify: ['ORDERS_CREATE', 'ORDERS_PAID', 'ORDERS_EDITED', 'ORDERS_CANCELLED', 'REFUNDS_CREATE'],
  // A refund arrives as an update.
  woocommerce: ['order.created', 'order.updated'],
  site: [
    'order.paid',
    'order.updated',
    'order.cancelled',
    'order.refunded',
    'coupon.redeemed',
    'coupon.released',
  ],
  vendure: ['order.paid', 'order.updated', 'order.cancelled', 'order.refunded'],
};

/** Step by step, for a shop that no command sets up, or where it is not to. */
export const stepsByHand: Readonly<Record<AskedStore['kind'], readonly string[]>> = {
  shopify: [
    'Webhooks that are made in Shopify’s admin are signed with another secret than the app’s and would be refused: have them made by this command, without --print.',
  ],
  woocommerce: [
    'In WordPress: WooCommerce > Settings > Advanced > Webhooks > Add webhook, once for each topic.',
    'Status: Active. Topic: “Order created”, and in the second one “Order updated”.',
    'Delivery URL: the address above.',
    'Secret: the one that is stored as webhook_secret (npm run shop -- secret).',
    'API version: WP REST API Integration v3. Then Save webhook.',
  ],
  site: [
    'The site sends these by POST to the address above, signed with the secret of the store: Standard Webhooks.',
    'The shipped files do so: integrations/site/README.md.',
  ],
  vendure: [
    'Vendure sends nothing by itself: without a plugin, refunds and used coupons are noticed by the daily reconcile.',
    'A plugin of yours may send these to the address above, signed as Standard Webhooks with webhook_secret; what is in them is read from the shop again by its order_id.',
  ],
};
