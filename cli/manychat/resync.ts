/** Repairs all of a program: every member's fields are written anew by the sender, and who misses a reminder gets one. */
import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import type { Known } from '../../functions/adapters/dynamodb/members.ts';
import { daysInMs } from '../../functions/domain/calendar.ts';
import type { Contact, ContactChange } from '../../functions/domain/contact.ts';
import { type Instant, instant, later } from '../../functions/domain/ids.ts';
import { isActive, type Member } from '../../functions/domain/member.ts';
import type { Program } from '../../functions/domain/program.ts';
import { lastWritten, nextReminder } from '../../functions/domain/reminder.ts';
import type { Agenda } from '../../functions/ports/agenda.ts';
import type { Clock } from '../../functions/ports/environment.ts';
import type { Ledger, Scope } from '../../functions/ports/ledger.ts';
import { counted, Fault } from '../command-line.ts';
import type { Progress } from '../replay/progress.ts';

export interface Resync {
  readonly program: Program;
  readonly agenda: Agenda;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly scope: () => Scope;
}

export interface Asked {
  /** Members whose fields are to be written anew. */
  readonly members: number;
  /** Members who had no reminder to come, and have one now. */
  readonly reminders: number;
}

/** So many members are asked for at once: a table on demand takes that, and a busy one is not crowded out. */
const atOnce = 16;

/**
 * When the reminder of a member is due who has none to come. What would lie in the past comes at the next hour of the program,
 * not at whatever hour somebody runs this.
 */
export const missedReminder = (
  books: Member,
  person: Contact,
  program: Program,
  now: Instant,
): Instant | undefined => {
  const { reminders } = program;
  if (reminders === undefined || person.dueAt !== undefined) return undefined;
  const usual = nextReminder(lastWritten(books, person), person.contact, person, program);
  if (usual === undefined || usual > now) return usual;
  const daily: Program = { ...program, reminders: { ...reminders, everyDays: 1 } };
  return [later(now, -daysInMs(1)), now]
    .map((base) => nextReminder(base, person.contact, person, daily))
    .find((at) => at !== undefined && at > now);
};

/** What is to change of a member; under guards, so that a reminder that is on its way is not lost. */
const repair = (
  books: Member,
  person: Contact,
  program: Program,
  now: Instant,
): ContactChange | undefined => {
  const dueAt = missedReminder(books, person, program, now);
  const clear = person.mirror === undefined ? [] : (['mirror', 'mirroredAt'] as const);
  if (dueAt === undefined && clear.length === 0) return undefined;
  return {
    contact: person.contact,
    set: dueAt === undefined ? {} : { dueAt },
    clear,
    guard: ['dueAt', 'mirror'],
  };
};

/** Asks for every member; asking twice is asking once. */
export const askForAll = async (
  { program, agenda, ledger, clock, scope }: Resync,
  everybody: AsyncIterable<Known>,
): Promise<Asked> => {
  let [members, reminders] = [0, 0];
  const ask = async ({ contact, books, person }: Known): Promise<void> => {
    if (!isActive(books)) return;
    const now = clock.now();
    let reminded = false;
    await ledger.amend(scope(), person ?? { contact }, (standing) => {
      const change = repair(books, standing, program, now);
      reminded = change?.set.dueAt !== undefined;
      return change;
    });
    await agenda.askMirror(program.id, contact, now, scope().signal);
    members += 1;
    if (reminded) reminders += 1;
  };
  await pMap(everybody, ask, { concurrency: atOnce });
  return { members, reminders };
};

export interface Watch {
  readonly progress: Progress;
  /** So long nothing may move. */
  readonly patienceMs: number;
}

/** Whatever a clock says: nobody's fields are asked for in advance. */
const everLater = instant.parse(8_640_000_000_000_000);
/** ManyChat's pace for writing fields. */
const aboutPerSecond = 9;
/** Counting reads the index, so it is done some fifty times in all, and not more often than every second. */
const pauseMs = (left: number): number =>
  Math.min(30_000, Math.max(1_000, (left / aboutPerSecond / 50) * 1_000));

/** Watches the sender's work until nobody is left. @throws Fault where nothing moves */
export const watch = async (
  { program, agenda, scope }: Resync,
  { members }: Asked,
  { progress, patienceMs }: Watch,
): Promise<void> => {
  const left = () => agenda.count(program.id, 'mirror', everLater, scope().signal);
  progress.begin('fields written', members);
  let [done, movedAt] = [0, performance.now()];
  try {
    // An index is a moment behind: once nobody is left is looked at again.
    for (let zeros = 0, before = Number.POSITIVE_INFINITY; zeros < 2; ) {
      const now = await left();
      zeros = now === 0 ? zeros + 1 : 0;
      if (now < before) movedAt = performance.now();
      before = now;
      for (; done < members - now; done += 1) progress.step();
      if (now > 0 && performance.now() - movedAt > patienceMs) throw stuck(now, patienceMs);
      if (zeros < 2) await sleep(Math.min(pauseMs(now), patienceMs));
    }
  } finally {
    progress.end();
  }
};

const stuck = (left: number, patienceMs: number): Fault =>
  new Fault(
    [
      `${counted(left, 'contact')} still ${left === 1 ? 'waits' : 'wait'}, and nothing moved for ${counted(Math.round(patienceMs / 1000), 'second')}. Is the sender running?`,
      'On a laptop: npm start must run. Deployed: look into the log of the function send, and whether the rule of the schedule is on.',
      'Nothing is lost: what was asked for stays asked for, and this command may be run again at any time.',
    ].join('\n'),
  );
