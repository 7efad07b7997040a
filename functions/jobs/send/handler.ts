/** The sender: serves one ManyChat account for a while, at its pace, program by program. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import pLimit, { type LimitFunction } from 'p-limit';
import pMap from 'p-map';
import * as z from 'zod/mini';
import { accountId, programId } from '../../domain/ids.ts';
import type { Pace, Program } from '../../domain/program.ts';
import type { DueContact } from '../../ports/agenda.ts';
import { DeadlinePassed } from '../../ports/ledger.ts';
import type { ManyChat } from '../../ports/manychat.ts';
import type { Nudge } from '../../ports/nudges.ts';
import type { SendPorts } from '../ports.ts';
import { mirror } from './mirror.ts';
import { remind } from './remind.ts';
import { type Errand, inRow } from './row.ts';
import { type Run, runOf } from './run.ts';
import { shiftUntil } from './shift.ts';
import { counting, nothing, type Summary, together } from './summary.ts';

/** Well before the function's time-out, so that every call that has begun is also recorded. */
const fullShiftMs = 80_000;
/** At ManyChat's 20 calls a second and answers of a third of a second, so many members are on their way at once. */
const atOnce = 8;
/** So many members in a row whom the table did not answer for: it is not there, and waiting helps more than asking. */
const deadlinesInARow = 5;

const nudge = z.object({
  account: accountId,
  programs: z.array(programId),
  sharedBy: z._default(z.array(programId), []),
});

/** So many mirrors go before the reminders of a shift: a repair of a whole program must not keep everybody waiting for hours. */
const mirrorsFirst = 200;

type Serve = (errand: Errand, due: DueContact) => Promise<Partial<Summary>>;

interface Task {
  readonly kind: 'remind' | 'mirror';
  readonly serveOne: Serve;
  readonly most: number;
}

/** Does one errand for everybody who is due. A member's fault is told and does not stop the others. */
const serve = async (run: Run, { kind, serveOne, most }: Task, slots: LimitFunction) => {
  const count = counting();
  const next = inRow();
  let [inARow, served] = [0, 0];
  const one = async (due: DueContact): Promise<void> => {
    served += 1;
    const turn = await next(run, due.contact);
    if (turn === undefined) return count.add({ held: 1 });
    try {
      count.add(await serveOne(turn.errand, due));
      inARow = 0;
    } catch (error) {
      // One member's broken item must stop nobody else, however many there are of them.
      inARow = error instanceof DeadlinePassed ? inARow + 1 : 0;
      run.log.fault(due.contact, kind, error);
      count.add({ held: 1 });
      if (inARow >= deadlinesInARow) run.halt('account');
    } finally {
      turn.done();
    }
  };
  // A place is taken in the order of the agenda, and a program that is done leaves its places to the others.
  await pMap(run.members(kind, most), (due) => slots(one, due), { concurrency: slots.concurrency });
  count.add(await run.unexplained.settle());
  return { came: count.total(), served };
};

/** Programs that share an account share its limits: the most careful of them rules. */
const slowest = (programs: readonly Program[]): Pace => {
  const least = (kind: keyof Pace) => Math.min(...programs.map(({ manychat }) => manychat.pace[kind]));
  return { sendFlow: least('sendFlow'), sendContent: least('sendContent'), write: least('write') };
};

const opened = async ({ gate, log }: SendPorts, { programs }: Nudge): Promise<Program[]> => {
  const found = await Promise.all(
    programs.map(async (id) => {
      try {
        return (await gate.byProgram(id))?.program;
      } catch (error) {
        log.fault(id, 'send', error);
        return undefined;
      }
    }),
  );
  return found.filter((program) => program !== undefined);
};

const serveProgram = async (
  ports: SendPorts,
  program: Program,
  account: ManyChat,
  shift: Run['shift'],
  siblings: Nudge['sharedBy'],
  slots: LimitFunction,
): Promise<Summary> => {
  const run = runOf(ports, program, account, shift, siblings);
  const mirrors = { kind: 'mirror', serveOne: mirror } as const;
  const all = Number.POSITIVE_INFINITY;
  const first = await serve(run, { ...mirrors, most: mirrorsFirst }, slots);
  const reminded = await serve(run, { kind: 'remind', serveOne: remind, most: all }, slots);
  const rest = first.served < mirrorsFirst ? undefined : await serve(run, { ...mirrors, most: all }, slots);
  return [first, reminded, rest].map((served) => served?.came ?? nothing).reduce(together);
};

/** Serves an account once. */
export const serveAccount = async (
  ports: SendPorts,
  asked: Nudge,
  width = atOnce,
  shiftMs = fullShiftMs,
): Promise<Summary> => {
  const programs = (await opened(ports, asked)).filter(({ manychat }) => manychat.account === asked.account);
  if (programs.length === 0) return nothing;
  const account = await ports.manychat(asked.account, slowest(programs));
  if (account === undefined)
    return {
      ...nothing,
      troubles: [
        `there is no token for the ManyChat account ${asked.account}: store one with npm run manychat -- token --account ${asked.account}`,
      ],
    };
  const { stopwatch } = ports;
  const shift = shiftUntil(stopwatch.nowMs() + shiftMs, () => stopwatch.nowMs());
  const slots = pLimit(width);
  const sums = await Promise.all(
    programs.map((program) => {
      const siblings = asked.sharedBy.filter((id) => id !== program.id);
      return serveProgram(ports, program, account, shift, siblings, slots);
    }),
  );
  return sums.reduce(together, nothing);
};

/** What the owner must mend: told as a fault, so that the alarm rings. */
class NeedsOwner extends Error {
  override readonly name = 'NeedsOwner';
}

const told = ({ log }: SendPorts, account: string, summary: Summary): void => {
  log.event('reminders', { account, ...summary });
  for (const sentence of summary.troubles) log.fault(account, 'send', new NeedsOwner(sentence));
};

export type SendHandler = (event: SQSEvent) => Promise<SQSBatchResponse & { summary: Summary }>;

/**
 * Lambda's handler.
 * @param ports made at the first event
 * @param width how many members are served at once
 * @param shiftMs after so long a run begins nothing more
 */
export const sender = (ports: () => SendPorts, width?: number, shiftMs?: number): SendHandler => {
  let made: SendPorts | undefined;
  return async ({ Records }) => {
    made ??= ports();
    let summary = nothing;
    for (const { body } of Records) {
      const asked = nudge.parse(JSON.parse(body));
      const came = await serveAccount(made, asked, width, shiftMs);
      told(made, asked.account, came);
      summary = together(summary, came);
    }
    return { batchItemFailures: [], summary };
  };
};
