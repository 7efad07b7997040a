import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { instant } from '../../functions/domain/ids.ts';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';
import { contentOf, type Watch, watch } from '../support/table-watch.ts';
import {
  balanceOf,
  claim,
  email,
  emailsOf,
  enroll,
  ownEmail,
  owner,
  refOf,
  sound,
  squatted,
  stranger,
  verify,
} from './squatter-scene.ts';

let house: House;
let heard: Watch;
beforeAll(async () => {
  house = await openHouse();
  heard = watch(house.table);
});
afterAll(() => house.stop());

const dayMs = 86_400_000;
const other = { contact_id: 'other' };

const shopWithOwner = async (change?: (file: Reply) => void): Promise<Shop> => {
  const shop = await house.open(change);
  await enroll(shop, owner, ownEmail);
  await shop.push();
  return shop;
};

describe('a signed link', () => {
  test('claims an order under an e-mail that nobody has, and makes the e-mail its own', async () => {
    const shop = await shopWithOwner();
    expect(await claim(shop, owner, '1001')).toMatchObject({ result: 'not_found' });
    expect(await claim(shop, owner, await refOf(shop, '1001'))).toMatchObject({
      result: 'credited',
      points_change: 60,
    });
    await shop.push({ order_number: '1002' });
    expect(await claim(shop, owner, '1002')).toMatchObject({ result: 'credited' });
    expect(await enroll(shop, stranger, email)).toMatchObject({ result: 'email_in_use' });
    await sound(house);
  });

  test('tells what a claim would give, moves nothing and proves nothing, when it is only verified', async () => {
    const shop = await squatted(house);
    const ref = await refOf(shop, '1001');
    const look = async () => [await verify(shop, owner, ref), await contentOf(house.table)];
    await enroll(shop, owner, ownEmail);
    const seen = await look();
    expect(seen[0]).toMatchObject({ result: 'valid', order_points: 60, order_number: '1001' });
    expect(await look()).toEqual(seen);
    expect(await enroll(shop, other, email)).toMatchObject({ result: 'email_in_use' });
  });

  test('proves an e-mail of its own user too, who then cannot lose it to another link', async () => {
    const shop = await house.open();
    await enroll(shop, owner, email);
    for (const order_number of ['1001', '1002']) await shop.push({ order_number });
    const [first, second] = [await refOf(shop, '1001'), await refOf(shop, '1002')];
    expect(await claim(shop, owner, first)).toMatchObject({ result: 'credited', points: 110 });
    await enroll(shop, stranger, 'stranger@example.com');
    expect(await claim(shop, stranger, second)).toMatchObject({ result: 'not_found' });
    expect(await claim(shop, owner, '1002')).toMatchObject({ result: 'credited', points: 170 });
    expect(await emailsOf(shop, owner)).toEqual([email]);
    await sound(house);
  });

  test('is the first one’s: who comes by it later is anybody who typed the number', async () => {
    const shop = await shopWithOwner();
    const ref = await refOf(shop, '1001');
    await claim(shop, owner, ref);
    await enroll(shop, stranger, 'stranger@example.com');
    expect(await claim(shop, stranger, ref)).toMatchObject({ result: 'not_found', order_points: 0 });
    await shop.chat('leave', owner);
    // The e-mail is free again, and the link still not theirs.
    expect(await claim(shop, stranger, ref)).toMatchObject({ result: 'not_found' });
    expect(await balanceOf(shop, stranger)).toBe(50);
    await sound(house);
  });

  test('of two who come at the same time is one’s alone', async () => {
    const shop = await squatted(house);
    await enroll(shop, owner, ownEmail);
    await enroll(shop, other, 'other@example.com');
    const ref = await refOf(shop, '1001');
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, at) => claim(shop, at % 2 === 0 ? owner : other, ref)),
    );
    const results = replies.map(({ result }) => result);
    expect(results.filter((result) => result === 'credited')).toHaveLength(1);
    const balances = await Promise.all([owner, other, stranger].map((who) => balanceOf(shop, who)));
    expect(balances.sort((a, b) => a - b)).toEqual([0, 50, 170]);
    await sound(house);
  });

  test('tapped ten times at once moves everything once', async () => {
    const shop = await squatted(house);
    await enroll(shop, owner, ownEmail);
    const ref = await refOf(shop, '1001');
    const replies = await Promise.all(Array.from({ length: 10 }, () => claim(shop, owner, ref)));
    expect(new Set(replies.map(({ result }) => result))).toEqual(new Set(['credited', 'already_claimed']));
    expect(await balanceOf(shop, owner)).toBe(170);
    expect(await balanceOf(shop, stranger)).toBe(0);
    await sound(house);
  });

  test('is good for 90 days, to the end of the last one where the program is', async () => {
    const shop = await shopWithOwner((file) => {
      file.timezone = 'Asia/Seoul';
    });
    const ref = await refOf(shop, '1001');
    const start = house.clock.now();
    const midnight = Math.floor((start + 9 * 3_600_000) / dayMs) * dayMs - 9 * 3_600_000;
    const last = midnight + 91 * dayMs - 60_000;
    house.clock.set(instant.parse(last));
    expect(await verify(shop, owner, ref)).toMatchObject({ result: 'valid' });
    house.clock.set(instant.parse(last + 120_000));
    const late = await claim(shop, owner, ref);
    expect(late).toMatchObject({ result: 'not_found', order_number: 'none' });
    expect(late.message).toContain('expired');
    house.clock.set(start);
    expect(await claim(shop, owner, ref)).toMatchObject({ result: 'credited' });
  });

  test('of another program, forged in any sign or cut short, is not_found, counted, at the same cost', async () => {
    const shop = await shopWithOwner((file) => {
      file.claims.attempts_per_hour = 1000;
    });
    const foreign = await house.open();
    const ref = await refOf(shop, '1001');
    const last = ref.at(-1) === '0' ? '1' : '0';
    const forged = [
      await refOf(foreign, '1001'),
      ref.slice(0, -1) + last,
      ref.slice(0, -2),
      `${ref}00`,
      ref.replace(Buffer.from('1001').toString('hex'), Buffer.from('1002').toString('hex')),
      'order_',
      'order_zz',
      'order_1001',
      `order_${'00'.repeat(16)}`,
    ];
    const seen = [];
    for (const order_number of ['404', ...forged]) {
      let reply: Reply;
      const calls = await heard.during(async () => {
        reply = await claim(shop, owner, order_number);
      });
      seen.push({ reply, calls: calls.map((call) => call.split(' ')[0]) });
    }
    for (const one of seen) expect(one).toEqual(seen[0]);
    expect(seen[0]?.reply).toMatchObject({ ok: false, result: 'not_found', order_number: 'none' });
    await sound(house);
  });

  test('counts its failures with those of typed numbers', async () => {
    const shop = await shopWithOwner((file) => {
      file.claims.attempts_per_hour = 2;
    });
    const ref = await refOf(shop, '1001');
    await claim(shop, owner, 'order_00');
    await verify(shop, owner, '404');
    expect(await claim(shop, owner, ref)).toMatchObject({ result: 'too_many_attempts' });
    expect(await enroll(shop, stranger, email)).toMatchObject({ result: 'enrolled' });
  });

  test('picks its store itself', async () => {
    const shop = await shopWithOwner((file) => {
      file.stores = [
        { id: 'shop', kind: 'pushed' },
        { id: 'outlet', kind: 'pushed' },
      ];
    });
    const placed_at = new Date(house.clock.now()).toISOString();
    const facts = { order_number: '1001', email, total: '20.00', currency: 'USD', status: 'paid', placed_at };
    await shop.store('orders', { store: 'outlet', orders: [facts] });
    const ref = await refOf(shop, '1001', { store: 'outlet' });
    expect(await verify(shop, owner, ref)).toMatchObject({ order_points: 20 });
    expect(await shop.chat('claim-order', { ...owner, order_number: ref, store: 'shop' })).toMatchObject({
      result: 'credited',
      order_points: 20,
    });
  });

  test('with the shop’s own id is of that order alone, even after the number went to another one', async () => {
    const shop = await house.open();
    await enroll(shop, owner, ownEmail);
    await shop.push({ order_id: 'a', total: '10.00' });
    const [ofFirst, ofSecond] = [
      await refOf(shop, '1001', { order_id: 'a' }),
      await refOf(shop, '1001', { order_id: 'b' }),
    ];
    expect(await claim(shop, owner, ofSecond)).toMatchObject({ result: 'not_found' });
    await shop.push({ order_id: 'b', email: 'else@example.com', total: '20.00' });
    expect(await claim(shop, owner, ofFirst)).toMatchObject({ result: 'credited', order_points: 10 });
    await enroll(shop, other, 'other@example.com');
    expect(await claim(shop, other, ofSecond)).toMatchObject({ result: 'credited', order_points: 20 });
    await sound(house);
  });

  test.each([
    ['pending', 'not_paid'],
    ['cancelled', 'cancelled'],
  ])('of an order that is %s answers %s and proves nothing', async (status, result) => {
    const shop = await house.open();
    await enroll(shop, stranger, email);
    await enroll(shop, owner, ownEmail);
    await shop.push({ status });
    expect(await claim(shop, owner, await refOf(shop, '1001'))).toMatchObject({ result });
    expect(await emailsOf(shop, stranger)).toEqual([email]);
  });

  test('of a test order is of no order', async () => {
    const shop = await house.open();
    await enroll(shop, owner, ownEmail);
    await shop.push({ test: true });
    expect(await claim(shop, owner, await refOf(shop, '1001'))).toMatchObject({ result: 'not_found' });
  });

  test('of an order that earns nothing any more proves its e-mail all the same', async () => {
    const shop = await squatted(house);
    await enroll(shop, owner, ownEmail);
    await shop.push({ order_number: '1003', status: 'refunded' });
    expect(await claim(shop, owner, await refOf(shop, '1003'))).toMatchObject({
      result: 'refunded',
      ok: false,
      points: 170,
      points_change: 120,
    });
    expect(await balanceOf(shop, stranger)).toBe(0);
    await sound(house);
  });
});
