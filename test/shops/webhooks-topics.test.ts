import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod/mini';
import { contentOf } from '../support/table-watch.ts';
import type { HookDelivery } from './bench.ts';
import { type Market, openMarket, redeem, type Stand } from './market.ts';
import { openShopifyBench, type ShopifyBench } from './shopify/bench.ts';
import { orderPayload } from './shopify/fake-hook.ts';
import { openSiteBench } from './site/bench.ts';
import { forward, storeId } from './stage.ts';
import { openWooBench, type WooBench } from './woocommerce/bench.ts';

let market: Market;
let stand: Stand;
const atMarket = (open: () => Promise<Market>): void => {
  beforeAll(async () => {
    market = await open();
  }, 60_000);
  beforeEach(async () => {
    stand = await market.stand();
  });
  afterEach(() => {
    market.bench.proxy.fail();
    stand.close();
  });
  afterAll(async () => {
    const { violations } = await market.house.audit();
    await market.close();
    expect(violations).toEqual([]);
  });
};

const hooked = async (delivery: HookDelivery): Promise<unknown> => {
  const { headers, body } = market.bench.moved(delivery);
  const { status, json } = await stand.sound.request(
    'POST',
    `/v1/hooks/${stand.shop.id}/${storeId}`,
    body,
    headers,
  );
  return status === 200 ? json.result : status;
};

let people = 0;
/** A member with an e-mail of their own. */
const join = async () => {
  people += 1;
  const email = `bea${people}@example.com`;
  const contact = await stand.join(email);
  const ask = (verb: string, inputs: object = {}) =>
    stand.sound.chat(verb, { contact_id: contact, ...inputs });
  return { contact, email, ask };
};

/** Claims with the shop out of reach: what the books know decides. */
const claimOffline = async (
  { ask }: Awaited<ReturnType<typeof join>>,
  number: string,
): Promise<{ readonly result: string; readonly order_points: number }> => {
  market.bench.proxy.fail(() => 'refused before');
  const claimed = await ask('claim-order', { order_number: number });
  market.bench.proxy.fail();
  return claimed;
};

describe('each topic of Shopify', () => {
  let shopify: ShopifyBench;
  atMarket(() =>
    openMarket(async (nowMs) => {
      shopify = await openShopifyBench(() => new Date(nowMs()));
      return shopify;
    }),
  );

  test.each([
    'orders/create',
    'orders/paid',
    'orders/updated',
    'orders/fulfilled',
    'orders/partially_fulfilled',
  ])('%s makes the order known, so that nobody is asked when it is claimed', async (topic) => {
    const member = await join();
    const placed = await shopify.place({ email: member.email, total: '60.00' });
    expect(await hooked(shopify.deliver(topic, orderPayload(shopify.orderOf(placed))))).toBe('taken');
    expect(await claimOffline(member, placed.number)).toMatchObject({ result: 'credited', order_points: 60 });
  });

  test('orders/cancelled takes the points back', async () => {
    const member = await join();
    const placed = await shopify.place({ email: member.email, total: '60.00' });
    await member.ask('claim-order', { order_number: placed.number });
    forward(market.house, 2_000);
    await shopify.cancel(placed);
    const payload = orderPayload(shopify.orderOf(placed));
    expect(await hooked(shopify.deliver('orders/cancelled', payload))).toBe('taken');
    expect(await member.ask('balance')).toMatchObject({ points: 1000 });
  });

  test.each([
    ['refunds/create', (id: string) => ({ id: 1, order_id: `@@${id}@@` })],
    ['orders/edited', (id: string) => ({ order_edit: { id: 1, order_id: `@@${id}@@` } })],
  ])('%s names an order, which is read from the shop at once', async (topic, payload) => {
    const member = await join();
    const placed = await shopify.place({ email: member.email, total: '60.00' });
    await member.ask('claim-order', { order_number: placed.number });
    forward(market.house, 2_000);
    await shopify.refund(placed, '20.50');
    const numeric = String(shopify.orderOf(placed).id);
    expect(await hooked(shopify.deliver(topic, payload(numeric)))).toBe('taken');
    expect(await member.ask('balance')).toMatchObject({ points: 1039 });
    expect(await stand.sound.settle()).toMatchObject({ read: 0 });
  });

  test.each(['app/uninstalled', 'products/update', 'customers/redact', 'orders/delete', 'shop/update'])(
    '%s is answered, and changes nothing',
    async (topic) => {
      const before = await contentOf(market.house.table);
      expect(await hooked(shopify.deliver(topic, { id: 1 }))).toBe('ignored');
      expect(await contentOf(market.house.table)).toBe(before);
    },
  );

  test('a signed body that is no order is a 400 that writes nothing', async () => {
    const before = await contentOf(market.house.table);
    expect(await hooked(shopify.deliver('orders/paid', { hello: 1 }))).toBe(400);
    expect(await hooked(shopify.deliver('refunds/create', { id: 1 }))).toBe(400);
    expect(await contentOf(market.house.table)).toBe(before);
  });

  test('an order of which only some fields come is read from the shop', async () => {
    const member = await join();
    const placed = await shopify.place({ email: member.email, total: '60.00' });
    const { id, admin_graphql_api_id, name } = orderPayload(shopify.orderOf(placed));
    expect(await hooked(shopify.deliver('orders/paid', { id, admin_graphql_api_id, name }))).toBe('taken');
    expect(await claimOffline(member, placed.number)).toMatchObject({ result: 'credited' });
  });

  test('a new order gets its signed link beside it, by the next run of settle, once', async () => {
    const member = await join();
    const placed = await shopify.place({ email: member.email, total: '60.00' });
    const payload = orderPayload(shopify.orderOf(placed));
    await hooked(shopify.deliver('orders/paid', payload));
    await hooked(shopify.deliver('orders/paid', payload));
    expect(await stand.sound.settle()).toMatchObject({ linked: 1, open: 0 });
    expect(await stand.sound.settle()).toMatchObject({ linked: 0, open: 0 });
    const [ref] = [...shopify.orderOf(placed).metafields.values()];
    expect(await member.ask('claim-order', { order_number: ref })).toMatchObject({ result: 'credited' });
  });
});

