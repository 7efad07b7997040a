/** `npm run report -- ...`: what became of what the service does by itself. Reads only. */
import type { Command } from 'commander';
import * as z from 'zod/mini';
import { dynamoAgenda } from '../functions/adapters/dynamodb/agenda.ts';
import type { Table } from '../functions/adapters/dynamodb/client.ts';
import { dynamoGate } from '../functions/adapters/dynamodb/gate.ts';
import { everybody } from '../functions/adapters/dynamodb/members.ts';
import { dynamoShopRecords } from '../functions/adapters/dynamodb/shop-records.ts';
import { type Instant, instant, type ProgramId } from '../functions/domain/ids.ts';
import type { Program } from '../functions/domain/program.ts';
import { systemClock } from '../functions/wiring.ts';
import { command, print, readAs, run } from './command-line.ts';
import {
  atLedger,
  exitHelp,
  folderHelp,
  programAt,
  readProgramId,
  type TableOptions,
  withTable,
} from './ledger-table.ts';
import { type ReminderReport, summing } from './report/reminders.ts';
import { shopLines, storeReports } from './report/shops.ts';
import { tables } from './report/tables.ts';

/** A table of many millions of items takes longer; then it is read in the cloud, not from here. */
const withinMs = 60 * 60_000;

const readYear = readAs(z.string().check(z.regex(/^\d{4}$/)), 'a year such as 2026');
const readInstant = readAs(
  z.pipe(
    z.pipe(
      z.iso.datetime({ offset: true }),
      z.transform((text) => Date.parse(text)),
    ),
    instant,
  ),
  'an instant such as 2026-12-01T09:00:00Z',
);

interface ReportOptions extends TableOptions {
  readonly program?: ProgramId;
  readonly year?: string;
  readonly at?: Instant;
  readonly json?: boolean;
}

const programsAt = async (table: Table, options: ReportOptions, signal: AbortSignal): Promise<Program[]> => {
  if (options.program !== undefined) return [await programAt(table, options.program, options)];
  const gate = dynamoGate(table, systemClock);
  const ids = await dynamoAgenda(table).programs(signal);
  const found = await Promise.all(ids.map(async (id) => (await gate.byProgram(id))?.program));
  return found.filter((program) => program !== undefined);
};

const reported = async (table: Table, options: ReportOptions): Promise<ReminderReport[]> => {
  const signal = AbortSignal.timeout(withinMs);
  const programs = await programsAt(table, options, signal);
  const now = options.at ?? systemClock.now();
  const sums = new Map(programs.map((program) => [program.id, summing(program, now, options.year)]));
  for await (const known of everybody(table, options.program, signal)) sums.get(known.program)?.add(known);
  return [...sums.values()].map((sum) => sum.report());
};

const tell = (reports: readonly ReminderReport[], place: string): void => {
  if (reports.length === 0) print(`No program was put in force in ${place} yet.`);
  for (const [index, report] of reports.entries()) {
    if (index > 0) print('');
    for (const line of tables(report)) print(line);
  }
};

const line = command('report', 'What became of what the service does by itself. Reads only.');

withTable(line.command('reminders'))
  .description('reminders by year and outcome, members, and who was not written to for long')
  .option('--program <id>', 'one program; all of them without it', readProgramId)
  .option('--year <year>', 'one year; all of them without it', readYear)
  .option('--at <instant>', 'as of this instant instead of now, such as 2026-12-01T09:00:00Z', readInstant)
  .option('--json', 'print the report as JSON')
  .addHelpText(
    'after',
    `\n${folderHelp}\nIt names contacts by their ids only: no e-mails, no names.\n${exitHelp}` +
      '\n\nExamples:\n  npm run report -- reminders\n  npm run report -- reminders --program demo --year 2026 --table <TableName>',
  )
  .action((options: ReportOptions, self: Command) =>
    atLedger(options, self, async ({ table, place }) => {
      const reports = await reported(table, options);
      if (options.json === true) print(JSON.stringify({ programs: reports }));
      else tell(reports, place);
    }),
  );

withTable(line.command('shops'))
  .description(
    'how far each shop was read, and coupons that do not fit: used without a debit, or paid and missing',
  )
  .option('--program <id>', 'one program; all of them without it', readProgramId)
  .option('--json', 'print the report as JSON')
  .addHelpText(
    'after',
    `\n${folderHelp}\nIt names coupons by their codes, so keep it to yourself.\n${exitHelp}` +
      '\n\nExamples:\n  npm run report -- shops\n  npm run report -- shops --program demo --table <TableName>',
  )
  .action((options: ReportOptions, self: Command) =>
    atLedger(options, self, async ({ table, place }) => {
      const signal = AbortSignal.timeout(withinMs);
      const records = dynamoShopRecords(table);
      const programs = await programsAt(table, options, signal);
      const reports = await Promise.all(programs.map((program) => storeReports(program, records, signal)));
      if (options.json === true) print(JSON.stringify({ stores: reports.flat() }));
      else if (reports.flat().length === 0) print(`No program in ${place} has a shop that can be asked.`);
      else for (const text of shopLines(reports.flat())) print(text);
    }),
  );

await run(line);
