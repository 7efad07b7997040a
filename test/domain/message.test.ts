import { describe, expect, test } from '@jest/globals';
import type { Contact, ContactChange, LastMessage } from '../../functions/domain/contact.ts';
import {
  acceptedMessage,
  closedMessage,
  closedUnsent,
  confirmedMessage,
  intendReminder,
  knownMirror,
  type Refusal,
  withdrawnMessage,
} from '../../functions/domain/message.ts';
import type { Program } from '../../functions/domain/program.ts';
import { ana, at, dayMs, demo, hourMs, personOf, plus } from './support.ts';

/** Ten in the morning in Los Angeles, when Ana is due. */
const seen = at('2026-12-29T18:00:00Z');
const now = plus(seen, 40_000);
const next = at('2027-01-26T18:00:00Z');
const mirror = { loyalty_points: 'h4sh', loyalty_send_id: 'send-2' };
const mirroredAt = plus(now, -300);
const written = { mirror, mirroredAt };

/** The person after a change, as the table would have them. */
const changed = (person: Contact, change: ContactChange | undefined): Contact => {
  if (change === undefined) throw new Error('expected a change');
  const kept: Contact = { ...person, ...change.set };
  for (const name of change.clear ?? []) delete kept[name];
  return kept;
};

const before = personOf({ dueAt: seen });
const intended = (person = before, program: Program = demo): Contact =>
  changed(person, intendReminder(person, program, { sendId: 'send-2', by: 'a-sender', ...written, now }));

const earlier: LastMessage = { id: 'send-1', at: plus(seen, -28 * dayMs), year: '2026', state: 'confirmed' };
const withHistory = personOf({
  dueAt: seen,
  message: earlier,
  sends: [earlier.at],
  mirror: { loyalty_points: 'old', loyalty_send_id: 'send-1' },
  tally: { 2025: { accepted: 3 }, 2026: { confirmed: 1, skipped_capped: 2 } },
});

describe('the intent', () => {
  test('ends the period before anything is sent, and stands as unconfirmed', () => {
    expect(intendReminder(before, demo, { sendId: 'send-2', by: 'a-sender', ...written, now })).toEqual({
      contact: ana,
      set: {
        dueAt: next,
        message: { id: 'send-2', at: now, by: 'a-sender', year: '2026', state: 'unconfirmed' },
        sends: [now],
        mirror,
        mirroredAt,
        tally: { 2026: { unconfirmed: 1 } },
      },
      guard: ['dueAt', 'optOuts', 'optinEmail', 'optinPhone', 'message', 'mirror', 'tally'],
    });
  });

  test('keeps what was counted before', () => {
    expect(intended(withHistory).tally).toEqual({
      2025: { accepted: 3 },
      2026: { confirmed: 1, skipped_capped: 2, unconfirmed: 1 },
    });
  });

  test('remembers as many messages as the cap can count', () => {
    const sends = [8, 7, 6, 2].map((days) => plus(now, -days * dayMs));
    const person = personOf({ dueAt: seen, sends });
    const kept = (cap: Program['cap']) => intended(person, { ...demo, cap }).sends;
    expect(kept(undefined)).toEqual([now]);
    expect(kept({ max: 9, perDays: 7 })).toEqual([...sends.slice(2), now]);
    expect(kept({ max: 2, perDays: 7 })).toEqual([sends[3], now]);
    expect(kept({ max: 1, perDays: 7 })).toEqual([now]);
  });

  test('is counted in the year of the program’s zone', () => {
    const change = intendReminder(before, demo, {
      sendId: 'a',
      by: 'a-sender',
      ...written,
      now: at('2027-01-01T07:00:00Z'),
    });
    expect(change.set.message?.year).toBe('2026');
    expect(change.set.tally).toEqual({ 2026: { unconfirmed: 1 } });
  });

  test('of a program that gave up its reminders makes nothing due', () => {
    const none = intendReminder(
      before,
      { ...demo, reminders: undefined },
      { sendId: 'a', by: 'a-sender', ...written, now },
    );
    expect('dueAt' in none.set).toBe(false);
  });
});

