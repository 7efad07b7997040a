import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

const ana = { contact_id: '100' };

const withAna = async (change?: (file: Reply) => void): Promise<Shop> => {
  const shop = await house.open(change);
  await shop.chat('enroll', { ...ana, email: 'ana@example.com' });
  return shop;
};

const adjust = (shop: Shop, points: unknown, key: unknown = 'k-1', more: object = {}) =>
  shop.admin('POST', 'members/100/adjust', { points, reason: 'a complaint', key, ...more });
const cancel = (shop: Shop, code: string, reason: unknown = 'wrong reward') =>
  shop.admin('POST', `coupons/${code}/cancel`, { reason });
const points = async (shop: Shop): Promise<number> => (await shop.chat('balance', ana)).points;
const kinds = async (shop: Shop): Promise<string[]> =>
  (await shop.admin('GET', 'members/100/entries')).json.entries.map(({ kind }: Reply) => kind);
const clean = async () => expect((await house.audit()).violations).toEqual([]);

describe('a correction', () => {
  test('adds or takes points by an entry, and answers the card', async () => {
    const shop = await withAna();
    expect(await adjust(shop, 25)).toMatchObject({
      status: 200,
      json: {
        ok: true,
        result: 'adjusted',
        replayed: false,
        points: 75,
        points_change: 25,
        member_id: '100',
      },
    });
    expect((await adjust(shop, -75, 'k-2')).json).toMatchObject({ points: 0, points_change: -75 });
    expect(await kinds(shop)).toEqual(['adjustment', 'adjustment', 'signup']);
    await clean();
  });

  test('is made once for a key, however often it is sent', async () => {
    const shop = await withAna();
    await adjust(shop, 25);
    const told = await Promise.all([1, 2, 3, 4].map(() => adjust(shop, 25)));
    for (const { status, json } of told)
      expect([status, json.result, json.replayed, json.points, json.points_change]).toEqual([
        200,
        'adjusted',
        true,
        75,
        0,
      ]);
    const both = await Promise.all([1, 2, 3].map(() => adjust(shop, 1, 'k-2')));
    expect(both.filter(({ json }) => json.replayed === false)).toHaveLength(1);
    expect(await points(shop)).toBe(76);
    await clean();
  });

  test.each([
    ['points', 26, {}],
    ['reason', 25, { reason: 'another' }],
    ['permission', 25, { allow_debt: true }],
  ])('under a known key with other %s is refused', async (_, other, more) => {
    const shop = await withAna();
    await adjust(shop, 25);
    expect(await adjust(shop, other, 'k-1', more)).toMatchObject({
      status: 409,
      json: { result: 'key_reused' },
    });
    expect(await points(shop)).toBe(75);
  });

  test('may be made for two members under one key', async () => {
    const shop = await withAna();
    await shop.chat('enroll', { contact_id: '200', email: 'ben@example.com' });
    await adjust(shop, 25);
    const body = { points: 5, reason: 'other', key: 'k-1' };
    expect((await shop.admin('POST', 'members/200/adjust', body)).json).toMatchObject({ points: 55 });
  });

  test('below 0 is a conflict, and a debt where that is allowed', async () => {
    const shop = await withAna();
    expect(await adjust(shop, -51)).toMatchObject({ status: 409, json: { ok: false, result: 'conflict' } });
    expect(await kinds(shop)).toEqual(['signup']);
    expect((await adjust(shop, -80, 'k-1', { allow_debt: true })).json).toMatchObject({
      points: 0,
      points_debt: 30,
      points_change: -50,
    });
    expect((await adjust(shop, -1, 'k-2')).status).toBe(409);
    expect((await adjust(shop, 40, 'k-3')).json).toMatchObject({
      points: 10,
      points_debt: 0,
      points_change: 10,
    });
    await clean();
  });

  test.each([
    ['points', { points: 0 }],
    ['points', { points: 1.5 }],
    ['points', { points: '20' }],
    ['points', { points: 1_000_000_001 }],
    ['points', { points: undefined }],
    ['reason', { reason: '' }],
    ['reason', { reason: '   ' }],
    ['reason', { reason: 'r'.repeat(501) }],
    ['reason', { reason: '{{reason}}' }],
    ['key', { key: '' }],
    ['key', { key: undefined }],
    ['key', { key: 'k'.repeat(201) }],
    ['key', { key: '{{key}}' }],
    ['allow_debt', { allow_debt: 'yes' }],
  ])('names %s when it is %j', async (path, wrong) => {
    const shop = await withAna();
    const { status, json } = await adjust(shop, 20, 'k-1', wrong);
    expect([status, json.errors.map((one: Reply) => one.path)]).toEqual([400, [path]]);
    expect(await points(shop)).toBe(50);
  });

  test('of someone who left is a conflict', async () => {
    const shop = await withAna();
    await shop.chat('leave', ana);
    expect(await adjust(shop, 5)).toMatchObject({ status: 409, json: { ok: false, result: 'conflict' } });
  });
});

