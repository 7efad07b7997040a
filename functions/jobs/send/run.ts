/** One run over one program: what it works with, and what makes it stop. */
import type { ContactId, ProgramId } from '../../domain/ids.ts';
import type { Program } from '../../domain/program.ts';
import { programQuietUntil } from '../../domain/reminder.ts';
import type { DueContact, DueKind } from '../../ports/agenda.ts';
import type { Scope } from '../../ports/ledger.ts';
import type { ManyChat, Refused } from '../../ports/manychat.ts';
import type { SendPorts } from '../ports.ts';
import { diagnosing, type Trouble } from './diagnosis.ts';
import type { Shift } from './shift.ts';
import { refusalsWithoutReason } from './unexplained.ts';

/** Long enough for every attempt on a busy table; a member whose turn fails is looked at again in the next run. */
const memberWithinMs = 20_000;
/** So many contacts in a row whom ManyChat refuses without a reason that we know: then it is not the contacts. */
const refusedInARow = 5;

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
