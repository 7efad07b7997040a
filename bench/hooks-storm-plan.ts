/** A storm of webhooks and claims, drawn from a seed, and what it must come to: by arithmetic that knows nothing of the product. */
import { type Draw, drawing } from '../cli/simulate/chance.ts';
import { type HookKind, hookKinds, type SoldOrder } from './shops-orders.ts';

export interface StormSize {
  readonly seed: number;
  readonly members: number;
  /** Deliveries, duplicates included. */
  readonly webhooks: number;
  readonly duplicateShare: number;
}

/** An order's life: as it stood after each thing that happened to it, oldest first. */
export interface StormOrder {
  readonly shop: HookKind;
  readonly member: number;
  readonly versions: readonly [SoldOrder, ...SoldOrder[]];
}

export type StormAct =
  | { readonly kind: 'hook'; readonly shop: HookKind; readonly order: SoldOrder }
  | { readonly kind: 'claim'; readonly member: number; readonly order: number };

export interface Storm {
  readonly orders: readonly StormOrder[];
  /** In the order in which they come. */
  readonly acts: readonly StormAct[];
  readonly duplicates: number;
  /** Whether an order is claimed at some time, by its number. */
  readonly claimed: ReadonlySet<number>;
}

export const emailOf = (member: number): string => `member${member}@example.com`;

const minuteMs = 60_000;
const dayMs = 86_400_000;

type Fate = 'never paid' | 'paid' | 'refunded in parts' | 'cancelled' | 'cancelled unpaid';

const fateOf = (draw: Draw): Fate => {
  const share = draw.share();
  if (share < 0.05) return 'never paid';
  if (share < 0.3) return 'paid';
  if (share < 0.8) return 'refunded in parts';
  return share < 0.95 ? 'cancelled' : 'cancelled unpaid';
};

/** Somebody takes a piece out of an order before it is sent. Shopify keeps the total that it had. */
const loweredShare = 0.25;

/** Parts of what is left, to the cent; now and then all of it. */
const partOf = (left: number, draw: Draw): number => (draw.happens(0.15) ? left : draw.whole(1, left));

const lifeOf = (shop: HookKind, placed: SoldOrder, draw: Draw): [SoldOrder, ...SoldOrder[]] => {
  const life: [SoldOrder, ...SoldOrder[]] = [placed];
  let last = placed;
  const happens = (change: Partial<SoldOrder>): void => {
    last = { ...last, ...change, updatedAt: last.updatedAt + draw.whole(1, 600) * minuteMs };
    life.push(last);
  };
  const fate = fateOf(draw);
  if (fate !== 'never paid' && fate !== 'cancelled unpaid') happens({ status: 'paid' });
  if (last.status === 'paid' && shop !== 'shopify' && draw.happens(loweredShare))
    happens({ totalMinor: draw.whole(100, last.totalMinor) });
  const parts = fate === 'refunded in parts' ? draw.whole(1, 3) : fate === 'cancelled' ? draw.whole(0, 1) : 0;
  for (let part = 0; part < parts && last.refundedMinor < last.totalMinor; part += 1)
    happens({ refundedMinor: last.refundedMinor + partOf(last.totalMinor - last.refundedMinor, draw) });
  if (fate === 'cancelled' || fate === 'cancelled unpaid') happens({ status: 'cancelled' });
  return life;
};

const shuffled = <T>(list: readonly T[], draw: Draw): T[] => {
  const mixed = [...list];
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = draw.whole(0, at);
    const [a, b] = [mixed[at], mixed[other]];
    if (a !== undefined && b !== undefined) [mixed[at], mixed[other]] = [b, a];
  }
  return mixed;
};

/** Of orders that are claimed, the share whose member taps twice. */
const twiceShare = 0.05;
const claimedShare = 0.9;

/** @param now orders were placed in the thirty days before */
export const drawStorm = ({ seed, members, webhooks, duplicateShare }: StormSize, now: number): Storm => {
  const draw = drawing(seed, 'storm');
  const duplicates = Math.round(webhooks * duplicateShare);
  const orders: StormOrder[] = [];
  const hooks: StormAct[] = [];
  const claims: StormAct[] = [];
  const claimed = new Set<number>();
  while (hooks.length < webhooks - duplicates) {
    const id = 100_001 + orders.length;
    const [shop, member] = [draw.one(hookKinds), draw.whole(1, members)];
    const placedAt = Math.floor((now - draw.whole(5, 30) * dayMs) / 1000) * 1000;
    const versions = lifeOf(
      shop,
      {
        id,
        email: emailOf(member),
        totalMinor: draw.whole(500, 30_000),
        refundedMinor: 0,
        status: 'pending',
        placedAt,
        updatedAt: placedAt,
      },
      draw,
    );
    orders.push({ shop, member, versions });
    // Where there is no room for a whole life, the shop tells the end of it.
    const told = versions.slice(-(webhooks - duplicates - hooks.length));
    hooks.push(...told.map((order) => ({ kind: 'hook', shop, order }) as const));
    if (!draw.happens(claimedShare)) continue;
    claimed.add(id);
    for (let taps = draw.happens(twiceShare) ? 2 : 1; taps > 0; taps -= 1)
      claims.push({ kind: 'claim', member, order: id });
  }
  const again = shuffled(hooks, draw).slice(0, duplicates);
  return { orders, acts: shuffled([...hooks, ...again, ...claims], draw), duplicates, claimed };
};

/**
 * What every member must have in the end, whatever came when: what they began with, and a point for each whole unit that is still
 * with the shop of each order that they claimed and that was paid.
 */
export const balancesOf = (
  { orders, claimed }: Pick<Storm, 'orders' | 'claimed'>,
  members: number,
  begun: number,
): ReadonlyMap<number, number> => {
  const balances = new Map(Array.from({ length: members }, (_, n) => [n + 1, begun]));
  for (const { member, versions } of orders) {
    const { id, status, totalMinor, refundedMinor } = versions.at(-1) ?? versions[0];
    if (status !== 'paid' || !claimed.has(id)) continue;
    balances.set(member, (balances.get(member) ?? 0) + Math.floor((totalMinor - refundedMinor) / 100));
  }
  return balances;
};
