import { describe, expect, test } from '@jest/globals';
import type { Coupon } from '../../functions/domain/coupon.ts';
import { checkCoupon, decideFulfil, decideRelease, decideUse } from '../../functions/domain/coupon-use.ts';
import type { Loaded } from '../../functions/domain/ledger.ts';
import {
  ana,
  answered,
  couponOf,
  foundOf,
  heldBy,
  memberOf,
  noon,
  number,
  onlyPosting,
  operation,
  plus,
  settingOf,
  wantedBy,
} from './support.ts';

const order = number('2001');
const other = number('2002');
const held = couponOf();
const used = couponOf({ state: 'used', usedBy: order, usedAt: plus(noon, -1) });
const expired = couponOf({ expiresAt: noon });
const cancelled = couponOf({ state: 'cancelled' });
const task = couponOf({ state: 'requested', benefit: { kind: 'manual' } });
const seen = (coupon: Coupon, over: Partial<Loaded> = {}): Loaded =>
  foundOf({ coupons: [coupon], asked: { coupons: [coupon.key] }, ...over });
const nobody = foundOf({ asked: {} });

describe('checking a coupon', () => {
  test.each([
    ['valid', held],
    ['used', used],
    ['expired', expired],
    ['cancelled', cancelled],
  ])('says that it is %s', (result, coupon) => {
    expect(checkCoupon(seen(coupon), noon)).toEqual({ result, coupon, replayed: false });
  });

  test('knows neither what nobody issued nor tasks, which have no code', () => {
    const unknown = { result: 'unknown', coupon: undefined, replayed: false };
    expect(checkCoupon(nobody, noon)).toEqual(unknown);
    expect(checkCoupon(seen(task), noon)).toEqual(unknown);
  });
});

describe('using a coupon', () => {
  const use = (found: Loaded, by = order) => answered(decideUse(found, by, settingOf()));

  test('marks it for one order, under the revision that was read', () => {
    const { answer, change } = use(seen(held));
    const after = { ...held, state: 'used', usedBy: order, usedAt: noon, rev: 2, operation };
    expect(answer).toEqual({ result: 'used', coupon: after, replayed: false });
    expect(change).toEqual({ coupon: { before: held, after } });
  });

  test('again for the same order is a replay', () => {
    expect(use(seen(used))).toEqual({
      answer: { result: 'used', coupon: used, replayed: true },
      change: undefined,
    });
  });

  test('never works for a second order', () => {
    expect(use(seen(used), other)).toEqual({
      answer: { result: 'already_used', coupon: used, replayed: false },
      change: undefined,
    });
    const old = { ...used, expiresAt: noon };
    expect(use(seen(old), other).answer.result).toBe('already_used');
  });

  test.each([
    ['expired', expired],
    ['cancelled', cancelled],
  ])('that is %s changes nothing', (result, coupon) => {
    expect(use(seen(coupon))).toEqual({ answer: { result, coupon, replayed: false }, change: undefined });
  });

  test('that nobody issued, or that is a task, changes nothing', () => {
    expect(use(nobody).answer.result).toBe('unknown');
    expect(use(seen(task)).answer.result).toBe('unknown');
  });
});

describe('a coupon whose points are captured at use', () => {
  const capturing = couponOf({ captureAtUse: true });
  const use = (coupon: Coupon, member = memberOf({ lots: { never: 10 }, won: 1 })) =>
    answered(decideUse(seen(coupon, { member, asked: { contact: ana } }), order, settingOf()));

  test('asks for its owner’s books', () => {
    expect(wantedBy(decideUse(seen(capturing), order, settingOf()))).toEqual({ contact: ana });
  });

  test('is captured by an entry that moves nothing', () => {
    const { answer, change } = use(capturing);
    const { books, entry } = onlyPosting(change);
    expect(answer).toMatchObject({ result: 'used', coupon: { captured: true } });
    expect(entry).toMatchObject({ points: 0, balance: 10 });
    expect(heldBy(entry)).toEqual({ lots: {}, debt: 0 });
    expect(entry.source).toEqual({ kind: 'capture', reward: 'tea-towel', coupon: capturing.key });
    expect(books).toMatchObject({ lots: { never: 10 }, won: 1, seq: 5 });
  });

  test('is captured once, however often it is used', () => {
    const { change } = use({ ...capturing, captured: true });
    expect(change?.postings).toBeUndefined();
    expect(change?.coupon?.after).toMatchObject({ state: 'used', captured: true });
  });

  test.each([
    ['left', memberOf({ status: 'left' })],
    ['joined again', memberOf({ membership: 2 })],
  ])('is used without an entry where its owner %s', (_, member) => {
    const { answer, change } = use(capturing, member);
    expect(answer.result).toBe('used');
    expect(change?.postings).toBeUndefined();
  });

  test('of a program that captures at issue needs no books', () => {
    expect(use(held).change?.postings).toBeUndefined();
    expect(use(held).change?.coupon?.after.captured).toBe(false);
  });
});

