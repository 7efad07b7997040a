/** Coupons at a shop on Shopify: what is made, and once. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { shopifyShop } from '../../../functions/adapters/shops/shopify/shopify.ts';
import { instant } from '../../../functions/domain/ids.ts';
import { currency } from '../../../functions/domain/money.ts';
import type { CouponSpec, Shop } from '../../../functions/ports/shops.ts';
import { openShopifyBench, type ShopifyBench } from '../../shops/shopify/bench.ts';
import { connectionTo, patient } from '../../shops/shopify/connected.ts';

const start = Date.parse('2026-11-20T10:00:00Z');
const dayMs = 86_400_000;
let nowMs = start;
let bench: ShopifyBench;
let shop: Shop;

beforeEach(async () => {
  nowMs = start;
  bench = await openShopifyBench(() => new Date(nowMs));
  shop = shopifyShop(connectionTo(bench));
});
afterEach(async () => {
  const { wrong } = bench.fake;
  await bench.close();
  expect(wrong).toEqual([]);
});

const spec = (changes: Partial<CouponSpec> = {}): CouponSpec => ({
  code: 'LOY-7KQ2-9XWD-M4TC',
  redemption: 'R-42',
  title: 'Coffee',
  benefit: { kind: 'percent', percent: 15, products: [] },
  currency: currency.parse('EUR'),
  startsAt: instant.parse(start),
  expiresAt: instant.parse(start + 30 * dayMs),
  ...changes,
});
const make = (changes: Partial<CouponSpec> = {}, again = false) =>
  shop.makeCoupon(spec(changes), again, patient());
const sent = (name: string) => bench.fake.heard.filter(({ query }) => query.includes(name));
const discounts = () => bench.fake.shop.discounts;
const foreign = (title = 'SUMMER') =>
  bench.fake.shop.add({
    typename: 'DiscountCodeBasic',
    code: spec().code.toLowerCase(),
    title,
    tags: [],
    startsAt: new Date(start),
    endsAt: undefined,
    usageLimit: undefined,
    input: {},
  });

describe('what is made', () => {
  const single = { usageLimit: 1, appliesOncePerCustomer: true, context: { all: 'ALL' } };

  test('a percentage off everything, once, until the second of its end', async () => {
    expect(await make({ expiresAt: instant.parse(start + dayMs + 999) })).toEqual({ kind: 'made' });
    expect(discounts()).toHaveLength(1);
    expect(discounts()[0]?.input).toEqual({
      ...single,
      title: 'Coffee · Loyalty reward R-42',
      code: 'LOY-7KQ2-9XWD-M4TC',
      startsAt: '2026-11-20T10:00:00Z',
      endsAt: '2026-11-21T10:00:00Z',
      tags: ['loyalty', 'loyalty-R-42'],
      customerGets: { items: { all: true }, value: { percentage: 0.15 } },
      combinesWith: { orderDiscounts: false, productDiscounts: false, shippingDiscounts: true },
    });
    expect(bench.fake.heard).toHaveLength(1);
  });

  test('an amount off products and variants, once over all of them', async () => {
    const products = [
      '1072481042',
      'gid://shopify/Product/1072481043',
      'gid://shopify/ProductVariant/43729076',
    ];
    expect(await make({ benefit: { kind: 'amount', valueMinor: 1500, products } })).toEqual({ kind: 'made' });
    expect(discounts()[0]?.input).toMatchObject({
      customerGets: {
        items: {
          products: {
            productsToAdd: ['gid://shopify/Product/1072481042', 'gid://shopify/Product/1072481043'],
            productVariantsToAdd: ['gid://shopify/ProductVariant/43729076'],
          },
        },
        value: { discountAmount: { amount: '15.00', appliesOnEachItem: false } },
      },
    });
  });

  test('one piece of a product is its price, once: a percentage would be off every piece', async () => {
    const prices: readonly (readonly [string[], string])[] = [
      [['1072481042'], '25.00'],
      [['gid://shopify/ProductVariant/43729076'], '12.50'],
      [['1072481043', '1072481042'], '25.00'],
    ];
    for (const [at, [products, amount]] of prices.entries()) {
      const benefit = { kind: 'product', products } satisfies CouponSpec['benefit'];
      expect(await make({ benefit, code: `GIFT-${at}` })).toEqual({ kind: 'made' });
      expect(discounts()[at]?.input).toMatchObject({
        customerGets: { value: { discountAmount: { amount, appliesOnEachItem: false } } },
      });
    }
  });

  test('free shipping is a discount of its own kind', async () => {
    expect(await make({ benefit: { kind: 'free_shipping' } })).toEqual({ kind: 'made' });
    expect(discounts()[0]).toMatchObject({
      typename: 'DiscountCodeFreeShipping',
      input: {
        ...single,
        destination: { all: true },
        combinesWith: { productDiscounts: true, orderDiscounts: true },
      },
    });
    expect(await shop.findCoupon(spec(), patient())).toEqual({ kind: 'ours', used: false });
    expect(await shop.cancelCoupon(spec(), patient())).toEqual({ kind: 'cancelled' });
  });

  test('the shop’s currency is asked for once in a process', async () => {
    const benefit = { kind: 'amount', valueMinor: 1500, products: [] } as const;
    await make({ benefit: { ...benefit, products: [] } });
    await make({ benefit: { ...benefit, products: [] }, code: 'OTHER' });
    expect(sent('LoyaltyReadCurrency')).toHaveLength(1);
    expect(discounts()).toHaveLength(2);
  });
});

describe('what the shop does not make', () => {
  const cases: readonly (readonly [string, Partial<CouponSpec>, string])[] = [
    ['of a product that there is not', { benefit: { kind: 'product', products: ['5'] } }, 'no such product'],
    ['of a product that costs nothing', { benefit: { kind: 'product', products: ['7'] } }, 'costs nothing'],
    [
      'off a product that there is not',
      { benefit: { kind: 'percent', percent: 5, products: ['5'] } },
      'INVALID at items',
    ],
    ['of no product', { benefit: { kind: 'product', products: [] } }, 'no such product'],
    ['of no percent', { benefit: { kind: 'percent', percent: 0, products: [] } }, 'VALUE_OUTSIDE_RANGE'],
    ['of more than all', { benefit: { kind: 'percent', percent: 101, products: [] } }, 'VALUE_OUTSIDE_RANGE'],
    ['that ends before it begins', { expiresAt: instant.parse(start) }, 'an end after its beginning'],
  ];
  test.each(cases)('a coupon %s is refused for good', async (_, changes, detail) => {
    expect(await make(changes)).toEqual({ kind: 'refused', detail: expect.stringContaining(detail) });
    expect(discounts()).toHaveLength(0);
  });

  test.each([
    { kind: 'amount', valueMinor: 1500, products: [] },
    { kind: 'product', products: ['1072481042'] },
  ] as const)('an amount in another currency than the shop sells in: %j', async (benefit) => {
    bench.fake.granted = { ...bench.fake.granted, shopCurrency: 'USD' };
    const changes = { benefit: { ...benefit, products: [...benefit.products] } };
    expect(await make(changes)).toEqual({
      kind: 'refused',
      detail: 'the shop sells in USD, the program counts in EUR',
    });
    expect(discounts()).toHaveLength(0);
  });

  test('says nothing of the code in why', async () => {
    foreign();
    expect(JSON.stringify(await make())).not.toMatch(/7KQ2/i);
  });
});

describe('a code that is there already', () => {
  test('is ours after a lost answer, however often it is asked', async () => {
    bench.fake.faults.push({ kind: 'lost', when: 'after' });
    expect(await make()).toMatchObject({ kind: 'trouble', reason: 'unreachable' });
    expect(await make({}, true)).toEqual({ kind: 'made' });
    // Without being told that it is another try, too.
    expect(await make()).toEqual({ kind: 'made' });
    expect(discounts()).toHaveLength(1);
    expect(sent('LoyaltyCreateBasic')).toHaveLength(2);
  });

  test('is made on the next try where the first was lost before it arrived', async () => {
    bench.fake.faults.push({ kind: 'lost', when: 'before' });
    expect((await make()).kind).toBe('trouble');
    expect(await make({}, true)).toEqual({ kind: 'made' });
    expect(discounts()).toHaveLength(1);
  });

  test('is made once by many calls at a time', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => make()));
    expect(all).toEqual(all.map(() => ({ kind: 'made' })));
    expect(discounts()).toHaveLength(1);
  });

  test('is refused where it is another’s, in whatever case', async () => {
    foreign();
    expect(await make()).toEqual({ kind: 'refused', detail: 'another discount has the code' });
    expect(await make({}, true)).toEqual({ kind: 'refused', detail: 'another discount has the code' });
    expect(await shop.findCoupon(spec(), patient())).toEqual({ kind: 'foreign' });
    expect(await shop.cancelCoupon(spec(), patient())).toEqual({ kind: 'none' });
    expect(bench.fake.shop.isUsable(discounts()[0] ?? foreign())).toBe(true);
  });

  test('is another’s where it was made for another redemption', async () => {
    for (const [at, redemption] of ['XR-42', 'R-421', 'R-4'].entries()) {
      const code = `LOY-${at}`;
      await make({ redemption, code });
      // The title alone tells them apart, too.
      Object.assign(discounts()[at] ?? {}, { tags: [] });
      expect(await shop.findCoupon(spec({ code }), patient())).toEqual({ kind: 'foreign' });
      expect(await make({ code })).toMatchObject({ kind: 'refused' });
    }
  });

  test('stays ours when the owner changes its title, or its tags', async () => {
    await make();
    Object.assign(discounts()[0] ?? {}, { title: 'renamed' });
    expect(await shop.findCoupon(spec(), patient())).toEqual({ kind: 'ours', used: false });
    Object.assign(discounts()[0] ?? {}, { title: 'Coffee · Loyalty reward R-42', tags: [] });
    expect(await shop.findCoupon(spec(), patient())).toEqual({ kind: 'ours', used: false });
  });

  test('is refused where ours was ended meanwhile, and made where it only ran out', async () => {
    await make();
    expect(await shop.cancelCoupon(spec(), patient())).toEqual({ kind: 'cancelled' });
    expect(await make({}, true)).toEqual({ kind: 'refused', detail: 'it was made, and ended in the shop' });
    expect(await make()).toEqual({ kind: 'refused', detail: 'it was made, and ended in the shop' });
    Object.assign(discounts()[0] ?? {}, { uses: 1, countedUses: 1 });
    expect(await make({}, true)).toEqual({ kind: 'made' });
    await make({ code: 'OTHER', redemption: 'R-43' });
    nowMs = start + 31 * dayMs;
    expect(await make({ code: 'OTHER', redemption: 'R-43' }, true)).toEqual({ kind: 'made' });
  });

  test('may be an app’s own discount, which tells nothing of itself', async () => {
    Object.assign(foreign(), { typename: 'DiscountCodeApp' });
    expect(await shop.findCoupon(spec(), patient())).toEqual({ kind: 'foreign' });
  });

  test('that is taken by nobody is trouble: it may be there in a moment', async () => {
    foreign();
    bench.fake.mangle = (json, { query }): unknown =>
      query.includes('LoyaltyFindCode') ? { data: { codeDiscountNodeByCode: null } } : json;
    expect(await make()).toMatchObject({ kind: 'trouble', reason: 'server_error' });
  });
});
