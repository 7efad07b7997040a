import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dayOf } from '../../functions/domain/calendar.ts';
import { contactId, type Instant } from '../../functions/domain/ids.ts';
import type { Program } from '../../functions/domain/program.ts';
import {
  isQuietFor,
  lastQuietEnd,
  lastWritten,
  longSilenceDays,
  nextReminder,
  programQuietUntil,
  silentTooLong,
} from '../../functions/domain/reminder.ts';
import { isQuiet, minutesOf, type Reminders } from '../../functions/domain/reminder-terms.ts';
import { ana, at, dayMs, demo, hourMs, memberOf, minuteMs, noon, personOf, plus } from './support.ts';

const terms: Reminders = {
  everyDays: 28,
  hour: 10,
  flow: 'content20260101000000_000001',
  channel: 'email',
  spreadMinutes: 0,
  quiet: undefined,
  clock: 'program',
  postponedByActivity: false,
};
const programWith = (over: Partial<Reminders>, zone = 'America/Los_Angeles'): Program => ({
  ...demo,
  zone,
  reminders: { ...terms, ...over },
});
const iso = (when: Instant | undefined): string | undefined =>
  when === undefined ? undefined : new Date(when).toISOString().replace(/:00\.000Z$/, 'Z');
const next = (base: string, program: Program, person = personOf()): string | undefined =>
  iso(nextReminder(at(base), ana, person, program));

describe('the next reminder', () => {
  test('is none without reminders', () => {
    expect(nextReminder(noon, ana, personOf(), { ...demo, reminders: undefined })).toBeUndefined();
  });

  test('is so many days after the day of the base, at the hour of the zone', () => {
    // Whatever the time of that day: it is the same day in Los Angeles until 08:00 in UTC.
    expect(next('2026-12-01T08:00:00Z', programWith({}))).toBe('2026-12-29T18:00Z');
    expect(next('2026-12-02T07:59:59Z', programWith({}))).toBe('2026-12-29T18:00Z');
    expect(next('2026-12-02T08:00:00Z', programWith({}))).toBe('2026-12-30T18:00Z');
    expect(next('2026-12-01T12:00:00Z', programWith({ everyDays: 1, hour: 0 }))).toBe('2026-12-02T08:00Z');
    expect(next('2026-12-01T12:00:00Z', programWith({ hour: 23 }, 'Asia/Seoul'))).toBe('2026-12-29T14:00Z');
  });

  test('keeps its hour where the clocks are changed in between', () => {
    expect(next('2026-02-10T18:00:00Z', programWith({}))).toBe('2026-03-10T17:00Z');
    expect(next('2026-10-10T17:00:00Z', programWith({}))).toBe('2026-11-07T18:00Z');
  });

  test('is the next minute that there is where its hour is missing, and the first of two where it comes twice', () => {
    expect(next('2026-02-08T12:00:00Z', programWith({ hour: 2 }))).toBe('2026-03-08T10:00Z');
    expect(next('2026-10-04T12:00:00Z', programWith({ hour: 1 }))).toBe('2026-11-01T08:00Z');
    const saoPaulo = programWith({ everyDays: 7, hour: 0 }, 'America/Sao_Paulo');
    expect(next('2018-10-28T12:00:00Z', saoPaulo)).toBe('2018-11-04T03:00Z');
  });

  test('goes by the clock of the member where the program says so and it is known', () => {
    const member = programWith({ clock: 'member' });
    expect(next('2026-12-01T12:00:00Z', member, personOf({ utcOffset: '+09:00' }))).toBe('2026-12-29T01:00Z');
    // It is the second of December already for them.
    expect(next('2026-12-01T15:00:00Z', member, personOf({ utcOffset: '+09:00' }))).toBe('2026-12-30T01:00Z');
    expect(next('2026-12-01T12:00:00Z', member)).toBe('2026-12-29T18:00Z');
    expect(iso(nextReminder(at('2026-12-01T12:00:00Z'), ana, undefined, member))).toBe('2026-12-29T18:00Z');
    expect(next('2026-12-01T12:00:00Z', programWith({}), personOf({ utcOffset: '+09:00' }))).toBe(
      '2026-12-29T18:00Z',
    );
  });

  test('is always after its base, and never more than a day later than its days', () => {
    const given = fc.record({
      zone: fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
      ms: fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2035, 0, 1) }),
      everyDays: fc.integer({ min: 1, max: 400 }),
      hour: fc.integer({ min: 0, max: 23 }),
      spreadMinutes: fc.constantFrom(0, 1, 60, 1440),
    });
    fc.assert(
      fc.property(given, ({ zone, ms, everyDays, hour, spreadMinutes }) => {
        const base = plus(at('1970-01-01T00:00:00Z'), ms);
        const due = nextReminder(
          base,
          ana,
          personOf(),
          programWith({ everyDays, hour, spreadMinutes }, zone),
        );
        expect(due).toBeGreaterThan(base);
        expect(due).toBeLessThan(base + (everyDays + 3) * dayMs);
      }),
    );
  });
});