describe('releasing a coupon', () => {
  const release = (found: Loaded, by = order) => answered(decideRelease(found, by, settingOf()));

  test('makes it valid again', () => {
    const { answer, change } = release(seen(used));
    const after = { ...held, releasedFrom: order, rev: 2, operation };
    expect(answer).toEqual({ result: 'released', coupon: after, replayed: false });
    expect(change).toEqual({ coupon: { before: used, after } });
    expect(Object.keys(change?.coupon?.after ?? {})).not.toContain('usedBy');
    expect(Object.keys(change?.coupon?.after ?? {})).not.toContain('usedAt');
  });

  test('lets another order use it, and the first one again', () => {
    const free = release(seen(used)).answer.coupon ?? used;
    for (const next of [other, order]) {
      const { answer } = answered(decideUse(seen(free), next, settingOf()));
      expect(answer).toMatchObject({ result: 'used', replayed: false, coupon: { usedBy: next } });
    }
  });

  test('again for the same order is a replay', () => {
    const free = couponOf({ releasedFrom: order });
    expect(release(seen(free))).toEqual({
      answer: { result: 'released', coupon: free, replayed: true },
      change: undefined,
    });
  });

  test('is refused to an order that did not use it', () => {
    for (const coupon of [used, held, cancelled, couponOf({ releasedFrom: order })]) {
      expect(release(seen(coupon), other)).toEqual({
        answer: { result: 'not_used_by_this_order', coupon, replayed: false },
        change: undefined,
      });
    }
    const usedByOther = couponOf({ state: 'used', usedBy: other, releasedFrom: order });
    expect(release(seen(usedByOther)).answer.result).toBe('not_used_by_this_order');
    const closed = couponOf({ state: 'cancelled', releasedFrom: order });
    expect(release(seen(closed)).answer.result).toBe('not_used_by_this_order');
  });

  test('does not make an old one young: it is valid until it expires', () => {
    const { answer } = release(seen({ ...used, expiresAt: noon }));
    expect(answer.result).toBe('released');
    expect(checkCoupon(seen(answer.coupon ?? used), noon).result).toBe('expired');
  });

  test('of what nobody issued, or of a task, is refused', () => {
    const unknown = { answer: { result: 'unknown', coupon: undefined, replayed: false }, change: undefined };
    expect(release(nobody)).toEqual(unknown);
    expect(release(seen(task))).toEqual(unknown);
  });
});

describe('fulfilling a task', () => {
  const fulfil = (found: Loaded) => answered(decideFulfil(found, settingOf()));

  test('closes it, under the revision that was read', () => {
    const after = { ...task, state: 'fulfilled', closedAt: noon, rev: 2, operation };
    expect(fulfil(seen(task))).toEqual({
      answer: { result: 'fulfilled', coupon: after, replayed: false },
      change: { coupon: { before: task, after } },
    });
  });

  test('again is a replay', () => {
    const done = couponOf({ ...task, state: 'fulfilled' });
    expect(fulfil(seen(done))).toEqual({
      answer: { result: 'fulfilled', coupon: done, replayed: true },
      change: undefined,
    });
  });

  test('that was refused is a conflict', () => {
    const refused = couponOf({ ...task, state: 'refused' });
    expect(fulfil(seen(refused))).toEqual({
      answer: { result: 'conflict', coupon: refused, replayed: false },
      change: undefined,
    });
  });

  test('is not for coupons, nor for what nobody asked for', () => {
    const unknown = {
      answer: { result: 'not_found', coupon: undefined, replayed: false },
      change: undefined,
    };
    expect(fulfil(seen(held))).toEqual(unknown);
    expect(fulfil(nobody)).toEqual(unknown);
  });
});
