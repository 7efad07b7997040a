import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  baseMinor,
  isAnotherOrder,
  isFullyRefunded,
  merge,
  type OrderFacts,
  orderStatus,
  worth,
} from '../../functions/domain/order.ts';
import { at, benMail, dayMs, factsOf, hashOf, noon, number, plus } from './support.ts';

const early = at('2026-12-01T10:00:00Z');
const late = at('2026-12-01T11:00:00Z');

describe('news of an order', () => {
  test('that are the same change nothing', () => {
    const known = factsOf({ id: 'gid-1', itemsMinor: 5000, updatedAt: early });
    expect(merge(known, { ...known })).toBe(known);
  });

  test.each<[string, Partial<OrderFacts>]>([
    ['total', { totalMinor: 8000 }],
    ['items', { itemsMinor: 4000 }],
    ['e-mail', { email: hashOf(benMail) }],
    ['currency', { currency: 'EUR' }],
    ['status', { status: 'fulfilled' }],
    ['day', { placedAt: plus(noon, -2 * dayMs) }],
    ['refund', { refundedMinor: 1000 }],
    ['time of the news', { updatedAt: late }],
    ['test mark', { test: true }],
    ['id', { id: 'gid-1' }],
  ])('with another %s are a change', (_, change) => {
    const known = factsOf({ itemsMinor: 5000, updatedAt: early });
    expect(merge(known, { ...known, ...change })).toEqual({ ...known, ...change });
  });

  test('older than what is known change nothing, whatever they say', () => {
    const known = factsOf({ updatedAt: late });
    const news = factsOf({ updatedAt: early, refundedMinor: 6000, status: 'cancelled', totalMinor: 1 });
    expect(merge(known, news)).toBe(known);
  });

  test('of the same time as what is known are the newest', () => {
    const known = factsOf({ updatedAt: late });
    expect(merge(known, { ...known, totalMinor: 8000 }).totalMinor).toBe(8000);
  });

  test('without a time are the newest, and the last known time stays', () => {
    const known = factsOf({ updatedAt: late });
    expect(merge(known, factsOf({ totalMinor: 8000 }))).toEqual({ ...known, totalMinor: 8000 });
  });

  test('with a time are newer than what came without one', () => {
    expect(merge(factsOf(), factsOf({ updatedAt: early, totalMinor: 8000 }))).toEqual(
      factsOf({ updatedAt: early, totalMinor: 8000 }),
    );
  });

  test('leave out what was never told', () => {
    const news = factsOf({ totalMinor: 8000 });
    expect(merge(factsOf(), news)).toStrictEqual(news);
  });

  test('never take a refund back', () => {
    const known = factsOf({ refundedMinor: 2000 });
    expect(merge(known, factsOf({ refundedMinor: 500 }))).toBe(known);
    expect(merge(known, factsOf({ refundedMinor: 3000 })).refundedMinor).toBe(3000);
  });

  test.each(['cancelled', 'refunded'] as const)('never open an order again that was %s', (status) => {
    const known = factsOf({ status });
    for (const other of orderStatus.options) {
      expect(merge(known, factsOf({ status: other })).status).toBe(status);
    }
  });

  test.each(['pending', 'paid', 'fulfilled'] as const)('move on an order that is %s', (status) => {
    for (const other of orderStatus.options) {
      expect(merge(factsOf({ status }), factsOf({ status: other })).status).toBe(other);
    }
  });

  test('without items or id keep those that were told before', () => {
    const known = factsOf({ id: 'gid-1', itemsMinor: 5000 });
    expect(merge(known, factsOf({ totalMinor: 8000 }))).toEqual({ ...known, totalMinor: 8000 });
  });

  test('give an order its id once, and no other afterwards', () => {
    expect(merge(factsOf(), factsOf({ id: 'gid-1' })).id).toBe('gid-1');
    expect(merge(factsOf({ id: 'gid-1' }), factsOf({ id: 'gid-2', totalMinor: 1 })).id).toBe('gid-1');
  });

  test('are of another order only where both tell an id and the ids differ', () => {
    expect(isAnotherOrder(factsOf({ id: 'gid-1' }), factsOf({ id: 'gid-2' }))).toBe(true);
    expect(isAnotherOrder(factsOf({ id: 'gid-1' }), factsOf({ id: 'gid-1' }))).toBe(false);
    expect(isAnotherOrder(factsOf(), factsOf({ id: 'gid-2' }))).toBe(false);
    expect(isAnotherOrder(factsOf({ id: 'gid-1' }), factsOf())).toBe(false);
  });
});

