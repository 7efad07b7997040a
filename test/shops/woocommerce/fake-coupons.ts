/** Coupons of the fake shop. No index keeps codes unique: who looks before another has written makes a twin. */
import * as z from 'zod/mini';
import {
  type Answer,
  failure,
  gmt,
  local,
  type Meta,
  paged,
  readDate,
  toSecond,
  type World,
} from './fake-posts.ts';

const decimal = z.union([z.string(), z.number()]);
const meta = z.array(z.object({ key: z.string(), value: z.unknown() }));
/** What can be written. `date_expires_gmt` is taken and does nothing, as whatever else is unknown. */
const sent = z.object({
  code: z.optional(z.string()),
  status: z.optional(z.string()),
  discount_type: z.optional(z.string()),
  amount: z.optional(decimal),
  description: z.optional(z.string()),
  date_expires: z.optional(z.nullable(z.string())),
  individual_use: z.optional(z.boolean()),
  usage_limit: z.optional(z.nullable(z.int())),
  usage_limit_per_user: z.optional(z.nullable(z.int())),
  limit_usage_to_x_items: z.optional(z.nullable(z.int())),
  free_shipping: z.optional(z.boolean()),
  product_ids: z.optional(z.array(z.int())),
  minimum_amount: z.optional(decimal),
  /** Nobody looks whether these are addresses. */
  email_restrictions: z.optional(z.array(z.string())),
  meta_data: z.optional(meta),
});
type Sent = z.infer<typeof sent>;

export interface FakeCoupon {
  readonly id: number;
  code: string;
  status: string;
  discountType: string;
  amount: string;
  description: string;
  readonly createdMs: number;
  expiresMs: number | null;
  individualUse: boolean;
  usageLimit: number | null;
  usageLimitPerUser: number | null;
  limitItems: number | null;
  freeShipping: boolean;
  productIds: readonly number[];
  minimumAmount: string;
  emails: readonly string[];
  usedBy: string[];
  meta: readonly Meta[];
}

const types = ['percent', 'fixed_cart', 'fixed_product'];
const money = (value: string | number): string => Number(value).toFixed(2);
/** 0 stands for no limit. */
const limit = (value: number | null | undefined): number | null =>
  value === undefined || value === 0 ? null : value;

const show = (coupon: FakeCoupon, zone: string): object => ({
  id: coupon.id,
  code: coupon.code,
  amount: coupon.amount,
  status: coupon.status,
  date_created: local(coupon.createdMs, zone),
  date_created_gmt: gmt(coupon.createdMs),
  discount_type: coupon.discountType,
  description: coupon.description,
  date_expires: local(coupon.expiresMs, zone),
  date_expires_gmt: gmt(coupon.expiresMs),
  usage_count: coupon.usedBy.length,
  individual_use: coupon.individualUse,
  product_ids: coupon.productIds,
  usage_limit: coupon.usageLimit,
  usage_limit_per_user: coupon.usageLimitPerUser,
  limit_usage_to_x_items: coupon.limitItems,
  free_shipping: coupon.freeShipping,
  minimum_amount: coupon.minimumAmount,
  email_restrictions: coupon.emails,
  used_by: coupon.usedBy,
  meta_data: coupon.meta.map(({ key, value }, index) => ({ id: coupon.id * 100 + index, key, value })),
});

const write = (coupon: FakeCoupon, body: Sent, zone: string): void => {
  coupon.status = body.status ?? coupon.status;
  coupon.discountType = body.discount_type ?? coupon.discountType;
  coupon.amount = body.amount === undefined ? coupon.amount : money(body.amount);
  coupon.description = body.description ?? coupon.description;
  if (body.date_expires !== undefined) coupon.expiresMs = readDate(body.date_expires, zone);
  coupon.individualUse = body.individual_use ?? coupon.individualUse;
  if (body.usage_limit !== undefined) coupon.usageLimit = limit(body.usage_limit);
  if (body.usage_limit_per_user !== undefined) coupon.usageLimitPerUser = limit(body.usage_limit_per_user);
  if (body.limit_usage_to_x_items !== undefined) coupon.limitItems = limit(body.limit_usage_to_x_items);
  coupon.freeShipping = body.free_shipping ?? coupon.freeShipping;
  coupon.productIds = body.product_ids ?? coupon.productIds;
  coupon.minimumAmount =
    body.minimum_amount === undefined ? coupon.minimumAmount : money(body.minimum_amount);
  coupon.emails = body.email_restrictions ?? coupon.emails;
  for (const { key, value } of body.meta_data ?? [])
    coupon.meta = [...coupon.meta.filter((known) => known.key !== key), { key, value }];
};

/** So many creations look for the code before the first of them writes. */
interface Race {
  waiting: number;
  readonly together: Promise<void>;
  readonly go: () => void;
}

const startRace = (among: number): Race => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { waiting: among, together: promise, go: resolve };
};

