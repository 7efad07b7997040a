import { describe, expect, test } from '@jest/globals';
import { mostWithin, pauses, perSecond, perSecondWithin, within } from '../../bench/instants.ts';

describe('the most calls in a sliding second', () => {
  test('are counted wherever the second begins', () => {
    expect(mostWithin([0, 900, 950, 990, 1_100, 1_850, 1_899], 1_000)).toBe(6);
  });

  test('hold the call at the second’s beginning and not the one at its end', () => {
    expect(mostWithin([0, 999.9], 1_000)).toBe(2);
    expect(mostWithin([0, 1_000], 1_000)).toBe(1);
  });

  test('are none where nothing was called', () => {
    expect(mostWithin([], 1_000)).toBe(0);
  });

  test('agree with counting the second after each call', () => {
    const calls = Array.from({ length: 200 }, (_, n) => n * 53 + ((n * 7_919) % 97)).sort((a, b) => a - b);
    const counted = calls.map((from) => calls.filter((at) => at >= from && at < from + 1_000).length);
    expect(mostWithin(calls, 1_000)).toBe(Math.max(...counted));
  });
});

describe('the rate', () => {
  test('is that of the steps from the first call to the last', () => {
    expect(perSecond([0, 100, 200, 300, 400])).toBe(10);
  });

  test('within shifts leaves out what lies between them', () => {
    const shifts = within(
      [0, 100, 200, 1_000, 1_100],
      [
        { from: 0, to: 250 },
        { from: 400, to: 500 },
        { from: 900, to: 1_200 },
      ],
    );
    expect(shifts).toEqual([
      [0, 100, 200],
      [1_000, 1_100],
    ]);
    expect(perSecondWithin(shifts)).toBe(10);
    expect(pauses(shifts, 100)).toEqual([700]);
  });

  test('of a single call is none', () => {
    expect(() => perSecond([5])).toThrow('expected several instants');
  });
});
