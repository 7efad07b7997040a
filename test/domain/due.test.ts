import { describe, expect, test } from '@jest/globals';
import type { Contact } from '../../functions/domain/contact.ts';
import { type Instant, later } from '../../functions/domain/ids.ts';
import type { Loaded } from '../../functions/domain/ledger.ts';
import { type Medium, media } from '../../functions/domain/media.ts';
import type { Program } from '../../functions/domain/program.ts';
import { type DueAt, judgeDue, skipReason, skipReasons } from '../../functions/domain/reminder.ts';
import type { Reminders } from '../../functions/domain/reminder-terms.ts';
import { ana, at, dayMs, demo, foundOf, hourMs, memberOf, personOf, plus } from './support.ts';

const terms: Reminders = {
  everyDays: 28,
  hour: 10,
  flow: 'content20260101000000_000001',
  channel: 'email',
  spreadMinutes: 0,
  quiet: undefined,
  clock: 'program',
  postponedByActivity: false,
};
const programWith = (over: Partial<Reminders> = {}, rest: Partial<Program> = {}): Program => ({
  ...demo,
  reminders: { ...terms, ...over },
  ...rest,
});

/** Ten in the morning in Los Angeles, when Ana is due. */
const seen = at('2026-12-29T18:00:00Z');
const now = plus(seen, 40_000);
const next = at('2027-01-26T18:00:00Z');

describe('a member may be written to', () => {
  const by = (channel: Medium, person: Partial<Contact>, cap?: Program['cap'], when: Instant = now) =>
    skipReason(personOf(person), programWith({ channel }, { cap }), when);

  test('by e-mail and SMS as long as ManyChat’s opt-ins are not known to be missing', () => {
    expect(by('email', {})).toBeUndefined();
    expect(by('email', { optinEmail: true })).toBeUndefined();
    expect(by('email', { optinEmail: false })).toBe('no_optin');
    expect(by('email', { optinPhone: false })).toBeUndefined();
    expect(by('sms', {})).toBeUndefined();
    expect(by('sms', { optinPhone: true })).toBeUndefined();
    expect(by('sms', { optinPhone: false })).toBe('no_optin');
    expect(by('sms', { optinEmail: false })).toBeUndefined();
    expect(by('whatsapp', { optinEmail: false, optinPhone: false })).toBeUndefined();
  });

  test('by e-mail only where there is an address', () => {
    expect(by('email', { emails: [] })).toBe('no_email');
    expect(skipReason({ contact: ana }, programWith(), now)).toBe('no_email');
    expect(skipReason({ contact: ana }, programWith({ channel: 'sms' }), now)).toBeUndefined();
  });

  test.each(media)('by %s unless they stopped it, whatever else they stopped', (channel) => {
    const inbound = { lastInboundAt: now };
    expect(by(channel, { ...inbound, optOuts: [channel] })).toBe('opted_out');
    expect(by(channel, { ...inbound, optOuts: [...media] })).toBe('opted_out');
    expect(by(channel, { ...inbound, optOuts: media.filter((one) => one !== channel) })).toBeUndefined();
    expect(by(channel, { ...inbound, optOuts: [] })).toBeUndefined();
  });

  test.each(['messenger', 'instagram'] as const)('by %s within 24 hours of their own message', (channel) => {
    const wrote = (ms: number, on?: Medium) =>
      by(channel, { lastInboundAt: plus(now, -ms), ...(on === undefined ? {} : { lastInboundOn: on }) });
    expect(wrote(0)).toBeUndefined();
    expect(wrote(24 * hourMs - 1)).toBeUndefined();
    expect(wrote(24 * hourMs)).toBe('window_closed');
    expect(wrote(24 * hourMs + 1)).toBe('window_closed');
    expect(wrote(24 * hourMs - 1, channel)).toBeUndefined();
    expect(wrote(0, 'whatsapp')).toBe('window_closed');
    expect(wrote(0, channel === 'messenger' ? 'instagram' : 'messenger')).toBe('window_closed');
    expect(by(channel, {})).toBe('window_closed');
  });

  test.each(['email', 'sms', 'whatsapp', 'telegram'] as const)('by %s at any time', (channel) => {
    expect(by(channel, {})).toBeUndefined();
    expect(by(channel, { lastInboundAt: plus(now, -365 * dayMs), lastInboundOn: channel })).toBeUndefined();
  });

  test('as long as the cap is not reached within its days', () => {
    const cap = { max: 2, perDays: 7 };
    const sent = (...ago: number[]) => by('email', { sends: ago.map((ms) => plus(now, -ms)) }, cap);
    expect(by('email', {}, cap)).toBeUndefined();
    expect(sent(0)).toBeUndefined();
    expect(sent(hourMs, 2 * hourMs)).toBe('capped');
    expect(sent(7 * dayMs - 1, 0)).toBe('capped');
    expect(sent(7 * dayMs, 0)).toBeUndefined();
    expect(sent(7 * dayMs - 1, 7 * dayMs - 1, 0)).toBe('capped');
    expect(by('email', { sends: [now, now, now] })).toBeUndefined();
  });

  test('and of several reasons against it the one that the customer gave is told first', () => {
    const all: Partial<Contact> = { optOuts: ['email'], emails: [], optinEmail: false, sends: [now] };
    const cap = { max: 1, perDays: 1 };
    expect(by('email', all, cap)).toBe('opted_out');
    expect(by('email', { ...all, optOuts: [] }, cap)).toBe('no_email');
    expect(by('email', { sends: [now], optinEmail: false }, cap)).toBe('no_optin');
    expect(by('messenger', { sends: [now] }, cap)).toBe('window_closed');
    expect(skipReasons).toEqual(['opted_out', 'no_optin', 'no_email', 'window_closed', 'capped']);
  });

  test('by nobody who sends no reminders', () => {
    expect(
      skipReason(personOf({ optOuts: [...media] }), { ...demo, reminders: undefined }, now),
    ).toBeUndefined();
  });
});

