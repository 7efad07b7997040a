import { describe, expect, test } from '@jest/globals';
import type { Dossier } from '../../functions/domain/audit.ts';
import type { Coupon } from '../../functions/domain/coupon.ts';
import { activityId, couponKey, rewardId } from '../../functions/domain/ids.ts';
import type { KeyRecord } from '../../functions/domain/ledger.ts';
import {
  audit,
  dossier,
  leftWithCoupon,
  rejoinedAndUndone,
  rewrittenFrom,
  withCoupon,
  withKey,
} from './dossier.ts';
import { noon, number } from './support.ts';

const withoutReversal = (given: Dossier): Dossier => ({
  ...given,
  entries: given.entries.map((entry) =>
    entry.source.kind === 'reversal' ? { ...entry, source: { kind: 'adjustment' } } : entry,
  ),
});

describe('an audit of the coupons finds', () => {
  test('a coupon that was paid for and is missing', () => {
    expect(audit({ ...dossier(), coupons: dossier().coupons.slice(1) })).toContain(
      '5: entry 6 paid for a coupon that is missing',
    );
  });

  test('a coupon that nobody paid for', () => {
    const [coupon] = dossier().coupons;
    if (coupon === undefined) throw new Error('there is no coupon');
    const free = { ...coupon, key: couponKey.parse('FREE') };
    const given = dossier();
    expect(audit({ ...given, coupons: [...given.coupons, free] })).toEqual([
      '3: a coupon was paid by 0 entries',
    ]);
    const task = { ...free, benefit: { kind: 'manual' } } as const;
    expect(audit({ ...given, coupons: [...given.coupons, task] })).toEqual([
      '3: a task was paid by 0 entries',
    ]);
  });

  test('a coupon that was paid twice', () => {
    const given = dossier();
    const paid = given.entries.find(({ seq }) => seq === 6);
    if (paid === undefined) throw new Error('there is no entry 6');
    expect(audit({ ...given, entries: [...given.entries, { ...paid, seq: 9 }] })).toContain(
      '3: a coupon was paid by 2 entries',
    );
  });

  const changed = '5: the coupon of entry 6 was changed';
  test.each<[string, Partial<Coupon>]>([
    ['worth', { benefit: { kind: 'percent', percent: 100, products: [] } }],
    ['end', { expiresAt: noon }],
    ['reward', { reward: rewardId.parse('linen-set') }],
    ['code', { code: 'GIFT-2222-2222-2222' }],
    ['cost', { points: 1 }],
    ['entry', { seq: 4 }],
  ])('a coupon that got another %s', (_, change) => {
    expect(audit(withCoupon('used', change))).toEqual([changed]);
  });

  test('a coupon that was cancelled without giving the points back', () => {
    const given = dossier();
    const coupons = given.coupons.map(({ usedBy: _, ...rest }) => ({ ...rest, state: 'cancelled' as const }));
    expect(audit({ ...given, coupons })).toEqual([
      '5: the coupon of entry 6 is cancelled and has 0 reversals',
    ]);
  });

  test('a coupon that is open after its points came back', () => {
    expect(audit(withCoupon('cancelled', { state: 'issued' }))).toEqual([
      '5: the coupon of entry 7 is issued and has 1 reversals',
    ]);
  });

  test('points that came back twice', () => {
    const given = dossier();
    const back = given.entries.find(({ seq }) => seq === 8);
    if (back === undefined) throw new Error('there is no entry 8');
    expect(audit({ ...given, entries: [...given.entries, { ...back, seq: 9 }] })).toContain(
      '5: the coupon of entry 7 is cancelled and has 2 reversals',
    );
  });

  test('a refused task as it finds a cancelled coupon', () => {
    expect(audit(withCoupon('cancelled', { state: 'refused' }))).toEqual([]);
  });

  test('a used coupon without its order, and an order at one that is open', () => {
    expect(audit(withCoupon('used', { state: 'issued' }))).toEqual([
      '5: the coupon of entry 6 is issued, but its order says otherwise',
    ]);
    expect(audit(withCoupon('cancelled', { usedBy: number('2001') }))).toEqual([
      '5: the coupon of entry 7 is cancelled, but its order says otherwise',
    ]);
  });

  test('no fault where someone left before the coupon was cancelled', () => {
    const given = leftWithCoupon();
    expect(audit(given)).toEqual([]);
    expect(given.entries.map(({ source }) => source.kind).slice(-2)).toEqual(['redemption', 'leave']);
  });

  test('a code that is not the one that it is found by', () => {
    const given = dossier();
    const [used] = given.coupons;
    const paid = given.entries.find(({ seq }) => seq === 6)?.source;
    if (used === undefined || paid?.kind !== 'redemption') throw new Error('entry 6 paid for no coupon');
    const key = couponKey.parse('GIFT222222222222');
    const moved = rewrittenFrom(6, { source: { ...paid, coupon: key } });
    const coupons = moved.coupons.map((coupon) => (coupon.key === used.key ? { ...coupon, key } : coupon));
    expect(audit({ ...moved, coupons })).toContain(changed);
    expect(audit(moved)).toContain('3: a coupon was paid by 0 entries');
  });

  test('a coupon that was paid with other points than it cost', () => {
    expect(audit(rewrittenFrom(6, { points: -41, balance: 109, lots: { never: -41 } }))).toContain(changed);
  });

  test('points that came back twice to someone who left', () => {
    const given = leftWithCoupon();
    const back = given.entries.find(({ seq }) => seq === 8);
    if (back === undefined) throw new Error('there is no entry 8');
    const twice = { ...given, entries: [...given.entries, { ...back, seq: 11 }] };
    expect(audit(twice)).toContain('5: the coupon of entry 7 is cancelled and has 2 reversals');
  });

  test('points that were kept from someone who left before and came again', () => {
    expect(audit(rejoinedAndUndone())).toEqual([]);
    const found = audit(withoutReversal(rejoinedAndUndone()));
    expect(found).toContain('5: the coupon of entry 12 is cancelled and has 0 reversals');
  });

  test('points that were kept from someone who left only later', () => {
    const found = audit(withoutReversal(leftWithCoupon()));
    expect(found).not.toContain('5: the coupon of entry 7 is cancelled and has 0 reversals');
    const stayed = audit(withoutReversal(dossier()));
    expect(stayed).toContain('5: the coupon of entry 7 is cancelled and has 0 reversals');
  });
});

