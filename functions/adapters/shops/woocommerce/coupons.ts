/**
 * Coupons of WooCommerce. It keeps no code unique: calls in parallel make twins, of which `?code=` shows only the newest. So ours
 * are known by what we wrote into them, all of a code are looked for after each creation, and one is left.
 */
import * as z from 'zod/mini';
import { formatMinor } from '../../../domain/money.ts';
import type { CouponSpec, KnownCoupon, MadeCoupon, Shop, Trouble } from '../../../ports/shops.ts';
import { readTime } from '../reading.ts';
import { denied, type Query, trouble, type WooCalls } from './calls.ts';

/** The last that WooCommerce writes of a new coupon: one that has it is complete. */
const redemptionKey = '_loyalty_redemption_id';

const couponFields = 'id,code,status,description,usage_count,date_expires_gmt,meta_data';

const couponRow = z.object({
  id: z.int(),
  code: z.string(),
  status: z.optional(z.string()),
  description: z.catch(z.string(), ''),
  usage_count: z.int(),
  date_expires_gmt: z.optional(z.nullable(z.string())),
  meta_data: z.array(z.object({ key: z.string(), value: z.unknown() })),
});
type CouponRow = z.infer<typeof couponRow>;
type Named = Pick<CouponSpec, 'code' | 'redemption'>;

/** WooCommerce writes codes in lower case. */
const sameCode = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const isUsed = (row: CouponRow): boolean => row.usage_count > 0;

/** Written with the code in one statement; the meta data come after it. */
const mark = (redemption: string): string => `(${redemption})`;

/** `half`: ours, and the shop died while it made it: without limits or an end, perhaps. */
const whose = (row: CouponRow, redemption: string): 'ours' | 'half' | 'foreign' => {
  if (row.meta_data.some(({ key, value }) => key === redemptionKey && value === redemption)) return 'ours';
  return row.description.endsWith(mark(redemption)) ? 'half' : 'foreign';
};

interface Sorted {
  readonly ours: readonly CouponRow[];
  readonly half: readonly CouponRow[];
  readonly foreign: readonly CouponRow[];
}

const sort = (rows: readonly CouponRow[], redemption: string): Sorted => {
  // One in the bin or a draft cannot be used, but it may have been.
  const alive = rows.filter((row) => (row.status ?? 'publish') === 'publish' || isUsed(row));
  const of = (kind: ReturnType<typeof whose>) => alive.filter((row) => whose(row, redemption) === kind);
  return { ours: of('ours'), half: of('half'), foreign: of('foreign') };
};

/** To the second, and with `Z`: without it, or with fractions, WordPress takes the time for the shop's own zone. */
const endOf = ({ expiresAt }: CouponSpec): string => `${new Date(expiresAt).toISOString().slice(0, 19)}Z`;

const benefitOf = ({ benefit, currency }: CouponSpec): object => {
  switch (benefit.kind) {
    case 'product':
      // One piece of one of them, whatever else is in the cart.
      return { discount_type: 'percent', amount: '100', limit_usage_to_x_items: 1 };
    case 'amount':
      // WooCommerce takes the sum off each piece of a product: one piece, or it is given several times.
      return benefit.products.length > 0
        ? {
            discount_type: 'fixed_product',
            amount: formatMinor(benefit.valueMinor, currency),
            limit_usage_to_x_items: 1,
          }
        : { discount_type: 'fixed_cart', amount: formatMinor(benefit.valueMinor, currency) };
    case 'percent':
      return { discount_type: 'percent', amount: String(benefit.percent) };
    case 'free_shipping':
      return { discount_type: 'fixed_cart', amount: '0', free_shipping: true };
  }
};

const productsOf = ({ benefit }: CouponSpec): readonly string[] =>
  benefit.kind === 'free_shipping' ? [] : benefit.products;

