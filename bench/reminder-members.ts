/** Members whose reminder is due, written in batches: the domain enrols them, and the contact is left as earlier reminders leave it. */
import type { Table } from '../functions/adapters/dynamodb/client.ts';
import { indexKeys, keys } from '../functions/adapters/dynamodb/keys.ts';
import { writesOf } from '../functions/adapters/dynamodb/write.ts';
import { normalizeEmail } from '../functions/domain/email.ts';
import { type ContactId, contactId, type Instant, later } from '../functions/domain/ids.ts';
import { decideEnrolment } from '../functions/domain/membership.ts';
import type { Mirror } from '../functions/domain/message.ts';
import { fieldsOf, mirrorAfter, sendIdField, viewFor } from '../functions/jobs/send/content.ts';
import type { OpenProgram } from '../functions/ports/gate.ts';
import { speakerFor } from '../functions/texts/speaker.ts';
import { systemChance } from '../functions/wiring.ts';
import { type Item, nothing, settingAt } from './histories.ts';

/** A chat calls in question what the fields hold: they were written a good while after joining. */
const dayMs = 86_400_000;
/** As long as ManyChat's ids. */
const idDigits = 17;

export const numbered = (group: number, n: number): ContactId =>
  contactId.parse(`${10 + group}${String(n).padStart(idDigits - 2, '0')}`);

export interface DueMember {
  readonly contact: ContactId;
  readonly dueAt: Instant;
  readonly joinedAt: Instant;
  /** Whether their ManyChat fields hold what they should, so that nothing is to be written. */
  readonly mirrored: boolean;
}

/** The keys of a contact under which they stand in the index. */
export const dueContact = (open: OpenProgram, contact: ContactId, dueAt: Instant): Item => ({
  contact,
  duePk: indexKeys.due(open.program.id, 'remind'),
  dueAt,
  ...keys.contact(open.program.id, contact),
});

/** All items of a member. */
export const dueMember = (table: Table, open: OpenProgram, member: DueMember): Item[] => {
  const { program } = open;
  const { contact, joinedAt } = member;
  const wanted = {
    contact,
    email: normalizeEmail(`member${contact}@example.com`) ?? 'invalid',
    firstName: 'Ana',
    lastName: 'Kowalska',
    language: 'en',
  } as const;
  const decision = decideEnrolment(nothing, wanted, settingAt(open, joinedAt));
  if (decision.kind !== 'answer' || decision.change?.contact === undefined)
    throw new Error('a member could not join');
  const { change, answer } = decision;
  const mirror = (): Mirror => {
    if (answer.books === undefined) throw new Error('a member without books');
    const view = viewFor(program, speakerFor(program, 'en'), answer.books, new Set(), joinedAt);
    const written = { ...fieldsOf(view, answer.books), [sendIdField]: systemChance.operation() };
    return mirrorAfter(undefined, written);
  };
  const person = {
    ...change.contact?.set,
    ...dueContact(open, contact, member.dueAt),
    ...(member.mirrored ? { mirror: mirror(), mirroredAt: later(joinedAt, dayMs) } : {}),
  };
  const { contact: _, ...rest } = change;
  const items = writesOf(table, program.id, rest, undefined).flatMap(({ Put }) =>
    Put?.Item === undefined ? [] : [Put.Item],
  );
  return [...items, person];
};
