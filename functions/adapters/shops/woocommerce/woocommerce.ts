/** A shop of WooCommerce, by its REST API version 3. */
import type { Shop } from '../../../ports/shops.ts';
import type { Connection } from '../connection.ts';
import { trouble, wooCalls, wooSecrets } from './calls.ts';
import { wooChanges } from './changes.ts';
import { wooCheck } from './check.ts';
import { wooCoupons } from './coupons.ts';
import { readWooHook } from './hooks.ts';
import { wooOrders } from './orders.ts';

const absent = 'consumer_key and consumer_secret are wanted';

const withoutKeys = ({ store }: Connection): Shop => {
  const none = () => Promise.resolve(trouble('no_credentials', absent));
  return {
    findOrder: none,
    readOrder: none,
    changedOrders: none,
    makeCoupon: none,
    findCoupon: none,
    cancelCoupon: none,
    attachLink: none,
    readHook: (request) => readWooHook(request, store, undefined),
    check: () => Promise.resolve([{ what: 'credentials', ok: false, detail: `There are none: ${absent}.` }]),
  };
};

export const wooShop = (connection: Connection): Shop => {
  const { store } = connection;
  const secrets = wooSecrets.safeParse(connection.secrets);
  if (!secrets.success) return withoutKeys(connection);
  const calls = wooCalls(connection, secrets.data);
  return {
    ...wooOrders(calls, store),
    ...wooCoupons(calls),
    changedOrders: wooChanges(calls, store),
    readHook: (request) => readWooHook(request, store, secrets.data),
    check: wooCheck(calls, secrets.data, connection),
  };
};
