import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { dyingAt } from '../support/crash.ts';
import { contentOf } from '../support/table-watch.ts';
import type { PlacedOrder, ShopBench } from './bench.ts';
import { type Market, openMarket, redeem, type Stand, withoutLinks } from './market.ts';
import { openShopifyBench, type ShopifyBench } from './shopify/bench.ts';
import { openSiteBench } from './site/bench.ts';
import { dayMs, forward, minuteMs, storeId } from './stage.ts';
import { openWooBench, type WooBench } from './woocommerce/bench.ts';

type Kind = 'Shopify' | 'WooCommerce' | 'a site';
const kinds: readonly Kind[] = ['Shopify', 'WooCommerce', 'a site'];

let market: Market;
let stand: Stand;
let shopify: ShopifyBench;
let woo: WooBench;
const open: Record<Kind, (nowMs: () => number) => Promise<ShopBench>> = {
  Shopify: async (nowMs) => {
    shopify = await openShopifyBench(() => new Date(nowMs()));
    return shopify;
  },
  WooCommerce: async (nowMs) => {
    woo = await openWooBench({ nowMs });
    return woo;
  },
  'a site': (nowMs) => openSiteBench('node', { nowMs }),
};
const atMarket = (kind: Kind): void => {
  beforeAll(async () => {
    market = await openMarket(open[kind], kind === 'a site');
  }, 60_000);
  beforeEach(async () => {
    stand = await market.stand(withoutLinks);
    // What other tests did in the shop is not looked at any more.
    await stand.sound.reconcile();
    forward(market.house, 40 * minuteMs);
    await stand.sound.reconcile();
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

let people = 0;
/** A member, a coupon of theirs, and as many orders of 60 as wanted, all claimed. */
const customer = async (orders = 1) => {
  people += 1;
  const email = `hal${people}@example.com`;
  const contact = await stand.join(email);
  const ask = (verb: string, inputs: object = {}) =>
    stand.sound.chat(verb, { contact_id: contact, ...inputs });
  const placed: PlacedOrder[] = [];
  for (let nth = 0; nth < orders; nth++) {
    const order = await market.bench.place({ email, total: '60.00' });
    placed.push(order);
    expect(await ask('claim-order', { order_number: order.number })).toMatchObject({ result: 'credited' });
  }
  const points = async (): Promise<number> => (await ask('balance')).points;
  return { contact, email, ask, placed, points };
};

describe.each(kinds)('reconcile at %s', (kind) => {
  atMarket(kind);

  test('repairs in one run what lost webhooks told: refunds, cancellations and used coupons', async () => {
    const { contact, email, ask, placed, points } = await customer(4);
    const { coupon_code: code } = await redeem(stand.sound, contact);
    const [whole, part, full, cancelled] = placed;
    if (!whole || !part || !full || !cancelled) throw new Error('four orders were placed');
    forward(market.house, 2_000);
    await market.bench.refund(part, '20.50');
    await market.bench.refund(full);
    await market.bench.cancel(cancelled);
    await market.bench.place({ email, total: '35.00', coupon: code });
    expect(await points()).toBe(800 + 4 * 60);
    forward(market.house, dayMs);
    expect(await stand.sound.reconcile()).toMatchObject({
      repaired: 4,
      findings: 0,
      unfinished: [],
      listed: [],
    });
    expect(await points()).toBe(800 + 60 + 39);
    expect((await ask('coupons')).coupons).toMatchObject([{ code, status: 'used' }]);
    const before = await contentOf(market.house.table);
    expect(await stand.sound.reconcile()).toMatchObject({ repaired: 0, findings: 0, unfinished: [] });
    expect(await points()).toBe(800 + 60 + 39);
    // Only how far it was read moves.
    expect((await contentOf(market.house.table)).split(' ')[0]).toBe(before.split(' ')[0]);
  });

  test('frees the coupon of an order that was cancelled', async () => {
    const { contact, email, ask } = await customer(0);
    const { coupon_code: code } = await redeem(stand.sound, contact);
    const order = await market.bench.place({ email, total: '35.00', coupon: code });
    forward(market.house, minuteMs);
    await stand.sound.reconcile();
    expect((await ask('coupons')).coupons).toMatchObject([{ code, status: 'used' }]);
    await market.bench.cancel(order);
    forward(market.house, minuteMs);
    await stand.sound.reconcile();
    expect((await ask('coupons')).coupons).toMatchObject([{ code, status: 'valid' }]);
  });

  test('ends right though it dies before or after any of its calls', async () => {
    for (const moment of ['before', 'after'] as const)
      for (let nth = 1; ; nth++) {
        const { placed, points } = await customer(1);
        const [order] = placed;
        if (order === undefined) throw new Error('an order was placed');
        forward(market.house, 2_000);
        await market.bench.refund(order, '20.50');
        const life = dyingAt(nth, moment);
        const dying = stand.process({ hook: life.hook });
        await dying.reconcile();
        dying.close();
        forward(market.house, 30 * minuteMs);
        await stand.sound.reconcile();
        expect([moment, nth, await points()]).toEqual([moment, nth, 1039]);
        if (life.died() === undefined) {
          expect(nth).toBeGreaterThan(4);
          break;
        }
      }
  });

  test.each([
    'refused before',
    'hang before',
    'error 500 before',
    'error 429 before',
    'error 401 before',
    'garbage before',
    'truncated after',
  ] as const)(
    'says which store it could not read (%s), and reads it the next time from where it was',
    async (way) => {
      const { placed, points } = await customer(1);
      const [order] = placed;
      if (order === undefined) throw new Error('an order was placed');
      forward(market.house, 2_000);
      await market.bench.refund(order);
      market.bench.proxy.fail(() => way);
      // A new token would have to be asked for, too.
      const own = stand.process();
      expect(await own.reconcile()).toMatchObject({ orders: 0, unfinished: [`${stand.shop.id}/${storeId}`] });
      expect(own.logged.events).toContainEqual({
        name: 'shop trouble',
        facts: expect.objectContaining({ store: storeId, doing: 'reconcile', reason: expect.any(String) }),
      });
      market.bench.proxy.fail();
      forward(market.house, 8 * dayMs);
      expect(await own.reconcile()).toMatchObject({ repaired: 1, unfinished: [] });
      expect(await points()).toBe(1000);
      own.close();
    },
  );
});

describe('what does not fit', () => {
  describe('at Shopify', () => {
    atMarket('Shopify');

    test('is listed in each report, and told as a fault once: a coupon that two orders used', async () => {
      const { contact, email, ask } = await customer(0);
      const { coupon_code: code } = await redeem(stand.sound, contact);
      const first = await market.bench.place({ email, total: '35.00', coupon: code });
      forward(market.house, minuteMs);
      const second = await market.bench.place({ email: 'ida@example.com', total: '35.00' });
      shopify.orderOf(second).codes.push(code.toLowerCase());
      forward(market.house, minuteMs);
      const first_ = await stand.sound.reconcile();
      const kind = { kind: 'twice', store: storeId, code: expect.any(String), order: expect.any(String) };
      expect(first_).toMatchObject({ findings: 1, listed: [kind] });
      expect(await stand.sound.reconcile()).toMatchObject({ findings: 0, listed: [kind] });
      for (const order of [first, second, first]) {
        const delivery = await market.bench.hook(order);
        const path = `/v1/hooks/${stand.shop.id}/${storeId}`;
        await stand.sound.request('POST', path, delivery?.body, delivery?.headers);
      }
      const told = stand.sound.logged.faults.filter(({ name }) => name === 'NeedsOwner');
      expect(told.map(({ message }) => message)).toEqual([
        `two orders used one coupon, at store shop: npm run report -- shops --program ${stand.shop.id}`,
      ]);
      expect((await ask('coupons')).coupons).toMatchObject([{ code, status: 'used' }]);
    });
  });

  describe('at WooCommerce', () => {
    atMarket('WooCommerce');

    test('is listed in each report, and told as a fault once: a debit whose coupon is gone', async () => {
      const { contact } = await customer(0);
      const { coupon_code: code } = await redeem(stand.sound, contact);
      woo.fake.coupons.rows.splice(0);
      forward(market.house, dayMs + minuteMs);
      const kind = { kind: 'without_coupon', store: storeId, code };
      expect(await stand.sound.reconcile()).toMatchObject({ findings: 1, listed: [kind] });
      for (let week = 0; week < 3; week++) {
        forward(market.house, 7 * dayMs + minuteMs);
        expect(await stand.sound.reconcile()).toMatchObject({ findings: 0, listed: [kind] });
      }
      const told = stand.sound.logged.faults.filter(({ name }) => name === 'NeedsOwner');
      expect(told).toHaveLength(1);
      expect(JSON.stringify(told)).not.toContain(code);
    });

    test('is listed in each report, and told as a fault once: a cancelled coupon that an order used', async () => {
      const { contact, email, points } = await customer(0);
      const { coupon_code: code } = await redeem(stand.sound, contact);
      await stand.sound.request('POST', `/v1/admin/coupons/${code}/cancel`, { reason: 'a test' });
      // The owner made one with the same code by hand.
      woo.fake.coupons.add(code);
      await market.bench.place({ email, total: '35.00', coupon: code });
      forward(market.house, minuteMs);
      const kind = { kind: 'without_debit', store: storeId };
      expect(await stand.sound.reconcile()).toMatchObject({ findings: 1, listed: [kind] });
      expect(await stand.sound.reconcile()).toMatchObject({ findings: 0, listed: [kind] });
      expect(stand.sound.logged.faults.filter(({ name }) => name === 'NeedsOwner')).toHaveLength(1);
      expect(await points()).toBe(1000);
    });
  });
});