const books = memberOf();
const due = (person: Partial<Contact> = {}, over: Partial<Loaded> = {}): Loaded =>
  foundOf({ member: books, contact: personOf({ dueAt: seen, ...person }), ...over });
const judge = (found: Loaded, program = programWith(), over: Partial<DueAt> = {}) =>
  judgeDue(found, program, { contact: ana, seen, now, activeAt: undefined, ...over });

describe('whoever is due', () => {
  test('is written to', () => {
    const found = due();
    expect(judge(found)).toEqual({ kind: 'send', books, person: found.contact });
    expect(judge(found, programWith(), { now: seen }).kind).toBe('send');
  });

  test('is gone where somebody else was here, or it is not time yet', () => {
    expect(judge(due({ dueAt: next }))).toEqual({ kind: 'gone' });
    expect(judge(due({ dueAt: later(seen, -1) }))).toEqual({ kind: 'gone' });
    expect(judge(due(), programWith(), { now: later(seen, -1) })).toEqual({ kind: 'gone' });
    expect(judge(foundOf({ member: books, contact: personOf() }))).toEqual({ kind: 'gone' });
    expect(judge(foundOf({ member: books }))).toEqual({ kind: 'gone' });
    expect(judge(due(), { ...demo, reminders: undefined })).toEqual({ kind: 'gone' });
  });

  test('and has left is taken off the index', () => {
    const change = { contact: ana, set: {}, clear: ['dueAt'], guard: ['dueAt'] };
    expect(judge(due({}, { member: memberOf({ status: 'left' }) }))).toEqual({ kind: 'gone', change });
    const { member: _, ...nobody } = due();
    expect(judge(nobody)).toEqual({ kind: 'gone', change });
  });

  test('and was active since waits for their days to go by', () => {
    const activeAt = at('2026-12-20T12:00:00Z');
    expect(judge(due(), programWith(), { activeAt })).toEqual({
      kind: 'later',
      dueAt: at('2027-01-17T18:00:00Z'),
      change: { contact: ana, set: { dueAt: at('2027-01-17T18:00:00Z') }, guard: ['dueAt'] },
    });
    expect(judge(due(), programWith(), { activeAt: at('2026-12-01T12:00:00Z') }).kind).toBe('send');
    expect(judge(due(), programWith(), { activeAt: at('2026-12-02T07:59:59Z') }).kind).toBe('send');
    expect(judge(due(), programWith(), { activeAt: at('2026-12-02T08:00:00Z') }).kind).toBe('later');
    const activeAtOnce = { activeAt: at('2026-12-01T12:00:00Z'), now: seen };
    expect(judge(due(), programWith(), activeAtOnce).kind).toBe('send');
  });

  test('within the quiet hours waits for their end', () => {
    const quiet = programWith({ quiet: { from: 10 * 60, to: 12 * 60 } });
    const end = at('2026-12-29T20:00:00Z');
    expect(judge(due(), quiet)).toEqual({
      kind: 'later',
      dueAt: end,
      change: { contact: ana, set: { dueAt: end }, guard: ['dueAt'] },
    });
    expect(judge(due(), quiet, { now: end }).kind).toBe('send');
    expect(judge(due(), quiet, { now: later(end, -1) }).kind).toBe('later');
  });

  test('waits for their own quiet hours where their clock rules', () => {
    const own = programWith({ quiet: { from: 20 * 60, to: 8 * 60 }, clock: 'member' });
    // Three in the morning in Seoul.
    expect(judge(due({ utcOffset: '+09:00' }), own)).toMatchObject({
      kind: 'later',
      dueAt: at('2026-12-29T23:00:00Z'),
    });
    expect(judge(due(), own).kind).toBe('send');
    const program = programWith({ quiet: { from: 20 * 60, to: 8 * 60 } });
    expect(judge(due({ utcOffset: '+09:00' }), program).kind).toBe('send');
  });

  test('looks to the quiet hours before the reasons against it, which may pass meanwhile', () => {
    const quiet = programWith({ quiet: { from: 10 * 60, to: 12 * 60 } });
    expect(judge(due({ optOuts: ['email'] }), quiet).kind).toBe('later');
  });
});

