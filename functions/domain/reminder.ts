/** When a reminder is due, and whether it may go out. */
import { createHash } from 'node:crypto';
import { dayOf, daysInMs, instantOn, minuteOf } from './calendar.ts';
import type { Contact, ContactChange } from './contact.ts';
import { type ContactId, type Instant, later } from './ids.ts';
import type { Loaded } from './ledger.ts';
import type { Medium } from './media.ts';
import { isActive, type Member } from './member.ts';
import type { Program } from './program.ts';
import { isQuiet, type QuietHours, type Reminders } from './reminder-terms.ts';
import { recentSends, tallied, yearOf } from './tally.ts';

/** Why a period ends without a message. */
export const skipReasons = ['opted_out', 'no_optin', 'no_email', 'window_closed', 'capped'] as const;
export type SkipReason = (typeof skipReasons)[number];

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const windowMs = 24 * hourMs;

const zoneFor = (person: Contact | undefined, program: Program, { clock }: Reminders): string =>
  clock === 'member' ? (person?.utcOffset ?? program.zone) : program.zone;

/** A member's minute within the spread: always the same, so that nobody is reminded twice as a crowd moves. */
const spreadOf = (contact: ContactId, minutes: number): number =>
  minutes === 0 ? 0 : createHash('sha256').update(contact).digest().readUInt32BE(0) % minutes;

/**
 * When the next reminder is due after a base: joining, or the last message. By the calendar: so many days after the day of the
 * base, at the hour of the zone.
 */
export const nextReminder = (
  base: Instant,
  contact: ContactId,
  person: Contact | undefined,
  program: Program,
): Instant | undefined => {
  const { reminders } = program;
  if (reminders === undefined) return undefined;
  const zone = zoneFor(person, program, reminders);
  const minute = reminders.hour * 60 + spreadOf(contact, reminders.spreadMinutes);
  return instantOn(dayOf(base, zone), reminders.everyDays, minute, zone);
};

/** The end of the quiet hours that an instant lies in; undefined outside of them. */
const quietEnd = (at: Instant, quiet: QuietHours | undefined, zone: string): Instant | undefined => {
  if (quiet === undefined) return undefined;
  const minute = minuteOf(at, zone);
  if (!isQuiet(minute, quiet)) return undefined;
  const end = instantOn(dayOf(at, zone), minute < quiet.to ? 0 : 1, quiet.to, zone);
  if (end > at) return end;
  // An hour that comes twice has shown the end once already: this is its second time.
  return later(at, (quiet.to - minute) * minuteMs - (at % minuteMs));
};

/** Whether the hours are quiet for a member. */
export const isQuietFor = (person: Contact, program: Program, at: Instant): boolean => {
  const { reminders } = program;
  if (reminders === undefined) return false;
  return quietEnd(at, reminders.quiet, zoneFor(person, program, reminders)) !== undefined;
};

/** Until when the whole program sends nothing. Where the member's clock rules, each one's own quiet hours are looked at. */
export const programQuietUntil = (program: Program, at: Instant): Instant | undefined => {
  const { reminders } = program;
  if (reminders === undefined || reminders.clock === 'member') return undefined;
  return quietEnd(at, reminders.quiet, program.zone);
};

/** When the quiet hours that were over last ended: what waited for them is not late. */
export const lastQuietEnd = (program: Program, at: Instant): Instant | undefined => {
  const quiet = program.reminders?.quiet;
  if (quiet === undefined) return undefined;
  const today = instantOn(dayOf(at, program.zone), 0, quiet.to, program.zone);
  return today <= at ? today : instantOn(dayOf(at, program.zone), -1, quiet.to, program.zone);
};

/** Channels whose messages are not delivered a day after the contact last wrote. WhatsApp flows send an approved template. */
const windowed: readonly Medium[] = ['messenger', 'instagram'];

