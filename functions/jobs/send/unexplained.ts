/** Refusals that nothing explains: whose they are shows only by what ManyChat takes after them. */
import { daysInMs } from '../../domain/calendar.ts';
import type { Instant } from '../../domain/ids.ts';
import { counting, type Summary } from './summary.ts';

/** A refusal that nothing explains, of one contact. */
interface Unexplained {
  /** What had been taken when it came. */
  readonly mark: number;
  readonly dueAt: Instant;
  /** Ends the contact's period. */
  close(): Promise<Partial<Summary>>;
}

/** Who was due for so long is given up: nothing else that was taken could show that it is only them. */
const givenUpAfterMs = daysInMs(1);

/**
 * Refusals without a reason that we know. Whether it is the contact's is known once ManyChat takes another one after it; until then
 * they stay due, since it may as well be everybody's.
 */
export const refusalsWithoutReason = (now: () => Instant) => {
  const pending: Unexplained[] = [];
  let taken = 0;
  let everybodys = false;
  const isTheirs = ({ mark, dueAt }: Unexplained) =>
    taken > mark || (!everybodys && now() - dueAt > givenUpAfterMs);
  return {
    /** So many came in a row that it cannot be the contacts. */
    everybodys: () => {
      everybodys = true;
    },
    /** Where a refusal stands among what is taken: asked for as it comes. */
    mark: () => taken,
    taken: () => {
      taken += 1;
    },
    add: (one: Unexplained) => void pending.push(one),
    /** How many came since anything was taken. */
    inARow: () => pending.filter(({ mark }) => mark === taken).length,
    /** Ends the periods of those who are known to be refused themselves. */
    settle: async (): Promise<Partial<Summary>> => {
      const all = pending.splice(0);
      const theirs = all.filter(isTheirs);
      const count = counting();
      count.add({ held: all.length - theirs.length });
      for (const one of theirs) count.add(await one.close());
      return count.total();
    },
  };
};
