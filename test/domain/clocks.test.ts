/** What the clocks of real zones show, told by Intl, against what the calendar says. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { instantOn, minuteOf } from '../../functions/domain/calendar.ts';
import { instant } from '../../functions/domain/ids.ts';
import { at, dayMs, hourMs, minuteMs } from './support.ts';

const iso = (ms: number): string => new Date(ms).toISOString().replace(/:00\.000Z$/, 'Z');

const formats = new Map<string, Intl.DateTimeFormat>();
const formatFor = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, made);
  return made;
};

/** What the clocks of a zone show, as if it were a time in UTC. */
const shown = (ms: number, zone: string): number => {
  const parts = new Map(
    formatFor(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? Number.NaN;
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
};

const offset = (ms: number, zone: string): number => shown(ms, zone) - ms;

/** The instants of a year at which the clocks of a zone are changed. */
const changesIn = (year: number, zone: string): number[] => {
  const found: number[] = [];
  const end = Date.UTC(year + 1, 0, 1);
  for (let day = Date.UTC(year, 0, 1); day < end; day += 5 * dayMs) {
    let [before, after] = [day, day + 5 * dayMs];
    if (offset(before, zone) === offset(after, zone)) continue;
    while (after - before > minuteMs) {
      const middle = before + Math.floor((after - before) / 2 / minuteMs) * minuteMs;
      if (offset(middle, zone) === offset(before, zone)) before = middle;
      else after = middle;
    }
    found.push(after);
  }
  return found;
};

const zones = Intl.supportedValuesOf('timeZone');

/** Every clock was changed by whole quarters of an hour in these years. */
const quarter = 15 * minuteMs;
const quarters = (from: number, to: number): number[] =>
  Array.from({ length: (to - from) / quarter + 1 }, (_, index) => from + index * quarter);

/** A time that a zone is asked for: around a change of its clocks where the year has one, else anywhere. */
const asked = fc
  .record({
    zone: fc.constantFrom(...zones),
    year: fc.integer({ min: 1973, max: 2037 }),
    place: fc.nat(),
    minutes: fc.integer({ min: -200, max: 200 }),
    /** How the time is spelt: so many days and minutes after midnight of an earlier day. */
    days: fc.integer({ min: 0, max: 60 }),
    over: fc.integer({ min: 0, max: 1 }),
  })
  .map(({ zone, year, place, minutes, days, over }) => {
    const changes = changesIn(year, zone);
    const around =
      changes[place % (changes.length + 1)] ?? Date.UTC(year, 0, 1) + (place % 525_600) * minuteMs;
    const wall = shown(around, zone) + minutes * minuteMs;
    const midnight = Math.floor(wall / dayMs) * dayMs - (days + over) * dayMs;
    const day = new Date(midnight).toISOString().slice(0, 10);
    return { zone, wall, day, days, minute: (wall - midnight) / minuteMs - days * 1440 };
  });

describe('the instant at which the clocks of a zone show a time', () => {
  test('is the first that shows it, and where none does the first minute after it', () => {
    fc.assert(
      fc.property(asked, ({ zone, wall, day, days, minute }) => {
        const found = instantOn(day, days, minute, zone);
        expect(found % minuteMs).toBe(0);
        if (shown(found, zone) === wall) {
          const earlier = quarters(found - 26 * hourMs, found - quarter);
          expect(earlier.filter((ms) => shown(ms, zone) === wall)).toEqual([]);
          return;
        }
        const all = quarters(wall - 26 * hourMs, wall + 26 * hourMs);
        expect(all.filter((ms) => shown(ms, zone) === wall)).toEqual([]);
        expect(shown(found, zone)).toBeGreaterThan(wall);
        expect(shown(found - minuteMs, zone)).toBeLessThan(wall);
      }),
      { numRuns: 400 },
    );
  });

  test.each([
    // Forward at two: half past two is missing, and three is the next minute that there is.
    ['America/Los_Angeles', '2026-03-08', '01:59', '2026-03-08T09:59Z'],
    ['America/Los_Angeles', '2026-03-08', '02:00', '2026-03-08T10:00Z'],
    ['America/Los_Angeles', '2026-03-08', '02:30', '2026-03-08T10:00Z'],
    ['America/Los_Angeles', '2026-03-08', '02:59', '2026-03-08T10:00Z'],
    ['America/Los_Angeles', '2026-03-08', '03:00', '2026-03-08T10:00Z'],
    ['America/Los_Angeles', '2026-03-08', '03:01', '2026-03-08T10:01Z'],
    // Back at two: half past one comes twice.
    ['America/Los_Angeles', '2026-11-01', '00:59', '2026-11-01T07:59Z'],
    ['America/Los_Angeles', '2026-11-01', '01:00', '2026-11-01T08:00Z'],
    ['America/Los_Angeles', '2026-11-01', '01:30', '2026-11-01T08:30Z'],
    ['America/Los_Angeles', '2026-11-01', '02:00', '2026-11-01T10:00Z'],
    ['America/Los_Angeles', '2026-07-01', '10:00', '2026-07-01T17:00Z'],
    ['America/Los_Angeles', '2026-12-01', '10:00', '2026-12-01T18:00Z'],
    // By half an hour.
    ['Australia/Lord_Howe', '2026-10-04', '01:59', '2026-10-03T15:29Z'],
    ['Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:30Z'],
    ['Australia/Lord_Howe', '2026-10-04', '02:30', '2026-10-03T15:30Z'],
    ['Australia/Lord_Howe', '2026-04-05', '01:45', '2026-04-04T14:45Z'],
    ['Australia/Lord_Howe', '2026-04-05', '02:00', '2026-04-04T15:30Z'],
    // A day that there never was.
    ['Pacific/Apia', '2011-12-29', '23:59', '2011-12-30T09:59Z'],
    ['Pacific/Apia', '2011-12-30', '00:00', '2011-12-30T10:00Z'],
    ['Pacific/Apia', '2011-12-30', '12:00', '2011-12-30T10:00Z'],
    ['Pacific/Apia', '2011-12-31', '00:00', '2011-12-30T10:00Z'],
    ['Pacific/Apia', '2011-12-31', '09:00', '2011-12-30T19:00Z'],
    // A day without its midnight.
    ['America/Sao_Paulo', '2018-11-04', '00:00', '2018-11-04T03:00Z'],
    ['America/Sao_Paulo', '2018-11-04', '00:30', '2018-11-04T03:00Z'],
    ['America/Sao_Paulo', '2018-11-04', '01:00', '2018-11-04T03:00Z'],
    ['America/Sao_Paulo', '2018-11-03', '23:59', '2018-11-04T02:59Z'],
    // Clocks that are never changed any more.
    ['Asia/Seoul', '2026-12-01', '10:00', '2026-12-01T01:00Z'],
    ['Asia/Seoul', '2026-07-01', '08:59', '2026-06-30T23:59Z'],
    ['Europe/Istanbul', '2026-12-01', '10:00', '2026-12-01T07:00Z'],
    ['Europe/Istanbul', '2026-07-01', '10:00', '2026-07-01T07:00Z'],
    ['Europe/Istanbul', '2015-11-08', '03:30', '2015-11-08T00:30Z'],
    // Offsets, as contacts have them.
    ['+05:30', '2026-12-01', '10:00', '2026-12-01T04:30Z'],
    ['-09:30', '2026-12-01', '10:00', '2026-12-01T19:30Z'],
    ['-03:30', '2026-12-01', '10:00', '2026-12-01T13:30Z'],
    ['+14:00', '2026-12-01', '00:00', '2026-11-30T10:00Z'],
    ['+00:00', '2026-12-01', '23:59', '2026-12-01T23:59Z'],
  ])('%s, %s %s: %s', (zone, day, time, expected) => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    expect(iso(instantOn(day, 0, hours * 60 + minutes, zone))).toBe(expected);
  });

  test('counts days by the calendar, whatever the clocks do between', () => {
    expect(iso(instantOn('2026-02-22', 28, 600, 'America/Los_Angeles'))).toBe('2026-03-22T17:00Z');
    expect(iso(instantOn('2026-10-25', 28, 600, 'America/Los_Angeles'))).toBe('2026-11-22T18:00Z');
    expect(iso(instantOn('2028-02-01', 28, 600, 'UTC'))).toBe('2028-02-29T10:00Z');
    expect(iso(instantOn('2026-12-31', 1, 600, 'UTC'))).toBe('2027-01-01T10:00Z');
    expect(iso(instantOn('2026-12-31', -1, 600, 'UTC'))).toBe('2026-12-30T10:00Z');
  });

  test('lets minutes beyond midnight lie on the days after', () => {
    expect(iso(instantOn('2026-12-01', 0, 1440, 'UTC'))).toBe('2026-12-02T00:00Z');
    expect(iso(instantOn('2026-03-07', 0, 1440 + 150, 'America/Los_Angeles'))).toBe('2026-03-08T10:00Z');
  });
});

describe('the minute on the clocks of a zone', () => {
  test('is the one that they show', () => {
    const moments = fc.record({
      zone: fc.constantFrom(...zones),
      ms: fc.integer({ min: Date.UTC(1973, 0, 1), max: Date.UTC(2037, 11, 31) }),
    });
    fc.assert(
      fc.property(moments, ({ zone, ms }) => {
        expect(minuteOf(instant.parse(ms), zone)).toBe(Math.floor((shown(ms, zone) % dayMs) / minuteMs));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['+05:30', '2026-12-01T18:29:59Z', 23 * 60 + 59],
    ['+05:30', '2026-12-01T18:30:00Z', 0],
    ['-09:30', '2026-12-01T09:29:59Z', 23 * 60 + 59],
    ['-03:30', '2026-12-01T03:30:00Z', 0],
    ['+14:00', '2026-12-01T00:00:00Z', 14 * 60],
    // Shown twice.
    ['America/Los_Angeles', '2026-11-01T08:30:00Z', 90],
    ['America/Los_Angeles', '2026-11-01T09:30:00Z', 90],
  ])('in %s at %s is %d', (zone, moment, minute) => {
    expect(minuteOf(at(moment), zone)).toBe(minute);
  });
});
