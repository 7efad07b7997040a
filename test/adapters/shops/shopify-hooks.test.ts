/** What webhooks of a shop on Shopify say. */
import { createHmac } from 'node:crypto';
import '@shopify/shopify-api/adapters/node';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { shopifyShop } from '../../../functions/adapters/shops/shopify/shopify.ts';
import type { HookNews, Shop } from '../../../functions/ports/shops.ts';
import type { HookDelivery } from '../../shops/bench.ts';
import { openShopifyBench, type ShopifyBench } from '../../shops/shopify/bench.ts';
import { connectionTo, patient } from '../../shops/shopify/connected.ts';
import { orderPayload } from '../../shops/shopify/fake-hook.ts';
import { type FakeOrder, gidOf } from '../../shops/shopify/fake-shop.ts';

const start = Date.parse('2026-11-20T10:00:00Z');
let bench: ShopifyBench;
let shop: Shop;

beforeEach(async () => {
  bench = await openShopifyBench(() => new Date(start));
  shop = shopifyShop(connectionTo(bench));
});
afterEach(() => bench.close());

const place = (): FakeOrder =>
  bench.fake.shop.place({ email: 'Ana@Example.com', total: '60.00', name: '#1001' });
const read = ({ headers, body }: HookDelivery, of: Shop = shop): HookNews =>
  of.readHook({ headers, body: Buffer.from(body) });
const signed = (body: string, topic = 'orders/paid', secret = bench.fake.clientSecret): HookDelivery => ({
  body,
  headers: {
    'x-shopify-topic': topic,
    'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
  },
});

describe('an order', () => {
  const only = (news: HookNews) => {
    if (news.kind !== 'news' || news.orders.length !== 1) throw new Error(JSON.stringify(news));
    return news.orders[0];
  };
  const delivered = async (order: FakeOrder): Promise<HookNews> => {
    const delivery = await bench.hook({ number: order.name, id: gidOf(order) });
    if (delivery === undefined) throw new Error('no hook');
    return read(delivery);
  };

  const lives: readonly (readonly [string, (order: FakeOrder) => void])[] = [
    ['paid', () => undefined],
    ['pending', (order) => Object.assign(order, { financial: 'PENDING', receivedCents: 0 })],
    ['sent', (order) => Object.assign(order, { fulfillment: 'FULFILLED' })],
    ['partly refunded', (order) => bench.fake.shop.refund(order, '12.34')],
    [
      'returned for less than was given back',
      (order) => {
        bench.fake.shop.refund(order, '12.34');
        order.currentCents = 5000;
      },
    ],
    [
      'returned for more than was given back',
      (order) => {
        bench.fake.shop.refund(order, '12.34');
        order.currentCents = 3000;
      },
    ],
    [
      'refunded in two parts',
      (order) => {
        bench.fake.shop.refund(order, '12.34');
        bench.fake.shop.refund(order);
      },
    ],
    ['cancelled', (order) => bench.fake.shop.cancel(order)],
    [
      'cancelled before it was paid',
      (order) => {
        Object.assign(order, { financial: 'PENDING', receivedCents: 0 });
        bench.fake.shop.cancel(order);
      },
    ],
    ['a test', (order) => Object.assign(order, { test: true })],
    ['without an e-mail', (order) => Object.assign(order, { email: null, notifiable: false })],
    ['with codes', (order) => Object.assign(order, { codes: ['LOY-1', 'SUMMER'] })],
    [
      'imported later than placed',
      (order) => Object.assign(order, { processedAt: new Date(start - 86_400_000) }),
    ],
  ];
  test.each(lives)('that is %s is read from a webhook as from the Admin API', async (_, live) => {
    const order = place();
    live(order);
    const asked = await shop.readOrder(gidOf(order), patient());
    expect(asked.kind).toBe('found');
    expect(only(await delivered(order))).toEqual(asked.kind === 'found' && asked.order);
  });

  test.each(['orders/create', 'orders/paid', 'orders/updated', 'orders/cancelled', 'orders/fulfilled'])(
    'comes by %s, and what is said is in its body alone',
    (topic) => {
      expect(only(read(bench.deliver(topic, orderPayload(place()))))).toMatchObject({ status: 'paid' });
    },
  );

  test('under a number that nobody could type concerns nobody', () => {
    const order = place();
    order.name = 'Bestellung № 7 (Köln)';
    expect(read(bench.deliver('orders/paid', orderPayload(order)))).toEqual({
      kind: 'nothing',
      topic: 'orders/paid',
    });
  });

  const changes: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['some fields only', { total_price: undefined }],
    ['no e-mail field at all', { email: undefined }],
    ['a total that is no sum', { total_price: '-60.00' }],
    ['a total as a number', { total_price: 60 }],
    ['a currency that is none', { currency: 'EURO' }],
    ['no list of refunds', { refunds: undefined }],
    [
      'a refund in the customer’s own currency',
      {
        refunds: [
          { transactions: [{ kind: 'refund', status: 'success', amount: '70.00', currency: 'DKK' }] },
        ],
      },
    ],
    ['a time that is none', { updated_at: 'yesterday' }],
  ];
  test.each(changes)('with %s is read from the shop again', (_, change) => {
    const order = place();
    expect(read(bench.deliver('orders/updated', { ...orderPayload(order), ...change }))).toEqual({
      kind: 'news',
      orders: [],
      reread: [gidOf(order)],
      used: [],
      released: [],
    });
  });

  test('counts no refund that failed or waits, and no sale', () => {
    const of = (kind: string, status: string) => ({
      transactions: [{ kind, status, amount: '10.00', currency: 'EUR' }],
    });
    const refunds = [
      of('refund', 'failure'),
      of('refund', 'pending'),
      of('sale', 'success'),
      of('refund', 'success'),
    ];
    const payload = { ...orderPayload(place()), financial_status: 'partially_refunded', refunds };
    expect(only(read(bench.deliver('orders/updated', payload)))).toMatchObject({ refundedMinor: 1000 });
  });

  test('without its own e-mail is under that of the contact', () => {
    for (const email of ['', null]) {
      const payload = { ...orderPayload(place()), email, contact_email: 'Zed@example.com' };
      expect(only(read(bench.deliver('orders/updated', payload)))).toMatchObject({
        email: 'zed@example.com',
      });
    }
  });

  test('that is not paid has nothing refunded, whatever was taken out of it', () => {
    const payload = { ...orderPayload(place()), financial_status: 'pending', current_total_price: '10.00' };
    expect(only(read(bench.deliver('orders/updated', payload)))).toMatchObject({ refundedMinor: 0 });
  });

  test('is named by its number where its name for the Admin API is left out', () => {
    const order = place();
    const payload = { ...orderPayload(order), admin_graphql_api_id: undefined };
    expect(only(read(bench.deliver('orders/updated', payload)))).toMatchObject({ id: gidOf(order) });
  });
});

