/** One order in the words of each kind of shop: as it answers, and as its webhook tells it. As long as real ones, for what reads them. */
import { createHmac } from 'node:crypto';
import { sign } from '../functions/adapters/shops/standard-webhooks.ts';

export interface SoldOrder {
  /** The shop's own id, and the number that it prints. */
  readonly id: number;
  readonly email: string;
  readonly totalMinor: number;
  readonly refundedMinor: number;
  readonly status: 'pending' | 'paid' | 'cancelled';
  /** ms since 1970, to the second. */
  readonly placedAt: number;
  readonly updatedAt: number;
  /** A coupon that it used. */
  readonly code?: string;
}

/** All of them sell in it. */
export const soldIn = 'USD';

const decimal = (minor: number): string => (minor / 100).toFixed(2);
const iso = (ms: number): string => new Date(ms).toISOString();
/** Shopify and WooCommerce write whole seconds. */
const seconds = (ms: number): string => iso(ms).slice(0, 19);
const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

const address = {
  first_name: 'Ana',
  last_name: 'Kowalska',
  company: '',
  address1: '12 Juniper Street',
  address2: 'Apartment 4',
  city: 'Portland',
  province: 'Oregon',
  zip: '97205',
  country: 'United States',
  country_code: 'US',
  phone: '+1 503 555 0100',
};

export const gidOf = ({ id }: SoldOrder): string => `gid://shopify/Order/${id}`;
const codesOf = ({ code }: SoldOrder): string[] => (code === undefined ? [] : [code]);
const shopMoney = (minor: number) => ({ shopMoney: { amount: decimal(minor), currencyCode: soldIn } });

const financialOf = ({ status, refundedMinor }: SoldOrder): string => {
  if (status === 'pending') return 'PENDING';
  return refundedMinor > 0 ? 'PARTIALLY_REFUNDED' : 'PAID';
};

export const shopifyNode = (order: SoldOrder): object => ({
  id: gidOf(order),
  name: `#${order.id}`,
  email: order.email,
  canNotifyCustomer: true,
  test: false,
  createdAt: iso(order.placedAt),
  processedAt: iso(order.placedAt),
  updatedAt: iso(order.updatedAt),
  cancelledAt: order.status === 'cancelled' ? iso(order.updatedAt) : null,
  displayFinancialStatus: financialOf(order),
  displayFulfillmentStatus: 'UNFULFILLED',
  discountCodes: codesOf(order),
  totalPriceSet: shopMoney(order.totalMinor),
  subtotalPriceSet: shopMoney(order.totalMinor),
  currentTotalPriceSet: shopMoney(order.totalMinor),
  netPaymentSet: shopMoney(order.totalMinor - order.refundedMinor),
  link: null,
});

const shopifyLine = (order: SoldOrder) => (n: number) => ({
  id: order.id * 10 + n,
  admin_graphql_api_id: `gid://shopify/LineItem/${order.id * 10 + n}`,
  current_quantity: 1,
  fulfillable_quantity: 1,
  fulfillment_service: 'manual',
  gift_card: false,
  grams: 320,
  name: 'Linen napkin set - natural',
  price: '20.00',
  price_set: { shop_money: { amount: '20.00', currency_code: soldIn } },
  product_exists: true,
  product_id: 1_072_481_042,
  quantity: 1,
  requires_shipping: true,
  sku: 'LN-04',
  taxable: true,
  title: 'Linen napkin set',
  total_discount: '0.00',
  variant_id: 43_729_076,
  variant_title: 'natural',
  vendor: 'Juniper Home',
  tax_lines: [{ price: '1.60', rate: 0.08, title: 'State tax' }],
  duties: [],
  discount_allocations: [],
});

const shopifyHookBody = (order: SoldOrder): object => ({
  id: order.id,
  admin_graphql_api_id: gidOf(order),
  name: `#${order.id}`,
  order_number: order.id,
  email: order.email,
  contact_email: order.email,
  currency: soldIn,
  presentment_currency: soldIn,
  total_price: decimal(order.totalMinor),
  current_total_price: decimal(order.totalMinor),
  subtotal_price: decimal(order.totalMinor),
  financial_status: financialOf(order).toLowerCase(),
  fulfillment_status: null,
  cancelled_at: order.status === 'cancelled' ? iso(order.updatedAt) : null,
  processed_at: iso(order.placedAt),
  created_at: iso(order.placedAt),
  updated_at: iso(order.updatedAt),
  test: false,
  discount_codes: codesOf(order).map((code) => ({ code, amount: '5.00', type: 'fixed_amount' })),
  refunds:
    order.refundedMinor === 0
      ? []
      : [
          {
            id: order.id * 100,
            transactions: [
              { kind: 'refund', status: 'success', amount: decimal(order.refundedMinor), currency: soldIn },
            ],
          },
        ],
  customer: { id: 115_310_627, email: order.email, ...address },
  billing_address: address,
  shipping_address: address,
  line_items: times(3, shopifyLine(order)),
});

const wooStatus = { pending: 'pending', paid: 'processing', cancelled: 'cancelled' } as const;

