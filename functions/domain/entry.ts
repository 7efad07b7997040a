/**
 * Entries: the immutable lines of the ledger. Each carries the hash of the one before, so that a changed byte is found.
 * An entry holds no personal data and no free text, and the hash covers no program, table or member key: erasing a
 * person (the books move under a random id) and importing keep the chain.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { activityId, couponKey, instant, operationId, orderNumber, rewardId, storeId } from './ids.ts';
import { lotAmounts } from './lots.ts';
import { rate } from './points.ts';

const minor = z.int().check(z.gte(0));

/** What an entry came from: the business event, closed. */
export const source = z.discriminatedUnion('kind', [
  /** Joined the program; the bonus is 0 where it was paid before. */
  z.object({ kind: z.literal('signup') }),
  /** An order was claimed. `id` tells two orders apart that had the same number one after the other. */
  z.object({
    kind: z.literal('order'),
    store: storeId,
    order: orderNumber,
    id: z.optional(z.string()),
    baseMinor: minor,
    currency: z.string(),
    rate,
  }),
  /** What an order earned was taken back, in whole or in part. */
  z.object({
    kind: z.literal('refund'),
    store: storeId,
    order: orderNumber,
    id: z.optional(z.string()),
    /** `moved`: the order passed to the one who proved the e-mail that it is under. */
    reason: z.enum(['refunded', 'cancelled', 'lowered', 'moved']),
    remainingMinor: minor,
    currency: z.string(),
  }),
  z.object({ kind: z.literal('activity'), activity: activityId }),
  /** A reward was taken; `coupon` is its code, or the id of the task for a manual one; `terms` seals what it promised. */
  z.object({ kind: z.literal('redemption'), reward: rewardId, coupon: couponKey, terms: z.string() }),
  /** A redemption was undone; its points came back. */
  z.object({
    kind: z.literal('reversal'),
    reward: rewardId,
    coupon: couponKey,
    /** `failed`: the shop could not make the coupon; `expired`: unused, in a program that gives the points back then. */
    reason: z.enum(['cancelled', 'refused', 'failed', 'expired']),
  }),
  /** A coupon was used after it had expired with its points returned: they are taken again. */
  z.object({ kind: z.literal('late_use'), reward: rewardId, coupon: couponKey }),
  /** A coupon of a program that captures at use was used: the points are spent for good. Moves nothing. */
  z.object({ kind: z.literal('capture'), reward: rewardId, coupon: couponKey }),
  /** The owner corrected the points; the reason lies beside the entry and can be purged. */
  z.object({ kind: z.literal('adjustment') }),
  /** An e-mail of theirs was proven by somebody else; a signup bonus that was paid for it is taken back. */
  z.object({ kind: z.literal('email_moved') }),
  /** The member left; what was there is forfeited and a debt forgiven. */
  z.object({ kind: z.literal('leave') }),
]);
export type Source = z.infer<typeof source>;

export const entry = z.object({
  seq: z.int().check(z.gte(1)),
  points: z.int(),
  /** Balance after it: spendable less debt. */
  balance: z.int(),
  lots: lotAmounts,
  debt: z.int(),
  at: instant,
  operation: operationId,
  /** The version of the program's configuration it was decided under. */
  programVersion: z.int(),
  source,
  previous: z.string(),
  hash: z.string(),
});
export type Entry = z.infer<typeof entry>;

/** What the first entry names as the one before. */
export const genesis = '-';

/** JSON with sorted keys: the same content has the same bytes wherever it was stored. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join(',')}}`;
};

/** SHA-256 over everything of the entry but the hash itself, base64url. */
export const hashEntry = ({ hash: _, ...content }: Omit<Entry, 'hash'> & { hash?: string }): string =>
  createHash('sha256').update(canonical(content)).digest('base64url');

/** Seals a draft: the entry with its hash. */
export const seal = (draft: Omit<Entry, 'hash'>): Entry => ({ ...draft, hash: hashEntry(draft) });
