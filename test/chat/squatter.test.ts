import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { later } from '../../functions/domain/ids.ts';
import { type House, openHouse } from '../support/house.ts';
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
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

describe('the owner of an e-mail who comes by a signed link', () => {
  test('gets the e-mail, both orders and their points, and the stranger has none of them', async () => {
    const shop = await squatted(house);
    expect(await balanceOf(shop, stranger)).toBe(170);
    await enroll(shop, owner, ownEmail);
    const ref = await refOf(shop, '1001');
    expect(await verify(shop, owner, ref)).toMatchObject({ result: 'valid', order_points: 60, points: 50 });
    expect(await balanceOf(shop, stranger)).toBe(170);

    expect(await claim(shop, owner, ref)).toMatchObject({
      ok: true,
      result: 'credited',
      replayed: false,
      order_number: '1001',
      order_points: 60,
      points: 170,
      points_change: 120,
      lifetime_points: 170,
    });
    expect(await emailsOf(shop, owner)).toEqual([ownEmail, email]);
    expect(await emailsOf(shop, stranger)).toEqual([]);
    expect(await balanceOf(shop, stranger)).toBe(0);
    for (const number of ['1001', '1002']) {
      expect(await claim(shop, owner, number)).toMatchObject({ result: 'already_claimed', order_points: 60 });
      expect(await claim(shop, stranger, number)).toMatchObject({ result: 'not_found' });
    }
    expect(await claim(shop, owner, ref)).toMatchObject({
      result: 'already_claimed',
      replayed: true,
      points_change: 0,
    });
    await sound(house);
  });

  test('who is no member yet is told so, and joins with the e-mail afterwards', async () => {
    const shop = await squatted(house);
    const ref = await refOf(shop, '1001');
    expect(await enroll(shop, owner, email)).toMatchObject({ result: 'email_in_use' });
    expect(await verify(shop, owner, ref)).toMatchObject({ result: 'not_member' });
    expect(await enroll(shop, owner, email)).toMatchObject({ result: 'email_in_use' });
    expect(await claim(shop, owner, ref)).toMatchObject({ result: 'not_member', is_member: false });
    expect(await balanceOf(shop, stranger)).toBe(170);

    expect(await enroll(shop, owner, email)).toMatchObject({
      result: 'enrolled',
      points: 170,
      points_change: 170,
    });
    expect(await balanceOf(shop, stranger)).toBe(0);
    expect(await claim(shop, owner, ref)).toMatchObject({ result: 'already_claimed', order_points: 60 });
    expect(await emailsOf(shop, owner)).toEqual([email]);
    await sound(house);
  });

  test('may join with another e-mail first and use the same link again', async () => {
    const shop = await squatted(house);
    const ref = await refOf(shop, '1002');
    expect(await claim(shop, owner, ref)).toMatchObject({ result: 'not_member' });
    await enroll(shop, owner, ownEmail);
    expect(await balanceOf(shop, stranger)).toBe(170);
    expect(await claim(shop, owner, ref)).toMatchObject({ result: 'credited', points: 170 });
    expect(await balanceOf(shop, stranger)).toBe(0);
    await sound(house);
  });

  test('leaves the stranger with a debt where the points were spent', async () => {
    const shop = await squatted(house, ['1001', '1002', '1003']);
    expect(await shop.chat('redeem', { ...stranger, reward: 'tea-towel' })).toMatchObject({
      result: 'issued',
      points: 30,
    });
    await enroll(shop, owner, ownEmail);
    expect(await claim(shop, owner, await refOf(shop, '1001'))).toMatchObject({ points: 230 });
    expect(await shop.chat('balance', stranger)).toMatchObject({ points: 0, points_debt: 200 });
    await sound(house);
  });

  test('gets what a stranger who has left had claimed', async () => {
    const shop = await squatted(house);
    await shop.chat('leave', stranger);
    await enroll(shop, owner, ownEmail);
    expect(await claim(shop, owner, await refOf(shop, '1001'))).toMatchObject({
      result: 'credited',
      points: 170,
      points_change: 120,
    });
    expect(await claim(shop, owner, '1002')).toMatchObject({ result: 'already_claimed' });
    await sound(house);
    await enroll(shop, stranger, 'other@example.com');
    expect(await balanceOf(shop, stranger)).toBe(0);
    await sound(house);
  });

  test('gets what several strangers had, one after the other', async () => {
    const shop = await squatted(house, ['1001']);
    await shop.chat('leave', stranger);
    const second = { contact_id: 'second' };
    await shop.push({ order_number: '1002' });
    await enroll(shop, second, email);
    await claim(shop, second, '1002');
    await enroll(shop, owner, ownEmail);
    const ref = await refOf(shop, '1002');
    expect(await claim(shop, owner, ref)).toMatchObject({ result: 'credited', points: 170 });
    expect(await balanceOf(shop, second)).toBe(0);
    await sound(house);
  });

  test('gets what a stranger had before the shop gave them another e-mail', async () => {
    const shop = await squatted(house);
    await shop.admin('POST', 'members/stranger/email', { email: 'stranger@example.com' });
    await enroll(shop, owner, ownEmail);
    await shop.push({ order_number: '1003' });
    expect(await claim(shop, owner, await refOf(shop, '1003'))).toMatchObject({
      result: 'credited',
      points: 230,
    });
    expect(await emailsOf(shop, stranger)).toEqual(['stranger@example.com']);
    expect(await balanceOf(shop, stranger)).toBe(50);
    await sound(house);
  });

  test('takes over what refunds have left of an order, and loses what they take later', async () => {
    const shop = await squatted(house, ['1001', '1002', '1003']);
    await shop.push({ order_number: '1001', refunded: '20.50' });
    await shop.push({ order_number: '1002', status: 'refunded' });
    expect(await balanceOf(shop, stranger)).toBe(149);
    await enroll(shop, owner, ownEmail);
    const ref = await refOf(shop, '1001');
    expect(await claim(shop, owner, ref)).toMatchObject({
      result: 'credited',
      order_points: 39,
      points: 149,
    });
    expect(await balanceOf(shop, stranger)).toBe(0);
    await shop.push({ order_number: '1003', refunded: '10.00' });
    await shop.push({ order_number: '1001', status: 'cancelled' });
    expect(await balanceOf(shop, owner)).toBe(100);
    expect(await balanceOf(shop, stranger)).toBe(0);
    await sound(house);
  });

  test('gets nothing that the stranger claimed under an e-mail of their own', async () => {
    const shop = await squatted(house);
    await shop.push({ order_number: '2001', email: 'mine@example.com' });
    await enroll(shop, owner, ownEmail);
    await shop.push({ order_number: '1003', email: 'mine@example.com' });
    await claim(shop, stranger, await refOf(shop, '2001'));
    expect(await balanceOf(shop, stranger)).toBe(230);
    await claim(shop, owner, await refOf(shop, '1001'));
    expect(await balanceOf(shop, stranger)).toBe(60);
    expect(await claim(shop, stranger, '1003')).toMatchObject({ result: 'credited' });
    await sound(house);
  });

  test('of 150 orders gets some at once and the rest by the job, and the books are sound in between', async () => {
    const shop = await house.open();
    const numbers = Array.from({ length: 150 }, (_, at) => `N${at}`);
    const placed_at = new Date(house.clock.now()).toISOString();
    const facts = { email, total: '1.00', currency: 'USD', status: 'paid', placed_at };
    for (const part of [numbers.slice(0, 75), numbers.slice(75)])
      await shop.store('orders', {
        store: 'shop',
        orders: part.map((order_number) => ({ order_number, ...facts })),
      });
    await enroll(shop, stranger, email);
    for (const order_number of numbers) await claim(shop, stranger, order_number);
    expect(await balanceOf(shop, stranger)).toBe(200);
    await enroll(shop, owner, ownEmail);
    const ref = await refOf(shop, 'N0');
    expect(await claim(shop, owner, ref)).toMatchObject({ result: 'credited', order_points: 1, points: 71 });
    expect(await balanceOf(shop, stranger)).toBe(129);
    await sound(house);
    expect(await house.jobs.settle()).toMatchObject({ moved: 0 });
    house.clock.set(later(house.clock.now(), 61_000));
    expect(await house.jobs.settle()).toMatchObject({ moved: 129, open: 0 });
    expect(await balanceOf(shop, owner)).toBe(200);
    expect(await balanceOf(shop, stranger)).toBe(0);
    expect(await house.jobs.settle()).toMatchObject({ moved: 0 });
    await sound(house);
  });

  test('who leaves before all has passed on gets nothing more, and the stranger keeps nothing', async () => {
    const numbers = Array.from({ length: 25 }, (_, at) => `N${at}`);
    const shop = await squatted(house, numbers);
    await enroll(shop, owner, ownEmail);
    await claim(shop, owner, await refOf(shop, 'N0'));
    expect(await balanceOf(shop, stranger)).toBe(4 * 60);
    await shop.chat('leave', owner);
    house.clock.set(later(house.clock.now(), 61_000));
    expect(await house.jobs.settle()).toMatchObject({ moved: 4, open: 0 });
    expect(await balanceOf(shop, stranger)).toBe(0);
    await sound(house);
    // Nobody earned for these in the end: they can be claimed by the next one who has the e-mail.
    const next = { contact_id: 'next' };
    await enroll(shop, next, email);
    const [first = '', ...others] = numbers.toReversed();
    // Somebody proved this e-mail before: one link says that it is theirs, and the others go by their numbers.
    const shown = await claim(shop, next, await refOf(shop, first));
    const claims = await Promise.all(others.map((number) => claim(shop, next, number)));
    const results = [shown, ...claims].map(({ result }) => result);
    expect(results.filter((result) => result === 'credited')).toHaveLength(4);
    expect(results.filter((result) => result === 'claimed_by_other')).toHaveLength(21);
    await sound(house);
  });
});
