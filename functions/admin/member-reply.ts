/** A member as the owner sees them: the card of the chat with a profile. */

import { cardOf } from '../chat/card.ts';
import type { Contact } from '../domain/contact.ts';
import { type ContactId, contactId } from '../domain/ids.ts';
import { answer } from '../domain/ledger.ts';
import { isActive, type Member } from '../domain/member.ts';
import { Refusal } from '../platform/http.ts';
import type { Call, RoomPorts } from '../platform/room.ts';
import { speakerFor } from '../texts/speaker.ts';

export const notFound = (what: string): Refusal => new Refusal(404, 'not_found', `There is no such ${what}.`);
export const conflict = (message: string): Refusal => new Refusal(409, 'conflict', message);

/** What is known but is no member now: a state, not a wrong address. */
export const leftAlready = (): Refusal => conflict('The member has left; nothing of theirs can be changed.');

/** The member that the path names. @throws Refusal 404 for what cannot be an id */
export const memberId = ({ path }: Call): ContactId => {
  const id = contactId.safeParse(path['id']);
  if (!id.success) throw notFound('member');
  return id.data;
};

export interface Found {
  readonly books: Member;
  readonly person: Contact | undefined;
}

/** The books of a contact, of someone who left too. @throws Refusal 404 */
export const findMember = async (id: ContactId, { scope }: Call, { ledger }: RoomPorts): Promise<Found> => {
  const found = await ledger.decide(scope, { contact: id }, ({ member, contact }) =>
    answer({ member, contact }),
  );
  if (found.member === undefined) throw notFound('member');
  return { books: found.member, person: found.contact };
};

const iso = (at: number | undefined): string => (at === undefined ? 'none' : new Date(at).toISOString());

const profile = ({ books, person }: Found) => ({
  status: isActive(books) ? 'member' : 'left',
  first_name: person?.firstName ?? 'none',
  last_name: person?.lastName ?? 'none',
  emails: person?.emails ?? [],
  language: person?.language ?? 'none',
  joined_at: iso(books.joinedAt),
  last_inbound_at: iso(person?.lastInboundAt),
  stopped: person?.optOuts?.join(', ') || 'none',
  next_reminder_at: iso(person?.dueAt),
  last_message_at: iso(person?.message?.at),
  last_message: person?.message?.reason ?? person?.message?.state ?? 'none',
});

/** The card, in the program's language. @param change what this call did to `points` */
export const cardJson = async (
  books: Member,
  change: number,
  { setting, scope }: Call,
  { ledger }: RoomPorts,
) => {
  const { program, stamp } = setting;
  const soldOut = await ledger.soldOut(scope, program);
  return cardOf(
    { program, speaker: speakerFor(program, program.language), now: stamp.now, soldOut, books },
    change,
  );
};

export const memberJson = async (found: Found, call: Call, ports: RoomPorts) => ({
  ...(await cardJson(found.books, 0, call, ports)),
  profile: profile(found),
});
