/** Stock counters against the coupons that were taken from them. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Violation } from '../../domain/audit.ts';
import { type Coupon, coupon, isUndone } from '../../domain/coupon.ts';
import { counterRow } from './load.ts';
import type { Item } from './read.ts';

/** The coupons whose piece came from a counter, and whether it is still out. */
type Shelf = Map<string, boolean>;
/** By `P#<program>#R#<reward> <counter>`. */
export type Shelves = Map<string, Shelf>;

const nameOf = (rewardPk: string, index: number): string => `${rewardPk} ${index}`;
const rewardPkOf = (name: string): string => name.split(' ')[0] ?? '';

const shelfOf = (shelves: Shelves, name: string): Shelf => {
  const known = shelves.get(name) ?? new Map<string, boolean>();
  shelves.set(name, known);
  return known;
};

/** Puts a counter down as one to look at. @throws where it cannot be read */
export const noteCounter = (shelves: Shelves, pk: string, item: Item): void => {
  const { index } = counterRow.parse(item);
  if (item['sk'] !== `STOCK#${index}`) throw new Error('the counter lies under the key of another');
  shelfOf(shelves, nameOf(pk, index));
};

/** Puts a coupon down beside the counter that its piece came from. @param program `P#<program>` */
export const notePiece = (shelves: Shelves, program: string, held: Coupon): void => {
  const { reward, counter, key } = held;
  if (counter === undefined) return;
  shelfOf(shelves, nameOf(`${program}#R#${reward}`, counter)).set(key, !isUndone(held));
};

const piecesOut = (shelf: Shelf | undefined): number =>
  [...(shelf?.values() ?? [])].filter((out) => out).length;

export interface StockTable {
  readonly scan: () => AsyncIterable<Item>;
  /** All counters of a reward, read strongly. */
  readonly counters: (rewardPk: string) => Promise<readonly Item[]>;
}

const countersOf = async (
  names: Iterable<string>,
  { counters }: StockTable,
): Promise<ReadonlyMap<string, number>> => {
  const pks = [...new Set([...names].map(rewardPkOf))];
  const rows = await Promise.all(
    pks.map(async (pk) =>
      (await counters(pk)).flatMap((item): [string, number][] => {
        const row = counterRow.safeParse(item);
        return row.success ? [[nameOf(pk, row.data.index), row.data.taken]] : [];
      }),
    ),
  );
  return new Map(rows.flat());
};

const couponsNow = async ({ scan }: StockTable): Promise<Shelves> => {
  const shelves: Shelves = new Map();
  for await (const item of scan()) {
    if (item['sk'] !== 'COUPON') continue;
    const held = coupon.safeParse(item);
    if (held.success) notePiece(shelves, String(item['pk']).split('#').slice(0, 2).join('#'), held.data);
  }
  return shelves;
};

const sameCoupons = (a: Shelf | undefined, b: Shelf | undefined): boolean =>
  (a?.size ?? 0) === (b?.size ?? 0) && [...(a ?? [])].every(([key, out]) => b?.get(key) === out);

const maxLooks = 6;
const pauseMs = 100;

/**
 * A scan sees counter and coupons at different times. But a coupon takes its piece once, may give it back once, and stays in the
 * table: when two scans saw the same coupons in the same states, none of them moved in between, and a counter that was read in
 * between must count those that are out. Where the coupons never stand still for that long, nothing can be said, and nothing is.
 */
export const auditShelves = async (first: Shelves, table: StockTable): Promise<Violation[]> => {
  const found: string[] = [];
  let seen = first;
  let counted = await countersOf(first.keys(), table);
  let suspects = [...first]
    .filter(([name, shelf]) => (counted.get(name) ?? 0) !== piecesOut(shelf))
    .map(([name]) => name);
  for (let look = 0; look < maxLooks && suspects.length > 0; look += 1) {
    if (look > 0) await pause(pauseMs);
    const now = await couponsNow(table);
    const settled = suspects.filter((name) => sameCoupons(seen.get(name), now.get(name)));
    found.push(...settled.filter((name) => (counted.get(name) ?? 0) !== piecesOut(now.get(name))));
    suspects = suspects.filter((name) => !settled.includes(name));
    seen = now;
    counted = await countersOf(suspects, table);
  }
  return found.map((name) => ({
    invariant: 5,
    where: rewardPkOf(name).replace(/^P#/, '').replace('#R#', '/'),
    message: `stock counter ${name.split(' ')[1]} counts other pieces than there are coupons`,
  }));
};
