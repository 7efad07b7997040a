import { describe, expect, test } from '@jest/globals';
import type { Coupon, CouponState } from '../../functions/domain/coupon.ts';
import { type Instant, operationId, storeId } from '../../functions/domain/ids.ts';
import type { Loaded } from '../../functions/domain/ledger.ts';
import type { Program } from '../../functions/domain/program.ts';
import {
  decideAgainLater,
  decideCancelling,
  decideFailed,
  decideLooked,
  decideMade,
  decideReturned,
  lease,
  reservation,
} from '../../functions/domain/shop-coupon.ts';
import {
  ana,
  answered,
  couponOf,
  dayMs,
  foundOf,
  heldBy,
  hourMs,
  memberOf,
  minuteMs,
  noon,
  onlyPosting,
  plus,
  settingOf,
  wantedBy,
} from './support.ts';

const atShop = { store: storeId.parse('shop'), redemption: operationId.parse('redemption-1') };
const reserved = couponOf({ ...atShop, state: 'reserved', ...reservation(plus(noon, -minuteMs)) });
const issued = couponOf({ ...atShop, nextAt: plus(noon, -1), tries: 1 });
const expired = couponOf({ ...atShop, expiresAt: noon, nextAt: noon });
const books = memberOf({ lots: { never: 100 } });
const seen = (coupon: Coupon, over: Partial<Loaded> = {}): Loaded =>
  foundOf({ coupons: [coupon], member: books, asked: { contact: ana, coupons: [coupon.key] }, ...over });
const returning: Partial<Program> = { expiredCoupon: 'return_points' };
const over: readonly CouponState[] = ['used', 'cancelled', 'reversed', 'returned', 'fulfilled', 'refused'];

describe('the right to ask the shop', () => {
  test('is one request’s for 15 seconds, and settle’s after a minute', () => {
    const begun = reservation(noon);
    expect(begun).toEqual({ leasedUntil: plus(noon, 15_000), nextAt: plus(noon, 60_000), tries: 1 });
    const held = couponOf({ ...atShop, state: 'reserved', ...begun });
    expect(lease(held, settingOf({}, plus(noon, 14_999)))).toBeUndefined();
    const { coupon } = lease(held, settingOf({}, plus(noon, 15_000))) ?? {};
    expect(coupon).toMatchObject({
      before: held,
      after: { tries: 2, rev: 2, leasedUntil: plus(noon, 30_000) },
    });
    expect(coupon?.after.tellRev).toBeUndefined();
  });

  test('waits longer for the next try each time, and never longer than an hour', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 20, 1000].map((tries) => {
      const { coupon } = lease(couponOf({ ...reserved, tries }), settingOf()) ?? {};
      return ((coupon?.after.nextAt ?? 0) - noon) / minuteMs;
    });
    expect(waits).toEqual([4, 8, 16, 32, 60, 60, 60, 60, 60]);
  });

  test('that settle takes ends in a revision that the member is told of; a tap after that tells itself', () => {
    const { coupon } = lease(reserved, settingOf(), true) ?? {};
    const taken = coupon?.after ?? reserved;
    expect(taken).toMatchObject({ rev: 2, tellRev: 3 });
    expect(answered(decideMade(seen(taken), settingOf())).answer.coupon).toMatchObject({
      rev: 3,
      tellRev: 3,
    });
    expect(answered(decideFailed(seen(taken), settingOf())).answer.coupon).toMatchObject({
      rev: 3,
      tellRev: 3,
    });
    const late = settingOf({}, plus(noon, minuteMs));
    expect(lease(taken, late)?.coupon?.after.tellRev).toBeUndefined();
  });
});

