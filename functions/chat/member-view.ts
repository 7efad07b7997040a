/** Routes that only look: load the member, and say what there is. */
import type * as z from 'zod/mini';
import type { Contact } from '../domain/contact.ts';
import { answer } from '../domain/ledger.ts';
import { isActive, type Member } from '../domain/member.ts';
import { type ChatCall, type ChatPorts, notMember, type Outcome, type Verb } from './verb.ts';

/** The member who calls, or undefined with the person that there may be all the same. */
const loadMember = async (
  { ledger }: ChatPorts,
  { caller, scope }: ChatCall,
): Promise<{ books: Member | undefined; person: Contact | undefined }> =>
  ledger.decide(scope, { contact: caller.contact }, ({ member, contact }) =>
    answer({ books: isActive(member) ? member : undefined, person: contact }),
  );

/** What a look shows: its sentence, the route's own keys, and what a block has under them. */
export type Shown<E> = Pick<Outcome<E>, 'message' | 'extras' | 'shows'>;

/** A verb that changes nothing. @param show what a member sees; more may be read for it */
export const looking = <I, E extends object>(
  inputs: z.ZodMiniType<I>,
  absent: E,
  show: (books: Member, ports: ChatPorts, call: ChatCall, asked: I) => Shown<E> | Promise<Shown<E>>,
): Verb<I, E> => ({
  inputs,
  absent,
  run: (ports) => async (call, asked) => {
    const { books, person } = await loadMember(ports, call);
    if (books === undefined) return notMember(person);
    const shown = await show(books, ports, call, asked);
    return { result: 'ok', ok: true, replayed: false, books, person, change: 0, ...shown };
  },
});
