import { describe, expect, test } from '@jest/globals';
import { genesis, hashEntry, type Source } from '../../functions/domain/entry.ts';
import { couponKey } from '../../functions/domain/ids.ts';
import {
  countDown,
  countedOn,
  countUp,
  isActive,
  newMember,
  post,
  replay,
  rewardCounter,
} from '../../functions/domain/member.ts';
import {
  activityOf,
  ana,
  heldBy,
  memberOf,
  noon,
  number,
  operation,
  rewardOf,
  settingOf,
  shop,
} from './support.ts';

const { stamp } = settingOf();
const { id: reward } = rewardOf();
const coupon = couponKey.parse('GIFT234567892345');
const credit = { lots: { never: 30 }, debt: 0 };

describe('books', () => {
  test('begin empty, of nobody who ever joined', () => {
    expect(newMember(ana, noon)).toEqual({
      contact: ana,
      status: 'left',
      membership: 0,
      joinedAt: noon,
      seq: 0,
      head: genesis,
      lots: {},
      debt: 0,
      lifetime: 0,
      won: 0,
      bonusPaid: false,
      recent: {},
      counts: {},
    });
  });

  test('are of a member only while the membership lasts', () => {
    expect(isActive(memberOf())).toBe(true);
    expect(isActive(memberOf({ status: 'left' }))).toBe(false);
    expect(isActive(undefined)).toBe(false);
  });

  test('move by one entry that tells the movement, the balance after it and who decided it', () => {
    const books = memberOf({ lots: { never: 50 } });
    const { entry } = post(books, credit, { kind: 'activity', activity: activityOf('review').id }, stamp);
    const { hash, ...content } = entry;
    expect(content).toEqual({
      seq: 5,
      points: 30,
      balance: 80,
      lots: { never: 30 },
      debt: 0,
      at: noon,
      operation,
      programVersion: 3,
      source: { kind: 'activity', activity: 'review' },
      previous: 'the hash of entry 4',
    });
    expect(hash).toBe(hashEntry(content));
  });

  test('stand at the entry that moved them', () => {
    const books = memberOf({ lots: { never: 50 } });
    const posting = post(books, credit, { kind: 'adjustment' }, stamp);
    expect(posting.books).toEqual({
      ...books,
      seq: 5,
      head: posting.entry.hash,
      lots: { never: 80 },
      lifetime: 30,
    });
  });

  test('count a debt as points that are missing', () => {
    const { books, entry } = post(memberOf(), { lots: {}, debt: 40 }, { kind: 'adjustment' }, stamp);
    expect(heldBy(books)).toEqual({ lots: {}, debt: 40 });
    expect(entry).toMatchObject({ points: -40, balance: -40, debt: 40 });
  });

  const order = { store: shop, order: number('1001'), currency: 'USD' } as const;
  const earned = { ...order, kind: 'order', baseMinor: 1, rate: { per: 'purchase', points: 1 } } as const;
  const lost = { ...order, kind: 'refund', reason: 'refunded', remainingMinor: 0 } as const;
  const before = { lifetime: 100, won: 2 };
  test.each<[Source['kind'], Source, { lifetime: number; won: number }]>([
    ['signup', { kind: 'signup' }, { lifetime: 30, won: 0 }],
    ['order', earned, { lifetime: 130, won: 2 }],
    ['refund', lost, { lifetime: 130, won: 2 }],
    ['activity', { kind: 'activity', activity: activityOf('review').id }, { lifetime: 130, won: 2 }],
    ['adjustment', { kind: 'adjustment' }, { lifetime: 130, won: 2 }],
    ['redemption', { kind: 'redemption', reward, coupon, terms: 'sealed' }, { lifetime: 100, won: 3 }],
    ['reversal', { kind: 'reversal', reward, coupon, reason: 'cancelled' }, { lifetime: 100, won: 1 }],
    ['capture', { kind: 'capture', reward, coupon }, { lifetime: 100, won: 2 }],
    ['leave', { kind: 'leave' }, { lifetime: 0, won: 0 }],
  ])('count what was earned and won by an entry of kind %s', (_, source, after) => {
    expect(post(memberOf(before), credit, source, stamp).books).toMatchObject(after);
  });

  test('begin a membership with a signup and end it by leaving', () => {
    const joined = post(memberOf({ status: 'left', membership: 1 }), credit, { kind: 'signup' }, stamp);
    expect(joined.books).toMatchObject({ status: 'active', membership: 2, joinedAt: noon });
    const left = post(memberOf({ membership: 2 }), credit, { kind: 'leave' }, stamp);
    expect(left.books).toMatchObject({
      status: 'left',
      membership: 2,
      joinedAt: memberOf().joinedAt,
    });
  });

  test('follow from their entries alone', () => {
    const first = post(memberOf(), { lots: { never: 50, '2027-01': 5 }, debt: 0 }, { kind: 'signup' }, stamp);
    const second = post(
      first.books,
      { lots: { never: -50, '2027-01': -5 }, debt: 12 },
      { kind: 'adjustment' },
      stamp,
    );
    expect(replay([first.entry, second.entry])).toEqual({ lots: {}, debt: 12 });
    expect(replay([first.entry])).toEqual({ lots: { never: 50, '2027-01': 5 }, debt: 0 });
    expect(second.entry.previous).toBe(first.entry.hash);
  });
});