const windowOpen = (person: Contact, channel: Medium, now: Instant): boolean => {
  const { lastInboundAt, lastInboundOn = channel } = person;
  if (lastInboundAt === undefined || lastInboundOn !== channel) return false;
  return now - lastInboundAt < windowMs;
};

/** Why a member may not be written to now; undefined where they may. What is not known is allowed. */
export const skipReason = (person: Contact, program: Program, now: Instant): SkipReason | undefined => {
  const { reminders, cap } = program;
  if (reminders === undefined) return undefined;
  const { channel } = reminders;
  if (person.optOuts?.includes(channel)) return 'opted_out';
  if (channel === 'email' && (person.emails ?? []).length === 0) return 'no_email';
  if (channel === 'email' && person.optinEmail === false) return 'no_optin';
  if (channel === 'sms' && person.optinPhone === false) return 'no_optin';
  if (windowed.includes(channel) && !windowOpen(person, channel, now)) return 'window_closed';
  if (cap !== undefined && recentSends(person, cap, now).length >= cap.max) return 'capped';
  return undefined;
};

/** What is decided of a member whom the index names. */
export type Due =
  /** Nothing is due for them any more: somebody else was here, or they left. */
  | { readonly kind: 'gone'; readonly change?: ContactChange }
  /** Not yet: the hours are quiet for them, or they were active since. */
  | { readonly kind: 'later'; readonly dueAt: Instant; readonly change: ContactChange }
  | { readonly kind: 'skipped'; readonly reason: SkipReason; readonly change: ContactChange }
  | { readonly kind: 'send'; readonly books: Member; readonly person: Contact };

export interface DueAt {
  readonly contact: ContactId;
  /** The instant under which the index named them. */
  readonly seen: Instant;
  readonly now: Instant;
  /** The last claim or redemption, where the program lets it postpone. */
  readonly activeAt: Instant | undefined;
}

const moved = (contact: ContactId, dueAt: Instant): ContactChange => ({
  contact,
  set: { dueAt },
  guard: ['dueAt'],
});

/** Looks at a member who is due: whether they are to be written to now. Moves nothing itself. */
export const judgeDue = (found: Loaded, program: Program, { contact, seen, now, activeAt }: DueAt): Due => {
  const { contact: person, member: books } = found;
  const { reminders } = program;
  if (person === undefined || person.dueAt !== seen || reminders === undefined || seen > now)
    return { kind: 'gone' };
  // Leaving takes them off the index; who stands there all the same is taken off now.
  if (!isActive(books))
    return { kind: 'gone', change: { contact, set: {}, clear: ['dueAt'], guard: ['dueAt'] } };
  const next = activeAt === undefined ? undefined : nextReminder(activeAt, contact, person, program);
  if (next !== undefined && next > now) return { kind: 'later', dueAt: next, change: moved(contact, next) };
  const quiet = quietEnd(now, reminders.quiet, zoneFor(person, program, reminders));
  if (quiet !== undefined) return { kind: 'later', dueAt: quiet, change: moved(contact, quiet) };
  const reason = skipReason(person, program, now);
  if (reason === undefined) return { kind: 'send', books, person };
  const dueAt = nextReminder(now, contact, person, program);
  const tally = tallied(person.tally, yearOf(now, program), [[`skipped_${reason}`, 1]]);
  return {
    kind: 'skipped',
    reason,
    change: {
      contact,
      set: { tally, ...(dueAt === undefined ? {} : { dueAt }) },
      guard: ['dueAt', 'optOuts', 'tally'],
    },
  };
};

/** Since when a member was not written to: the last message of the program, else joining. */
export const lastWritten = (books: Member, person: Contact | undefined): Instant => {
  const at = person?.message?.at;
  return at === undefined || at < books.joinedAt ? books.joinedAt : at;
};

/** Longer than this without a message is worth a look. */
export const longSilenceDays = 60;
export const silentTooLong = (since: Instant, now: Instant): boolean =>
  later(since, daysInMs(longSilenceDays)) < now;
