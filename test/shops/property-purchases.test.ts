import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';
import { openProcess, type Process } from './stage.ts';

interface Terms {
  readonly points: number;
  readonly leastMinor: number;
  readonly perDay: number;
}

const terms: fc.Arbitrary<Terms> = fc.record({
  points: fc.integer({ min: 1, max: 20 }),
  leastMinor: fc.integer({ min: 1, max: 9_000 }),
  perDay: fc.integer({ min: 1, max: 4 }),
});
/** Purchases of one day, in minor units. */
const purchases = fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 6 });

const money = (minor: number): string => (minor / 100).toFixed(2);
const sumOf = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0);
/** What a day's sum is worth, from the rule's own words. */
const worth = (sumMinor: number, { points, leastMinor, perDay }: Terms): number =>
  points * Math.min(perDay, Math.floor(sumMinor / leastMinor));

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  const { violations } = await house.audit();
  await house.stop();
  expect(violations).toEqual([]);
});

let people = 0;
const placedAt = new Date(Date.UTC(2026, 10, 21, 12)).toISOString();

/** Programs of other terms beside each other; each is opened once. */
const opened = new Map<string, { readonly shop: Shop; readonly process: Process }>();
const programOf = async ({ points, leastMinor, perDay }: Terms) => {
  const name = `${points} ${leastMinor} ${perDay}`;
  const known = opened.get(name);
  if (known !== undefined) return known;
  const shop = await house.open((file: Reply) => {
    file.signup_bonus = 0;
    file.claims.max_age_days = 100_000;
    file.earn = { per: 'purchase', points, min_order: money(leastMinor), per_day: perDay };
  });
  const made = { shop, process: openProcess(house, shop, { secrets: {} }) };
  opened.set(name, made);
  return made;
};

interface Bought {
  readonly points: number;
  refund(refundedMinor: number): Promise<void>;
}

/** A member who buys on one day. */
const buyer = async (under: Terms) => {
  const { process } = await programOf(under);
  people += 1;
  const me = people;
  const contact = `buyer-${me}`;
  const email = `ola${me}@example.com`;
  await process.chat('enroll', { contact_id: contact, email });
  const ask = (verb: string, inputs: object = {}) => process.chat(verb, { contact_id: contact, ...inputs });
  let bought = 0;
  const tell = async (number: string, totalMinor: number, refundedMinor = 0): Promise<void> => {
    const order = {
      order_number: number,
      email,
      total: money(totalMinor),
      currency: 'USD',
      status: 'paid',
      refunded: money(refundedMinor),
      placed_at: placedAt,
    };
    const { status } = await process.request('POST', '/v1/store/orders', { store: 'shop', orders: [order] });
    expect(status).toBe(200);
  };
  /** Buys and claims. @returns what it was worth, which its preview had said before */
  const buy = async (totalMinor: number): Promise<Bought> => {
    bought += 1;
    const number = `${me}-${bought}`;
    await tell(number, totalMinor);
    const shown = await ask('verify-order', { order_number: number });
    const given = await ask('claim-order', { order_number: number });
    expect([shown.result, given.result, given.order_points]).toEqual([
      'valid',
      'credited',
      shown.order_points,
    ]);
    return {
      points: Number(given.order_points),
      refund: (refundedMinor: number) => tell(number, totalMinor, refundedMinor),
    };
  };
  const net = async (): Promise<number> => {
    const { points, points_debt: debt } = await ask('balance');
    return points - debt;
  };
  return { buy, net };
};

describe('earning by purchases', () => {
  test('one of 90 and three of 30 earn the same, in whatever order they are claimed', async () => {
    const under = { points: 1, leastMinor: 5_000, perDay: 1 };
    const [whole, split] = [await buyer(under), await buyer(under)];
    expect((await whole.buy(9_000)).points).toBe(1);
    const parts = [await split.buy(3_000), await split.buy(3_000), await split.buy(3_000)];
    expect(parts.map(({ points }) => points)).toEqual([0, 1, 0]);
    expect([await whole.net(), await split.net()]).toEqual([1, 1]);
  });

  test('any split of a sum earns on one day what the sum earns', async () => {
    await fc.assert(
      fc.asyncProperty(terms, purchases, async (under, split) => {
        const [whole, parts] = [await buyer(under), await buyer(under)];
        const one = await whole.buy(sumOf(split));
        for (const part of split) await parts.buy(part);
        const due = worth(sumOf(split), under);
        expect([one.points, await whole.net(), await parts.net()]).toEqual([due, due, due]);
      }),
      { seed: 90, numRuns: 25, interruptAfterTimeLimit: 30_000 },
    );
  }, 60_000);

  const moves = fc.array(
    fc.record({ of: fc.nat({ max: 5 }), percent: fc.integer({ min: 1, max: 100 }), again: fc.boolean() }),
    { maxLength: 8 },
  );
  test('refunds leave no more than the rest of the day earns, and nothing once all is given back', async () => {
    await fc.assert(
      fc.asyncProperty(
        terms,
        purchases,
        moves,
        fc.integer({ min: 1, max: 9_000 }),
        async (under, split, given, late) => {
          const { buy, net } = await buyer(under);
          const day: ({ totalMinor: number; refundedMinor: number } & Bought)[] = [];
          for (const totalMinor of split)
            day.push({ totalMinor, refundedMinor: 0, ...(await buy(totalMinor)) });
          const remaining = (): number =>
            sumOf(day.map(({ totalMinor, refundedMinor }) => totalMinor - refundedMinor));
          let before = await net();
          expect(before).toBe(worth(remaining(), under));
          for (const { of, percent, again } of given) {
            const order = day[of % day.length];
            if (order === undefined) throw new Error('a day has a purchase');
            order.refundedMinor += Math.ceil(((order.totalMinor - order.refundedMinor) * percent) / 100);
            await order.refund(order.refundedMinor);
            const after = await net();
            expect(after).toBeLessThanOrEqual(Math.min(before, worth(remaining(), under)));
            expect(after).toBeGreaterThanOrEqual(0);
            // The same news once more, and older ones, take nothing.
            if (again) await order.refund(Math.floor(order.refundedMinor / 2));
            await order.refund(order.refundedMinor);
            expect(await net()).toBe(after);
            before = after;
          }
          // Whatever is claimed after that brings the day to what it is worth.
          const next = await buy(late);
          expect(await net()).toBe(Math.max(before, worth(remaining() + late, under)));
          await next.refund(late);
          for (const order of day) await order.refund(order.totalMinor);
          expect(await net()).toBe(0);
        },
      ),
      {
        seed: 30,
        numRuns: 30,
        interruptAfterTimeLimit: 30_000,
        // The order that loses is itself the last that was counted.
        examples: [
          [
            { points: 1, leastMinor: 805, perDay: 2 },
            [1, 1030, 5099],
            [
              { of: 1, percent: 18, again: true },
              { of: 0, percent: 18, again: false },
              { of: 2, percent: 85, again: true },
            ],
            3,
          ],
        ],
      },
    );
  }, 60_000);
});
