import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pushProgram, storeKey } from '../../functions/adapters/dynamodb/registry.ts';
import { makeKey } from '../../functions/domain/api-key.ts';
import { programId } from '../../functions/domain/ids.ts';
import { readProgram } from '../../functions/domain/program.ts';
import { systemChance } from '../../functions/wiring.ts';
import { demoFile, type House, openHouse, type Reply } from '../support/house.ts';
import { balance, claim, join, news, opened, order, plain, points, push } from './shopper.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

/** Points are what they should be, and the books say so too. */
const stands = async (shop: Awaited<ReturnType<House['open']>>, expected: number) => {
  expect(await points(shop)).toBe(expected);
  expect((await house.audit()).violations).toEqual([]);
};

describe('a refund before the claim', () => {
  test('leaves what remains to be earned', async () => {
    const shop = await house.open(plain());
    await join(shop);
    await news(shop);
    await news(shop, { refunded: '20.50' });
    expect(await claim(shop)).toMatchObject({ result: 'credited', order_total: 60, order_points: 39 });
    await stands(shop, 39);
  });

  test('of everything leaves nothing to claim', async () => {
    const shop = await house.open(plain());
    await join(shop);
    await news(shop, { order_number: '1', refunded: '60.00' });
    await news(shop, { order_number: '2', status: 'refunded' });
    await news(shop, { order_number: '3', status: 'cancelled' });
    for (const [number, result] of [
      ['1', 'refunded'],
      ['2', 'refunded'],
      ['3', 'cancelled'],
    ] as const)
      expect(await claim(shop, number)).toMatchObject({
        ok: false,
        result,
        order_total: 60,
        order_points: 0,
      });
    await stands(shop, 0);
  });
});

describe('a refund after the claim', () => {
  test('takes back its points before the push is answered, in any number of parts', async () => {
    const shop = await opened(house);
    for (const [refunded, left] of [
      ['10.00', 50],
      ['10.50', 49],
      ['10.99', 49],
      ['45.00', 15],
      ['60.00', 0],
    ] as const) {
      expect(await news(shop, { refunded })).toBe('stored');
      await stands(shop, left);
    }
    const { json } = await shop.admin('GET', 'members/100/entries');
    expect(json.entries.map((line: Reply) => line.points)).toEqual([-15, -34, -1, -10, 60, 0]);
    expect(await claim(shop)).toMatchObject({ result: 'already_claimed', order_points: 60, points: 0 });
  });

  test('told twice takes back once', async () => {
    const shop = await opened(house);
    expect(await news(shop, { refunded: '20.00' })).toBe('stored');
    expect(await news(shop, { refunded: '20.00' })).toBe('unchanged');
    const { json } = await push(shop, order({ refunded: '20.00' }), order({ refunded: '20.00' }));
    expect(json).toMatchObject({ stored: 0, unchanged: 2 });
    await stands(shop, 40);
  });

  test('told many times at once takes back once', async () => {
    const shop = await opened(house);
    const told = await Promise.all(Array.from({ length: 12 }, () => news(shop, { refunded: '20.00' })));
    expect(told.filter((one) => one === 'stored')).toHaveLength(1);
    await stands(shop, 40);
  });

  test('of a hundred orders of one member is taken in one push', async () => {
    const shop = await house.open(plain());
    await join(shop);
    const many = Array.from({ length: 100 }, (_, index) => order({ order_number: `N${index}` }));
    await push(shop, ...many);
    for (const { order_number } of many) await claim(shop, String(order_number));
    await stands(shop, 6000);
    const refunds = many.map((one) => ({ ...one, refunded: '15.00' }));
    expect((await push(shop, ...refunds)).json).toMatchObject({ stored: 100, unchanged: 0 });
    await stands(shop, 4500);
    expect((await push(shop, ...refunds)).json).toMatchObject({ stored: 0, unchanged: 100 });
  });

  test('never falls: less refunded than known changes nothing', async () => {
    const shop = await opened(house);
    await news(shop, { refunded: '30.00' });
    expect(await news(shop, { refunded: '10.00' })).toBe('unchanged');
    expect(await news(shop, { refunded: undefined })).toBe('unchanged');
    await stands(shop, 30);
  });

  test('of everything by its status takes everything, whatever the sum says', async () => {
    for (const status of ['refunded', 'cancelled']) {
      const shop = await opened(house);
      await news(shop, { status, refunded: '0.00' });
      await stands(shop, 0);
    }
  });

  test('is at the rate at which the order earned, whatever the program says now', async () => {
    const shop = await opened(house);
    const file = { ...demoFile(), program: shop.id, signup_bonus: 0 };
    file.earn.points = 5;
    const read = readProgram(file);
    if (read.kind === 'broken') throw new Error('the demo is broken');
    await pushProgram(house.table, read.file);
    // Programs are kept for a minute, by key: a new key sees the new one.
    const key = makeKey(programId.parse(shop.id), 'store', systemChance.below);
    await storeKey(house.table, key, programId.parse(shop.id), 'store', Date.now());
    const body = { store: 'shop', orders: [order({ refunded: '20.00' })] };
    await shop.request('POST', '/v1/store/orders', body, { 'x-api-key': key });
    await stands(shop, 40);
  });
});

