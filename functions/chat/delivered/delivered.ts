/** A flow reports that it reached its message step. */
import type * as z from 'zod/mini';
import type { Contact } from '../../domain/contact.ts';
import { answer } from '../../domain/ledger.ts';
import { isActive, type Member } from '../../domain/member.ts';
import { confirmedMessage } from '../../domain/message.ts';
import { notMember, plain, type Verb } from '../verb.ts';
import { inputs } from './contract.ts';

interface Report {
  readonly books: Member | undefined;
  readonly person: Contact | undefined;
  readonly known: boolean;
  readonly news: boolean;
}

export const delivered: Verb<z.infer<typeof inputs>, object> = {
  inputs,
  absent: {},
  silent: true,
  run:
    ({ ledger }) =>
    async ({ caller, scope }, { send_id: named, loyalty_send_id: field }) => {
      const { books, person, known, news } = await ledger.decide<Report>(
        scope,
        { contact: caller.contact },
        ({ member, contact }) => {
          const { known: sent, change } = confirmedMessage(contact, (named ?? field)?.trim());
          const found = { books: isActive(member) ? member : undefined, person: contact, known: sent };
          return change === undefined
            ? answer({ ...found, news: false })
            : answer({ ...found, news: true }, { contact: change });
        },
      );
      if (!known && books === undefined) return notMember(person);
      if (!known)
        return plain('unknown_send', { books, person }, ({ speaker }) =>
          speaker.say('delivered.unknown_send'),
        );
      return {
        result: 'confirmed',
        ok: true,
        replayed: !news,
        books,
        person,
        change: 0,
        message: ({ speaker }) => speaker.say('delivered.confirmed'),
      };
    },
};
