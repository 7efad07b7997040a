/**
 * Lots: every credit opens one or joins the one of its expiry month; spending takes the lot that expires first.
 * A debt stands beside them: while there is one no lot has anything, so later credits pay it first.
 */
import * as z from 'zod/mini';

/** The month at whose end a lot expires, `YYYY-MM`, or `never`. `never` sorts after every month. */
export const lotKey = z.union([z.literal('never'), z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])$/))]);
export type LotKey = z.infer<typeof lotKey>;

/** What remains in each lot, or what changed in it; lots with nothing left are not kept. */
export const lotAmounts = z.record(lotKey, z.int());
export type Lots = Readonly<Record<string, number>>;

/** What a member holds: spendable points by lot, and what is owed. */
export interface Holdings {
  readonly lots: Lots;
  readonly debt: number;
}

/** A movement: signed changes by lot and of the debt. Points moved = sum of the lots' changes − change of the debt. */
export interface Movement {
  readonly lots: Lots;
  readonly debt: number;
}

const sum = (lots: Lots): number => Object.values(lots).reduce((total, amount) => total + amount, 0);

/** Points that can be spent now; never below 0. */
export const spendable = (held: Holdings): number => sum(held.lots);

/** Spendable points less the debt: what the entries add up to. */
export const balanceOf = (held: Holdings): number => sum(held.lots) - held.debt;

/** Signed points of a movement. */
export const pointsOf = (movement: Movement): number => sum(movement.lots) - movement.debt;

const compact = (lots: Lots): Lots =>
  Object.fromEntries(Object.entries(lots).filter(([, amount]) => amount !== 0));

/** Keys in the order in which they are spent. */
const spendingOrder = (lots: Lots): string[] => Object.keys(lots).sort();

/** Holdings after a movement. */
export const apply = (held: Holdings, movement: Movement): Holdings => {
  const lots: Record<string, number> = { ...held.lots };
  for (const [key, change] of Object.entries(movement.lots)) lots[key] = (lots[key] ?? 0) + change;
  return { lots: compact(lots), debt: held.debt + movement.debt };
};

/** A credit into one lot; a debt is paid first. */
export const creditTo = (held: Holdings, points: number, lot: LotKey): Movement => {
  const paid = Math.min(points, held.debt);
  return { lots: compact({ [lot]: points - paid }), debt: 0 - paid };
};

/** Takes up to `points` from the lots in the given order; says what was taken and what was missing. */
const takeFrom = (lots: Lots, points: number, order: readonly string[]): { taken: Lots; missing: number } => {
  const taken: Record<string, number> = {};
  let missing = points;
  for (const key of order) {
    const part = Math.min(missing, lots[key] ?? 0);
    taken[key] = 0 - part;
    missing -= part;
  }
  return { taken: compact(taken), missing };
};

/** Spends points, the lot that expires first goes first. @returns undefined where there are not enough. */
export const spend = (held: Holdings, points: number): Movement | undefined => {
  const { taken, missing } = takeFrom(held.lots, points, spendingOrder(held.lots));
  return missing > 0 ? undefined : { lots: taken, debt: 0 };
};

/** Takes points back, from the lot they were credited to first, then as spending does; what is gone becomes debt. */
export const takeBack = (held: Holdings, points: number, lot: LotKey): Movement => {
  const order = [lot, ...spendingOrder(held.lots).filter((key) => key !== lot)];
  const { taken, missing } = takeFrom(held.lots, points, order);
  return { lots: taken, debt: missing };
};

/** Gives spent points back to the lots they came from; a debt that arose since is paid first. */
export const giveBack = (held: Holdings, spent: Lots): Movement => {
  const returned = Object.fromEntries(Object.entries(spent).map(([key, change]) => [key, -change]));
  const paid = Math.min(sum(returned), held.debt);
  const { taken } = takeFrom(returned, paid, spendingOrder(returned));
  return { lots: apply({ lots: returned, debt: 0 }, { lots: taken, debt: 0 }).lots, debt: 0 - paid };
};

/** Ends everything: the lots are emptied and a debt is forgiven. */
export const forfeit = (held: Holdings): Movement => ({
  lots: Object.fromEntries(Object.entries(held.lots).map(([key, amount]) => [key, -amount])),
  debt: 0 - held.debt,
});

/** The lot that expires next, if any does. */
export const nextToExpire = (held: Holdings): { month: string; points: number } | undefined => {
  const [month] = spendingOrder(held.lots).filter((key) => key !== 'never');
  return month === undefined ? undefined : { month, points: held.lots[month] ?? 0 };
};