describe('each topic of WooCommerce', () => {
  let woo: WooBench;
  atMarket(() =>
    openMarket(async (nowMs) => {
      woo = await openWooBench({ nowMs });
      return woo;
    }),
  );

  test.each(['order.created', 'order.updated', 'order.restored'])(
    '%s makes the order known, so that nobody is asked when it is claimed',
    async (topic) => {
      const member = await join();
      const placed = await woo.place({ email: member.email, total: '60.00' });
      expect(await hooked(woo.fake.delivery(Number(placed.id), topic))).toBe('taken');
      expect(await claimOffline(member, placed.number)).toMatchObject({
        result: 'credited',
        order_points: 60,
      });
    },
  );

  test('the ping that nobody signs is answered, and changes nothing', async () => {
    const before = await contentOf(market.house.table);
    expect(await hooked(woo.fake.ping())).toBe('ignored');
    expect(await contentOf(market.house.table)).toBe(before);
  });

  test.each(['order.deleted', 'coupon.updated', 'product.created'])('%s changes nothing', async (topic) => {
    const before = await contentOf(market.house.table);
    expect(await hooked(woo.fake.delivery(1, topic))).toBe('ignored');
    expect(await contentOf(market.house.table)).toBe(before);
  });

  test('two deliveries of one second carry one id, and both count', async () => {
    const [ana, ben] = [await join(), await join()];
    const first = await woo.place({ email: ana.email, total: '60.00' });
    const second = await woo.place({ email: ben.email, total: '40.00' });
    const deliveries = [first, second].map(({ id }) => woo.fake.delivery(Number(id)));
    for (const delivery of deliveries) expect(await hooked(delivery)).toBe('taken');
    expect(await claimOffline(ana, first.number)).toMatchObject({ result: 'credited' });
    expect(await claimOffline(ben, second.number)).toMatchObject({ result: 'credited' });
  });
});

describe('each event of a site', () => {
  atMarket(() => openMarket((nowMs) => openSiteBench('node', { nowMs })));

  const event = (type: string, data: object): HookDelivery => {
    const { secret } = z.object({ secret: z.string() }).parse(market.bench.secrets);
    const at = new Date(market.house.clock.now());
    const body = JSON.stringify({ type, data });
    return {
      body,
      headers: {
        'webhook-id': `evt_${people}`,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(secret).sign(`evt_${people}`, at, body),
      },
    };
  };
  const orderOf = (email: string, more: object = {}) => ({
    order_number: `S-${people}`,
    order_id: `id-${people}`,
    email,
    total: '60.00',
    currency: 'USD',
    status: 'paid',
    placed_at: '2026-11-20T10:00:00Z',
    ...more,
  });

  test.each(['order.paid', 'order.updated'])('%s makes the order known', async (type) => {
    const member = await join();
    expect(await hooked(event(type, orderOf(member.email)))).toBe('taken');
    expect(await claimOffline(member, `S-${people}`)).toMatchObject({ result: 'credited', order_points: 60 });
  });

  test('order.refunded and order.cancelled take the points back', async () => {
    const member = await join();
    await hooked(event('order.paid', orderOf(member.email)));
    await member.ask('claim-order', { order_number: `S-${people}` });
    expect(await hooked(event('order.refunded', orderOf(member.email, { refunded: '20.50' })))).toBe('taken');
    expect(await member.ask('balance')).toMatchObject({ points: 1039 });
    expect(await hooked(event('order.cancelled', orderOf(member.email, { status: 'cancelled' })))).toBe(
      'taken',
    );
    expect(await member.ask('balance')).toMatchObject({ points: 1000 });
  });

  test('coupon.redeemed and coupon.released use a coupon and free it', async () => {
    const member = await join();
    const { coupon_code: code } = await redeem(stand.sound, member.contact);
    const status = async () => (await member.ask('coupons')).coupons[0].status;
    const data = { code: code.toLowerCase().replaceAll('-', ' '), order_number: 4711 };
    expect(await hooked(event('coupon.redeemed', data))).toBe('taken');
    expect(await status()).toBe('used');
    expect(await hooked(event('coupon.released', { ...data, order_number: 4712 }))).toBe('taken');
    expect(await status()).toBe('used');
    expect(await hooked(event('coupon.released', data))).toBe('taken');
    expect(await status()).toBe('valid');
  });

  test('coupons that are not ours are no news', async () => {
    const before = await contentOf(market.house.table);
    expect(await hooked(event('coupon.redeemed', { code: 'SUMMER', order_number: 4711 }))).toBe('taken');
    expect(await hooked(event('ping', {}))).toBe('ignored');
    expect(await contentOf(market.house.table)).toBe(before);
  });
});
