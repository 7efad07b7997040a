import { describe, expect, test } from '@jest/globals';
import type { Loaded } from '../../functions/domain/ledger.ts';
import { spendable } from '../../functions/domain/lots.ts';
import { decideEnrolment, type Enrolment } from '../../functions/domain/membership.ts';
import type { Program } from '../../functions/domain/program.ts';
import {
  ana,
  anaMail,
  answered,
  at,
  ben,
  benMail,
  demo,
  emailRecordOf,
  foundOf,
  hashOf,
  heldBy,
  memberOf,
  noon,
  onlyPosting,
  personOf,
  settingOf,
} from './support.ts';

const order: Enrolment = {
  contact: ana,
  email: anaMail,
  firstName: undefined,
  lastName: undefined,
  language: undefined,
};
const enroll = (found: Loaded = foundOf(), over: Partial<Enrolment> = {}, program: Partial<Program> = {}) =>
  answered(decideEnrolment(found, { ...order, ...over }, settingOf(program)));

/** 28 days after the day of joining, at ten in Los Angeles. */
const firstReminder = at('2026-12-29T18:00:00Z');

const left = memberOf({ status: 'left', membership: 1, bonusPaid: true, counts: { a: { total: 1 } } });

describe('joining', () => {
  test('pays the signup bonus and opens the books', () => {
    const { answer, change } = enroll();
    const { books, entry } = onlyPosting(change);
    expect(answer).toEqual({ result: 'enrolled', books });
    expect(books).toMatchObject({
      contact: ana,
      status: 'active',
      membership: 1,
      joinedAt: noon,
      seq: 1,
      lots: { never: 50 },
      lifetime: 50,
      bonusPaid: true,
    });
    expect(entry).toMatchObject({ seq: 1, points: 50, previous: '-', source: { kind: 'signup' } });
  });

  test('makes the e-mail theirs and marks its bonus as paid', () => {
    const bonusTo = { contact: ana, membership: 1, points: 50 };
    expect(enroll().change?.emails).toEqual([
      { before: undefined, after: { email: hashOf(anaMail), owner: ana, bonusPaid: true, bonusTo, rev: 1 } },
    ]);
  });

  test('keeps what was said of the person, and nothing that was not', () => {
    expect(enroll().change?.contact).toStrictEqual({
      contact: ana,
      set: { emails: [anaMail], lastInboundAt: noon, dueAt: firstReminder },
      guard: ['emails'],
    });
    const { change } = enroll(foundOf(), { firstName: 'Ana', lastName: 'Ro', language: 'tr' });
    expect(change?.contact?.set).toEqual({
      emails: [anaMail],
      lastInboundAt: noon,
      dueAt: firstReminder,
      firstName: 'Ana',
      lastName: 'Ro',
      language: 'tr',
    });
  });

  test('makes the first reminder due, where the program has reminders', () => {
    const dueAt = (program: Partial<Program>, contact = personOf()) =>
      enroll(foundOf({ contact }), {}, program).change?.contact?.set.dueAt;
    expect(dueAt({})).toBe(firstReminder);
    const { contact: without } = enroll(foundOf(), {}, { reminders: undefined }).change ?? {};
    expect(Object.keys(without?.set ?? {})).toEqual(['emails', 'lastInboundAt']);
    const reminders = demo.reminders && { ...demo.reminders, clock: 'member' as const };
    expect(dueAt({ reminders }, personOf({ utcOffset: '+09:00' }))).toBe(at('2026-12-29T01:00:00Z'));
  });

  test('may be worth nothing', () => {
    const { answer, change } = enroll(foundOf(), {}, { signupBonus: 0 });
    expect(answer.result).toBe('enrolled');
    expect(onlyPosting(change).entry.points).toBe(0);
    expect(heldBy(answer.books)).toEqual({ lots: {}, debt: 0 });
    expect(change?.emails?.[0]?.after.bonusPaid).toBe(true);
  });
});

