/** What the programs of one account share while a sender serves it: its time, its trouble, and who is at which contact. */
import type { Outcome } from '../../ports/manychat.ts';
import { type Claims, contactClaims } from './claims.ts';

/**
 * So many calls in a row that were not answered, or not taken, are no accident: what is left waits for the next run, instead of all
 * going out unseen. Fewer may be a single contact's, and that one must stop nobody else.
 */
const troubledInARow = 3;

/** Everything that one account's programs share in a run: when it ends, and whether ManyChat is in trouble. */
export interface Shift {
  readonly over: () => boolean;
  stop(): void;
  /** Who is at which contact, where programs share the account. */
  readonly claims: Claims;
  /** Counts calls that came to nothing one after the other, those that write fields and those that start flows apart. */
  came(of: 'fields' | 'flow', outcome: Outcome['kind'] | 'withheld'): void;
}

export const shiftUntil = (endsAtMs: number, nowMs: () => number): Shift => {
  let stopped = false;
  const inARow = { fields: 0, flow: 0 };
  return {
    claims: contactClaims(),
    over: () => stopped || nowMs() >= endsAtMs,
    stop: () => {
      stopped = true;
    },
    came: (of, outcome) => {
      if (outcome === 'withheld') return;
      inARow[of] = outcome === 'unknown' || outcome === 'busy' ? inARow[of] + 1 : 0;
      if (inARow[of] >= troubledInARow) stopped = true;
    },
  };
};
