/** What the shop does with a coupon, and what the owner does with a task. */
import { type Coupon, hasCode, isTask, statusOf } from './coupon.ts';
import type { Instant, OrderNumber } from './ids.ts';
import { answer, type Change, type Decision, type Loaded, need } from './ledger.ts';
import { isActive, post } from './member.ts';
import type { Setting } from './membership.ts';
import { afterRelease } from './shop-use.ts';

export interface CouponAnswer {
  readonly result:
    | 'valid'
    | 'unknown'
    | 'used'
    | 'expired'
    | 'cancelled'
    | 'already_used'
    | 'released'
    | 'not_used_by_this_order';
  readonly coupon: Coupon | undefined;
  readonly replayed: boolean;
}

const say = (result: CouponAnswer['result'], coupon?: Coupon, replayed = false): CouponAnswer => ({
  result,
  coupon,
  replayed,
});

/** A coupon as the shop may see it: tasks have no code, and what another shop is to make is none yet. */
const couponOf = (found: Loaded): Coupon | undefined => found.coupons.find(hasCode);

export const checkCoupon = (found: Loaded, now: Instant): CouponAnswer => {
  const held = couponOf(found);
  return held === undefined ? say('unknown') : say(statusOf(held, now), held);
};

/** Where points count as spent at use, the use has an entry of its own; it moves nothing. */
const captured = (found: Loaded, after: Coupon, setting: Setting): Change => {
  const { member } = found;
  if (!isActive(member) || member.membership !== after.membership) return {};
  const source = { kind: 'capture', reward: after.reward, coupon: after.key } as const;
  return { postings: [post(member, { lots: {}, debt: 0 }, source, setting.stamp)] };
};

/** Uses a coupon for one order, once. The same order again is a replay. */
export const decideUse = (found: Loaded, order: OrderNumber, setting: Setting): Decision<CouponAnswer> => {
  const held = couponOf(found);
  if (held === undefined) return answer(say('unknown'));
  if (held.usedBy === order) return answer(say('used', held, true));
  const status = statusOf(held, setting.stamp.now);
  if (status === 'used') return answer(say('already_used', held));
  if (status !== 'valid') return answer(say(status, held));
  const captures = held.captureAtUse && !held.captured;
  if (captures && found.asked.contact !== held.contact) return need({ contact: held.contact });
  const after: Coupon = {
    ...held,
    state: 'used',
    usedBy: order,
    usedAt: setting.stamp.now,
    captured: held.captureAtUse,
    rev: held.rev + 1,
    operation: setting.stamp.operation,
  };
  const change = captures ? captured(found, after, setting) : {};
  return answer(say('used', after), { ...change, coupon: { before: held, after } });
};

/** The order that used it was cancelled: the coupon is valid again until it expires. */
export const decideRelease = (
  found: Loaded,
  order: OrderNumber,
  setting: Setting,
): Decision<CouponAnswer> => {
  const held = couponOf(found);
  if (held === undefined) return answer(say('unknown'));
  const again = held.state === 'issued' || held.state === 'returned';
  if (again && held.releasedFrom === order) return answer(say('released', held, true));
  if (held.usedBy !== order) return answer(say('not_used_by_this_order', held));
  const change = afterRelease(held, order, found, setting);
  if ('wanted' in change) return need(change.wanted);
  return answer(say('released', change.coupon?.after), change);
};

export interface TaskAnswer {
  readonly result: 'fulfilled' | 'not_found' | 'conflict';
  readonly coupon: Coupon | undefined;
  readonly replayed: boolean;
}

/** The owner has done what a manual reward promised. */
export const decideFulfil = (found: Loaded, setting: Setting): Decision<TaskAnswer> => {
  const [held] = found.coupons;
  if (held === undefined || !isTask(held))
    return answer({ result: 'not_found', coupon: undefined, replayed: false });
  if (held.state === 'fulfilled') return answer({ result: 'fulfilled', coupon: held, replayed: true });
  if (held.state !== 'requested') return answer({ result: 'conflict', coupon: held, replayed: false });
  const { stamp } = setting;
  const after: Coupon = {
    ...held,
    state: 'fulfilled',
    closedAt: stamp.now,
    rev: held.rev + 1,
    operation: stamp.operation,
  };
  return answer({ result: 'fulfilled', coupon: after, replayed: false }, { coupon: { before: held, after } });
};
