import { describe, expect, test } from '@jest/globals';
import type { Coupon } from '../../functions/domain/coupon.ts';
import { couponKey } from '../../functions/domain/ids.ts';
import type { Loaded } from '../../functions/domain/ledger.ts';
import type { Member } from '../../functions/domain/member.ts';
import { decideUndo } from '../../functions/domain/undo.ts';
import {
  ana,
  answered,
  ben,
  couponOf,
  foundOf,
  memberOf,
  noon,
  onlyPosting,
  operation,
  rewardOf,
  settingOf,
  wantedBy,
} from './support.ts';

const spent = { '2027-01': -150, never: -50 };
const coupon = couponOf({ spent });
const task = couponOf({ spent, state: 'requested', benefit: { kind: 'manual' } });
const books = memberOf({ lots: { never: 10 }, won: 3, lifetime: 90 });
const seen = (held: Coupon = coupon, member: Member = books): Loaded =>
  foundOf({ member, coupons: [held], asked: { contact: ana, coupons: [held.key] } });
const setting = settingOf({ rewards: [rewardOf({ stock: 20 })] });
const undo = (found: Loaded, from: 'issued' | 'requested' = 'issued') =>
  answered(decideUndo(found, from, 'a slip of the finger', setting));

describe('undoing a redemption', () => {
  test('gives the points back to the lots that they came from', () => {
    const { answer, change } = undo(seen());
    const posting = onlyPosting(change);
    expect(answer).toEqual({
      result: 'undone',
      books: posting.books,
      change: 200,
      coupon: change?.coupon?.after,
    });
    expect(posting.books).toMatchObject({ lots: { '2027-01': 150, never: 60 }, won: 2, lifetime: 90 });
    expect(posting.entry).toMatchObject({ points: 200, lots: { '2027-01': 150, never: 50 } });
    expect(posting.entry.source).toEqual({
      kind: 'reversal',
      reward: 'tea-towel',
      coupon: coupon.key,
      reason: 'cancelled',
    });
  });

  test('closes the coupon under the revision that was read', () => {
    expect(undo(seen()).change?.coupon).toEqual({
      before: coupon,
      after: { ...coupon, state: 'cancelled', closedAt: noon, rev: 2, operation },
    });
  });

  test('keeps the owner’s reason beside the entry', () => {
    expect(undo(seen()).change?.note).toEqual({ contact: ana, seq: 5, text: 'a slip of the finger' });
  });

  test('of a task refuses it', () => {
    const { answer, change } = undo(seen(task), 'requested');
    expect(answer).toMatchObject({ result: 'undone', change: 200, coupon: { state: 'refused' } });
    expect(onlyPosting(change).entry.source).toMatchObject({ kind: 'reversal', reason: 'refused' });
  });

  test('pays a debt that arose since first, and says what came back', () => {
    const { answer } = undo(seen(coupon, memberOf({ debt: 120 })));
    expect(answer.change).toBe(80);
    expect(answer.books).toMatchObject({ debt: 0, lots: { '2027-01': 30, never: 50 } });
  });

  test('puts the piece back to its counter, and frees the request id', () => {
    const held = couponOf({ counter: 7, request: 'hash-1' });
    const { change } = undo(seen(held));
    expect(change?.stock).toEqual({ reward: 'tea-towel', index: 7, capacity: 20, pieces: -1 });
    expect(change?.freedKey).toEqual({ contact: ana, verb: 'redeem', key: 'hash-1' });
  });

  test('puts a piece back even of a reward that the program has no more', () => {
    const decision = decideUndo(seen(couponOf({ counter: 0 })), 'issued', '', settingOf({ rewards: [] }));
    expect(answered(decision).change?.stock).toEqual({
      reward: 'tea-towel',
      index: 0,
      capacity: 0,
      pieces: -1,
    });
  });

  test('touches no stock and no key where there was none', () => {
    expect(Object.keys(undo(seen()).change ?? {}).sort()).toEqual(['coupon', 'note', 'postings']);
  });

  test('counts the reward as not taken', () => {
    const member = memberOf({ counts: { 'reward:tea-towel': { total: 2 } } });
    const counted = undo(seen(couponOf({ counted: true }), member));
    expect(counted.answer.books?.counts['reward:tea-towel']?.total).toBe(1);
    expect(onlyPosting(counted.change).books).toBe(counted.answer.books);
    expect(undo(seen(couponOf(), member)).answer.books?.counts['reward:tea-towel']?.total).toBe(2);
  });

  test('lets the next tap take the reward anew', () => {
    const other = { coupon: couponKey.parse('OTHER'), at: noon };
    const recent = { 'tea-towel': { coupon: coupon.key, at: noon }, 'linen-set': other };
    expect(undo(seen(coupon, memberOf({ recent }))).answer.books?.recent).toEqual({ 'linen-set': other });
  });

  test('keeps in mind what was taken after it', () => {
    const recent = { 'tea-towel': { coupon: couponKey.parse('LATER'), at: noon } };
    expect(undo(seen(coupon, memberOf({ recent }))).answer.books?.recent).toEqual(recent);
  });
});

