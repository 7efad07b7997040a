import { describe, expect, test } from '@jest/globals';
import type { CouponState } from '../../functions/domain/coupon.ts';
import { couponKey, type Instant } from '../../functions/domain/ids.ts';
import type { KeyRecord, Loaded } from '../../functions/domain/ledger.ts';
import type { Member } from '../../functions/domain/member.ts';
import { decideRedeem } from '../../functions/domain/redemption.ts';
import {
  ana,
  answered,
  chanceOf,
  couponOf,
  dayMs,
  foundOf,
  memberOf,
  minuteMs,
  noon,
  plus,
  rewardOf,
  settingOf,
  wantedBy,
} from './support.ts';

const held = couponOf();
const decide = (found: Loaded, request?: string, repeatMinutes = 10, tapped = false) =>
  decideRedeem(
    found,
    { contact: ana, reward: 'tea-towel', request, tapped, below: chanceOf(7) },
    settingOf({ rewards: [rewardOf()], repeatMinutes }),
  );
const redeem = (...given: Parameters<typeof decide>) => answered(decide(...given));

const tappedAt = (instant: Instant, over: Partial<Member> = {}): Member =>
  memberOf({ lots: { never: 1000 }, recent: { 'tea-towel': { coupon: held.key, at: instant } }, ...over });
const lookedUp = (member: Member, coupon = held): Loaded =>
  foundOf({ member, coupons: [coupon], asked: { contact: ana, coupons: [held.key] } });
const keyRecord: KeyRecord = {
  contact: ana,
  verb: 'redeem',
  key: 'hash-1',
  input: 'tea-towel',
  seq: 3,
  coupon: held.key,
};

describe('a second tap', () => {
  const justNow = plus(noon, -minuteMs);

  test('asks for the coupon of the first', () => {
    expect(wantedBy(decide(foundOf({ member: tappedAt(justNow) })))).toEqual({ coupons: [held.key] });
    const others = { contact: ana, coupons: [couponKey.parse('OTHER')] };
    expect(wantedBy(decide(foundOf({ member: tappedAt(justNow), asked: others })))).toEqual({
      coupons: [held.key],
    });
  });

  test('answers the coupon of the first and takes nothing', () => {
    const member = tappedAt(justNow);
    expect(redeem(lookedUp(member))).toEqual({
      answer: { result: 'already_issued', books: member, reward: rewardOf(), coupon: held, pointsShort: 0 },
      change: undefined,
    });
  });

  test('is one until the minutes are over', () => {
    const last = tappedAt(plus(noon, 1 - 10 * minuteMs));
    expect(redeem(lookedUp(last)).answer.result).toBe('already_issued');
    const over = tappedAt(plus(noon, -10 * minuteMs));
    expect(redeem(foundOf({ member: over })).answer.result).toBe('issued');
  });

  test('is never one where the program says 0 minutes', () => {
    expect(redeem(foundOf({ member: tappedAt(noon) }), undefined, 0).answer.result).toBe('issued');
    const ahead = tappedAt(plus(noon, 1));
    expect(redeem(foundOf({ member: ahead }), undefined, 0).answer.result).toBe('issued');
  });

  test.each<[CouponState, string]>([
    ['issued', 'already_issued'],
    ['requested', 'already_issued'],
    ['used', 'issued'],
    ['cancelled', 'issued'],
    ['fulfilled', 'issued'],
    ['refused', 'issued'],
  ])('on a coupon that is %s by now: %s', (state, result) => {
    expect(redeem(lookedUp(tappedAt(justNow), couponOf({ state }))).answer.result).toBe(result);
  });

  test('on a coupon that is not there takes the reward', () => {
    expect(redeem({ ...lookedUp(tappedAt(justNow)), coupons: [] }).answer.result).toBe('issued');
    const other = couponOf({ key: couponKey.parse('OTHER') });
    expect(redeem(lookedUp(tappedAt(justNow), other)).answer.result).toBe('issued');
  });

  test('with a request id of its own is none', () => {
    const { answer } = redeem(foundOf({ member: tappedAt(justNow) }), 'hash-2');
    expect(answer.result).toBe('issued');
  });

  test('on another reward is none', () => {
    const recent = { 'linen-set': { coupon: held.key, at: justNow } };
    expect(redeem(foundOf({ member: tappedAt(justNow, { recent }) })).answer.result).toBe('issued');
  });
});

