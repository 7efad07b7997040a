/** Orders of the fake shop. */
import * as z from 'zod/mini';
import type { fakeCoupons } from './fake-coupons.ts';
import { type Answer, failure, gmt, local, type Meta, paged, toSecond, type World } from './fake-posts.ts';

const meta = z.array(z.object({ key: z.string(), value: z.unknown() }));
const sent = z.object({
  status: z.optional(z.string()),
  set_paid: z.optional(z.boolean()),
  billing: z.optional(z.object({ email: z.optional(z.string()), first_name: z.optional(z.string()) })),
  line_items: z.optional(z.array(z.object({ product_id: z.int(), quantity: z.int() }))),
  coupon_lines: z.optional(z.array(z.object({ code: z.string() }))),
  meta_data: z.optional(meta),
});
const refundSent = z.object({ amount: z.string(), reason: z.optional(z.string()) });

export interface FakeOrder {
  readonly id: number;
  status: string;
  currency: string;
  total: string;
  /** What stands there may be null after a person was erased. */
  email: string | null;
  firstName: string;
  readonly createdMs: number;
  modifiedMs: number;
  paidMs: number | null;
  lines: readonly { readonly productId: number; readonly quantity: number; readonly total: string }[];
  refunds: { readonly id: number; readonly reason: string; readonly total: string }[];
  codes: readonly string[];
  /** Whether its coupons count as used by it. */
  counted: boolean;
  meta: readonly Meta[];
}

/** In these a coupon's use is given back. */
const releasing = new Set(['cancelled', 'failed', 'trash']);
const paying = new Set(['processing', 'completed']);
const price = '45.00';

export type Numbering = (id: number) => string;

export const fakeOrders = (world: World, coupons: ReturnType<typeof fakeCoupons>, number: Numbering) => {
  const rows: FakeOrder[] = [];

  const show = (order: FakeOrder): object => ({
    id: order.id,
    parent_id: 0,
    number: number(order.id),
    status: order.status,
    currency: order.currency,
    date_created: local(order.createdMs, world.zone),
    date_created_gmt: gmt(order.createdMs),
    date_modified: local(order.modifiedMs, world.zone),
    date_modified_gmt: gmt(order.modifiedMs),
    date_paid: local(order.paidMs, world.zone),
    date_paid_gmt: gmt(order.paidMs),
    // A refund does not touch it.
    total: order.total,
    customer_id: 0,
    billing: { first_name: order.firstName, email: order.email },
    line_items: order.lines.map(({ productId, quantity, total }, index) => ({
      id: order.id * 10 + index,
      product_id: productId,
      quantity,
      total,
      meta_data: [],
    })),
    coupon_lines: order.codes.map((code, index) => ({ id: order.id * 100 + index, code, discount: '0.00' })),
    refunds: order.refunds,
    meta_data: order.meta.map(({ key, value }, index) => ({ id: order.id * 100 + index, key, value })),
  });

  const touch = (order: FakeOrder): void => {
    order.modifiedMs = toSecond(world.nowMs());
  };

  const move = (order: FakeOrder, status: string): void => {
    order.status = status;
    if (paying.has(status)) order.paidMs ??= toSecond(world.nowMs());
    const used = order.codes.map((code) => coupons.byCode(code)).filter((row) => row !== undefined);
    const by = order.email ?? '';
    if (releasing.has(status) && order.counted) {
      for (const row of used) row.usedBy = row.usedBy.toSpliced(row.usedBy.indexOf(by), 1);
      order.counted = false;
    }
    if (!releasing.has(status) && status !== 'checkout-draft' && !order.counted) {
      for (const row of used) row.usedBy = [...row.usedBy, by];
      order.counted = true;
    }
    touch(order);
  };

  /** @throws where the checkout does not take the coupon */
  const place = (wanted: {
    readonly email: string;
    readonly total: string;
    readonly status?: string;
    readonly coupons?: readonly string[];
    readonly firstName?: string;
  }): FakeOrder => {
    const codes = (wanted.coupons ?? []).map((code) => code.toLowerCase());
    for (const code of codes) {
      const refusal = coupons.refusal(code, wanted.email);
      if (refusal !== undefined) throw new Error(refusal);
    }
    const now = toSecond(world.nowMs());
    const order: FakeOrder = {
      id: world.nextId(),
      status: 'checkout-draft',
      currency: world.currency,
      total: wanted.total,
      email: wanted.email,
      firstName: wanted.firstName ?? 'Ana',
      createdMs: now,
      modifiedMs: now,
      paidMs: null,
      lines: [{ productId: 10, quantity: 1, total: wanted.total }],
      refunds: [],
      codes,
      counted: false,
      meta: [],
    };
    rows.push(order);
    move(order, wanted.status ?? 'processing');
    return order;
  };

  const refund = (order: FakeOrder, amount: string, reason: string): object => {
    const line = { id: world.nextId(), reason, total: `-${Number(amount).toFixed(2)}` };
    order.refunds = [...order.refunds, line];
    const left = order.refunds.reduce((net, { total }) => net + Number(total), Number(order.total));
    if (left <= 0.001) order.status = 'refunded';
    touch(order);
    return { ...line, amount: Number(amount).toFixed(2) };
  };

  const create = (json: unknown): Answer => {
    const parsed = sent.safeParse(json);
    if (!parsed.success) return failure(400, 'rest_invalid_param', 'Invalid parameter(s)');
    const { billing, status, set_paid: paid, line_items: lines = [], coupon_lines: used = [] } = parsed.data;
    const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    try {
      const order = place({
        email: billing?.email ?? '',
        total: (pieces * Number(price)).toFixed(2),
        status: paid === true ? 'processing' : (status ?? 'pending'),
        coupons: used.map(({ code }) => code),
        ...(billing?.first_name === undefined ? {} : { firstName: billing.first_name }),
      });
      order.meta = parsed.data.meta_data ?? [];
      return { status: 201, body: show(order) };
    } catch (error) {
      const message = error instanceof Error ? error.message : '';
      return failure(400, 'woocommerce_rest_invalid_coupon', message);
    }
  };

  const update = (order: FakeOrder, json: unknown): Answer => {
    const parsed = sent.safeParse(json);
    if (!parsed.success) return failure(400, 'rest_invalid_param', 'Invalid parameter(s)');
    for (const { key, value } of parsed.data.meta_data ?? [])
      order.meta = [...order.meta.filter((known) => known.key !== key), { key, value }];
    if (parsed.data.status !== undefined) move(order, parsed.data.status);
    touch(order);
    return { status: 200, body: show(order) };
  };

  return {
    rows,
    show,
    place,
    move,
    refund,
    create,
    list: (query: URLSearchParams): Answer => paged(listed(rows, query, world), query, show),
    one: (id: number, method: string, json: unknown): Answer => {
      const order = rows.find((known) => known.id === id);
      if (order === undefined)
        return failure(method === 'PUT' ? 400 : 404, 'woocommerce_rest_shop_order_invalid_id', 'Invalid ID.');
      return method === 'PUT' ? update(order, json) : { status: 200, body: show(order) };
    },
    refundBy: (id: number, json: unknown): Answer => {
      const order = rows.find((known) => known.id === id);
      if (order === undefined) return failure(404, 'woocommerce_rest_invalid_order_id', 'Invalid order ID.');
      const parsed = refundSent.safeParse(json);
      if (!parsed.success) return failure(400, 'rest_invalid_param', 'Invalid parameter(s)');
      return { status: 201, body: refund(order, parsed.data.amount, parsed.data.reason ?? '') };
    },
  };
};

