/** The person behind the books. Written attribute by attribute, so that no two changes can lose each other. */
import * as z from 'zod/mini';
import { hourOf } from './calendar.ts';
import { storedEmail } from './email.ts';
import { type ContactId, contactId, type Instant, instant } from './ids.ts';
import { languages } from './language.ts';

export const attempts = z.object({ hour: z.string(), count: z.int() });

export const contact = z.object({
  contact: contactId,
  firstName: z.optional(z.string()),
  lastName: z.optional(z.string()),
  /** The e-mails whose orders are theirs, the primary one first. */
  emails: z.optional(z.array(storedEmail)),
  /** Said by the customer or the flow; else replies follow ManyChat's contact data. */
  language: z.optional(z.enum(languages)),
  lastInboundAt: z.optional(instant),
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

/** Whether the limit of failed look-ups is reached in this hour on the clock. */
export const tooManyAttempts = (person: Contact | undefined, limit: number, now: Instant): boolean =>
  person?.attempts !== undefined && person.attempts.hour === hourOf(now) && person.attempts.count >= limit;

/** Counts one failed look-up. It is guarded, so that parallel guesses are counted one by one. */
export const failedAttempt = (id: ContactId, person: Contact | undefined, now: Instant): ContactChange => {
  const hour = hourOf(now);
  const before = person?.attempts?.hour === hour ? person.attempts.count : 0;
  return { contact: id, set: { attempts: { hour, count: before + 1 } }, guard: ['attempts'] };
};
