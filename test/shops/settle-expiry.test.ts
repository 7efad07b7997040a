import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod/mini';
import { dyingAt } from '../support/crash.ts';
import type { Reply } from '../support/house.ts';
import type { HookDelivery, PlacedOrder, ShopBench } from './bench.ts';
import { type Market, openMarket, redeem, type Stand } from './market.ts';
import { openPushedBench } from './pushed/bench.ts';
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

const returning = (file: Reply): void => {
  file.redeem.expired_coupon = 'return_points';
};
/** Past the end of every coupon of today. */
const expire = () => forward(market.house, 30 * dayMs + minuteMs);

/** A member with a coupon. */
const holder = async () => {
  const contact = await stand.join();
  const { coupon_code: code } = await redeem(stand.sound, contact);
  const ask = (verb: string, inputs: object = {}) =>
    stand.sound.chat(verb, { contact_id: contact, ...inputs });
  const status = async () =>
    (await ask('coupons')).coupons.find((one: { code: string }) => one.code === code)?.status;
  return { code, ask, status };
};

const usable = async (code: string): Promise<number> =>
  (await market.bench.coupons(code)).filter((one) => one.usable).length;

const hooked = async ({ headers, body }: HookDelivery): Promise<void> => {
  const path = `/v1/hooks/${stand.shop.id}/${storeId}`;
  expect(await stand.sound.request('POST', path, body, headers)).toMatchObject({ status: 200 });
};

const discountsOf = (code: string) => shopify.fake.shop.discounts.filter((one) => one.code === code);

/** The shop tells of an order that used a coupon. */
const tell = async (kind: Kind, order: PlacedOrder, code: string): Promise<void> => {
  if (kind !== 'a site') {
    const delivery = await market.bench.hook(order);
    if (delivery !== undefined) await hooked(delivery);
    return;
  }
  const { secret } = z.object({ secret: z.string() }).parse(market.bench.secrets);
  // A site signs by the clock of its machine, wherever ours was moved to.
  const at = new Date();
  const body = JSON.stringify({ type: 'coupon.redeemed', data: { code, order_number: order.number } });
  const timestamp = String(Math.floor(at.getTime() / 1000));
  await hooked({
    body,
    headers: {
      'webhook-id': 'evt_1',
      'webhook-timestamp': timestamp,
      'webhook-signature': new Webhook(secret).sign('evt_1', at, body),
    },
  });
};

