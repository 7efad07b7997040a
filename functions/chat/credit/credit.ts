/** Pays the points that the program sets for an activity. */
import type * as z from 'zod/mini';
import { type CreditAnswer, decideCredit } from '../../domain/activity.ts';
import type { Contact } from '../../domain/contact.ts';
import { spendable } from '../../domain/lots.ts';
import { hashed } from '../../platform/hashed.ts';
import { none, outlookText, type View } from '../card.ts';
import type { Verb } from '../verb.ts';
import { inputs } from './contract.ts';

const sentence =
  ({ result }: CreditAnswer, change: number) =>
  (view: View): string => {
    const { speaker, books } = view;
    if (result === 'not_member') return speaker.say(result);
    const points = speaker.points(books === undefined ? 0 : spendable(books));
    return speaker.say(`credit.${result}`, {
      points,
      change: speaker.points(change),
      change_count: change,
      outlook: outlookText(view),
    });
  };

export const credit: Verb<z.infer<typeof inputs>, { activity: string }> = {
  inputs,
  absent: { activity: none },
  run:
    ({ ledger }) =>
    async ({ caller, setting, scope }, { activity, key: typed }) => {
      const { contact } = caller;
      const key = hashed(typed);
      const wanted = {
        contact,
        ...(key === undefined ? {} : { key: { contact, verb: 'credit' as const, key } }),
      };
      let person: Contact | undefined;
      let before = 0;
      const answer = await ledger.decide(scope, wanted, (found) => {
        person = found.contact;
        before = found.member === undefined ? 0 : spendable(found.member);
        return decideCredit(found, { contact, activity, key }, setting);
      });
      const { result, books } = answer;
      const change = result === 'credited' && books !== undefined ? spendable(books) - before : 0;
      return {
        result,
        ok: result === 'credited' || result === 'already_credited',
        replayed: result === 'already_credited',
        books,
        person,
        change,
        message: sentence(answer, change),
        extras: () => ({ activity: answer.activity?.id ?? none }),
      };
    },
};
