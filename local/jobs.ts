/** The jobs of the laptop edition: the schedule is a timer, the queue fauxqs, and the handlers are those of Lambda. */
import type { Message } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { sqsNudges } from '../functions/adapters/aws/nudges.ts';
import type { ContactId, ProgramId } from '../functions/domain/ids.ts';
import { answer } from '../functions/domain/ledger.ts';
import type { SendPorts, SettlePorts, SweepPorts } from '../functions/jobs/ports.ts';
import { type Reconciled, reconciler } from '../functions/jobs/reconcile/handler.ts';
import { sender } from '../functions/jobs/send/handler.ts';
import { remind as remindMember } from '../functions/jobs/send/remind.ts';
import { inRow } from '../functions/jobs/send/row.ts';
import { runOf } from '../functions/jobs/send/run.ts';
import { shiftUntil } from '../functions/jobs/send/shift.ts';
import { nothing, type Summary, together } from '../functions/jobs/send/summary.ts';
import { settler } from '../functions/jobs/settle/handler.ts';
import { both, nothingSettled, type Settled } from '../functions/jobs/settle/summary.ts';
import { sweeper } from '../functions/jobs/sweep/handler.ts';
import { jobs } from '../functions/routes.ts';
import { type LocalQueue, startQueue } from './queue.ts';
import type { StreamFollower } from './stream.ts';

export interface LocalJobs {
  /** Does everything that is due and can be done now. @returns what that came to */
  remind(): Promise<Summary>;
  /** Finishes or undoes what is open between the books and the shops. */
  settle(): Promise<Settled>;
  /** Reads what changed in the shops. */
  reconcile(): Promise<Reconciled>;
  /** Reminds one member as if the day had come, and touches nobody else. */
  remindOne(program: ProgramId, contact: ContactId): Promise<Summary>;
  /** Begins to do by itself what a deployed stack does by itself. */
  begin(): void;
  close(): Promise<void>;
}

export interface JobsOptions {
  readonly ports: Omit<SweepPorts, 'nudges'> & SendPorts & SettlePorts;
  readonly stream: StreamFollower | undefined;
  /** How many members of an account are served at once; the sender's own number unless told. */
  readonly width?: number;
}

const asLambda = (message: Message): SQSEvent => {
  const { MessageId: messageId, ReceiptHandle: receiptHandle, Body: body } = message;
  return { Records: [{ messageId, receiptHandle, body } as SQSRecord] };
};

/** How often the stream is looked at; Lambda does so four times a second. */
const streamEveryMs = 250;

const oneWithinMs = 10_000;

const isProgress = ({ sent, unconfirmed, skipped, closed, later, mirrored }: Summary): boolean =>
  sent + unconfirmed + later + mirrored + Object.keys({ ...skipped, ...closed }).length > 0;

