/** Pieces of rewards that are limited: where they lie, and which one is taken. */
import type { Loaded } from './ledger.ts';
import type { Reward } from './program.ts';

/** Limited stock lies in at most 16 counters, so that a rush on one reward does not queue on one item. */
const maxCounters = 16;
export const countersOf = (stock: number): number => Math.max(1, Math.min(maxCounters, stock));

/** How many pieces the counter holds; the counters of a reward add up to its stock. */
export const capacityOf = (stock: number, index: number): number => {
  const counters = countersOf(stock);
  return Math.floor(stock / counters) + (index < stock % counters ? 1 : 0);
};

/** A piece that can be taken: where from, or what must be looked at first. */
export type Piece =
  | { readonly kind: 'unlimited' }
  | { readonly kind: 'sold_out' }
  | { readonly kind: 'look'; readonly wanted: Pick<Loaded['asked'], 'counter' | 'counters' | 'poolCode'> }
  | { readonly kind: 'counter'; readonly index: number; readonly capacity: number }
  | { readonly kind: 'code'; readonly code: string };

/** The piece that a redemption takes, as far as can be said of what was looked at. @param below chance: which counter */
export const pieceOf = (found: Loaded, reward: Reward, below: (n: number) => number): Piece => {
  if (reward.benefit.kind === 'pool') {
    if (found.asked.poolCode !== reward.id) return { kind: 'look', wanted: { poolCode: reward.id } };
    return found.poolCode === undefined ? { kind: 'sold_out' } : { kind: 'code', code: found.poolCode };
  }
  const { stock } = reward;
  if (stock === undefined) return { kind: 'unlimited' };
  if (stock === 0) return { kind: 'sold_out' };
  const { counter, counters } = found.asked;
  const looked =
    counters === reward.id
      ? Array.from({ length: countersOf(stock) }, (_, index) => index)
      : counter
        ? [counter.index]
        : [];
  const free = looked.filter((index) => (found.counters.get(index) ?? 0) < capacityOf(stock, index));
  const index = free[below(Math.max(1, free.length))];
  if (index !== undefined) return { kind: 'counter', index, capacity: capacityOf(stock, index) };
  return counters === reward.id ? { kind: 'sold_out' } : { kind: 'look', wanted: { counters: reward.id } };
};
