/** Joining, leaving and the e-mail that ties orders to a member. */
import { type Contact, type ContactChange, failedAttempt, tooManyAttempts } from './contact.ts';
import { type Email, type EmailHash, hashEmail } from './email.ts';
import { emailsOf, freed, holderOf, owned, type TakeOver, takenOver } from './email-record.ts';
import type { ContactId } from './ids.ts';
import type { Language } from './language.ts';
import {
  answer,
  type Change,
  type Decision,
  type EmailRecord,
  emailIn,
  type Loaded,
  need,
} from './ledger.ts';
import { creditTo, forfeit } from './lots.ts';
import { isActive, type Member, newMember, post, type Stamp } from './member.ts';
import type { Program } from './program.ts';
import { nextReminder } from './reminder.ts';

/** The program as one request sees it. `emailKey` hashes e-mails and never leaves the process. */
export interface Setting {
  readonly program: Program;
  readonly emailKey: string;
  readonly stamp: Stamp;
}

export interface Enrolment {
  readonly contact: ContactId;
  /** Undefined where none was given, `invalid` where what was given is no address. */
  readonly email: Email | 'invalid' | undefined;
  readonly firstName: string | undefined;
  readonly lastName: string | undefined;
  readonly language: Language | undefined;
  /** What the request tells of the person beside: where they wrote, and what ManyChat knows of them. */
  readonly heard?: {
    readonly [name in 'lastInboundOn' | 'utcOffset' | 'optinEmail' | 'optinPhone']?: NonNullable<
      Contact[name]
    >;
  };
}

export interface EnrolmentAnswer {
  readonly result:
    | 'enrolled'
    | 'already_member'
    | 'email_needed'
    | 'email_invalid'
    | 'email_in_use'
    | 'too_many_attempts';
  readonly books: Member | undefined;
  /** The e-mail that was proven before they joined, as long as claims under it are passing on. */
  readonly moving?: EmailHash | undefined;
}

/** Joined with an e-mail that somebody typed, or that was proven by a signed link before. */
const joined = (
  found: Loaded,
  known: EmailRecord | undefined,
  order: Enrolment,
  email: Email,
  taken: TakeOver | undefined,
  setting: Setting,
): { books: Member; change: Change } => {
  const { program, stamp } = setting;
  const before = found.member ?? newMember(order.contact, stamp.now);
  const bonusDue = !before.bonusPaid && (taken?.bonusBack || !(known?.bonusPaid ?? false));
  const bonus = bonusDue ? program.signupBonus : 0;
  const posting = post(before, creditTo(before, bonus, 'never'), { kind: 'signup' }, stamp);
  const books = { ...posting.books, bonusPaid: true };
  const hash = hashEmail(email, setting.emailKey);
  const bonusTo =
    bonus > 0 ? { contact: order.contact, membership: books.membership, points: bonus } : undefined;
  // An e-mail that was proven once is claimed under by proof for good: else it could pass from one to the next again and again.
  const { provers = [] } = known ?? {};
  const mustProve = taken === undefined && provers.some((contact) => contact !== order.contact);
  const { firstName, lastName, language, heard = {} } = order;
  const person = { ...found.contact, ...heard, contact: order.contact };
  const dueAt = nextReminder(stamp.now, order.contact, person, program);
  return {
    books,
    change: {
      postings: [{ ...posting, books }, ...(taken?.postings ?? [])],
      emails: [{ before: known, after: taken?.after ?? owned(known, hash, order.contact, true, bonusTo) }],
      ...(taken?.otherContact === undefined ? {} : { otherContact: taken.otherContact }),
      contact: {
        contact: order.contact,
        set: {
          emails: [email],
          ...(taken === undefined ? {} : { provenEmails: [hash] }),
          ...(mustProve ? { mustProve } : {}),
          lastInboundAt: stamp.now,
          ...heard,
          ...(firstName === undefined ? {} : { firstName }),
          ...(lastName === undefined ? {} : { lastName }),
          ...(language === undefined ? {} : { language }),
          ...(dueAt === undefined ? {} : { dueAt }),
        },
        ...(mustProve || found.contact?.mustProve === undefined ? {} : { clear: ['mustProve'] }),
        guard: ['emails'],
      },
    },
  };
};

/** Came by a signed link of an order under this e-mail before they joined. */
const isProven = (known: EmailRecord | undefined, contact: ContactId): known is EmailRecord =>
  known?.provenFor === contact && (known.proven !== true || known.owner === undefined);

/**
 * Joins with an e-mail. The signup bonus is paid at most once per contact and once per e-mail, ever: both are marked as paid
 * by the first enrolment, whatever the amount was. An e-mail of another contact counts as a failed attempt, unless it was proven
 * by a signed link before.
 */
