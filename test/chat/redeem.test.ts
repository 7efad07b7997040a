import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { instant } from '../../functions/domain/ids.ts';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';
import { contentOf } from '../support/table-watch.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => house.clock.set(instant.parse(Date.now())));
afterAll(() => house.stop());

const ana = { contact_id: '1' };
const start = '2026-11-20T10:00:00Z';
const setClock = (text: string) => house.clock.set(instant.parse(Date.parse(text)));
const advance = (ms: number) => house.clock.set(instant.parse(house.clock.now() + ms));
const minute = 60_000;
const day = 86_400_000;
const coupon = { prefix: 'GIFT', expires_after_days: 30 };
const url = 'https://shop.example/gift';
const gift = { id: 'gift', kind: 'product', name: { en: 'Gift' }, points: 10, products: ['A'], url, coupon };

/** Ana with 50 points and one reward for 10, which a test may change. */
const shopWith = async (
  more: object = {},
  change: (file: Reply) => void = () => undefined,
): Promise<Shop> => {
  const shop = await house.open((file) => {
    file.rewards = [
      { ...gift, ...more },
      { ...gift, id: 'other', name: { en: 'Other' } },
    ];
    change(file);
  });
  await shop.chat('enroll', { ...ana, email: 'ana@example.com' });
  return shop;
};
const redeem = (shop: Shop, more: object = {}): Promise<Reply> =>
  shop.chat('redeem', { ...ana, reward: 'gift', ...more });
const resultOf = async (shop: Shop, more: object = {}): Promise<string> => (await redeem(shop, more)).result;

describe('a reward', () => {
  test('is issued as a coupon for points, and the reply says how to use it', async () => {
    setClock(start);
    const shop = await shopWith();
    const taken = await redeem(shop);
    expect(taken).toMatchObject({
      ok: true,
      result: 'issued',
      replayed: false,
      reward: 'gift',
      reward_name: 'Gift',
      coupon_url: url,
      coupon_expires_on: '2026-12-20',
      points_short: 0,
      points: 40,
      points_change: -10,
      rewards_won: 1,
    });
    expect(taken.message).toBe(
      `Here you are! Gift: use the code ${taken.coupon_code} in the shop until Dec 20, 2026. You have 40 points left.`,
    );
  });

  test.each(['Gift', 'gift ', 'GIFT', 'gif', '__proto__', 'constructor', 'x'.repeat(5000)])(
    '%j is unknown: ids are exact',
    async (reward) => {
      const shop = await shopWith();
      const before = await contentOf(house.table);
      expect(await redeem(shop, { reward })).toMatchObject({
        ok: false,
        result: 'reward_unknown',
        reward: 'none',
        coupon_code: 'none',
      });
      expect(await contentOf(house.table)).toBe(before);
    },
  );

  test('that is too dear says how many points are missing', async () => {
    const shop = await shopWith({ points: 51 });
    expect(await redeem(shop)).toMatchObject({
      ok: false,
      result: 'not_enough_points',
      points_short: 1,
      reward: 'gift',
      coupon_code: 'none',
      points_change: 0,
    });
    await shop.chat('credit', { ...ana, activity: 'newsletter' });
    expect(await redeem(shop)).toMatchObject({ result: 'issued', points: 19 });
  });
});

describe('a second tap', () => {
  test('within the minutes shows the same coupon, after them it is a new one', async () => {
    setClock(start);
    const shop = await shopWith();
    const { coupon_code } = await redeem(shop);
    advance(9 * minute + 50_000);
    expect(await redeem(shop)).toMatchObject({
      ok: true,
      result: 'already_issued',
      replayed: true,
      coupon_code,
      points: 40,
      points_change: 0,
      reward_name: 'Gift',
      coupon_url: url,
    });
    expect(await resultOf(shop, { reward: 'other' })).toBe('issued');
    advance(10_000);
    const next = await redeem(shop);
    expect([next.result, next.points, next.coupon_code === coupon_code]).toEqual(['issued', 20, false]);
  });

  test('is always a new one where the program gives no minutes', async () => {
    const shop = await shopWith({}, (file) => {
      file.redeem.repeat_minutes = 0;
    });
    expect([await resultOf(shop), await resultOf(shop)]).toEqual(['issued', 'issued']);
  });

  test('is a new one once the coupon was used or cancelled', async () => {
    const shop = await shopWith();
    const first = await redeem(shop);
    await shop.store('coupons/use', { code: first.coupon_code, order_number: '7' });
    const second = await redeem(shop);
    expect([second.result, second.coupon_code === first.coupon_code]).toEqual(['issued', false]);
    await shop.admin('POST', `coupons/${second.coupon_code}/cancel`, { reason: 'test' });
    const third = await redeem(shop);
    expect([third.result, third.points]).toEqual(['issued', 30]);
  });

  test('of twenty at the same time is one redemption', async () => {
    const shop = await shopWith();
    const all = await Promise.all(Array.from({ length: 20 }, () => redeem(shop)));
    expect(all.map(({ result }) => result).sort()).toEqual([...Array(19).fill('already_issued'), 'issued']);
    expect(new Set(all.map(({ coupon_code }) => coupon_code)).size).toBe(1);
    expect(await shop.chat('balance', ana)).toMatchObject({ points: 40, rewards_won: 1 });
  });
});

