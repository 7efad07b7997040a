/** Days as people of a zone count them, and the instants at which their clocks show a time. */
import { TZDate, tzOffset } from '@date-fns/tz';
import { type Instant, instant } from './ids.ts';

const pad = (n: number, width = 2) => String(n).padStart(width, '0');

/** The calendar day of an instant in an IANA zone, `YYYY-MM-DD`. */
export const dayOf = (at: Instant, zone: string): string => {
  const local = new TZDate(at, zone);
  return `${pad(local.getFullYear(), 4)}-${pad(local.getMonth() + 1)}-${pad(local.getDate())}`;
};

/** Minutes since midnight that the clocks of a zone show. */
export const minuteOf = (at: Instant, zone: string): number => {
  const local = new TZDate(at, zone);
  return local.getHours() * 60 + local.getMinutes();
};

/** The hour on the clock of an instant, in UTC: `YYYY-MM-DDTHH`. Failed attempts are counted by it. */
export const hourOf = (at: Instant): string => new Date(at).toISOString().slice(0, 13);

/** Whether the runtime knows the IANA zone. A bare offset such as `+02:00` is none: it would miss the changes of the clock. */
export const isZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return !/^[+-]/.test(zone);
  } catch {
    return false;
  }
};

const minuteMs = 60_000;
const dayMs = 86_400_000;
export const daysInMs = (days: number): number => days * dayMs;

const offsetMs = (zone: string, at: number): number => tzOffset(zone, new Date(at)) * minuteMs;

/** The first minute at or after which the clocks show `wall` or later, between two instants around a jump. */
const afterJump = (zone: string, wall: number, from: number, to: number): number => {
  let [early, late] = [from, to];
  while (late - early > minuteMs) {
    const middle = early + Math.floor((late - early) / 2 / minuteMs) * minuteMs;
    if (middle + offsetMs(zone, middle) >= wall) late = middle;
    else early = middle;
  }
  return late;
};

/**
 * When the clocks of a zone show a time on a day, so many days after `day`. A time that they show twice is the first of the
 * two; one that they jump over is the next minute that they show.
 * @param minute minutes since midnight; 1440 and more lie on later days
 */
export const instantOn = (day: string, days: number, minute: number, zone: string): Instant => {
  const wall = Date.parse(`${day}T00:00:00Z`) + days * dayMs + minute * minuteMs;
  // No clock is changed twice within two days, so the offsets on both sides are all there are.
  const [before, after] = [offsetMs(zone, wall - dayMs), offsetMs(zone, wall + dayMs)];
  const shown = [wall - before, wall - after].filter((at) => at + offsetMs(zone, at) === wall);
  const at = shown.length > 0 ? Math.min(...shown) : afterJump(zone, wall, wall - after, wall - before);
  return instant.parse(at);
};
