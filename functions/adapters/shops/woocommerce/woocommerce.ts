/** A shop of WooCommerce, by its REST API version 3. */
import type { Shop } from '../../../ports/shops.ts';
import { closedShop } from '../closed.ts';
import type { Connection } from '../connection.ts';
import { wooCalls, wooSecrets } from './calls.ts';
import { wooChanges } from './changes.ts';
import { wooCheck } from './check.ts';
import { wooCoupons } from './coupons.ts';
import { readWooHook } from './hooks.ts';
import { wooOrders } from './orders.ts';

export const wooShop = (connection: Connection): Shop => {
  const { store } = connection;
  const secrets = wooSecrets.safeParse(connection.secrets);
  if (!secrets.success)
    return {
      ...closedShop('expected consumer_key and consumer_secret'),
      readHook: (request) => readWooHook(request, store, undefined),
    };
  const calls = wooCalls(connection, secrets.data);
  return {
    ...wooOrders(calls, store),
    ...wooCoupons(calls),
    changedOrders: wooChanges(calls, store),
    readHook: (request) => readWooHook(request, store, secrets.data),
    check: wooCheck(calls, secrets.data, connection),
  };
};
