import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Shop } from '../support/house.ts';
import { fast, fieldsOf, join, openReminded, type Reminded } from './reminded.ts';

let house: Reminded;
let shop: Shop;
beforeAll(async () => {
  house = await openReminded();
  shop = await house.open(fast);
});
afterAll(() => house.stop());

const emailOf = (id: string): string => `m${id.slice(3)}@example.com`;

/** A member with one claimed order of 60, whose fields were written once. */
const mirrored = async (number: string): Promise<string> => {
  const id = await join(shop);
  await shop.push({ order_number: number, email: emailOf(id) });
  await shop.chat('claim-order', { contact_id: id, order_number: number });
  // Until an hour after a chat nothing is known of the fields: its replies may still be mapped to them.
  await house.pass('PT2H');
  await shop.admin('POST', `members/${id}/adjust`, { points: 200, reason: 'a gift', key: `${id}-gift` });
  await house.run();
  expect(fieldsOf(house.sent(id)[0])).toMatchObject({ loyalty_points: 310, loyalty_rewards_won: 0 });
  return id;
};

describe('what did not start in chat reaches the fields', () => {
  test('of a refund', async () => {
    const id = await mirrored('M1');
    await shop.push({ order_number: 'M1', email: emailOf(id), refunded: '40.00' });
    await house.run();
    const [call, ...others] = house.sent(id);
    expect(call?.path).toBe('subscriber/setCustomFields');
    expect(Object.keys(fieldsOf(call)).sort()).toEqual([
      'loyalty_message',
      'loyalty_points',
      'loyalty_points_to_next',
    ]);
    expect(fieldsOf(call)['loyalty_points']).toBe(270);
    // Why it fell is told besides; test/jobs/news.test.ts.
    expect(others.map(({ path }) => path)).toEqual(['sending/sendContent']);
  });

  test('of a correction, of a coupon that was used, and of one that was cancelled', async () => {
    const id = await mirrored('M2');
    const { coupon_code: code } = await shop.chat('redeem', { contact_id: id, reward: 'tea-towel' });
    await house.run();
    // The customer's own doing is mapped by the flow.
    expect(house.sent(id)).toEqual([]);
    await shop.store('coupons/use', { code, order_number: '77' });
    await house.run();
    expect(fieldsOf(house.sent(id)[0])).toMatchObject({ loyalty_points: 110, loyalty_rewards_won: 1 });
    await shop.admin('POST', `members/${id}/adjust`, { points: 100, reason: 'more', key: 'more' });
    await house.run();
    expect(fieldsOf(house.sent(id)[0])).toMatchObject({ loyalty_points: 210 });
  });

  test('of a coupon that was cancelled, though the points are what they were when we last wrote', async () => {
    const id = await mirrored('M6');
    // The flow maps this reply, with 110 points, to the same fields.
    const { coupon_code: code } = await shop.chat('redeem', { contact_id: id, reward: 'tea-towel' });
    await shop.admin('POST', `coupons/${code}/cancel`, { reason: 'wrong one' });
    await house.run();
    const [call] = house.sent(id);
    expect(fieldsOf(call)).toMatchObject({ loyalty_points: 310, loyalty_rewards_won: 0 });
    expect(Object.keys(fieldsOf(call))).toHaveLength(9);
  });

  test('once for many changes, and not for people who left', async () => {
    const id = await mirrored('M3');
    for (let n = 0; n < 5; n += 1)
      await shop.admin('POST', `members/${id}/adjust`, { points: 1, reason: 'n', key: `n-${n}` });
    await house.run();
    expect(house.sent(id).map((call) => fieldsOf(call)['loyalty_points'])).toEqual([315]);
    await shop.admin('POST', `members/${id}/adjust`, { points: 1, reason: 'last', key: 'last' });
    await shop.chat('leave', { contact_id: id });
    await house.run();
    expect(house.sent(id)).toEqual([]);
  });

  test('within one minute’s sweep though ManyChat refuses it for a while', async () => {
    const id = await mirrored('M4');
    house.manychat.double?.fail({
      kind: 'status',
      status: 503,
      path: 'subscriber/setCustomFields',
      contact: id,
      times: 4,
      body: { status: 'error', message: 'busy' },
    });
    await shop.admin('POST', `members/${id}/adjust`, { points: 5, reason: 'late', key: 'late' });
    const first = await house.run();
    const second = await house.run();
    expect([first.held + second.held > 0, house.sent(id).at(-1)?.status]).toEqual([true, 200]);
    house.manychat.double?.clearFaults();
  }, 20_000);
});

test('an answer that is lost makes the next write whole', async () => {
  const id = await mirrored('M5');
  const double = house.manychat.double;
  double?.fail({ kind: 'drop after', path: 'subscriber/setCustomFields', contact: id, times: 4 });
  await shop.admin('POST', `members/${id}/adjust`, { points: 5, reason: 'lost', key: 'lost' });
  await house.run();
  double?.clearFaults();
  await house.run();
  expect(fieldsOf(house.sent(id).at(-1))).toMatchObject({ loyalty_points: 315 });
});
