import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { instant } from '../../functions/domain/ids.ts';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => house.clock.set(instant.parse(Date.now())));
afterAll(() => house.stop());

const ana = { contact_id: '1' };
const coupon = { prefix: 'GIFT', expires_after_days: 30 };
const url = 'https://shop.example/gift';
const reward = (n: number, points: number, more: object = {}) => ({
  id: `r${n}`,
  kind: 'product',
  name: { en: `Reward ${n}` },
  points,
  products: ['A'],
  url,
  coupon,
  ...more,
});
const shopWith = async (rewards: object[], bonus = 50): Promise<Shop> => {
  const shop = await house.open((file) => {
    file.rewards = rewards;
    file.signup_bonus = bonus;
  });
  await shop.chat('enroll', { ...ana, email: 'ana@example.com' });
  return shop;
};
const many = (count: number, points: (n: number) => number) =>
  Array.from({ length: count }, (_, n) => reward(n, points(n)));

describe('the list of rewards', () => {
  test('has eight a page, cheapest first, and a page outside is clamped', async () => {
    const shop = await shopWith(many(19, (n) => 100 - n));
    const page = async (wanted?: unknown) => {
      const { rewards, page: at, pages } = await shop.chat('rewards', { ...ana, page: wanted });
      return [at, pages, rewards.length, rewards[0].id];
    };
    const [first, second, last] = [
      [1, 3, 8, 'r18'],
      [2, 3, 8, 'r10'],
      [3, 3, 3, 'r2'],
    ];
    for (const wanted of [undefined, null, '', 1, '1', 0, -1, '-7', '{{page}}'])
      expect([wanted, await page(wanted)]).toEqual([wanted, first]);
    for (const wanted of [2, '2', '02']) expect([wanted, await page(wanted)]).toEqual([wanted, second]);
    for (const wanted of [3, 4, '999', 1_000_000_000, Number.MAX_SAFE_INTEGER - 9e15])
      expect([wanted, await page(wanted)]).toEqual([wanted, last]);
  });

  test.each(['one', '1.5', 1.5, true, {}, [1], '1e3', '٣'])('has no page %j', async (page) => {
    const shop = await shopWith([reward(0, 10)]);
    const { status, json } = await shop.request('POST', '/v1/rewards', { ...ana, page });
    expect([status, json.errors[0].path]).toEqual([400, 'page']);
  });

  test('says of each reward what it costs, what is missing, and where it is', async () => {
    const image_url = 'https://shop.example/x.jpg';
    const manual = { id: 'tea', kind: 'manual', name: { en: 'Tea' }, points: 51 };
    const shop = await shopWith([reward(0, 50, { image_url }), manual, reward(2, 51, { stock: 0 })]);
    expect((await shop.chat('rewards', ana)).rewards).toEqual([
      { id: 'r0', name: 'Reward 0', points: 50, affordable: true, points_short: 0, url, image_url },
      {
        id: 'tea',
        name: 'Tea',
        points: 51,
        affordable: false,
        points_short: 1,
        url: 'none',
        image_url: 'none',
      },
      { id: 'r2', name: 'Reward 2', points: 51, affordable: false, points_short: 1, url, image_url: 'none' },
    ]);
  });

  test('is empty where there are none, on one page', async () => {
    const shop = await shopWith([]);
    const reply = await shop.chat('rewards', { ...ana, page: 5 });
    expect(reply).toMatchObject({
      ok: true,
      result: 'ok',
      rewards: [],
      page: 1,
      pages: 1,
      rewards_ready: 0,
      rewards_ready_names: 'none',
      next_reward: 'none',
      next_reward_points: 0,
      points_to_next: 0,
    });
    expect(reply.message).toBe('There are no rewards at the moment.');
  });
});

describe('the card', () => {
  const card = async (rewards: object[], bonus?: number) => {
    const shop = await shopWith(rewards, bonus);
    const { rewards_ready, rewards_ready_names, next_reward, next_reward_points, points_to_next } =
      await shop.chat('balance', ana);
    return [rewards_ready, rewards_ready_names, next_reward, next_reward_points, points_to_next];
  };

  test('names at most five rewards that are ready, and says how many more there are', async () => {
    expect(await card(many(5, () => 50))).toEqual([
      5,
      'Reward 0, Reward 1, Reward 2, Reward 3, Reward 4',
      'none',
      0,
      0,
    ]);
    expect(await card(many(6, (n) => 45 + n))).toEqual([
      6,
      'Reward 0, Reward 1, Reward 2, Reward 3, Reward 4, +1',
      'none',
      0,
      0,
    ]);
    expect(await card(many(200, () => 1))).toEqual([
      200,
      'Reward 0, Reward 1, Reward 2, Reward 3, Reward 4, +195',
      'none',
      0,
      0,
    ]);
  });

  test('names the cheapest reward that is not affordable yet, and none at the top', async () => {
    expect(await card([reward(0, 500), reward(1, 51), reward(2, 50)])).toEqual([
      1,
      'Reward 2',
      'Reward 1',
      51,
      1,
    ]);
    expect(await card([reward(0, 500), reward(1, 200)], 0)).toEqual([0, 'none', 'Reward 1', 200, 200]);
    expect(await card([reward(0, 50)])).toEqual([1, 'Reward 0', 'none', 0, 0]);
    expect(await card([])).toEqual([0, 'none', 'none', 0, 0]);
  });

  test('leaves out what cannot be had now: sold out, disabled, outside its dates, or taken as often as allowed', async () => {
    const shop = await shopWith([
      reward(0, 10, { stock: 0 }),
      reward(1, 10, { enabled: false }),
      reward(2, 10, { to: '2020-01-01' }),
      reward(3, 10, { from: '2999-01-01' }),
      reward(4, 10, { limit: { per_member: 1 } }),
      reward(5, 60, { stock: 0 }),
      reward(6, 70),
    ]);
    expect(await shop.chat('balance', ana)).toMatchObject({
      rewards_ready: 1,
      rewards_ready_names: 'Reward 4',
      next_reward: 'Reward 6',
    });
    const taken = await shop.chat('redeem', { ...ana, reward: 'r4' });
    expect(taken).toMatchObject({
      rewards_ready: 0,
      rewards_ready_names: 'none',
      next_reward: 'Reward 6',
      points_to_next: 30,
      rewards_won: 1,
    });
    await shop.admin('POST', `coupons/${taken.coupon_code}/cancel`, { reason: 'test' });
    expect(await shop.chat('balance', ana)).toMatchObject({ rewards_ready: 1, rewards_won: 0 });
  });

  test('has the unit in the right form', async () => {
    const unit = async (bonus: number) =>
      (await (await shopWith([], bonus)).chat('balance', ana)).points_name;
    expect([await unit(0), await unit(1), await unit(2)]).toEqual(['points', 'point', 'points']);
  });
});

