/**
 * Coupons as promotions with a code. Vendure takes a second promotion of the same code, and then gives both discounts on one
 * order: so we look before and after we make one, and take twins away. Why it is done so: docs/decisions/vendure.md.
 */
import * as z from 'zod/mini';
import { decimalsOf } from '../../../domain/money.ts';
import { whyNot } from '../../../domain/store.ts';
import type { CancelledCoupon, CouponSpec, KnownCoupon, MadeCoupon, Trouble } from '../../../ports/shops.ts';
import { trouble } from '../answers.ts';
import type { Admin } from './graphql.ts';
import {
  createPromotion,
  deletePromotion,
  disablePromotion,
  findPromotions,
  listCodes,
} from './operations.ts';
import { settings } from './orders.ts';

type Named = Pick<CouponSpec, 'code' | 'redemption'>;

const promotion = z.object({
  id: z.string(),
  createdAt: z.string(),
  couponCode: z.nullable(z.string()),
  enabled: z.boolean(),
  translations: z.array(z.object({ name: z.string() })),
});
type Promotion = z.infer<typeof promotion>;

const found = z.object({
  promotions: z.object({ items: z.array(promotion) }),
  activeChannel: z.object({
    defaultLanguageCode: z.string(),
    defaultCurrencyCode: z.string(),
    availableCurrencyCodes: z.array(z.string()),
  }),
  globalSettings: settings,
});
type Found = z.infer<typeof found>;

const codesListed = z.object({
  orders: z.object({
    items: z.array(z.object({ state: z.string(), couponCodes: z.array(z.string()) })),
    totalItems: z.int(),
  }),
});
const created = z.object({ createPromotion: z.object({ __typename: z.string() }) });
const anything = z.unknown();

/** The name that the owner reads ends with the redemption, in brackets. */
const markOf = ({ redemption }: Named): string => `[${redemption}]`;
/** Names have at most 255 characters. */
const titleLength = 150;

interface Holders {
  readonly kind: 'holders';
  /** The oldest first, in an order that everybody agrees on. */
  readonly ours: readonly Promotion[];
  readonly foreign: boolean;
  readonly shop: Omit<Found, 'promotions'>;
}

const byAge = (a: Promotion, b: Promotion): number =>
  a.createdAt === b.createdAt
    ? a.id.length - b.id.length || (a.id < b.id ? -1 : 1)
    : a.createdAt < b.createdAt
      ? -1
      : 1;

/** Who has the code, case aside, as at the shop's checkout. */
const holdersOf = async (admin: Admin, named: Named, signal: AbortSignal): Promise<Holders | Trouble> => {
  const got = await admin.read(findPromotions, { code: named.code }, found, signal);
  if (got.kind === 'trouble') return got;
  const { promotions, ...shop } = got.data;
  const all = promotions.items.filter(
    ({ couponCode }) => couponCode?.toUpperCase() === named.code.toUpperCase(),
  );
  const isOurs = ({ translations }: Promotion) =>
    translations.some(({ name }) => name.endsWith(markOf(named)));
  const ours = all.filter(isOurs).sort(byAge);
  return { kind: 'holders', ours, foreign: ours.length < all.length, shop };
};

/** @returns the trouble that stopped it; one that is gone already is as good as removed or disabled */
const changeAll = async (
  admin: Admin,
  document: string,
  promotions: readonly Promotion[],
  signal: AbortSignal,
): Promise<Trouble | undefined> => {
  for (const { id } of promotions) {
    const told = await admin.change(document, { id }, anything, signal);
    if (told.kind === 'trouble') return told;
    if (told.kind === 'rejected' && told.code !== 'ENTITY_NOT_FOUND') return trouble('malformed', told.code);
  }
  return undefined;
};

/** What the code stands for once it is there; undefined while nobody has it. */
const settled = async (
  admin: Admin,
  { ours, foreign }: Holders,
  signal: AbortSignal,
): Promise<MadeCoupon | undefined> => {
  const [kept, ...twins] = ours;
  const failed = await changeAll(admin, deletePromotion, foreign ? ours : twins, signal);
  if (failed !== undefined) return failed;
  if (foreign) return { kind: 'refused', detail: 'another coupon has the code' };
  if (kept === undefined) return undefined;
  return kept.enabled ? { kind: 'made' } : { kind: 'refused', detail: 'it was cancelled before' };
};

interface Action {
  readonly code: string;
  readonly arguments: readonly { readonly name: string; readonly value: string }[];
}

/** An amount is a bare number there, and means as many units of whatever currency the order is in. */
const amountAction = (
  valueMinor: number,
  currency: CouponSpec['currency'],
  { activeChannel, globalSettings }: Holders['shop'],
): Action | string => {
  const { defaultCurrencyCode, availableCurrencyCodes } = activeChannel;
  if (defaultCurrencyCode !== currency) return `the shop sells in ${defaultCurrencyCode}, not in ${currency}`;
  if (availableCurrencyCodes.some((code) => code !== currency))
    return 'the shop sells in several currencies, in each of which the amount would be another sum';
  const shift = globalSettings.serverConfig.moneyStrategyPrecision - decimalsOf(currency);
  const value = shift < 0 ? valueMinor / 10 ** -shift : valueMinor * 10 ** shift;
  if (!Number.isInteger(value)) return 'the shop does not keep so many decimals';
  return { code: 'order_fixed_discount', arguments: [{ name: 'discount', value: String(value) }] };
};