describe('what is known of the fields', () => {
  const inbound = (ago: number) => personOf({ ...written, lastInboundAt: plus(mirroredAt, -ago) });

  test('is what was written last, as long as no chat can have changed them since', () => {
    expect(knownMirror(personOf({ ...written }))).toEqual(written);
    // Chats are noted at most once an hour.
    expect(knownMirror(inbound(hourMs + 1))).toEqual(written);
    expect(knownMirror(inbound(hourMs))).toBeUndefined();
    expect(knownMirror(inbound(0))).toBeUndefined();
    expect(knownMirror(inbound(-dayMs))).toBeUndefined();
  });

  test('is nothing where nothing was written, or nobody knows when', () => {
    expect(knownMirror(personOf())).toBeUndefined();
    expect(knownMirror(personOf({ mirror }))).toBeUndefined();
    expect(knownMirror(personOf({ mirroredAt }))).toBeUndefined();
  });
});

const refusals: readonly Refusal[] = ['window_closed', 'blocked', 'contact_unknown', 'refused'];
const inState = (state: LastMessage['state'], reason?: Refusal): Contact => {
  const name = reason === undefined ? state : `${state}_${reason}`;
  const message: LastMessage = {
    id: 'send-2',
    at: now,
    year: '2026',
    state,
    ...(reason === undefined ? {} : { reason }),
  };
  return personOf({ dueAt: next, message, sends: [now], tally: { 2026: { [name]: 1, confirmed: 4 } } });
};

describe('a message that was taken', () => {
  test('is accepted, in the year in which it was intended', () => {
    const person = intended();
    expect(acceptedMessage(person, 'send-2')).toEqual({
      contact: ana,
      set: {
        message: { id: 'send-2', at: now, by: 'a-sender', year: '2026', state: 'accepted' },
        tally: { 2026: { accepted: 1 } },
      },
      guard: ['message', 'tally'],
    });
  });

  test.each([...(['accepted', 'confirmed', 'closed'] as const)])(
    'stays %s where it is that already',
    (state) => {
      expect(acceptedMessage(inState(state), 'send-2')).toBeUndefined();
    },
  );

  test('is not another one', () => {
    expect(acceptedMessage(intended(), 'send-1')).toBeUndefined();
    expect(acceptedMessage(personOf(), 'send-2')).toBeUndefined();
  });
});

describe('a message that was refused for good', () => {
  test.each(refusals)('is closed as %s', (reason) => {
    expect(closedMessage(intended(), 'send-2', reason)).toEqual({
      contact: ana,
      set: {
        message: { id: 'send-2', at: now, by: 'a-sender', year: '2026', state: 'closed', reason },
        tally: { 2026: { [`closed_${reason}`]: 1 } },
      },
      guard: ['message', 'tally'],
    });
  });

  test('stays confirmed where the flow said so first', () => {
    expect(closedMessage(inState('confirmed'), 'send-2', 'blocked')).toBeUndefined();
    expect(closedMessage(inState('accepted'), 'send-2', 'blocked')).toBeUndefined();
    expect(closedMessage(intended(), 'send-1', 'blocked')).toBeUndefined();
    expect(closedMessage(personOf(), 'send-2', 'blocked')).toBeUndefined();
  });

  test.each(refusals)('before it was begun, as %s, ends the period without one', (reason) => {
    expect(closedUnsent(withHistory, demo, reason, now)).toEqual({
      contact: ana,
      set: {
        dueAt: next,
        tally: { 2025: { accepted: 3 }, 2026: { confirmed: 1, skipped_capped: 2, [`closed_${reason}`]: 1 } },
      },
      guard: ['dueAt', 'tally'],
    });
    expect('dueAt' in closedUnsent(before, { ...demo, reminders: undefined }, reason, now).set).toBe(false);
  });
});

