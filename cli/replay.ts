/** `npm run replay -- FILE.csv`: a shop's own orders through the whole product on this machine, and what they would have earned. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { auditTable } from '../functions/adapters/dynamodb/audit.ts';
import { type Log, told } from '../functions/platform/log.ts';
import { type Edition, startEdition } from '../local/edition.ts';
import { paint as pc } from '../local/paint.ts';
import { BrokenProgram } from '../local/program-files.ts';
import { BrokenFile, columns, readOrders } from './replay/orders-file.ts';
import { replayProgram } from './replay/program.ts';
import { progressOn } from './replay/progress.ts';
import { replay } from './replay/replaying.ts';
import { isRight, report } from './replay/report.ts';

/** 1: the books or an answer are not what they should be. 2: the command or a file cannot be understood. */
const failed = 1;
const misused = 2;

const defaultConcurrency = 8;
const maxConcurrency = 64;
const auditWithinMs = 15 * 60_000;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

const log: Log = {
  request: () => undefined,
  event: () => undefined,
  oldestDue: () => undefined,
  fault: (requestId, route, error) =>
    complain(JSON.stringify({ level: 'ERROR', requestId, route, error: told(error) })),
};

const concurrencyOf = (text: string): number => {
  const wanted = Number(text);
  if (Number.isInteger(wanted) && wanted >= 1 && wanted <= maxConcurrency) return wanted;
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${maxConcurrency}.`);
};

interface Options {
  readonly program?: string;
  readonly concurrency: number;
  readonly data: string;
}

/** Ctrl-C ends server and engine, and gives the folder free. */
const endOn = (edition: Edition, clean: () => void): void => {
  let ending = false;
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(signal, () => {
      if (ending) return;
      ending = true;
      clean();
      edition.stop().finally(() => process.exit(code));
    });
  }
};

const engineDied = async ({ engine }: Edition): Promise<never> => {
  const { code, log: tail } = await engine.died;
  throw new Error(`the database engine ended by itself (exit code ${code ?? 'none'}) ${tail}`.trim());
};

const run = async (file: string, { program: path, concurrency, data }: Options): Promise<boolean> => {
  const rows = await readOrders(file);
  const checked = await replayProgram(path, rows);
  const edition = await startEdition({ data, port: 0, programs: [checked], log });
  const progress = progressOn(process.stderr);
  endOn(edition, progress.end);
  try {
    const { server, table } = edition;
    const work = async () => {
      const totals = await replay({ url: server.url, program: checked.program, rows, concurrency, progress });
      return { totals, audit: await auditTable(table, AbortSignal.timeout(auditWithinMs)) };
    };
    const { totals, audit } = await Promise.race([work(), engineDied(edition)]);
    for (const line of report(totals, audit, pc)) print(line);
    return isRight(totals, audit);
  } finally {
    await edition.stop();
  }
};

const command = new Command('npm run replay --')
  .description(
    'Replays the orders of a CSV file against a laptop edition of its own: every customer joins, the shop pushes, and every ' +
      'order is claimed, all over HTTP. Ends with the totals and an audit of the books.',
  )
  .argument('<file.csv>', `orders, with the columns ${columns.join(', ')}`)
  .option('--program <file>', 'a program of your own (default: the demo, in the currency of the orders)')
  .option('--concurrency <n>', 'requests that are on their way at once', concurrencyOf, defaultConcurrency)
  .option('--data <folder>', 'keeps the books in this folder instead of in memory', 'memory')
  .addHelpText(
    'after',
    '\nOrders of any age are taken. Exit code: 0 all is right, 1 the audit or an answer is not, 2 the command or a file is wrong.',
  )
  .exitOverride()
  .action(async (file: string, options: Options) => {
    process.exitCode = (await run(file, options)) ? 0 : failed;
  });

command.parseAsync().catch((error) => {
  // Commander has told its own errors already; help and version are none.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : misused;
  else {
    const mistaken = error instanceof BrokenFile || error instanceof BrokenProgram;
    process.exitCode = mistaken ? misused : failed;
    complain(pc.red(error instanceof Error ? error.message : JSON.stringify(told(error))));
  }
});
