/** `npm run simulate -- FILE.csv`: a year of reminders over a shop's own customers, against a reference model. */
import { type Command, InvalidArgumentError } from 'commander';
import { paint } from '../local/paint.ts';
import { command, Fault, print, run } from './command-line.ts';
import { BrokenFile, columns, readOrders } from './replay/orders-file.ts';
import { progressOn } from './replay/progress.ts';
import { isRight, report } from './simulate/report.ts';
import { simulate } from './simulate/simulating.ts';
import { HoldsBooks } from './simulate/world.ts';

const whole =
  (from: number) =>
  (text: string): number => {
    const wanted = Number(text);
    if (Number.isSafeInteger(wanted) && wanted >= from) return wanted;
    throw new InvalidArgumentError(`Expected a whole number from ${from}.`);
  };

interface Options {
  readonly seed: number;
  readonly customers?: number;
  readonly data: string;
}

/** What the person at the keyboard can mend is told in a sentence. */
const told = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    const readable = error instanceof BrokenFile || error instanceof HoldsBooks;
    throw readable ? new Fault(error.message) : error;
  }
};

const line: Command = command(
  'npm run simulate --',
  'Lives through a year with the customers of a CSV file of orders: they join, claim, redeem, write, say STOP and leave, in four ' +
    'programs with different terms on one ManyChat account. Everything is real but the time. Every message and every skip is ' +
    'compared with a reference model, to the millisecond.',
)
  .argument('<file.csv>', `orders, with the columns ${columns.join(', ')}`)
  .option('--seed <n>', 'what people do is drawn from it', whole(0), 1)
  .option('--customers <n>', 'so many customers at most', whole(1))
  .option('--data <folder>', 'keeps the books in this new folder instead of in memory', 'memory')
  .addHelpText(
    'after',
    '\nExit code: 0 all is right, 1 something differs or failed, 2 the command is wrong. The same seed gives the same year.',
  )
  .action(async (file: string, { seed, customers, data }: Options) => {
    const rows = await told(readOrders(file));
    const progress = progressOn(process.stderr);
    const limit = customers === undefined ? {} : { most: customers };
    const verdict = await told(simulate({ rows, seed, data, progress, ...limit }));
    for (const text of report(verdict, seed, paint)) print(text);
    process.exitCode = isRight(verdict) ? 0 : 1;
  });

await run(line);
