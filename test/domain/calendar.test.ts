import { describe, expect, test } from '@jest/globals';
import { dayOf, daysInMs, hourOf, isZone } from '../../functions/domain/calendar.ts';
import { at, dayMs, plus } from './support.ts';

describe('calendar days', () => {
  test.each([
    ['2026-12-01T07:59:59Z', 'America/Los_Angeles', '2026-11-30'],
    ['2026-12-01T08:00:00Z', 'America/Los_Angeles', '2026-12-01'],
    ['2026-07-01T06:59:59Z', 'America/Los_Angeles', '2026-06-30'],
    ['2026-07-01T07:00:00Z', 'America/Los_Angeles', '2026-07-01'],
    ['2026-12-31T14:59:59Z', 'Asia/Seoul', '2026-12-31'],
    ['2026-12-31T15:00:00Z', 'Asia/Seoul', '2027-01-01'],
    ['2026-01-05T18:29:59Z', 'Asia/Kolkata', '2026-01-05'],
    ['2026-01-05T18:30:00Z', 'Asia/Kolkata', '2026-01-06'],
    ['2026-12-01T10:00:00Z', 'Pacific/Kiritimati', '2026-12-02'],
    ['2026-03-09T00:00:00Z', 'UTC', '2026-03-09'],
  ])('of %s in %s is %s', (instant, zone, day) => {
    expect(dayOf(at(instant), zone)).toBe(day);
  });

  test('last 23 hours where the clock goes forward and 25 where it goes back', () => {
    const zone = 'Europe/Berlin';
    expect(dayOf(at('2026-03-28T23:00:00Z'), zone)).toBe('2026-03-29');
    expect(dayOf(at('2026-03-29T21:59:59Z'), zone)).toBe('2026-03-29');
    expect(dayOf(at('2026-03-29T22:00:00Z'), zone)).toBe('2026-03-30');
    expect(dayOf(at('2026-10-24T22:00:00Z'), zone)).toBe('2026-10-25');
    expect(dayOf(at('2026-10-25T22:59:59Z'), zone)).toBe('2026-10-25');
    expect(dayOf(at('2026-10-25T23:00:00Z'), zone)).toBe('2026-10-26');
  });

  test('have four digits for the year', () => {
    expect(dayOf(at('0987-06-05T12:00:00Z'), 'UTC')).toBe('0987-06-05');
  });

  test('are as long as 24 hours where they are only counted', () => {
    expect(daysInMs(1)).toBe(dayMs);
    expect(daysInMs(365)).toBe(365 * dayMs);
  });
});

describe('the hour on the clock', () => {
  test('ends with the hour, not an hour later', () => {
    const start = at('2026-12-01T09:59:59.999Z');
    expect(hourOf(start)).toBe('2026-12-01T09');
    expect(hourOf(plus(start, 1))).toBe('2026-12-01T10');
  });
});

describe('zones', () => {
  test.each(['America/Los_Angeles', 'Asia/Seoul', 'UTC', 'Etc/GMT+5'])('include %s', (zone) => {
    expect(isZone(zone)).toBe(true);
  });

  test.each(['Mars/Olympus', '', 'Berlin', '+02:00', '-0500'])('do not include %p', (zone) => {
    expect(isZone(zone)).toBe(false);
  });
});
