/**
 * Keeps one kind of call to one account below a rate: turns lie on a grid, one interval apart, and a call leaves at its turn or a
 * moment later. ManyChat sends no headers that would tell how much is left, so we count ourselves.
 */
import type { Stopwatch } from '../../ports/environment.ts';

/**
 * A call that is later than this for its turn takes another one. Turns a tenth below ManyChat's limit put no more calls into a
 * second than it allows as long as they arrive less than 111 ms late: half of that is ours, the other half the network's.
 */
const latestMs = 50;
/** What is to be done before a call leaves begins so long before its turn. */
const leadMs = 25;

export interface Pacer {
  /**
   * Waits for a turn.
   * @param before done right before the turn; `false` gives the turn up
   * @returns whether the call may leave now
   */
  turn(before?: () => Promise<boolean>): Promise<boolean>;
  /** Nothing leaves for so long: ManyChat said that it was too much. */
  rest(ms: number): void;
  /** Another process may have called until now: the first turn comes an interval later. */
  begin(): void;
}

export const pacer = (perSecond: number, stopwatch: Stopwatch): Pacer => {
  const intervalMs = 1000 / perSecond;
  let nextAt = stopwatch.nowMs() + intervalMs;
  const atLeast = (at: number): void => {
    nextAt = Math.max(nextAt, at);
  };
  const take = (): number => {
    const at = Math.max(stopwatch.nowMs(), nextAt);
    nextAt = at + intervalMs;
    return at;
  };
  const late = (at: number): boolean => stopwatch.nowMs() > at + latestMs;
  return {
    turn: async (before) => {
      let at = take();
      if (before !== undefined) {
        await stopwatch.until(at - leadMs);
        if (!(await before())) return false;
      }
      await stopwatch.until(at);
      while (late(at)) {
        at = take();
        await stopwatch.until(at);
      }
      return true;
    },
    rest: (ms) => atLeast(stopwatch.nowMs() + ms),
    begin: () => atLeast(stopwatch.nowMs() + intervalMs),
  };
};