export const localJobs = ({ ports, stream, width }: JobsOptions): LocalJobs => {
  let queue: Promise<LocalQueue> | undefined;
  const nudged = () => {
    queue ??= startQueue();
    return queue;
  };
  const send = sender(() => ports, width);
  const sweep = sweeper(() => ({
    ...ports,
    nudges: { send: async (...what) => sqsNudges(await nudged()).send(...what) },
  }));
  const listeners = new Set<(came: Summary) => void>();
  const failed = (what: string, error: unknown) => ports.log.fault('local', what, error);

  const work = async (message: Message): Promise<void> => {
    const held = await nudged();
    try {
      const { summary } = await send(asLambda(message));
      for (const listener of listeners) listener(summary);
      await held.done(message);
    } catch (error) {
      failed('send', error);
      await held.failed(message);
    }
  };
  /** Works until the queue gives nothing more. One at a time: who comes while somebody works waits for them. */
  let working: Promise<void> = Promise.resolve();
  const pump = (): Promise<void> => {
    working = working.then(async () => {
      const held = await nudged();
      for (let batch = await held.receive(); batch.length > 0; batch = await held.receive()) {
        const groups = Map.groupBy(batch, ({ Body = '' }) => JSON.parse(Body).account);
        await Promise.all(
          [...groups.values()].map(async (messages) => {
            for (const message of messages) await work(message);
          }),
        );
      }
    });
    return working;
  };

  /** The next reminder's instant stands in for the clock, for this one member. */
  const remindOne = async (id: ProgramId, contact: ContactId): Promise<Summary> => {
    const program = (await ports.gate.byProgram(id))?.program;
    const scope = {
      program: id,
      operation: ports.chance.operation(),
      signal: AbortSignal.timeout(oneWithinMs),
    };
    const dueAt = await ports.ledger.decide(scope, { contact }, (found) => answer(found.contact?.dueAt));
    if (program === undefined || dueAt === undefined) return nothing;
    const account = await ports.manychat(program.manychat.account, program.manychat.pace);
    if (account === undefined) return nothing;
    const then = { now: () => dueAt };
    const shift = shiftUntil(Number.POSITIVE_INFINITY, () => 0);
    const turn = await inRow()(runOf({ ...ports, clock: then }, program, account, shift), contact);
    const came = turn === undefined ? nothing : await remindMember(turn.errand, { contact, dueAt });
    return { ...nothing, ...came };
  };

  let runs = 0;
  const remind = async (): Promise<Summary> => {
    let [total, pass] = [nothing, nothing];
    const listener = (came: Summary) => {
      total = together(total, came);
      pass = together(pass, came);
    };
    listeners.add(listener);
    try {
      await working;
      do {
        pass = nothing;
        await stream?.drain();
        runs += 1;
        // An occasion of its own: what became due since the last run in this minute is not taken for the same.
        const { nudged: count } = await sweep({ time: `run-${process.pid}-${runs}` });
        if (count === 0) return total;
        await pump();
        // Who is held stays due, however often they are looked at.
      } while (isProgress(pass));
      return total;
    } finally {
      listeners.delete(listener);
    }
  };

  const settleOnce = settler(() => ports);
  /** Again as long as something came of it: what waits for its shop is left. */
  const settle = async (): Promise<Settled> => {
    let total = nothingSettled;
    for (;;) {
      const { open, ...came } = await settleOnce();
      total = { ...both(total, came), open };
      if (Object.values(came).every((count) => count === 0)) return total;
    }
  };
  const reconcile = reconciler(() => ports);

  const timers: NodeJS.Timeout[] = [];
  const every = (ms: number, what: string, act: () => Promise<unknown>): void => {
    let busy = false;
    const timer = setInterval(() => {
      if (busy) return;
      busy = true;
      act()
        .catch((error: unknown) => failed(what, error))
        .finally(() => {
          busy = false;
        });
    }, ms);
    timer.unref();
    timers.push(timer);
  };
  const tick = async (): Promise<void> => {
    const { nudged: count } = await sweep({ time: new Date(ports.clock.now()).toISOString().slice(0, 16) });
    if (count > 0) await pump();
  };

  return {
    remind,
    settle,
    reconcile,
    remindOne,
    begin: () => {
      const { trigger } = jobs.sweep;
      if (trigger.kind === 'schedule') every(trigger.everyMinutes * 60_000, 'sweep', tick);
      const { settle: settling, reconcile: reconciling } = jobs;
      if (settling.trigger.kind === 'schedule')
        every(settling.trigger.everyMinutes * 60_000, 'settle', settleOnce);
      if (reconciling.trigger.kind === 'schedule')
        every(reconciling.trigger.everyMinutes * 60_000, 'reconcile', reconcile);
      if (stream !== undefined) every(streamEveryMs, 'stream', () => stream.drain());
    },
    close: async () => {
      for (const timer of timers) clearInterval(timer);
      await working.catch(() => undefined);
      await (await queue)?.close();
    },
  };
};
