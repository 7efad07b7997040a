import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Pacer, pacer } from '../../../functions/adapters/manychat/pacer.ts';
import { type VirtualStopwatch, virtualStopwatch } from './stopwatches.ts';

/** A repeatable lateness of 0 to `most` ms. */
const jitter = (most: number, seed: number) => {
  let state = seed + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state / 2_147_483_647) * most;
  };
};

/** So many callers who come again as soon as they may. @returns when each call left, by the stopwatch */
const rush = async (turns: Pacer, watch: VirtualStopwatch, callers: number, untilMs: number) => {
  const left: number[] = [];
  const caller = async () => {
    while (watch.nowMs() < untilMs) {
      if (await turns.turn()) left.push(watch.nowMs());
    }
  };
  await watch.play(Promise.all(Array.from({ length: callers }, caller)));
  return left.toSorted((a, b) => a - b);
};

/** The most calls that any window of a second holds, the window's end not included. */
const mostInASecond = (left: readonly number[], secondMs = 1000): number =>
  left.reduce((most, at, index) => {
    const inside = left.filter((other, place) => place >= index && other < at + secondMs).length;
    return Math.max(most, inside);
  }, 0);

const within = (left: readonly number[], from: number, to: number): number =>
  left.filter((at) => at >= from && at < to).length;

// Our pace and the limit of ManyChat that it keeps below.
const paces = [
  [18, 20],
  [22, 25],
  [9, 10],
] as const;

describe.each(paces)('at %d a second', (perSecond, limit) => {
  test('calls that leave in time keep the rate in every second, and use all of it', async () => {
    const watch = virtualStopwatch();
    const left = await rush(pacer(perSecond, watch), watch, 8, 61_000);
    // Turns lie an exact interval apart, but for how fractions are rounded.
    expect(mostInASecond(left, 999.999)).toBe(perSecond);
    expect(within(left, 2_000, 60_000)).toBeGreaterThanOrEqual(0.98 * perSecond * 58);
  });

  test.each([1, 2, 3])(
    'calls up to 50 ms late stay within ManyChat’s limit, and use the rate (%d)',
    async (seed) => {
      const watch = virtualStopwatch(jitter(50, seed));
      const left = await rush(pacer(perSecond, watch), watch, 8, 61_000);
      expect(mostInASecond(left)).toBeLessThanOrEqual(limit);
      expect(within(left, 2_000, 60_000)).toBeGreaterThanOrEqual(0.98 * perSecond * 58);
    },
  );

  test('calls that are up to 60 ms on their way still arrive within the limit', async () => {
    const watch = virtualStopwatch(jitter(50, 11));
    const left = await rush(pacer(perSecond, watch), watch, 8, 31_000);
    const onTheirWay = jitter(60, 12);
    const arrived = left.map((at) => at + onTheirWay()).toSorted((a, b) => a - b);
    expect(mostInASecond(arrived)).toBeLessThanOrEqual(limit);
  });

  test('calls that are later still take another turn, and stay within the limit', async () => {
    const watch = virtualStopwatch(jitter(400, 7));
    const left = await rush(pacer(perSecond, watch), watch, 8, 31_000);
    expect(mostInASecond(left)).toBeLessThanOrEqual(limit);
  });
});

test('whatever the rate below the limit and the lateness, no second holds more than the limit', async () => {
  const load = fc.record({
    pace: fc.constantFrom(...paces),
    late: fc.integer({ min: 0, max: 300 }),
    seed: fc.nat(1_000_000),
    callers: fc.integer({ min: 1, max: 30 }),
  });
  await fc.assert(
    fc.asyncProperty(load, async ({ pace: [perSecond, limit], late, seed, callers }) => {
      const watch = virtualStopwatch(jitter(late, seed));
      const left = await rush(pacer(perSecond, watch), watch, callers, 8_000);
      expect(mostInASecond(left)).toBeLessThanOrEqual(limit);
    }),
    { numRuns: 30 },
  );
});

