/** The shops of a program: where their orders come from, and what coupons each of them can make. */
import type { StoreId } from './ids.ts';

export const storeKinds = ['pushed', 'shopify', 'woocommerce', 'site', 'vendure'] as const;
export type StoreKind = (typeof storeKinds)[number];

/** A shop that can be asked. */
export interface AskedStore {
  readonly id: StoreId;
  readonly kind: Exclude<StoreKind, 'pushed'>;
  /** The shop's address without a slash at its end; for a site and Vendure the endpoint itself. */
  readonly url: string;
  /** Whether it makes the coupons of rewards; a site may only look up orders. */
  readonly makesCoupons: boolean;
  /** From which state on an order of WooCommerce counts as paid: shops with cash on delivery wait for `completed`. */
  readonly creditOn: 'paid' | 'completed';
  /** Whether each order gets a signed link of its own, for the shop's mail. */
  readonly links: boolean;
}

/** `pushed`: orders arrive by `POST /v1/store/orders`, coupons are checked and used by `/v1/store/coupons`; there is nobody to ask. */
export type Store = { readonly id: StoreId; readonly kind: 'pushed' } | AskedStore;

/** A machine that only the local edition may call. */
export const isLoopback = ({ hostname }: URL): boolean =>
  ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);

export const isAsked = (store: Store): store is AskedStore => store.kind !== 'pushed';

/** Why a shop of this kind cannot make a coupon; undefined where it can. Programs that ask for it are refused. */
export const whyNot = (
  kind: StoreKind,
  benefit: { readonly kind: string; readonly products?: readonly string[] | undefined },
): string | undefined => {
  const { products = [] } = benefit;
  if (kind === 'vendure') {
    // Vendure discounts every piece of a product in the cart: one free piece cannot be said.
    if (benefit.kind === 'product') return 'Vendure cannot give one piece of a product away';
    if (benefit.kind === 'amount' && products.length > 0)
      return 'Vendure cannot bind an amount to products; use percent, or leave the products out';
    if (products.some((id) => !/^\d+$/.test(id))) return 'expected the numeric ids of Vendure’s variants';
  }
  if (kind === 'woocommerce' && products.some((id) => !/^\d+$/.test(id)))
    return 'expected the numeric ids of WooCommerce’s products';
  if (
    kind === 'shopify' &&
    products.some((id) => !/^(\d+|gid:\/\/shopify\/(Product|ProductVariant)\/\d+)$/.test(id))
  )
    return 'expected ids such as 1072481042 or gid://shopify/Product/1072481042';
  return undefined;
};