describe('a request id', () => {
  test('answers the same coupon at any time, whatever became of it', async () => {
    setClock(start);
    const shop = await shopWith();
    const { coupon_code } = await redeem(shop, { request_id: 'r' });
    const again = { ok: true, result: 'already_issued', replayed: true, coupon_code, points_change: 0 };
    advance(20 * minute);
    expect(await redeem(shop, { request_id: 'r' })).toMatchObject(again);
    await shop.store('coupons/use', { code: coupon_code, order_number: '7' });
    const used = await redeem(shop, { request_id: 'r' });
    expect(used).toMatchObject(again);
    expect(used.message).toContain('It was used already.');
    advance(60 * day);
    expect(await redeem(shop, { request_id: 'r' })).toMatchObject(again);
  });

  test('of a coupon that expired says so', async () => {
    setClock(start);
    const shop = await shopWith();
    await redeem(shop, { request_id: 'r' });
    advance(31 * day);
    const { result, message } = await redeem(shop, { request_id: 'r' });
    expect([result, message]).toEqual([
      'already_issued',
      expect.stringContaining('It expired on Dec 20, 2026.'),
    ]);
  });

  test('that is new takes another reward also within the minutes', async () => {
    const shop = await shopWith();
    const seen = [];
    for (const request_id of ['a', 'b', 'a', 'b']) seen.push((await redeem(shop, { request_id })).result);
    expect(seen).toEqual(['issued', 'issued', 'already_issued', 'already_issued']);
  });

  test('for another reward is key_reused, and nothing is written', async () => {
    const shop = await shopWith();
    await redeem(shop, { request_id: 'r' });
    const before = await contentOf(house.table);
    expect(await redeem(shop, { reward: 'other', request_id: 'r' })).toMatchObject({
      ok: false,
      result: 'key_reused',
      coupon_code: 'none',
      points: 40,
    });
    expect(await contentOf(house.table)).toBe(before);
  });

  test('is free again after its redemption was reversed', async () => {
    const shop = await shopWith();
    const first = await redeem(shop, { request_id: 'r' });
    await shop.admin('POST', `coupons/${first.coupon_code}/cancel`, { reason: 'test' });
    const second = await redeem(shop, { reward: 'other', request_id: 'r' });
    expect(second).toMatchObject({ result: 'issued', points: 40 });
    expect(await resultOf(shop, { request_id: 'r' })).toBe('key_reused');
  });

  test('that is too long or no text is a 400', async () => {
    const shop = await shopWith();
    for (const request_id of ['x'.repeat(201), true, {}, ['r']]) {
      const { status, json } = await shop.request('POST', '/v1/redeem', {
        ...ana,
        reward: 'gift',
        request_id,
      });
      expect([status, json.errors[0].path]).toEqual([400, 'request_id']);
    }
  });
});

describe('a reward that is limited', () => {
  test('per member is taken so often and no more, unless a coupon comes back', async () => {
    const shop = await shopWith({ limit: { per_member: 2 } });
    const [first] = [await redeem(shop, { request_id: 'a' }), await redeem(shop, { request_id: 'b' })];
    expect(await redeem(shop, { request_id: 'c' })).toMatchObject({
      ok: false,
      result: 'limit_reached',
      points: 30,
    });
    expect(await resultOf(shop, { request_id: 'a' })).toBe('already_issued');
    await shop.admin('POST', `coupons/${first.coupon_code}/cancel`, { reason: 'test' });
    expect(await resultOf(shop, { request_id: 'c' })).toBe('issued');
  });

  test('in stock is sold out after the last piece, never before and never later', async () => {
    const shop = await shopWith({ stock: 3, points: 1 });
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, n) => resultOf(shop, { request_id: `r${n}` })),
    );
    expect(all.filter((result) => result === 'issued')).toHaveLength(3);
    expect(all.filter((result) => result === 'sold_out')).toHaveLength(9);
    expect(await shop.chat('balance', ana)).toMatchObject({ points: 47, rewards_won: 3 });
    const { rewards } = await shop.chat('rewards', ana);
    expect(rewards.map(({ id, affordable }: Reply) => [id, affordable])).toEqual([
      ['gift', false],
      ['other', true],
    ]);
  });

  test('to the codes of a pool gives each of them once', async () => {
    setClock(start);
    const pool = { id: 'pool', kind: 'pool', name: { en: 'Pool' }, points: 10 };
    const shop = await shopWith({}, (file) => {
      file.rewards.push(pool);
    });
    const take = (request_id: string) => redeem(shop, { reward: 'pool', request_id });
    expect(await take('a')).toMatchObject({ ok: false, result: 'sold_out', points: 50 });
    await shop.admin('POST', 'rewards/pool/codes', { codes: ['Alpha-1', 'BETA 2'] });
    const taken = [await take('b'), await take('c')];
    expect(taken.map(({ coupon_code }) => coupon_code).sort()).toEqual(['Alpha-1', 'BETA 2']);
    expect(taken[0]).toMatchObject({ result: 'issued', coupon_url: 'none', coupon_expires_on: '2026-12-20' });
    expect(await take('d')).toMatchObject({ result: 'sold_out', points: 30 });
    expect(await shop.store('coupons/check', { code: 'beta2' })).toMatchObject({ result: 'valid' });
  });
});
