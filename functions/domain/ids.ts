/**
 * Branded identifiers. Each is a string that passed its pattern once, at an edge; inside, the type is the proof.
 * Ids stay strings end to end: ManyChat's have 17 digits and would lose some as numbers.
 */
import * as z from 'zod/mini';

/** Contact ids of ManyChat, and whatever else a caller names a contact by. */
export const contactId = z
  .string()
  .check(z.regex(/^[A-Za-z0-9._:-]{1,64}$/))
  .brand<'ContactId'>();
export type ContactId = z.infer<typeof contactId>;

export const programId = z
  .string()
  .check(z.regex(/^[a-z0-9-]{2,32}$/, 'expected 2 to 32 of a-z, 0-9 and -'))
  .brand<'ProgramId'>();
export type ProgramId = z.infer<typeof programId>;

/** Reward, activity and store ids as the owner writes them; short, because they are parts of keys and counters. */
const slug = z.string().check(
  z.regex(/^[a-z0-9-]{1,40}$/, 'expected 1 to 40 of a-z, 0-9 and -'),
  // The AWS SDK takes a map with this key for an instance of a class, and stores nothing.
  z.refine((id: string) => id !== 'constructor', 'expected a word that is not reserved'),
);
export const rewardId = slug.brand<'RewardId'>();
export type RewardId = z.infer<typeof rewardId>;
export const activityId = slug.brand<'ActivityId'>();
export type ActivityId = z.infer<typeof activityId>;
export const storeId = slug.brand<'StoreId'>();
export type StoreId = z.infer<typeof storeId>;

/** Names a ManyChat account among those that the programs of a deployment send through; its token lies under this name. */
export const accountId = z
  .string()
  .check(z.regex(/^[a-z0-9-]{1,40}$/, 'expected 1 to 40 of a-z, 0-9 and -'))
  .brand<'AccountId'>();
export type AccountId = z.infer<typeof accountId>;

/** An order number after normalization, see `normalizeOrderNumber`. */
export const orderNumber = z
  .string()
  .check(z.regex(/^[A-Z0-9._/-]{1,32}$/))
  .brand<'OrderNumber'>();
export type OrderNumber = z.infer<typeof orderNumber>;

/** A coupon code as it is stored: upper case, without blanks and hyphens. Codes of a shop's own may hold dots and underscores. */
export const couponKey = z
  .string()
  .check(z.regex(/^[A-Z0-9._]{1,64}$/))
  .brand<'CouponKey'>();
export type CouponKey = z.infer<typeof couponKey>;

/** Names one attempt to change the books; kept on what it wrote, so that a lost answer can be looked up. */
export const operationId = z.string().check(z.minLength(8), z.maxLength(64)).brand<'OperationId'>();
export type OperationId = z.infer<typeof operationId>;

/** Milliseconds since 1970 UTC. */
export const instant = z.int().brand<'Instant'>();
export type Instant = z.infer<typeof instant>;

/** The instant so many ms later. */
export const later = (at: Instant, ms: number): Instant => instant.parse(at + ms);

/**
 * Outer blanks and leading `#`/`№` fall away, then NFKC and upper case; inner hyphens and zeros stay.
 * @returns undefined where the rest cannot be an order number.
 */
export const normalizeOrderNumber = (typed: string): OrderNumber | undefined => {
  const bare = typed.replace(/^[#№\s\p{Cf}]+|[\s\p{Cf}]+$/gu, '').normalize('NFKC');
  // Full-width keyboards write a sign that only becomes `#` by normalization.
  const parsed = orderNumber.safeParse(bare.replace(/^[#\s]+/, '').toUpperCase());
  return parsed.success ? parsed.data : undefined;
};

/** Codes are read without case, blanks and hyphens. @returns undefined where nothing readable is left. */
export const normalizeCouponCode = (typed: string): CouponKey | undefined => {
  const parsed = couponKey.safeParse(
    typed
      .normalize('NFKC')
      .toUpperCase()
      .replace(/[\s\p{Pd}]+/gu, ''),
  );
  return parsed.success ? parsed.data : undefined;
};