describe.each(kinds)('a coupon of %s that expires', (kind) => {
  beforeAll(async () => {
    market = await openMarket(open[kind], kind === 'a site');
  }, 60_000);
  beforeEach(async () => {
    stand = await market.stand(returning);
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

  test('gives its points back once it has ended at the shop too', async () => {
    const { code, ask, status } = await holder();
    forward(market.house, 29 * dayMs);
    expect(await stand.sound.settle()).toMatchObject({ returned: 0, open: 0 });
    expect(await ask('balance')).toMatchObject({ points: 800 });
    expect(await usable(code)).toBe(1);
    expire();
    expect(await stand.sound.settle()).toMatchObject({ returned: 1, open: 0 });
    expect(await ask('balance')).toMatchObject({ points: 1000 });
    expect(await usable(code)).toBe(0);
    expect(await status()).toBe('expired');
    expect(await stand.sound.settle()).toMatchObject({ returned: 0, looked: 0, open: 0 });
  });

  test('keeps its points where the program says nothing of giving them back', async () => {
    stand = await market.stand();
    const { ask, status } = await holder();
    expire();
    expect(await stand.sound.settle()).toMatchObject({ returned: 0, open: 0 });
    expect(await ask('balance')).toMatchObject({ points: 800 });
    expect(await status()).toBe('expired');
  });

  test('gives nothing back where it was used and nobody had told', async () => {
    const { code, ask, status } = await holder();
    await market.bench.place({ email: 'late@example.com', total: '40.00', coupon: code });
    expire();
    expect(await stand.sound.settle()).toMatchObject({ returned: 0, open: 0 });
    expect(await ask('balance')).toMatchObject({ points: 800 });
    expect(await status()).toBe('used');
  });

  test('waits with its points while the shop is away', async () => {
    const { code, ask } = await holder();
    expire();
    market.bench.proxy.fail(() => 'broken after');
    expect(await stand.sound.settle()).toMatchObject({ returned: 0, open: 1 });
    expect(await ask('balance')).toMatchObject({ points: 800 });
    market.bench.proxy.fail();
    forward(market.house, 70 * minuteMs);
    expect(await stand.sound.settle()).toMatchObject({ returned: 1, open: 0 });
    expect(await ask('balance')).toMatchObject({ points: 1000 });
    expect(await usable(code)).toBe(0);
  });

  /** An order that used a coupon, and of which the shop's own count does not know. */
  const usedUncounted = async (code: string): Promise<PlacedOrder> => {
    if (kind === 'a site') return { number: `S-${code.slice(-4)}`, id: '1' };
    const order = await market.bench.place({ email: 'late@example.com', total: '40.00', coupon: code });
    if (kind === 'Shopify') for (const one of discountsOf(code)) one.countedUses = 0;
    const row = kind === 'WooCommerce' ? woo.fake.coupons.byCode(code) : undefined;
    if (row !== undefined) row.usedBy = [];
    return order;
  };

  test('takes its points again where the shop tells late that it was used; what is spent becomes a debt', async () => {
    const { code, ask, status } = await holder();
    const order = await usedUncounted(code);
    expire();
    expect(await stand.sound.settle()).toMatchObject({ returned: 1 });
    for (let nth = 0; nth < 4; nth++) await ask('redeem', { reward: 'five-off', request_id: `again-${nth}` });
    expect(await ask('balance')).toMatchObject({ points: 200, points_debt: 0 });
    await ask('redeem', { reward: 'five-off', request_id: 'the-last' });
    await tell(kind, order, code);
    expect(await ask('balance')).toMatchObject({ points: 0, points_debt: 200 });
    await tell(kind, order, code);
    expect(await ask('balance')).toMatchObject({ points: 0, points_debt: 200 });
    expect(await status()).toBe('used');
  });

  test('gives its points back where the order that used it is cancelled after its end', async () => {
    const { code, ask, status } = await holder();
    const order = await market.bench.place({ email: 'late@example.com', total: '40.00', coupon: code });
    await tell(kind, order, code);
    expect(await status()).toBe('used');
    expire();
    await market.bench.cancel(order);
    if (kind === 'Shopify') for (const one of discountsOf(code)) one.countedUses = 0;
    await stand.sound.reconcile();
    forward(market.house, minuteMs);
    await stand.sound.settle();
    expect(await ask('balance')).toMatchObject({ points: 1000, points_debt: 0 });
    expect(await status()).toBe('expired');
  });
});

describe('a coupon of ours alone that expires', () => {
  beforeAll(async () => {
    market = await openMarket(() => openPushedBench());
  }, 60_000);
  beforeEach(async () => {
    stand = await market.stand(returning);
  });
  afterEach(() => stand.close());
  afterAll(async () => {
    const { violations } = await market.house.audit();
    await market.close();
    expect(violations).toEqual([]);
  });
  const store = async (verb: string, code: string, order = '1') =>
    (await stand.shop.store(`coupons/${verb}`, { code, order_number: order })).result;

  test('gives its points back, once, and no shop can use it after that', async () => {
    const { code, ask, status } = await holder();
    expire();
    expect(await stand.sound.settle()).toMatchObject({ returned: 1 });
    expect(await stand.sound.settle()).toMatchObject({ returned: 0 });
    expect(await ask('balance')).toMatchObject({ points: 1000 });
    expect(await store('use', code)).toBe('expired');
    expect(await store('check', code)).toBe('expired');
    expect(await ask('balance')).toMatchObject({ points: 1000 });
    expect(await status()).toBe('expired');
  });

  test('gives nothing back where it was used in time', async () => {
    const { code, ask, status } = await holder();
    expect(await store('use', code)).toBe('used');
    expire();
    expect(await stand.sound.settle()).toMatchObject({ returned: 0 });
    expect(await ask('balance')).toMatchObject({ points: 800 });
    expect(await status()).toBe('used');
  });

  test.each([false, true])(
    'gives its points back where it is released after its end (settled before: %s)',
    async (early) => {
      const { code, ask } = await holder();
      await store('use', code);
      expire();
      if (early) await stand.sound.settle();
      expect(await store('release', code)).toBe('released');
      await stand.sound.settle();
      expect(await ask('balance')).toMatchObject({ points: 1000 });
    },
  );

  test.each(['before', 'after'] as const)(
    'gives its points back once, though settle dies %s any of its calls',
    async (moment) => {
      for (let nth = 1; ; nth++) {
        stand = await market.stand(returning);
        const { ask } = await holder();
        expire();
        const life = dyingAt(nth, moment);
        await stand.process({ hook: life.hook }).settle();
        await stand.sound.settle();
        expect(await ask('balance')).toMatchObject({ points: 1000 });
        stand.close();
        if (life.died() === undefined) return expect(nth).toBeGreaterThan(4);
      }
    },
  );
});
