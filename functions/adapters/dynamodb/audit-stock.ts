/** Stock counters against the coupons that were taken from them. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Violation } from '../../domain/audit.ts';
import { type Coupon, coupon } from '../../domain/coupon.ts';
import { counterRow } from './load.ts';
import type { Item } from './read.ts';

/** Pieces taken by counter, as the counters say and as the coupons say. */
export interface Shelf {
  readonly counters: Map<number, number>;
  readonly coupons: Map<number, number>;
}

/** By `P#<program>#R#<reward>`. */
export type Shelves = Map<string, Shelf>;

const shelfOf = (shelves: Shelves, pk: string): Shelf => {
  const known = shelves.get(pk);
  if (known !== undefined) return known;
  const shelf: Shelf = { counters: new Map(), coupons: new Map() };
  shelves.set(pk, shelf);
  return shelf;
};

/** Puts a counter aside. @throws where it cannot be read */
export const noteCounter = (shelves: Shelves, pk: string, item: Item): void => {
  const { index, taken } = counterRow.parse(item);
  if (item['sk'] !== `STOCK#${index}`) throw new Error('the counter lies under the key of another');
  shelfOf(shelves, pk).counters.set(index, taken);
};

/** Counts the piece that a coupon took, unless it was given back. @param program `P#<program>` */
export const notePiece = (shelves: Shelves, program: string, held: Coupon): void => {
  const { reward, counter, state } = held;
  if (counter === undefined || state === 'cancelled' || state === 'refused') return;
  const { coupons } = shelfOf(shelves, `${program}#R#${reward}`);
  coupons.set(counter, (coupons.get(counter) ?? 0) + 1);
};

const unequal = ({ counters, coupons }: Shelf): number[] =>
  [...new Set([...counters.keys(), ...coupons.keys()])].filter(
    (index) => (counters.get(index) ?? 0) !== (coupons.get(index) ?? 0),
  );

const suspectsIn = (shelves: Shelves): string[] =>
  [...shelves].filter(([, shelf]) => unequal(shelf).length > 0).map(([pk]) => pk);

export interface StockTable {
  readonly scan: () => AsyncIterable<Item>;
  /** All counters of a reward, read strongly. */
  readonly counters: (pk: string) => Promise<readonly Item[]>;
}

const counted = (items: readonly Item[]): Map<number, number> =>
  new Map(
    items.flatMap((item): [number, number][] => {
      const row = counterRow.safeParse(item);
      return row.success ? [[row.data.index, row.data.taken]] : [];
    }),
  );

/** One more scan of the suspects, with their counters before and after it. @returns by `pk index`: what is unequal while the counter stood still */
const lookAgain = async (
  pks: readonly string[],
  { scan, counters }: StockTable,
): Promise<{ still: Map<string, string>; moving: Set<string> }> => {
  const read = async () =>
    new Map(await Promise.all(pks.map(async (pk) => [pk, counted(await counters(pk))] as const)));
  const before = await read();
  const shelves: Shelves = new Map();
  for await (const item of scan()) {
    if (item['sk'] !== 'COUPON') continue;
    const held = coupon.safeParse(item);
    if (held.success) notePiece(shelves, String(item['pk']).split('#').slice(0, 2).join('#'), held.data);
  }
  const after = await read();
  const still = new Map<string, string>();
  const moving = new Set<string>();
  for (const pk of pks) {
    const now = after.get(pk) ?? new Map<number, number>();
    const coupons = shelves.get(pk)?.coupons ?? new Map<number, number>();
    for (const index of unequal({ counters: now, coupons })) {
      const stood = before.get(pk)?.get(index) === now.get(index);
      if (stood) still.set(`${pk} ${index}`, `${now.get(index)} ${coupons.get(index)}`);
      else moving.add(pk);
    }
  }
  return { still, moving };
};

const maxLooks = 6;
const pauseMs = 200;

/**
 * A scan sees counter and coupons at different times, so what is unequal is looked at again. It is a finding where it was
 * unequal by the same amounts twice in a row while the counter stood still; a counter that never stands still is left for a
 * quieter hour.
 */
export const auditShelves = async (first: Shelves, table: StockTable): Promise<Violation[]> => {
  const found = new Set<string>();
  let suspects = suspectsIn(first);
  let seen = new Map<string, string>();
  for (let look = 0; look < maxLooks && suspects.length > 0; look += 1) {
    if (look > 0) await pause(pauseMs);
    const { still, moving } = await lookAgain(suspects, table);
    for (const [name, amounts] of still) if (seen.get(name) === amounts) found.add(name);
    const open = [...still.keys()].filter((name) => !found.has(name)).map((name) => name.split(' ')[0] ?? '');
    suspects = [...new Set([...open, ...moving])];
    seen = still;
  }
  return [...found].map((name) => {
    const [pk = '', index] = name.split(' ');
    return {
      invariant: 5,
      where: pk.replace(/^P#/, '').replace('#R#', '/'),
      message: `stock counter ${index} counts other pieces than there are coupons`,
    };
  });
};
