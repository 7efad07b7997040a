import { describe, expect, test } from '@jest/globals';
import type { Problem } from '../../functions/domain/problems.ts';
import { type Program, readProgram } from '../../functions/domain/program.ts';
import { programAdvice } from '../../functions/domain/program-advice.ts';
import { changedFile } from './support.ts';

const problemsWith = (changes: Record<string, unknown>): readonly Problem[] => {
  const read = readProgram(changedFile(changes));
  return read.kind === 'broken' ? read.problems : [];
};

const readWith = (changes: Record<string, unknown>): Program => {
  const read = readProgram(changedFile(changes));
  if (read.kind === 'broken') throw new Error(JSON.stringify(read.problems));
  return read.program;
};

const whole = (from: number, to: number) => `expected a whole number from ${from} to ${to}`;
const zone = 'expected an IANA zone such as Europe/Berlin';
const accountForm = 'expected 1 to 40 of a-z, 0-9 and -';
const channels = 'expected email, sms, messenger, instagram, whatsapp or telegram';
const clockTime = 'expected a time such as "20:00"';

describe('a wrong value of what a program says of its messages is named with what was expected:', () => {
  test.each<[string, unknown, string, string?]>([
    ['reminders.hour', 25, whole(0, 23)],
    ['reminders.hour', 24, whole(0, 23)],
    ['reminders.hour', -1, whole(0, 23)],
    ['reminders.hour', 9.5, whole(0, 23)],
    ['reminders.hour', '10', whole(0, 23)],
    ['reminders.hour', undefined, whole(0, 23)],
    ['reminders.every_days', 0, whole(1, 3650)],
    ['reminders.every_days', 3651, whole(1, 3650)],
    ['reminders.every_days', '28', whole(1, 3650)],
    ['reminders.every_days', undefined, whole(1, 3650)],
    ['reminders.spread_minutes', -1, whole(0, 1440)],
    ['reminders.channel', 'tiktok', channels],
    ['reminders.channel', 'Email', channels],
    ['reminders.channel', undefined, channels],
    ['reminders.flow', '', 'expected the id of a flow, such as content20260101000000_000001'],
    ['reminders.clock', 'owner', 'expected program or member'],
    ['reminders.postponed_by_activity', 'yes', 'expected true or false'],
    ['reminders.quiet', { from: '20:00' }, clockTime, '.to'],
    ['reminders.quiet', { from: '8:00', to: '20:00' }, clockTime, '.from'],
    ['reminders.quiet', { from: '20:00', to: '24:00' }, clockTime, '.to'],
    ['reminders.quiet', { from: '20:60', to: '08:00' }, clockTime, '.from'],
    ['timezone', 'Europe/Atlantis', zone],
    ['timezone', 'GMT+25', zone],
    ['timezone', '', zone],
    ['messages', { max: 0, per_days: 7 }, whole(1, 1000), '.max'],
    ['messages', { max: 1001, per_days: 7 }, whole(1, 1000), '.max'],
    ['messages', { max: 2 }, whole(1, 3650), '.per_days'],
    ['messages', { max: 2, per_days: 3651 }, whole(1, 3650), '.per_days'],
    ['manychat', 'juniper', 'expected a section with account, pace'],
    ['manychat', { account: 'Juniper Home' }, accountForm, '.account'],
    ['manychat', { account: '' }, accountForm, '.account'],
    ['manychat', { account: 'a'.repeat(41) }, accountForm, '.account'],
    ['manychat', { account: 'juniper/home' }, accountForm, '.account'],
    ['manychat', { account: 123 }, accountForm, '.account'],
    ['manychat', { pace: 18 }, 'expected a section with send_flow, send_content, write', '.pace'],
    ['manychat', { pace: { send_flow: 21 } }, whole(1, 20), '.pace.send_flow'],
    ['manychat', { pace: { send_flow: 0 } }, whole(1, 20), '.pace.send_flow'],
    ['manychat', { pace: { send_content: 26 } }, whole(1, 25), '.pace.send_content'],
    ['manychat', { pace: { write: 11 } }, whole(1, 10), '.pace.write'],
    ['manychat', { pace: { write: 4.5 } }, whole(1, 10), '.pace.write'],
  ])('%s: %j', (path, value, message, deeper = '') => {
    expect(problemsWith({ [path]: value })).toEqual([{ path: path + deeper, message }]);
  });

  test.each(['manychat.tokens', 'manychat.pace.reads', 'reminders.every_day', 'messages.per_day'])(
    'the unknown key %s',
    (path) => {
      const sections = { manychat: { pace: {} }, messages: { max: 1, per_days: 1 } };
      expect(problemsWith({ ...sections, [path]: 1 })).toEqual([
        { path, message: 'expected no such key; is it misspelt?' },
      ]);
    },
  );
});

