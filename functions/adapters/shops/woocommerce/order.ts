/** An order of WooCommerce's, as REST and webhooks write it, read to ours. */
import * as z from 'zod/mini';
import { type Email, normalizeEmail } from '../../../domain/email.ts';
import { normalizeOrderNumber, type OrderNumber } from '../../../domain/ids.ts';
import type { OrderStatus } from '../../../domain/order.ts';
import type { ShopOrder } from '../../../domain/shop-order.ts';
import type { AskedStore } from '../../../domain/store.ts';
import { whereWrong } from '../answers.ts';
import { readMoney, readTime } from '../reading.ts';

/** Beside an order lies its signed link, under this name. */
export const linkKey = '_loyalty_ref';

export const orderFields =
  'id,number,status,currency,total,billing.email,refunds,line_items,coupon_lines,meta_data,' +
  'date_created_gmt,date_modified_gmt,date_paid_gmt';

const id = z.int().check(z.gte(1));
/** Some numbering plugins write a number for a string. */
const printed = z.union([z.string(), z.number()]);

/** Enough of an order to tell whether it is the one that was asked for. */
export const orderIdentity = z.object({
  id,
  number: printed,
  billing: z.optional(z.object({ email: z.optional(z.nullable(z.string())) })),
});
export type OrderIdentity = z.infer<typeof orderIdentity>;
export const identityFields = 'id,number,billing.email';

const wireOrder = z.extend(orderIdentity, {
  status: z.string(),
  currency: z.string(),
  total: z.string(),
  date_created_gmt: z.string(),
  date_modified_gmt: z.optional(z.nullable(z.string())),
  date_paid_gmt: z.optional(z.nullable(z.string())),
  refunds: z.array(z.object({ total: z.string() })),
  line_items: z.optional(z.array(z.object({ total: z.string() }))),
  coupon_lines: z.optional(z.array(z.object({ code: z.string() }))),
  meta_data: z.optional(z.array(z.object({ key: z.string() }))),
});
type WireOrder = z.infer<typeof wireOrder>;

export const numberOf = ({ number }: OrderIdentity): OrderNumber | undefined =>
  normalizeOrderNumber(String(number));

export const emailOf = ({ billing }: OrderIdentity): Email | undefined =>
  normalizeEmail(billing?.email ?? '');

/**
 * An order is paid for where the shop noted when; shops with cash on delivery have it at `processing` before the money is there,
 * which is why they wait for `completed`. Statuses of plugins, and whatever else is under way, are `pending`.
 */
const statusOf = (order: WireOrder, creditOn: AskedStore['creditOn']): OrderStatus => {
  const { status, date_paid_gmt: paidAt } = order;
  if (status === 'cancelled' || status === 'refunded') return status;
  if (creditOn === 'completed') return status === 'completed' ? 'fulfilled' : 'pending';
  if (paidAt === undefined || paidAt === null) return 'pending';
  if (status === 'completed') return 'fulfilled';
  return status === 'processing' ? 'paid' : 'pending';
};

/** In these the shop itself has given the coupon free again, or not taken it yet. `cancelled` says so by itself. */
const withoutCoupons = new Set(['failed', 'checkout-draft', 'trash', 'auto-draft']);

/** Refunds are negative sums; one of goods alone is written "-0.00". */
const readRefund = (text: string, currency: string): number | undefined => {
  const minor = readMoney(text.replace(/^-/, ''), currency);
  return text.startsWith('-') || minor === 0 ? minor : undefined;
};

const summed = (sums: readonly (number | undefined)[]): number | undefined => {
  let total = 0;
  for (const sum of sums) {
    if (sum === undefined) return undefined;
    total += sum;
  }
  return total;
};

/** `nameless`: its number is none that anybody could type. */
export type ReadOrder =
  | { readonly kind: 'order'; readonly order: ShopOrder }
  | { readonly kind: 'nameless' }
  | { readonly kind: 'malformed'; readonly detail: string };

const moneyOf = (wire: WireOrder) => {
  const totalMinor = readMoney(wire.total, wire.currency);
  const refundedMinor = summed(wire.refunds.map(({ total }) => readRefund(total, wire.currency)));
  const items = wire.line_items?.map(({ total }) => readMoney(total, wire.currency));
  const itemsMinor = items === undefined ? undefined : summed(items);
  if (totalMinor === undefined) return 'total or currency';
  if (refundedMinor === undefined || refundedMinor > totalMinor) return 'refunds';
  if (items !== undefined && itemsMinor === undefined) return 'line_items';
  return { totalMinor, refundedMinor, itemsMinor };
};

/** @param raw an order as REST gives it, in full or by `orderFields` */
export const readWooOrder = (raw: unknown, creditOn: AskedStore['creditOn']): ReadOrder => {
  const parsed = wireOrder.safeParse(raw);
  if (!parsed.success)
    return { kind: 'malformed', detail: `an order: ${whereWrong(parsed.error) || 'its form'}` };
  const wire = parsed.data;
  const malformed = (what: string): ReadOrder => ({ kind: 'malformed', detail: `order ${wire.id}: ${what}` });
  const number = numberOf(wire);
  if (number === undefined) return { kind: 'nameless' };
  const money = moneyOf(wire);
  if (typeof money === 'string') return malformed(money);
  const placedAt = readTime(wire.date_created_gmt);
  if (placedAt === undefined) return malformed('date_created_gmt');
  const codes = (wire.coupon_lines ?? []).map(({ code }) => code);
  const free = withoutCoupons.has(wire.status);
  const order: ShopOrder = {
    ...money,
    number,
    id: String(wire.id),
    email: emailOf(wire),
    currency: wire.currency,
    status: statusOf(wire, creditOn),
    placedAt,
    updatedAt: readTime(wire.date_modified_gmt ?? ''),
    test: false,
    codes: free ? [] : codes,
    ...(free ? { freedCodes: codes } : {}),
    linked: wire.meta_data?.some(({ key }) => key === linkKey) ?? false,
  };
  return { kind: 'order', order };
};
