/** How often periods ended in which way. Kept with the contact, in the same write as what it counts, so it cannot drift. */
import { dayOf, daysInMs } from './calendar.ts';
import type { Contact } from './contact.ts';
import type { Instant } from './ids.ts';
import type { Program } from './program.ts';
import type { MessageCap } from './reminder-terms.ts';

/** By year of the program's zone, then by outcome: a message's state, `closed_<why>` or `skipped_<why>`. */
export type Tally = NonNullable<Contact['tally']>;

/** A tally after some outcomes more or less; what is at 0 is not kept, and neither is a year of which nothing is left. */
export const tallied = (
  tally: Tally | undefined,
  year: string,
  changes: readonly (readonly [outcome: string, by: 1 | -1])[],
): Tally => {
  const counts: Record<string, number> = { ...tally?.[year] };
  for (const [outcome, by] of changes) counts[outcome] = (counts[outcome] ?? 0) + by;
  const left = Object.entries(counts).filter(([, n]) => n !== 0);
  const { [year]: _, ...others } = tally ?? {};
  return left.length === 0 ? others : { ...others, [year]: Object.fromEntries(left) };
};

export const yearOf = (at: Instant, program: Program): string => dayOf(at, program.zone).slice(0, 4);

/** Messages of the program that count for the cap. */
export const recentSends = (person: Contact, { perDays }: MessageCap, now: Instant): readonly Instant[] =>
  (person.sends ?? []).filter((at) => now - at < daysInMs(perDays));
