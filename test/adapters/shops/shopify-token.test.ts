/** The token with which a shop on Shopify is called. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CallShop } from '../../../functions/adapters/shops/connection.ts';
import { shopifyShop } from '../../../functions/adapters/shops/shopify/shopify.ts';
import { normalizeEmail } from '../../../functions/domain/email.ts';
import { instant, orderNumber } from '../../../functions/domain/ids.ts';
import { currency } from '../../../functions/domain/money.ts';
import type { CouponSpec, Shop } from '../../../functions/ports/shops.ts';
import { openShopifyBench, type ShopifyBench } from '../../shops/shopify/bench.ts';
import { type Connected, connectionTo, patient, plainCall } from '../../shops/shopify/connected.ts';

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
const dayMs = 86_399_000;

describe('the token', () => {
  test('is traded once for all calls, also for those that come at a time', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => find()));
    expect(answers.map(({ kind }) => kind)).toEqual(Array.from({ length: 10 }, () => 'found'));
    expect(bench.fake.tokenRequests).toBe(1);
  });

  test('is renewed when four fifths of its life are over', async () => {
    await find();
    connection.stopwatch.forward(dayMs * 0.8 - 1);
    await find();
    expect(bench.fake.tokenRequests).toBe(1);
    connection.stopwatch.forward(1);
    expect((await find()).kind).toBe('found');
    expect(bench.fake.tokenRequests).toBe(2);
  });

  test('serves to its end where there is no new one, and not beyond', async () => {
    await find();
    connection.stopwatch.forward(dayMs * 0.9);
    bench.fake.tokenFaults.push({ kind: 'status', status: 503 });
    expect((await find()).kind).toBe('found');
    connection.stopwatch.forward(dayMs * 0.1);
    bench.fake.tokenFaults.push({ kind: 'status', status: 503 }, { kind: 'status', status: 503 });
    expect(await find()).toMatchObject({ kind: 'trouble', reason: 'server_error' });
  });

  test('that was revoked is replaced once, and the call is made', async () => {
    await find();
    bench.fake.tokens.clear();
    expect((await find()).kind).toBe('found');
    expect(bench.fake.tokenRequests).toBe(2);
  });

  test('that was revoked under many calls at a time is replaced once', async () => {
    await find();
    bench.fake.tokens.clear();
    const answers = await Promise.all(Array.from({ length: 6 }, () => find()));
    expect(answers.every(({ kind }) => kind === 'found')).toBe(true);
    expect(bench.fake.tokenRequests).toBe(2);
  });

  test('that was revoked lets a coupon be made once', async () => {
    await find();
    bench.fake.tokens.clear();
    expect(await shop.makeCoupon(spec, false, patient())).toEqual({ kind: 'made' });
    expect(bench.fake.shop.discounts).toHaveLength(1);
  });

  test('that is refused again is not traded for ever', async () => {
    bench.fake.mangle = undefined;
    const call: CallShop = async (request, signal) => {
      bench.fake.tokens.clear();
      return plainCall(request, signal);
    };
    expect(await find(shopifyShop(connectionTo(bench, { call })))).toEqual({
      kind: 'trouble',
      reason: 'unauthorized',
      detail: 'HTTP 401',
    });
    expect(bench.fake.tokenRequests).toBe(2);
  });

  const refusals: readonly (readonly [number, string, string, string])[] = [
    [
      400,
      '{"error":"invalid_client"}',
      'unauthorized',
      'the token was refused with HTTP 400: invalid_client',
    ],
    [
      400,
      '{"error":"shop_not_permitted"}',
      'forbidden',
      'the token was refused with HTTP 400: shop_not_permitted',
    ],
    [401, 'no', 'unauthorized', 'the token was refused with HTTP 401: no reason given'],
    [
      403,
      '{"error":"<b>shpss_test_secret</b>"}',
      'unauthorized',
      'the token was refused with HTTP 403: no reason given',
    ],
    [404, '', 'malformed', 'the token was refused with HTTP 404: no reason given'],
    [429, '', 'throttled', 'the token was refused with HTTP 429: no reason given'],
    [502, '', 'server_error', 'the token was refused with HTTP 502: no reason given'],
  ];
  test.each(refusals)('refused with %i %s is trouble', async (status, body, reason, detail) => {
    const fault = { kind: 'status', status, body } as const;
    bench.fake.tokenFaults.push(fault, fault);
    expect(await find()).toEqual({ kind: 'trouble', reason, detail });
  });

  test.each([
    '{}',
    '',
    '{"access_token":"","expires_in":86399}',
    '{"access_token":"a"}',
    '{"access_token":"a","expires_in":0}',
    '{"access_token":"a","expires_in":1e99}',
    '{"access_token":5,"expires_in":86399}',
  ])('answered with %j is trouble', async (text) => {
    bench.fake.tokenFaults.push({ kind: 'text', text });
    expect(await find()).toMatchObject({ kind: 'trouble', reason: 'malformed' });
  });

  test('is asked for again by a call whose time is not over when another’s is', async () => {
    const first = new AbortController();
    let calls = 0;
    const call: CallShop = async (request, signal) => {
      calls += 1;
      if (calls > 1) return plainCall(request, signal);
      first.abort();
      return { kind: 'trouble', reason: 'timeout', sent: true };
    };
    const both = shopifyShop(connectionTo(bench, { call }));
    const [late, early] = await Promise.all([find(both, first.signal), find(both)]);
    expect(late).toMatchObject({ kind: 'trouble', reason: 'timeout' });
    expect(early.kind).toBe('found');
  });

  test('that is waited for costs no call more time than it has', async () => {
    const never: CallShop = () => new Promise(() => undefined);
    const stuck = shopifyShop(connectionTo(bench, { call: never }));
    void find(stuck);
    const short = new AbortController();
    const waiting = find(stuck, short.signal);
    short.abort();
    expect(await waiting).toMatchObject({ kind: 'trouble', reason: 'timeout' });
  });

  test('of an older shop is sent as it is, and never traded', async () => {
    bench.fake.tokens.add('shpat_old');
    const old = shopifyShop(connectionTo(bench, { secrets: { token: 'shpat_old' } }));
    expect((await find(old)).kind).toBe('found');
    bench.fake.tokens.clear();
    expect(await find(old)).toEqual({ kind: 'trouble', reason: 'unauthorized', detail: 'HTTP 401' });
    expect(bench.fake.tokenRequests).toBe(0);
  });

  test.each([
    undefined,
    null,
    {},
    [],
    'shpat_x',
    { client_id: 'a' },
    { client_id: '', client_secret: 'b' },
    { token: '' },
  ])('cannot come of %j, and every method says so', async (secrets) => {
    const none = shopifyShop(connectionTo(bench, { secrets }));
    const trouble = { kind: 'trouble', reason: 'no_credentials' };
    expect(await find(none)).toMatchObject(trouble);
    expect(await none.readOrder('gid://shopify/Order/1', patient())).toMatchObject(trouble);
    expect(await none.changedOrders(instant.parse(0), undefined, patient())).toMatchObject(trouble);
    expect(await none.makeCoupon(spec, false, patient())).toMatchObject(trouble);
    expect(await none.findCoupon(spec, patient())).toMatchObject(trouble);
    expect(await none.cancelCoupon(spec, patient())).toMatchObject(trouble);
    expect(await none.attachLink('gid://shopify/Order/1', 'r', patient())).toMatchObject(trouble);
    expect(await none.check(spec.currency, patient())).toMatchObject([{ ok: false }]);
    const request = { headers: {}, body: Buffer.from('{}') };
    expect(none.readHook(request)).toMatchObject({ kind: 'unauthorized' });
    expect(bench.calls()).toBe(0);
  });

  test('and the secrets are in no answer', async () => {
    bench.fake.clientSecret = 'another';
    const said = JSON.stringify([await find(), await shop.check(spec.currency, patient())]);
    expect(said).not.toMatch(/shpss_test_secret|shpat_|c4f1d2/);
  });
});