describe('points do not come back', () => {
  test.each([
    ['to someone who left', memberOf({ status: 'left' })],
    ['into another membership', memberOf({ membership: 2, lots: { never: 50 } })],
  ])('%s, but the coupon is closed', (_, member) => {
    const { answer, change } = undo(seen(couponOf({ counter: 7, request: 'hash-1' }), member));
    expect(answer).toMatchObject({ result: 'undone', change: 0, books: member });
    expect(change?.postings).toEqual([]);
    expect(change?.note).toBeUndefined();
    expect(change?.coupon?.after.state).toBe('cancelled');
    expect(change?.stock?.pieces).toBe(-1);
    expect(change?.freedKey?.key).toBe('hash-1');
  });
});

describe('nothing is undone', () => {
  const nothing = (held: Coupon | undefined) => ({ books, coupon: held, change: 0 });

  test('twice', () => {
    const cancelled = couponOf({ state: 'cancelled' });
    expect(undo(seen(cancelled))).toEqual({
      answer: { ...nothing(cancelled), result: 'already_undone' },
      change: undefined,
    });
    const refused = couponOf({ ...task, state: 'refused' });
    expect(undo(seen(refused), 'requested').answer.result).toBe('already_undone');
  });

  test.each([
    ['issued', couponOf({ state: 'used' })],
    ['requested', couponOf({ ...task, state: 'fulfilled' })],
  ] as const)('of what was %s and is used or fulfilled', (from, held) => {
    expect(undo(seen(held), from)).toEqual({
      answer: { ...nothing(held), result: 'conflict' },
      change: undefined,
    });
  });

  test('of a task by cancelling a coupon, nor the other way round', () => {
    expect(undo(seen(task), 'issued').answer).toEqual({ ...nothing(task), result: 'not_found' });
    expect(undo(seen(coupon), 'requested').answer).toEqual({ ...nothing(coupon), result: 'not_found' });
  });

  test('of a coupon that nobody knows', () => {
    const { coupons: _, ...rest } = seen();
    expect(undo({ ...rest, coupons: [] }).answer).toEqual({ ...nothing(undefined), result: 'not_found' });
  });

  test('before the books of its owner were looked at', () => {
    const found = { ...seen(), asked: { coupons: [coupon.key] } };
    expect(wantedBy(decideUndo(found, 'issued', '', setting))).toEqual({ contact: ana });
    const theirs = seen(couponOf({ contact: ben }));
    expect(wantedBy(decideUndo(theirs, 'issued', '', setting))).toEqual({ contact: ben });
  });

  test('where its owner has no books', () => {
    const { member: _, ...bookless } = seen();
    expect(undo(bookless).answer.result).toBe('not_found');
  });
});
