/** The year's numbers as `npm run report -- reminders` tells them, against the model's. */
import type { ReminderReport } from '../report/reminders.ts';
import { dayMs } from './clockwork.ts';
import type { Person } from './person.ts';

/** Members who were not written to for longer are listed by the report. */
const silentMs = 60 * dayMs;

const isSilent = ({ member, joinedAt, sends }: Person, now: number): boolean =>
  member && now - Math.max(joinedAt, sends.at(-1) ?? 0) > silentMs;

/** By year and outcome, and the members' state: each with its number; what is 0 is left out. */
const expectedOf = (people: readonly Person[], now: number): Map<string, number> => {
  const sum = new Map<string, number>();
  const add = (name: string, n: number) => void sum.set(name, (sum.get(name) ?? 0) + n);
  for (const person of people) {
    for (const [name, n] of person.tally)
      add(name.replace('accepted', 'sent').replace('skipped_', 'skipped '), n);
    if (!person.member) continue;
    add('active', 1);
    if (person.dueAt !== undefined && person.dueAt <= now) add('due', 1);
    if (isSilent(person, now)) add('silent', 1);
    for (const medium of person.stopped) add(`stopped ${medium}`, 1);
  }
  return sum;
};

const toldBy = ({ years, members, silent }: ReminderReport): Map<string, number> => {
  const numbers: [string, number][] = [
    ...Object.entries(years).flatMap(([year, { sent, confirmed, unconfirmed, skipped, refused }]) => [
      ...Object.entries({ sent, confirmed, unconfirmed }).map(([name, n]): [string, number] => [
        `${year} ${name}`,
        n,
      ]),
      ...Object.entries(skipped).map(([name, n]): [string, number] => [`${year} skipped ${name}`, n]),
      ...Object.entries(refused).map(([name, n]): [string, number] => [`${year} refused ${name}`, n]),
    ]),
    ...Object.entries(members.opted_out).map(([name, n]): [string, number] => [`stopped ${name}`, n]),
    ['active', members.active],
    ['due', members.due],
    ['silent', silent.count],
  ];
  return new Map(numbers.filter(([, n]) => n !== 0));
};

/** Each number in which a program's report and the model differ, as a sentence. */
export const reportDifferences = (
  report: ReminderReport,
  people: Iterable<Person>,
  now: number,
): string[] => {
  const of = [...people].filter(({ customer }) => customer.program.id === report.program);
  const [told, expected] = [toldBy(report), expectedOf(of, now)];
  return [...new Set([...told.keys(), ...expected.keys()])]
    .filter((name) => told.get(name) !== expected.get(name))
    .map(
      (name) =>
        `${report.program}: the report says ${told.get(name) ?? 0} ${name}, expected ${expected.get(name) ?? 0}`,
    );
};
