/** Members in the order of the agenda, though many are served at once. */
import type { ContactId } from '../../domain/ids.ts';
import type { Claim } from './claims.ts';
import type { Run } from './run.ts';

/** One member's turn among those who are served at once. */
export interface Errand extends Run {
  /** Begins a call once those who are due longer have begun theirs: the oldest goes first, though many are on their way. */
  inTurn<T>(call: () => Promise<T>): Promise<T>;
  /** The flow was started: for the rest of the run no other program writes to this contact. */
  flowStarted(): void;
}

const unshared: Claim = { keep: () => undefined, release: () => undefined };

/** Puts members in a row as they are taken. */
export const inRow = () => {
  let before: Promise<unknown> = Promise.resolve();
  /** @returns undefined where another program of the account has the contact for this run */
  return async (run: Run, contact: ContactId): Promise<{ errand: Errand; done: () => void } | undefined> => {
    const { promise, resolve: done } = Promise.withResolvers<void>();
    const mine = before;
    before = Promise.all([mine, promise]);
    const { claims } = run.shift;
    // Who has to wait for another program lets the others of its own go ahead, or the two would wait for each other.
    if (claims.isTaken(run.program.id, contact)) done();
    const claim = run.siblings.length === 0 ? unshared : await claims.take(run.program.id, contact);
    if (claim === undefined) {
      done();
      return undefined;
    }
    return {
      done: () => {
        claim.release();
        done();
      },
      errand: {
        ...run,
        flowStarted: () => claim.keep(),
        inTurn: async (call) => {
          await mine;
          const begun = call();
          // The turn is taken in the steps that follow at once; the next one comes after all of them.
          setImmediate(done);
          return begun;
        },
      },
    };
  };
};