describe('the signup bonus', () => {
  const pointsOf = (found: Loaded, over: Partial<Enrolment> = {}) =>
    spendable(onlyPosting(enroll(found, over).change).books);

  test('is never paid twice to one contact, whatever the e-mail', () => {
    expect(pointsOf(foundOf({ member: left }))).toBe(0);
    expect(pointsOf(foundOf({ member: left }), { email: benMail })).toBe(0);
  });

  test('is never paid twice for one e-mail, whoever brings it', () => {
    const found = foundOf({ emails: [emailRecordOf(anaMail, { bonusPaid: true })] });
    expect(pointsOf(found)).toBe(0);
  });

  test('is paid for an e-mail that was known and never paid', () => {
    const record = emailRecordOf(anaMail);
    const { change } = enroll(foundOf({ emails: [record] }));
    expect(onlyPosting(change).entry.points).toBe(50);
    const bonusTo = { contact: ana, membership: 1, points: 50 };
    expect(change?.emails).toEqual([
      { before: record, after: { email: hashOf(anaMail), owner: ana, bonusPaid: true, bonusTo, rev: 3 } },
    ]);
  });

  test('of a contact who was paid is spent for the next e-mail, too', () => {
    const { change } = enroll(foundOf({ member: left }));
    expect(change?.emails?.[0]?.after.bonusPaid).toBe(true);
  });

  test('is paid to books that were opened and never paid', () => {
    expect(pointsOf(foundOf({ member: memberOf({ status: 'left', bonusPaid: false }) }))).toBe(50);
  });
});

describe('joining again', () => {
  test('starts at 0, in a membership of its own, with the counters of before', () => {
    const { answer } = enroll(foundOf({ member: left }));
    expect(answer.books).toMatchObject({
      status: 'active',
      membership: 2,
      lifetime: 0,
      won: 0,
      seq: 5,
      counts: left.counts,
    });
    expect(heldBy(answer.books)).toEqual({ lots: {}, debt: 0 });
  });

  test('takes the own e-mail back', () => {
    const mine = emailRecordOf(anaMail, { owner: ana, bonusPaid: true });
    expect(enroll(foundOf({ member: left, emails: [mine] })).answer.result).toBe('enrolled');
  });
});

describe('nobody joins', () => {
  const taken = { emails: [emailRecordOf(anaMail, { owner: ben })] };
  const tired = { contact: personOf({ attempts: { hour: '2026-12-01T12', count: 10 } }) };

  test.each(['invalid', undefined, benMail] as const)('twice, even with the e-mail %p', (email) => {
    const { answer, change } = enroll(foundOf({ member: memberOf(), ...taken, ...tired }), { email });
    expect(answer).toEqual({ result: 'already_member', books: memberOf() });
    expect(change).toBeUndefined();
  });

  test('without an e-mail', () => {
    const { answer, change } = enroll(foundOf(tired), { email: undefined });
    expect(answer).toEqual({ result: 'email_needed', books: undefined });
    expect(change).toBeUndefined();
  });

  test('with an e-mail that is none', () => {
    const { answer, change } = enroll(foundOf(tired), { email: 'invalid' });
    expect(answer).toEqual({ result: 'email_invalid', books: undefined });
    expect(change).toBeUndefined();
  });

  test('with an e-mail of another contact, and that counts as a failed attempt', () => {
    const { answer, change } = enroll(foundOf(taken));
    expect(answer).toEqual({ result: 'email_in_use', books: undefined });
    expect(change).toEqual({
      contact: {
        contact: ana,
        set: { attempts: { hour: '2026-12-01T12', count: 1 } },
        guard: ['attempts'],
      },
    });
  });

  test('after too many attempts, not even with a free e-mail', () => {
    const { answer, change } = enroll(foundOf(tired));
    expect(answer).toEqual({ result: 'too_many_attempts', books: undefined });
    expect(change).toBeUndefined();
    expect(enroll(foundOf(tired), {}, { attemptsPerHour: 11 }).answer.result).toBe('enrolled');
  });

  test('before the e-mail’s own record was looked at', () => {
    const found = foundOf({ emails: [emailRecordOf(benMail, { owner: ben }), ...taken.emails] });
    expect(enroll(found).answer.result).toBe('email_in_use');
  });
});
