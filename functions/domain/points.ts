/** Points are integers. What money earns is a ratio of integers, taken down to the whole point. */
import * as z from 'zod/mini';

/** The rate at which something earned; kept on the entry, so that a later change of rate never rewrites the past. */
export const rate = z.discriminatedUnion('per', [
  z.object({ per: z.literal('amount'), points: z.int().check(z.gte(0)), unitMinor: z.int().check(z.gt(0)) }),
  /** `minMinor`: what the purchase had to bring; absent on lines written before there was such a sum. */
  z.object({
    per: z.literal('purchase'),
    points: z.int().check(z.gte(0)),
    minMinor: z.optional(z.int().check(z.gte(0))),
  }),
]);
export type Rate = z.infer<typeof rate>;

/**
 * Points for a sum: floor(sum × points ÷ unit), the product in BigInt, or the flat points of a purchase that cost anything.
 * @param minor non-negative sum in minor units
 */
export const pointsFor = (minor: number, at: Rate): number => {
  if (at.per === 'purchase') return minor >= Math.max(1, at.minMinor ?? 0) ? at.points : 0;
  return Number((BigInt(minor) * BigInt(at.points)) / BigInt(at.unitMinor));
};
