/** Orders as the Admin API tells them, read to ours. */
import * as z from 'zod/mini';
import { normalizeEmail } from '../../../domain/email.ts';
import { type Instant, instant, later, normalizeOrderNumber } from '../../../domain/ids.ts';
import { currency, decimalsOf, maxMinor } from '../../../domain/money.ts';
import type { OrderStatus } from '../../../domain/order.ts';
import type { ShopOrder } from '../../../domain/shop-order.ts';
import type { FoundOrder, OrdersPage, Shop, Trouble } from '../../../ports/shops.ts';
import { trouble } from '../answers.ts';
import { readTime } from '../reading.ts';
import { readRows } from '../rows.ts';
import type { Admin } from './graphql.ts';
import { listOrders, listRefunds, readOrder } from './operations.ts';

const money = z.int().check(z.gte(0));

const orderNode = z.object({
  id: z.string(),
  code: z.string(),
  type: z.string(),
  state: z.string(),
  orderPlacedAt: z.nullable(z.string()),
  createdAt: z.string(),
  updatedAt: z.string(),
  currencyCode: z.string(),
  // Surcharges may lower it below 0.
  subTotal: z.int(),
  totalWithTax: money,
  couponCodes: z.array(z.string()),
  customer: z.nullable(z.object({ emailAddress: z.string() })),
  lines: z.array(z.object({ quantity: z.int(), orderPlacedQuantity: z.int(), proratedUnitPrice: z.int() })),
  payments: z.nullable(
    z.array(
      z.object({
        state: z.string(),
        amount: money,
        refunds: z.array(z.object({ state: z.string(), total: money, updatedAt: z.string() })),
      }),
    ),
  ),
});
type OrderNode = z.infer<typeof orderNode>;

export const settings = z.object({
  serverConfig: z.object({ moneyStrategyPrecision: z.int().check(z.gte(0), z.lte(10)) }),
});
const listed = z.object({ orders: z.object({ items: z.array(orderNode) }), globalSettings: settings });
/** Each order of a page is read by itself. */
const page = z.object({ orders: z.object({ items: z.array(z.unknown()) }), globalSettings: settings });
const stamped = z.object({ updatedAt: z.string() });
const one = z.object({ order: z.nullable(orderNode), globalSettings: settings });
const refundsListed = z.object({
  orders: z.object({
    items: z.array(
      z.object({
        id: z.string(),
        payments: z.nullable(z.array(z.object({ refunds: z.array(z.object({ updatedAt: z.string() })) }))),
      }),
    ),
  }),
});

/** A sum of the shop's in our minor units; undefined where it has digits that the currency has not. */
export const minorOf = (sum: number, precision: number, code: string): number | undefined => {
  const known = currency.safeParse(code);
  if (!known.success) return undefined;
  const shift = decimalsOf(known.data) - precision;
  // Dividing by a whole number gives a whole one exactly; multiplying by 0.01 does not.
  const minor = shift < 0 ? sum / 10 ** -shift : sum * 10 ** shift;
  return Number.isInteger(minor) && minor <= maxMinor ? minor : undefined;
};

const sum = (parts: readonly number[]): number => parts.reduce((total, part) => total + part, 0);

/**
 * What was ordered, what was paid for it, and what of that is no longer the shop's, in the shop's units. Cancelling lines lowers
 * the total and refunding does not, and mostly one follows the other for the same goods: what counts is the lower of both.
 */
const sumsOf = ({ subTotal, totalWithTax, lines, payments }: OrderNode) => {
  const settled = (payments ?? []).filter(({ state }) => state === 'Settled');
  const paid = sum(settled.map(({ amount }) => amount));
  // A pending refund may still fail, and a refund that we once counted stays counted.
  const refunds = settled.flatMap((payment) => payment.refunds).filter(({ state }) => state === 'Settled');
  const total = Math.max(totalWithTax, paid);
  const remaining = Math.max(0, Math.min(totalWithTax, total - sum(refunds.map((refund) => refund.total))));
  const cancelled = lines.map((line) => (line.orderPlacedQuantity - line.quantity) * line.proratedUnitPrice);
  const items = Math.max(0, subTotal + sum(cancelled.filter((part) => part > 0)));
  return { total, refunded: total - remaining, items, covered: paid >= totalWithTax };
};

