import { describe, expect, test } from '@jest/globals';
import type { Coupon } from '../../functions/domain/coupon.ts';
import { operationId, storeId } from '../../functions/domain/ids.ts';
import type { Loaded } from '../../functions/domain/ledger.ts';
import type { Program } from '../../functions/domain/program.ts';
import { reservation } from '../../functions/domain/shop-coupon.ts';
import { byUnknownOrder, decideShopRelease, decideShopUse } from '../../functions/domain/shop-use.ts';
import {
  ana,
  answered,
  couponOf,
  dayMs,
  foundOf,
  heldBy,
  memberOf,
  minuteMs,
  noon,
  number,
  onlyPosting,
  plus,
  settingOf,
  wantedBy,
} from './support.ts';

const order = number('2001');
const other = number('2002');
const atShop = { store: storeId.parse('shop'), redemption: operationId.parse('redemption-1') };
const reserved = couponOf({ ...atShop, state: 'reserved', ...reservation(plus(noon, -minuteMs)) });
const issued = couponOf({ ...atShop, nextAt: plus(noon, -1), tries: 1 });
const expired = couponOf({ ...atShop, expiresAt: noon, nextAt: noon });
const books = memberOf({ lots: { never: 100 } });
const seen = (coupon: Coupon, over: Partial<Loaded> = {}): Loaded =>
  foundOf({ coupons: [coupon], member: books, asked: { contact: ana, coupons: [coupon.key] }, ...over });
const returning: Partial<Program> = { expiredCoupon: 'return_points' };

describe('what a shop tells of a use', () => {
  const use = (held: Coupon, by = order, program: Partial<Program> = {}) =>
    answered(decideShopUse(seen(held), by, settingOf(program)));

  test.each(['issued', 'reserved'] as const)(
    'is recorded for a coupon that is %s, and ends all that was planned',
    (state) => {
      const held = couponOf({ ...reserved, state, cancelling: 'a mistake' });
      const { answer } = use(held);
      expect(answer).toMatchObject({
        result: 'used',
        coupon: { state: 'used', usedBy: order, usedAt: noon, rev: 2 },
      });
      for (const name of ['nextAt', 'leasedUntil', 'cancelling'] as const)
        expect(answer.coupon?.[name]).toBeUndefined();
    },
  );

  test('is known the second time, and told to the owner where another order used it', () => {
    const used = use(issued).answer.coupon ?? issued;
    expect(use(used)).toMatchObject({ answer: { result: 'known' }, change: undefined });
    expect(use(used, byUnknownOrder)).toMatchObject({ answer: { result: 'known' }, change: undefined });
    expect(use(used, other)).toMatchObject({ answer: { result: 'twice' }, change: undefined });
  });

  test('names the order where the shop first knew only that it was used', () => {
    const used = use(issued, byUnknownOrder).answer.coupon ?? issued;
    expect(use(used).answer).toMatchObject({ result: 'used', coupon: { usedBy: order } });
  });

  test.each(['cancelled', 'reversed'] as const)(
    'moves nothing for one that is %s: the owner is told',
    (state) => {
      expect(use(couponOf({ ...atShop, state }))).toMatchObject({
        answer: { result: 'without_debit' },
        change: undefined,
      });
    },
  );

  test('after the points had come back takes them again, and what is spent becomes a debt', () => {
    const held = couponOf({ ...expired, state: 'returned', closedAt: noon });
    expect(wantedBy(decideShopUse(seen(held, { asked: {} }), order, settingOf()))).toEqual({ contact: ana });
    const { answer, change } = use(held);
    expect(answer).toMatchObject({ result: 'used_late', coupon: { state: 'used', usedLate: true } });
    const { entry, books: after } = onlyPosting(change);
    expect(entry.source).toMatchObject({ kind: 'late_use', coupon: held.key });
    expect(heldBy(after)).toEqual({ lots: {}, debt: 100 });
    expect(use(answer.coupon ?? held)).toMatchObject({ answer: { result: 'known' }, change: undefined });
  });

  test('after the points had come back to somebody who left since moves no points', () => {
    const held = couponOf({ ...expired, state: 'returned', membership: 0 });
    expect(use(held).change?.postings ?? []).toEqual([]);
  });

  test('has an entry of its own where points count as spent at use', () => {
    const { change } = use(couponOf({ ...issued, captureAtUse: true }));
    expect(onlyPosting(change).entry.source).toMatchObject({ kind: 'capture' });
  });

  test('of a coupon that nobody issued is no news', () => {
    expect(answered(decideShopUse(foundOf(), order, settingOf()))).toMatchObject({
      answer: { result: 'unknown' },
      change: undefined,
    });
  });
});

describe('what a shop tells of a release', () => {
  const used = couponOf({ ...atShop, state: 'used', usedBy: order, usedAt: plus(noon, -1) });
  const release = (held: Coupon, by = order, program: Partial<Program> = {}) =>
    answered(decideShopRelease(seen(held), by, settingOf(program)));

  test('makes the coupon valid again, and it is looked at the next day', () => {
    const { answer } = release(used);
    expect(answer).toMatchObject({
      result: 'released',
      coupon: { state: 'issued', releasedFrom: order, nextAt: plus(noon, dayMs) },
    });
    expect(answer.coupon?.usedBy).toBeUndefined();
  });

  test('after its end brings it before settle at once, where points come back', () => {
    const old = { ...used, expiresAt: plus(noon, -1) };
    expect(release(old, order, returning).answer.coupon?.nextAt).toBe(old.expiresAt);
    expect(release(old).answer.coupon?.nextAt).toBeUndefined();
  });

  test('of another order changes nothing', () => {
    expect(release(used, other)).toMatchObject({ answer: { result: 'unchanged' }, change: undefined });
  });

  test('that comes before the use that it ends leaves the coupon valid, whatever comes first', () => {
    const noted = release(issued).answer.coupon ?? issued;
    expect(noted.state).toBe('issued');
    const later = answered(decideShopUse(seen(noted), order, settingOf()));
    expect(later).toMatchObject({ answer: { result: 'known' }, change: undefined });
    expect(answered(decideShopUse(seen(noted), other, settingOf())).answer.result).toBe('used');
  });
});
