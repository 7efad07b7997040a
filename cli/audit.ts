/** `npm run audit`: recomputes every balance from the table, of the laptop edition or of a deployed one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type AuditReport, auditTable } from '../functions/adapters/dynamodb/audit.ts';
import { tableName } from '../local/edition.ts';
import { launchEngine } from '../local/engine.ts';
import { runningEngine } from '../local/folder-lock.ts';
import { command, Fault, given, print, run } from './command-line.ts';
import { addressOf, atTable, type TableOptions, withTable } from './ledger-table.ts';

/** A table of many millions of items takes longer; then it is read in the cloud, not from here. */
const withinMs = 60 * 60_000;

const reportOf = (place: { name: string; endpoint: string | undefined; region?: string | undefined }) =>
  atTable(place, (table) => auditTable(table, AbortSignal.timeout(withinMs)));

/** What the engines of the laptop edition keep their data in. */
const databases = ['ledger.db', 'shared-local-instance.db'];

/** Reads along with an edition that runs on the folder, else starts an engine of its own for as long as it takes. */
const auditFolder = async (folder: string): Promise<AuditReport> => {
  const running = await runningEngine(folder);
  if (running !== undefined) return reportOf({ name: tableName, endpoint: running });
  const engine = await launchEngine({ data: folder }).catch((error: Error) => {
    const hint = / is in use by /.test(error.message)
      ? '\nAn edition that runs answers GET /_local/audit itself.'
      : '';
    throw new Fault(`${error.message}${hint}`, { cause: error });
  });
  try {
    return await reportOf({ name: tableName, endpoint: engine.endpoint });
  } finally {
    await engine.stop();
  }
};

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

const tell = ({ members, entries, orders, coupons, violations }: AuditReport, place: string): void => {
  const read = [
    count(members, 'member'),
    count(entries, 'entry', 'entries'),
    count(orders, 'order'),
    count(coupons, 'coupon'),
  ];
  print(`read ${read.join(', ')} of ${place}`);
  for (const { invariant, where, message } of violations)
    print(`invariant ${invariant}  ${where}: ${message}`);
  print(violations.length === 0 ? 'the books are right' : count(violations.length, 'violation'));
};

interface AuditOptions extends TableOptions {
  readonly json?: boolean;
}

const audited = async (
  options: AuditOptions,
  line: Command,
): Promise<{ report: AuditReport; place: string }> => {
  const { name, endpoint } = addressOf(options);
  if (name !== undefined) {
    const report = await reportOf({ name, endpoint, region: options.region });
    return { report, place: `the table ${name}` };
  }
  const folder = given(process.env['LOYALTY_DATA']) ?? '.loyalty';
  if (folder === 'memory')
    return line.error(
      'error: LOYALTY_DATA is memory, which only the edition itself sees: ask it for GET /_local/audit, or pass --table or --endpoint',
    );
  if (!databases.some((file) => existsSync(join(folder, file))))
    return line.error(
      `error: there is no data in the folder ${folder}: run npm start first, set LOYALTY_DATA to another folder, or pass --table`,
    );
  return { report: await auditFolder(folder), place: `the folder ${folder}` };
};

const line = withTable(command('audit', 'Recomputes every balance from the table and names what is wrong.'))
  .option('--json', 'print the report as JSON')
  .addHelpText(
    'after',
    '\nWithout --table and --endpoint it reads the data of the laptop edition (LOYALTY_DATA, else .loyalty), running or not.' +
      '\nExit code: 0 the books are right, 1 they are not or could not be read, 2 a mistake on the command line.',
  )
  .action(async (options: AuditOptions, self: Command) => {
    const { report, place } = await audited(options, self);
    if (options.json === true) print(JSON.stringify(report));
    else tell(report, place);
    if (!report.ok) process.exitCode = 1;
  });

await run(line);
