import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Claim, type OrderFacts, reassess } from '../../functions/domain/order.ts';
import { pointsFor } from '../../functions/domain/points.ts';
import { claimOf, factsOf } from './support.ts';

/** The claim as it stands after the news were taken in. */
const underNews = (claim: Claim, facts: OrderFacts): Claim => ({
  ...claim,
  standing: reassess(claim, facts).points,
});

describe('a claim under the news of its order', () => {
  test('stands where nothing was lost', () => {
    expect(reassess(claimOf(), factsOf())).toMatchObject({
      remainingMinor: 6000,
      points: 60,
    });
  });

  test('loses what was refunded, to the point', () => {
    const due = reassess(claimOf(), factsOf({ refundedMinor: 2050 }));
    expect(due).toEqual({ remainingMinor: 3950, points: 39, reason: 'refunded' });
  });

  test('counts a lower total like a refund of the difference', () => {
    const due = reassess(claimOf(), factsOf({ totalMinor: 4000 }));
    expect(due).toEqual({ remainingMinor: 4000, points: 40, reason: 'lowered' });
  });

  test('earns nothing by a higher total', () => {
    expect(reassess(claimOf(), factsOf({ totalMinor: 9000 })).points).toBe(60);
  });

  test('gets nothing back when a total that fell rises again', () => {
    const fallen = underNews(claimOf(), factsOf({ totalMinor: 4000 }));
    expect(reassess(fallen, factsOf()).points).toBe(40);
  });

  test('loses nothing by a refund of what was added after it', () => {
    const risen = underNews(claimOf(), factsOf({ totalMinor: 8000 }));
    expect(reassess(risen, factsOf({ totalMinor: 8000, refundedMinor: 2000 })).points).toBe(60);
    expect(reassess(risen, factsOf({ totalMinor: 8000, refundedMinor: 2500 })).points).toBe(55);
  });

  test('loses a lower total and a refund alike', () => {
    const due = reassess(claimOf(), factsOf({ totalMinor: 4000, refundedMinor: 1000 }));
    expect(due).toEqual({ remainingMinor: 3000, points: 30, reason: 'refunded' });
  });

  test('never falls below nothing', () => {
    expect(reassess(claimOf(), factsOf({ refundedMinor: 9000 }))).toMatchObject({
      remainingMinor: 0,
      points: 0,
    });
  });

  test.each(['cancelled', 'refunded'] as const)('is worth nothing once the order is %s', (status) => {
    const due = reassess(claimOf(), factsOf({ status, totalMinor: 4000 }));
    expect(due).toMatchObject({ remainingMinor: 0, points: 0, reason: status });
  });

  test('loses by the rate at which it earned, whatever the program pays today', () => {
    const rate = { per: 'amount', points: 3, unitMinor: 100 } as const;
    const claim = claimOf({ rate, credited: 180, standing: 180 });
    expect(reassess(claim, factsOf({ refundedMinor: 2000 })).points).toBe(120);
  });

  test('counts the items only where it was the items that earned', () => {
    const claim = claimOf({ basis: 'items', baseMinor: 5000, credited: 50, standing: 50 });
    expect(reassess(claim, factsOf({ itemsMinor: 5000 })).points).toBe(50);
    expect(reassess(claim, factsOf({ itemsMinor: 3000 })).points).toBe(30);
  });

  test('keeps the points of a purchase until nothing of it remains', () => {
    const claim = claimOf({ rate: { per: 'purchase', points: 7 }, credited: 7, standing: 7 });
    expect(reassess(claim, factsOf({ refundedMinor: 5999 })).points).toBe(7);
    expect(reassess(claim, factsOf({ refundedMinor: 6000 })).points).toBe(0);
  });

  test('is not compared with sums in another currency', () => {
    const due = reassess(claimOf(), factsOf({ currency: 'EUR', totalMinor: 100, refundedMinor: 100 }));
    expect(due).toMatchObject({ remainingMinor: 6000, points: 60 });
  });

  test.each(['cancelled', 'refunded'] as const)('ends with an order that is %s in any currency', (status) => {
    const due = reassess(claimOf(), factsOf({ currency: 'EUR', status }));
    expect(due).toMatchObject({ remainingMinor: 0, points: 0 });
  });
});

const rates = fc.oneof(
  fc.record({
    per: fc.constant('amount' as const),
    points: fc.integer({ min: 0, max: 50 }),
    unitMinor: fc.integer({ min: 1, max: 1000 }),
  }),
  fc.record({ per: fc.constant('purchase' as const), points: fc.integer({ min: 0, max: 50 }) }),
);
const refunded = fc
  .record({
    total: fc.integer({ min: 1, max: 100_000 }),
    cuts: fc.array(fc.nat(100_000), { minLength: 1, maxLength: 5 }),
    rate: rates,
  })
  .map(({ total, cuts, rate }) => {
    const parts = cuts.map((cut) => cut % (total + 1)).sort((a, b) => a - b);
    const credited = pointsFor(total, rate);
    return { total, parts, claim: claimOf({ rate, baseMinor: total, credited, standing: credited }) };
  });

describe('refunds of any sums', () => {
  test('take in any number of parts exactly what they take at once', () => {
    fc.assert(
      fc.property(refunded, ({ total, parts, claim }) => {
        const stepwise = parts.reduce(
          (held, refundedMinor) => underNews(held, factsOf({ totalMinor: total, refundedMinor })),
          claim,
        );
        const atOnce = underNews(claim, factsOf({ totalMinor: total, refundedMinor: parts.at(-1) ?? 0 }));
        expect(stepwise).toEqual(atOnce);
      }),
      { numRuns: 60 },
    );
  });

  test('leave the floor of what remains at the rate at which it earned, and never take more than was credited', () => {
    fc.assert(
      fc.property(refunded, ({ total, parts, claim }) => {
        for (const refundedMinor of parts) {
          const due = reassess(claim, factsOf({ totalMinor: total, refundedMinor }));
          expect(due.points).toBe(pointsFor(total - refundedMinor, claim.rate));
          expect(due.points).toBeLessThanOrEqual(claim.credited);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('take the whole of what was earned, in the end', () => {
    fc.assert(
      fc.property(refunded, ({ total, claim }) => {
        expect(reassess(claim, factsOf({ totalMinor: total, refundedMinor: total })).points).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});
