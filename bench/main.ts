/** `npm run bench`: measures, prints, and fails by name where a budget is broken. */
import { Command, Option } from 'commander';
import { paint as pc } from '../local/paint.ts';
import { bundles } from './bundles.ts';
import { cpu } from './cpu.ts';
import { hooks } from './hooks.ts';
import { hookStorm } from './hooks-storm.ts';
import type { Measurement } from './measurement.ts';
import { memory } from './memory.ts';
import { operations } from './operations.ts';
import { reminderCost } from './reminder-cost.ts';
import { reminderCpu } from './reminder-cpu.ts';
import { reminderRate } from './reminder-rate.ts';
import { reminderReads } from './reminder-reads.ts';
import { shops } from './shops.ts';
import { throughput } from './throughput.ts';

const measurements: readonly Measurement[] = [
  operations,
  bundles,
  cpu,
  throughput,
  memory,
  reminderRate,
  reminderReads,
  reminderCpu,
  reminderCost,
  shops,
  hooks,
  hookStorm,
];

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const tell = (line: string): void => void process.stderr.write(`${pc.dim(`  ${line}`)}\n`);

interface Wanted {
  readonly only?: readonly string[];
  readonly quick: boolean;
  readonly orders?: string;
}

const run = async ({ only, quick, orders }: Wanted): Promise<readonly string[]> => {
  const broken: string[] = [];
  for (const { name, about, run: measure } of measurements) {
    if (only !== undefined && !only.includes(name)) continue;
    print(pc.bold(`\n${name}: ${about}\n`));
    try {
      const outcome = await measure({ quick, say: tell, ...(orders === undefined ? {} : { orders }) });
      for (const line of outcome.lines) print(line);
      broken.push(...outcome.broken);
    } catch (error) {
      // What cannot be measured holds no budget; the others are measured all the same.
      broken.push(`${name} could not be measured: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  return broken;
};

await new Command('npm run bench --')
  .description('Measures the product on this machine against its budgets.')
  .addOption(
    new Option('--only <name...>', 'measure these only').choices(measurements.map(({ name }) => name)),
  )
  .option('--quick', 'fewer rounds and shorter histories: for a look, not for the record', false)
  .option('--orders <file.csv>', 'measure memory with these orders instead of made-up ones')
  .addHelpText(
    'after',
    `\n${measurements.map(({ name, about }) => `  ${name.padEnd(15)} ${about}`).join('\n')}`,
  )
  .action(async (wanted: Wanted) => {
    const broken = await run(wanted);
    if (broken.length === 0) return print(pc.green('\nEvery budget holds.'));
    print(pc.red(pc.bold('\nBroken budgets:')));
    for (const sentence of broken) print(pc.red(`  ${sentence}`));
    process.exitCode = 1;
  })
  .parseAsync();