describe('a cancelled coupon', () => {
  const rich = (file: Reply): void => {
    file.signup_bonus = 250;
    file.rewards[0].stock = 1;
    file.rewards[0].limit = { per_member: 1 };
  };
  const take = (shop: Shop, more: object = {}) =>
    shop.chat('redeem', { ...ana, reward: 'tea-towel', ...more });

  test('gives back points, the piece, the turn of the member and the request id', async () => {
    const shop = await withAna(rich);
    const { coupon_code: code } = await take(shop, { request_id: 'r-1' });
    expect(await take(shop, { request_id: 'r-2' })).toMatchObject({ ok: false, result: 'sold_out' });
    const typed = code.toLowerCase().replaceAll('-', '');
    expect(await cancel(shop, typed)).toMatchObject({
      status: 200,
      json: {
        ok: true,
        result: 'cancelled',
        replayed: false,
        points: 250,
        points_change: 200,
        rewards_won: 0,
      },
    });
    const again = await take(shop, { request_id: 'r-1' });
    expect(again).toMatchObject({ ok: true, result: 'issued', points: 50 });
    expect(again.coupon_code).not.toBe(code);
    const { json } = await shop.admin('GET', 'members/100/entries');
    expect(json.entries.map((one: Reply) => one.points)).toEqual([-200, 200, -200, 250]);
    expect(json.entries[1].text).toContain('wrong reward');
    await clean();
  });

  test('is cancelled once, however often it is told', async () => {
    const shop = await withAna(rich);
    const { coupon_code: code } = await take(shop);
    const told = await Promise.all([1, 2, 3, 4].map(() => cancel(shop, code)));
    expect(told.map(({ json }) => [json.result, json.ok])).toEqual(Array(4).fill(['cancelled', true]));
    expect(told.filter(({ json }) => json.replayed === false)).toHaveLength(1);
    expect(await points(shop)).toBe(250);
    await clean();
  });

  test('may not have been used; once the order released it, it may be cancelled', async () => {
    const shop = await withAna(rich);
    const { coupon_code: code } = await take(shop);
    await shop.store('coupons/use', { code, order_number: '2001' });
    expect(await cancel(shop, code)).toMatchObject({ status: 409, json: { ok: false, result: 'conflict' } });
    expect(await points(shop)).toBe(50);
    await shop.store('coupons/release', { code, order_number: '2001' });
    expect((await cancel(shop, code)).json).toMatchObject({ result: 'cancelled', points: 250 });
    await clean();
  });

  test('or used, never both, when both are told at once', async () => {
    const shop = await withAna((file) => {
      file.signup_bonus = 5000;
      file.redeem.repeat_minutes = 0;
    });
    for (let round = 0; round < 10; round += 1) {
      const { coupon_code: code } = await take(shop);
      const [used, cancelled] = await Promise.all([
        shop.store('coupons/use', { code, order_number: '2001' }),
        cancel(shop, code),
      ]);
      expect([used.result, cancelled.status]).toEqual(used.ok ? ['used', 409] : ['cancelled', 200]);
    }
    await clean();
  });

  test('pays a debt that arose meanwhile first', async () => {
    const shop = await withAna(rich);
    const { coupon_code: code } = await take(shop);
    await adjust(shop, -80, 'k', { allow_debt: true });
    expect((await cancel(shop, code)).json).toMatchObject({
      points: 170,
      points_debt: 0,
      points_change: 170,
    });
    await clean();
  });

  test('of someone who left gives nothing back, not even after they joined again', async () => {
    const shop = await withAna(rich);
    const { coupon_code: code } = await take(shop);
    await shop.chat('leave', ana);
    await shop.chat('enroll', { ...ana, email: 'ana@example.com' });
    expect((await cancel(shop, code)).json).toMatchObject({
      ok: true,
      result: 'cancelled',
      points_change: 0,
    });
    expect(await points(shop)).toBe(0);
    expect(await shop.store('coupons/check', { code })).toMatchObject({ result: 'cancelled' });
    await clean();
  });

  test('is unknown where nobody was given one, and needs a reason', async () => {
    const shop = await withAna(rich);
    for (const code of ['GIFT-2222-2222-2222', '%3F', 'x'.repeat(100)])
      expect(await cancel(shop, code)).toMatchObject({
        status: 404,
        json: { ok: false, result: 'not_found' },
      });
    const { coupon_code: code } = await take(shop);
    for (const reason of ['', null, 7])
      expect((await cancel(shop, code, reason)).json).toMatchObject({ errors: [{ path: 'reason' }] });
    expect(await points(shop)).toBe(50);
  });
});