/** @returns why not, in words, where Vendure cannot */
const actionOf = ({ benefit, currency }: CouponSpec, shop: Holders['shop']): Action | string => {
  const not = whyNot('vendure', benefit);
  if (not !== undefined) return not;
  if (benefit.kind === 'amount') return amountAction(benefit.valueMinor, currency, shop);
  if (benefit.kind !== 'percent') return { code: 'free_shipping', arguments: [] };
  const discount = { name: 'discount', value: String(benefit.percent) };
  if (benefit.products.length === 0) return { code: 'order_percentage_discount', arguments: [discount] };
  const variants = { name: 'productVariantIds', value: JSON.stringify(benefit.products) };
  return { code: 'products_percentage_discount', arguments: [discount, variants] };
};

const inputOf = (spec: CouponSpec, action: Action, languageCode: string, nowMs: number) => ({
  enabled: true,
  couponCode: spec.code,
  usageLimit: 1,
  perCustomerUsageLimit: 1,
  // Before its start a code is taken without a discount, and is used up: a slow clock of the shop's must not do that.
  startsAt: spec.startsAt > nowMs ? new Date(spec.startsAt).toISOString() : null,
  endsAt: new Date(spec.expiresAt).toISOString(),
  conditions: [],
  actions: [action],
  translations: [
    { languageCode, name: `${spec.title.slice(0, titleLength)} ${markOf(spec)}`, description: '' },
  ],
});

/** Looked up first whatever the caller knows: the shop itself would take a twin. */
export const makeCoupon = async (
  admin: Admin,
  spec: CouponSpec,
  nowMs: number,
  signal: AbortSignal,
): Promise<MadeCoupon> => {
  const before = await holdersOf(admin, spec, signal);
  if (before.kind === 'trouble') return before;
  const known = await settled(admin, before, signal);
  if (known !== undefined) return known;
  const action = actionOf(spec, before.shop);
  if (typeof action === 'string') return { kind: 'refused', detail: action };
  const input = inputOf(spec, action, before.shop.activeChannel.defaultLanguageCode, nowMs);
  const told = await admin.change(createPromotion, { input }, created, signal);
  if (told.kind === 'trouble') return told;
  if (told.kind === 'rejected') return { kind: 'refused', detail: `the shop answers ${told.code}` };
  const made = told.data.createPromotion.__typename;
  if (made !== 'Promotion') return { kind: 'refused', detail: `the shop answers ${made.slice(0, 60)}` };
  const after = await holdersOf(admin, spec, signal);
  if (after.kind === 'trouble') return after;
  return (await settled(admin, after, signal)) ?? trouble('server_error', 'made, and not to be found');
};

/** A page is as long as the shop allows, 1,000 as a rule; so many pages are read. */
const mostPages = 30;

/**
 * Whether an order that stands used the code. Orders cannot be asked for by code, so those placed since the promotion was made
 * are looked through; Vendure itself counts neither carts nor cancelled orders.
 */
const isUsed = async (
  admin: Admin,
  code: string,
  sinceIso: string,
  signal: AbortSignal,
): Promise<boolean | Trouble> => {
  const filter = { orderPlacedAt: { after: sinceIso }, state: { notIn: ['Cancelled', 'Draft'] } };
  let skip = 0;
  for (let pages = 0; pages < mostPages; pages++) {
    const options = { filter, sort: { orderPlacedAt: 'ASC', id: 'ASC' }, skip };
    const got = await admin.read(listCodes, { options }, codesListed, signal);
    if (got.kind === 'trouble') return got;
    const { items, totalItems } = got.data.orders;
    if (
      items.some(({ couponCodes }) => couponCodes.some((used) => used.toUpperCase() === code.toUpperCase()))
    )
      return true;
    skip += items.length;
    if (items.length === 0 || skip >= totalItems) return false;
  }
  return trouble('too_large', `more than ${skip} orders since the coupon was made`);
};

/** Databases that keep whole seconds may place the first order in the same one. */
const marginMs = 1_000;

const usedSince = (admin: Admin, { code }: Named, { ours }: Holders, signal: AbortSignal) => {
  const [oldest] = ours;
  const madeMs = Date.parse(oldest?.createdAt ?? '') || marginMs;
  return isUsed(admin, code, new Date(madeMs - marginMs).toISOString(), signal);
};

export const findCoupon = async (admin: Admin, named: Named, signal: AbortSignal): Promise<KnownCoupon> => {
  const holders = await holdersOf(admin, named, signal);
  if (holders.kind === 'trouble') return holders;
  if (holders.ours.length === 0) return { kind: holders.foreign ? 'foreign' : 'none' };
  const used = await usedSince(admin, named, holders, signal);
  if (typeof used === 'object') return used;
  // Half cancelled: nobody can use it any more.
  if (!used && holders.ours.every(({ enabled }) => !enabled)) return { kind: 'none' };
  return { kind: 'ours', used };
};

/**
 * Disabled first, then looked at once more, then deleted: a promotion that is gone tells nobody when it was made, and one that
 * is only disabled can be asked about again if an answer is lost. Vendure takes a disabled code out of a cart that is at payment.
 */
export const cancelCoupon = async (
  admin: Admin,
  named: Named,
  signal: AbortSignal,
): Promise<CancelledCoupon> => {
  const holders = await holdersOf(admin, named, signal);
  if (holders.kind === 'trouble') return holders;
  if (holders.ours.length === 0) return { kind: 'none' };
  const live = holders.ours.filter(({ enabled }) => enabled);
  const before = live.length === 0 ? false : await usedSince(admin, named, holders, signal);
  if (typeof before === 'object') return before;
  if (before) return { kind: 'used' };
  const failed = await changeAll(admin, disablePromotion, live, signal);
  if (failed !== undefined) return failed;
  const used = await usedSince(admin, named, holders, signal);
  if (typeof used === 'object') return used;
  if (used) return { kind: 'used' };
  return (await changeAll(admin, deletePromotion, holders.ours, signal)) ?? { kind: 'cancelled' };
};
