/** CPU time measured in a process of its own, by arms that take turns. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { median } from './measurement.ts';

const told = z.union([
  z.object({ blocks: z.array(z.object({ arm: z.string(), round: z.int(), micros: z.number() })) }),
  z.object({ failed: z.string() }),
]);

/** CPU microseconds by arm, a value for each round. */
export type Arms = ReadonlyMap<string, readonly number[]>;

/** Has a process of its own measure. @param file beside this one @param plan what it is told */
export const measuredApart = async (file: string, plan: object): Promise<Arms> => {
  const child = fork(join(import.meta.dirname, file), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const answer = await new Promise<unknown>((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the measuring process ended with ${code}`)));
    child.send(plan);
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

export const of = (arms: Arms, name: string): readonly number[] => {
  const found = arms.get(name);
  if (found === undefined) throw new Error(`nothing was measured of ${name}`);
  return found;
};

/** The median of each round's own difference: what else the machine does in a round meets both. */
export const difference = (more: readonly number[], less: readonly number[]): number =>
  median(more.map((value, round) => value - (less[round] ?? Number.NaN)));