describe('the spread', () => {
  const crowd = Array.from({ length: 3000 }, (_, index) => contactId.parse(String(7_000_000_000 + index)));
  const minutes = (spreadMinutes: number) => {
    const program = programWith({ spreadMinutes }, 'UTC');
    const start = at('2026-12-29T10:00:00Z');
    return crowd.map((one) => ((nextReminder(noon, one, undefined, program) ?? 0) - start) / minuteMs);
  };

  test('is none where the program wants none', () => {
    expect(new Set(minutes(0))).toEqual(new Set([0]));
  });

  test('keeps everybody within its minutes, on a minute of their own that never changes', () => {
    const seen = minutes(60);
    expect(seen.every((minute) => Number.isInteger(minute) && minute >= 0 && minute < 60)).toBe(true);
    expect(minutes(60)).toEqual(seen);
  });

  test('leaves no minute empty and none crowded', () => {
    const perMinute = new Map<number, number>();
    for (const minute of minutes(60)) perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1);
    expect(perMinute.size).toBe(60);
    // 50 a minute on average.
    expect(Math.max(...perMinute.values())).toBeLessThan(100);
    expect(Math.min(...perMinute.values())).toBeGreaterThan(15);
  });

  test('may go on beyond midnight', () => {
    const seen = minutes(1440);
    expect(Math.max(...seen)).toBeGreaterThan(14 * 60);
    expect(Math.max(...seen)).toBeLessThan(1440);
  });
});

