import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maxMinor } from '../../functions/domain/money.ts';
import { pointsFor } from '../../functions/domain/points.ts';

const rate = (points: number, unitMinor: number) => ({ per: 'amount', points, unitMinor }) as const;

describe('points for money', () => {
  test.each([
    [6000, rate(1, 100), 60],
    [5999, rate(1, 100), 59],
    [99, rate(1, 100), 0],
    [0, rate(5, 1), 0],
    [4999, rate(3, 200), 74],
    [1, rate(9000, 1), 9000],
  ])('takes %d minor units at %p down to whole points', (minor, at, points) => {
    expect(pointsFor(minor, at)).toBe(points);
  });

  test('loses no point where the product is beyond exact floats', () => {
    expect(pointsFor(maxMinor - 1, rate(1_000_000, 999_999_999))).toBe(1_000_000_000);
    expect(pointsFor(999_999_999_999, rate(999_983, 999_979))).toBe(1_000_004_000_083);
  });

  test('pays a purchase once whatever it cost, and nothing for one that cost nothing', () => {
    const purchase = { per: 'purchase', points: 7 } as const;
    expect(pointsFor(1, purchase)).toBe(7);
    expect(pointsFor(maxMinor, purchase)).toBe(7);
    expect(pointsFor(0, purchase)).toBe(0);
  });

  test('is the largest number of points that the sum pays in full', () => {
    const amounts = fc.integer({ min: 0, max: maxMinor });
    fc.assert(
      fc.property(
        amounts,
        fc.integer({ min: 1, max: 9000 }),
        fc.integer({ min: 1, max: 100_000 }),
        (minor, points, unit) => {
          const earned = BigInt(pointsFor(minor, rate(points, unit)));
          const product = BigInt(minor) * BigInt(points);
          expect(earned * BigInt(unit) <= product).toBe(true);
          expect((earned + 1n) * BigInt(unit) > product).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});
