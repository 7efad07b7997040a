/** Who an e-mail belongs to. An e-mail is unproven until its owner comes by a signed link of an order under it. */
import type { Contact, ContactChange } from './contact.ts';
import { type Email, type EmailHash, hashEmail } from './email.ts';
import { type ContactId, later } from './ids.ts';
import type { BonusTo, EmailRecord, Loaded, Moving } from './ledger.ts';
import { takeBack } from './lots.ts';
import { isActive, type Posting, post, type Stamp } from './member.ts';

/** The e-mails of a person: those that they told, and those that they proved. */
export const emailsOf = (person: Contact | undefined, key: string): readonly EmailHash[] => [
  ...new Set([
    ...(person?.emails ?? []).map((email) => hashEmail(email, key)),
    ...(person?.provenEmails ?? []),
  ]),
];

/** So many e-mails one person may hold: leaving frees them all in one step. */
export const mostEmails = 20;

/** So many former owners are remembered; what one of the others claimed passes on when the order itself is claimed. */
const mostFormer = 16;

/** An e-mail in the hands of somebody who typed it. */
export const owned = (
  before: EmailRecord | undefined,
  email: EmailHash,
  owner: ContactId,
  bonusPaid: boolean,
  bonusTo?: BonusTo,
): EmailRecord => ({
  ...before,
  email,
  owner,
  bonusPaid: bonusPaid || (before?.bonusPaid ?? false),
  ...(bonusTo === undefined ? {} : { bonusTo }),
  rev: (before?.rev ?? 0) + 1,
});

/** An e-mail that nobody has; its proof ends with the membership. */
export const freed = ({ proven, ...before }: EmailRecord): EmailRecord => {
  const { owner, former = [], rev } = before;
  const kept = {
    ...before,
    former: [...former.filter((id) => id !== owner), ...(owner && !proven ? [owner] : [])].slice(-mostFormer),
  };
  const { former: none, ...clean } = kept;
  return { ...(none.length === 0 ? clean : kept), owner: undefined, rev: rev + 1 };
};

/** The one who has an e-mail that somebody else proves; undefined where nobody has to give it up. */
export const holderOf = (record: EmailRecord | undefined, prover: ContactId): ContactId | undefined =>
  record?.owner === prover ? undefined : record?.owner;

/** The job `settle` leaves the claims to the prover's own request for so long. */
const settleAfterMs = 60_000;

/** Whose claims pass to the prover: those of all who had it without a proof. */
const movingTo = (record: EmailRecord | undefined, to: ContactId, { now }: Stamp): Moving | undefined => {
  const { provers = [], former = [] } = record ?? {};
  const holder = holderOf(record, to);
  const anew = [...former, ...(holder === undefined ? [] : [holder])];
  // What an earlier move has not come to yet passes on as well.
  const rest = (record?.moving?.from ?? []).filter(({ contact }) => !anew.includes(contact));
  const from = [...rest, ...[...new Set(anew)].map((contact) => ({ contact }))].filter(
    ({ contact }) => contact !== to && !provers.includes(contact),
  );
  return from.length === 0 ? undefined : { to, from, dueAt: later(now, settleAfterMs) };
};

/** What a proof does to the e-mail and to the one who had it; the prover's own books and person are left to the caller. */
export interface TakeOver {
  readonly after: EmailRecord;
  readonly postings: readonly Posting[];
  readonly otherContact: ContactChange | undefined;
  /** In the clear, where the one who had it had typed it. */
  readonly address: Email | undefined;
  /** The signup bonus came back, so that it can be paid to the prover. */
  readonly bonusBack: boolean;
}

/**
 * An e-mail becomes the prover's. The books of the one who had it get a line in any case: a claim of theirs that is on its way
 * was decided before, and must not be written after.
 * @param found with the one who had it as `other`
 */
export const takenOver = (
  found: Loaded,
  record: EmailRecord | undefined,
  email: EmailHash,
  prover: ContactId,
  emailKey: string,
  stamp: Stamp,
): TakeOver => {
  const { provenFor: _, former: __, moving: ___, bonusTo, ...kept } = record ?? { bonusPaid: false, rev: 0 };
  const holder = holderOf(record, prover);
  const { member: books, contact: person } = (holder === undefined ? undefined : found.other) ?? {};
  const moving = movingTo(record, prover, stamp);
  const bonus =
    bonusTo?.contact === holder && bonusTo?.membership === books?.membership ? bonusTo : undefined;
  const address = (person?.emails ?? []).find((typed) => hashEmail(typed, emailKey) === email);
  return {
    after: {
      ...kept,
      email,
      owner: prover,
      bonusPaid: true,
      proven: true,
      provers: [...new Set([...(record?.provers ?? []), prover])],
      ...(moving === undefined ? {} : { moving }),
      rev: kept.rev + 1,
    },
    postings: isActive(books)
      ? [post(books, takeBack(books, bonus?.points ?? 0, 'never'), { kind: 'email_moved' }, stamp)]
      : [],
    otherContact:
      holder === undefined
        ? undefined
        : {
            contact: holder,
            set: { emails: (person?.emails ?? []).filter((typed) => typed !== address) },
            guard: ['emails'],
          },
    address,
    bonusBack: bonus !== undefined && isActive(books),
  };
};

/** The person who proved an e-mail. */
export const proverAfter = (
  prover: ContactId,
  person: Contact | undefined,
  email: EmailHash,
  address: Email | undefined,
): ContactChange => ({
  contact: prover,
  set: {
    provenEmails: [...new Set([...(person?.provenEmails ?? []), email])],
    ...(address === undefined || person?.emails?.includes(address)
      ? {}
      : { emails: [...(person?.emails ?? []), address] }),
  },
  guard: ['emails', 'provenEmails'],
});
