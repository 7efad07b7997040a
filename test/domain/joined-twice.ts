/** A life that goes on after leaving, in a program that counts points as spent once a coupon is used. */
import type { Dossier } from '../../functions/domain/audit.ts';
import { decideAdjustment } from '../../functions/domain/correction.ts';
import { decideUse } from '../../functions/domain/coupon-use.ts';
import { type CouponKey, type Instant, rewardId } from '../../functions/domain/ids.ts';
import { decideEnrolment, decideLeave } from '../../functions/domain/membership.ts';
import { decideRedeem } from '../../functions/domain/redemption.ts';
import { decideUndo } from '../../functions/domain/undo.ts';
import { dossierOf } from './dossier.ts';
import {
  ana,
  anaMail,
  chanceOf,
  hashOf,
  hourMs,
  noon,
  number,
  plus,
  rewardOf,
  settingOf,
} from './support.ts';
import { World } from './world.ts';

const rewards = [
  rewardOf({ points: 40, limitPerMember: 9 }),
  rewardOf({ id: rewardId.parse('sticker'), points: 5 }),
  rewardOf({ id: rewardId.parse('letter'), points: 7, limitPerMember: 3, benefit: { kind: 'manual' } }),
];
const person = { contact: ana, firstName: undefined, lastName: undefined, language: undefined };
const emails = [hashOf(anaMail)];

/**
 * signup 1, adjustment 2, redemptions 3 (used, capture 4), 5 (used after leaving), 6 (reversal 7), 8 (open), 9 (no limit),
 * 10 (task, refused, reversal 11), leave 12; again: signup 13, adjustment 14, redemption 15 (used, capture 16). Hour by hour.
 */
export const joinedTwice = (): Dossier => {
  const world = new World();
  let now: Instant = noon;
  const later = () => {
    now = plus(now, hourMs);
    return settingOf({ rewards, capture: 'use', repeatMinutes: 10_080 }, now);
  };
  const join = (key: string) => {
    world.run({ contact: ana, emails }, (found) =>
      decideEnrolment(found, { ...person, email: anaMail }, later()),
    );
    const more = { contact: ana, points: 300, reason: 'more', allowDebt: false, key };
    world.run({ contact: ana }, (found) => decideAdjustment(found, more, later()));
  };
  let seed = 0;
  const take = (reward: string, request?: string): CouponKey => {
    seed += 1;
    const below = chanceOf(seed);
    const setting = later();
    const { coupon } = world.run({ contact: ana }, (found) => {
      const fresh = { ...found, ...(found.member && { member: { ...found.member, recent: {} } }) };
      return decideRedeem(fresh, { contact: ana, reward, request, below }, setting);
    });
    if (coupon === undefined) throw new Error('nothing was taken');
    return coupon.key;
  };
  const use = (coupon: CouponKey) =>
    world.run({ coupons: [coupon] }, (found) => decideUse(found, number('2001'), later()));
  const undo = (coupon: CouponKey, from: 'issued' | 'requested') =>
    world.run({ coupons: [coupon] }, (found) => decideUndo(found, from, 'a slip', later()));

  join('first');
  use(take('tea-towel', 'one'));
  const kept = take('tea-towel', 'two');
  undo(take('tea-towel', 'three'), 'issued');
  take('tea-towel');
  take('sticker', 'five');
  undo(take('letter', 'six'), 'requested');
  world.run({ contact: ana, emails }, (found) => decideLeave(found, later()));
  use(kept);
  join('second');
  use(take('tea-towel', 'seven'));
  return dossierOf(world);
};