describe('counters', () => {
  test('begin at one and grow within the day', () => {
    const once = countUp(memberOf(), 'activity:review', '2026-12-01');
    expect(once.counts).toEqual({ 'activity:review': { total: 1, day: '2026-12-01', today: 1 } });
    const twice = countUp(once, 'activity:review', '2026-12-01');
    expect(twice.counts).toEqual({ 'activity:review': { total: 2, day: '2026-12-01', today: 2 } });
  });

  test('begin the day anew and keep the total on another day', () => {
    const books = memberOf({ counts: { a: { total: 5, day: '2026-11-30', today: 4 }, b: { total: 1 } } });
    expect(countUp(books, 'a', '2026-12-01').counts).toEqual({
      a: { total: 6, day: '2026-12-01', today: 1 },
      b: { total: 1 },
    });
  });

  test('count a day of which nothing was counted yet from nothing', () => {
    const books = memberOf({ counts: { a: { total: 5, day: '2026-12-01' } } });
    expect(countUp(books, 'a', '2026-12-01').counts['a']).toEqual({ total: 6, day: '2026-12-01', today: 1 });
  });

  test('stay on the later day where the clock went back, so that no day’s limit starts anew', () => {
    const books = memberOf({ counts: { a: { total: 5, day: '2026-12-02', today: 4 } } });
    expect(countUp(books, 'a', '2026-12-01').counts['a']).toEqual({ total: 6, day: '2026-12-02', today: 5 });
    expect(countedOn(books, 'a', '2026-12-01')).toEqual({ day: '2026-12-02', count: 4 });
    expect(countedOn(books, 'a', '2026-12-02')).toEqual({ day: '2026-12-02', count: 4 });
    expect(countedOn(books, 'a', '2026-12-03')).toEqual({ day: '2026-12-03', count: 0 });
    expect(countedOn(memberOf(), 'a', '2026-12-03')).toEqual({ day: '2026-12-03', count: 0 });
  });

  test('go down by one, keep their day and never fall below nothing', () => {
    const books = memberOf({ counts: { a: { total: 1, day: '2026-12-01', today: 1 }, b: { total: 3 } } });
    const down = countDown(books, 'a');
    expect(down.counts).toEqual({ a: { total: 0, day: '2026-12-01', today: 1 }, b: { total: 3 } });
    expect(countDown(down, 'a')).toBe(down);
    expect(countDown(books, 'unknown')).toBe(books);
  });

  test('of rewards have the name of the reward', () => {
    expect(rewardCounter(reward)).toBe('reward:tea-towel');
  });
});
