/**
 * Earning by the number of purchases. Those of one day are counted by their sum, one for each smallest order that fits into it and no
 * more than the program allows: so one purchase of 90 earns what three of 30 do, in whatever order they are claimed.
 */
import * as z from 'zod/mini';
import { dayOf } from './calendar.ts';
import { orderNumber, storeId } from './ids.ts';
import { baseMinor, type OrderFacts, remainingOf } from './order.ts';
import { pointsFor, purchasesIn, type Rate } from './points.ts';
import type { Program } from './program.ts';

/** What a member bought on one day of the program's zone, as far as it was claimed. */
export const purchaseWindow = z.object({
  day: z.string(),
  sumMinor: z.int(),
  /** How many purchases are counted. */
  earned: z.int(),
  /** Where they stand: the orders whose claims hold them, the last one last. */
  claims: z.array(z.object({ store: storeId, number: orderNumber, units: z.int() })),
  rev: z.int(),
});
export type PurchaseWindow = z.infer<typeof purchaseWindow>;

/** The rate at which an order would earn now, and at which its refunds are reckoned later. */
export const rateOf = (window: PurchaseWindow | undefined, { rate, purchasesPerDay }: Program): Rate => {
  if (rate.per === 'amount' || purchasesPerDay === undefined) return rate;
  const { sumMinor, earned } = window ?? { sumMinor: 0, earned: 0 };
  return { ...rate, beforeMinor: sumMinor, earned, most: purchasesPerDay };
};

/** The day after an order was claimed at a rate. */
export const counted = (
  facts: OrderFacts,
  at: Rate,
  { window }: { readonly window?: PurchaseWindow },
  program: Program,
): PurchaseWindow => {
  const boughtMinor = remainingOf(baseMinor(facts, program.basis), facts);
  // Counted in purchases: what each of them pays may be nothing.
  const more = at.per === 'purchase' ? pointsFor(boughtMinor, { ...at, points: 1 }) : 0;
  return {
    day: dayOf(facts.placedAt, program.zone),
    sumMinor: (window?.sumMinor ?? 0) + boughtMinor,
    earned: (window?.earned ?? 0) + more,
    claims: [
      ...(window?.claims ?? []),
      ...(more === 0 ? [] : [{ store: facts.store, number: facts.number, units: more }]),
    ],
    rev: (window?.rev ?? 0) + 1,
  };
};

/** Takes so many counted purchases off an order of the day. */
export const takenOff = (
  { claims, ...window }: PurchaseWindow,
  { store, number }: { readonly store: string; readonly number: string },
  units: number,
): PurchaseWindow => ({
  ...window,
  earned: window.earned - units,
  claims: claims
    .map((one) => (one.store === store && one.number === number ? { ...one, units: one.units - units } : one))
    .filter((one) => one.units > 0),
});

/**
 * A day after one of its orders lost money: what that order's own claim lost goes first; what the rest of the day does not reach any
 * more, `excess`, is to be taken from the claims of the others.
 */
export const afterLoss = (
  window: PurchaseWindow,
  order: { readonly store: string; readonly number: string },
  lost: { readonly minor: number; readonly units: number },
  at: Rate,
): { readonly window: PurchaseWindow; readonly excess: number } => {
  const sumMinor = Math.max(0, window.sumMinor - lost.minor);
  const left = { ...takenOff(window, order, lost.units), sumMinor, rev: window.rev + 1 };
  return { window: left, excess: Math.max(0, left.earned - purchasesIn(sumMinor, at)) };
};

/** The order of the day that holds counted purchases and was claimed last. */
export const lastHolder = ({ claims }: PurchaseWindow) => claims.at(-1);
