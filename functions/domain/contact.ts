/** The person behind the books. Written attribute by attribute, so that no two changes can lose each other. */
import * as z from 'zod/mini';
import { hourOf } from './calendar.ts';
import { emailHash, storedEmail } from './email.ts';
import { type ContactId, contactId, type Instant, instant } from './ids.ts';
import { languages } from './language.ts';
import { medium } from './media.ts';

export const attempts = z.object({ hour: z.string(), count: z.int() });

const count = z.int();

/** The last message of the program to this contact. `unconfirmed`: it is not known whether it went out, and it is not repeated. */
const lastMessage = z.object({
  /** What the field `loyalty_send_id` held when the flow started. */
  id: z.string(),
  at: instant,
  /** Which attempt recorded it: two senders at the same moment must not take one intent for both of theirs. */
  by: z.optional(z.string()),
  /** In which year it is counted. */
  year: z.string(),
  state: z.enum(['unconfirmed', 'accepted', 'confirmed', 'closed']),
  reason: z.optional(z.enum(['window_closed', 'blocked', 'contact_unknown', 'refused'])),
});
export type LastMessage = z.infer<typeof lastMessage>;

export const contact = z.object({
  contact: contactId,
  firstName: z.optional(z.string()),
  lastName: z.optional(z.string()),
  /** The e-mails whose orders are theirs, the primary one first. */
  emails: z.optional(z.array(storedEmail)),
  /** E-mails that they proved to be theirs; only the hash, because an order's link does not tell the address. */
  provenEmails: z.optional(z.array(emailHash)),
  /** Joined with an e-mail that somebody else had proven before: orders under it are theirs by a signed link alone. */
  mustProve: z.optional(z.boolean()),
  /** Said by the customer or the flow; else replies follow ManyChat's contact data. */
  language: z.optional(z.enum(languages)),
  lastInboundAt: z.optional(instant),
  /** Where they wrote last. */
  lastInboundOn: z.optional(medium),
  /** Of their clock, `+09:00`, as ManyChat tells it. */
  utcOffset: z.optional(z.string().check(z.regex(/^[+-]\d{2}:\d{2}$/))),
  /** Media that they do not want messages by. Outlives leaving. */
  optOuts: z.optional(z.array(medium)),
  /** ManyChat's own opt-ins; absent where they are not known. */
  optinEmail: z.optional(z.boolean()),
  optinPhone: z.optional(z.boolean()),
  /** When the next reminder is due; what is due stands in the index by it. */
  dueAt: z.optional(instant),
  message: z.optional(lastMessage),
  /** When the messages that count for the program's cap went out. */
  sends: z.optional(z.array(instant)),
  /** What stands in the contact's ManyChat fields, as far as we wrote it: a short hash for each. */
  mirror: z.optional(z.record(z.string(), z.string())),
  mirroredAt: z.optional(instant),
  /** What became of the periods, by year and outcome. */
  tally: z.optional(z.record(z.string(), z.record(z.string(), count))),
  /** Failed look-ups in the hour on the clock. */
  attempts: z.optional(attempts),
});
export type Contact = z.infer<typeof contact>;
export type Attributes = Omit<Contact, 'contact'>;
export type AttributeName = keyof Attributes;

/** Sets and clears single attributes; those in `guard` must still be as they were read. */
export interface ContactChange {
  readonly contact: ContactId;
  readonly set: { readonly [name in AttributeName]?: NonNullable<Attributes[name]> };
  readonly clear?: readonly AttributeName[];
  readonly guard: readonly AttributeName[];
}

/** Somebody who was heard of within this time is not noted again, so `lastInboundAt` may be as old. */
export const notedEveryMs = 3_600_000;

/** Whether the limit of failed look-ups is reached in this hour on the clock. */
export const tooManyAttempts = (person: Contact | undefined, limit: number, now: Instant): boolean =>
  person?.attempts !== undefined && person.attempts.hour === hourOf(now) && person.attempts.count >= limit;

/** Counts one failed look-up. It is guarded, so that parallel guesses are counted one by one. */
export const failedAttempt = (id: ContactId, person: Contact | undefined, now: Instant): ContactChange => {
  const hour = hourOf(now);
  const before = person?.attempts?.hour === hour ? person.attempts.count : 0;
  return { contact: id, set: { attempts: { hour, count: before + 1 } }, guard: ['attempts'] };
};
