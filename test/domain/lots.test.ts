import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  apply,
  balanceOf,
  creditTo,
  forfeit,
  giveBack,
  type Holdings,
  type LotKey,
  type Lots,
  lotKey,
  type Movement,
  nextToExpire,
  pointsOf,
  spend,
  spendable,
  takeBack,
} from '../../functions/domain/lots.ts';

const nothing: Holdings = { lots: {}, debt: 0 };
const owing = (debt: number): Holdings => ({ lots: {}, debt });
const holding = (lots: Lots): Holdings => ({ lots, debt: 0 });

describe('lots', () => {
  test.each(['2026-01', '2026-12', 'never'])('may be of %s', (key) => {
    expect(lotKey.safeParse(key).success).toBe(true);
  });

  test.each(['2026-00', '2026-13', '26-01', '2026-1', 'x2026-01', '2026-01x', 'ever', ''])(
    'are never of %p',
    (key) => {
      expect(lotKey.safeParse(key).success).toBe(false);
    },
  );

  test('open with the first credit and grow with the next', () => {
    const first = apply(nothing, creditTo(nothing, 50, '2027-01'));
    expect(first).toEqual(holding({ '2027-01': 50 }));
    expect(apply(first, creditTo(first, 10, '2027-01'))).toEqual(holding({ '2027-01': 60 }));
    expect(apply(first, creditTo(first, 10, 'never'))).toEqual(holding({ '2027-01': 50, never: 10 }));
  });

  test('open none for a credit of nothing', () => {
    expect(creditTo(nothing, 0, 'never')).toEqual({ lots: {}, debt: 0 });
  });

  test('pay a debt first with a credit, in part, whole or beyond', () => {
    expect(creditTo(owing(30), 20, 'never')).toEqual({ lots: {}, debt: -20 });
    expect(creditTo(owing(30), 30, 'never')).toEqual({ lots: {}, debt: -30 });
    expect(creditTo(owing(30), 45, 'never')).toEqual({ lots: { never: 15 }, debt: -30 });
  });

  test('are spent in the order in which they expire, those that never do last', () => {
    const held = holding({ never: 40, '2027-03': 20, '2026-12': 10 });
    expect(spend(held, 5)).toEqual({ lots: { '2026-12': -5 }, debt: 0 });
    expect(spend(held, 25)).toEqual({ lots: { '2026-12': -10, '2027-03': -15 }, debt: 0 });
    expect(spend(held, 70)).toEqual({ lots: { '2026-12': -10, '2027-03': -20, never: -40 }, debt: 0 });
  });

  test('are not touched where there are not enough points', () => {
    expect(spend(holding({ never: 40 }), 41)).toBeUndefined();
    expect(spend(nothing, 1)).toBeUndefined();
  });

  test('are emptied and not kept once everything is spent', () => {
    const held = holding({ '2027-01': 10, never: 5 });
    expect(apply(held, spend(held, 10) ?? nothing)).toEqual(holding({ never: 5 }));
  });

  test('give points back to be taken from the lot of the credit first, then as spending does', () => {
    const held = holding({ '2026-12': 10, '2027-01': 10, never: 10 });
    expect(takeBack(held, 8, 'never')).toEqual({ lots: { never: -8 }, debt: 0 });
    expect(takeBack(held, 15, 'never')).toEqual({ lots: { never: -10, '2026-12': -5 }, debt: 0 });
    expect(takeBack(held, 25, '2027-01')).toEqual({
      lots: { '2027-01': -10, '2026-12': -10, never: -5 },
      debt: 0,
    });
  });

  test('leave a debt where what is taken back was spent', () => {
    expect(takeBack(holding({ never: 10 }), 25, 'never')).toEqual({ lots: { never: -10 }, debt: 15 });
    expect(takeBack(owing(5), 25, 'never')).toEqual({ lots: {}, debt: 25 });
  });

  test('get spent points back where they came from', () => {
    const held = holding({ never: 1 });
    expect(giveBack(held, { '2026-12': -10, never: -5 })).toEqual({
      lots: { '2026-12': 10, never: 5 },
      debt: 0,
    });
  });

  test('get back only what a debt leaves, the lots that expire first paying it', () => {
    expect(giveBack(owing(12), { '2026-12': -10, never: -5 })).toEqual({ lots: { never: 3 }, debt: -12 });
    expect(giveBack(owing(20), { '2026-12': -10, never: -5 })).toEqual({ lots: {}, debt: -15 });
  });

  test('and debts alike end when everything is forfeited', () => {
    expect(forfeit(holding({ '2026-12': 10, never: 5 }))).toEqual({
      lots: { '2026-12': -10, never: -5 },
      debt: 0,
    });
    expect(forfeit(owing(9))).toEqual({ lots: {}, debt: -9 });
    expect(pointsOf(forfeit(owing(9)))).toBe(9);
  });

  test('tell the one that expires next, and none where nothing does', () => {
    expect(nextToExpire(holding({ never: 4, '2027-02': 3, '2027-01': 2 }))).toEqual({
      month: '2027-01',
      points: 2,
    });
    expect(nextToExpire(holding({ never: 4 }))).toBeUndefined();
    expect(nextToExpire(nothing)).toBeUndefined();
  });
});

