/** Orders as the Admin API tells them: finding one by what a customer typed, and reading it to ours. */
import * as z from 'zod/mini';
import { type Email, normalizeEmail } from '../../../domain/email.ts';
import { type Instant, normalizeOrderNumber, type OrderNumber } from '../../../domain/ids.ts';
import type { OrderStatus } from '../../../domain/order.ts';
import type { ShopOrder } from '../../../domain/shop-order.ts';
import type { FoundOrder, OrdersPage, Trouble } from '../../../ports/shops.ts';
import { readMoney, readTime } from '../reading.ts';
import { readRows } from '../rows.ts';
import type { Ask } from './graphql.ts';
import { changedOrders, findOrders, readOrder } from './operations.ts';

const money = z.object({ shopMoney: z.object({ amount: z.string(), currencyCode: z.string() }) });

export const orderId = z.string().check(z.regex(/^gid:\/\/shopify\/Order\/\d{1,20}$/));

const orderNode = z.object({
  id: orderId,
  name: z.string(),
  email: z.nullable(z.string()),
  canNotifyCustomer: z.boolean(),
  test: z.boolean(),
  createdAt: z.string(),
  processedAt: z.nullable(z.string()),
  updatedAt: z.string(),
  cancelledAt: z.nullable(z.string()),
  displayFinancialStatus: z.nullable(z.string()),
  displayFulfillmentStatus: z.string(),
  discountCodes: z.array(z.string()),
  totalPriceSet: money,
  subtotalPriceSet: z.nullable(money),
  currentTotalPriceSet: money,
  netPaymentSet: money,
  link: z.nullable(z.object({ value: z.string() })),
});
type OrderNode = z.infer<typeof orderNode>;

const found = z.object({ orders: z.object({ nodes: z.array(orderNode) }) });
const one = z.object({ order: z.nullable(orderNode) });
/** Each order is read by itself. */
const page = z.object({
  orders: z.object({
    nodes: z.array(z.unknown()),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.nullable(z.string()) }),
  }),
});

/** The states of payment in which money is, or was, with the shop. */
const moneyCame = new Set(['PAID', 'PARTIALLY_REFUNDED', 'REFUNDED']);

export const statusOf = (
  cancelled: boolean,
  financial: string | null,
  fulfilled: boolean,
): { readonly status: OrderStatus; readonly moneyCame: boolean } => {
  const came = moneyCame.has(financial ?? '');
  if (cancelled) return { status: 'cancelled', moneyCame: came };
  if (financial === 'REFUNDED') return { status: 'refunded', moneyCame: came };
  if (financial === 'VOIDED' || financial === 'EXPIRED') return { status: 'cancelled', moneyCame: came };
  if (!came) return { status: 'pending', moneyCame: false };
  return { status: fulfilled ? 'fulfilled' : 'paid', moneyCame: true };
};

/** What is no longer with the shop of an order's total: returned goods lower the current total, money given back the net payment. */
export const refundedOf = (totalMinor: number, currentMinor: number, netMinor: number): number =>
  Math.max(0, totalMinor - Math.max(0, Math.min(currentMinor, netMinor)));

/** A net payment below 0 is more given back than came in: nothing remains. */
const netOf = (amount: string, currency: string): number | undefined =>
  amount.startsWith('-') ? 0 : readMoney(amount, currency);

interface Sums {
  readonly totalMinor: number;
  readonly currentMinor: number;
  readonly netMinor: number;
  readonly itemsMinor: number | undefined;
  readonly currency: string;
}

/** All of one order's sums are in the shop's own currency, or it cannot be read. */
const sumsOf = (node: OrderNode): Sums | undefined => {
  const { amount, currencyCode: currency } = node.totalPriceSet.shopMoney;
  const current = node.currentTotalPriceSet.shopMoney;
  const net = node.netPaymentSet.shopMoney;
  const items = node.subtotalPriceSet?.shopMoney;
  if ([current, net, ...(items === undefined ? [] : [items])].some((sum) => sum.currencyCode !== currency))
    return undefined;
  const totalMinor = readMoney(amount, currency);
  const currentMinor = readMoney(current.amount, currency);
  const netMinor = netOf(net.amount, currency);
  const itemsMinor = items === undefined ? undefined : readMoney(items.amount, currency);
  const unread = items !== undefined && itemsMinor === undefined;
  if (totalMinor === undefined || currentMinor === undefined || netMinor === undefined || unread)
    return undefined;
  return { totalMinor, currentMinor, netMinor, itemsMinor, currency };
};

