/** Joins the program with an e-mail; the signup bonus is paid once. */
import type * as z from 'zod/mini';
import type { Contact } from '../../domain/contact.ts';
import { hashEmail, normalizeEmail } from '../../domain/email.ts';
import type { Language } from '../../domain/language.ts';
import { spendable } from '../../domain/lots.ts';
import { decideEnrolment, type Enrolment, type EnrolmentAnswer } from '../../domain/membership.ts';
import type { TextKey } from '../../texts/args.ts';
import { heardOf, type Said } from '../caller.ts';
import { outlookText, type View } from '../card.ts';
import { withMoved } from '../moved.ts';
import type { ChatCall, Outcome, Verb } from '../verb.ts';
import { inputs } from './contract.ts';

const spoken = (said: Said): Language | undefined => (said === 'unknown' ? undefined : said);

const enrolment = ({ caller }: ChatCall, typed: string | undefined): Enrolment => ({
  contact: caller.contact,
  email: typed === undefined ? undefined : (normalizeEmail(typed) ?? 'invalid'),
  firstName: caller.firstName,
  lastName: caller.lastName,
  language: spoken(caller.language) ?? spoken(caller.contactLanguage),
  heard: heardOf(caller),
});

const sentence =
  (result: EnrolmentAnswer['result'], change: number) =>
  (view: View): string => {
    const { speaker, program, books } = view;
    const key: TextKey = result === 'too_many_attempts' ? result : `enroll.${result}`;
    const points = speaker.points(books === undefined ? 0 : spendable(books));
    return speaker.say(key, {
      program: program.name,
      points,
      change: speaker.points(change),
      change_count: change,
      outlook: outlookText(view),
    });
  };

export const enroll: Verb<z.infer<typeof inputs>, object> = {
  inputs,
  absent: {},
  run:
    (ports) =>
    async (call, { email }) => {
      const { caller, setting, scope } = call;
      const wanted = enrolment(call, email);
      const hash =
        wanted.email === undefined || wanted.email === 'invalid'
          ? []
          : [hashEmail(wanted.email, setting.emailKey)];
      let person: Contact | undefined;
      const joined = await ports.ledger.decide(scope, { contact: caller.contact, emails: hash }, (found) => {
        person = found.contact;
        return decideEnrolment(found, wanted, setting);
      });
      const { result } = joined;
      const books = joined.books && (await withMoved(ports, call, joined.moving, joined.books));
      const change = result === 'enrolled' && books !== undefined ? spendable(books) : 0;
      // The enrolment itself noted the person: there is nothing left to note.
      const after =
        result === 'enrolled'
          ? {
              contact: caller.contact,
              ...person,
              ...wanted.heard,
              ...(wanted.language && { language: wanted.language }),
              lastInboundAt: setting.stamp.now,
            }
          : person;
      const outcome: Outcome<object> = {
        result,
        ok: result === 'enrolled' || result === 'already_member',
        replayed: result === 'already_member',
        books,
        person: after,
        change,
        message: sentence(result, change),
      };
      return outcome;
    },
};
