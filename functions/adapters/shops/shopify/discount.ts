/** What a reward is as a discount of Shopify’s. */
import { type Currency, formatMinor } from '../../../domain/money.ts';
import type { CouponSpec } from '../../../ports/shops.ts';
import { wholeSeconds } from './orders.ts';

/** The shop shows it beside the code; by its end we know a discount of ours again. */
const mark = (redemption: string): string => `Loyalty reward ${redemption}`;
/** The second mark: the title is the owner’s to change. */
const tag = (redemption: string): string => `loyalty-${redemption}`;

export const titleOf = ({ title, redemption }: Pick<CouponSpec, 'title' | 'redemption'>): string =>
  `${[...title].slice(0, 150).join('')} · ${mark(redemption)}`;

export const isMarked = (
  { title, tags }: { readonly title: string; readonly tags: readonly string[] },
  redemption: string,
): boolean => title.endsWith(mark(redemption)) || tags.includes(tag(redemption));

/** The owner writes a number or a whole id; a number is that of a product. */
export const productId = (id: string): string => (/^\d+$/.test(id) ? `gid://shopify/Product/${id}` : id);

const itemsOf = (products: readonly string[]): object => {
  if (products.length === 0) return { all: true };
  const ids = products.map(productId);
  const isVariant = (id: string): boolean => id.startsWith('gid://shopify/ProductVariant/');
  return {
    products: {
      productsToAdd: ids.filter((id) => !isVariant(id)),
      productVariantsToAdd: ids.filter(isVariant),
    },
  };
};

/** An amount once over everything that it is bound to, and not once for each piece. */
const amountOff = (minor: number, currency: Currency): object => ({
  discountAmount: { amount: formatMinor(minor, currency), appliesOnEachItem: false },
});

/**
 * @param pieceMinor what one piece costs, for a product given away: Shopify can take a percentage off every piece, or an amount once
 */
const customerGets = (
  { benefit, currency }: CouponSpec,
  pieceMinor: number | undefined,
): object | undefined => {
  switch (benefit.kind) {
    case 'product':
      if (pieceMinor === undefined || benefit.products.length === 0) return undefined;
      return { items: itemsOf(benefit.products), value: amountOff(pieceMinor, currency) };
    case 'amount':
      return { items: itemsOf(benefit.products), value: amountOff(benefit.valueMinor, currency) };
    case 'percent':
      return { items: itemsOf(benefit.products), value: { percentage: benefit.percent / 100 } };
    case 'free_shipping':
      return undefined;
  }
};

export interface DiscountInput {
  readonly freeShipping: boolean;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * The input of the create mutation. Shopify’s types call every field optional; what its text calls required is required here.
 * @returns undefined where something of it is missing
 */
export const discountOf = (spec: CouponSpec, pieceMinor: number | undefined): DiscountInput | undefined => {
  const { code, redemption, startsAt, expiresAt } = spec;
  if (code === '' || redemption === '' || expiresAt <= startsAt) return undefined;
  const common = {
    title: titleOf(spec),
    code,
    startsAt: wholeSeconds(startsAt),
    endsAt: wholeSeconds(expiresAt),
    usageLimit: 1,
    appliesOncePerCustomer: true,
    context: { all: 'ALL' },
    tags: ['loyalty', tag(redemption)],
  };
  if (spec.benefit.kind === 'free_shipping')
    return {
      freeShipping: true,
      input: {
        ...common,
        destination: { all: true },
        combinesWith: { productDiscounts: true, orderDiscounts: true },
      },
    };
  const gets = customerGets(spec, pieceMinor);
  if (gets === undefined) return undefined;
  return {
    freeShipping: false,
    input: {
      ...common,
      customerGets: gets,
      combinesWith: { orderDiscounts: false, productDiscounts: false, shippingDiscounts: true },
    },
  };
};
