/** What an owner is to do about each reason why a shop could not answer. */
import type { AskedStore } from '../../functions/domain/store.ts';
import type { Reason } from '../../functions/ports/shops.ts';

const advice: Readonly<Record<Reason, string>> = {
  no_credentials: 'There are no credentials for the store, or they cannot be used: store them.',
  address_refused: 'The address leads to a machine that must not be called: it must be https, and public.',
  unreachable: 'Nobody answers at the address: is the url of the store right?',
  timeout: 'The shop did not answer in time: try again, or ask whoever runs it.',
  redirected: 'The address redirects: write the one that it leads to as the url.',
  too_large: 'The answer is longer than any that is expected: is the url the right one?',
  malformed: 'The answer is not what this kind of shop gives: is the url the right one?',
  unauthorized: 'The shop does not take the credentials: copy them once more, and store them.',
  forbidden: 'The credentials may not do this.',
  pii_not_granted:
    'The app may not see customers’ data: request access to protected customer data, e-mail included.',
  throttled: 'The shop takes no more calls at the moment: try again in a minute.',
  server_error: 'The shop has trouble of its own: try again later.',
};

const forbidden: Readonly<Record<AskedStore['kind'], string>> = {
  shopify: 'The app lacks a scope: coupons need write_discounts, read_discounts and read_products.',
  woocommerce: 'The keys may only read: make new ones with the permission Read/Write.',
  site: 'Something before the site refuses us: a firewall, or a bot filter.',
  vendure: 'The administrator lacks a permission: coupons need those for promotions.',
};

/** @param writing the same credentials were taken for reading: WooCommerce refuses keys that may only read as if they were wrong */
export const adviceOn = (reason: Reason, kind: AskedStore['kind'], writing = false): string => {
  const readOnly = writing && reason === 'unauthorized' && kind === 'woocommerce';
  return reason === 'forbidden' || readOnly ? forbidden[kind] : advice[reason];
};
