/** Stock counters against the coupons that were taken from them. */
import type { Violation } from '../../domain/audit.ts';
import { type CouponState, coupon } from '../../domain/coupon.ts';
import { counterRow } from './load.ts';
import type { Item } from './read.ts';

/** Pieces taken by counter, as the counters say and as the coupons say. */
export interface Shelf {
  readonly counters: Map<number, number>;
  readonly coupons: Map<number, number>;
}

const shelfOf = (shelves: Map<string, Shelf>, pk: string): Shelf => {
  const known = shelves.get(pk);
  if (known !== undefined) return known;
  const shelf: Shelf = { counters: new Map(), coupons: new Map() };
  shelves.set(pk, shelf);
  return shelf;
};

const counter = (shelves: Map<string, Shelf>, pk: string, item: Item): void => {
  const { index, taken } = counterRow.parse(item);
  shelfOf(shelves, pk).counters.set(index, taken);
};

const taken = (shelves: Map<string, Shelf>, pk: string, index: number, state: CouponState): void => {
  if (state === 'cancelled' || state === 'refused') return;
  const { coupons } = shelfOf(shelves, pk);
  coupons.set(index, (coupons.get(index) ?? 0) + 1);
};

const unequal = ({ counters, coupons }: Shelf): number[] =>
  [...new Set([...counters.keys(), ...coupons.keys()])].filter(
    (index) => (counters.get(index) ?? 0) !== (coupons.get(index) ?? 0),
  );

const maxScans = 3;

/** A scan sees counter and coupons at different times: what is unequal must stay so by the same amount to be a finding. */
const settled = async (first: Map<string, Shelf>, scan: () => AsyncIterable<Item>): Promise<Violation[]> => {
  let seen = first;
  for (let round = 0; round < maxScans; round += 1) {
    const suspects = [...seen].filter(([, shelf]) => unequal(shelf).length > 0);
    if (suspects.length === 0) return [];
    const again = new Map<string, Shelf>();
    for await (const item of scan()) {
      const [pk, sk] = [String(item['pk']), String(item['sk'])];
      if (sk.startsWith('STOCK#')) counter(again, pk, item);
      const read = sk === 'COUPON' ? coupon.safeParse(item) : undefined;
      if (read?.success && read.data.counter !== undefined) {
        taken(
          again,
          `${pk.split('#').slice(0, 2).join('#')}#R#${read.data.reward}`,
          read.data.counter,
          read.data.state,
        );
      }
    }
    const stable = suspects.every(
      ([pk, shelf]) =>
        JSON.stringify([...shelfOf(again, pk).counters]) === JSON.stringify([...shelf.counters]),
    );
    seen = again;
    if (stable) break;
  }
  return [...seen].flatMap(([pk, shelf]) =>
    unequal(shelf).map((index) => ({
      invariant: 5,
      where: pk.replace(/^P#/, '').replace('#R#', '/'),
      message: `stock counter ${index} counts other pieces than there are coupons`,
    })),
  );
};

export const auditShelves = { counter, coupon: taken, settled };