const bodyOf = (spec: CouponSpec): object => ({
  code: spec.code,
  ...benefitOf(spec),
  ...(productsOf(spec).length === 0 ? {} : { product_ids: productsOf(spec).map(Number) }),
  individual_use: true,
  usage_limit: 1,
  usage_limit_per_user: 1,
  date_expires: endOf(spec),
  description: `${spec.title} ${mark(spec.redemption)}`,
  meta_data: [{ key: redemptionKey, value: spec.redemption }],
});

/** Errors by which WooCommerce refuses what it was told, before it writes anything. */
const refusal =
  /^(rest_(invalid_param|missing_callback_param)|coupon_|woocommerce_rest_(empty_coupon|invalid_coupon))/;

const made = { kind: 'made' } as const;
const refused = (detail: string): MadeCoupon => ({ kind: 'refused', detail });

/** What cannot be sent: without its products a gift would be any product of the shop. */
const unsayable = (spec: CouponSpec): string | undefined => {
  const ids = productsOf(spec);
  if (spec.benefit.kind === 'product' && ids.length === 0) return 'a gift without products';
  return ids.every((id) => /^[1-9]\d{0,15}$/.test(id)) ? undefined : 'product ids that are no numbers';
};

type Rows = readonly CouponRow[];
const isTrouble = (value: Rows | Sorted | Trouble | undefined): value is Trouble =>
  value !== undefined && 'kind' in value;

const lister = (calls: WooCalls) => {
  const list = async (query: Query, code: string, signal: AbortSignal): Promise<Rows | Trouble> => {
    const told = await calls.read('coupons', { ...query, _fields: couponFields }, z.array(couponRow), signal);
    if (told.kind === 'denied') return denied(told);
    return told.kind === 'trouble' ? told : told.data.filter((row) => sameCode(row.code, code));
  };
  /**
   * All coupons under a code. The search shows twins; the look-up by code, which does not, is asked where the search shows nothing.
   * @param expected a coupon that is there for certain
   */
  return async ({ code, redemption }: Named, signal: AbortSignal, expected?: number) => {
    // Codes are long and random: a hundred others that contain one are not to be feared.
    const searched = await list({ search: code, per_page: '100' }, code, signal);
    if (isTrouble(searched)) return searched;
    if (searched.some(({ id }) => expected === undefined || id === expected))
      return sort(searched, redemption);
    const looked = await list({ code }, code, signal);
    if (isTrouble(looked)) return looked;
    const others = looked.filter(({ id }) => !searched.some((row) => row.id === id));
    return sort([...searched, ...others], redemption);
  };
};

const remover = (calls: WooCalls) => {
  /** Past the bin. @returns how often it had been used by then; 0 where somebody else was faster. */
  const remove = async (id: number, signal: AbortSignal): Promise<number | Trouble> => {
    const request = { method: 'DELETE', path: `coupons/${id}` } as const;
    const gone = z.object({ usage_count: z.catch(z.int(), 0) });
    const told = await calls.write(request, { force: 'true' }, gone, signal);
    if (told.kind === 'told') return told.data.usage_count;
    if (told.kind === 'trouble') return told;
    return told.code === 'woocommerce_rest_shop_coupon_invalid_id' ? 0 : denied(told);
  };
  /** @returns how often they had been used */
  return async (rows: Rows, signal: AbortSignal): Promise<number | Trouble> => {
    const uses = await Promise.all(rows.map(({ id }) => remove(id, signal)));
    let total = 0;
    for (const use of uses) {
      if (typeof use !== 'number') return use;
      total += use;
    }
    return total;
  };
};

/** WooCommerce takes sums off in the shop's own currency, whatever ours are in. It is read once, before the first sum. */
const currencyReader = (calls: WooCalls) => {
  let known: string | undefined;
  const form = z.object({ code: z.string().check(z.regex(/^[A-Z]{3}$/)) });
  return async (signal: AbortSignal): Promise<string | undefined> => {
    if (known !== undefined) return known;
    const told = await calls.read('data/currencies/current', { _fields: 'code' }, form, signal);
    // Keys that may not read settings may make coupons.
    known = told.kind === 'told' ? told.data.code : undefined;
    return known;
  };
};

type Listed = Awaited<ReturnType<ReturnType<typeof lister>>>;

