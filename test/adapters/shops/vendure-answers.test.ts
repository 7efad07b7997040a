/** What the Vendure adapter makes of answers that no real server gives on demand, and of webhooks. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { sign } from '../../../functions/adapters/shops/standard-webhooks.ts';
import { minorOf } from '../../../functions/adapters/shops/vendure/orders.ts';
import { instant } from '../../../functions/domain/ids.ts';
import { answering, closeAll, closedPort } from '../../shops/site/scene.ts';
import { ana, couponSpec, number, openShopAt, patient } from '../../shops/vendure/scene.ts';

afterEach(closeAll);

const key = { api_key: 'a-key' };
const asked = { number: number('WXYZ'), emails: [ana] };

const node = {
  id: '7',
  code: 'WXYZ',
  type: 'Regular',
  state: 'PaymentSettled',
  orderPlacedAt: '2026-11-20T10:00:00.000Z',
  createdAt: '2026-11-20T09:00:00.000Z',
  updatedAt: '2026-11-20T10:00:00.000Z',
  currencyCode: 'USD',
  subTotal: 6000,
  totalWithTax: 6000,
  couponCodes: [],
  customer: { emailAddress: 'ana@example.com' },
  lines: [],
  payments: [{ state: 'Settled', amount: 6000, refunds: [] }],
};

const listing = (orders: readonly object[], precision = 2) => ({
  data: {
    orders: { items: orders },
    globalSettings: { serverConfig: { moneyStrategyPrecision: precision } },
  },
});

const foundIn = async (body: unknown, status = 200) => {
  const { url } = await answering(body, status);
  return openShopAt(url, key).findOrder(asked, patient());
};

describe('a page of changed orders', () => {
  const changed = async (rows: readonly unknown[], from?: string) => {
    const { url } = await answering({
      data: {
        orders: { items: rows },
        globalSettings: { serverConfig: { moneyStrategyPrecision: 2 } },
      },
    });
    return openShopAt(url, key).changedOrders(instant.parse(0), from, patient());
  };

  test.each([
    { totalWithTax: -1 },
    { totalWithTax: undefined },
    { currencyCode: 'XYZ' },
    { currencyCode: 'JPY', totalWithTax: 450001 },
    { updatedAt: 'soon' },
    { payments: [{ state: 'Settled', amount: -1, refunds: [] }] },
  ])('loses no other where one cannot be read, and names that one: %j', async (wrong) => {
    const page = await changed([{ ...node, id: '8', ...wrong }, node]);
    expect(page).toMatchObject({ kind: 'page', orders: [{ id: '7' }], unreadable: ['8'], next: 'refunds:0' });
  });

  test('goes on after its last order, and by counting where that does not say when it changed', async () => {
    const rows = Array.from({ length: 50 }, (_, at) => ({ ...node, id: String(at + 1) }));
    const last = { ...rows[49], currencyCode: 'XYZ' };
    const after = Date.parse(node.updatedAt) - 1_000;
    expect(await changed([...rows.slice(0, 49), last])).toMatchObject({
      unreadable: ['50'],
      next: `changed:${after}:0`,
    });
    expect(await changed([...rows.slice(0, 49), { ...last, updatedAt: null }], 'changed:5:0')).toMatchObject({
      unreadable: ['50'],
      next: 'changed:5:50',
    });
  });

  test('that is no list is trouble', async () => {
    const { url } = await answering({ data: { orders: { items: null } } });
    const page = await openShopAt(url, key).changedOrders(instant.parse(0), undefined, patient());
    expect(page).toMatchObject({ kind: 'trouble', reason: 'malformed' });
  });
});

describe('sums', () => {
  test.each([
    [6000, 2, 'USD', 6000],
    [1100, 2, 'USD', 1100],
    [60000, 3, 'USD', 6000],
    [60001, 3, 'USD', undefined],
    [450000, 2, 'JPY', 4500],
    [450001, 2, 'JPY', undefined],
    [4500, 0, 'JPY', 4500],
    [6000, 2, 'KWD', 60000],
    [6000, 2, 'XYZ', undefined],
    [10 ** 15, 2, 'USD', undefined],
  ])('of %d at %d decimals in %s are %p', (sum, precision, code, minor) => {
    expect(minorOf(sum, precision, code)).toBe(minor);
  });

  test('that are negative or have digits too many are trouble of the order’s owner, and none for anybody else', async () => {
    const broken = [
      { ...node, totalWithTax: -1 },
      { ...node, currencyCode: 'XYZ' },
      { ...node, updatedAt: 'soon' },
    ];
    for (const order of broken)
      expect(await foundIn(listing([order]))).toMatchObject({ kind: 'trouble', reason: 'malformed' });
    const zeds = { ...node, currencyCode: 'XYZ', customer: { emailAddress: 'zed@example.com' } };
    expect(await foundIn(listing([zeds]))).toEqual({ kind: 'none' });
  });
});

describe('orders', () => {
  test('that nobody can be sure of are none', async () => {
    expect(await foundIn(listing([node]))).toMatchObject({
      kind: 'found',
      order: { id: '7', totalMinor: 6000 },
    });
    expect(await foundIn(listing([node, { ...node, id: '8' }]))).toEqual({ kind: 'none' });
    expect(await foundIn(listing([{ ...node, customer: null }]))).toEqual({ kind: 'none' });
    // A market place splits an order by sellers, and the customer has the number of the whole.
    expect(await foundIn(listing([{ ...node, type: 'Seller' }]))).toEqual({ kind: 'none' });
  });
});

describe('answers', () => {
  test.each([
    [401, {}, 'unauthorized'],
    [403, {}, 'forbidden'],
    [404, {}, 'malformed'],
    [429, {}, 'throttled'],
    [503, {}, 'server_error'],
    [200, 'no GraphQL', 'malformed'],
    [200, { data: { orders: null } }, 'malformed'],
    [400, { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }, 'malformed'],
    [200, { errors: [{ message: 'ana@example.com', path: ['orders'] }], data: null }, 'server_error'],
  ])('with HTTP %d and %j are trouble: %s', async (status, body, reason) => {
    const told = await foundIn(body, status);
    expect(told).toMatchObject({ kind: 'trouble', reason });
    expect(JSON.stringify(told)).not.toContain('ana@');
  });

  test('that never come leave it open whether a coupon was made', async () => {
    const shop = openShopAt(`http://127.0.0.1:${await closedPort()}`, key);
    const told = await shop.makeCoupon(couponSpec(), false, patient());
    expect(told).toMatchObject({ kind: 'trouble', reason: 'unreachable' });
  });

  test('without a token name the setting that is missing', async () => {
    const { url } = await answering({ data: { login: { __typename: 'CurrentUser' } } });
    const told = await openShopAt(url, { username: 'a', password: 'b' }).findOrder(asked, patient());
    expect(told).toMatchObject({ reason: 'unauthorized', detail: expect.stringContaining('tokenMethod') });
  });
});

describe('webhooks', () => {
  const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
  const now = Math.floor(Date.now() / 1000) * 1000;
  const shop = openShopAt('http://127.0.0.1:1', { ...key, webhook_secret: secret });
  const event = (data: object, type = 'order.refunded') => {
    const body = Buffer.from(JSON.stringify({ type, timestamp: new Date(now).toISOString(), data }));
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(now / 1000),
      'webhook-signature': sign('msg_1', now / 1000, body, secret),
    };
    return { headers, body };
  };
  const order = {
    order_number: 'WXYZ',
    order_id: '7',
    total: '60.00',
    refunded: '10.00',
    currency: 'USD',
    status: 'paid',
    placed_at: '2026-11-20T10:00:00Z',
  };

  test('of an order have it read from the shop', () => {
    expect(shop.readHook(event(order))).toEqual({
      kind: 'news',
      orders: [],
      reread: ['7'],
      used: [],
      released: [],
    });
  });

  test('of a coupon tell which order used it', () => {
    const used = event({ code: 'GIFT-1', order_number: 'wxyz' }, 'coupon.redeemed');
    expect(shop.readHook(used)).toMatchObject({ kind: 'news', used: [{ code: 'GIFT-1', order: 'WXYZ' }] });
  });

  test('without the id of an order are malformed, and with a wrong signature or no secret unauthorized', () => {
    const { order_id: _, ...nameless } = order;
    expect(shop.readHook(event(nameless))).toEqual({ kind: 'malformed', detail: 'data.order_id' });
    const forged = { ...event(order), body: Buffer.from('{}') };
    expect(shop.readHook(forged)).toMatchObject({ kind: 'unauthorized' });
    const without = openShopAt('http://127.0.0.1:1', key);
    expect(without.readHook(event(order))).toMatchObject({ kind: 'unauthorized' });
  });
});