describe('a skipped period', () => {
  const stopped = { optOuts: ['email' as const] };

  test('ends like a message, and is counted with its reason', () => {
    expect(judge(due(stopped))).toEqual({
      kind: 'skipped',
      reason: 'opted_out',
      change: {
        contact: ana,
        set: { dueAt: next, tally: { 2026: { skipped_opted_out: 1 } } },
        guard: ['dueAt', 'optOuts', 'tally'],
      },
    });
  });

  test('is counted with those before, in the year of the program’s zone', () => {
    const tally = { 2026: { skipped_opted_out: 2, accepted: 1 } };
    const changed = (when: string) => {
      const judged = judge(due({ ...stopped, tally }), programWith(), { now: at(when) });
      return judged.kind === 'skipped' ? judged.change.set.tally : undefined;
    };
    expect(changed('2027-01-01T07:59:59Z')).toEqual({ 2026: { skipped_opted_out: 3, accepted: 1 } });
    expect(changed('2027-01-01T08:00:00Z')).toEqual({ ...tally, 2027: { skipped_opted_out: 1 } });
  });

  test('sends nothing after the fact when a START comes', () => {
    const judged = judge(due(stopped));
    const dueAt = judged.kind === 'skipped' ? judged.change.set.dueAt : undefined;
    const started = due({ optOuts: [], ...(dueAt === undefined ? {} : { dueAt }) });
    expect(judge(started)).toEqual({ kind: 'gone' });
    expect(judge(started, programWith(), { seen: next, now: later(next, -1) })).toEqual({ kind: 'gone' });
    expect(judge(started, programWith(), { seen: next, now: next }).kind).toBe('send');
  });
});
