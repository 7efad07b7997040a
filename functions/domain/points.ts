/** Points are integers. What money earns is a ratio of integers, taken down to the whole point. */
import * as z from 'zod/mini';

const whole = z.int().check(z.gte(0));

/** The rate at which something earned; kept on the entry, so that a later change of rate never rewrites the past. */
export const rate = z.discriminatedUnion('per', [
  z.object({ per: z.literal('amount'), points: z.int().check(z.gte(0)), unitMinor: z.int().check(z.gt(0)) }),
  /**
   * The purchases of a day are counted by their sum: one for each `minMinor` in it, at most `most`. `beforeMinor` and `earned` are what
   * that day had brought before this purchase. Without `minMinor` a purchase counts once, whatever it cost.
   */
  z.object({
    per: z.literal('purchase'),
    points: whole,
    minMinor: z.optional(z.int().check(z.gt(0))),
    beforeMinor: z.optional(whole),
    earned: z.optional(whole),
    most: z.optional(whole),
  }),
]);
export type Rate = z.infer<typeof rate>;

/** How many purchases a day's sum counts as. */
export const purchasesIn = (sumMinor: number, at: Rate): number => {
  if (at.per !== 'purchase' || sumMinor <= 0) return 0;
  return at.minMinor === undefined ? 1 : Math.min(at.most ?? 1, Math.floor(sumMinor / at.minMinor));
};

/**
 * Points for a sum: floor(sum × points ÷ unit), the product in BigInt, or the flat points of a purchase that cost anything.
 * @param minor non-negative sum in minor units
 */
export const pointsFor = (minor: number, at: Rate): number => {
  if (at.per === 'purchase') {
    const { points, beforeMinor = 0, earned = 0 } = at;
    return minor <= 0 ? 0 : Math.max(0, purchasesIn(beforeMinor + minor, at) - earned) * points;
  }
  return Number((BigInt(minor) * BigInt(at.points)) / BigInt(at.unitMinor));
};
