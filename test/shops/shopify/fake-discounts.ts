/** Part of the fake: what Shopify says to the making of a discount. */
import * as z from 'zod/mini';
import { catalogue, type FakeDiscount, type FakeShop } from './fake-shop.ts';

export interface FakeUserError {
  readonly field: readonly string[];
  readonly code: string;
  readonly message: string;
  readonly extraInfo: null;
}

const ids = z.optional(z.nullable(z.array(z.string())));
const products = z.object({ productsToAdd: ids, productVariantsToAdd: ids });
const gets = z.object({
  items: z.optional(
    z.nullable(
      z.object({ all: z.optional(z.nullable(z.boolean())), products: z.optional(z.nullable(products)) }),
    ),
  ),
  value: z.optional(
    z.nullable(
      z.object({
        percentage: z.optional(z.nullable(z.number())),
        discountAmount: z.optional(z.nullable(z.object({ amount: z.string() }))),
        discountOnQuantity: z.optional(z.nullable(z.unknown())),
      }),
    ),
  ),
});
const text = z.optional(z.nullable(z.string()));
const input = z.object({
  title: text,
  code: text,
  startsAt: text,
  endsAt: text,
  usageLimit: z.optional(z.nullable(z.int())),
  tags: z.optional(z.nullable(z.array(z.string()))),
  context: z.optional(z.nullable(z.unknown())),
  customerGets: z.optional(z.nullable(gets)),
});
type Input = z.infer<typeof input>;

type Complaint = readonly [path: string, code: string, message: string];

const aboutGets = ({ items, value }: z.infer<typeof gets>): readonly Complaint[] => {
  const named = [...(items?.products?.productsToAdd ?? []), ...(items?.products?.productVariantsToAdd ?? [])];
  const found: Complaint[] = [];
  if (items?.all !== true && named.length === 0)
    found.push(['customerGets.items', 'BLANK', 'Items in customer get cannot be blank']);
  for (const id of named)
    if (!catalogue.has(id))
      found.push(['customerGets.items', 'INVALID', `Product with id: ${id} is invalid`]);
  const { percentage, discountAmount, discountOnQuantity } = value ?? {};
  // Seen on real shops: only a discount of the kind "buy X get Y" can be limited to a number of pieces.
  if (discountOnQuantity !== undefined && discountOnQuantity !== null)
    found.push([
      'customerGets.value.discountOnQuantity',
      'INVALID',
      'discountOnQuantity field is only permitted with bxgy discounts.',
    ]);
  if (typeof percentage === 'number' && !(percentage > 0 && percentage <= 1))
    found.push(['customerGets.value.percentage', 'VALUE_OUTSIDE_RANGE', 'Value must be between 0.0 and 1.0']);
  if (discountAmount && Number(discountAmount.amount) <= 0)
    found.push(['customerGets.value.discountAmount', 'GREATER_THAN', 'Value must be more than 0']);
  if (typeof percentage !== 'number' && !discountAmount)
    found.push(['customerGets.value', 'BLANK', 'Value cannot be blank']);
  return found;
};

/** What Shopify's text calls required, though its types do not. */
const aboutRequired = (read: Input, basic: boolean): readonly Complaint[] => {
  const names = ['title', 'code', 'startsAt', 'context'] as const;
  const missing = names.filter((name) => (read[name] ?? '') === '');
  const blank = (name: string): Complaint => [name, 'BLANK', `${name} can't be blank`];
  return [...missing.map(blank), ...(basic && !read.customerGets ? [blank('customerGets')] : [])];
};

const complaints = (shop: FakeShop, read: Input, basic: boolean): readonly Complaint[] => {
  const found = [...aboutRequired(read, basic)];
  if (read.code && shop.byCode(read.code) !== undefined)
    found.push(['code', 'TAKEN', 'Code must be unique. Please try a different code.']);
  if (read.startsAt && read.endsAt && Date.parse(read.endsAt) <= Date.parse(read.startsAt))
    found.push(['endsAt', 'INVALID', 'Ends at needs to be after starts_at']);
  if ((read.tags?.length ?? 0) > 5) found.push(['tags', 'TOO_MANY_TAGS', 'Too many tags']);
  if ((read.title?.length ?? 0) > 255) found.push(['title', 'TOO_LONG', 'Title is too long']);
  return basic && read.customerGets ? [...found, ...aboutGets(read.customerGets)] : found;
};

/** Makes it, or says why not. @param argument the mutation's argument, with which Shopify's paths begin */
export const makeDiscount = (
  shop: FakeShop,
  typename: FakeDiscount['typename'],
  argument: string,
  given: Readonly<Record<string, unknown>>,
): { readonly made: FakeDiscount | undefined; readonly errors: readonly FakeUserError[] } => {
  const read = input.parse(given);
  const found = complaints(shop, read, typename === 'DiscountCodeBasic');
  const errors = found.map(([path, code, message]) => ({
    field: [argument, ...path.split('.')],
    code,
    message,
    extraInfo: null,
  }));
  if (errors.length > 0) return { made: undefined, errors };
  const made = shop.add({
    typename,
    code: read.code ?? '',
    title: read.title ?? '',
    tags: read.tags ?? [],
    startsAt: new Date(read.startsAt ?? 0),
    endsAt: read.endsAt ? new Date(read.endsAt) : undefined,
    usageLimit: read.usageLimit ?? undefined,
    input: given,
  });
  return { made, errors: [] };
};