/** Parts of words in any field; not the printed number, which a plugin makes up as it is shown. A `#` stands in no field. */
const contains = (order: FakeOrder, search: string): boolean =>
  [String(order.id), order.email ?? '', order.firstName].some((field) =>
    field.toLowerCase().includes(search),
  );

/**
 * A bound as WordPress reads it: a time with a zone is put on the shop's clock first, one without is taken as it stands; then it
 * is compared with the UTC column, or with the local one.
 */
const bound = (text: string | null, zone: string): string | null =>
  text !== null && /(Z|[+-]\d{2}:\d{2})$/.test(text) ? local(Date.parse(text), zone) : text;

const listed = (rows: readonly FakeOrder[], query: URLSearchParams, { zone, ties }: World): FakeOrder[] => {
  const search = query.get('search')?.toLowerCase();
  const column = ({ modifiedMs }: FakeOrder): string =>
    (query.get('dates_are_gmt') === 'true' ? gmt(modifiedMs) : local(modifiedMs, zone)) ?? '';
  const after = bound(query.get('modified_after'), zone);
  const before = bound(query.get('modified_before'), zone);
  const found = rows.filter(
    (order) =>
      order.status !== 'trash' &&
      (search === undefined || contains(order, search)) &&
      (after === null || column(order) > after) &&
      (before === null || column(order) < before),
  );
  const by = query.get('orderby') ?? 'date';
  const key = (order: FakeOrder): number => {
    if (by === 'id') return order.id;
    return by === 'modified' ? order.modifiedMs : order.createdMs;
  };
  // `unsettled`: a database that is not told what comes first within a second says it anew for each page.
  const turn = ties === 'unsettled' && by === 'modified' ? Number(query.get('page') ?? 1) % 2 : 1;
  const ascending = found.toSorted((a, b) => key(a) - key(b) || (turn === 1 ? a.id - b.id : b.id - a.id));
  return query.get('order') === 'asc' ? ascending : ascending.toReversed();
};
