/** Days as people of the program's zone count them. */
import { TZDate } from '@date-fns/tz';
import type { Instant } from './ids.ts';

const pad = (n: number, width = 2) => String(n).padStart(width, '0');

/** The calendar day of an instant in an IANA zone, `YYYY-MM-DD`. */
export const dayOf = (at: Instant, zone: string): string => {
  const local = new TZDate(at, zone);
  return `${pad(local.getFullYear(), 4)}-${pad(local.getMonth() + 1)}-${pad(local.getDate())}`;
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

export const daysInMs = (days: number): number => days * 86_400_000;
