/** Coupons: one discount with one code for each redemption. Shopify keeps codes unique by itself, whatever their case. */
import * as z from 'zod/mini';
import type { Currency } from '../../../domain/money.ts';
import type { CancelledCoupon, CouponSpec, KnownCoupon, MadeCoupon, Trouble } from '../../../ports/shops.ts';
import { trouble } from '../answers.ts';
import { readMoney, readTime } from '../reading.ts';
import { type DiscountInput, discountOf, isMarked, productId } from './discount.ts';
import type { Ask } from './graphql.ts';
import {
  createBasic,
  createFreeShipping,
  deactivate,
  findCode,
  readCurrency,
  readPrices,
} from './operations.ts';

/** A kind that we do not make, such as an app’s own, answers no more than its name. */
const discount = z.object({
  __typename: z.string(),
  title: z._default(z.string(), ''),
  tags: z._default(z.array(z.string()), []),
  status: z._default(z.string(), ''),
  endsAt: z._default(z.nullable(z.string()), null),
  usageLimit: z._default(z.nullable(z.int()), null),
  asyncUsageCount: z._default(z.int(), 0),
});
const node = z.object({ id: z.string().check(z.minLength(1)), codeDiscount: discount });
type DiscountNode = z.infer<typeof node>;

const userError = z.object({
  field: z.nullable(z.array(z.string())),
  code: z.nullable(z.string()),
});
type UserError = z.infer<typeof userError>;

const payload = z.object({ codeDiscountNode: z.nullable(node), userErrors: z.array(userError) });
const created = z.object({ made: z.nullable(payload) });
const ended = z.object({ ended: z.nullable(payload) });
const looked = z.object({ codeDiscountNodeByCode: z.nullable(node) });
const currencyOnly = z.object({ shop: z.object({ currencyCode: z.string() }) });
const prices = z.object({
  shop: z.object({ currencyCode: z.string() }),
  nodes: z.array(
    z.nullable(
      z.object({
        priceRangeV2: z.optional(
          z.object({ maxVariantPrice: z.object({ amount: z.string(), currencyCode: z.string() }) }),
        ),
        price: z.optional(z.string()),
      }),
    ),
  ),
});

const refused = (detail: string): MadeCoupon => ({ kind: 'refused', detail });

/** Words of Shopify’s own only: its message may repeat what was sent. */
const told = (errors: readonly UserError[]): string => {
  const plain = (text: string): string => text.replace(/[^A-Za-z_]/g, '').slice(0, 60);
  return errors
    .slice(0, 5)
    .map(({ code, field }) => `${plain(code ?? 'NO_CODE')} at ${plain(field?.at(-1) ?? 'nothing')}`)
    .join(', ');
};

/** Errors that say nothing about the request: whether the coupon is there stays open. */
const isOpen = ({ code }: UserError): boolean => code === null || code === 'INTERNAL_ERROR';

type Known = Pick<CouponSpec, 'code' | 'redemption'>;

const lookUp = async (
  ask: Ask,
  { code }: Known,
  signal: AbortSignal,
): Promise<DiscountNode | null | Trouble> => {
  const answer = await ask(findCode, { code }, looked, signal);
  return answer.kind === 'trouble' ? answer : answer.data.codeDiscountNodeByCode;
};

const isTrouble = (result: DiscountNode | Trouble): result is Trouble => 'kind' in result;

export const findIn = async (ask: Ask, known: Known, signal: AbortSignal): Promise<KnownCoupon> => {
  const there = await lookUp(ask, known, signal);
  if (there === null) return { kind: 'none' };
  if (isTrouble(there)) return there;
  if (!isMarked(there.codeDiscount, known.redemption)) return { kind: 'foreign' };
  return { kind: 'ours', used: there.codeDiscount.asyncUsageCount > 0 };
};

export const cancelIn = async (ask: Ask, known: Known, signal: AbortSignal): Promise<CancelledCoupon> => {
  const there = await lookUp(ask, known, signal);
  if (there === null) return { kind: 'none' };
  if (isTrouble(there)) return there;
  if (!isMarked(there.codeDiscount, known.redemption)) return { kind: 'none' };
  if (there.codeDiscount.asyncUsageCount > 0) return { kind: 'used' };
  if (there.codeDiscount.status === 'EXPIRED') return { kind: 'cancelled' };
  const answer = await ask(deactivate, { id: there.id }, ended, signal);
  if (answer.kind === 'trouble') return answer;
  const { codeDiscountNode = null, userErrors = [] } = answer.data.ended ?? {};
  if (userErrors.some(isOpen)) return trouble('server_error', told(userErrors));
  if (userErrors.length > 0) return trouble('malformed', `Shopify does not end it: ${told(userErrors)}`);
  if (codeDiscountNode === null) return trouble('malformed', 'Shopify does not say what it ended');
  // A checkout may have taken it between the two calls.
  return { kind: codeDiscountNode.codeDiscount.asyncUsageCount > 0 ? 'used' : 'cancelled' };
};

const otherCurrency = (theirs: string, ours: Currency): string =>
  `the shop sells in ${/^[A-Z]{3}$/.test(theirs) ? theirs : 'another currency'}, the program counts in ${ours}`;

/** Reads the currency that the shop sells in, once in a process: it cannot be changed after the first sale. */
export type CurrencyOf = (signal: AbortSignal) => Promise<string | Trouble>;

