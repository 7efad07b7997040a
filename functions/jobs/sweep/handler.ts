/** The tick: asks each program's agenda whether something is due, and nudges the accounts that have work. */
import type { Instant, ProgramId } from '../../domain/ids.ts';
import type { Program } from '../../domain/program.ts';
import { lastQuietEnd, programQuietUntil } from '../../domain/reminder.ts';
import type { Nudge } from '../../ports/nudges.ts';
import type { SweepPorts } from '../ports.ts';

/** Below the function's time-out. */
const withinMs = 50_000;

/** What EventBridge sends, as far as we read it. */
export interface Tick {
  /** The minute that it was meant for: the same for both, where it comes twice. */
  readonly time: string;
}

interface Look {
  readonly program: Program;
  readonly busy: boolean;
  /** How long the one has waited who waits longest, in seconds, quiet hours not counted. */
  readonly waited: number;
}

const waitedSince = (program: Program, dueAt: Instant, now: Instant): number =>
  Math.max(0, Math.round((now - Math.max(dueAt, lastQuietEnd(program, now) ?? dueAt)) / 1000));

/** Whether a program has something to do now; undefined where there is none of that name. */
const lookAt = async (
  { agenda, gate }: SweepPorts,
  id: ProgramId,
  now: Instant,
  signal: AbortSignal,
): Promise<Look | undefined> => {
  const program = (await gate.byProgram(id))?.program;
  if (program === undefined) return undefined;
  const reminds = program.reminders !== undefined && programQuietUntil(program, now) === undefined;
  const [reminder, mirror] = await Promise.all([
    reminds ? agenda.oldest(id, 'remind', now, signal) : undefined,
    agenda.oldest(id, 'mirror', now, signal),
  ]);
  const busy = reminder !== undefined || mirror !== undefined;
  return { program, busy, waited: reminder === undefined ? 0 : waitedSince(program, reminder.dueAt, now) };
};

const nudgesFor = (looks: readonly Look[]): Nudge[] => {
  const ids = (of: readonly Look[]) => of.map(({ program }) => program.id);
  return [...Map.groupBy(looks, ({ program }) => program.manychat.account)]
    .map(([account, of]) => ({
      account,
      programs: ids(of.filter(({ busy }) => busy)),
      sharedBy: ids(of),
    }))
    .filter(({ programs }) => programs.length > 0);
};

export type SweepHandler = (tick: Tick) => Promise<{ readonly nudged: number }>;

/** Lambda's handler. One program's trouble stops no other. @param ports made at the first event */
export const sweeper = (ports: () => SweepPorts): SweepHandler => {
  let made: SweepPorts | undefined;
  return async ({ time }) => {
    made ??= ports();
    const given = made;
    const signal = AbortSignal.timeout(withinMs);
    const now = given.clock.now();
    const looks = (await given.agenda.programs(signal)).map((id) =>
      lookAt(given, id, now, signal).catch((error: unknown) => {
        given.log.fault(id, 'sweep', error);
        return undefined;
      }),
    );
    const found = (await Promise.all(looks)).filter((look) => look !== undefined);
    const nudges = nudgesFor(found);
    await given.nudges.send(nudges, time, signal);
    given.log.oldestDue(Math.max(0, ...found.map(({ waited }) => waited)));
    return { nudged: nudges.length };
  };
};
