/** Ends the membership: the points are forfeited, open coupons stay usable. */
import type * as z from 'zod/mini';
import type { Contact } from '../../domain/contact.ts';
import { spendable } from '../../domain/lots.ts';
import { decideLeave } from '../../domain/membership.ts';
import { notMember, type Verb } from '../verb.ts';
import { inputs } from './contract.ts';

export const leave: Verb<z.infer<typeof inputs>, object> = {
  inputs,
  absent: {},
  run:
    ({ ledger }) =>
    async ({ caller, setting, scope }) => {
      let person: Contact | undefined;
      const { before } = await ledger.decide(scope, { contact: caller.contact }, (found) => {
        person = found.contact;
        return decideLeave(found, setting);
      });
      if (before === undefined) return notMember(person);
      return {
        result: 'left',
        ok: true,
        replayed: false,
        books: undefined,
        person,
        change: 0 - spendable(before),
        message: ({ speaker, program }) => speaker.say('leave.left', { program: program.name }),
      };
    },
};