/** By the money rather than by the state: shops add states of their own. */
const statusOf = (node: OrderNode, { total, refunded, covered }: ReturnType<typeof sumsOf>): OrderStatus => {
  if (node.state === 'Cancelled') return 'cancelled';
  if (node.orderPlacedAt === null || !covered) return 'pending';
  if (total > 0 && refunded === total) return 'refunded';
  return node.state === 'Shipped' || node.state === 'Delivered' ? 'fulfilled' : 'paid';
};

/** Refunds leave the order's own time as it was. */
const changedAt = ({ updatedAt, payments }: OrderNode): Instant | undefined => {
  const refunds = (payments ?? []).flatMap((payment) => payment.refunds);
  const times = [updatedAt, ...refunds.map((refund) => refund.updatedAt)].map((text) => readTime(text));
  const known = times.filter((time) => time !== undefined);
  return known.length < times.length ? undefined : instant.parse(Math.max(...known));
};

/** Undefined for what cannot be read; null for what nobody can claim: a seller's part of another order, or an odd number. */
const toShopOrder = (node: OrderNode, precision: number): ShopOrder | null | undefined => {
  const number = normalizeOrderNumber(node.code);
  if (number === undefined || node.type === 'Seller') return null;
  const sums = sumsOf(node);
  const totalMinor = minorOf(sums.total, precision, node.currencyCode);
  const refundedMinor = minorOf(sums.refunded, precision, node.currencyCode);
  const placedAt = readTime(node.orderPlacedAt ?? node.createdAt);
  const updatedAt = changedAt(node);
  if (totalMinor === undefined || refundedMinor === undefined) return undefined;
  if (placedAt === undefined || updatedAt === undefined) return undefined;
  return {
    number,
    id: node.id,
    email: normalizeEmail(node.customer?.emailAddress ?? ''),
    totalMinor,
    itemsMinor: minorOf(sums.items, precision, node.currencyCode),
    refundedMinor,
    currency: node.currencyCode,
    status: statusOf(node, sums),
    placedAt,
    updatedAt,
    // Vendure knows no test orders.
    test: false,
    codes: node.couponCodes,
    linked: false,
  };
};

const unreadable = ({ id }: OrderNode): Trouble =>
  trouble('malformed', `the sums or times of the order with the id ${/^[\w-]{1,64}$/.test(id) ? id : '?'}`);

const told = (node: OrderNode, precision: number): FoundOrder => {
  const order = toShopOrder(node, precision);
  if (order === undefined) return unreadable(node);
  return order === null ? { kind: 'none' } : { kind: 'found', order };
};

export const findOrderBy =
  (admin: Admin): Shop['findOrder'] =>
  async ({ number, emails }, signal) => {
    // Some databases compare without case, so that two orders can share a code.
    const options = { filter: { code: { eq: number } }, take: 5 };
    const found = await admin.read(listOrders, { options }, listed, signal);
    if (found.kind === 'trouble') return found;
    const mine = found.data.orders.items.filter(({ code }) => normalizeOrderNumber(code) === number);
    const [node] = mine;
    if (node === undefined || mine.length > 1) return { kind: 'none' };
    const email = normalizeEmail(node.customer?.emailAddress ?? '');
    // Before anything else is read: whether somebody else's order can be read is nobody's business.
    if (email === undefined || !emails.includes(email)) return { kind: 'none' };
    return told(node, found.data.globalSettings.serverConfig.moneyStrategyPrecision);
  };

export const readOrderBy =
  (admin: Admin): Shop['readOrder'] =>
  async (id, signal) => {
    const read = await admin.read(readOrder, { id }, one, signal);
    if (read.kind === 'trouble') return read;
    const { order, globalSettings } = read.data;
    return order === null
      ? { kind: 'none' }
      : told(order, globalSettings.serverConfig.moneyStrategyPrecision);
  };

