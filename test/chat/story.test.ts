import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

describe('the customer’s story', () => {
  test('joins with 50, claims three orders to 230, takes the reward for 200 and keeps 30', async () => {
    const shop = await house.open();
    const ana = { contact_id: '100', first_name: 'Ana' };
    const joined = await shop.chat('enroll', { ...ana, email: ' Ana@Example.com ' });
    expect(joined).toMatchObject({
      ok: true,
      result: 'enrolled',
      points: 50,
      points_change: 50,
      is_member: true,
    });
    for (const number of ['1001', '1002', '1003']) {
      expect(await shop.push({ order_number: number })).toEqual({
        ok: true,
        result: 'stored',
        stored: 1,
        unchanged: 0,
      });
    }
    await shop.push({ order_number: '2001', email: 'somebody@example.com' });
    const claims = [];
    for (const number of ['#1001', ' 1002 ', '№1003'])
      claims.push(await shop.chat('claim-order', { ...ana, order_number: number }));
    expect(claims.map(({ result, points, order_points }) => [result, points, order_points])).toEqual([
      ['credited', 110, 60],
      ['credited', 170, 60],
      ['credited', 230, 60],
    ]);
    expect(await shop.chat('claim-order', { ...ana, order_number: '1003' })).toMatchObject({
      ok: true,
      result: 'already_claimed',
      replayed: true,
      order_points: 60,
      points: 230,
      points_change: 0,
    });
    const strangers = await shop.chat('claim-order', { ...ana, order_number: '2001' });
    const unknown = await shop.chat('claim-order', { ...ana, order_number: '9999' });
    expect(strangers).toMatchObject({ ok: false, result: 'not_found', order_number: 'none', order_total: 0 });
    expect(strangers).toEqual(unknown);
    const taken = await shop.chat('redeem', { ...ana, reward: 'tea-towel' });
    expect(taken).toMatchObject({
      ok: true,
      result: 'issued',
      points: 30,
      points_change: -200,
      rewards_won: 1,
    });
    expect(taken.coupon_code).toMatch(/^GIFT-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$/);
    expect(await shop.chat('redeem', { ...ana, reward: 'tea-towel' })).toMatchObject({
      result: 'already_issued',
      replayed: true,
      coupon_code: taken.coupon_code,
      points: 30,
    });
    const code = taken.coupon_code.toLowerCase().replaceAll('-', ' ');
    expect(await shop.store('coupons/check', { code })).toMatchObject({
      ok: true,
      result: 'valid',
      coupon: { products: ['TT-01'] },
    });
    expect(await shop.store('coupons/use', { code, order_number: '3001' })).toMatchObject({
      ok: true,
      result: 'used',
    });
    expect(await shop.store('coupons/use', { code, order_number: '3001' })).toMatchObject({
      ok: true,
      result: 'used',
      replayed: true,
    });
    expect(await shop.store('coupons/use', { code, order_number: '3002' })).toMatchObject({
      ok: false,
      result: 'already_used',
    });
    const { json } = await shop.admin('GET', 'members/100/entries');
    expect(json.entries.map(({ text }: { text: string }) => text).toReversed()).toEqual([
      'welcome bonus → 50 points',
      'order 1001: $60.00 → 60 points',
      'order 1002: $60.00 → 60 points',
      'order 1003: $60.00 → 60 points',
      'reward Embroidered tea towel → -200 points',
    ]);
    expect(await house.audit()).toMatchObject({ ok: true, violations: [] });
  });
});