const wooLine = (order: SoldOrder) => (n: number) => ({
  id: order.id * 10 + n,
  name: 'Linen napkin set',
  product_id: 10,
  variation_id: 0,
  quantity: 1,
  tax_class: '',
  subtotal: n === 0 ? decimal(order.totalMinor) : '0.00',
  subtotal_tax: '0.00',
  total: n === 0 ? decimal(order.totalMinor) : '0.00',
  total_tax: '0.00',
  taxes: [],
  meta_data: [{ id: n, key: 'colour', value: 'natural', display_key: 'Colour', display_value: 'natural' }],
  sku: 'LN-04',
  price: 20,
  image: { id: '44', src: 'https://shop.example/wp-content/uploads/linen-napkin-set.jpg' },
  parent_name: null,
});

export const wooOrder = (order: SoldOrder): object => ({
  id: order.id,
  parent_id: 0,
  status: wooStatus[order.status],
  currency: soldIn,
  version: '10.3.5',
  prices_include_tax: false,
  date_created_gmt: seconds(order.placedAt),
  date_modified_gmt: seconds(order.updatedAt),
  date_paid_gmt: order.status === 'pending' ? null : seconds(order.placedAt),
  discount_total: '0.00',
  total: decimal(order.totalMinor),
  customer_id: 7,
  order_key: 'wc_order_4kYhQ2sXn1bZr',
  billing: { ...address, email: order.email },
  shipping: address,
  payment_method: 'stripe',
  payment_method_title: 'Credit card',
  number: String(order.id),
  meta_data: times(6, (n) => ({ id: n, key: `_wc_order_attribution_${n}`, value: 'typein' })),
  line_items: times(3, wooLine(order)),
  coupon_lines: codesOf(order).map((code, n) => ({ id: n, code: code.toLowerCase(), discount: '5' })),
  refunds:
    order.refundedMinor === 0
      ? []
      : [{ id: order.id * 100, reason: '', total: `-${decimal(order.refundedMinor)}` }],
});

const common = (order: SoldOrder) => ({
  order_number: String(order.id),
  order_id: String(order.id),
  email: order.email,
  currency: soldIn,
  status: order.status,
  placed_at: iso(order.placedAt),
  updated_at: iso(order.updatedAt),
  coupon_codes: codesOf(order),
});

export const siteFound = (order: SoldOrder): object => ({
  ...common(order),
  found: true,
  amount: decimal(order.totalMinor),
  refunded_amount: decimal(order.refundedMinor),
});

const siteOrder = (order: SoldOrder): object => ({
  ...common(order),
  total: decimal(order.totalMinor),
  refunded: decimal(order.refundedMinor),
});

const vendureState = { pending: 'ArrangingPayment', paid: 'PaymentSettled', cancelled: 'Cancelled' } as const;

export const vendureNode = (order: SoldOrder): object => ({
  id: String(order.id),
  code: String(order.id),
  type: 'Regular',
  state: vendureState[order.status],
  orderPlacedAt: order.status === 'pending' ? null : iso(order.placedAt),
  createdAt: iso(order.placedAt),
  updatedAt: iso(order.updatedAt),
  currencyCode: soldIn,
  subTotal: order.totalMinor,
  totalWithTax: order.totalMinor,
  couponCodes: codesOf(order),
  customer: { emailAddress: order.email },
  lines: [{ quantity: 1, orderPlacedQuantity: 1, proratedUnitPrice: order.totalMinor }],
  payments: [
    {
      state: order.status === 'pending' ? 'Authorized' : 'Settled',
      amount: order.totalMinor,
      refunds:
        order.refundedMinor === 0
          ? []
          : [{ state: 'Settled', total: order.refundedMinor, updatedAt: iso(order.updatedAt) }],
    },
  ],
});

/** A webhook as it arrives. */
export interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Shops that send webhooks of their own. */
export const hookKinds = ['shopify', 'woocommerce', 'site'] as const;
export type HookKind = (typeof hookKinds)[number];

/** What webhooks are signed with; for a site `whsec_` and a key in base64. */
export const hookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const plainMac = (body: string): string => createHmac('sha256', hookSecret).update(body).digest('base64');

/** The order as the shop tells it by webhook. @param url the shop's @param nowMs when it is sent */
export const deliveryOf: Readonly<
  Record<HookKind, (order: SoldOrder, url: string, nowMs: number) => Delivery>
> = {
  shopify: (order, url) => {
    const body = JSON.stringify(shopifyHookBody(order));
    const headers = {
      'x-shopify-topic': 'orders/updated',
      'x-shopify-hmac-sha256': plainMac(body),
      'x-shopify-shop-domain': new URL(url).host,
    };
    return { headers, body };
  },
  woocommerce: (order) => {
    const body = JSON.stringify(wooOrder(order));
    return {
      headers: { 'x-wc-webhook-topic': 'order.updated', 'x-wc-webhook-signature': plainMac(body) },
      body,
    };
  },
  site: (order, _, nowMs) => {
    const body = JSON.stringify({ type: 'order.updated', timestamp: iso(nowMs), data: siteOrder(order) });
    const [id, at] = [`evt_${order.id}_${order.updatedAt}`, Math.floor(nowMs / 1000)];
    const signature = sign(id, at, body, hookSecret);
    return {
      headers: { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': signature },
      body,
    };
  },
};