export const decideEnrolment = (
  found: Loaded,
  order: Enrolment,
  setting: Setting,
): Decision<EnrolmentAnswer> => {
  const { member, contact } = found;
  if (isActive(member)) return answer({ result: 'already_member', books: member });
  if (order.email === undefined) return answer({ result: 'email_needed', books: undefined });
  if (order.email === 'invalid') return answer({ result: 'email_invalid', books: undefined });
  if (tooManyAttempts(contact, setting.program.attemptsPerHour, setting.stamp.now)) {
    return answer({ result: 'too_many_attempts', books: undefined });
  }
  const hash = hashEmail(order.email, setting.emailKey);
  const known = emailIn(found, hash);
  const holder = holderOf(known, order.contact);
  if (isProven(known, order.contact)) {
    if (holder !== undefined && found.asked.other !== holder) return need({ other: holder });
    const taken = takenOver(found, known, hash, order.contact, setting.emailKey, setting.stamp);
    const { books, change } = joined(found, known, order, order.email, taken, setting);
    const moving = taken.after.moving === undefined ? {} : { moving: hash };
    return answer({ result: 'enrolled', books, ...moving }, change);
  }
  if (holder !== undefined) {
    const counted = failedAttempt(order.contact, contact, setting.stamp.now);
    return answer({ result: 'email_in_use', books: undefined }, { contact: counted });
  }
  const { books, change } = joined(found, known, order, order.email, undefined, setting);
  return answer({ result: 'enrolled', books }, change);
};

export interface LeaveAnswer {
  readonly result: 'left' | 'not_member';
  readonly books: Member | undefined;
  /** The books as they were. */
  readonly before: Member | undefined;
}

/** Ends the membership: points are forfeited, a debt is forgiven, the e-mails become free. */
export const decideLeave = (found: Loaded, setting: Setting): Decision<LeaveAnswer> => {
  const { member, contact } = found;
  if (!isActive(member)) return answer({ result: 'not_member', books: undefined, before: undefined });
  const hashes = emailsOf(contact, setting.emailKey);
  if (!hashes.every((hash) => found.asked.emails?.includes(hash))) return need({ emails: hashes });
  const posting = post(member, forfeit(member), { kind: 'leave' }, setting.stamp);
  const books = { ...posting.books, recent: {} };
  const mine = found.emails
    .filter(({ owner }) => owner === member.contact)
    .map((before) => ({ before, after: freed(before) }));
  const release: ContactChange = {
    contact: member.contact,
    set: {},
    clear: ['emails', 'provenEmails', 'dueAt'],
    guard: ['emails', 'provenEmails'],
  };
  return answer(
    { result: 'left', books, before: member },
    { postings: [{ ...posting, books }], emails: mine, contact: release },
  );
};

export interface EmailAnswer {
  readonly result: 'changed' | 'email_in_use' | 'not_found';
  readonly books: Member | undefined;
  readonly replayed: boolean;
}

/** Gives a member another e-mail, which nobody has proven, and frees those that they had. */
export const decideEmail = (found: Loaded, email: Email, setting: Setting): Decision<EmailAnswer> => {
  const { member, contact } = found;
  if (!isActive(member)) return answer({ result: 'not_found', books: undefined, replayed: false });
  const wanted = hashEmail(email, setting.emailKey);
  const former = emailsOf(contact, setting.emailKey);
  const all = [...new Set([wanted, ...former])];
  if (!all.every((hash) => found.asked.emails?.includes(hash))) return need({ emails: all });
  const known = emailIn(found, wanted);
  if (holderOf(known, member.contact) !== undefined)
    return answer({ result: 'email_in_use', books: member, replayed: false });
  if (former.length === 1 && former[0] === wanted && contact?.emails?.includes(email))
    return answer({ result: 'changed', books: member, replayed: true });
  const released = found.emails
    .filter((record) => record.owner === member.contact && record.email !== wanted)
    .map((before) => ({ before, after: freed(before) }));
  const proven = contact?.provenEmails?.includes(wanted) ?? false;
  return answer(
    { result: 'changed', books: member, replayed: false },
    {
      emails: [{ before: known, after: owned(known, wanted, member.contact, member.bonusPaid) }, ...released],
      contact: {
        contact: member.contact,
        set: { emails: [email], ...(proven ? { provenEmails: [wanted] } : {}) },
        ...(proven || contact?.provenEmails === undefined ? {} : { clear: ['provenEmails'] }),
        guard: ['emails', 'provenEmails'],
      },
    },
  );
};
