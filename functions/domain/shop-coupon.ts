/**
 * Coupons that a shop makes: reserved with the points, issued once they are there, or reversed. Every one that is not over has an
 * instant at which the job `settle` looks at it next, so that none is forgotten.
 */
import type { Coupon } from './coupon.ts';
import { type Instant, later } from './ids.ts';
import { answer, type Change, type Decision, type Loaded, need } from './ledger.ts';
import type { Member } from './member.ts';
import type { Setting } from './membership.ts';
import type { Program } from './program.ts';
import { undone } from './undo.ts';

/** Longer than a function that tries may run: after that nothing of the attempt is under way on our side. */
const leaseMs = 15_000;
/** `settle` leaves a reservation to the customer's own request for so long. */
const settleAfterMs = 60_000;
/** A call without an answer may still arrive at the shop for so long; then twins are looked for. */
const twinAfterMs = 10 * 60_000;
export const dayMs = 86_400_000;
const watchedMs = 7 * dayMs;

/** What a reservation carries from its first moment: the lease of the request that makes it, and when `settle` takes over. */
export const reservation = (now: Instant): Pick<Coupon, 'leasedUntil' | 'nextAt' | 'tries'> => ({
  leasedUntil: later(now, leaseMs),
  nextAt: later(now, settleAfterMs),
  tries: 1,
});

/** A coupon of ours alone is looked at when it expires, where its points come back then. */
export const returning = (expiresAt: Instant, program: Program): Pick<Coupon, 'nextAt'> =>
  program.expiredCoupon === 'return_points' ? { nextAt: expiresAt } : {};

/** Waits twice as long each time, up to an hour. */
const backOff = (tries: number): number => Math.min(3_600_000, settleAfterMs * 2 ** Math.min(tries, 10));

/**
 * Takes the right to ask the shop again; undefined while another attempt may be on its way.
 * @param unasked nobody is in chat for it: whoever it belongs to is told what becomes of it
 */
export const lease = (held: Coupon, setting: Setting, unasked = false): Change | undefined => {
  const { now, operation } = setting.stamp;
  if (held.leasedUntil !== undefined && held.leasedUntil > now) return undefined;
  const { tellRev: _, ...kept } = held;
  const tries = (held.tries ?? 0) + 1;
  const rev = held.rev + 1;
  const after: Coupon = {
    ...kept,
    leasedUntil: later(now, leaseMs),
    nextAt: later(now, backOff(tries)),
    tries,
    ...(unasked ? { tellRev: rev + 1 } : {}),
    rev,
    operation,
  };
  return { coupon: { before: held, after } };
};

/** When an issued coupon is looked at next: a day after, later each week, and when it expires. */
export const nextLook = (
  held: Coupon,
  now: Instant,
  afterMs: number,
  { expiredCoupon }: Program,
): Instant | undefined => {
  const at = later(now, afterMs);
  if (at < held.expiresAt) return at;
  // One that is made, or freed by its order, after its end is due at once.
  return expiredCoupon === 'return_points' ? held.expiresAt : undefined;
};

export const couponIn = (found: Loaded): Coupon | undefined => found.coupons[0];

export interface ShopCouponAnswer {
  /** `gone`: it is not in the state that this is for; somebody else was faster. */
  readonly result: 'done' | 'gone';
  readonly coupon: Coupon | undefined;
  readonly books: Member | undefined;
}

const gone = (found: Loaded) =>
  answer<ShopCouponAnswer>({ result: 'gone', coupon: couponIn(found), books: found.member });

export const withNext = (held: Coupon, nextAt: Instant | undefined): Coupon => {
  const { nextAt: _, leasedUntil: __, ...rest } = held;
  return nextAt === undefined ? rest : { ...rest, nextAt };
};

const rewritten = (held: Coupon, after: Coupon, found: Loaded, { stamp }: Setting) => {
  const coupon = { ...after, rev: held.rev + 1, operation: stamp.operation };
  return answer<ShopCouponAnswer>(
    { result: 'done', coupon, books: found.member },
    { coupon: { before: held, after: coupon } },
  );
};

