/** Coupons of WooCommerce: after each creation all of a code are looked for, and one is left. */
import * as z from 'zod/mini';
import { formatMinor } from '../../../domain/money.ts';
import type { CouponSpec, KnownCoupon, MadeCoupon, Shop } from '../../../ports/shops.ts';
import { trouble } from '../answers.ts';
import { readTime } from '../reading.ts';
import { denied, type WooCalls } from './calls.ts';
import {
  type CouponRow,
  couponRow,
  isTrouble,
  isUsed,
  lister,
  mark,
  redemptionKey,
  remover,
  sameCode,
  settler,
} from './coupon-rows.ts';

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

const refused = (detail: string): MadeCoupon => ({ kind: 'refused', detail });

/** What cannot be sent: without its products a gift would be any product of the shop. */
const unsayable = (spec: CouponSpec): string | undefined => {
  const ids = productsOf(spec);
  if (spec.benefit.kind === 'product' && ids.length === 0) return 'a gift without products';
  return ids.every((id) => /^[1-9]\d{0,15}$/.test(id)) ? undefined : 'product ids that are no numbers';
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

/** What all three of the port's calls go by. */
const toolsOf = (calls: WooCalls) => {
  const removeAll = remover(calls);
  return {
    calls,
    removeAll,
    under: lister(calls),
    settled: settler(removeAll),
    shopCurrency: currencyReader(calls),
  };
};
type Tools = ReturnType<typeof toolsOf>;

/** A coupon that the shop made otherwise than it was told must not stay. */
const withdrawn = async (
  { removeAll }: Tools,
  row: CouponRow,
  what: string,
  signal: AbortSignal,
): Promise<MadeCoupon> => {
  const uses = await removeAll([row], signal);
  return typeof uses === 'number' ? refused(`${what}; it was removed again`) : uses;
};

const create = async (tools: Tools, spec: CouponSpec, signal: AbortSignal): Promise<MadeCoupon> => {
  const { calls, under, settled, shopCurrency } = tools;
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
  if (end !== readTime(endOf(spec)))
    return withdrawn(tools, row, 'the shop made it with another end', signal);
  if (!sameCode(row.code, spec.code))
    return withdrawn(tools, row, 'the shop made it under another code', signal);
  const left = await settled(await under(spec, signal, row.id), signal);
  return left ?? trouble('server_error', 'it made the coupon, and shows none under the code');
};

const cancelWith =
  ({ under, removeAll }: Tools): Shop['cancelCoupon'] =>
  async (named, signal) => {
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
  };

export const wooCoupons = (calls: WooCalls): Pick<Shop, 'makeCoupon' | 'findCoupon' | 'cancelCoupon'> => {
  const tools = toolsOf(calls);
  const { under, settled } = tools;
  return {
    makeCoupon: async (spec, again, signal) => {
      const wrong = unsayable(spec);
      if (wrong !== undefined) return refused(wrong);
      const known = again ? await settled(await under(spec, signal), signal) : undefined;
      return known ?? create(tools, spec, signal);
    },

    findCoupon: async (named, signal): Promise<KnownCoupon> => {
      const rows = await under(named, signal);
      if (isTrouble(rows)) return rows;
      if (rows.ours.length > 0) return { kind: 'ours', used: rows.ours.some(isUsed) };
      return { kind: rows.foreign.length > 0 ? 'foreign' : 'none' };
    },

    cancelCoupon: cancelWith(tools),
  };
};
