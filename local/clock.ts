/** The clock that all handlers of the laptop edition read: it can be set, and runs on from there. */
import { DateTime, Duration } from 'luxon';
import { type Instant, instant } from '../functions/domain/ids.ts';
import type { Clock } from '../functions/ports/environment.ts';

export interface MovableClock extends Clock {
  set(to: Instant): void;
}

export const movableClock = (): MovableClock => {
  let offsetMs = 0;
  return {
    now: () => instant.parse(Date.now() + offsetMs),
    set: (to) => {
      offsetMs = to - Date.now();
    },
  };
};

/** The instants that a program can live in. */
const earliest = Date.UTC(1970, 0, 1);
/** Ten years before the last day that can be written with four digits, so that every coupon's can. */
const latest = Date.UTC(9989, 0, 1);
const expected = 'expected {"now": "2026-12-01T09:00:00Z"} or {"advance": "P28D"}';

/** An invalid duration cannot be added: luxon would throw. */
const advanced = ({ advance }: { advance?: unknown }, from: Instant): DateTime | undefined => {
  const by = typeof advance === 'string' ? Duration.fromISO(advance) : undefined;
  return by?.isValid ? DateTime.fromMillis(from, { zone: 'utc' }).plus(by) : undefined;
};

/** Reads what a clock is to be set to. @returns a sentence on what was expected where it cannot be read */
export const readSetting = (
  wanted: { now?: unknown; advance?: unknown },
  from: Instant,
): Instant | string => {
  const to =
    typeof wanted.now === 'string' ? DateTime.fromISO(wanted.now, { zone: 'utc' }) : advanced(wanted, from);
  const ms = to?.isValid ? to.toMillis() : Number.NaN;
  return ms >= earliest && ms <= latest ? instant.parse(ms) : expected;
};
