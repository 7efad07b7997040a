/** CPU time of requests, and how much of a claim's is ours and how much the SDK's: the same two calls alone, in the same run. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { ownCpuRatio } from './budgets.ts';
import { type Measurement, median, type Outcome, quantile, table } from './measurement.ts';

const told = z.union([
  z.object({ blocks: z.array(z.object({ arm: z.string(), round: z.int(), micros: z.number() })) }),
  z.object({ failed: z.string() }),
]);

/** CPU microseconds by arm, a value for each round. */
type Arms = ReadonlyMap<string, readonly number[]>;

const measured = async (rounds: number, verbRounds: number): Promise<Arms> => {
  const child = fork(join(import.meta.dirname, 'cpu-process.ts'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const answer = await new Promise<unknown>((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the measuring process ended with ${code}`)));
    child.send({ rounds, verbRounds });
  });
  const parsed = told.parse(answer);
  if ('failed' in parsed) throw new Error(parsed.failed);
  return new Map(
    [...Map.groupBy(parsed.blocks, ({ arm }) => arm)].map(([arm, blocks]) => [
      arm,
      blocks.sort((a, b) => a.round - b.round).map(({ micros }) => micros),
    ]),
  );
};

const of = (arms: Arms, name: string): readonly number[] => {
  const found = arms.get(name);
  if (found === undefined) throw new Error(`nothing was measured of ${name}`);
  return found;
};

/** The median of each round's own difference: what else the machine does in a round meets both. */
const difference = (more: readonly number[], less: readonly number[]): number =>
  median(more.map((value, round) => value - (less[round] ?? Number.NaN)));

const micros = (value: number): string => value.toFixed(0);

export const cpu: Measurement = {
  name: 'cpu',
  about: 'CPU time of a request in the handler, and our own share of a claim beside the SDK’s',
  run: async ({ quick, say }): Promise<Outcome> => {
    const [rounds, verbRounds] = quick ? [7, 3] : [31, 11];
    say(`${rounds} rounds of 100 claims in three ways, ${verbRounds} of 100 calls of other verbs`);
    const arms = await measured(rounds, verbRounds);
    const sdk = median(of(arms, 'sdk alone'));
    const own = difference(of(arms, 'claim'), of(arms, 'sdk alone'));
    const log = difference(of(arms, 'claim'), of(arms, 'claim, no log'));
    const rows = [...arms].map(([arm, values]) => [
      arm,
      micros(median(values)),
      micros(quantile(values, 0.25)),
      micros(quantile(values, 0.75)),
    ]);
    return {
      lines: [
        ...table(['', 'CPU µs', 'lower quarter', 'upper quarter'], rows),
        `of a claim ours: ${micros(own)} µs, ${(own / sdk).toFixed(2)} of the SDK's ${micros(sdk)} µs; the log line takes ${micros(log)} of it`,
      ],
      broken:
        own > sdk * ownCpuRatio
          ? [
              `cpu: our own part of a claim takes ${micros(own)} µs, at most ${ownCpuRatio} × the SDK's ${micros(sdk)} µs`,
            ]
          : [],
    };
  },
};