describe('the coupons', () => {
  const hour = 3_600_000;
  /** Takes a reward so many times, an hour apart. */
  const take = async (shop: Shop, times: number): Promise<string[]> => {
    const codes: string[] = [];
    for (let n = 0; n < times; n += 1) {
      house.clock.set(instant.parse(house.clock.now() + hour));
      codes.push((await shop.chat('redeem', { ...ana, reward: 'r0' })).coupon_code);
    }
    return codes;
  };
  const listed = async (shop: Shop): Promise<[string, string][]> =>
    (await shop.chat('coupons', ana)).coupons.map(({ code, status }: Reply) => [code, status]);

  test('are at most ten, usable ones first', async () => {
    const shop = await shopWith([reward(0, 1)]);
    const codes = await take(shop, 12);
    for (const code of codes.slice(6)) await shop.store('coupons/use', { code, order_number: '1' });
    await shop.admin('POST', `coupons/${codes[5]}/cancel`, { reason: 'test' });
    const seen = await listed(shop);
    expect(seen).toHaveLength(10);
    expect(seen.slice(0, 5)).toEqual(codes.slice(0, 5).map((code) => [code, 'valid']));
    expect(seen.slice(5).every(([, status]) => status === 'used')).toBe(true);
    const used = seen[9]?.[0];
    await shop.store('coupons/release', { code: used, order_number: '1' });
    expect((await listed(shop)).filter(([, status]) => status === 'valid')).toHaveLength(6);
  });

  test('expire when their days are over; what was used stays used', async () => {
    const shop = await shopWith([reward(0, 1)]);
    const [used, cancelled, open] = await take(shop, 3);
    await shop.store('coupons/use', { code: used, order_number: '1' });
    await shop.admin('POST', `coupons/${cancelled}/cancel`, { reason: 'test' });
    house.clock.set(instant.parse(house.clock.now() + 31 * 24 * hour));
    expect(Object.fromEntries(await listed(shop))).toEqual({
      [`${used}`]: 'used',
      [`${cancelled}`]: 'cancelled',
      [`${open}`]: 'expired',
    });
  });

  test('say in words how each is to be used; the text holds a line for each', async () => {
    const shop = await shopWith([reward(0, 1)]);
    expect(await shop.chat('coupons', ana)).toMatchObject({
      coupons: [],
      coupons_text: 'You have no coupons yet.',
      message: 'You have no coupons yet.',
    });
    const codes = await take(shop, 10);
    const reply = await shop.chat('coupons', ana);
    expect(reply.coupons_text.split('\n')).toHaveLength(10);
    for (const code of codes) expect(reply.coupons_text).toContain(`Reward 0: ${code}, valid until `);
    expect(reply.message).toMatch(/^Your coupons:\nReward 0: GIFT-/);
    expect(reply.coupons[0]).toMatchObject({ reward: 'r0', reward_name: 'Reward 0', url, status: 'valid' });
  });
});

describe('the history', () => {
  test('has the last five entries, newest first, on the days of the program’s zone', async () => {
    house.clock.set(instant.parse(Date.parse('2026-11-20T03:00:00Z')));
    const shop = await shopWith([reward(0, 1)]);
    for (let n = 1; n <= 3; n += 1) {
      await shop.push({ order_number: `A${n}`, total: `${n}.00` });
      await shop.chat('claim-order', { ...ana, order_number: `A${n}` });
    }
    const four = await shop.chat('history', ana);
    expect(four.history.map(({ points }: Reply) => points)).toEqual([3, 2, 1, 50]);
    await shop.chat('redeem', { ...ana, reward: 'r0' });
    house.clock.set(instant.parse(Date.parse('2026-11-20T08:00:00Z')));
    await shop.chat('credit', { ...ana, activity: 'review' });
    const { history, history_text, message } = await shop.chat('history', ana);
    expect(history).toEqual([
      { date: '2026-11-20', text: 'activity review → 15 points', points: 15 },
      { date: '2026-11-19', text: 'reward Reward 0 → -1 point', points: -1 },
      { date: '2026-11-19', text: 'order A3: $3.00 → 3 points', points: 3 },
      { date: '2026-11-19', text: 'order A2: $2.00 → 2 points', points: 2 },
      { date: '2026-11-19', text: 'order A1: $1.00 → 1 point', points: 1 },
    ]);
    expect(history_text.split('\n')).toHaveLength(5);
    expect(message).toBe(`Your last entries:\n${history_text}`);
  });
});