export const currencyOf = (ask: Ask): CurrencyOf => {
  let known: string | undefined;
  return async (signal) => {
    if (known !== undefined) return known;
    const answer = await ask(readCurrency, {}, currencyOnly, signal);
    if (answer.kind === 'trouble') return answer;
    known = answer.data.shop.currencyCode;
    return known;
  };
};

type Piece = { readonly kind: 'piece'; readonly minor: number | undefined };

/** What a piece of the dearest product costs now. */
const priceOf = async (
  ask: Ask,
  { products }: { readonly products: readonly string[] },
  currency: Currency,
  signal: AbortSignal,
): Promise<Piece | MadeCoupon> => {
  const answer = await ask(readPrices, { ids: products.map(productId) }, prices, signal);
  if (answer.kind === 'trouble') return answer;
  const { shop, nodes } = answer.data;
  if (shop.currencyCode !== currency) return refused(otherCurrency(shop.currencyCode, currency));
  const texts = nodes.map((product) => product?.price ?? product?.priceRangeV2?.maxVariantPrice.amount);
  if (texts.length === 0 || texts.includes(undefined)) return refused('the shop has no such product');
  const minors = texts.map((text) => readMoney(text ?? '', currency) ?? Number.NaN);
  const minor = Math.max(...minors);
  if (Number.isNaN(minor)) return trouble('malformed', 'a product’s price cannot be read');
  return minor > 0 ? { kind: 'piece', minor } : refused('the product costs nothing');
};

/** What must be read before a coupon is made: an amount would be taken in the shop’s currency, whatever ours is. */
const pieceOf = async (
  ask: Ask,
  { benefit, currency }: CouponSpec,
  sellsIn: CurrencyOf,
  signal: AbortSignal,
): Promise<Piece | MadeCoupon> => {
  if (benefit.kind === 'product') return priceOf(ask, benefit, currency, signal);
  if (benefit.kind !== 'amount') return { kind: 'piece', minor: undefined };
  const theirs = await sellsIn(signal);
  if (typeof theirs !== 'string') return theirs;
  return theirs === currency ? { kind: 'piece', minor: undefined } : refused(otherCurrency(theirs, currency));
};

/** What a coupon under our code means for making it. `none` leaves it to be made. */
const standing = async (
  ask: Ask,
  spec: CouponSpec,
  nowMs: number,
  signal: AbortSignal,
): Promise<MadeCoupon | { readonly kind: 'none' }> => {
  const there = await lookUp(ask, spec, signal);
  if (there === null) return { kind: 'none' };
  if (isTrouble(there)) return there;
  const { codeDiscount } = there;
  if (!isMarked(codeDiscount, spec.redemption)) return refused('another discount has the code');
  const endedEarly = codeDiscount.status === 'EXPIRED' && nowMs < spec.expiresAt;
  return endedEarly && codeDiscount.asyncUsageCount === 0
    ? refused('it was made, and ended in the shop')
    : { kind: 'made' };
};

/** A coupon that is there for longer or for more than was asked is no coupon of this kind. */
const isAsAsked = ({ codeDiscount }: DiscountNode, spec: CouponSpec): boolean => {
  const endsAt = codeDiscount.endsAt === null ? undefined : readTime(codeDiscount.endsAt);
  return (
    isMarked(codeDiscount, spec.redemption) &&
    codeDiscount.usageLimit === 1 &&
    endsAt !== undefined &&
    endsAt <= spec.expiresAt
  );
};

const create = async (
  ask: Ask,
  spec: CouponSpec,
  { freeShipping, input }: DiscountInput,
  nowMs: number,
  signal: AbortSignal,
): Promise<MadeCoupon> => {
  const document = freeShipping ? createFreeShipping : createBasic;
  const answer = await ask(document, { discount: input }, created, signal);
  if (answer.kind === 'trouble') return answer;
  const { codeDiscountNode = null, userErrors = [] } = answer.data.made ?? {};
  if (userErrors.some(isOpen)) return trouble('server_error', told(userErrors));
  if (userErrors.some(({ code }) => code === 'TAKEN')) {
    const there = await standing(ask, spec, nowMs, signal);
    // Taken and not to be found: the one or the other is not yet known everywhere.
    return there.kind === 'none' ? trouble('server_error', 'the code is taken by nobody') : there;
  }
  if (userErrors.length > 0) return refused(`Shopify refuses it: ${told(userErrors)}`);
  if (codeDiscountNode === null || !isAsAsked(codeDiscountNode, spec))
    return trouble('malformed', 'Shopify made another discount than was asked');
  return { kind: 'made' };
};

/** What making needs beside the call: the currency of the shop, and the time. */
export interface Making {
  readonly sellsIn: CurrencyOf;
  readonly nowMs: number;
}

/** @param again an earlier try may have made it */
export const makeIn = async (
  ask: Ask,
  spec: CouponSpec,
  again: boolean,
  { sellsIn, nowMs }: Making,
  signal: AbortSignal,
): Promise<MadeCoupon> => {
  if (again) {
    const there = await standing(ask, spec, nowMs, signal);
    if (there.kind !== 'none') return there;
  }
  const piece = await pieceOf(ask, spec, sellsIn, signal);
  if (piece.kind !== 'piece') return piece;
  const input = discountOf(spec, piece.minor);
  if (input === undefined)
    return refused('a coupon needs a code, an end after its beginning, and its products');
  return create(ask, spec, input, nowMs, signal);
};