describe('an audit of the keys finds', () => {
  const found = (verb: string, seq: number) =>
    `4: a key of ${verb} stands for entry ${seq}, which is of something else`;

  test.each<[KeyRecord['verb'], Partial<KeyRecord>, number]>([
    ['credit', { seq: 5 }, 5],
    ['credit', { seq: 99 }, 99],
    ['credit', { input: activityId.parse('other') }, 4],
    ['redeem', { seq: 4 }, 4],
    ['redeem', { seq: 99 }, 99],
    ['redeem', { input: rewardId.parse('other') }, 6],
    ['redeem', { coupon: couponKey.parse('OTHER') }, 6],
    ['adjust', { seq: 4 }, 4],
    ['adjust', { seq: 99 }, 99],
  ])('a key of %s that stands for something else: %j', (verb, change, seq) => {
    expect(audit(withKey(verb, change))).toEqual([found(verb, seq)]);
  });

  test('a key of a redemption that stands for its reversal', () => {
    const undone = dossier().coupons.find(({ state }) => state === 'cancelled');
    const moved = withKey('redeem', { seq: 8, coupon: undone?.key });
    expect(audit(moved)).toEqual([found('redeem', 8)]);
  });

  test('no fault in the input of a correction, which is a hash', () => {
    expect(audit(withKey('adjust', { input: 'anything' }))).toEqual([]);
  });

  test('a key whose verb is not what it did', () => {
    expect(audit(withKey('credit', { verb: 'adjust' }))).toEqual([found('adjust', 4)]);
    expect(audit(withKey('adjust', { verb: 'credit' }))).toEqual([found('credit', 5)]);
    expect(audit(withKey('redeem', { verb: 'credit' }))).toEqual([found('credit', 6)]);
  });
});
