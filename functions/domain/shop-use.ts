/** What a shop tells of its coupons: that an order used one, or lets go of it. Told late, twice and in any order. */
import type { Coupon } from './coupon.ts';
import { type Instant, type OrderNumber, orderNumber } from './ids.ts';
import { answer, type Change, type Decision, type Loaded, need, type Wanted } from './ledger.ts';
import { giveBack, takeBack } from './lots.ts';
import { isActive, type Member, post } from './member.ts';
import type { Setting } from './membership.ts';
import { couponIn, dayMs, nextLook, returning, withNext } from './shop-coupon.ts';

/** The shop knows that it was used, but not by which order. */
export const byUnknownOrder: OrderNumber = orderNumber.parse('-');

export type ShopUse =
  | 'used'
  | 'known'
  /** Used after its points had come back: they are taken again. */
  | 'used_late'
  /** The shop took a coupon that was never paid for, or whose points are back with the member. */
  | 'without_debit'
  /** Another order used it before. */
  | 'twice'
  | 'unknown';

const usedBy = (held: Coupon, order: OrderNumber, { stamp }: Setting, at?: Instant): Coupon => {
  const { nextAt: _, leasedUntil: __, cancelling: ___, ...kept } = held;
  return {
    ...kept,
    state: 'used',
    usedBy: order,
    usedAt: held.usedAt ?? stamp.now,
    ...(at === undefined ? {} : { toldAt: at }),
    captured: held.captureAtUse,
    rev: held.rev + 1,
    operation: stamp.operation,
  };
};

/** Points that had come back are taken again; what is spent already becomes a debt. */
const usedLate = (held: Coupon, by: Coupon, books: Member, setting: Setting): Change => {
  const after: Coupon = { ...by, usedLate: true, captured: held.captured };
  if (!isActive(books) || books.membership !== held.membership) return { coupon: { before: held, after } };
  const source = { kind: 'late_use', reward: held.reward, coupon: held.key } as const;
  const posting = post(books, takeBack(books, held.points, 'never'), source, setting.stamp);
  return { postings: [posting], coupon: { before: held, after } };
};

/** The use has an entry of its own where points count as spent at use. */
const captured = (books: Member | undefined, held: Coupon, setting: Setting): Change => {
  const due = held.captureAtUse && !held.captured && isActive(books) && books.membership === held.membership;
  if (!due) return {};
  const source = { kind: 'capture', reward: held.reward, coupon: held.key } as const;
  return { postings: [post(books, { lots: {}, debt: 0 }, source, setting.stamp)] };
};

/** News of a use that came after the news that this order let go of it. */
const isOver = ({ releasedFrom, toldAt }: Coupon, order: OrderNumber, at: Instant | undefined): boolean =>
  releasedFrom === order && (at === undefined || toldAt === undefined || at <= toldAt);

/**
 * What a shop reports of a use. The shop has given the discount already: it is recorded, whatever we thought of the coupon.
 * @param at of when the news are, where the shop says it
 */
export const decideShopUse = (
  found: Loaded,
  order: OrderNumber,
  setting: Setting,
  at?: Instant,
): Decision<{ readonly result: ShopUse; readonly coupon: Coupon | undefined }> => {
  const held = couponIn(found);
  const say = (result: ShopUse, change?: Change) =>
    answer({ result, coupon: change?.coupon?.after ?? held }, change);
  if (held === undefined) return say('unknown');
  if (isOver(held, order, at)) return say('known');
  const after = usedBy(held, order, setting, at);
  const late = held.state === 'returned';
  if (held.state === 'used') {
    if (held.usedBy === order || order === byUnknownOrder) return say('known');
    if (held.usedBy !== byUnknownOrder) return say('twice');
    return say('used', {
      coupon: { before: held, after: { ...after, captured: held.captured } },
    });
  }
  // A reservation that the shop's own order uses was made: the answer that said so was lost.
  if (held.state !== 'issued' && held.state !== 'reserved' && !late) return say('without_debit');
  const captures = held.captureAtUse && !held.captured;
  // The books are looked at only where the use moves them.
  if ((late || captures) && found.asked.contact !== held.contact) return need({ contact: held.contact });
  if (late && found.member !== undefined)
    return say('used_late', usedLate(held, after, found.member, setting));
  return say('used', { ...captured(found.member, held, setting), coupon: { before: held, after } });
};

/** A used coupon whose order lets go of it: valid again until it expires, and looked at as it was before. */
const released = (held: Coupon, order: OrderNumber, { stamp, program }: Setting): Coupon => {
  const { usedBy: _, usedAt: __, ...rest } = held;
  const nextAt =
    held.store === undefined
      ? returning(held.expiresAt, program).nextAt
      : nextLook(held, stamp.now, dayMs, program);
  const open: Coupon = { ...withNext(rest, nextAt), state: 'issued', releasedFrom: order };
  return { ...open, rev: held.rev + 1, operation: stamp.operation };
};

/** It was used after its points had come back, and its order lets go of it: they come back again. */
const lateReleased = (held: Coupon, order: OrderNumber, books: Member, { stamp }: Setting): Change => {
  const { usedBy: _, usedAt: __, usedLate: ___, ...rest } = held;
  const { operation, now } = stamp;
  const after: Coupon = {
    ...rest,
    state: 'returned',
    releasedFrom: order,
    closedAt: now,
    rev: held.rev + 1,
    operation,
  };
  const coupon = { before: held, after };
  if (!isActive(books) || books.membership !== held.membership) return { coupon };
  const source = { kind: 'reversal', reward: held.reward, coupon: held.key, reason: 'expired' } as const;
  return { postings: [post(books, giveBack(books, held.spent), source, stamp)], coupon };
};

/** What a release of a used coupon changes, by whatever way it is told. */
export const afterRelease = (
  held: Coupon,
  order: OrderNumber,
  found: Loaded,
  setting: Setting,
): { readonly wanted: Wanted } | Change => {
  if (held.usedLate !== true) return { coupon: { before: held, after: released(held, order, setting) } };
  if (found.asked.contact !== held.contact) return { wanted: { contact: held.contact } };
  return found.member === undefined ? {} : lateReleased(held, order, found.member, setting);
};

/** The order that used it was cancelled: it is valid again until it expires. */
export const decideShopRelease = (
  found: Loaded,
  order: OrderNumber,
  setting: Setting,
  at?: Instant,
): Decision<{ readonly result: 'released' | 'unchanged'; readonly coupon: Coupon | undefined }> => {
  const held = couponIn(found);
  const told = at === undefined ? {} : { toldAt: at };
  const { rev = 0 } = held ?? {};
  // Told before the use that it ends: remembered, so that the use changes nothing when it comes.
  if (held?.state === 'issued' && held.releasedFrom !== order) {
    const { operation } = setting.stamp;
    const noted = { ...held, ...told, releasedFrom: order, rev: rev + 1, operation };
    return answer({ result: 'unchanged', coupon: noted }, { coupon: { before: held, after: noted } });
  }
  const late = at !== undefined && held?.toldAt !== undefined && at < held.toldAt;
  if (held?.state !== 'used' || held.usedBy !== order || late)
    return answer({ result: 'unchanged', coupon: held });
  const change = afterRelease(held, order, found, setting);
  if ('wanted' in change) return need(change.wanted);
  const after = { ...(change.coupon?.after ?? held), ...told };
  return answer({ result: 'released', coupon: after }, { ...change, coupon: { before: held, after } });
};
