/** Stops and starts messages: at once, for good, and for people who are no members too. */
import * as z from 'zod/mini';
import type { Contact } from '../../domain/contact.ts';
import { answer } from '../../domain/ledger.ts';
import { type Medium, media, readWish, stoppedAfter, type Wish } from '../../domain/media.ts';
import { isActive, type Member } from '../../domain/member.ts';
import { none, type View } from '../card.ts';
import type { Outcome, Verb } from '../verb.ts';
import { type extras, inputs } from './contract.ts';

const actions = z.enum(['stop', 'start', 'status']);
type Action = z.infer<typeof actions>;

/** An action that the flow names stands before what the customer typed. */
const actionOf = (named: string | undefined, typed: string | undefined): Action | undefined => {
  const action = actions.safeParse(named?.trim().toLowerCase());
  if (action.success) return action.data;
  // An action that we do not know must not hide a STOP.
  return typed === undefined ? undefined : readWish(typed);
};

interface Wished {
  readonly books: Member | undefined;
  readonly person: Contact | undefined;
  readonly stopped: readonly Medium[];
  readonly changed: boolean;
}

const results = { stop: 'stopped', start: 'started', status: 'ok' } as const;

const sentence =
  (action: Action | undefined, stopped: readonly Medium[]) =>
  ({ speaker, program }: View): string => {
    const list = stopped.map((one) => speaker.say(`medium.${one}`)).join(', ');
    const said = { program: program.name, stopped_count: stopped.length, stopped: list };
    return speaker.say(`preferences.${action === undefined ? 'not_understood' : results[action]}`, said);
  };

export const preferences: Verb<z.infer<typeof inputs>, { stopped: z.infer<typeof extras.stopped> }> = {
  inputs,
  absent: { stopped: none },
  run:
    ({ ledger }) =>
    async ({ caller, scope }, { action: named, text, medium }) => {
      const action = actionOf(named, text);
      const wish: Wish | undefined = action === 'status' ? undefined : action;
      const which = medium === 'all' ? media : [medium];
      const after = await ledger.decide<Wished>(scope, { contact: caller.contact }, ({ member, contact }) => {
        const before = contact?.optOuts ?? [];
        const stopped = wish === undefined ? before : stoppedAfter(before, wish, which);
        const changed = stopped.length !== before.length;
        const books = isActive(member) ? member : undefined;
        const given = { books, person: contact, stopped, changed };
        if (!changed) return answer(given);
        return answer(given, {
          contact: { contact: caller.contact, set: { optOuts: [...stopped] }, guard: ['optOuts'] },
        });
      });
      const outcome: Outcome<{ stopped: string }> = {
        result: action === undefined ? 'not_understood' : results[action],
        ok: action !== undefined,
        replayed: wish !== undefined && !after.changed,
        books: after.books,
        person:
          after.changed && after.person ? { ...after.person, optOuts: [...after.stopped] } : after.person,
        change: 0,
        message: sentence(action, after.stopped),
        extras: () => ({ stopped: after.stopped.join(', ') || none }),
      };
      return outcome;
    },
};
