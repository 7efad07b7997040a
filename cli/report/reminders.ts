/** The numbers of a program's reminders, added up from what stands with each contact. */
import type { Known } from '../../functions/adapters/dynamodb/members.ts';
import type { ContactId, Instant } from '../../functions/domain/ids.ts';
import { type Medium, media } from '../../functions/domain/media.ts';
import { isActive } from '../../functions/domain/member.ts';
import type { Program } from '../../functions/domain/program.ts';
import { lastWritten, longSilenceDays, silentTooLong } from '../../functions/domain/reminder.ts';
import { type Tally, yearOf } from '../../functions/domain/tally.ts';

/** What became of the periods of one year. */
export interface Year {
  /** Messages that ManyChat took. */
  sent: number;
  /** Those of them whose flow reported that it reached its message. */
  confirmed: number;
  /** Messages of which it is not known whether they went out. */
  unconfirmed: number;
  /** Periods without a message, by reason. */
  skipped: Record<string, number>;
  /** Messages that ManyChat refused for good, by reason. */
  refused: Record<string, number>;
}

export interface ReminderReport {
  readonly program: string;
  readonly name: string;
  /** By year of the program's zone, the earliest first. */
  readonly years: Readonly<Record<string, Year>>;
  readonly members: {
    readonly active: number;
    /** Whose reminder is due now. */
    readonly due: number;
    /** Active members who stopped messages, by medium. */
    readonly opted_out: Readonly<Partial<Record<Medium, number>>>;
  };
  /** Active members who were not written to for long, the longest first. */
  readonly silent: { readonly days: number; readonly count: number; readonly contacts: readonly ContactId[] };
}

const emptyYear = (): Year => ({ sent: 0, confirmed: 0, unconfirmed: 0, skipped: {}, refused: {} });

const add = (counts: Record<string, number>, name: string, n: number): void => {
  counts[name] = (counts[name] ?? 0) + n;
};

/** Adds one outcome of a tally, such as `skipped_opted_out`. */
const count = (year: Year, outcome: string, n: number): void => {
  const [, kind, reason = ''] = /^(skipped|closed)_(.+)$/.exec(outcome) ?? [];
  if (kind !== undefined) add(kind === 'skipped' ? year.skipped : year.refused, reason, n);
  else if (outcome === 'unconfirmed') year.unconfirmed += n;
  else if (outcome === 'accepted' || outcome === 'confirmed') {
    year.sent += n;
    if (outcome === 'confirmed') year.confirmed += n;
  }
};

/** Adds up contact by contact. @param only one year, if not all */
export const summing = (program: Program, now: Instant, only: string | undefined) => {
  const years = new Map<string, Year>([[only ?? yearOf(now, program), emptyYear()]]);
  const optedOut: Partial<Record<Medium, number>> = {};
  const silent: { contact: ContactId; since: Instant }[] = [];
  let [active, due] = [0, 0];
  const outcomes = (tally: Tally): void => {
    for (const [name, counts] of Object.entries(tally)) {
      if (only !== undefined && name !== only) continue;
      const year = years.get(name) ?? emptyYear();
      years.set(name, year);
      for (const [outcome, n] of Object.entries(counts)) count(year, outcome, n);
    }
  };
  const membership = ({ contact, books, person }: Known): void => {
    if (!isActive(books)) return;
    active += 1;
    if (person?.dueAt !== undefined && person.dueAt <= now && program.reminders !== undefined) due += 1;
    for (const medium of media)
      if (person?.optOuts?.includes(medium)) optedOut[medium] = (optedOut[medium] ?? 0) + 1;
    const since = lastWritten(books, person);
    if (silentTooLong(since, now)) silent.push({ contact, since });
  };
  return {
    add: (known: Known): void => {
      if (known.person?.tally !== undefined) outcomes(known.person.tally);
      membership(known);
    },
    report: (): ReminderReport => ({
      program: program.id,
      name: program.name,
      years: Object.fromEntries([...years].sort(([a], [b]) => a.localeCompare(b))),
      members: { active, due, opted_out: optedOut },
      silent: {
        days: longSilenceDays,
        count: silent.length,
        contacts: silent.sort((a, b) => a.since - b.since).map(({ contact }) => contact),
      },
    }),
  };
};
