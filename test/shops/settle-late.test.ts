import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import type { ShopBench } from './bench.ts';
import { expectEven, type Market, openMarket, redeem, type Stand } from './market.ts';
import type { Instead } from './proxy.ts';
import { openShopifyBench } from './shopify/bench.ts';
import { openSiteBench } from './site/bench.ts';
import { couponsIn, dayMs, forward, minuteMs, settleFor, storeId } from './stage.ts';
import { openWooBench, type WooBench } from './woocommerce/bench.ts';

type Kind = 'Shopify' | 'WooCommerce' | 'a site';
const kinds: readonly Kind[] = ['Shopify', 'WooCommerce', 'a site'];
let woo: WooBench;
const open: Record<Kind, (nowMs: () => number) => Promise<ShopBench>> = {
  Shopify: (nowMs) => openShopifyBench(() => new Date(nowMs())),
  WooCommerce: async (nowMs) => {
    woo = await openWooBench({ nowMs });
    return woo;
  },
  'a site': (nowMs) => openSiteBench('node', { nowMs }),
};

/** The call that makes a coupon. */
const isMaking = ({ method, body }: { readonly method: string; readonly body: string }): boolean =>
  method === 'POST' &&
  /FIVE-/.test(body) &&
  /discountCode\w+Create|"coupon.create"|"discount_type"/.test(body);

/** What the shop says to a coupon that it will never make. */
const refusal: Record<Kind, Instead> = {
  Shopify: {
    status: 200,
    body: JSON.stringify({
      data: {
        made: {
          codeDiscountNode: null,
          userErrors: [{ field: ['code'], code: 'INVALID', message: 'no', extraInfo: null }],
        },
      },
    }),
  },
  WooCommerce: { status: 400, body: '{"code":"rest_invalid_param","message":"no","data":{"status":400}}' },
  'a site': { status: 200, body: '{"created":false,"reason":"refused"}' },
};

let market: Market;
let stand: Stand;
const atMarket = (kind: Kind): void => {
  beforeAll(async () => {
    market = await openMarket(open[kind], kind === 'a site');
  }, 60_000);
  beforeEach(async () => {
    stand = await market.stand();
  });
  afterEach(() => {
    market.bench.proxy.fail();
    market.bench.proxy.release();
    stand.close();
  });
  afterAll(async () => {
    const { violations } = await market.house.audit();
    await market.close();
    expect(violations).toEqual([]);
  });
};

const balance = async (contact: string): Promise<number> =>
  (await stand.sound.chat('balance', { contact_id: contact })).points;
const codesOf = async (contact: string): Promise<readonly string[]> =>
  (await couponsIn(stand.sound.table, stand.shop.id))
    .filter((one) => one.contact === contact)
    .map(({ code }) => code);

describe.each(kinds)('a coupon that %s refuses for good', (kind) => {
  atMarket(kind);

  test('gives its points back at once, and its request is free again', async () => {
    const contact = await stand.join();
    market.bench.proxy.fail((call) => (isMaking(call) ? refusal[kind] : 'well'));
    expect(await redeem(stand.sound, contact)).toMatchObject({
      result: 'reward_unavailable',
      ok: false,
      coupon_code: 'none',
      points: 1000,
      points_change: 0,
    });
    expect(stand.sound.logged.events).toContainEqual({
      name: 'coupon refused',
      facts: { program: stand.shop.id, store: storeId, detail: expect.any(String) },
    });
    market.bench.proxy.fail();
    expect(await redeem(stand.sound, contact)).toMatchObject({ result: 'issued', points: 800 });
    await settleFor(market.house, stand.sound, 9 * dayMs);
    await expectEven(stand);
  });

  test('gives its points back once, whoever hears of it first: the member’s next tap or settle', async () => {
    for (const first of ['tap', 'settle']) {
      const contact = await stand.join();
      market.bench.proxy.fail(() => 'broken before');
      expect(await redeem(stand.sound, contact)).toMatchObject({ result: 'pending', points: 800 });
      market.bench.proxy.fail((call) => (isMaking(call) ? refusal[kind] : 'well'));
      // The first attempt may still be under way on our side.
      expect(await redeem(stand.sound, contact)).toMatchObject({ result: 'pending', points: 800 });
      forward(market.house, 2 * minuteMs);
      if (first === 'tap')
        expect(await redeem(stand.sound, contact)).toMatchObject({ result: 'reward_unavailable' });
      else expect({ ...(await stand.sound.settle()), ...stand.sound.logged }).toMatchObject({ reversed: 1 });
      expect(await balance(contact)).toBe(1000);
      await stand.sound.settle();
      expect(await balance(contact)).toBe(1000);
      market.bench.proxy.fail();
    }
    await expectEven(stand);
  });

  test('is ended whenever it appears after all: a call that was lost for days has made it', async () => {
    const contact = await stand.join();
    market.bench.proxy.fail((call) => (isMaking(call) ? 'late' : 'well'));
    expect(await redeem(stand.sound, contact)).toMatchObject({ result: 'pending' });
    market.bench.proxy.fail((call) => (isMaking(call) ? refusal[kind] : 'well'));
    forward(market.house, 2 * minuteMs);
    expect(await stand.sound.settle()).toMatchObject({ reversed: 1 });
    await settleFor(market.house, stand.sound, 5 * dayMs);
    market.bench.proxy.fail();
    await market.bench.proxy.land();
    const [code = ''] = await codesOf(contact);
    expect((await market.bench.coupons(code)).filter(({ usable }) => usable)).toHaveLength(1);
    await settleFor(market.house, stand.sound, 2 * dayMs);
    expect((await market.bench.coupons(code)).filter(({ usable }) => usable)).toEqual([]);
    expect(await balance(contact)).toBe(1000);
    await settleFor(market.house, stand.sound, 9 * dayMs);
    await expectEven(stand);
  });

  test('is told to the owner, once, where somebody uses it before it can be ended', async () => {
    const contact = await stand.join();
    market.bench.proxy.fail((call) => (isMaking(call) ? 'late' : 'well'));
    await redeem(stand.sound, contact);
    market.bench.proxy.fail((call) => (isMaking(call) ? refusal[kind] : 'well'));
    forward(market.house, 2 * minuteMs);
    await stand.sound.settle();
    market.bench.proxy.fail();
    await market.bench.proxy.land();
    const [code = ''] = await codesOf(contact);
    await market.bench.place({ email: 'fay@example.com', total: '40.00', coupon: code });
    await settleFor(market.house, stand.sound, 9 * dayMs);
    const { listed, findings } = await stand.sound.reconcile();
    expect(listed.filter((one) => one.code.toUpperCase() === code)).not.toEqual([]);
    expect(listed.every(({ kind: found }) => found === 'without_debit')).toBe(true);
    const told = stand.sound.logged.faults.filter(({ name }) => name === 'NeedsOwner');
    expect(told.map(({ message }) => message)).toEqual(
      listed.map(() =>
        expect.stringMatching(/^an order used a coupon that nobody’s points paid for, at store shop/),
      ),
    );
    expect(JSON.stringify(told)).not.toContain(code);
    expect((await stand.sound.reconcile()).findings).toBe(0);
    expect(findings).toBeLessThanOrEqual(1);
    expect(await balance(contact)).toBe(1000);
  });

  test('is not made any more where the shop was away for the coupon’s whole life', async () => {
    const contact = await stand.join();
    market.bench.proxy.fail(() => 'refused before');
    expect(await redeem(stand.sound, contact)).toMatchObject({ result: 'pending' });
    await settleFor(market.house, stand.sound, 31 * dayMs);
    expect(await balance(contact)).toBe(800);
    expect(stand.sound.logged.faults.map(({ name }) => name)).toContain('PendingTooLong');
    market.bench.proxy.fail();
    forward(market.house, 70 * minuteMs);
    expect(await stand.sound.settle()).toMatchObject({ reversed: 1 });
    expect(await balance(contact)).toBe(1000);
    await settleFor(market.house, stand.sound, 9 * dayMs);
    await expectEven(stand);
  });
});