/** Orders in full; each is a few hundred bytes and its lines, and an answer may have 1 MiB. */
const ordersOnAPage = 50;
/** Orders of which only the refunds are read: the shop's database is asked anew for each of them. */
const refundsOnAPage = 250;
/** How long after an order its refunds are looked for. */
const refundDays = 90;
const dayMs = 86_400_000;
/** Databases that keep whole seconds hold an order back that changed later in the same one. */
const overlapMs = 1_000;

const iso = (at: number): string => new Date(at).toISOString();

interface Page {
  readonly rows: readonly unknown[];
  readonly read: ReturnType<typeof readRows>;
}

const pageOf = async (admin: Admin, options: object, signal: AbortSignal): Promise<Page | Trouble> => {
  const got = await admin.read(listOrders, { options }, page, signal);
  if (got.kind === 'trouble') return got;
  const { orders, globalSettings } = got.data;
  const precision = globalSettings.serverConfig.moneyStrategyPrecision;
  const read = readRows(orders.items, (row) => {
    const { data } = orderNode.safeParse(row);
    return data === undefined ? undefined : toShopOrder(data, precision);
  });
  return { rows: orders.items, read };
};

/**
 * Orders whose own time changed. The next page begins at the last one's time rather than behind so many orders: an order that
 * changes meanwhile goes to the end, and all behind it move up.
 */
const changedPage = async (
  admin: Admin,
  afterMs: number,
  skip: number,
  signal: AbortSignal,
): Promise<OrdersPage | Trouble> => {
  const filter = { updatedAt: { after: iso(afterMs) }, orderPlacedAt: { isNull: false } };
  const options = { filter, sort: { updatedAt: 'ASC', id: 'ASC' }, take: ordersOnAPage, skip };
  const got = await pageOf(admin, options, signal);
  if ('kind' in got) return got;
  const { rows, read } = got;
  if (rows.length < ordersOnAPage) return { kind: 'page', ...read, next: 'refunds:0' };
  // Where it does not say so, the page after is found by counting.
  const lastMs = Date.parse(stamped.safeParse(rows.at(-1)).data?.updatedAt ?? '') - overlapMs;
  const next = lastMs > afterMs ? `changed:${lastMs}:0` : `changed:${afterMs}:${skip + ordersOnAPage}`;
  return { kind: 'page', ...read, next };
};

/** Refunds leave no trace in the order's own time, so those of recent orders are looked through. */
const refundedPage = async (
  admin: Admin,
  since: Instant,
  skip: number,
  signal: AbortSignal,
): Promise<OrdersPage | Trouble> => {
  const placed = { start: iso(Math.max(0, since - refundDays * dayMs)), end: iso(later(since, overlapMs)) };
  const filter = { orderPlacedAt: { between: placed }, state: { notEq: 'Cancelled' } };
  const options = { filter, sort: { orderPlacedAt: 'ASC', id: 'ASC' }, take: refundsOnAPage, skip };
  const got = await admin.read(listRefunds, { options }, refundsListed, signal);
  if (got.kind === 'trouble') return got;
  const { items } = got.data.orders;
  const next = items.length < refundsOnAPage ? undefined : `refunds:${skip + refundsOnAPage}`;
  const isNew = ({ updatedAt }: { readonly updatedAt: string }) => Date.parse(updatedAt) > since - overlapMs;
  const ids = items
    .filter(({ payments }) => (payments ?? []).some(({ refunds }) => refunds.some(isNew)))
    .map(({ id }) => id);
  if (ids.length === 0) return { kind: 'page', orders: [], next };
  const page = await pageOf(admin, { filter: { id: { in: ids } }, take: ids.length }, signal);
  return 'kind' in page ? page : { kind: 'page', ...page.read, next };
};

export const changedOrdersBy =
  (admin: Admin): Shop['changedOrders'] =>
  async (since, from = `changed:${Math.max(0, since - overlapMs)}:0`, signal) => {
    const changed = /^changed:(\d{1,15}):(\d{1,9})$/.exec(from);
    if (changed !== null) return changedPage(admin, Number(changed[1]), Number(changed[2]), signal);
    const refunds = /^refunds:(\d{1,9})$/.exec(from);
    if (refunds !== null) return refundedPage(admin, since, Number(refunds[1]), signal);
    return trouble('malformed', 'where to go on is not what a page before said');
  };