describe('quiet hours', () => {
  test('begin with their first minute and end before their last', () => {
    const night = { from: minutesOf('20:00'), to: minutesOf('08:00') };
    expect([1199, 1200, 1439, 0, 479, 480].map((minute) => isQuiet(minute, night))).toEqual([
      ...[false, true, true, true, true, false],
    ]);
    const lunch = { from: minutesOf('12:30'), to: minutesOf('13:05') };
    expect([749, 750, 784, 785].map((minute) => isQuiet(minute, lunch))).toEqual([false, true, true, false]);
  });

  test('that begin and end at the same minute are none', () => {
    const none = { from: 600, to: 600 };
    expect([0, 599, 600, 601, 1439].some((minute) => isQuiet(minute, none))).toBe(false);
  });

  const night = programWith({ quiet: { from: 20 * 60, to: 8 * 60 } });
  const until = (program: Program, now: string) => iso(programQuietUntil(program, at(now)));

  test('of a program that wrap around midnight end on the morning that comes', () => {
    expect(until(night, '2026-12-02T03:59:59Z')).toBeUndefined();
    expect(until(night, '2026-12-02T04:00:00Z')).toBe('2026-12-02T16:00Z');
    expect(until(night, '2026-12-02T07:59:59Z')).toBe('2026-12-02T16:00Z');
    expect(until(night, '2026-12-02T08:00:00Z')).toBe('2026-12-02T16:00Z');
    expect(until(night, '2026-12-02T15:59:59Z')).toBe('2026-12-02T16:00Z');
    expect(until(night, '2026-12-02T16:00:00Z')).toBeUndefined();
  });

  test('of a program that lie within a day end on that day', () => {
    const noonRest = programWith({ quiet: { from: 12 * 60, to: 14 * 60 } });
    expect(until(noonRest, '2026-12-01T19:59:59Z')).toBeUndefined();
    expect(until(noonRest, '2026-12-01T20:00:00Z')).toBe('2026-12-01T22:00Z');
    expect(until(noonRest, '2026-12-01T22:00:00Z')).toBeUndefined();
  });

  test('end by the clock where it is changed in the night', () => {
    expect(until(night, '2026-03-08T05:00:00Z')).toBe('2026-03-08T15:00Z');
    expect(until(night, '2026-11-01T05:00:00Z')).toBe('2026-11-01T16:00Z');
  });

  test('that end within an hour that comes twice end twice', () => {
    const early = programWith({ quiet: { from: 20 * 60, to: 90 } });
    expect(until(early, '2026-11-01T08:10:00Z')).toBe('2026-11-01T08:30Z');
    expect(until(early, '2026-11-01T08:30:00Z')).toBeUndefined();
    expect(until(early, '2026-11-01T09:10:30Z')).toBe('2026-11-01T09:30Z');
    expect(until(early, '2026-11-01T09:30:00Z')).toBeUndefined();
  });

  test('are none of the whole program without any, without reminders, or where the clock of the member rules', () => {
    const now = '2026-12-02T05:00:00Z';
    expect(until(programWith({}), now)).toBeUndefined();
    expect(until({ ...demo, reminders: undefined }, now)).toBeUndefined();
    expect(
      until(programWith({ quiet: { from: 20 * 60, to: 8 * 60 }, clock: 'member' }), now),
    ).toBeUndefined();
  });

  test('of one member go by the clock that rules', () => {
    const quiet = { from: 20 * 60, to: 8 * 60 };
    const seoul = personOf({ utcOffset: '+09:00' });
    // Ten in the morning in Los Angeles, three at night in Seoul.
    const when = at('2026-12-01T18:00:00Z');
    expect(isQuietFor(seoul, programWith({ quiet, clock: 'member' }), when)).toBe(true);
    expect(isQuietFor(seoul, programWith({ quiet }), when)).toBe(false);
    expect(isQuietFor(personOf(), programWith({ quiet, clock: 'member' }), when)).toBe(false);
    expect(isQuietFor(seoul, programWith({ clock: 'member' }), when)).toBe(false);
    expect(isQuietFor(seoul, { ...demo, reminders: undefined }, when)).toBe(false);
  });

  test('always end later than now, and within a day', () => {
    const given = fc.record({
      zone: fc.constantFrom('America/Los_Angeles', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Asia/Seoul'),
      to: fc.oneof(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 0, max: 180 })),
      minutes: fc.integer({ min: 1, max: 720 }),
      ms: fc.oneof(
        fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2030, 0, 1) }),
        // Around the hour that comes twice.
        fc.integer({ min: Date.UTC(2026, 10, 1, 6), max: Date.UTC(2026, 10, 1, 12) }),
        fc.integer({ min: Date.UTC(2026, 3, 4, 12), max: Date.UTC(2026, 3, 4, 18) }),
        fc.integer({ min: Date.UTC(2018, 1, 17, 22), max: Date.UTC(2018, 1, 18, 6) }),
      ),
    });
    fc.assert(
      fc.property(given, ({ zone, to, minutes, ms }) => {
        const program = programWith({ quiet: { from: (to - minutes + 1440) % 1440, to } }, zone);
        const now = plus(at('1970-01-01T00:00:00Z'), ms);
        const end = programQuietUntil(program, now);
        if (end === undefined) return;
        expect(end).toBeGreaterThan(now);
        expect(end).toBeLessThan(now + 27 * hourMs);
      }),
      { numRuns: 2000 },
    );
  });

  test('that were over last are found, so that what waited for them is not late', () => {
    const ended = (now: string, program = night) => iso(lastQuietEnd(program, at(now)));
    expect(ended('2026-12-02T15:59:59Z')).toBe('2026-12-01T16:00Z');
    expect(ended('2026-12-02T16:00:00Z')).toBe('2026-12-02T16:00Z');
    expect(ended('2026-12-02T23:00:00Z')).toBe('2026-12-02T16:00Z');
    expect(ended('2026-12-02T23:00:00Z', programWith({}))).toBeUndefined();
    expect(ended('2026-12-02T23:00:00Z', { ...demo, reminders: undefined })).toBeUndefined();
  });
});

describe('silence', () => {
  const joinedAt = at('2026-10-01T12:00:00Z');
  const books = memberOf({ joinedAt });
  const written = (when: Instant) =>
    personOf({ message: { id: 's', at: when, year: '2026', state: 'accepted' } });

  test('lasts since the last message, else since joining', () => {
    expect(lastWritten(books, undefined)).toBe(joinedAt);
    expect(lastWritten(books, personOf())).toBe(joinedAt);
    expect(lastWritten(books, written(noon))).toBe(noon);
    // A message of the membership before this one.
    expect(lastWritten(books, written(plus(joinedAt, -1)))).toBe(joinedAt);
    expect(lastWritten(books, written(joinedAt))).toBe(joinedAt);
  });

  test('is too long after more than 60 days', () => {
    expect(longSilenceDays).toBe(60);
    expect(silentTooLong(joinedAt, plus(joinedAt, 60 * dayMs))).toBe(false);
    expect(silentTooLong(joinedAt, plus(joinedAt, 60 * dayMs + 1))).toBe(true);
    expect(dayOf(plus(joinedAt, 60 * dayMs), 'UTC')).toBe('2026-11-30');
  });
});