const keys: LotKey[] = ['2026-12', '2027-01', '2027-06', 'never'];
const amount = fc.integer({ min: 0, max: 500 });
const step = fc.oneof(
  fc.record({ kind: fc.constant('credit' as const), points: amount, lot: fc.constantFrom(...keys) }),
  fc.record({ kind: fc.constant('spend' as const), points: amount }),
  fc.record({ kind: fc.constant('takeBack' as const), points: amount, lot: fc.constantFrom(...keys) }),
  fc.record({ kind: fc.constant('undo' as const) }),
  fc.record({ kind: fc.constant('forfeit' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Any life of a member's lots: calls `each` for every movement with what was held before and after. */
const live = (
  steps: readonly Step[],
  each: (before: Holdings, movement: Movement, after: Holdings) => void,
) => {
  let held = nothing;
  const spent: Lots[] = [];
  for (const next of steps) {
    const movement = move(held, next, spent);
    if (movement === undefined) continue;
    const after = apply(held, movement);
    each(held, movement, after);
    held = after;
  }
};

const move = (held: Holdings, next: Step, spent: Lots[]): Movement | undefined => {
  switch (next.kind) {
    case 'credit':
      return creditTo(held, next.points, next.lot);
    case 'takeBack':
      return takeBack(held, next.points, next.lot);
    case 'forfeit':
      return forfeit(held);
    case 'spend': {
      const movement = spend(held, next.points);
      if (movement !== undefined) spent.push(movement.lots);
      return movement;
    }
    case 'undo': {
      const last = spent.pop();
      return last === undefined ? undefined : giveBack(held, last);
    }
  }
};

const inEveryLife = (each: Parameters<typeof live>[1]) =>
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => live(steps, each)),
    { numRuns: 60 },
  );

describe('in every life of a member', () => {
  test('what can be spent is never below 0, nor is a debt, nor is what remains in a lot', () => {
    inEveryLife((_, __, after) => {
      expect(spendable(after)).toBeGreaterThanOrEqual(0);
      expect(after.debt).toBeGreaterThanOrEqual(0);
      expect(Object.values(after.lots).every((left) => left > 0)).toBe(true);
    });
  });

  test('no lot has anything while there is a debt', () => {
    inEveryLife((_, __, after) => {
      if (after.debt > 0) expect(after.lots).toEqual({});
    });
  });

  test('the points of a movement are the difference that it makes to the balance', () => {
    inEveryLife((before, movement, after) => {
      expect(pointsOf(movement)).toBe(balanceOf(after) - balanceOf(before));
    });
  });

  test('a movement names only lots that it changes', () => {
    inEveryLife((_, movement) => {
      expect(Object.values(movement.lots).every((change) => change !== 0)).toBe(true);
    });
  });
});