/** Where nobody is in chat for it, the revision that ends the reservation is told. */
const told = (held: Coupon): Pick<Coupon, 'tellRev'> =>
  held.tellRev === undefined ? {} : { tellRev: held.rev + 1 };

/** The shop has made it. */
export const decideMade = (found: Loaded, setting: Setting): Decision<ShopCouponAnswer> => {
  const held = couponIn(found);
  if (held?.state !== 'reserved') return gone(found);
  const { stamp, program } = setting;
  const doubtful = (held.tries ?? 1) > 1;
  const nextAt = nextLook(held, stamp.now, doubtful ? twinAfterMs : dayMs, program);
  const made: Coupon = { ...withNext(held, nextAt), ...told(held), state: 'issued' };
  return rewritten(held, made, found, setting);
};

/** The shop said no for good: the points come back. */
export const decideFailed = (found: Loaded, setting: Setting): Decision<ShopCouponAnswer> => {
  const held = couponIn(found);
  if (held?.state !== 'reserved') return gone(found);
  if (found.asked.contact !== held.contact) return need({ contact: held.contact });
  if (found.member === undefined) return gone(found);
  const { after, books, change } = undone(held, found.member, 'reversed', undefined, setting);
  const coupon = { ...after, ...told(held) };
  return answer({ result: 'done', coupon, books }, { ...change, coupon: { before: held, after: coupon } });
};

/** It expired unused, in a program that gives the points back then. */
export const decideReturned = (found: Loaded, setting: Setting): Decision<ShopCouponAnswer> => {
  const held = couponIn(found);
  if (held?.state !== 'issued' || setting.stamp.now < held.expiresAt) return gone(found);
  if (found.asked.contact !== held.contact) return need({ contact: held.contact });
  if (found.member === undefined) return gone(found);
  const done = undone(held, found.member, 'returned', undefined, setting);
  return answer({ result: 'done', coupon: done.after, books: done.books }, done.change);
};

/** Nothing came of looking: when the next look is due. A coupon that was tried more than once is as sure as the others from now on. */
export const decideLooked = (found: Loaded, setting: Setting): Decision<ShopCouponAnswer> => {
  const held = couponIn(found);
  if (held?.nextAt === undefined || held.nextAt > setting.stamp.now) return gone(found);
  const { now } = setting.stamp;
  if (held.state === 'issued') {
    const first = (held.tries ?? 1) > 1;
    const after = {
      ...withNext(held, nextLook(held, now, first ? dayMs : 7 * dayMs, setting.program)),
      tries: 1,
    };
    return rewritten(held, after, found, setting);
  }
  const over = held.closedAt === undefined || now - held.closedAt >= watchedMs;
  const tries = (held.tries ?? 0) + 1;
  const next =
    over || held.state === 'used' ? undefined : later(now, Math.min(dayMs, 60_000 * 4 ** Math.min(tries, 8)));
  return rewritten(held, { ...withNext(held, next), tries }, found, setting);
};

/** The shop could not be asked: again a little later. */
export const decideAgainLater = (found: Loaded, setting: Setting): Decision<ShopCouponAnswer> => {
  const held = couponIn(found);
  if (held?.nextAt === undefined || held.nextAt > setting.stamp.now) return gone(found);
  const tries = (held.tries ?? 0) + 1;
  // An issued coupon counts no tries: more than one would say that it may have twins.
  const counted = held.state === 'issued' ? held.tries : tries;
  const after = withNext(held, later(setting.stamp.now, backOff(tries)));
  return rewritten(held, counted === undefined ? after : { ...after, tries: counted }, found, setting);
};

/** The owner wants it cancelled: noted first, so that it is finished whatever becomes of the call to the shop. */
export const decideCancelling = (
  found: Loaded,
  reason: string,
  setting: Setting,
): Decision<ShopCouponAnswer> => {
  const held = couponIn(found);
  if (held?.state !== 'issued') return gone(found);
  const nextAt = later(setting.stamp.now, settleAfterMs);
  return rewritten(held, { ...held, cancelling: reason, nextAt }, found, setting);
};
