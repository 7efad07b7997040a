/** Waiting within a caller's time, and asking once more. */
import type { Stopwatch } from '../../ports/environment.ts';
import type { Reason } from '../../ports/shops.ts';

/** Settles when the signal ends, for a race with what others wait for too. */
export const ended = (signal: AbortSignal): Promise<'ended'> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve('ended');
    else signal.addEventListener('abort', () => resolve('ended'), { once: true });
  });

/** @returns whether there is time left for another try */
export const rest = async (stopwatch: Stopwatch, ms: number, signal: AbortSignal): Promise<boolean> => {
  if (signal.aborted) return false;
  await Promise.race([stopwatch.until(stopwatch.nowMs() + ms), ended(signal)]);
  return !signal.aborted;
};

/** What may be over a moment later, and how long that moment is. */
export interface Patience {
  readonly stopwatch: Stopwatch;
  readonly passing: ReadonlySet<Reason>;
  readonly restMs: number;
}

/** Asks what changes nothing once more where it met trouble that passes. */
export const askedTwice = async <T extends { readonly kind: string; readonly reason?: Reason }>(
  ask: () => Promise<T>,
  { stopwatch, passing, restMs }: Patience,
  signal: AbortSignal,
): Promise<T> => {
  const first = await ask();
  if (first.reason === undefined || !passing.has(first.reason)) return first;
  return (await rest(stopwatch, restMs, signal)) ? ask() : first;
};
