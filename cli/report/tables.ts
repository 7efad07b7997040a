/** A report as tables for people. */
import Table from 'cli-table3';
import { counted } from '../command-line.ts';
import type { ReminderReport, Year } from './reminders.ts';

const grouped = (n: number): string => n.toLocaleString('en');
/** `opted_out` as `opted out`. */
const words = (name: string): string => name.replaceAll('_', ' ');

/** Plain lines without colour: a report is also kept in files. */
const plain = (...head: readonly string[]) =>
  new Table({
    head: [...head],
    style: { head: [], border: [], compact: true },
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
  });

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, n) => total + n, 0);

type Row = readonly [name: string, of: (year: Year) => number];

/** A row for the sum, and one below it for each reason that occurs in any of the years. */
const byReason = (name: 'skipped' | 'refused', years: readonly Year[]): Row[] => {
  const reasons = [...new Set(years.flatMap((year) => Object.keys(year[name])))].sort();
  return [
    [name, (year) => sum(year[name])],
    ...reasons.map((reason): Row => [`  ${words(reason)}`, (year) => year[name][reason] ?? 0]),
  ];
};

const yearsTable = ({ years }: ReminderReport): string => {
  const each = Object.values(years);
  const rows: Row[] = [
    ['sent', ({ sent }) => sent],
    ['  confirmed', ({ confirmed }) => confirmed],
    ['unconfirmed', ({ unconfirmed }) => unconfirmed],
    ...byReason('skipped', each),
    ...byReason('refused', each),
  ];
  const table = plain('reminders', ...Object.keys(years));
  for (const [name, of] of rows) table.push([name, ...each.map((year) => grouped(of(year)))]);
  return table.toString();
};

const membersTable = ({ members: { active, due, opted_out: optedOut } }: ReminderReport): string => {
  const table = plain('members', 'now');
  table.push(['active', grouped(active)], ['reminder due', grouped(due)]);
  for (const [medium, n] of Object.entries(optedOut)) table.push([`stopped ${medium}`, grouped(n)]);
  return table.toString();
};

/** So many contacts are named; the rest is counted. */
const maxNamed = 20;

const silentLines = ({ silent: { days, count, contacts } }: ReminderReport): string[] => {
  if (count === 0)
    return [`Every active member was written to within the last ${days} days, or joined since.`];
  const verb = count === 1 ? 'was' : 'were';
  const more = count - maxNamed;
  return [
    `${counted(count, 'active member')} ${verb} not written to for more than ${days} days, the longest first:`,
    ...contacts.slice(0, maxNamed).map((contact) => `  ${contact}`),
    ...(more > 0 ? [`  and ${grouped(more)} more`] : []),
  ];
};

export const tables = (report: ReminderReport): string[] => [
  `Reminders of ${report.program} (${report.name})`,
  yearsTable(report),
  membersTable(report),
  ...silentLines(report),
];
