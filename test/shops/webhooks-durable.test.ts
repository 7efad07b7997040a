import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { CallShop } from '../../functions/adapters/shops/connection.ts';
import { dyingAt } from '../support/crash.ts';
import { contentOf } from '../support/table-watch.ts';
import type { HookDelivery, PlacedOrder } from './bench.ts';
import { type Market, openMarket, redeem, type Stand } from './market.ts';
import { openShopifyBench, type ShopifyBench } from './shopify/bench.ts';
import { orderPayload } from './shopify/fake-hook.ts';
import { forward, minuteMs, type Process, storeId } from './stage.ts';

let market: Market;
let stand: Stand;
let shopify: ShopifyBench;
beforeAll(async () => {
  market = await openMarket(async (nowMs) => {
    shopify = await openShopifyBench(() => new Date(nowMs()));
    return shopify;
  });
}, 60_000);
beforeEach(async () => {
  stand = await market.stand();
});
afterEach(() => {
  jest.restoreAllMocks();
  market.bench.proxy.fail();
  market.bench.proxy.release();
  stand.close();
});
afterAll(async () => {
  const { violations } = await market.house.audit();
  await market.close();
  expect(violations).toEqual([]);
});

const hooked = (process: Process, delivery: HookDelivery) => {
  const { headers, body } = market.bench.moved(delivery);
  return process.request('POST', `/v1/hooks/${stand.shop.id}/${storeId}`, body, headers);
};
const told = (placed: PlacedOrder): HookDelivery =>
  shopify.deliver('orders/updated', orderPayload(shopify.orderOf(placed)));
const refundOf = (placed: PlacedOrder): HookDelivery =>
  shopify.deliver('refunds/create', { id: 1, order_id: `@@${shopify.orderOf(placed).id}@@` });

/** A member with 60 points more than a member has, and a coupon. */
const claimed = async () => {
  const contact = await stand.join('cleo@example.com');
  const { coupon_code: code } = await redeem(stand.sound, contact);
  const placed = await shopify.place({ email: 'cleo@example.com', total: '60.00' });
  const ask = (verb: string, inputs: object = {}) =>
    stand.sound.chat(verb, { contact_id: contact, ...inputs });
  await ask('claim-order', { order_number: placed.number });
  forward(market.house, 2_000);
  return { ask, code, placed };
};

describe('200 is said once all that a webhook tells is in the table', () => {
  test.each(['before', 'after'] as const)(
    'a function that dies %s any of its calls says 503, and what the shop repeats is done once',
    async (moment) => {
      for (let nth = 1; ; nth++) {
        stand = await market.stand();
        const { ask, code, placed } = await claimed();
        await shopify.refund(placed, '20.00');
        const used = await shopify.place({ email: 'cleo@example.com', total: '30.00', coupon: code });
        const life = dyingAt(nth, moment);
        const dying = stand.process({ hook: life.hook });
        for (const delivery of [told(placed), told(used), refundOf(placed)]) {
          const { status, json } = await hooked(dying, delivery);
          expect([life.died(), status, json.result]).toEqual(
            life.died() === undefined ? [undefined, 200, 'taken'] : [life.died(), 503, 'try_again'],
          );
        }
        for (const delivery of [told(placed), told(used), refundOf(placed)])
          expect(await hooked(stand.sound, delivery)).toMatchObject({ status: 200 });
        await stand.sound.settle();
        expect(await ask('balance')).toMatchObject({ points: 840 });
        expect((await ask('coupons')).coupons).toMatchObject([{ code, status: 'used' }]);
        expect(await ask('claim-order', { order_number: used.number })).toMatchObject({ order_points: 30 });
        expect((await stand.sound.settle()).open).toBe(0);
        stand.close();
        if (life.died() === undefined) return expect(nth).toBeGreaterThan(8);
      }
    },
  );

  test.each(['conflict', 'throttle', 'time-out before', 'time-out after', 'error 500 after'] as const)(
    'a table in passing trouble (%s) is asked again, and all is done once',
    async (fault) => {
      const { ask, placed } = await claimed();
      await shopify.refund(placed, '20.00');
      for (let nth = 0; nth < 6; nth++) {
        const own = stand.process();
        own.trouble.plan([...Array.from({ length: nth }, () => 'none' as const), fault]);
        expect(await hooked(own, told(placed))).toMatchObject({ status: 200 });
        own.close();
        expect(await ask('balance')).toMatchObject({ points: 840 });
      }
    },
  );
});

describe('a webhook that only names an order', () => {
  test.each([
    'refused before',
    'broken before',
    'error 500 before',
    'error 429 before',
    'garbage before',
  ] as const)('is answered 200 though the shop cannot be asked (%s), and settle asks later', async (way) => {
    const { ask, placed } = await claimed();
    await shopify.refund(placed, '20.00');
    market.bench.proxy.fail(() => way);
    expect(await hooked(stand.sound, refundOf(placed))).toMatchObject({ status: 200 });
    expect(await stand.sound.settle()).toMatchObject({ read: 0, open: 1 });
    expect(await ask('balance')).toMatchObject({ points: 860 });
    market.bench.proxy.fail();
    expect(await stand.sound.settle()).toMatchObject({ read: 0, open: 0 });
    forward(market.house, 6 * minuteMs);
    expect(await stand.sound.settle()).toMatchObject({ read: 1, open: 0 });
    expect(await ask('balance')).toMatchObject({ points: 840 });
    expect(await stand.sound.settle()).toMatchObject({ read: 0, open: 0 });
  });

  test('is answered while the shop still hangs', async () => {
    const { ask, placed } = await claimed();
    await shopify.refund(placed, '20.00');
    // Nobody here gives up before the signal ends.
    const patient = stand.process({ through: (call) => call });
    market.bench.proxy.fail(() => 'hang before');
    const hangs = market.bench.proxy.hanging();
    const answer = hooked(patient, refundOf(placed));
    await hangs;
    expect(await answer).toMatchObject({ status: 200, json: { result: 'taken' } });
    market.bench.proxy.release();
    market.bench.proxy.fail();
    expect(await stand.sound.settle()).toMatchObject({ read: 1 });
    expect(await ask('balance')).toMatchObject({ points: 840 });
  });

  test('gives the shop 600 ms, whatever the request itself may take', async () => {
    const { placed } = await claimed();
    const limits: number[] = [];
    const real = AbortSignal.timeout.bind(AbortSignal);
    jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      limits.push(ms);
      return real(ms);
    });
    /** A shop that never answers; it ends with the signal alone. */
    const silent: CallShop = (_, signal) =>
      new Promise((ended) => {
        signal.addEventListener('abort', () => ended({ kind: 'trouble', reason: 'timeout', sent: true }));
      });
    const own = stand.process({ call: silent, through: (call) => call });
    expect(await hooked(own, refundOf(placed))).toMatchObject({ status: 200 });
    expect(Math.min(...limits)).toBe(600);
  });

  test('leaves nothing behind where the shop does not know the order any more', async () => {
    const before = await contentOf(market.house.table);
    const gone = shopify.deliver('refunds/create', { id: 1, order_id: '@@4711@@' });
    expect(await hooked(stand.sound, gone)).toMatchObject({ status: 200 });
    expect(await contentOf(market.house.table)).toBe(before);
  });
});
