/** Which rewards are out of stock: what a card shows. Looked up at most once in a while, and anew after this process took a piece. */

import type { ProgramId, RewardId } from '../../domain/ids.ts';
import type { Program, Reward } from '../../domain/program.ts';
import { capacityOf, countersOf } from '../../domain/stock.ts';
import type { Scope } from '../../ports/ledger.ts';
import type { Table } from './client.ts';
import { ranges } from './keys.ts';
import { counterRow } from './load.ts';
import { queryRange } from './read.ts';

export interface Shelves {
  soldOut(scope: Scope, program: Program): Promise<ReadonlySet<RewardId>>;
  changed(program: ProgramId, reward: RewardId): void;
}

/** A card may be this old about what others took; a redemption always looks itself. */
const freshMs = 10_000;

const isEmpty = async (table: Table, scope: Scope, reward: Reward): Promise<boolean> => {
  if (reward.benefit.kind === 'pool') {
    return (
      (await queryRange(table, ranges.pool(scope.program, reward.id), { limit: 1 }, scope.signal)).length ===
      0
    );
  }
  const { stock = 0 } = reward;
  const items = await queryRange(
    table,
    ranges.counters(scope.program, reward.id),
    { limit: 16 },
    scope.signal,
  );
  const taken = new Map(
    items.map((item) => counterRow.parse(item)).map(({ index, taken: count }) => [index, count]),
  );
  return Array.from({ length: countersOf(stock) }, (_, index) => index).every(
    (index) => (taken.get(index) ?? 0) >= capacityOf(stock, index),
  );
};

export const emptyShelves = (table: Table): Shelves => {
  const seen = new Map<string, { at: number; stock: number | undefined; empty: boolean }>();
  const changes = new Map<string, number>();
  const look = async (scope: Scope, reward: Reward): Promise<boolean> => {
    const name = `${scope.program}#${reward.id}`;
    const known = seen.get(name);
    if (known !== undefined && known.stock === reward.stock && performance.now() - known.at < freshMs)
      return known.empty;
    const before = changes.get(name);
    const empty = await isEmpty(table, scope, reward);
    // A piece that was taken while we looked makes the answer old at once.
    if (changes.get(name) === before) seen.set(name, { at: performance.now(), stock: reward.stock, empty });
    return empty;
  };
  return {
    soldOut: async (scope, program) => {
      const limited = program.rewards.filter(
        ({ stock, benefit }) => stock !== undefined || benefit.kind === 'pool',
      );
      const looked = await Promise.all(
        limited.map(async (reward) => ((await look(scope, reward)) ? [reward.id] : [])),
      );
      return new Set(looked.flat());
    },
    changed: (program, reward) => {
      const name = `${program}#${reward}`;
      changes.set(name, (changes.get(name) ?? 0) + 1);
      seen.delete(name);
    },
  };
};