describe('other topics', () => {
  test('an edited order and a refund are read from the shop, by ids of any length', () => {
    const edit = signed('{"order_edit":{"id":78912328793,"order_id":9007199254740993}}', 'orders/edited');
    const refund = signed(
      '{"id":890088186047892319,"order_id":820982911946154509,"transactions":[]}',
      'refunds/create',
    );
    expect(read(edit)).toMatchObject({ orders: [], reread: ['gid://shopify/Order/9007199254740993'] });
    expect(read(refund)).toMatchObject({ orders: [], reread: ['gid://shopify/Order/820982911946154509'] });
  });

  test.each(['app/uninstalled', 'customers/redact', 'shop/redact', 'orders/delete', 'products/update'])(
    '%s is nothing to us',
    (topic) => {
      expect(read(signed('{"id":1}', topic))).toEqual({ kind: 'nothing', topic });
    },
  );

  test('a topic that is none is not repeated', () => {
    expect(read(signed('{"id":1}', '<script>'))).toEqual({ kind: 'nothing', topic: 'unknown' });
    const { headers, body } = signed('{"id":1}');
    expect(
      read({ headers: { 'x-shopify-hmac-sha256': headers['x-shopify-hmac-sha256'] ?? '' }, body }),
    ).toEqual({
      kind: 'nothing',
      topic: 'unknown',
    });
  });

  const bad: readonly (readonly [string, string])[] = [
    ['orders/paid', '{}'],
    ['orders/paid', '[]'],
    ['orders/paid', 'null'],
    ['orders/paid', '{"id":-1}'],
    ['orders/paid', '{"id":1.5}'],
    ['orders/paid', '{"id":1e30}'],
    ['orders/paid', '{"admin_graphql_api_id":"gid://shopify/Customer/1"}'],
    ['orders/edited', '{"order_id":1}'],
    ['refunds/create', '{"id":1}'],
    ['refunds/create', '{"order_id":"1; DROP"}'],
    ['orders/paid', ''],
    ['orders/paid', '{"id":1'],
    ['app/uninstalled', 'no'],
  ];
  test.each(bad)('%s %j is signed and not readable', (topic, body) => {
    expect(read(signed(body, topic))).toMatchObject({ kind: 'malformed' });
  });
});
