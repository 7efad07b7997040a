import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Shop } from '../support/house.ts';
import { claim, join, news, opened, plain, points } from './shopper.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

const entries = async (shop: Shop, contact = '100') => {
  const { json } = await shop.admin('GET', `members/${contact}/entries`);
  return json.entries.map(({ points: moved }: { points: number }) => moved).toReversed();
};

const clean = async () => expect((await house.audit()).violations).toEqual([]);

describe('an order told without an id', () => {
  test('adopts the first id that is told for its number, with its claim', async () => {
    const shop = await opened(house);
    expect(await news(shop, { order_id: 'gid-1' })).toBe('stored');
    expect(await claim(shop)).toMatchObject({ result: 'already_claimed', order_points: 60 });
    await news(shop, { order_id: 'gid-1', refunded: '20.00' });
    expect(await points(shop)).toBe(40);
    expect(await news(shop, { refunded: '20.00' })).toBe('unchanged');
    await clean();
  });
});

describe('a number that passes to an order with another id', () => {
  /** Ana claimed 1001 under gid-1; then 1001 is gid-2 over 25.00. */
  const passed = async (): Promise<Shop> => {
    const shop = await house.open(plain());
    await join(shop);
    await news(shop, { order_id: 'gid-1' });
    await claim(shop);
    expect(await news(shop, { order_id: 'gid-2', total: '25.00' })).toBe('stored');
    return shop;
  };

  test('leaves the points of the old one and lets the new one be claimed once', async () => {
    const shop = await passed();
    expect(await points(shop)).toBe(60);
    expect(await claim(shop)).toMatchObject({ result: 'credited', order_total: 25, order_points: 25 });
    expect(await claim(shop)).toMatchObject({ result: 'already_claimed', order_points: 25 });
    expect(await entries(shop)).toEqual([0, 60, 25]);
    await clean();
  });

  test('keeps the claim of the old one, for late news of it', async () => {
    const shop = await passed();
    await claim(shop);
    expect(await news(shop, { order_id: 'gid-1', refunded: '10.00' })).toBe('stored');
    expect(await news(shop, { order_id: 'gid-1', refunded: '10.00' })).toBe('unchanged');
    expect(await points(shop)).toBe(75);
    expect(await news(shop, { order_id: 'gid-1', status: 'cancelled' })).toBe('stored');
    expect(await points(shop)).toBe(25);
    expect(await news(shop, { order_id: 'gid-2', total: '25.00' })).toBe('unchanged');
    await clean();
  });

  test('gives news without an id to the new one', async () => {
    const shop = await passed();
    await claim(shop);
    expect(await news(shop, { total: '25.00', refunded: '5.00' })).toBe('stored');
    expect(await entries(shop)).toEqual([0, 60, 25, -5]);
    await clean();
  });

  test('may pass on again and again, each with its own claim', async () => {
    const shop = await passed();
    await claim(shop);
    await news(shop, { order_id: 'gid-3', total: '7.00' });
    await claim(shop);
    await news(shop, { order_id: 'gid-2', total: '25.00', refunded: '25.00' });
    await news(shop, { order_id: 'gid-1', total: '60.00', refunded: '1.00' });
    await news(shop, { order_id: 'gid-3', total: '7.00', refunded: '3.00' });
    expect(await entries(shop)).toEqual([0, 60, 25, 7, -25, -1, -3]);
    await clean();
  });

  test('takes back from the member who claimed, not from the one who holds the number now', async () => {
    const shop = await passed();
    await join(shop, '200', 'ben@example.com');
    await news(shop, { order_id: 'gid-2', email: 'ben@example.com', total: '25.00' });
    expect(await claim(shop, '1001', '200')).toMatchObject({ result: 'credited' });
    await news(shop, { order_id: 'gid-1', status: 'refunded' });
    expect([await points(shop), await points(shop, '200')]).toEqual([0, 25]);
    await clean();
  });

  test('archives an order that was never claimed as well', async () => {
    const shop = await house.open(plain());
    await join(shop);
    await news(shop, { order_id: 'gid-1' });
    await news(shop, { order_id: 'gid-2', total: '5.00' });
    await news(shop, { order_id: 'gid-1', refunded: '10.00' });
    expect(await claim(shop)).toMatchObject({ result: 'credited', order_points: 5 });
    await clean();
  });

  test('is told apart from the old one when both are told at once', async () => {
    const shop = await passed();
    const told = await Promise.all(
      ['gid-1', 'gid-3', 'gid-2', 'gid-3', 'gid-1'].map((order_id) =>
        news(shop, { order_id, refunded: '1.00' }),
      ),
    );
    expect(told).toHaveLength(5);
    expect(await entries(shop)).toEqual([0, 60, -1]);
    await clean();
  });
});
