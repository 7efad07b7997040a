import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { HookDelivery, PlacedOrder } from './bench.ts';
import { type Market, openMarket, type Stand } from './market.ts';
import { openShopifyBench } from './shopify/bench.ts';
import { forward, storeId } from './stage.ts';
import { openWooBench } from './woocommerce/bench.ts';

/** What becomes of an order after it was paid: sums given back, or `cancel`; and whether it used a coupon. */
const histories: readonly {
  readonly coupon: boolean;
  readonly steps: readonly string[];
  readonly worth: number;
}[] = [
  { coupon: false, steps: [], worth: 90 },
  { coupon: false, steps: ['10.10', '20.20'], worth: 60 },
  { coupon: false, steps: ['30.30', '30.30', '30.30'], worth: 0 },
  { coupon: false, steps: ['45.45', 'cancel'], worth: 0 },
  { coupon: true, steps: [], worth: 90 },
  { coupon: true, steps: ['cancel'], worth: 0 },
  { coupon: true, steps: ['0.91', '0.99'], worth: 89 },
  { coupon: true, steps: ['90.90'], worth: 0 },
];
const rounds = 6;
const copies = 9;

/** Numbers in [0, n), the same in each run. */
const chanceOf = (seed: number): ((n: number) => number) => {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
};

const shuffled = <T>(list: readonly T[], below: (n: number) => number): T[] => {
  const rest = [...list];
  for (let last = rest.length - 1; last > 0; last--) {
    const at = below(last + 1);
    const [a, b] = [rest[last], rest[at]];
    if (a !== undefined && b !== undefined) [rest[last], rest[at]] = [b, a];
  }
  return rest;
};

const shops = {
  Shopify: () => openMarket((nowMs) => openShopifyBench(() => new Date(nowMs()))),
  WooCommerce: () => openMarket((nowMs) => openWooBench({ nowMs })),
};

describe.each(['Shopify', 'WooCommerce'] as const)('a thousand webhooks of %s', (name) => {
  let market: Market;
  let stand: Stand;
  beforeAll(async () => {
    market = await shops[name]();
    stand = await market.stand();
  }, 60_000);
  afterAll(() => market.close());

  /** A member and all that a shop tells of their orders, in the order in which it happened. */
  const story = async (round: number) => {
    const { bench, house } = market;
    const email = `dora${round}@example.com`;
    const contact = await stand.join(email);
    const ask = (verb: string, inputs: object = {}) =>
      stand.sound.chat(verb, { contact_id: contact, ...inputs });
    const deliveries: HookDelivery[] = [];
    const tell = async (order: PlacedOrder): Promise<void> => {
      const delivery = await bench.hook(order);
      if (delivery !== undefined) deliveries.push(delivery);
      forward(house, 1_000);
    };
    const orders: { readonly number: string; readonly worth: number; readonly early: boolean }[] = [];
    const codes: { readonly code: string; readonly status: string }[] = [];
    for (const [at, { coupon, steps, worth }] of histories.entries()) {
      const code = coupon
        ? (await ask('redeem', { reward: 'five-off', request_id: `r${at}` })).coupon_code
        : undefined;
      const order = await bench.place({
        email,
        total: '90.90',
        ...(code === undefined ? {} : { coupon: code }),
      });
      const early = (at + round) % 2 === 0;
      if (early) await ask('claim-order', { order_number: order.number });
      await tell(order);
      for (const step of steps) {
        await (step === 'cancel' ? bench.cancel(order) : bench.refund(order, step));
        await tell(order);
      }
      orders.push({ number: order.number, worth, early });
      if (code !== undefined) codes.push({ code, status: steps.includes('cancel') ? 'valid' : 'used' });
    }
    return { ask, deliveries, orders, codes };
  };

  test('end right, in any order and any number of times', async () => {
    const stories = [];
    for (let round = 0; round < rounds; round++) stories.push(await story(round));
    const told = stories.flatMap(({ deliveries }) => deliveries);
    const all = shuffled(Array.from({ length: copies }, () => told).flat(), chanceOf(20_261_122));
    expect(all.length).toBeGreaterThanOrEqual(1000);
    const path = `/v1/hooks/${stand.shop.id}/${storeId}`;
    const answered = new Map<number, number>();
    const waiting = all.values();
    // Four at a time, as shops send them.
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (const { headers, body } of waiting) {
          const { status } = await stand.sound.request('POST', path, body, headers);
          answered.set(status, (answered.get(status) ?? 0) + 1);
        }
      }),
    );
    expect([...answered]).toEqual([[200, all.length]]);
    for (const { ask, orders, codes } of stories) {
      // Those that were not claimed before are claimed now, from what the webhooks told.
      market.bench.proxy.fail(() => 'refused before');
      for (const { number, early, worth } of orders) {
        if (early) continue;
        const { result, order_points: points } = await ask('claim-order', { order_number: number });
        expect([number, result === 'credited' ? points : 0]).toEqual([number, worth]);
      }
      market.bench.proxy.fail();
      const earned = orders.reduce((sum, { worth }) => sum + worth, 0);
      const spent = codes.length * 200;
      expect(await ask('balance')).toMatchObject({ points: 1000 - spent + earned, points_debt: 0 });
      const { coupons } = await ask('coupons');
      for (const { code, status } of codes)
        expect(coupons.find((one: { code: string }) => one.code === code)).toMatchObject({ status });
    }
    expect(stand.sound.logged.faults).toEqual([]);
    expect((await market.house.audit()).violations).toEqual([]);
  });
});
