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
const setClock = (text: string) => house.clock.set(instant.parse(Date.parse(text)));
const coupon = { prefix: 'GIFT', expires_after_days: 30 };
const url = 'https://shop.example/gift';
const gift = { id: 'gift', kind: 'product', name: { en: 'Gift' }, points: 10, products: ['A'], url, coupon };

const shopWith = async (rewards: object[], more: (file: Reply) => void = () => undefined): Promise<Shop> => {
  const shop = await house.open((file) => {
    file.rewards = rewards;
    more(file);
  });
  await shop.chat('enroll', { ...ana, email: 'ana@example.com' });
  return shop;
};
const redeem = (shop: Shop, more: object = {}): Promise<Reply> =>
  shop.chat('redeem', { ...ana, reward: 'gift', ...more });

describe('a manual reward', () => {
  const task = { id: 'task', kind: 'manual', name: { en: 'Tea with us' }, points: 10 };
  const take = (shop: Shop, more: object = {}) => redeem(shop, { reward: 'task', ...more });

  test('is requested, without a code, and a second tap asks no second time', async () => {
    const shop = await shopWith([task]);
    const asked = await take(shop);
    expect(asked).toMatchObject({
      ok: true,
      result: 'requested',
      replayed: false,
      reward: 'task',
      reward_name: 'Tea with us',
      coupon_code: 'none',
      coupon_url: 'none',
      coupon_expires_on: 'none',
      points: 40,
      points_change: -10,
      rewards_won: 1,
    });
    expect(asked.message).not.toContain('TASK-');
    const again = await take(shop);
    expect(again).toMatchObject({
      ok: true,
      result: 'already_issued',
      replayed: true,
      coupon_code: 'none',
      points_change: 0,
    });
    expect(again.message).toBe('Tea with us: you asked for it already, and the shop takes care of it.');
    expect(await shop.chat('coupons', ana)).toMatchObject({ coupons: [] });
  });

  test('that is refused gives the points back, and its request id', async () => {
    const shop = await shopWith([task]);
    await take(shop, { request_id: 'r' });
    const { tasks } = (await shop.admin('GET', 'tasks')).json;
    await shop.admin('POST', `tasks/${tasks[0].id}`, { status: 'refused', reason: 'closed' });
    expect(await shop.chat('balance', ana)).toMatchObject({ points: 50, rewards_won: 0 });
    expect(await take(shop, { request_id: 'r' })).toMatchObject({ result: 'requested', points: 40 });
  });

  test('that is fulfilled may be asked for again', async () => {
    const shop = await shopWith([task]);
    await take(shop);
    const { tasks } = (await shop.admin('GET', 'tasks')).json;
    await shop.admin('POST', `tasks/${tasks[0].id}`, { status: 'fulfilled' });
    expect(await take(shop)).toMatchObject({ result: 'requested', points: 30 });
  });
});

describe('a reward with dates', () => {
  test('is there from the first day to the last, both included, as the program’s zone counts them', async () => {
    setClock('2026-12-01T07:59:50Z');
    const shop = await shopWith([{ ...gift, from: '2026-12-01', to: '2026-12-02' }], (file) => {
      file.timezone = 'America/Los_Angeles';
    });
    const seen = [];
    for (const at of [
      '2026-12-01T07:59:50Z',
      '2026-12-01T08:00:00Z',
      '2026-12-03T07:59:50Z',
      '2026-12-03T08:00:00Z',
    ]) {
      setClock(at);
      const { rewards } = await shop.chat('rewards', ana);
      seen.push([(await redeem(shop, { request_id: at })).result, rewards.length]);
    }
    expect(seen).toEqual([
      ['reward_unavailable', 0],
      ['issued', 1],
      ['issued', 1],
      ['reward_unavailable', 0],
    ]);
  });

  test('still shows the coupon of a first tap when the last day ends between the taps', async () => {
    setClock('2026-12-02T23:59:00Z');
    const shop = await shopWith([{ ...gift, to: '2026-12-02' }], (file) => {
      file.timezone = 'UTC';
    });
    const { coupon_code } = await redeem(shop);
    setClock('2026-12-03T00:05:00Z');
    expect(await redeem(shop)).toMatchObject({ ok: true, result: 'already_issued', coupon_code });
    setClock('2026-12-03T00:10:00Z');
    expect(await redeem(shop)).toMatchObject({
      ok: false,
      result: 'reward_unavailable',
      reward: 'gift',
      reward_name: 'Gift',
    });
  });
});

test('a disabled reward is unavailable, whether it is known or not to the member', async () => {
  const shop = await shopWith([{ ...gift, enabled: false }]);
  expect(await redeem(shop)).toMatchObject({ ok: false, result: 'reward_unavailable', points: 50 });
  expect(await shop.chat('rewards', ana)).toMatchObject({
    rewards: [],
    page: 1,
    pages: 1,
    rewards_ready: 0,
    next_reward: 'none',
  });
});

describe('the decision', () => {
  const dear = { points: 1000 };
  const taken = { limit: { per_member: 1 } };
  const gone = { stock: 0 };
  const off = { enabled: false };
  test.each<[string, object]>([
    ['reward_unavailable', { ...off, ...gone, ...dear }],
    ['sold_out', { ...gone, ...taken, ...dear }],
    ['not_enough_points', { ...dear, ...taken }],
  ])('is %s before whatever comes after it', async (result, reward) => {
    const shop = await shopWith([{ ...gift, ...reward }]);
    expect(await redeem(shop)).toMatchObject({ ok: false, result });
  });

  test('is a repeat before sold out, limit and points', async () => {
    const shop = await shopWith([{ ...gift, ...taken, stock: 1, points: 50 }]);
    const { coupon_code } = await redeem(shop, { request_id: 'r' });
    expect(await redeem(shop, { request_id: 'r' })).toMatchObject({ result: 'already_issued', coupon_code });
    expect(await redeem(shop)).toMatchObject({ result: 'already_issued', coupon_code });
    expect(await redeem(shop, { request_id: 's' })).toMatchObject({ result: 'sold_out' });
  });

  test('is the limit before the points', async () => {
    const shop = await shopWith([{ ...gift, ...taken, points: 50 }]);
    await redeem(shop, { request_id: 'r' });
    expect(await redeem(shop, { request_id: 's' })).toMatchObject({
      result: 'limit_reached',
      points_short: 0,
    });
  });

  test('is needed or unknown before all of them', async () => {
    const shop = await shopWith([]);
    for (const reward of [undefined, null, '', ' ', '{{loyalty_reward}}'])
      expect(await redeem(shop, { reward })).toMatchObject({
        ok: false,
        result: 'reward_needed',
        reward: 'none',
      });
    expect(await redeem(shop)).toMatchObject({
      ok: false,
      result: 'reward_unknown',
      reward: 'none',
      reward_name: 'none',
    });
  });
});

test('the last day of a coupon is one of the program’s zone', async () => {
  setClock('2026-11-20T20:00:00Z');
  const days = [];
  for (const timezone of ['UTC', 'Asia/Seoul', 'Pacific/Honolulu']) {
    const shop = await shopWith([gift], (file) => {
      file.timezone = timezone;
    });
    const { coupon_expires_on } = await redeem(shop);
    const { coupons } = await shop.chat('coupons', ana);
    expect(coupons[0].expires_on).toBe(coupon_expires_on);
    days.push(coupon_expires_on);
  }
  expect(days).toEqual(['2026-12-20', '2026-12-21', '2026-12-20']);
});
