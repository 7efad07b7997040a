/** Coupons at a shop on Shopify: what is in doubt, and how they end. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
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

describe('doubt is trouble and never a refusal', () => {
  const made = z.object({ data: z.object({ made: z.object({ codeDiscountNode: z.unknown() }) }) });
  const answers: readonly (readonly [string, (node: unknown) => unknown])[] = [
    [
      'an internal error',
      () => ({ codeDiscountNode: null, userErrors: [{ field: null, code: 'INTERNAL_ERROR' }] }),
    ],
    [
      'an error without a code',
      () => ({ codeDiscountNode: null, userErrors: [{ field: ['x'], code: null }] }),
    ],
    [
      'an internal error beside another',
      () => ({
        codeDiscountNode: null,
        userErrors: [
          { field: ['x'], code: 'INVALID' },
          { field: null, code: 'INTERNAL_ERROR' },
        ],
      }),
    ],
    ['neither a discount nor an error', () => ({ codeDiscountNode: null, userErrors: [] })],
    ['nothing', () => null],
    [
      'a discount without an end',
      (node) => ({
        codeDiscountNode: JSON.parse(JSON.stringify(node).replace(/"endsAt":"[^"]*"/, '"endsAt":null')),
        userErrors: [],
      }),
    ],
    [
      'a discount that ends later than was asked',
      (node) => ({
        codeDiscountNode: JSON.parse(JSON.stringify(node).replace('"endsAt":"2026-12', '"endsAt":"2027-12')),
        userErrors: [],
      }),
    ],
    [
      'a discount for any number of uses',
      (node) => ({
        codeDiscountNode: JSON.parse(JSON.stringify(node).replace('"usageLimit":1', '"usageLimit":null')),
        userErrors: [],
      }),
    ],
  ];
  test.each(answers)('%s', async (_, answer) => {
    bench.fake.mangle = (json): unknown => {
      const { codeDiscountNode } = made.parse(json).data.made;
      return { data: { made: answer(codeDiscountNode) } };
    };
    expect((await make()).kind).toBe('trouble');
  });

  test.each([302, 402, 403, 404, 423, 429, 500, 502, 503, 504])('HTTP %i', async (status) => {
    bench.fake.faults.push({ kind: 'status', status });
    const detail = expect.stringContaining(`HTTP ${status}`);
    expect(await make()).toMatchObject({ kind: 'trouble', detail });
    expect(sent('LoyaltyCreateBasic')).toHaveLength(1);
  });

  test('a token that is refused twice', async () => {
    bench.fake.faults.push({ kind: 'status', status: 401 }, { kind: 'status', status: 401 });
    expect(await make()).toEqual({ kind: 'trouble', reason: 'unauthorized', detail: 'HTTP 401' });
    expect(discounts()).toHaveLength(0);
  });

  test('a scope that is missing', async () => {
    bench.fake.granted = { ...bench.fake.granted, scopes: new Set(['read_orders', 'read_discounts']) };
    expect(await make()).toMatchObject({ kind: 'trouble', reason: 'forbidden' });
  });

  test('a deadline that is over', async () => {
    const over = AbortSignal.abort();
    expect(await shop.makeCoupon(spec(), false, over)).toMatchObject({ kind: 'trouble', reason: 'timeout' });
    expect(discounts()).toHaveLength(0);
  });

  test('a price that cannot be read', async () => {
    bench.fake.mangle = (json, { query }): unknown =>
      query.includes('LoyaltyReadPrices') ? JSON.parse(JSON.stringify(json).replace('25.00', '-25')) : json;
    const benefit = { kind: 'product', products: ['1072481042'] } satisfies CouponSpec['benefit'];
    expect(await make({ benefit })).toMatchObject({ kind: 'trouble', reason: 'malformed' });
    expect(discounts()).toHaveLength(0);
  });
});

describe('the end of a coupon', () => {
  test('an unused one is ended, once and for all', async () => {
    await make();
    expect(await bench.coupons(spec().code)).toMatchObject([{ usable: true, uses: 0 }]);
    expect(await shop.cancelCoupon(spec(), patient())).toEqual({ kind: 'cancelled' });
    expect(await bench.coupons(spec().code)).toMatchObject([{ usable: false, uses: 0 }]);
    expect(await shop.cancelCoupon(spec(), patient())).toEqual({ kind: 'cancelled' });
    expect(sent('LoyaltyDeactivate')).toHaveLength(1);
  });

  test('a used one is too late', async () => {
    await make();
    await bench.place({ email: 'ana@example.com', total: '60.00', coupon: spec().code });
    expect(await shop.findCoupon(spec(), patient())).toEqual({ kind: 'ours', used: true });
    expect(await shop.cancelCoupon(spec(), patient())).toEqual({ kind: 'used' });
    expect(sent('LoyaltyDeactivate')).toHaveLength(0);
    await expect(
      bench.place({ email: 'zed@example.com', total: '60.00', coupon: spec().code }),
    ).rejects.toThrow('refuses the code');
  });

  test('one that is used between look and end is used', async () => {
    await make();
    bench.fake.mangle = (json, { query }): unknown => {
      // The checkout comes when the look-up was answered.
      if (query.includes('LoyaltyFindCode')) Object.assign(discounts()[0] ?? {}, { uses: 1, countedUses: 1 });
      return json;
    };
    expect(await shop.cancelCoupon(spec(), patient())).toEqual({ kind: 'used' });
  });

  test('where there is none, none', async () => {
    expect(await shop.cancelCoupon(spec(), patient())).toEqual({ kind: 'none' });
    expect(await shop.findCoupon(spec(), patient())).toEqual({ kind: 'none' });
  });

  test.each([
    ['INVALID', 'malformed'],
    ['INTERNAL_ERROR', 'server_error'],
  ])('what Shopify does not end for %s is trouble', async (code, reason) => {
    await make();
    const errors = { codeDiscountNode: null, userErrors: [{ field: ['id'], code }] };
    bench.fake.mangle = (json, { query }): unknown =>
      query.includes('LoyaltyDeactivate') ? { data: { ended: errors } } : json;
    expect(await shop.cancelCoupon(spec(), patient())).toMatchObject({ kind: 'trouble', reason });
  });
});
