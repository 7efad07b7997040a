import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  const { violations } = await house.audit();
  await house.stop();
  expect(violations).toEqual([]);
});

/** Ten points for each purchase of 30 a day, so many a day. */
const open = async (perDay = 1): Promise<{ shop: Shop; buy: Buy; points: () => Promise<number> }> => {
  const shop = await house.open((file: Reply) => {
    file.signup_bonus = 0;
    file.earn = { per: 'purchase', points: 10, min_order: '30.00', per_day: perDay };
  });
  await shop.chat('enroll', { contact_id: '1', email: 'ana@example.com' });
  const at = new Date(house.clock.now()).toISOString();
  const push = (number: string, told: object) => shop.push({ order_number: number, placed_at: at, ...told });
  const buy: Buy = async (number, total) => {
    await push(number, { total });
    const { order_points } = await shop.chat('claim-order', { contact_id: '1', order_number: number });
    return {
      earned: order_points,
      refund: (refunded = total) => push(number, { total, refunded }),
      cancel: () => push(number, { total, status: 'cancelled' }),
    };
  };
  return { shop, buy, points: async () => (await shop.chat('balance', { contact_id: '1' })).points };
};

interface Bought {
  readonly earned: number;
  refund(amount?: string): Promise<unknown>;
  cancel(): Promise<unknown>;
}
type Buy = (number: string, total: string) => Promise<Bought>;

describe('purchases of one day that are given back', () => {
  test('leave nothing to the small one that the large one carried', async () => {
    const { buy, points } = await open();
    const large = await buy('1', '29.99');
    const small = await buy('2', '0.01');
    expect([large.earned, small.earned]).toEqual([0, 10]);
    await large.refund();
    expect(await points()).toBe(0);
    await small.refund();
    expect(await points()).toBe(0);
  });

  test('leave what the rest of the day still reaches', async () => {
    const { buy, points } = await open(2);
    const bought = [await buy('1', '20.00'), await buy('2', '20.00'), await buy('3', '20.00')];
    expect(bought.map(({ earned }) => earned)).toEqual([0, 10, 10]);
    await bought[0]?.cancel();
    expect(await points()).toBe(10);
    await bought[1]?.refund('15.00');
    expect(await points()).toBe(0);
  });

  test('make room for the next purchase of the same day', async () => {
    const { buy, points } = await open();
    const first = await buy('1', '30.00');
    await first.refund();
    expect(await points()).toBe(0);
    const next = await buy('2', '30.00');
    expect(next.earned).toBe(10);
    expect(await points()).toBe(10);
  });

  test('take nothing twice, in whatever parts and however often they are told', async () => {
    const { buy, points } = await open(3);
    const one = await buy('1', '90.00');
    expect(one.earned).toBe(30);
    await one.refund('30.01');
    await one.refund('30.01');
    expect(await points()).toBe(10);
    await one.refund();
    await one.cancel();
    expect(await points()).toBe(0);
  });
});

describe('one order of 90 and three of 30 of the same day', () => {
  test.each([1, 2, 3])('earn the same where %i a day count', async (perDay) => {
    const [whole, split] = [await open(perDay), await open(perDay)];
    await whole.buy('1', '90.00');
    for (const number of ['1', '2', '3']) await split.buy(number, '30.00');
    expect(await split.points()).toBe(await whole.points());
    expect(await whole.points()).toBe(10 * perDay);
  });

  test('earn the same where no smallest order is set', async () => {
    const opened = async () => {
      const shop = await house.open((file: Reply) => {
        file.signup_bonus = 0;
        file.earn = { per: 'purchase', points: 1 };
      });
      await shop.chat('enroll', { contact_id: '1', email: 'ana@example.com' });
      return shop;
    };
    const bought = async (shop: Shop, total: string, numbers: readonly string[]) => {
      for (const order_number of numbers) {
        await shop.push({ order_number, total });
        await shop.chat('claim-order', { contact_id: '1', order_number });
      }
      return (await shop.chat('balance', { contact_id: '1' })).points;
    };
    expect(await bought(await opened(), '90.00', ['1'])).toBe(1);
    expect(await bought(await opened(), '30.00', ['1', '2', '3'])).toBe(1);
  });
});