describe('turns', () => {
  test('begin an interval after the pacer was made, and lie an interval apart', async () => {
    const watch = virtualStopwatch();
    const turns = pacer(10, watch);
    const left = await watch.play(
      Promise.all(
        [turns.turn(), turns.turn(), turns.turn()].map(async (one) => (await one) && watch.nowMs()),
      ),
    );
    expect(left).toEqual([1_100, 1_200, 1_300]);
  });

  test('that nobody took are not made up for', async () => {
    const watch = virtualStopwatch();
    const turns = pacer(10, watch);
    await watch.play(watch.until(60_000));
    const left = await rush(turns, watch, 4, 61_000);
    expect(left[0]).toBe(60_000);
    expect(left[1]).toBe(60_100);
    expect(within(left, 60_000, 61_000)).toBe(10);
  });

  test('rest for as long as they are told, and not less', async () => {
    const watch = virtualStopwatch();
    const turns = pacer(10, watch);
    await watch.play(turns.turn());
    turns.rest(5_000);
    turns.rest(1_000);
    await watch.play(turns.turn());
    expect(watch.nowMs()).toBe(6_100);
    await watch.play(turns.turn());
    expect(watch.nowMs()).toBe(6_200);
  });

  test('rest no shorter than the turns that were given already', async () => {
    const watch = virtualStopwatch();
    const turns = pacer(1, watch);
    const first = turns.turn();
    const second = turns.turn();
    turns.rest(1_500);
    const third = turns.turn().then(() => watch.nowMs());
    await watch.play(Promise.all([first, second]));
    expect(await watch.play(third)).toBe(4_000);
  });

  test('begin again an interval from now, since somebody else may have called until now', async () => {
    const watch = virtualStopwatch();
    const turns = pacer(10, watch);
    await watch.play(watch.until(60_000));
    turns.begin();
    await watch.play(turns.turn());
    expect(watch.nowMs()).toBe(60_100);
    // It never brings a turn forward.
    turns.rest(3_000);
    turns.begin();
    await watch.play(turns.turn());
    expect(watch.nowMs()).toBe(63_100);
  });
});

describe('what is to be done before a call', () => {
  test('is done right before its turn, and in time for it', async () => {
    const watch = virtualStopwatch();
    const turns = pacer(10, watch);
    const begun: number[] = [];
    const before = () => {
      begun.push(watch.nowMs());
      return Promise.resolve(true);
    };
    const left = Promise.all([turns.turn(before), turns.turn(before)]);
    expect(await watch.play(left)).toEqual([true, true]);
    expect(begun).toEqual([1_075, 1_175]);
    expect(watch.nowMs()).toBe(1_200);
  });

  test('keeps the call from leaving by `false`', async () => {
    const watch = virtualStopwatch();
    const turns = pacer(10, watch);
    const given = [turns.turn(() => Promise.resolve(false)), turns.turn()];
    expect(await watch.play(Promise.all(given))).toEqual([false, true]);
    expect(watch.nowMs()).toBe(1_200);
  });

  test('is done once, and where it takes too long the call takes another turn', async () => {
    const watch = virtualStopwatch();
    const turns = pacer(10, watch);
    let times = 0;
    const slow = async () => {
      times += 1;
      await watch.until(watch.nowMs() + 700);
      return true;
    };
    const others = Array.from({ length: 12 }, () => turns.turn());
    const last = turns.turn(slow);
    expect(await watch.play(last)).toBe(true);
    await watch.play(Promise.all(others));
    expect(times).toBe(1);
    // Its turn was at 2,300; it was ready at 2,975.
    expect(watch.nowMs()).toBe(2_975);
  });

  test('and fails makes the call fail', async () => {
    const watch = virtualStopwatch();
    const turns = pacer(10, watch);
    await expect(watch.play(turns.turn(() => Promise.reject(new Error('no table'))))).rejects.toThrow(
      'no table',
    );
    expect(await watch.play(turns.turn())).toBe(true);
  });

  test('leaves a turn that came within 50 ms of its time as it is', async () => {
    const watch = virtualStopwatch();
    const turns = pacer(10, watch);
    const ready = (after: number) => async () => {
      await watch.until(watch.nowMs() + after);
      return true;
    };
    await watch.play(turns.turn(ready(75)));
    expect(watch.nowMs()).toBe(1_150);
    await watch.play(turns.turn());
    expect(watch.nowMs()).toBe(1_200);
  });
});
