/** Stopwatches for tests: one whose time only moves when everybody waits, and one on which nobody waits. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Stopwatch } from '../../../functions/ports/environment.ts';

export interface VirtualStopwatch extends Stopwatch {
  /** Lets time pass until this is done: whenever all that goes on waits, the first of those who wait is woken. */
  play<T>(work: Promise<T>): Promise<T>;
  /** Does something once that moment is reached. */
  at(ms: number, action: () => void): void;
}

/** @param lateness how late those who wait are woken, as timers of a busy process are */
export const virtualStopwatch = (lateness: () => number = () => 0, startMs = 1_000): VirtualStopwatch => {
  let nowMs = startMs;
  let waiting: { readonly wakeAt: number; readonly wake: () => void }[] = [];
  const wait = (wakeAt: number, wake: () => void): void => {
    waiting = [...waiting, { wakeAt, wake }].toSorted((a, b) => a.wakeAt - b.wakeAt);
  };
  return {
    nowMs: () => nowMs,
    until: (ms) => (ms <= nowMs ? Promise.resolve() : new Promise((wake) => wait(ms + lateness(), wake))),
    at: (ms, action) => wait(ms, action),
    play: async (work) => {
      let over = false;
      const done = work.finally(() => {
        over = true;
      });
      done.catch(() => undefined);
      while (!over) {
        await breathe();
        const [first] = waiting;
        if (over || first === undefined) continue;
        waiting = waiting.slice(1);
        nowMs = Math.max(nowMs, first.wakeAt);
        first.wake();
      }
      return done;
    },
  };
};

export interface FrozenStopwatch extends Stopwatch {
  /** The moments that were waited for, in the order in which they were. */
  readonly waited: readonly number[];
}

/** Its time stands still at 0, and nobody has to wait: calls go out at once, and it is known when they would have. */
export const frozenStopwatch = (): FrozenStopwatch => {
  const waited: number[] = [];
  return {
    waited,
    nowMs: () => 0,
    until: (ms) => {
      waited.push(ms);
      return Promise.resolve();
    },
  };
};
