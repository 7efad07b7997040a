/** What a program says of its reminders. */
import type { Medium } from './media.ts';

/** Times of the day in minutes since midnight. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}

export interface Reminders {
  readonly everyDays: number;
  /** On the clock of the zone. */
  readonly hour: number;
  readonly flow: string;
  readonly channel: Medium;
  readonly spreadMinutes: number;
  readonly quiet: QuietHours | undefined;
  /** Whose clock: the program's, or the member's where it is known. */
  readonly clock: 'program' | 'member';
  /** A claim or redemption counts like a message. */
  readonly postponedByActivity: boolean;
}

/** At most so many messages of any kind within so many days. */
export interface MessageCap {
  readonly max: number;
  readonly perDays: number;
}

/** Whether nothing may be sent at this minute of the day; hours that begin and end at the same minute are none. */
export const isQuiet = (minute: number, { from, to }: QuietHours): boolean =>
  from <= to ? minute >= from && minute < to : minute >= from || minute < to;

/** `20:00` as minutes since midnight. */
export const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
};

/** Quiet hours as the owner writes them. */
export const quietOf = ({ from, to }: { from: string; to: string }) => ({
  from: minutesOf(from),
  to: minutesOf(to),
});
