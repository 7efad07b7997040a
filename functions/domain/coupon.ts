/** Coupons: a redemption's life from issue to use, expiry or cancellation; a manual reward's task is one without a code. */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { canonical } from './entry.ts';
import {
  contactId,
  couponKey,
  type Instant,
  instant,
  operationId,
  orderNumber,
  rewardId,
  storeId,
} from './ids.ts';
import { lotAmounts } from './lots.ts';

/** What a coupon is worth at the shop. `manual`: nothing there, the owner acts; `pool`: whatever the preloaded code means. */
export const benefit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('product'), products: z.array(z.string()) }),
  z.object({ kind: z.literal('amount'), valueMinor: z.int(), products: z.array(z.string()) }),
  z.object({ kind: z.literal('percent'), percent: z.int(), products: z.array(z.string()) }),
  z.object({ kind: z.literal('free_shipping') }),
  z.object({ kind: z.literal('manual') }),
  z.object({ kind: z.literal('pool'), products: z.array(z.string()) }),
]);

export type Benefit = z.infer<typeof benefit>;

/**
 * `issued` → `used` (→ `issued` when released) | `cancelled` | `returned`; a coupon that a shop makes begins as `reserved` and is
 * `issued` once it is there, or `reversed`; a task: `requested` → `fulfilled` | `refused`. Expiry is read off the clock; `returned`
 * is an expired coupon whose points came back.
 */
export const couponState = z.enum([
  'reserved',
  'issued',
  'used',
  'cancelled',
  'reversed',
  'returned',
  'requested',
  'fulfilled',
  'refused',
]);
export type CouponState = z.infer<typeof couponState>;

export const coupon = z.object({
  key: couponKey,
  /** As the customer types it, hyphens and all. */
  code: z.string(),
  state: couponState,
  contact: contactId,
  membership: z.int(),
  reward: rewardId,
  points: z.int(),
  benefit,
  currency: z.string(),
  issuedAt: instant,
  expiresAt: instant,
  programVersion: z.int(),
  /** The entry that took the points, and from which lots. */
  seq: z.int(),
  spent: lotAmounts,
  /** Points count as spent once the coupon is used, by an entry of its own. */
  captureAtUse: z.boolean(),
  captured: z.boolean(),
  /** The stock counter that the piece came from. */
  counter: z.optional(z.int()),
  counted: z.boolean(),
  /** Hash of the request id that it answered, freed when it is reversed. */
  request: z.optional(z.string()),
  usedBy: z.optional(orderNumber),
  usedAt: z.optional(instant),
  /** The order whose use was taken back last, so that a repeated release is known as one. */
  releasedFrom: z.optional(orderNumber),
  /** Of when the shop's last news of a use or a release are: those of before change nothing. */
  toldAt: z.optional(instant),
  closedAt: z.optional(instant),
  /** The shop that makes it, and the name of this redemption there. */
  store: z.optional(storeId),
  redemption: z.optional(z.string()),
  /** When the job `settle` is to look at it next. */
  nextAt: z.optional(instant),
  /** Until then one attempt to make it may be on its way: nobody else tries. */
  leasedUntil: z.optional(instant),
  /** How often the shop was asked to make it, or was looked at since. */
  tries: z.optional(z.int()),
  /** The revision that ended its reservation with nobody in chat: its owner is told of that one. */
  tellRev: z.optional(z.int()),
  /** The owner wants it cancelled, for this reason; the shop is to end it first. */
  cancelling: z.optional(z.string()),
  /** It was used after its points had come back, and they were taken again. */
  usedLate: z.optional(z.boolean()),
  rev: z.int(),
  operation: operationId,
});
export type Coupon = z.infer<typeof coupon>;

export type CouponStatus = 'valid' | 'used' | 'expired' | 'cancelled';

/**
 * Seals what a coupon promised, for the entry that paid for it: a changed promise is found as a changed entry is. Like the
 * entry's own hash it covers no member key, so that books can move under another id.
 */
export const sealTerms = ({ code, reward, points, benefit: promised, currency, expiresAt }: Coupon): string =>
  createHash('sha256')
    .update(canonical({ code, reward, points, promised, currency, expiresAt }))
    .digest('base64url');

export const isTask = (held: Coupon): boolean => held.benefit.kind === 'manual';

/** Whether the redemption was undone: its points came back, and its piece to the stock. */
export const isUndone = ({ state, usedLate }: Coupon): boolean =>
  state === 'cancelled' ||
  state === 'refused' ||
  state === 'reversed' ||
  state === 'returned' ||
  usedLate === true;

/** Whether there is a code that may be shown: a task has none, and a reserved coupon may never come to be. */
export const hasCode = (held: Coupon): boolean =>
  !isTask(held) && held.state !== 'reserved' && held.state !== 'reversed';

/** What the shop and the customer are told; a used one never becomes expired. */
export const statusOf = (held: Coupon, now: Instant): CouponStatus => {
  switch (held.state) {
    case 'used':
    case 'fulfilled':
      return 'used';
    case 'cancelled':
    case 'refused':
    case 'reversed':
      return 'cancelled';
    case 'returned':
      return 'expired';
    case 'reserved':
    case 'requested':
      return 'valid';
    case 'issued':
      return now >= held.expiresAt ? 'expired' : 'valid';
  }
};

/** No 0/O, 1/I/L: what is read aloud or copied from a screen stays what it was. 31 symbols, a prime, for the check. */
const symbols = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const randomSymbols = 11;

/** Weighted sum mod 31 over the random part; catches every single typo and every swap of neighbours but the wrap-around. */
const checkSymbol = (random: string): string => {
  const sum = [...random].reduce((total, symbol, index) => total + symbols.indexOf(symbol) * (index + 2), 0);
  return symbols.charAt(sum % symbols.length);
};

/**
 * A code such as `GIFT-7KQ2-9XWD-M4TC`: the reward's prefix, 11 random symbols and a check symbol (54.5 bits).
 * @param below a source of uniformly distributed integers in [0, n)
 */
export const makeCode = (prefix: string, below: (n: number) => number): string => {
  const random = Array.from({ length: randomSymbols }, () => symbols.charAt(below(symbols.length))).join('');
  const body = random + checkSymbol(random);
  return [prefix, body.slice(0, 4), body.slice(4, 8), body.slice(8)].join('-');
};
