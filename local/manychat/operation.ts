/** One operation of the API: how it is called, how often, and what it answers. */
import * as z from 'zod/mini';
import { contactId, type Instant } from '../../functions/domain/ids.ts';
import { type Account, type Contact, existingContact } from './account.ts';
import { type Answer, invalid, sentences } from './answers.ts';

export interface Call {
  readonly account: Account;
  /** The body of a POST, the query of a GET. */
  readonly input: unknown;
  readonly now: Instant;
}

export interface Operation {
  readonly method: 'GET' | 'POST';
  readonly perSecond: number;
  readonly answer: (call: Call) => Answer;
}

/** By path. */
export type Operations = Readonly<Record<string, Operation>>;

const expectedId = 'expected an id as a string or as a safe integer';

/** A bare number above 2^53 has lost digits already: it would be somebody else's id. */
export const subscriberId = z
  .pipe(z.union([z.string(), z.int(expectedId)], expectedId), z.transform(String))
  .check(z.refine((id: string) => contactId.safeParse(id).success, expectedId));

/** An operation that reads its input first. */
export const taking =
  <T>(schema: z.ZodMiniType<T>, decide: (input: T, call: Call) => Answer) =>
  (call: Call): Answer => {
    const read = schema.safeParse(call.input);
    return read.success ? decide(read.data, call) : invalid(...sentences(read.error));
  };

/** An operation on a contact. */
export const forContact = <T extends { readonly subscriber_id: string }>(
  schema: z.ZodMiniType<T>,
  decide: (contact: Contact, input: T, call: Call) => Answer,
) =>
  taking(schema, (input, call) => {
    const contact = existingContact(call.account, input.subscriber_id);
    return contact === undefined ? invalid('Subscriber does not exist') : decide(contact, input, call);
  });