describe('a reservation', () => {
  const made = (held: Coupon, program: Partial<Program> = {}, now?: Instant) =>
    answered(decideMade(seen(held), settingOf(program, now)));

  test('that the shop has made is issued without a lease, and looked at a day later', () => {
    const { answer, change } = made(reserved);
    expect(answer).toMatchObject({
      result: 'done',
      coupon: { state: 'issued', nextAt: plus(noon, dayMs), rev: 2 },
    });
    expect(answer.coupon?.leasedUntil).toBeUndefined();
    expect(change).toEqual({ coupon: { before: reserved, after: answer.coupon } });
  });

  test('that was tried twice is looked at in ten minutes: it may have a twin', () => {
    expect(made({ ...reserved, tries: 2 }).answer.coupon?.nextAt).toBe(plus(noon, 10 * minuteMs));
  });

  test('of a coupon that ends before the look is looked at at its end, where points come back then, else never', () => {
    const short = { ...reserved, expiresAt: plus(noon, hourMs) };
    expect(made(short).answer.coupon?.nextAt).toBeUndefined();
    expect(made(short, returning).answer.coupon?.nextAt).toBe(short.expiresAt);
    expect(made(short, returning, plus(noon, dayMs)).answer.coupon?.nextAt).toBe(short.expiresAt);
  });

  test('that the shop refused gives the points back to their lots, frees its request, and is watched', () => {
    const held = couponOf({ ...reserved, request: 'the hash of a request id' });
    expect(wantedBy(decideFailed(seen(held, { asked: {} }), settingOf()))).toEqual({ contact: ana });
    const { answer, change } = answered(decideFailed(seen(held), settingOf()));
    expect(answer).toMatchObject({
      result: 'done',
      coupon: { state: 'reversed', closedAt: noon, nextAt: plus(noon, minuteMs) },
    });
    expect(heldBy(answer.books)).toEqual({ lots: { never: 300 }, debt: 0 });
    expect(onlyPosting(change).entry.source).toMatchObject({ kind: 'reversal', reason: 'failed' });
    expect(change?.freedKey).toEqual({ contact: ana, verb: 'redeem', key: held.request });
  });

  test.each([...over, 'issued'] as const)('ends once: what is %s is neither made nor reversed', (state) => {
    const held = couponOf({ ...atShop, state });
    for (const decide of [decideMade, decideFailed])
      expect(answered(decide(seen(held), settingOf()))).toMatchObject({
        answer: { result: 'gone', coupon: held },
        change: undefined,
      });
  });
});

describe('an expired coupon', () => {
  test('gives its points back, and is not watched: the shop has ended it', () => {
    const { answer, change } = answered(decideReturned(seen(expired), settingOf(returning)));
    expect(answer).toMatchObject({ result: 'done', coupon: { state: 'returned', closedAt: noon } });
    expect(answer.coupon?.nextAt).toBeUndefined();
    expect(onlyPosting(change).entry.source).toMatchObject({ kind: 'reversal', reason: 'expired' });
  });

  test('gives nothing back a moment before its end, nor twice, nor once used', () => {
    const early = decideReturned(seen(expired), settingOf(returning, plus(noon, -1)));
    expect(answered(early)).toMatchObject({ answer: { result: 'gone' }, change: undefined });
    for (const state of over)
      expect(
        answered(decideReturned(seen({ ...expired, state }), settingOf(returning))).change,
      ).toBeUndefined();
  });
});

describe('looking', () => {
  const nextAfter = (held: Coupon, now: Instant = noon): number | undefined => {
    const { nextAt } = answered(decideLooked(seen(held), settingOf({}, now))).answer.coupon ?? {};
    return nextAt === undefined ? undefined : (nextAt - now) / dayMs;
  };

  test('at a sure coupon comes each week, at one with a possible twin once more after a day', () => {
    expect(nextAfter(issued)).toBe(7);
    expect(nextAfter({ ...issued, tries: 2 })).toBe(1);
    expect(answered(decideLooked(seen({ ...issued, tries: 2 }), settingOf())).answer.coupon?.tries).toBe(1);
  });

  test('at an undone one goes on for a week, at most a day apart, and looks once at its end', () => {
    let held = couponOf({
      ...atShop,
      state: 'reversed',
      closedAt: noon,
      nextAt: plus(noon, minuteMs),
      tries: 1,
    });
    const looks: number[] = [];
    while (held.nextAt !== undefined) {
      looks.push(held.nextAt);
      held = answered(decideLooked(seen(held), settingOf({}, held.nextAt))).answer.coupon ?? held;
    }
    const gaps = looks.map((look, at) => look - (looks[at - 1] ?? noon));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(dayMs);
    expect(looks.length).toBeLessThan(15);
    expect((looks.at(-1) ?? 0) - noon).toBeGreaterThanOrEqual(7 * dayMs);
  });

  test('before it is due changes nothing', () => {
    const held = { ...issued, nextAt: plus(noon, 1) };
    for (const decide of [decideLooked, decideAgainLater])
      expect(answered(decide(seen(held), settingOf()))).toMatchObject({
        answer: { result: 'gone' },
        change: undefined,
      });
  });

  test('that met trouble comes again, and makes no twin likely', () => {
    const { coupon } = answered(decideAgainLater(seen(issued), settingOf())).answer;
    expect(coupon).toMatchObject({ nextAt: plus(noon, 4 * minuteMs), tries: 1 });
  });

  test('for a cancellation comes in a minute, with the owner’s reason', () => {
    const { answer } = answered(decideCancelling(seen(issued), 'a mistake', settingOf()));
    expect(answer.coupon).toMatchObject({
      state: 'issued',
      cancelling: 'a mistake',
      nextAt: plus(noon, minuteMs),
    });
    expect(
      answered(decideCancelling(seen({ ...issued, state: 'used' }), 'x', settingOf())).change,
    ).toBeUndefined();
  });
});