describe('a button', () => {
  const member = tappedAt(plus(noon, -minuteMs));
  const tap = (found: Loaded) => redeem(found, 'hash-1', 10, true);

  test('that was tapped answers its own coupon at any time', () => {
    const coupon = couponOf({ state: 'used' });
    const found = { ...lookedUp(tappedAt(plus(noon, -dayMs)), coupon), key: keyRecord };
    expect(tap(found).answer).toMatchObject({ result: 'already_issued', coupon });
  });

  test('that was not tapped yet repeats what was taken just now', () => {
    expect(tap(lookedUp(member)).answer).toMatchObject({ result: 'already_issued', coupon: held });
    expect(wantedBy(decide(foundOf({ member }), 'hash-1', 10, true))).toEqual({ coupons: [held.key] });
  });

  test('takes the reward where what was taken just now is used, or was taken long ago', () => {
    expect(tap(lookedUp(member, couponOf({ state: 'used' }))).answer.result).toBe('issued');
    expect(tap(foundOf({ member: tappedAt(plus(noon, -dayMs)) })).answer.result).toBe('issued');
  });
});

describe('the books remember', () => {
  test('the coupon that was just taken, for the next tap', () => {
    const { answer } = redeem(foundOf({ member: memberOf({ lots: { never: 200 } }) }));
    const { coupon, books } = answer;
    expect(books?.recent).toEqual({ 'tea-towel': { coupon: coupon?.key, at: noon } });
  });

  test('only what a tap may still repeat', () => {
    const recent = {
      'linen-set': { coupon: couponKey.parse('OLD'), at: plus(noon, -10 * minuteMs) },
      'five-off': { coupon: couponKey.parse('NEW'), at: plus(noon, 1 - 10 * minuteMs) },
    };
    const { answer } = redeem(foundOf({ member: memberOf({ lots: { never: 200 }, recent }) }));
    expect(Object.keys(answer.books?.recent ?? {}).sort()).toEqual(['five-off', 'tea-towel']);
    expect(answer.books?.recent['five-off']).toEqual(recent['five-off']);
  });
});

describe('a request id', () => {
  const member = memberOf({ lots: { never: 1000 } });

  test('is kept with the coupon and the entry that it made', () => {
    const { answer, change } = redeem(foundOf({ member }), 'hash-1');
    expect(change?.key).toEqual({
      contact: ana,
      verb: 'redeem',
      key: 'hash-1',
      input: 'tea-towel',
      seq: 5,
      coupon: answer.coupon?.key,
    });
    expect(answer.coupon?.request).toBe('hash-1');
  });

  test('that was not given leaves no key', () => {
    const { answer, change } = redeem(foundOf({ member }));
    expect(change?.key).toBeUndefined();
    expect('request' in (answer.coupon ?? {})).toBe(false);
  });

  test('asks for the coupon that it answered', () => {
    expect(wantedBy(decide(foundOf({ member, key: keyRecord }), 'hash-1'))).toEqual({ coupons: [held.key] });
  });

  test.each<CouponState>(['issued', 'used', 'requested', 'fulfilled'])(
    'answers the same coupon at any time, though it is %s',
    (state) => {
      const coupon = couponOf({ state, issuedAt: plus(noon, -300 * dayMs) });
      const { answer, change } = redeem({ ...lookedUp(member, coupon), key: keyRecord }, 'hash-1');
      expect(answer).toMatchObject({ result: 'already_issued', coupon, books: member });
      expect(change).toBeUndefined();
    },
  );

  test('looks at its own coupon, not at the last tap', () => {
    const recent = { 'tea-towel': { coupon: couponKey.parse('OTHER'), at: noon } };
    const found = lookedUp({ ...member, recent });
    const { answer } = redeem({ ...found, key: keyRecord }, 'hash-1');
    expect(answer.coupon).toBe(held);
  });

  test('of another reward is refused', () => {
    const key = { ...keyRecord, input: 'linen-set' };
    expect(redeem(foundOf({ member, key }), 'hash-1')).toEqual({
      answer: {
        result: 'key_reused',
        books: member,
        reward: rewardOf(),
        coupon: undefined,
        pointsShort: 0,
      },
      change: undefined,
    });
  });

  test('whose redemption was reversed is free again', () => {
    expect(redeem(foundOf({ member }), 'hash-1').answer.result).toBe('issued');
  });
});
