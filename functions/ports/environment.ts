/** What differs from run to run: time, chance and names. Everything of it comes through here, so that tests can hold it still. */
import type { Instant, OperationId } from '../domain/ids.ts';

export interface Clock {
  now(): Instant;
}

export interface Chance {
  /** A uniformly distributed integer in [0, n), from a source fit for codes that are worth money. */
  below(n: number): number;
  /** A new name for one attempt to change the books. */
  operation(): OperationId;
}

/** Time that only runs forward, whatever the clock on the wall is set to. Pacing and deadlines go by it. */
export interface Stopwatch {
  /** Milliseconds since some moment. */
  nowMs(): number;
  /** Settles at that moment or a little later. */
  until(ms: number): Promise<void>;
}
