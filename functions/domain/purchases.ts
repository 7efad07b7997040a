/**
 * Earning by the number of purchases. The purchases of one day are counted together, so that one of 90 earns what three of 30 do:
 * a purchase counts once their sum reaches the smallest order, and no more of them than the program allows for a day.
 */
import * as z from 'zod/mini';
import { dayOf } from './calendar.ts';
import { baseMinor, type OrderFacts, remainingOf } from './order.ts';
import type { Rate } from './points.ts';
import type { Program } from './program.ts';

/** What a member bought on one day of the program's zone, as far as it was claimed. */
export const purchaseWindow = z.object({
  day: z.string(),
  sumMinor: z.int(),
  /** How many purchases earned. */
  earned: z.int(),
  rev: z.int(),
});
export type PurchaseWindow = z.infer<typeof purchaseWindow>;

/** The rate at which an order would earn now, and at which its refunds are reckoned later. */
export const rateOf = (window: PurchaseWindow | undefined, program: Program): Rate => {
  const { rate, purchasesPerDay } = program;
  if (rate.per === 'amount' || purchasesPerDay === undefined) return rate;
  const { sumMinor, earned } = window ?? { sumMinor: 0, earned: 0 };
  if (earned >= purchasesPerDay) return { per: 'purchase', points: 0 };
  const least = (rate.minMinor ?? 0) * (earned + 1) - sumMinor;
  return { per: 'purchase', points: rate.points, ...(least > 0 ? { minMinor: least } : {}) };
};

/** The day after an order was claimed. */
export const counted = (
  facts: OrderFacts,
  points: number,
  { window }: { readonly window?: PurchaseWindow },
  program: Program,
): PurchaseWindow => ({
  day: dayOf(facts.placedAt, program.zone),
  sumMinor: (window?.sumMinor ?? 0) + remainingOf(baseMinor(facts, program.basis), facts),
  earned: (window?.earned ?? 0) + (points > 0 ? 1 : 0),
  rev: (window?.rev ?? 0) + 1,
});
