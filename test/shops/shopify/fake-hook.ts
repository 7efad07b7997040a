/** Part of the fake: webhooks in the older form of Shopify's orders, signed as Shopify signs. */
import { createHmac, randomUUID } from 'node:crypto';
import type { HookDelivery } from '../bench.ts';
import { decimal, type FakeOrder, type FakeShop, gidOf } from './fake-shop.ts';

/** With the offset of the shop's own zone, as Shopify writes times in webhooks. */
const local = (at: Date): string => `${new Date(at.getTime() + 7_200_000).toISOString().slice(0, 19)}+02:00`;

/** A number with more digits than one of JavaScript's. */
const long = (id: bigint): string => `@@${id}@@`;
const written = (json: object): string => JSON.stringify(json).replace(/"@@(\d+)@@"/g, '$1');

const restStatus: Readonly<Record<string, string | null>> = { UNFULFILLED: null, FULFILLED: 'fulfilled' };

export const orderPayload = (order: FakeOrder): Record<string, unknown> => ({
  id: long(order.id),
  admin_graphql_api_id: gidOf(order),
  name: order.name,
  order_number: 1234,
  email: order.email ?? '',
  contact_email: order.email,
  currency: order.currency,
  presentment_currency: 'DKK',
  total_price: decimal(order.totalCents),
  current_total_price: decimal(order.currentCents),
  subtotal_price: decimal(order.itemsCents),
  financial_status: order.financial.toLowerCase(),
  fulfillment_status: restStatus[order.fulfillment] ?? null,
  cancelled_at: order.cancelledAt === undefined ? null : local(order.cancelledAt),
  processed_at: local(order.processedAt),
  created_at: local(order.createdAt),
  updated_at: local(order.updatedAt),
  test: order.test,
  discount_codes: order.codes.map((code) => ({ code, amount: '5.00', type: 'fixed_amount' })),
  refunds: order.refunds.map((refund, at) => ({
    id: long(order.id + BigInt(at + 1)),
    order_id: long(order.id),
    transactions: [
      {
        id: long(order.id + 7n),
        kind: 'refund',
        status: 'success',
        amount: decimal(refund.cents),
        currency: refund.currency,
      },
    ],
  })),
});

export const topicOf = (order: FakeOrder): string => {
  if (order.cancelledAt !== undefined) return 'orders/cancelled';
  return order.financial === 'PAID' ? 'orders/paid' : 'orders/updated';
};

export interface Signing {
  readonly secret: string;
  /** The shop's host. */
  readonly domain: string;
  readonly shop: FakeShop;
}

export const deliver = ({ secret, domain, shop }: Signing, topic: string, payload: object): HookDelivery => {
  const body = written(payload);
  return {
    headers: {
      'content-type': 'application/json',
      'x-shopify-topic': topic,
      'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body, 'utf8').digest('base64'),
      'x-shopify-shop-domain': domain,
      'x-shopify-api-version': '2026-10',
      'x-shopify-webhook-id': randomUUID(),
      'x-shopify-event-id': randomUUID(),
      'x-shopify-triggered-at': shop.now().toISOString(),
    },
    body,
  };
};