describe('a message that surely did not leave', () => {
  const withdrawn = (person: Contact, was: Contact): Contact =>
    changed(person, withdrawnMessage(person, was, intended(was)));

  test.each([
    ['the first one', before],
    ['one of many', withHistory],
    ['one without a cap’s memory', personOf({ dueAt: seen, message: earlier })],
    ['one of a year without others', personOf({ dueAt: seen, tally: { 2025: { accepted: 1 } } })],
  ])('leaves everything as it was before, but for the fields: %s', (_, was) => {
    expect(withdrawn(intended(was), was)).toStrictEqual({ ...was, ...written });
  });

  test('under the cap brings back the messages that counted', () => {
    const cap = { max: 1, perDays: 2 };
    const was = personOf({ dueAt: seen, sends: [plus(now, -3 * dayMs)] });
    expect(withdrawn(intended(was, { ...demo, cap }), was).sends).toEqual(was.sends);
  });

  test('is not due again where the member left meanwhile', () => {
    const person = intended(withHistory);
    delete person.dueAt;
    expect('dueAt' in withdrawn(person, withHistory)).toBe(false);
  });

  test('stays as it is once an outcome is known', () => {
    for (const state of ['accepted', 'confirmed', 'closed'] as const)
      expect(withdrawnMessage(inState(state), before, intended())).toBeUndefined();
    expect(withdrawnMessage(personOf(), before, intended())).toBeUndefined();
    // Another attempt's intent is not ours to withdraw.
    const other = { ...intended(), message: { ...earlier, state: 'unconfirmed', by: 'another' } as const };
    expect(withdrawnMessage(other, before, intended())).toBeUndefined();
    expect(withdrawnMessage(intended(), before, before)).toBeUndefined();
  });

  test('is judged under what was read, and sets or clears just what was there or not', () => {
    const guard = ['message', 'tally', 'dueAt'];
    expect(withdrawnMessage(intended(), before, intended())).toStrictEqual({
      contact: ana,
      set: { dueAt: seen },
      clear: ['message', 'sends', 'tally'],
      guard,
    });
    const { message, sends, tally } = withHistory;
    expect(withdrawnMessage(intended(withHistory), withHistory, intended(withHistory))).toStrictEqual({
      contact: ana,
      set: { dueAt: seen, message, sends, tally },
      clear: [],
      guard,
    });
  });
});

describe('a flow that reached its message step', () => {
  test.each<{ state: LastMessage['state']; reason?: Refusal }>([
    { state: 'unconfirmed' },
    { state: 'accepted' },
    { state: 'closed', reason: 'blocked' },
  ])('confirms what was $state', ({ state, reason }) => {
    const { known, change } = confirmedMessage(inState(state, reason), 'send-2');
    expect(known).toBe(true);
    expect(change).toStrictEqual({
      contact: ana,
      set: {
        message: { id: 'send-2', at: now, year: '2026', state: 'confirmed' },
        tally: { 2026: { confirmed: 5 } },
      },
      guard: ['message', 'tally'],
    });
  });

  test('confirms once', () => {
    expect(confirmedMessage(inState('confirmed'), 'send-2')).toEqual({ known: true, change: undefined });
  });

  test('without a send id means the last message', () => {
    expect(confirmedMessage(intended(), undefined).change?.set.message?.state).toBe('confirmed');
  });

  test('is not known where there was no message, or another one', () => {
    const unknown = { known: false, change: undefined };
    expect(confirmedMessage(intended(), 'send-1')).toEqual(unknown);
    expect(confirmedMessage(intended(), '')).toEqual(unknown);
    expect(confirmedMessage(personOf(), undefined)).toEqual(unknown);
    expect(confirmedMessage(undefined, undefined)).toEqual(unknown);
    expect(confirmedMessage(undefined, 'send-2')).toEqual(unknown);
  });

  test('before our record of the call stands, whatever the record says', () => {
    const confirmed = changed(intended(), confirmedMessage(intended(), 'send-2').change);
    expect(acceptedMessage(confirmed, 'send-2')).toBeUndefined();
    expect(closedMessage(confirmed, 'send-2', 'window_closed')).toBeUndefined();
    expect(withdrawnMessage(confirmed, before, intended())).toBeUndefined();
  });
});
