import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

const times = <T>(n: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: n }, (_, index) => work(index)));
const tally = (replies: readonly Reply[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { result } of replies) counts[result] = (counts[result] ?? 0) + 1;
  return counts;
};
const join = (shop: Shop, contact: string, email = `${contact}@example.com`) =>
  shop.chat('enroll', { contact_id: contact, email });
const rich = async (shop: Shop, contact: string, points: number) => {
  await join(shop, contact);
  await shop.admin('POST', `members/${contact}/adjust`, {
    points: points - 50,
    reason: 'for the test',
    key: 'start',
  });
};
const sound = async () => expect(await house.audit()).toMatchObject({ ok: true, violations: [] });

describe('under parallel calls', () => {
  test('100 claims of one order by one member credit it once', async () => {
    const shop = await house.open();
    await join(shop, 'ana');
    await shop.push();
    const replies = await times(100, () =>
      shop.chat('claim-order', { contact_id: 'ana', order_number: '1001' }),
    );
    expect(tally(replies)).toEqual({ credited: 1, already_claimed: 99 });
    expect(new Set(replies.map(({ order_points }) => order_points))).toEqual(new Set([60]));
    expect(await shop.chat('balance', { contact_id: 'ana' })).toMatchObject({
      points: 110,
      lifetime_points: 110,
    });
    await sound();
  });

  test('20 enrolments of one contact pay one bonus', async () => {
    const shop = await house.open();
    const replies = await times(20, () => join(shop, 'ana'));
    expect(tally(replies)).toEqual({ enrolled: 1, already_member: 19 });
    expect(await shop.chat('balance', { contact_id: 'ana' })).toMatchObject({ points: 50 });
    await sound();
  });

  test('20 contacts that enrol with one e-mail make one member and one bonus', async () => {
    const shop = await house.open();
    const replies = await times(20, (index) => join(shop, `c${index}`, 'one@example.com'));
    expect(tally(replies)).toEqual({ enrolled: 1, email_in_use: 19 });
    await sound();
  });

  test('50 redemptions at a balance for one issue one coupon and one debit', async () => {
    const shop = await house.open();
    await rich(shop, 'ana', 230);
    const replies = await times(50, () => shop.chat('redeem', { contact_id: 'ana', reward: 'tea-towel' }));
    expect(tally(replies)).toEqual({ issued: 1, already_issued: 49 });
    expect(new Set(replies.map(({ coupon_code }) => coupon_code)).size).toBe(1);
    expect(await shop.chat('balance', { contact_id: 'ana' })).toMatchObject({ points: 30, rewards_won: 1 });
    await sound();
  });

  test('50 redemptions with request ids of their own spend the points once', async () => {
    const shop = await house.open();
    await rich(shop, 'ana', 230);
    const redeem = (index: number) => ({ contact_id: 'ana', reward: 'tea-towel', request_id: `r${index}` });
    const replies = await times(50, (index) => shop.chat('redeem', redeem(index)));
    expect(tally(replies)).toEqual({ issued: 1, not_enough_points: 49 });
    await sound();
  });

  test('20 claims of 20 orders by one member are all credited to the point', async () => {
    const shop = await house.open();
    await join(shop, 'ana');
    await times(20, (index) =>
      shop.push({ order_number: `${2000 + index}`, email: 'ana@example.com', total: `${10 + index}.99` }),
    );
    const replies = await times(20, (index) =>
      shop.chat('claim-order', { contact_id: 'ana', order_number: `${2000 + index}` }),
    );
    expect(tally(replies)).toEqual({ credited: 20 });
    const sum = Array.from({ length: 20 }, (_, index) => 10 + index).reduce(
      (total, points) => total + points,
      0,
    );
    expect(await shop.chat('balance', { contact_id: 'ana' })).toMatchObject({ points: 50 + sum });
    await sound();
  });

  test('two members who claim one order under a moved e-mail credit it once', async () => {
    const shop = await house.open();
    await join(shop, 'ana');
    await shop.push();
    const claim = () => shop.chat('claim-order', { contact_id: 'ana', order_number: '1001' });
    await Promise.all([claim(), shop.chat('leave', { contact_id: 'ana' })]);
    await join(shop, 'bob', 'ana@example.com');
    const second = await shop.chat('claim-order', { contact_id: 'bob', order_number: '1001' });
    expect(['credited', 'claimed_by_other']).toContain(second.result);
    await sound();
  });
});

describe('limited stock', () => {
  const crowd = async (stock: number, people: number) => {
    const shop = await house.open((file) => {
      file.rewards[0].stock = stock;
    });
    await times(people, (index) => rich(shop, `m${index}`, 230));
    const replies = await times(people, (index) =>
      shop.chat('redeem', { contact_id: `m${index}`, reward: 'tea-towel' }),
    );
    await sound();
    return { shop, counts: tally(replies) };
  };

  test('gives the last piece to one of 50 members', async () => {
    const { shop, counts } = await crowd(1, 50);
    expect(counts).toEqual({ issued: 1, sold_out: 49 });
    expect(await shop.chat('balance', { contact_id: 'm0' })).toMatchObject({ rewards_ready: 0 });
  });

  test('gives 50 pieces to 50 of 200 members, and sends nobody away to try again', async () => {
    const { counts } = await crowd(50, 200);
    expect(counts).toEqual({ issued: 50, sold_out: 150 });
  });

  test('gives each code of a pool to one member', async () => {
    const shop = await house.open((file) => {
      file.rewards.push({ id: 'film', name: { en: 'Film ticket' }, points: 200, kind: 'pool' });
    });
    const codes = Array.from({ length: 10 }, (_, index) => `FILM-${1000 + index}`);
    expect((await shop.admin('POST', 'rewards/film/codes', { codes })).json).toMatchObject({ stored: 10 });
    await times(30, (index) => rich(shop, `m${index}`, 230));
    const replies = await times(30, (index) =>
      shop.chat('redeem', { contact_id: `m${index}`, reward: 'film' }),
    );
    expect(tally(replies)).toEqual({ issued: 10, sold_out: 20 });
    const given = replies.filter(({ result }) => result === 'issued').map(({ coupon_code }) => coupon_code);
    expect(given.sort()).toEqual(codes);
    await sound();
  });
});

describe('afterwards', () => {
  test('none of these races ended in a fault of ours', () => {
    expect(house.logged.faults).toEqual([]);
  });
});
