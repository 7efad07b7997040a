/** How a shop on Shopify is called: its pace, what passes, and the version that answers. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { shopifyShop } from '../../../functions/adapters/shops/shopify/shopify.ts';
import { normalizeEmail } from '../../../functions/domain/email.ts';
import { instant, orderNumber } from '../../../functions/domain/ids.ts';
import { currency } from '../../../functions/domain/money.ts';
import type { CouponSpec, Shop } from '../../../functions/ports/shops.ts';
import { openShopifyBench, type ShopifyBench } from '../../shops/shopify/bench.ts';
import { type Connected, connectionTo, patient } from '../../shops/shopify/connected.ts';

const start = Date.parse('2026-11-20T10:00:00Z');
let bench: ShopifyBench;
let connection: Connected;
let shop: Shop;

beforeEach(async () => {
  bench = await openShopifyBench(() => new Date(start));
  connection = connectionTo(bench);
  shop = shopifyShop(connection);
  bench.fake.shop.place({ email: 'ana@example.com', total: '60.00', name: '#1001' });
});
afterEach(async () => {
  const { wrong } = bench.fake;
  await bench.close();
  expect(wrong).toEqual([]);
});

const emails = [normalizeEmail('ana@example.com')].filter((email) => email !== undefined);
const asked = { number: orderNumber.parse('1001'), emails };
const find = (of: Shop = shop, signal = patient()) => of.findOrder(asked, signal);
const spec: CouponSpec = {
  code: 'LOY-1',
  redemption: 'R-1',
  title: 'Coffee',
  benefit: { kind: 'free_shipping' },
  currency: currency.parse('EUR'),
  startsAt: instant.parse(start),
  expiresAt: instant.parse(start + 86_400_000),
};

describe('the pace', () => {
  const throttled = { kind: 'throttled', requested: 502, available: 100, restoreRate: 100 } as const;

  test('waits until the bucket holds what the request costs', async () => {
    bench.fake.faults.push(throttled, { ...throttled, available: 452, restoreRate: 50 });
    expect((await find()).kind).toBe('found');
    expect(connection.stopwatch.waitedMs).toEqual([4020, 1000]);
  });

  test('makes a coupon once, however often it was told to wait', async () => {
    bench.fake.faults.push(throttled, throttled, throttled);
    expect(await shop.makeCoupon(spec, false, patient())).toEqual({ kind: 'made' });
    expect(bench.fake.shop.discounts).toHaveLength(1);
  });

  test('does not wait where the bucket is full enough by now', async () => {
    bench.fake.faults.push({ ...throttled, available: 600 });
    expect((await find()).kind).toBe('found');
    expect(connection.stopwatch.waitedMs).toEqual([0]);
  });

  test('does not wait for what the bucket never holds', async () => {
    bench.fake.faults.push({ ...throttled, requested: 2001 });
    expect(await find()).toMatchObject({ kind: 'trouble', reason: 'throttled' });
    expect(connection.stopwatch.waitedMs).toEqual([]);
  });

  test('ends at the sixth time', async () => {
    bench.fake.faults.push(...Array.from({ length: 6 }, () => throttled));
    expect(await find()).toMatchObject({ kind: 'trouble', reason: 'throttled' });
    expect(connection.stopwatch.waitedMs).toHaveLength(5);
  });

  test('ends with the time that the caller has', async () => {
    const short = new AbortController();
    bench.fake.faults.push(throttled);
    const slow = {
      ...connection,
      stopwatch: {
        nowMs: connection.stopwatch.nowMs,
        until: async (): Promise<void> => {
          short.abort();
          return new Promise(() => undefined);
        },
      },
    };
    expect(await find(shopifyShop(slow), short.signal)).toMatchObject({
      kind: 'trouble',
      reason: 'throttled',
    });
    expect(bench.fake.heard).toHaveLength(1);
  });

  test('is not guessed where Shopify does not tell the cost', async () => {
    for (const extensions of [undefined, {}, { cost: { requestedQueryCost: -1 } }])
      bench.fake.faults.push({
        kind: 'text',
        text: JSON.stringify({
          errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
          extensions,
        }),
      });
    expect(await find()).toMatchObject({ kind: 'trouble', reason: 'throttled' });
    expect(await find()).toMatchObject({ kind: 'trouble', reason: 'throttled' });
    expect((await find()).kind).toBe('trouble');
    expect(connection.stopwatch.waitedMs).toEqual([]);
  });
});

describe('what passes', () => {
  test.each([
    { kind: 'status', status: 503 },
    { kind: 'lost', when: 'before' },
    { kind: 'lost', when: 'after' },
  ] as const)('a read is tried once more after %j', async (fault) => {
    bench.fake.faults.push(fault);
    expect((await find()).kind).toBe('found');
    bench.fake.faults.push(fault, fault);
    expect((await find()).kind).toBe('trouble');
  });

  test('a read is not tried once more when the time is over', async () => {
    const short = new AbortController();
    const until = async (): Promise<void> => short.abort();
    const over = { ...connection, stopwatch: { nowMs: () => 0, until } };
    bench.fake.faults.push({ kind: 'status', status: 503 });
    expect(await find(shopifyShop(over), short.signal)).toMatchObject({ reason: 'server_error' });
  });

  test('what will not pass is not tried again', async () => {
    bench.fake.faults.push({ kind: 'status', status: 403 });
    expect(await find()).toEqual({ kind: 'trouble', reason: 'forbidden', detail: 'HTTP 403' });
    expect(bench.fake.heard).toHaveLength(1);
  });

  const errors: readonly (readonly [object, string])[] = [
    [{ message: 'x', extensions: { code: 'INTERNAL_SERVER_ERROR' } }, 'server_error'],
    [{ message: 'x', extensions: { code: 'SHOP_INACTIVE' } }, 'server_error'],
    [{ message: 'x', extensions: { code: 'MAX_COST_EXCEEDED' } }, 'malformed'],
    [{ message: 'x' }, 'malformed'],
    [
      { message: 'Access denied for orders field.', path: ['orders'], extensions: { code: 'ACCESS_DENIED' } },
      'forbidden',
    ],
    [
      { message: 'This app is not approved to access the Order object.', path: ['orders'] },
      'pii_not_granted',
    ],
    [
      { message: 'x', path: ['orders', 'nodes', 0, 'customer'], extensions: { code: 'ACCESS_DENIED' } },
      'pii_not_granted',
    ],
  ];
  test.each(errors)('%j is told apart', async (error, reason) => {
    const text = JSON.stringify({ data: null, errors: [error] });
    bench.fake.faults.push({ kind: 'text', text }, { kind: 'text', text });
    expect(await find()).toMatchObject({ kind: 'trouble', reason });
  });
});

describe('a version that fell forward', () => {
  test('goes on, and is named in trouble', async () => {
    bench.fake.version = '2027-07';
    expect((await find()).kind).toBe('found');
    bench.fake.mangle = () => ({ data: {} });
    expect(await find()).toEqual({
      kind: 'trouble',
      reason: 'malformed',
      detail:
        'the answer has another form; Shopify answered with version 2027-07 of its API and not with 2026-10',
    });
  });
});
