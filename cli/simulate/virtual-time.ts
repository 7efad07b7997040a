/** One time for everything: the clock on the wall and the stopwatch that paces calls are the same, and nobody really waits. */
import { type Instant, instant } from '../../functions/domain/ids.ts';
import type { Clock, Stopwatch } from '../../functions/ports/environment.ts';
import type { Event } from './events.ts';

export interface VirtualTime {
  readonly clock: Clock;
  readonly stopwatch: Stopwatch;
  /** Goes on to an instant; what happens until then is done on the way, also in the middle of a sender's work. */
  goOn(to: number): Promise<void>;
}

/** @param act does what happens; @param passed told whenever time went on */
export const virtualTime = (
  begins: number,
  events: readonly Event[],
  act: (event: Event) => Promise<void>,
  passed: (now: number) => void,
): VirtualTime => {
  /** Epoch milliseconds with their fractions: turns are not whole milliseconds apart. The wall shows whole ones. */
  let now = begins;
  let cursor = 0;
  let going = false;
  const goOn = async (to: number): Promise<void> => {
    if (to <= now) return;
    if (going) throw new Error('two wait at once: their order would be left to chance');
    going = true;
    for (let event = events[cursor]; event !== undefined && event.at <= to; event = events[cursor]) {
      cursor += 1;
      now = Math.max(now, event.at);
      await act(event);
    }
    now = to;
    going = false;
    passed(now);
  };
  const wall = (): Instant => instant.parse(Math.floor(now));
  return { clock: { now: wall }, stopwatch: { nowMs: () => now, until: goOn }, goOn };
};
