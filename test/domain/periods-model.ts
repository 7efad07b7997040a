/** A small model of a member's reminders: it only keeps a list of how each period ended. */
import type { Program } from '../../functions/domain/program.ts';
import { dayMs, demo, hourMs } from './support.ts';

const everyDays = 28;
const hour = 10;
const cap = { max: 2, perDays: 60 };
/** Nine hours before UTC, all year. */
export const program: Program = {
  ...demo,
  zone: 'Asia/Seoul',
  cap,
  reminders: {
    everyDays,
    hour,
    flow: 'content1',
    channel: 'messenger',
    spreadMinutes: 0,
    quiet: undefined,
    clock: 'program',
    postponedByActivity: false,
  },
};
const seoulMs = 9 * hourMs;

/** How the periods of one member ended, oldest first, and what else a reminder depends on. */
export class Model {
  active = true;
  due: number | undefined;
  stopped = false;
  wroteAt = 0;
  ended: { year: number; outcome: string; sentAt?: number }[] = [];
  /** The message that stands last, and whether its call is still on its way. */
  last: number | undefined;
  flying: { from: number; to: number | undefined; last: number | undefined } | undefined;

  plan(now: number): void {
    const midnight = Math.floor((now + seoulMs) / dayMs) * dayMs - seoulMs;
    this.due = midnight + everyDays * dayMs + hour * hourMs;
  }

  end(now: number, outcome: string): void {
    this.ended.push({ year: new Date(now + seoulMs).getUTCFullYear(), outcome });
    this.plan(now);
  }

  why(now: number): string | undefined {
    if (this.stopped) return 'skipped_opted_out';
    if (now >= this.wroteAt + dayMs) return 'skipped_window_closed';
    const lately = this.ended.filter(({ sentAt = 0 }) => sentAt > now - cap.perDays * dayMs);
    return lately.length >= cap.max ? 'skipped_capped' : undefined;
  }

  /** Another outcome of the last message. */
  settle(from: readonly string[], outcome: string): void {
    const message = this.last === undefined ? undefined : this.ended[this.last];
    if (message !== undefined && from.some((name) => message.outcome.startsWith(name)))
      message.outcome = outcome;
  }

  counts(): Record<string, Record<string, number>> {
    const counts: Record<string, Record<string, number>> = {};
    for (const { year, outcome } of this.ended) {
      counts[year] = { ...counts[year], [outcome]: (counts[year]?.[outcome] ?? 0) + 1 };
    }
    return counts;
  }
}
