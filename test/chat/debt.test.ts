import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

const ana = { contact_id: '1' };

/** Ana with 50 + 200 points, 200 of them spent: 50 are left. */
const spent = async (change?: (file: Reply) => void): Promise<Shop> => {
  const shop = await house.open(change);
  await shop.chat('enroll', { ...ana, email: 'ana@example.com' });
  await shop.push({ total: '200' });
  await shop.chat('claim-order', { ...ana, order_number: '1001' });
  await shop.chat('redeem', { ...ana, reward: 'tea-towel' });
  return shop;
};
const refund = (shop: Shop, refunded: string) => shop.push({ total: '200', refunded });

describe('a refund of points that were spent', () => {
  test('leaves 0 points and a debt, which later credits pay first', async () => {
    const shop = await spent();
    await refund(shop, '200.00');
    const owed = await shop.chat('balance', ana);
    expect(owed).toMatchObject({
      result: 'ok',
      points: 0,
      points_debt: 150,
      points_change: 0,
      lifetime_points: 50,
      rewards_ready: 0,
      rewards_won: 1,
    });
    expect(owed.message).toBe(
      'You have 0 points. After a refund 150 points are still open; they are taken off what you earn next.',
    );
    await shop.push({ order_number: '1002', total: '100' });
    expect(await shop.chat('claim-order', { ...ana, order_number: '1002' })).toMatchObject({
      result: 'credited',
      order_points: 100,
      points: 0,
      points_debt: 50,
      points_change: 0,
    });
    await shop.push({ order_number: '1003', total: '80' });
    expect(await shop.chat('claim-order', { ...ana, order_number: '1003' })).toMatchObject({
      result: 'credited',
      order_points: 80,
      points: 30,
      points_debt: 0,
      points_change: 30,
    });
    expect(await house.audit()).toMatchObject({ ok: true, violations: [] });
  });

  test('in parts takes back exactly what the order earned, whatever the parts', async () => {
    const shop = await spent();
    const seen = [];
    for (const part of ['10.01', '60.00', '60.00', '199.99', '200.00', '200.00']) {
      await refund(shop, part);
      const { points, points_debt } = await shop.chat('balance', ana);
      seen.push(points - points_debt);
    }
    expect(seen).toEqual([39, -10, -10, -150, -150, -150]);
    expect(await house.audit()).toMatchObject({ ok: true, violations: [] });
  });

  test('is told in the history, in the reader’s language', async () => {
    const shop = await spent();
    await refund(shop, '80.00');
    const told = async (language: string) => (await shop.chat('history', { ...ana, language })).history[0];
    expect(await told('en')).toMatchObject({
      text: 'order 1001: refunded, $120.00 remain → -80 points',
      points: -80,
    });
    expect((await told('ko')).text).toContain('환불');
    expect((await told('tr')).text).toContain('iade');
  });

  test('does not keep the coupon from being used, and nothing can be taken until the debt is paid', async () => {
    const shop = await spent();
    const { coupons } = await shop.chat('coupons', ana);
    await refund(shop, '200.00');
    expect(await shop.store('coupons/use', { code: coupons[0].code, order_number: '5' })).toMatchObject({
      result: 'used',
    });
    expect(await shop.chat('redeem', { ...ana, reward: 'tea-towel', request_id: 'again' })).toMatchObject({
      ok: false,
      result: 'not_enough_points',
      points_short: 200,
      points: 0,
    });
  });

  test('is first paid by a bonus as well', async () => {
    const shop = await spent();
    await refund(shop, '200.00');
    expect(await shop.chat('credit', { ...ana, activity: 'newsletter' })).toMatchObject({
      ok: true,
      result: 'credited',
      points: 0,
      points_debt: 130,
      points_change: 0,
    });
  });
});

describe('a refund of points that are still there', () => {
  test('takes them, and an order that is refunded in full before it is claimed earns nothing', async () => {
    const shop = await house.open();
    await shop.chat('enroll', { ...ana, email: 'ana@example.com' });
    await shop.push({ refunded: '60.00' });
    expect(await shop.chat('claim-order', { ...ana, order_number: '1001' })).toMatchObject({
      result: 'refunded',
    });
    await shop.push({ order_number: '1002', refunded: '20.50' });
    expect(await shop.chat('claim-order', { ...ana, order_number: '1002' })).toMatchObject({
      result: 'credited',
      order_total: 60,
      order_points: 39,
      points: 89,
    });
    await shop.push({ order_number: '1002', status: 'cancelled' });
    expect(await shop.chat('balance', ana)).toMatchObject({
      points: 50,
      points_debt: 0,
      lifetime_points: 50,
    });
  });
});