export const wooCoupons = (calls: WooCalls): Pick<Shop, 'makeCoupon' | 'findCoupon' | 'cancelCoupon'> => {
  const under = lister(calls);
  const removeAll = remover(calls);
  const shopCurrency = currencyReader(calls);

  /**
   * One of ours is left: a used one before all, else the oldest, since parallel calls agree on that one without a word. Where
   * another coupon has the code ours goes, unless it was used: customers would get whichever is newer.
   * @returns undefined where there is none of ours, and none of others
   */
  const settled = async (rows: Listed, signal: AbortSignal): Promise<MadeCoupon | undefined> => {
    if (isTrouble(rows)) return rows;
    const { ours, half, foreign } = rows;
    const used = ours.filter(isUsed);
    const oldest = ours.toSorted((a, b) => a.id - b.id).slice(0, 1);
    const unused = foreign.length > 0 ? [] : oldest;
    const kept = used.length > 0 ? used : unused;
    const surplus = [...ours.filter((row) => !kept.includes(row)), ...half];
    const uses = await removeAll(surplus, signal);
    if (typeof uses !== 'number') return uses;
    if (kept.length > 0) return made;
    return foreign.length > 0 ? refused('another coupon of the shop has this code') : undefined;
  };

  /** A coupon that the shop made otherwise than it was told must not stay. */
  const withdrawn = async (row: CouponRow, what: string, signal: AbortSignal): Promise<MadeCoupon> => {
    const uses = await removeAll([row], signal);
    return typeof uses === 'number' ? refused(`${what}; it was removed again`) : uses;
  };

  const create = async (spec: CouponSpec, signal: AbortSignal): Promise<MadeCoupon> => {
    const sold = spec.benefit.kind === 'amount' ? await shopCurrency(signal) : undefined;
    if (sold !== undefined && sold !== spec.currency) return refused(`the shop sells in ${sold}`);
    const request = { method: 'POST', path: 'coupons', body: bodyOf(spec) } as const;
    const told = await calls.write(request, {}, couponRow, signal);
    if (told.kind === 'trouble') return told;
    if (told.kind === 'denied') {
      if (told.code !== 'woocommerce_rest_coupon_code_already_exists')
        return refusal.test(told.code) ? refused(told.code) : denied(told);
      const known = await settled(await under(spec, signal), signal);
      return known ?? trouble('server_error', 'it says that the code exists, and shows no coupon under it');
    }
    const row = told.data;
    const end = readTime(row.date_expires_gmt ?? '');
    if (end !== readTime(endOf(spec))) return withdrawn(row, 'the shop made it with another end', signal);
    if (!sameCode(row.code, spec.code)) return withdrawn(row, 'the shop made it under another code', signal);
    const left = await settled(await under(spec, signal, row.id), signal);
    return left ?? trouble('server_error', 'it made the coupon, and shows none under the code');
  };

  return {
    makeCoupon: async (spec, again, signal) => {
      const wrong = unsayable(spec);
      if (wrong !== undefined) return refused(wrong);
      const known = again ? await settled(await under(spec, signal), signal) : undefined;
      return known ?? create(spec, signal);
    },

    findCoupon: async (named, signal): Promise<KnownCoupon> => {
      const rows = await under(named, signal);
      if (isTrouble(rows)) return rows;
      if (rows.ours.length > 0) return { kind: 'ours', used: rows.ours.some(isUsed) };
      return { kind: rows.foreign.length > 0 ? 'foreign' : 'none' };
    },

    cancelCoupon: async (named, signal) => {
      const rows = await under(named, signal);
      if (isTrouble(rows)) return rows;
      const all = [...rows.ours, ...rows.half];
      if (all.length === 0) return { kind: 'none' };
      // What the shop removed it tells as it was then: a use between look and removal shows there.
      const uses = await removeAll(
        all.filter((row) => !isUsed(row)),
        signal,
      );
      if (typeof uses !== 'number') return uses;
      return { kind: uses > 0 || all.some(isUsed) ? 'used' : 'cancelled' };
    },
  };
};
