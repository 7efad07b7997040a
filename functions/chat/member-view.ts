/** Routes that only look: load the member, and say it. */
import type { Contact } from '../domain/contact.ts';
import { answer } from '../domain/ledger.ts';
import { isActive, type Member } from '../domain/member.ts';
import type { ChatCall, ChatPorts } from './verb.ts';

/** The member who calls, or undefined with the person that there may be all the same. */
export const loadMember = async (
  { ledger }: ChatPorts,
  { caller, scope }: ChatCall,
): Promise<{ books: Member | undefined; person: Contact | undefined }> =>
  ledger.decide(scope, { contact: caller.contact }, ({ member, contact }) =>
    answer({ books: isActive(member) ? member : undefined, person: contact }),
  );