describe('news that come late', () => {
  test('are known by an older time stamp and change nothing', async () => {
    const shop = await opened(house);
    const at = (minute: number) => ({ updated_at: `2026-11-20T10:0${minute}:00Z` });
    expect(await news(shop, { ...at(3), refunded: '30.00' })).toBe('stored');
    expect(await news(shop, { ...at(2), refunded: '45.00' })).toBe('unchanged');
    expect(await news(shop, { ...at(1), status: 'cancelled' })).toBe('unchanged');
    await stands(shop, 30);
    expect(await news(shop, { ...at(4), refunded: '45.00' })).toBe('stored');
    await stands(shop, 15);
  });

  test('without a time stamp are the newest, but for refunds and final states', async () => {
    const shop = await opened(house);
    await news(shop, { updated_at: '2026-11-20T10:00:00Z', email: 'a@example.com' });
    expect(await news(shop, { email: 'b@example.com', total: '70.00' })).toBe('stored');
    expect(await news(shop, { status: 'pending' })).toBe('stored');
    await stands(shop, 60);
  });

  test.each(['cancelled', 'refunded'])('never bring a %s order back', async (status) => {
    const shop = await opened(house);
    await news(shop, { status });
    for (const later of ['paid', 'fulfilled', 'pending', 'cancelled', 'refunded'])
      expect(await news(shop, { status: later })).toBe('unchanged');
    await stands(shop, 0);
  });

  test('after a refund that came first are judged with it', async () => {
    const shop = await house.open(plain());
    await join(shop);
    await news(shop, { refunded: '25.00', status: 'pending' });
    expect(await claim(shop)).toMatchObject({ result: 'not_paid', order_points: 35 });
    await news(shop, { status: 'paid' });
    expect(await claim(shop)).toMatchObject({ result: 'credited', order_points: 35 });
  });
});

describe('another total', () => {
  test('before the claim is what earns', async () => {
    const shop = await house.open(plain());
    await join(shop);
    await news(shop);
    await news(shop, { total: '75.00' });
    expect(await claim(shop)).toMatchObject({ order_total: 75, order_points: 75 });
  });

  test('that is higher after the claim earns nothing', async () => {
    const shop = await opened(house);
    expect(await news(shop, { total: '90.00' })).toBe('stored');
    await stands(shop, 60);
    expect(await claim(shop)).toMatchObject({ result: 'already_claimed', order_points: 60 });
  });

  test('that is lower after the claim counts like a refund of the difference, once', async () => {
    const shop = await opened(house);
    await news(shop, { total: '45.00' });
    await stands(shop, 45);
    await news(shop, { total: '45.00', refunded: '5.00' });
    await stands(shop, 40);
    await news(shop, { total: '60.00' });
    await stands(shop, 40);
  });
});

describe('points that were spent already', () => {
  test('become a debt that later credits pay first', async () => {
    const shop = await opened(house, (file) => {
      file.rewards[0].points = 50;
    });
    await shop.chat('redeem', { contact_id: '100', reward: 'tea-towel' });
    await news(shop, { status: 'cancelled' });
    expect(await balance(shop)).toMatchObject({ points: 0, points_debt: 50 });
    await news(shop, { order_number: '2', total: '30.00' });
    expect(await claim(shop, '2')).toMatchObject({ points: 0, points_debt: 20, points_change: 0 });
    await news(shop, { order_number: '3', total: '30.00' });
    expect(await claim(shop, '3')).toMatchObject({ points: 10, points_debt: 0, points_change: 10 });
    await stands(shop, 10);
  });
});

describe('a member who left', () => {
  test('loses nothing more by a refund, and neither does the member who rejoined', async () => {
    const shop = await opened(house);
    await news(shop, { order_number: '2', total: '20.00' });
    await claim(shop, '2');
    await shop.chat('leave', { contact_id: '100' });
    expect(await news(shop, { refunded: '20.00' })).toBe('stored');
    await join(shop);
    await stands(shop, 0);
    expect(await news(shop, { refunded: '60.00' })).toBe('stored');
    expect(await news(shop, { order_number: '2', status: 'cancelled' })).toBe('stored');
    await news(shop, { order_number: '3', total: '30.00' });
    await claim(shop, '3');
    expect(await balance(shop)).toMatchObject({ points: 30, points_debt: 0 });
    await stands(shop, 30);
    await news(shop, { order_number: '3', total: '30.00', refunded: '10.00' });
    await stands(shop, 20);
  });

  test('cannot claim the same order again after rejoining', async () => {
    const shop = await opened(house);
    await shop.chat('leave', { contact_id: '100' });
    await join(shop);
    expect(await claim(shop)).toMatchObject({ result: 'already_claimed', points: 0, points_change: 0 });
  });
});
