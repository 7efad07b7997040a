/** Stories of orders, and what they are worth to a member, worked out a second time from the contract's words alone. */
import fc from 'fast-check';

/** What a shop says of an order at one moment; later ones have higher numbers. */
export interface Snapshot {
  readonly at: number;
  readonly refundedMinor: number;
  readonly over: boolean;
}

/** What the books must know and owe, worked out a second time from the contract's words alone. */
export interface Tracked {
  readonly totalMinor: number;
  known?: Snapshot;
  claim?: { readonly points: number; readonly unitMinor: number; standing: number };
}

const worth = (
  { totalMinor }: Tracked,
  { refundedMinor, over }: Snapshot,
  points: number,
  unitMinor: number,
): number => (over ? 0 : Math.floor(((totalMinor - refundedMinor) * points) / unitMinor));

/** Older news change nothing; what was given back never falls, and what is over stays so. */
export const learn = (order: Tracked, news: Snapshot): void => {
  const { known = news, claim } = order;
  if (news.at < known.at) return;
  order.known = {
    at: news.at,
    refundedMinor: Math.max(news.refundedMinor, known.refundedMinor),
    over: news.over || known.over,
  };
  if (claim === undefined) return;
  claim.standing = Math.min(claim.standing, worth(order, order.known, claim.points, claim.unitMinor));
};

/** @param live what a shop says that can be asked: it is, where nothing is known */
export const claimOf = (
  order: Tracked,
  points: number,
  unitMinor: number,
  live: Snapshot | undefined,
): void => {
  const seen = order.known ?? live;
  if (order.claim !== undefined || seen === undefined || seen.over || seen.refundedMinor >= order.totalMinor)
    return;
  order.known = seen;
  order.claim = { points, unitMinor, standing: worth(order, seen, points, unitMinor) };
};

export type Step =
  | { readonly do: 'refund'; readonly of: number; readonly percent: number }
  | { readonly do: 'cancel'; readonly of: number }
  | { readonly do: 'claim'; readonly of: number }
  | { readonly do: 'tell'; readonly of: number; readonly moment: number; readonly bare: boolean }
  | { readonly do: 'rate'; readonly points: number; readonly unit: number }
  | { readonly do: 'reconcile' }
  | { readonly do: 'redeem' };

const of = fc.nat({ max: 3 });
const named = <const Name extends Step['do']>(name: Name) => fc.constant<Name>(name);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: named('refund'), of, percent: fc.integer({ min: 1, max: 100 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: named('cancel'), of }) },
  { weight: 4, arbitrary: fc.record({ do: named('claim'), of }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: named('tell'), of, moment: fc.nat({ max: 9 }), bare: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: named('rate'),
      points: fc.integer({ min: 1, max: 7 }),
      unit: fc.integer({ min: 1, max: 300 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: named('reconcile') }) },
  { weight: 1, arbitrary: fc.record({ do: named('redeem') }) },
);

export const story = fc.record({
  totals: fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 1, max: 60_000 }))),
  steps: fc.array(step, { minLength: 8, maxLength: 30 }),
});

/** An old push that does not say when it is of, before the claim: what was given back stays given back. */
export const lateWithoutTime: [{ totals: [number, number, number, number]; steps: Step[] }] = [
  {
    totals: [9_000, 9_000, 9_000, 9_000],
    steps: [
      { do: 'refund', of: 1, percent: 50 },
      { do: 'tell', of: 1, moment: 1, bare: false },
      { do: 'tell', of: 1, moment: 0, bare: true },
      { do: 'claim', of: 1 },
    ],
  },
];
