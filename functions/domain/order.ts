/** Orders as the shop told of them, and the claim that each may carry. News may come late, twice and out of order. */
import * as z from 'zod/mini';
import { emailHash } from './email.ts';
import { contactId, instant, operationId, orderNumber, storeId } from './ids.ts';
import { lotKey } from './lots.ts';
import { pointsFor, type Rate, rate } from './points.ts';

const minor = z.int().check(z.gte(0));

export const orderStatus = z.enum(['pending', 'paid', 'fulfilled', 'cancelled', 'refunded']);
export type OrderStatus = z.infer<typeof orderStatus>;

/** What the shop says of an order. */
export const orderFacts = z.object({
  store: storeId,
  number: orderNumber,
  /** The shop's own immutable id, where it tells one. */
  id: z.optional(z.string()),
  email: emailHash,
  totalMinor: minor,
  /** Sum of the lines, without shipping and tax, where the shop tells it. */
  itemsMinor: z.optional(minor),
  refundedMinor: minor,
  currency: z.string(),
  status: orderStatus,
  placedAt: instant,
  updatedAt: z.optional(instant),
  test: z.boolean(),
});
export type OrderFacts = z.infer<typeof orderFacts>;

/** Who claimed it and what it earned. */
export const claim = z.object({
  contact: contactId,
  membership: z.int(),
  at: instant,
  /** The entry that credited it. */
  seq: z.int(),
  rate,
  basis: z.enum(['total', 'items']),
  /** The sum that it earned for. */
  baseMinor: minor,
  currency: z.string(),
  credited: z.int().check(z.gte(0)),
  /** What is still the member's after refunds; credited less all that was taken back. */
  standing: z.int().check(z.gte(0)),
  lot: lotKey,
  /** The day with whose purchases it was counted, where purchases earn. */
  day: z.optional(z.string()),
  /** The e-mail that it was claimed under, where the shop has told another one since. */
  email: z.optional(emailHash),
  /** Whose claim it was before, and the entry that credited them: they could not prove the e-mail. */
  from: z.optional(z.object({ contact: contactId, seq: z.int() })),
});
export type Claim = z.infer<typeof claim>;

export const order = z.extend(orderFacts, {
  /** It was under another e-mail before: its link went to that one, and proves nothing of this one. */
  emailChanged: z.optional(z.boolean()),
  rev: z.int().check(z.gte(1)),
  operation: operationId,
  claim: z.optional(claim),
  /** Who came by its signed link first. */
  provenBy: z.optional(z.object({ contact: contactId, at: instant })),
});
export type Order = z.infer<typeof order>;

const isFinal = (status: OrderStatus): boolean => status === 'cancelled' || status === 'refunded';

/** The sum that earns by the program's basis; items only where the shop told of them. */
export const baseMinor = (facts: OrderFacts, basis: 'total' | 'items'): number =>
  basis === 'items' ? (facts.itemsMinor ?? facts.totalMinor) : facts.totalMinor;

/** What was given back: all of it once the order is cancelled or refunded, whatever the sums say. */
export const remainingOf = (base: number, facts: OrderFacts): number =>
  isFinal(facts.status) ? 0 : Math.max(0, base - facts.refundedMinor);

/** What an order earns now: floor((base − refunded) × points ÷ unit); 0 when cancelled or refunded. */
export const worth = (facts: OrderFacts, at: Rate, basis: 'total' | 'items'): number =>
  pointsFor(remainingOf(baseMinor(facts, basis), facts), at);

/** Whether nothing of what was paid remains with the shop. */
export const isFullyRefunded = (facts: OrderFacts): boolean =>
  facts.status === 'refunded' || (facts.totalMinor > 0 && facts.refundedMinor >= facts.totalMinor);

const sameFacts = (a: OrderFacts, b: OrderFacts): boolean =>
  a.id === b.id &&
  a.email === b.email &&
  a.totalMinor === b.totalMinor &&
  a.itemsMinor === b.itemsMinor &&
  a.refundedMinor === b.refundedMinor &&
  a.currency === b.currency &&
  a.status === b.status &&
  a.placedAt === b.placedAt &&
  a.updatedAt === b.updatedAt &&
  a.test === b.test;

/**
 * What is known after news of the same order: older news (`updatedAt`) changes nothing, else what arrives last is the newest;
 * what was refunded never falls, and `cancelled` and `refunded` are final.
 * @returns the facts as they were where nothing is new.
 */
export const merge = (known: OrderFacts, news: OrderFacts): OrderFacts => {
  const older =
    known.updatedAt !== undefined && news.updatedAt !== undefined && news.updatedAt < known.updatedAt;
  if (older) return known;
  const id = known.id ?? news.id;
  const itemsMinor = news.itemsMinor ?? known.itemsMinor;
  const updatedAt = news.updatedAt ?? known.updatedAt;
  const merged: OrderFacts = {
    store: known.store,
    number: known.number,
    ...(id === undefined ? {} : { id }),
    email: news.email,
    totalMinor: news.totalMinor,
    ...(itemsMinor === undefined ? {} : { itemsMinor }),
    refundedMinor: Math.max(known.refundedMinor, news.refundedMinor),
    currency: news.currency,
    status: isFinal(known.status) ? known.status : news.status,
    placedAt: news.placedAt,
    ...(updatedAt === undefined ? {} : { updatedAt }),
    test: news.test,
  };
  return sameFacts(known, merged) ? known : merged;
};

/** News that names another id than the known one is of another order that took over the number. */
export const isAnotherOrder = (known: OrderFacts, news: OrderFacts): boolean =>
  known.id !== undefined && news.id !== undefined && known.id !== news.id;

/** Why a claim is worth less than before. */
export type LossReason = 'refunded' | 'cancelled' | 'lowered';

/** A claim under new facts: what remains with the shop, the points that it is worth, and why it fell. */
export interface Reassessed {
  readonly remainingMinor: number;
  readonly points: number;
  readonly reason: LossReason;
}

const lossReason = (made: Claim, facts: OrderFacts): LossReason => {
  if (facts.status === 'cancelled') return 'cancelled';
  const lowered = facts.refundedMinor === 0 && baseMinor(facts, made.basis) < made.baseMinor;
  return lowered && !isFinal(facts.status) ? 'lowered' : 'refunded';
};

/**
 * What a claim is worth under the facts: the points of what remains, at the rate at which it earned, and never more than it
 * stands at: a higher total after the claim earns nothing, a lower one counts like a refund of the difference. Sums in another
 * currency than the claim's cannot be compared with it: then only a final state counts.
 */
export const reassess = (made: Claim, facts: OrderFacts): Reassessed => {
  const comparable = facts.currency === made.currency || isFinal(facts.status);
  const remaining = comparable ? remainingOf(baseMinor(facts, made.basis), facts) : made.baseMinor;
  const points = comparable ? Math.min(made.standing, pointsFor(remaining, made.rate)) : made.standing;
  return { remainingMinor: remaining, points, reason: lossReason(made, facts) };
};
