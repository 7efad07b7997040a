import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pointsFor, type Rate } from '../../functions/domain/points.ts';
import type { Program } from '../../functions/domain/program.ts';
import { counted, type PurchaseWindow, rateOf } from '../../functions/domain/purchases.ts';
import { at, factsOf, settingOf } from './support.ts';

const programOf = (points: number, minMinor: number | undefined, perDay: number): Program =>
  settingOf({
    rate: { per: 'purchase', points, ...(minMinor === undefined ? {} : { minMinor }) },
    purchasesPerDay: perDay,
  }).program;

/** Claims purchases one after the other. @returns what each of them earned */
const claimed = (
  totals: readonly number[],
  program: Program,
): { each: number[]; window: PurchaseWindow | undefined } => {
  let window: PurchaseWindow | undefined;
  const each = totals.map((totalMinor) => {
    const rate = rateOf(window, program);
    window = counted(factsOf({ totalMinor }), rate, window === undefined ? {} : { window }, program);
    return pointsFor(totalMinor, rate);
  });
  return { each, window };
};
const sumOf = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0);

describe('earning by purchases', () => {
  test('one of 90 and three of 30 earn the same', () => {
    const program = programOf(1, 5_000, 1);
    expect(claimed([9_000], program).each).toEqual([1]);
    expect(claimed([3_000, 3_000, 3_000], program).each).toEqual([0, 1, 0]);
  });

  test('any split of a sum earns what the sum earns, whatever the terms', () => {
    const terms = fc.record({
      points: fc.integer({ min: 0, max: 50 }),
      least: fc.integer({ min: 1, max: 10_000 }),
      perDay: fc.integer({ min: 1, max: 9 }),
      split: fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 12 }),
    });
    fc.assert(
      fc.property(terms, ({ points, least, perDay, split }) => {
        const program = programOf(points, least, perDay);
        const total = sumOf(split);
        const due = points * Math.min(perDay, Math.floor(total / least));
        expect([sumOf(claimed(split, program).each), sumOf(claimed([total], program).each)]).toEqual([
          due,
          due,
        ]);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('counts what was bought on the day of the order in the program’s zone', () => {
    const program = { ...programOf(1, 5_000, 1), zone: 'Asia/Seoul' };
    const facts = factsOf({ totalMinor: 6_000, refundedMinor: 500, placedAt: at('2026-12-01T15:00:00Z') });
    const window = counted(facts, rateOf(undefined, program), {}, program);
    expect(window).toMatchObject({ day: '2026-12-02', sumMinor: 5_500, earned: 1, rev: 1 });
  });

  test('a purchase that costs nothing is none, and where there is no smallest order each day has one', () => {
    const program = programOf(7, undefined, 1);
    expect(claimed([0, 1, 90_000], program).each).toEqual([0, 7, 0]);
  });

  test('programs that earn by the sum have no days', () => {
    const rate: Rate = { per: 'amount', points: 1, unitMinor: 100 };
    const { program } = settingOf({ rate, purchasesPerDay: undefined });
    expect(rateOf(undefined, program)).toBe(rate);
  });
});
