import { describe, expect, test } from '@jest/globals';
import { recentSends, tallied, yearOf } from '../../functions/domain/tally.ts';
import { at, dayMs, demo, noon, personOf, plus } from './support.ts';

describe('a tally', () => {
  test('begins with the first outcome', () => {
    expect(tallied(undefined, '2026', [['accepted', 1]])).toEqual({ 2026: { accepted: 1 } });
  });

  test('counts each year and outcome on its own', () => {
    const before = { 2025: { accepted: 2 }, 2026: { accepted: 1, skipped_capped: 4 } };
    expect(tallied(before, '2026', [['accepted', 1]])).toEqual({
      2025: { accepted: 2 },
      2026: { accepted: 2, skipped_capped: 4 },
    });
    expect(tallied(before, '2027', [['accepted', 1]])).toEqual({ ...before, 2027: { accepted: 1 } });
  });

  test('moves a period from one outcome to another', () => {
    const moved = tallied({ 2026: { unconfirmed: 2 } }, '2026', [
      ['unconfirmed', -1],
      ['accepted', 1],
    ]);
    expect(moved).toEqual({ 2026: { unconfirmed: 1, accepted: 1 } });
  });

  test('keeps nothing that is at 0, no year either', () => {
    expect(tallied({ 2026: { unconfirmed: 1, accepted: 1 } }, '2026', [['unconfirmed', -1]])).toEqual({
      2026: { accepted: 1 },
    });
    expect(
      tallied({ 2025: { accepted: 1 }, 2026: { unconfirmed: 1 } }, '2026', [['unconfirmed', -1]]),
    ).toEqual({
      2025: { accepted: 1 },
    });
    expect(tallied({ 2026: { unconfirmed: 1 } }, '2026', [['unconfirmed', -1]])).toEqual({});
  });

  test('leaves the one before as it was', () => {
    const before = { 2026: { accepted: 1 } };
    tallied(before, '2026', [['accepted', 1]]);
    expect(before).toEqual({ 2026: { accepted: 1 } });
  });
});

describe('the year', () => {
  test.each([
    ['2026-12-31T14:59:59Z', 'Asia/Seoul', '2026'],
    ['2026-12-31T15:00:00Z', 'Asia/Seoul', '2027'],
    ['2027-01-01T07:59:59Z', 'America/Los_Angeles', '2026'],
    ['2027-01-01T08:00:00Z', 'America/Los_Angeles', '2027'],
  ])('of %s in %s is %s', (moment, zone, year) => {
    expect(yearOf(at(moment), { ...demo, zone })).toBe(year);
  });
});

describe('messages that count for a cap', () => {
  test('are those of its days, the first moment not included', () => {
    const sends = [7 * dayMs + 1, 7 * dayMs, 7 * dayMs - 1, 0].map((ms) => plus(noon, -ms));
    expect(recentSends(personOf({ sends }), { max: 1, perDays: 7 }, noon)).toEqual(sends.slice(2));
    expect(recentSends(personOf({ sends }), { max: 1, perDays: 1 }, noon)).toEqual(sends.slice(3));
    expect(recentSends(personOf(), { max: 1, perDays: 7 }, noon)).toEqual([]);
  });
});