/** Undefined for what cannot be read; null for an order under a number that nobody could type here. */
export const toShopOrder = (node: OrderNode): ShopOrder | null | undefined => {
  const number = normalizeOrderNumber(node.name);
  if (number === undefined) return null;
  const sums = sumsOf(node);
  const placedAt = readTime(node.processedAt ?? node.createdAt);
  const updatedAt = readTime(node.updatedAt);
  if (sums === undefined || placedAt === undefined || updatedAt === undefined) return undefined;
  const { status, moneyCame: came } = statusOf(
    node.cancelledAt !== null,
    node.displayFinancialStatus,
    node.displayFulfillmentStatus === 'FULFILLED',
  );
  const { totalMinor, currentMinor, netMinor, itemsMinor, currency } = sums;
  return {
    number,
    id: node.id,
    email: node.email === null ? undefined : normalizeEmail(node.email),
    totalMinor,
    itemsMinor,
    refundedMinor: came ? refundedOf(totalMinor, currentMinor, netMinor) : 0,
    currency,
    status,
    placedAt,
    updatedAt,
    test: node.test,
    codes: node.discountCodes,
    linked: node.link !== null,
  };
};

const malformed: Trouble = {
  kind: 'trouble',
  reason: 'malformed',
  detail: 'an order’s sums, currency or times cannot be read',
};
const withheld: Trouble = {
  kind: 'trouble',
  reason: 'pii_not_granted',
  detail: 'Shopify withholds the e-mail of an order that has one',
};

/**
 * Whether e-mails are cut out of an answer without an error: an order has one and does not show it. One order that shows its own
 * proves the opposite, so that a page is not lost for a single odd order.
 */
const isWithheld = (nodes: readonly OrderNode[]): boolean =>
  nodes.some(({ email, canNotifyCustomer }) => email === null && canNotifyCustomer) &&
  nodes.every(({ email }) => email === null);

/** The search’s language has quotes, colons and OR; no sign of it may come from a customer. */
const searchable = /^[A-Za-z0-9._\-/ ]{1,32}$/;

/** So many orders are looked at for one number: a search finds names that only begin alike, too. */
const candidates = 10;

/** Looks for the printed name with its sign, and only if there is none for the bare number. */
const byNumber = async (
  ask: Ask,
  number: OrderNumber,
  signal: AbortSignal,
): Promise<readonly OrderNode[] | Trouble> => {
  if (!searchable.test(number)) return [];
  for (const name of [`#${number}`, number]) {
    const variables = { query: `name:'${name}'`, first: candidates };
    const answer = await ask(findOrders, variables, found, signal);
    if (answer.kind === 'trouble') return answer;
    const matched = answer.data.orders.nodes.filter((node) => normalizeOrderNumber(node.name) === number);
    if (matched.length > 0) return matched;
  }
  return [];
};

export const findIn = async (
  ask: Ask,
  { number, emails }: { readonly number: OrderNumber; readonly emails: readonly Email[] },
  signal: AbortSignal,
): Promise<FoundOrder> => {
  const nodes = await byNumber(ask, number, signal);
  if ('kind' in nodes) return nodes;
  if (isWithheld(nodes)) return withheld;
  const theirs = nodes.filter((node) => {
    const email = node.email === null ? undefined : normalizeEmail(node.email);
    return email !== undefined && emails.includes(email);
  });
  // Shopify lets two orders have one name: which of them is meant, nobody can say.
  const [only, ...others] = theirs;
  if (only === undefined || others.length > 0) return { kind: 'none' };
  const order = toShopOrder(only);
  return order === undefined || order === null ? malformed : { kind: 'found', order };
};

export const readIn = async (ask: Ask, id: string, signal: AbortSignal): Promise<FoundOrder> => {
  if (!orderId.safeParse(id).success) return { kind: 'none' };
  const answer = await ask(readOrder, { id }, one, signal);
  if (answer.kind === 'trouble') return answer;
  const { order: node } = answer.data;
  if (node === null) return { kind: 'none' };
  if (node.id !== id) return malformed;
  if (isWithheld([node])) return withheld;
  const order = toShopOrder(node);
  if (order === null) return { kind: 'none' };
  return order === undefined ? malformed : { kind: 'found', order };
};

const pageSize = 50;

export const changedIn = async (
  ask: Ask,
  since: Instant,
  from: string | undefined,
  signal: AbortSignal,
): Promise<OrdersPage | Trouble> => {
  const query = `updated_at:>='${wholeSeconds(since)}'`;
  const variables = { query, first: pageSize, after: from ?? null };
  const answer = await ask(changedOrders, variables, page, signal);
  if (answer.kind === 'trouble') return answer;
  const { nodes, pageInfo } = answer.data.orders;
  if (isWithheld(nodes.flatMap((node) => orderNode.safeParse(node).data ?? []))) return withheld;
  const read = readRows(nodes, (node) => {
    const { data } = orderNode.safeParse(node);
    return data === undefined ? undefined : toShopOrder(data);
  });
  if (!pageInfo.hasNextPage) return { kind: 'page', ...read, next: undefined };
  // A cursor that does not move would never end.
  if (pageInfo.endCursor === null || pageInfo.endCursor === from) return malformed;
  return { kind: 'page', ...read, next: pageInfo.endCursor };
};

/** Shopify’s times have whole seconds; what was cut off is asked for again rather than missed. */
export const wholeSeconds = (at: Instant): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
