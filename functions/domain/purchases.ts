/**
 * Earning by the number of purchases. Those of one day are counted by their sum, one for each smallest order that fits into it and no
 * more than the program allows: so one purchase of 90 earns what three of 30 do, in whatever order they are claimed.
 */
import * as z from 'zod/mini';
import { dayOf } from './calendar.ts';
import { baseMinor, type OrderFacts, remainingOf } from './order.ts';
import { pointsFor, type Rate } from './points.ts';
import type { Program } from './program.ts';

/** What a member bought on one day of the program's zone, as far as it was claimed. */
export const purchaseWindow = z.object({
  day: z.string(),
  sumMinor: z.int(),
  /** How many purchases were counted. */
  earned: z.int(),
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
    rev: (window?.rev ?? 0) + 1,
  };
};