export const fakeCoupons = (world: World) => {
  const rows: FakeCoupon[] = [];
  let race: Race | undefined;
  let dyingHalfway = false;

  /** The newest that is published: what `?code=` shows and what the checkout takes. */
  const byCode = (code: string): FakeCoupon | undefined =>
    rows
      .filter((row) => row.code === code.toLowerCase() && row.status === 'publish')
      .toSorted((a, b) => b.createdMs - a.createdMs || b.id - a.id)[0];

  const insert = (code: string, body: Sent): FakeCoupon => {
    const row: FakeCoupon = {
      id: world.nextId(),
      code: code.toLowerCase(),
      status: 'publish',
      discountType: 'fixed_cart',
      amount: '0.00',
      description: body.description ?? '',
      createdMs: toSecond(world.nowMs()),
      expiresMs: null,
      individualUse: false,
      usageLimit: null,
      usageLimitPerUser: null,
      limitItems: null,
      freeShipping: false,
      productIds: [],
      minimumAmount: '0.00',
      emails: [],
      usedBy: [],
      meta: [],
    };
    rows.push(row);
    return row;
  };

  const invalid = (body: Sent): Answer | undefined => {
    if (body.discount_type !== undefined && !types.includes(body.discount_type))
      return failure(400, 'rest_invalid_param', 'Invalid parameter(s): discount_type');
    if (body.discount_type === 'percent' && Number(body.amount ?? 0) > 100)
      return failure(400, 'coupon_invalid_amount', 'Invalid discount amount.');
    return undefined;
  };

  const create = async (json: unknown): Promise<Answer> => {
    const parsed = sent.safeParse(json);
    if (!parsed.success) return failure(400, 'rest_invalid_param', 'Invalid parameter(s)');
    const { code } = parsed.data;
    if (code === undefined) return failure(400, 'rest_missing_callback_param', 'Missing parameter(s): code');
    if (code === '')
      return failure(400, 'woocommerce_rest_empty_coupon_code', 'The coupon code cannot be empty.');
    const running = race;
    if (running !== undefined && running.waiting === 0) await running.together;
    if (byCode(code) !== undefined)
      return failure(400, 'woocommerce_rest_coupon_code_already_exists', 'The coupon code already exists');
    if (running !== undefined && running.waiting > 0) {
      running.waiting -= 1;
      if (running.waiting === 0) running.go();
      await running.together;
    }
    const wrong = invalid(parsed.data);
    if (wrong !== undefined) return wrong;
    const row = insert(code, parsed.data);
    if (dyingHalfway) {
      dyingHalfway = false;
      return failure(500, 'internal_server_error', 'There has been a critical error on this website.');
    }
    write(row, parsed.data, world.zone);
    return { status: 201, body: show(row, world.zone) };
  };

  const list = (query: URLSearchParams): Answer => {
    const code = query.get('code');
    const search = query.get('search')?.toLowerCase();
    const one = code === null ? undefined : byCode(code);
    const found = code === null ? rows : [one].filter((row) => row !== undefined);
    const matching = found.filter(
      (row) => search === undefined || `${row.code}\n${row.description.toLowerCase()}`.includes(search),
    );
    return paged(matching.toReversed(), query, (row) => show(row, world.zone));
  };

  const one = (id: number, method: string, json: unknown, query: URLSearchParams): Answer => {
    const row = rows.find((known) => known.id === id);
    if (row === undefined)
      return failure(method === 'PUT' ? 400 : 404, 'woocommerce_rest_shop_coupon_invalid_id', 'Invalid ID.');
    if (method === 'PUT') {
      const parsed = sent.safeParse(json);
      if (!parsed.success) return failure(400, 'rest_invalid_param', 'Invalid parameter(s)');
      const wrong = invalid(parsed.data);
      if (wrong !== undefined) return wrong;
      write(row, parsed.data, world.zone);
    }
    const shown = show(row, world.zone);
    if (method === 'DELETE') {
      if (query.get('force') === 'true') rows.splice(rows.indexOf(row), 1);
      else row.status = 'trash';
    }
    return { status: 200, body: shown };
  };

  return {
    rows,
    byCode,
    list,
    one,
    create,
    /** The next so many creations all look before one writes; those that come after wait for them. */
    race: (among: number) => {
      race = startRace(among);
    },
    /** The next creation writes the coupon and none of its limits, and answers 500. */
    dieHalfway: () => {
      dyingHalfway = true;
    },
    /** A coupon of the shop's own making. */
    add: (code: string, body: object = {}): FakeCoupon => {
      const read = sent.parse({ ...body, code });
      const row = insert(code, read);
      write(row, read, world.zone);
      return row;
    },
    /** What the checkout says to a code; undefined where it takes it. */
    refusal: (code: string, email: string): string | undefined => {
      const row = byCode(code);
      if (row === undefined) return `Coupon "${code}" does not exist!`;
      if (row.expiresMs !== null && world.nowMs() > row.expiresMs) return 'This coupon has expired.';
      if (row.usageLimit !== null && row.usedBy.length >= row.usageLimit)
        return 'Coupon usage limit has been reached.';
      if (row.emails.length > 0 && !row.emails.includes(email)) return 'This coupon is not yours.';
      return undefined;
    },
  };
};
