/** Times of a zone, as the reference model reckons them: with another library than the product, and from its promises alone. */
import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';
import type { Terms } from './terms.ts';

export const minuteMs = 60_000;
export const dayMs = 86_400_000;

const shown = (at: number, zone: string): DateTime => DateTime.fromMillis(at, { zone });

/** What the clocks show, as a number that grows with it. */
const wallOf = (at: number, zone: string): number => {
  const { year, month, day, hour, minute } = shown(at, zone);
  return Date.UTC(year, month - 1, day, hour, minute);
};

/** A time that the clocks show twice is the first of the two, one that they leap over the next minute that they show. */
const instantAt = (day: DateTime, minute: number, zone: string): number => {
  const { year, month, day: date } = day;
  const wanted = Date.UTC(year, month - 1, date, Math.floor(minute / 60), minute % 60);
  const { year: y, month: m, day: d, hour: h, minute: min } = DateTime.fromMillis(wanted, { zone: 'utc' });
  const guess = DateTime.fromObject({ year: y, month: m, day: d, hour: h, minute: min }, { zone }).toMillis();
  if (wallOf(guess, zone) === wanted) {
    const hourBefore = guess - 60 * minuteMs;
    return wallOf(hourBefore, zone) === wanted ? hourBefore : guess;
  }
  let at = guess;
  while (wallOf(at - minuteMs, zone) > wanted) at -= minuteMs;
  while (wallOf(at, zone) < wanted) at += minuteMs;
  return at;
};

const minuteOfText = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** A member's own minute within the spread. */
export const spreadMinute = (contact: string, minutes: number): number =>
  minutes === 0
    ? 0
    : Number.parseInt(createHash('sha256').update(contact).digest('hex').slice(0, 8), 16) % minutes;

/** Whose clock counts. `offset`: the member's, `+09:00`, as far as it is known. */
export const zoneFor = (terms: Terms, offset: string | undefined): string =>
  terms.clock === 'member' && offset !== undefined ? `UTC${offset}` : terms.zone;

/** So many days after the day of the base, at the hour. */
export const dueAfter = (base: number, contact: string, terms: Terms, offset: string | undefined): number => {
  const zone = zoneFor(terms, offset);
  const day = shown(base, zone).startOf('day').plus({ days: terms.everyDays });
  return instantAt(day, terms.hour * 60 + spreadMinute(contact, terms.spread), zone);
};

/** The end of the quiet hours that an instant lies in. */
export const quietUntil = (at: number, terms: Terms, zone: string): number | undefined => {
  if (terms.quiet === undefined) return undefined;
  const [from, to] = [minuteOfText(terms.quiet.from), minuteOfText(terms.quiet.to)];
  const now = shown(at, zone);
  const minute = now.hour * 60 + now.minute;
  const overnight = from > to;
  const quiet = overnight ? minute >= from || minute < to : minute >= from && minute < to;
  if (!quiet) return undefined;
  const day = now.startOf('day').plus({ days: overnight && minute >= from ? 1 : 0 });
  return instantAt(day, to, zone);
};

export const yearIn = (at: number, zone: string): string => String(shown(at, zone).year);

/** Calendar days from one instant to another in a zone. */
export const daysBetween = (from: number, to: number, zone: string): number =>
  Math.round(
    shown(to, zone)
      .startOf('day')
      .setZone('utc', { keepLocalTime: true })
      .diff(shown(from, zone).startOf('day').setZone('utc', { keepLocalTime: true }), 'days').days,
  );

/** The next whole minute on which a program has work: sweeps that would find nothing are passed over. */
export const nextSweep = (
  now: number,
  last: number,
  waiting: readonly { readonly terms: Terms; readonly dueAt: number }[],
): number => {
  const whole = (at: number) => Math.ceil(at / minuteMs) * minuteMs;
  const earliest = Math.max(whole(now), last + minuteMs);
  const minutes = waiting.map(({ terms, dueAt }) => {
    const at = Math.max(earliest, whole(dueAt));
    const quiet = terms.clock === 'program' ? quietUntil(at, terms, terms.zone) : undefined;
    return whole(quiet ?? at);
  });
  return Math.min(Number.POSITIVE_INFINITY, ...minutes);
};
