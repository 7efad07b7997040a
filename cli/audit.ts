/** `npm run audit`: recomputes every balance from the table, of the laptop edition or of a deployed one. */
import type { Command } from 'commander';
import { type AuditReport, auditTable } from '../functions/adapters/dynamodb/audit.ts';
import { command, counted, print, run } from './command-line.ts';
import { atLedger, type TableOptions, withTable } from './ledger-table.ts';

/** A table of many millions of items takes longer; then it is read in the cloud, not from here. */
const withinMs = 60 * 60_000;

const tell = ({ members, entries, orders, coupons, violations }: AuditReport, place: string): void => {
  const read = [
    counted(members, 'member'),
    counted(entries, 'entry', 'entries'),
    counted(orders, 'order'),
    counted(coupons, 'coupon'),
  ];
  print(`read ${read.join(', ')} of ${place}`);
  for (const { invariant, where, message } of violations)
    print(`invariant ${invariant}  ${where}: ${message}`);
  print(violations.length === 0 ? 'the books are right' : counted(violations.length, 'violation'));
};

interface AuditOptions extends TableOptions {
  readonly json?: boolean;
}

const audited = (options: AuditOptions, line: Command): Promise<{ report: AuditReport; place: string }> =>
  atLedger(options, line, async ({ table, place }) => ({
    report: await auditTable(table, AbortSignal.timeout(withinMs)),
    place,
  }));

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