const anyNews = fc
  .record({
    totalMinor: fc.integer({ min: 0, max: 10_000 }),
    refundedMinor: fc.integer({ min: 0, max: 10_000 }),
    status: fc.constantFrom(...orderStatus.options),
    hour: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
  })
  .map(({ hour, ...rest }) =>
    factsOf({ ...rest, ...(hour === undefined ? {} : { updatedAt: plus(noon, hour) }) }),
  );

describe('in any order of any news', () => {
  test('each piece of news changes nothing when it comes twice in a row', () => {
    fc.assert(
      fc.property(fc.array(anyNews, { minLength: 1, maxLength: 6 }), (all) => {
        const known = all.reduce(merge);
        const [last] = all.slice(-1);
        expect(merge(known, last ?? known)).toBe(known);
      }),
      { numRuns: 60 },
    );
  });

  test('refunds never fall, final states stay and time never runs back', () => {
    fc.assert(
      fc.property(fc.array(anyNews, { minLength: 2, maxLength: 6 }), (all) => {
        all.reduce((known, news) => {
          const next = merge(known, news);
          expect(next.refundedMinor).toBeGreaterThanOrEqual(known.refundedMinor);
          expect(next.updatedAt ?? 0).toBeGreaterThanOrEqual(known.updatedAt ?? 0);
          if (['cancelled', 'refunded'].includes(known.status)) expect(next.status).toBe(known.status);
          return next;
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('what an order is worth', () => {
  const rate = { per: 'amount', points: 2, unitMinor: 100 } as const;

  test.each<[string, Partial<OrderFacts>, number]>([
    ['the whole sum', {}, 120],
    ['what remains after a refund', { refundedMinor: 1050 }, 99],
    ['nothing once everything was refunded', { refundedMinor: 6000 }, 0],
    ['nothing where more was refunded than paid', { refundedMinor: 9000 }, 0],
    ['nothing once it was cancelled', { status: 'cancelled' }, 0],
    ['nothing once it was refunded, whatever the sum', { status: 'refunded', refundedMinor: 1 }, 0],
    ['the whole sum while it is not paid yet', { status: 'pending' }, 120],
    ['the whole sum once it is fulfilled', { status: 'fulfilled' }, 120],
  ])('is %s', (_, facts, points) => {
    expect(worth(factsOf(facts), rate, 'total')).toBe(points);
  });

  test('is that of its items where the program says so and the shop tells them', () => {
    const facts = factsOf({ itemsMinor: 5000 });
    expect(worth(facts, rate, 'items')).toBe(100);
    expect(worth(facts, rate, 'total')).toBe(120);
    expect(worth(factsOf(), rate, 'items')).toBe(120);
    expect(baseMinor(facts, 'items')).toBe(5000);
  });

  test('is nothing that remains with the shop once the whole sum was given back', () => {
    expect(isFullyRefunded(factsOf())).toBe(false);
    expect(isFullyRefunded(factsOf({ refundedMinor: 5999 }))).toBe(false);
    expect(isFullyRefunded(factsOf({ refundedMinor: 6000 }))).toBe(true);
    expect(isFullyRefunded(factsOf({ status: 'refunded' }))).toBe(true);
    expect(isFullyRefunded(factsOf({ totalMinor: 0 }))).toBe(false);
    expect(isFullyRefunded(factsOf({ totalMinor: 1, refundedMinor: 1, number: number('2') }))).toBe(true);
  });
});