describe('an hour within the quiet hours is refused:', () => {
  test.each([
    [20, '20:00', '08:00'],
    [23, '20:00', '08:00'],
    [0, '20:00', '08:00'],
    [7, '20:00', '08:00'],
    [12, '12:00', '13:00'],
    [12, '11:59', '12:01'],
  ])('%d within %s to %s', (hour, from, to) => {
    expect(problemsWith({ 'reminders.hour': hour, 'reminders.quiet': { from, to } })).toEqual([
      { path: 'reminders.hour', message: `expected an hour outside the quiet hours from ${from} to ${to}` },
    ]);
  });

  test.each([
    [8, '20:00', '08:00'],
    [19, '20:00', '08:00'],
    [13, '12:00', '13:00'],
    [12, '12:01', '12:00'],
  ])('%d is outside of %s to %s', (hour, from, to) => {
    expect(problemsWith({ 'reminders.hour': hour, 'reminders.quiet': { from, to } })).toEqual([]);
  });
});

describe('a program', () => {
  test('may have no reminders, and then nothing is due', () => {
    expect(readWith({ reminders: undefined }).reminders).toBeUndefined();
  });

  test('takes all that it may say of its messages', () => {
    const { reminders, cap, manychat } = readWith({
      'reminders.every_days': 3650,
      'reminders.hour': 9,
      'reminders.channel': 'whatsapp',
      'reminders.spread_minutes': 900,
      'reminders.quiet': { from: '20:05', to: '08:30' },
      'reminders.clock': 'member',
      'reminders.postponed_by_activity': true,
      messages: { max: 2, per_days: 7 },
      manychat: { account: 'juniper-2', pace: { send_flow: 20, send_content: 25, write: 10 } },
    });
    expect(reminders).toEqual({
      everyDays: 3650,
      hour: 9,
      flow: 'content20260101000000_000001',
      channel: 'whatsapp',
      spreadMinutes: 900,
      quiet: { from: 20 * 60 + 5, to: 8 * 60 + 30 },
      clock: 'member',
      postponedByActivity: true,
    });
    expect(cap).toEqual({ max: 2, perDays: 7 });
    expect(manychat).toEqual({ account: 'juniper-2', pace: { sendFlow: 20, sendContent: 25, write: 10 } });
  });

  test('that names no account has one of its own name, and paces that it does not set stay a tenth below the limits', () => {
    expect(readWith({ program: 'juniper' }).manychat).toEqual({
      account: 'juniper',
      pace: { sendFlow: 18, sendContent: 22, write: 9 },
    });
    expect(readWith({ manychat: { account: 'juniper-2' } }).manychat).toEqual({
      account: 'juniper-2',
      pace: { sendFlow: 18, sendContent: 22, write: 9 },
    });
    expect(readWith({ manychat: { pace: { write: 1 } } }).manychat).toEqual({
      account: 'demo',
      pace: { sendFlow: 18, sendContent: 22, write: 1 },
    });
  });
});

describe('advice', () => {
  const adviceWith = (changes: Record<string, unknown>) => programAdvice(readWith(changes));

  test('is none for the demo program', () => {
    expect(adviceWith({})).toEqual([]);
    expect(adviceWith({ reminders: undefined })).toEqual([]);
    expect(adviceWith({ reminders: undefined, messages: { max: 1, per_days: 90 } })).toEqual([]);
  });

  test('warns of more than 60 days between two reminders, and not of 60', () => {
    expect(adviceWith({ 'reminders.every_days': 60 })).toEqual([]);
    expect(adviceWith({ 'reminders.every_days': 61 })).toEqual([
      {
        path: 'reminders.every_days',
        message: '61 days are long: shops hear of themselves at least every 60 days',
      },
    ]);
  });

  test('warns of a cap that reminders alone would reach, and not of one that they keep', () => {
    expect(adviceWith({ messages: { max: 1, per_days: 28 } })).toEqual([]);
    expect(adviceWith({ messages: { max: 2, per_days: 56 } })).toEqual([]);
    expect(adviceWith({ messages: { max: 2, per_days: 57 } })).toEqual([
      {
        path: 'messages',
        message: '2 in 57 days are fewer than the reminders: some are skipped as capped',
      },
    ]);
  });
});

describe('a day’s reminders', () => {
  test('must not pass midnight, from where the days would be counted anew', () => {
    expect(problemsWith({ 'reminders.hour': 23, 'reminders.spread_minutes': 60 })).toEqual([]);
    expect(problemsWith({ 'reminders.hour': 23, 'reminders.spread_minutes': 61 })).toEqual([
      {
        path: 'reminders.spread_minutes',
        message: 'expected at most 60, so that the spread ends with the day',
      },
    ]);
  });

  test('need quiet hours that are some', () => {
    expect(problemsWith({ 'reminders.quiet': { from: '08:00', to: '08:00' } })).toEqual([
      { path: 'reminders.quiet.to', message: 'expected another time than "from"' },
    ]);
  });
});
