import { describe, expect, test } from '@jest/globals';
import { type CreditAnswer, decideCredit } from '../../functions/domain/activity.ts';
import type { KeyRecord, Loaded } from '../../functions/domain/ledger.ts';
import type { Member } from '../../functions/domain/member.ts';
import {
  activityOf,
  ana,
  answered,
  at,
  foundOf,
  heldBy,
  memberOf,
  noon,
  onlyPosting,
  settingOf,
} from './support.ts';

const free = activityOf('free');
const once = activityOf('once', { perMember: 1 });
const daily = activityOf('daily', { perDay: 2, perMember: 5 });
const program = { activities: [free, once, daily] };

const credit = (found: Loaded, activity: string, key?: string, now = noon) =>
  answered(decideCredit(found, { contact: ana, activity, key }, settingOf(program, now)));
const of = (member: Member) => foundOf({ member });
const counted = (counts: Member['counts']) => of(memberOf({ counts }));
const used = (input: string): KeyRecord => ({ contact: ana, verb: 'credit', key: 'hash-1', input, seq: 3 });

describe('an activity', () => {
  test('pays what the program sets for it, by an entry that names it', () => {
    const { answer, change } = credit(of(memberOf({ lots: { never: 5 } })), 'free');
    const { books, entry } = onlyPosting(change);
    expect(answer).toEqual({ result: 'credited', books, activity: free });
    expect(books).toMatchObject({ lots: { never: 25 }, lifetime: 20, seq: 5 });
    expect(entry).toMatchObject({ points: 20, source: { kind: 'activity', activity: 'free' } });
    expect(Object.keys(change ?? {})).toEqual(['postings']);
  });

  test('without limits is paid each time and not counted', () => {
    const { answer } = credit(of(memberOf()), 'free');
    expect(answer.books?.counts).toEqual({});
  });

  test.each([
    ['once', 'activity:once', { total: 1, day: '2026-12-01', today: 1 }],
    ['daily', 'activity:daily', { total: 1, day: '2026-12-01', today: 1 }],
  ])('with limits (%s) is counted in the books that are written', (activity, counter, count) => {
    const { answer, change } = credit(of(memberOf()), activity);
    expect(answer.books?.counts).toEqual({ [counter]: count });
    expect(onlyPosting(change).books).toBe(answer.books);
  });

  test('limited only by the day is counted, too', () => {
    const setting = settingOf({ activities: [activityOf('daily', { perDay: 1 })] });
    const decision = decideCredit(
      of(memberOf()),
      { contact: ana, activity: 'daily', key: undefined },
      setting,
    );
    expect(answered(decision).answer.books?.counts).toHaveProperty(['activity:daily', 'total'], 1);
  });

  test('pays a debt first', () => {
    const books = credit(of(memberOf({ debt: 50 })), 'free').answer.books ?? memberOf();
    expect(heldBy(books)).toEqual({ lots: {}, debt: 30 });
  });
});

describe('the limits of an activity', () => {
  const refused = (activity: typeof free, found: Loaded): { answer: CreditAnswer; change: undefined } => ({
    answer: { result: 'limit_reached', books: found.member, activity },
    change: undefined,
  });

  test('of a member hold for good', () => {
    const found = counted({ 'activity:once': { total: 1, day: '2025-01-01', today: 1 } });
    expect(credit(found, 'once')).toEqual(refused(once, found));
    const rejoined = of(memberOf({ membership: 2, counts: { 'activity:once': { total: 1 } } }));
    expect(credit(rejoined, 'once')).toEqual(refused(once, rejoined));
  });

  test('of a day hold on that day only', () => {
    const full = counted({ 'activity:daily': { total: 2, day: '2026-12-01', today: 2 } });
    expect(credit(full, 'daily')).toEqual(refused(daily, full));
    const yesterday = counted({ 'activity:daily': { total: 2, day: '2026-11-30', today: 2 } });
    expect(credit(yesterday, 'daily').answer.result).toBe('credited');
  });

  test('are reached exactly, by the day and in all', () => {
    const oneLeft = counted({ 'activity:daily': { total: 4, day: '2026-12-01', today: 1 } });
    const { answer } = credit(oneLeft, 'daily');
    expect(answer.result).toBe('credited');
    expect(credit(of(answer.books ?? memberOf()), 'daily').answer.result).toBe('limit_reached');
    const spent = counted({ 'activity:daily': { total: 5, day: '2026-11-01', today: 1 } });
    expect(credit(spent, 'daily').answer.result).toBe('limit_reached');
  });

  test('count days as people of the program’s zone do', () => {
    const found = counted({ 'activity:daily': { total: 2, day: '2026-11-30', today: 2 } });
    expect(credit(found, 'daily', undefined, at('2026-12-01T07:59:59Z')).answer.result).toBe('limit_reached');
    const { answer } = credit(found, 'daily', undefined, at('2026-12-01T08:00:00Z'));
    expect(answer.result).toBe('credited');
    expect(answer.books?.counts['activity:daily']).toEqual({ total: 3, day: '2026-12-01', today: 1 });
  });

  test('do not start anew where the clock went back', () => {
    const tomorrow = counted({ 'activity:daily': { total: 2, day: '2026-12-02', today: 2 } });
    expect(credit(tomorrow, 'daily').answer.result).toBe('limit_reached');
  });

  test('are not reached by a day of which nothing was counted', () => {
    const found = counted({ 'activity:daily': { total: 1, day: '2026-12-01' } });
    expect(credit(found, 'daily').answer.result).toBe('credited');
  });

  test('of one activity are not those of another', () => {
    const found = counted({ 'activity:daily': { total: 5, day: '2026-12-01', today: 2 } });
    expect(credit(found, 'once').answer.result).toBe('credited');
  });
});

describe('the key of a credit', () => {
  test('is kept with the entry that it made', () => {
    expect(credit(of(memberOf()), 'once', 'hash-1').change?.key).toEqual({
      contact: ana,
      verb: 'credit',
      key: 'hash-1',
      input: 'once',
      seq: 5,
    });
  });

  test('pays once, and says so again before any limit', () => {
    const member = memberOf({ counts: { 'activity:once': { total: 1 } } });
    expect(credit(foundOf({ member, key: used('once') }), 'once', 'hash-1')).toEqual({
      answer: { result: 'already_credited', books: member, activity: once },
      change: undefined,
    });
  });

  test('is of one activity only', () => {
    const found = foundOf({ member: memberOf(), key: used('once') });
    expect(credit(found, 'free', 'hash-1')).toEqual({
      answer: { result: 'key_reused', books: memberOf(), activity: free },
      change: undefined,
    });
    expect(credit(found, 'unknown', 'hash-1').answer.result).toBe('key_reused');
  });
});

describe('nothing is paid', () => {
  test('for an activity that the program does not know', () => {
    expect(credit(of(memberOf()), 'Free')).toEqual({
      answer: { result: 'activity_unknown', books: memberOf(), activity: undefined },
      change: undefined,
    });
  });

  test('for one that the program knew when the key was used', () => {
    const found = foundOf({ member: memberOf(), key: used('gone') });
    expect(credit(found, 'gone', 'hash-1').answer.result).toBe('activity_unknown');
  });

  test('to those who are no members', () => {
    const answer = { result: 'not_member', books: undefined, activity: undefined };
    expect(credit(foundOf(), 'free')).toEqual({ answer, change: undefined });
    expect(credit(of(memberOf({ status: 'left' })), 'free')).toEqual({ answer, change: undefined });
  });
});
