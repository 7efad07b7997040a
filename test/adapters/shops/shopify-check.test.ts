/** What `shop check` says of a shop on Shopify: one line for each thing that can be wrong, with what to do. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { shopifyShop } from '../../../functions/adapters/shops/shopify/shopify.ts';
import { currency } from '../../../functions/domain/money.ts';
import type { CheckLine } from '../../../functions/ports/shops.ts';
import { openShopifyBench, type ShopifyBench } from '../../shops/shopify/bench.ts';
import { connectionTo, patient } from '../../shops/shopify/connected.ts';
import { allScopes } from '../../shops/shopify/fake.ts';

const start = Date.parse('2026-11-20T10:00:00Z');
let bench: ShopifyBench;

beforeEach(async () => {
  bench = await openShopifyBench(() => new Date(start));
  bench.fake.shop.place({ email: 'ana@example.com', total: '60.00' });
});
afterEach(async () => {
  const { wrong } = bench.fake;
  await bench.close();
  expect(wrong).toEqual([]);
});

type Changes = Parameters<typeof connectionTo>[1];
const check = (changes: Changes = {}): Promise<readonly CheckLine[]> =>
  shopifyShop(connectionTo(bench, changes)).check(currency.parse('EUR'), patient());
const wrongOnes = async (changes: Changes = {}) => (await check(changes)).filter(({ ok }) => !ok);
const without = (...scopes: string[]) => {
  const left = allScopes.filter((scope) => !scopes.includes(scope));
  bench.fake.granted = { ...bench.fake.granted, scopes: new Set(left) };
};

test('of a shop that is set up says what was found', async () => {
  expect(await check()).toEqual([
    { what: 'credentials', ok: true, detail: 'the shop answers' },
    { what: 'scope read_orders', ok: true, detail: 'granted, to find the orders that customers claim' },
    { what: 'scope write_orders', ok: true, detail: 'granted, to write the signed link beside an order' },
    { what: 'scope read_discounts', ok: true, detail: 'granted, to look up coupons' },
    { what: 'scope write_discounts', ok: true, detail: 'granted, to make and end coupons' },
    {
      what: 'scope read_products',
      ok: true,
      detail: 'granted, to know the price of a product that a reward gives away',
    },
    { what: 'scope read_all_orders', ok: true, detail: 'granted: orders of any age are found' },
    { what: 'currency', ok: true, detail: 'the shop sells in EUR' },
    { what: 'order numbers', ok: true, detail: 'printed like #1001' },
    { what: 'clock', ok: true, detail: '0 s apart from Shopify’s' },
    { what: 'API version', ok: true, detail: '2026-10 answers' },
    { what: 'look-up', ok: true, detail: 'a number that no order has is not found, as it should be' },
    { what: 'customers’ e-mails', ok: true, detail: 'the newest orders show theirs' },
    { what: 'webhook secret', ok: true, detail: 'webhooks can be verified' },
  ]);
});

describe('scopes', () => {
  test.each(['read_orders', 'write_orders', 'read_discounts', 'write_discounts', 'read_products'])(
    '%s that is missing is named, with where to add it',
    async (scope) => {
      const writes = scope.replace('read_', 'write_');
      without(scope, ...(scope.startsWith('read_') ? [writes] : []));
      const lines = await wrongOnes();
      expect(lines.map(({ what }) => what)).toContain(`scope ${scope}`);
      expect(lines.find(({ what }) => what === `scope ${scope}`)?.detail).toMatch(
        /^missing, .*Add it in the app’s version in the Dev Dashboard/,
      );
    },
  );

  test('to write includes to read', async () => {
    without('read_orders', 'read_discounts');
    expect(await wrongOnes()).toEqual([]);
  });

  test('read_all_orders is only recommended', async () => {
    without('read_all_orders');
    expect(await wrongOnes()).toEqual([]);
    expect((await check()).find(({ what }) => what === 'scope read_all_orders')?.detail).toMatch(
      /^recommended: without it orders older than 60 days are not found/,
    );
  });

  test('are asked for as far as the store needs them', async () => {
    without('write_orders', 'read_discounts', 'write_discounts', 'read_products');
    expect(await wrongOnes({ store: { links: false, makesCoupons: false } })).toEqual([]);
  });
});

describe('what is wrong', () => {
  test('the secret', async () => {
    bench.fake.clientSecret = 'another';
    expect(await wrongOnes()).toEqual([
      {
        what: 'credentials',
        ok: false,
        detail:
          'unauthorized (the token was refused with HTTP 400: invalid_client). Copy client id and client secret (or the token) from the app once more, and store them.',
      },
    ]);
  });

  test('the organization of the app', async () => {
    bench.fake.tokenFaults.push({ kind: 'status', status: 400, body: '{"error":"shop_not_permitted"}' });
    expect(await wrongOnes()).toMatchObject([
      { what: 'credentials', detail: expect.stringMatching(/shop_not_permitted.*same organization/) },
    ]);
  });

  test('the address', async () => {
    const call = async () => ({ kind: 'trouble', reason: 'redirected', sent: true }) as const;
    expect(await wrongOnes({ call })).toMatchObject([
      { detail: expect.stringContaining('Use the shop’s permanent address') },
    ]);
  });

  test('the currency', async () => {
    bench.fake.granted = { ...bench.fake.granted, shopCurrency: 'USD' };
    expect(await wrongOnes()).toMatchObject([
      {
        what: 'currency',
        detail: expect.stringContaining('the shop sells in USD, the program counts in EUR'),
      },
    ]);
  });

  test('numbers that nobody can type', async () => {
    bench.fake.granted = { ...bench.fake.granted, prefix: 'Order (', suffix: ')' };
    expect(await wrongOnes()).toMatchObject([
      { what: 'order numbers', detail: expect.stringContaining('"Order (1001)" cannot be typed in chat') },
    ]);
    bench.fake.granted = { ...bench.fake.granted, prefix: 'EN', suffix: '-26' };
    expect(await wrongOnes()).toEqual([]);
  });

  test.each([
    [59, true],
    [61, false],
    [-61, false],
    [86_400, false],
  ])('the clock, %i s off', async (seconds, ok) => {
    bench.fake.date = new Date(start + seconds * 1000).toUTCString();
    const line = (await check()).find(({ what }) => what === 'clock');
    expect(line?.ok).toBe(ok);
    expect(line?.detail).toContain(`${Math.abs(seconds)} s apart`);
  });

  test('the clock where the shop’s says nothing', async () => {
    bench.fake.date = 'now';
    expect(await wrongOnes()).toMatchObject([{ what: 'clock' }]);
  });

  test('the version', async () => {
    bench.fake.version = '2027-10';
    expect(await wrongOnes()).toEqual([
      {
        what: 'API version',
        ok: false,
        detail:
          'Shopify answered with version 2027-10 of its API and not with 2026-10. Update this service to a newer version.',
      },
    ]);
  });

  test.each(['refused', 'redacted'] as const)('customers’ e-mails, %s', async (people) => {
    bench.fake.granted = { ...bench.fake.granted, people };
    const lines = await wrongOnes();
    expect(lines.at(-1)).toMatchObject({
      what: 'customers’ e-mails',
      detail: expect.stringMatching(/^pii_not_granted.*Request access to protected customer data/),
    });
  });

  test('nothing, where there is no order yet', async () => {
    bench.fake.shop.orders.length = 0;
    expect(await wrongOnes()).toEqual([]);
  });

  test('the webhook secret of an older shop', async () => {
    bench.fake.tokens.add('shpat_old');
    expect(await wrongOnes({ secrets: { token: 'shpat_old' } })).toMatchObject([
      { what: 'webhook secret', detail: expect.stringContaining('Store the app’s client secret') },
    ]);
  });

  test('trouble in the middle is told, and the rest is tried', async () => {
    bench.fake.mangle = (json, { query }): unknown =>
      query.includes('LoyaltyFindOrders') ? { data: {} } : json;
    expect((await wrongOnes()).map(({ what }) => what)).toEqual(['look-up', 'customers’ e-mails']);
  });
});
