/**
 * Shopify's webhooks. The signature is over the body alone, with no time in it: what a delivery says is read from its body, and a
 * replayed one is old news of an order.
 */
import * as z from 'zod/mini';
import { normalizeEmail } from '../../../domain/email.ts';
import { normalizeOrderNumber } from '../../../domain/ids.ts';
import type { ShopOrder } from '../../../domain/shop-order.ts';
import type { AskedStore } from '../../../domain/store.ts';
import type { HookNews, HookRequest } from '../../../ports/shops.ts';
import { parseJson } from '../answers.ts';
import { readMoney, readTime } from '../reading.ts';
import { isSigned } from '../signatures.ts';
import { refundedOf, statusOf } from './orders.ts';

/** Orders in Shopify's older form, whole. Others of `orders/` name another order than they carry, or none. */
const orderTopics = new Set([
  'orders/create',
  'orders/paid',
  'orders/updated',
  'orders/cancelled',
  'orders/fulfilled',
  'orders/partially_fulfilled',
]);

const nullableText = z.nullable(z.string());
const transaction = z.object({
  kind: z.string(),
  status: z.string(),
  amount: z.string(),
  currency: z.string(),
});
const orderPayload = z.object({
  name: z.string(),
  email: nullableText,
  contact_email: z.optional(nullableText),
  total_price: z.string(),
  current_total_price: z.string(),
  subtotal_price: z.string(),
  currency: z.string(),
  financial_status: nullableText,
  fulfillment_status: nullableText,
  cancelled_at: nullableText,
  processed_at: nullableText,
  created_at: z.string(),
  updated_at: z.string(),
  test: z.boolean(),
  refunds: z.array(z.object({ transactions: z.array(transaction) })),
  discount_codes: z.array(z.object({ code: z.string() })),
});
type OrderPayload = z.infer<typeof orderPayload>;

/** Ids have more digits than a number in JavaScript: they are kept as they are written. */
const digits = z.string().check(z.regex(/^\d{1,20}$/));
const withId = z.object({ id: digits });
const withGid = z.object({
  admin_graphql_api_id: z.string().check(z.regex(/^gid:\/\/shopify\/Order\/\d{1,20}$/)),
});
const withOrderId = z.object({ order_id: digits });
const edit = z.object({ order_edit: withOrderId });

const keepDigits = (key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  (key === 'id' || key === 'order_id') && typeof value === 'number' ? (context?.source ?? value) : value;

/** Money that went back, as far as it is in the shop's own currency; undefined where some is in another. */
const givenBackOf = ({ refunds, currency }: OrderPayload): number | undefined => {
  let sumMinor = 0;
  for (const { kind, status, amount, currency: its } of refunds.flatMap(({ transactions }) => transactions)) {
    if (kind !== 'refund' || status !== 'success') continue;
    const minor = its === currency ? readMoney(amount, currency) : undefined;
    if (minor === undefined) return undefined;
    sumMinor += minor;
  }
  return sumMinor;
};

/** Undefined where something of it must be read from the shop; null for a number that nobody could type here. */
const toShopOrder = (payload: OrderPayload, id: string): ShopOrder | null | undefined => {
  const number = normalizeOrderNumber(payload.name);
  if (number === undefined) return null;
  const { currency } = payload;
  const totalMinor = readMoney(payload.total_price, currency);
  const currentMinor = readMoney(payload.current_total_price, currency);
  const itemsMinor = readMoney(payload.subtotal_price, currency);
  const givenBackMinor = givenBackOf(payload);
  const placedAt = readTime(payload.processed_at ?? payload.created_at);
  const updatedAt = readTime(payload.updated_at);
  if (
    totalMinor === undefined ||
    currentMinor === undefined ||
    itemsMinor === undefined ||
    givenBackMinor === undefined ||
    placedAt === undefined ||
    updatedAt === undefined
  )
    return undefined;
  const { status, moneyCame } = statusOf(
    payload.cancelled_at !== null,
    payload.financial_status?.toUpperCase() ?? null,
    payload.fulfillment_status === 'fulfilled',
  );
  const email = payload.email || payload.contact_email || null;
  return {
    number,
    id,
    email: email === null ? undefined : normalizeEmail(email),
    totalMinor,
    itemsMinor,
    refundedMinor: moneyCame ? refundedOf(totalMinor, currentMinor, totalMinor - givenBackMinor) : 0,
    currency,
    status,
    placedAt,
    updatedAt,
    test: payload.test,
    codes: payload.discount_codes.map(({ code }) => code),
    // Metafields are not in it.
    linked: false,
  };
};

const news = (orders: readonly ShopOrder[], reread: readonly string[]): HookNews => ({
  kind: 'news',
  orders,
  reread,
  used: [],
  released: [],
});
const gid = (id: string): string => `gid://shopify/Order/${id}`;
const malformed: HookNews = { kind: 'malformed', detail: 'no order is named in it' };

const ofOrder = (json: unknown, topic: string): HookNews => {
  const named = withGid.safeParse(json);
  const numbered = withId.safeParse(json);
  if (!named.success && !numbered.success) return malformed;
  const id = named.success ? named.data.admin_graphql_api_id : gid(numbered.data?.id ?? '');
  const payload = orderPayload.safeParse(json);
  const order = payload.success ? toShopOrder(payload.data, id) : undefined;
  // The subscription asked for some fields only, or there is something in it that we do not understand.
  if (order === undefined) return news([], [id]);
  return order === null ? { kind: 'nothing', topic } : news([order], []);
};

const ofAnother = (read: { readonly order_id: string } | undefined): HookNews =>
  read === undefined ? malformed : news([], [gid(read.order_id)]);

/** Reads a shop's deliveries. @param secrets what they may be signed with; none refuses them all */
export const hookReader =
  ({ url }: AskedStore, secrets: readonly string[]) =>
  ({ headers, body }: HookRequest): HookNews => {
    if (secrets.length === 0)
      return { kind: 'unauthorized', detail: 'no webhook secret lies under the store’s name' };
    if (!isSigned(body, headers['x-shopify-hmac-sha256'] ?? '', secrets))
      return { kind: 'unauthorized', detail: 'the signature is not the shop’s' };
    // One app may serve several shops, and signs for all of them with one secret.
    const shop = headers['x-shopify-shop-domain'];
    if (shop !== undefined && shop !== new URL(url).host)
      return { kind: 'unauthorized', detail: 'another shop of the same app sent it' };
    const topic = headers['x-shopify-topic'] ?? '';
    const json = parseJson(body.toString(), keepDigits);
    if (json === undefined) return { kind: 'malformed', detail: 'not JSON' };
    if (orderTopics.has(topic)) return ofOrder(json, topic);
    if (topic === 'orders/edited') return ofAnother(edit.safeParse(json).data?.order_edit);
    if (topic === 'refunds/create') return ofAnother(withOrderId.safeParse(json).data);
    return { kind: 'nothing', topic: /^[a-z_/]{1,60}$/.test(topic) ? topic : 'unknown' };
  };