describe('twins at WooCommerce, which keeps no code unique', () => {
  atMarket('WooCommerce');

  /** A creation that had looked for the code before anybody wrote it, and writes now. */
  const landTwin = (body: string): void => {
    const json = z.looseObject({ code: z.string() }).parse(JSON.parse(body));
    woo.fake.coupons.add(json.code, json);
  };
  /** A member whose first creation hangs, and whose second one settle has made. */
  const withHeld = async () => {
    const contact = await stand.join();
    const before = market.bench.proxy.seen.length;
    market.bench.proxy.fail((call) => (isMaking(call) ? 'late' : 'well'));
    expect(await redeem(stand.sound, contact)).toMatchObject({ result: 'pending' });
    const held = market.bench.proxy.seen.slice(before).find(isMaking);
    market.bench.proxy.fail();
    forward(market.house, 2 * minuteMs);
    expect(await stand.sound.settle()).toMatchObject({ issued: 1 });
    const [code = ''] = await codesOf(contact);
    return { contact, code, body: held?.body ?? '' };
  };

  test('made by a call that lands after settle has made another are gone after the later look', async () => {
    const { contact, code, body } = await withHeld();
    forward(market.house, 5 * minuteMs);
    landTwin(body);
    expect(await market.bench.coupons(code)).toHaveLength(2);
    forward(market.house, 6 * minuteMs);
    await stand.sound.settle();
    expect(await market.bench.coupons(code)).toMatchObject([{ usable: true }]);
    expect(await redeem(stand.sound, contact)).toMatchObject({ result: 'already_issued', coupon_code: code });
    await expectEven(stand);
  });

  test('of which one was used: the used one stays, and the coupon is worth nothing more', async () => {
    const { code, body } = await withHeld();
    landTwin(body);
    await market.bench.place({ email: 'gil@example.com', total: '40.00', coupon: code });
    forward(market.house, 11 * minuteMs);
    await stand.sound.settle();
    expect(await market.bench.coupons(code)).toMatchObject([{ usable: false, uses: 1 }]);
    await stand.sound.reconcile();
    expect((await couponsIn(stand.sound.table, stand.shop.id)).map(({ state }) => state)).toEqual(['used']);
  });

  test('of two creations at once leave one', async () => {
    const contact = await stand.join();
    woo.fake.coupons.race(2);
    const [customer, other] = [stand.process(), stand.process()];
    const first = redeem(customer, contact);
    // The second process takes the customer's first for lost: its lease is over.
    const made = market.bench.proxy.seen.length;
    while (!market.bench.proxy.seen.slice(made - 3).some(isMaking)) await new Promise(setImmediate);
    forward(market.house, 2 * minuteMs);
    const settled = other.settle();
    const [said, came] = await Promise.all([first, settled]);
    expect(['issued', 'already_issued']).toContain(said.result);
    expect(came).toMatchObject({ open: 0 });
    forward(market.house, 11 * minuteMs);
    await stand.sound.settle();
    await expectEven(stand);
  });

  test('a late landing at a shop that looks first is refused there, and changes nothing', async () => {
    const { code } = await withHeld();
    expect(await market.bench.proxy.land()).toEqual([400]);
    expect(await market.bench.coupons(code)).toMatchObject([{ usable: true }]);
    forward(market.house, 11 * minuteMs);
    await stand.sound.settle();
    await expectEven(stand);
  });
});
