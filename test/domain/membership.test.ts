import { describe, expect, test } from '@jest/globals';
import { couponKey } from '../../functions/domain/ids.ts';
import type { Loaded } from '../../functions/domain/ledger.ts';
import { decideEmail, decideLeave } from '../../functions/domain/membership.ts';
import {
  address,
  ana,
  anaMail,
  answered,
  ben,
  benMail,
  emailRecordOf,
  foundOf,
  hashOf,
  heldBy,
  memberOf,
  noon,
  onlyPosting,
  personOf,
  settingOf,
  wantedBy,
} from './support.ts';

const newMail = address('new@example.com');
const asked = { contact: ana, emails: [hashOf(anaMail), hashOf(newMail)] };
const recent = { 'tea-towel': { coupon: couponKey.parse('GIFT2'), at: noon } };
const books = memberOf({ lots: { never: 70, '2027-01': 5 }, lifetime: 200, won: 2, recent });
const mine = emailRecordOf(anaMail, { owner: ana, bonusPaid: true });
const seen = (over: Partial<Loaded> = {}): Loaded =>
  foundOf({ member: books, contact: personOf(), emails: [mine], asked, ...over });

describe('leaving', () => {
  const leave = (found: Loaded) => answered(decideLeave(found, settingOf()));

  test('forfeits the points by an entry', () => {
    const { answer, change } = leave(seen());
    const posting = onlyPosting(change);
    expect(answer).toEqual({ result: 'left', books: posting.books, before: books });
    expect(posting.entry).toMatchObject({
      points: -75,
      balance: 0,
      lots: { never: -70, '2027-01': -5 },
      source: { kind: 'leave' },
    });
    expect(posting.books).toMatchObject({
      status: 'left',
      membership: 1,
      lifetime: 0,
      won: 0,
      bonusPaid: true,
    });
    expect(heldBy(posting.books)).toEqual({ lots: {}, debt: 0 });
    expect(posting.books.recent).toEqual({});
  });

  test('forgives a debt', () => {
    const { change } = leave(seen({ member: memberOf({ debt: 30 }) }));
    const { books: after, entry } = onlyPosting(change);
    expect(after.debt).toBe(0);
    expect(entry).toMatchObject({ points: 30, balance: 0, debt: -30 });
  });

  test('frees the e-mails, remembers that their bonus was paid, and makes no reminder due', () => {
    const { change } = leave(seen());
    expect(change?.emails).toEqual([
      {
        before: mine,
        after: { email: hashOf(anaMail), owner: undefined, bonusPaid: true, former: [ana], rev: 3 },
      },
    ]);
    expect(change?.contact).toEqual({
      contact: ana,
      set: {},
      clear: ['emails', 'provenEmails', 'dueAt'],
      guard: ['emails', 'provenEmails'],
    });
  });

  test('frees nobody else’s e-mail', () => {
    const theirs = emailRecordOf(benMail, { owner: ben });
    expect(leave(seen({ emails: [theirs, mine] })).change?.emails).toHaveLength(1);
  });

  test('asks for the records of all e-mails first', () => {
    const contact = personOf({ emails: [anaMail, benMail] });
    const wanted = { emails: [hashOf(anaMail), hashOf(benMail)] };
    expect(wantedBy(decideLeave(seen({ contact }), settingOf()))).toEqual(wanted);
    expect(wantedBy(decideLeave(seen({ asked: { contact: ana } }), settingOf()))).toEqual({
      emails: [hashOf(anaMail)],
    });
  });

  test('needs no e-mail', () => {
    const { contact: _, ...nameless } = seen({ emails: [], asked: { contact: ana } });
    expect(leave(nameless).answer.result).toBe('left');
  });

  test('is not for those who are no members', () => {
    for (const member of [undefined, memberOf({ status: 'left' })]) {
      const { answer, change } = leave(foundOf(member === undefined ? {} : { member }));
      expect(answer).toEqual({ result: 'not_member', books: undefined, before: undefined });
      expect(change).toBeUndefined();
    }
  });
});

describe('another e-mail', () => {
  const changed = (found: Loaded, email = newMail) => answered(decideEmail(found, email, settingOf()));

  test('becomes theirs and the old one free, without moving points', () => {
    const { answer, change } = changed(seen());
    expect(answer).toEqual({ result: 'changed', books, replayed: false });
    expect(change).toEqual({
      emails: [
        { before: undefined, after: { email: hashOf(newMail), owner: ana, bonusPaid: true, rev: 1 } },
        { before: mine, after: { ...mine, owner: undefined, former: [ana], rev: 3 } },
      ],
      contact: { contact: ana, set: { emails: [newMail] }, guard: ['emails', 'provenEmails'] },
    });
  });

  test('keeps what is known of its bonus', () => {
    const unpaid = seen({ member: memberOf({ bonusPaid: false }) });
    expect(changed(unpaid).change?.emails?.[0]?.after.bonusPaid).toBe(false);
    const paid = emailRecordOf(newMail, { bonusPaid: true });
    const { change } = changed({ ...unpaid, emails: [mine, paid] });
    expect(change?.emails?.[0]).toEqual({ before: paid, after: { ...paid, owner: ana, rev: 3 } });
  });

  test('frees no former one that is somebody else’s by now', () => {
    const theirs = emailRecordOf(anaMail, { owner: ben });
    expect(changed(seen({ emails: [theirs] })).change?.emails).toHaveLength(1);
  });

  test('is not taken from another member', () => {
    const theirs = emailRecordOf(newMail, { owner: ben });
    const { answer, change } = changed(seen({ emails: [mine, theirs] }));
    expect(answer).toEqual({ result: 'email_in_use', books, replayed: false });
    expect(change).toBeUndefined();
  });

  test('that is the one they have is a replay', () => {
    const { answer, change } = changed(seen(), anaMail);
    expect(answer).toEqual({ result: 'changed', books, replayed: true });
    expect(change).toBeUndefined();
  });

  test('out of several leaves only that one', () => {
    const both = personOf({ emails: [anaMail, newMail] });
    const second = emailRecordOf(newMail, { owner: ana });
    const { answer, change } = changed(seen({ contact: both, emails: [mine, second] }), anaMail);
    expect(answer.replayed).toBe(false);
    expect(change?.emails).toEqual([
      { before: mine, after: { ...mine, rev: 3 } },
      { before: second, after: { ...second, owner: undefined, former: [ana], rev: 3 } },
    ]);
  });

  test('asks for the records of the old and the new one first', () => {
    const wanted = { emails: [hashOf(newMail), hashOf(anaMail)] };
    for (const emails of [[hashOf(newMail)], [hashOf(anaMail)], []]) {
      const found = seen({ asked: { contact: ana, emails } });
      expect(wantedBy(decideEmail(found, newMail, settingOf()))).toEqual(wanted);
    }
    expect(wantedBy(decideEmail(seen({ asked: { contact: ana } }), newMail, settingOf()))).toEqual(wanted);
  });

  test('may be the first', () => {
    const { contact: _, ...nameless } = seen({ emails: [] });
    expect(changed(nameless).change?.emails).toHaveLength(1);
  });

  test('is not for those who are no members', () => {
    const { answer } = changed(seen({ member: memberOf({ status: 'left' }) }));
    expect(answer).toEqual({ result: 'not_found', books: undefined, replayed: false });
  });
});
