/** One run over one program: what it works with, and what makes it stop. */
import type { ContactId, ProgramId } from '../../domain/ids.ts';
import type { Program } from '../../domain/program.ts';
import { programQuietUntil } from '../../domain/reminder.ts';
import type { DueContact, DueKind } from '../../ports/agenda.ts';
import type { Scope } from '../../ports/ledger.ts';
import type { ManyChat, Outcome, Refused } from '../../ports/manychat.ts';
import type { SendPorts } from '../ports.ts';
import { type Claim, type Claims, contactClaims } from './claims.ts';
import { diagnosing, type Trouble } from './diagnosis.ts';
import { refusalsWithoutReason } from './unexplained.ts';

/** Long enough for every attempt on a busy table; a member whose turn fails is looked at again in the next run. */
const memberWithinMs = 20_000;
/**
 * So many calls in a row that were not answered, or not taken, are no accident: what is left waits for the next run, instead of all
 * going out unseen. Fewer may be a single contact's, and that one must stop nobody else.
 */
const troubledInARow = 3;

/** So many contacts in a row whom ManyChat refuses without a reason that we know: then it is not the contacts. */
const refusedInARow = 5;

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

export interface Run extends SendPorts {
  readonly program: Program;
  readonly account: ManyChat;
  readonly shift: Shift;
  /** The other programs of the account. */
  readonly siblings: readonly ProgramId[];
  scope(): Scope;
  diagnose(refused: Refused): Promise<Trouble>;
  readonly unexplained: ReturnType<typeof refusalsWithoutReason>;
  /** Whether the contact's fields may hold what another program of the account wrote. */
  shared(contact: ContactId): Promise<boolean>;
  /** Something stands in the way of the whole program, or of the account: the rest waits. */
  halt(of: 'program' | 'account'): void;
  /** Who is due, as long as the run may go on; at most so many. */
  members(kind: DueKind, most: number): AsyncGenerator<DueContact>;
}

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

export const runOf = (
  ports: SendPorts,
  program: Program,
  account: ManyChat,
  shift: Shift,
  siblings: readonly ProgramId[] = [],
): Run => {
  let halted = false;
  const ask = diagnosing(account, program);
  const unexplained = refusalsWithoutReason(() => ports.clock.now());
  const { agenda, chance, clock } = ports;
  const mayGoOn = (kind: DueKind): boolean => {
    if (halted || shift.over()) return false;
    return kind === 'mirror' || programQuietUntil(program, clock.now()) === undefined;
  };
  return {
    ...ports,
    program,
    account,
    shift,
    siblings,
    scope: () => ({
      program: program.id,
      operation: chance.operation(),
      signal: AbortSignal.timeout(memberWithinMs),
    }),
    unexplained,
    shared: (contact) =>
      siblings.length === 0
        ? Promise.resolve(false)
        : agenda.isKnownIn(siblings, contact, AbortSignal.timeout(memberWithinMs)),
    diagnose: async (refused) => {
      const trouble = await ask(refused);
      const nobodys = trouble.of === 'contact' && trouble.reason === 'refused';
      if (!nobodys || unexplained.inARow() < refusedInARow - 1) return trouble;
      unexplained.everybodys();
      return {
        of: 'program',
        sentence: `ManyChat refuses one contact of ${program.id} after the other, with: ${refused.message}`,
      };
    },
    halt: (of) => {
      halted = true;
      if (of === 'account') shift.stop();
    },
    members: async function* (kind, most) {
      let left = most;
      if (!mayGoOn(kind)) return;
      const signal = new AbortController().signal;
      for await (const page of agenda.due(program.id, kind, clock.now(), signal)) {
        for (const due of page) {
          if (left === 0 || !mayGoOn(kind)) return;
          left -= 1;
          yield due;
        }
      }
    },
  };
};
