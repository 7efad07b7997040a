import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { missedReminder } from '../../cli/manychat/resync.ts';
import { dynamoAgenda } from '../../functions/adapters/dynamodb/agenda.ts';
import { contactId, instant } from '../../functions/domain/ids.ts';
import { newMember } from '../../functions/domain/member.ts';
import { nextReminder } from '../../functions/domain/reminder.ts';
import { endAll, runFile, startFile } from '../e2e/spawned.ts';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await endAll();
  await house.stop();
});

const line = (shop: Shop, name: string, ...args: string[]) =>
  [name, '--program', shop.id, '--endpoint', house.engine.endpoint, ...args] as const;
const env = () => ({ MANYCHAT_API_BASE: house.manychat.base, MANYCHAT_TOKEN: house.manychat.token });
const manychat = (shop: Shop, name: string, ...args: string[]) =>
  runFile('cli/manychat.ts', line(shop, name, ...args), env());
const account = () => {
  const known = house.manychat.double?.account(house.manychat.token);
  if (known === undefined) throw new Error('the house has no double');
  return known;
};
const withReminders = (change: (reminders: Reply) => void) => (file: Reply) => change(file.reminders);

/** What is known of a contact, as it is stored. */
const stored = async (shop: Shop, contact: string): Promise<Reply> => {
  const { GetCommand } = await import('@aws-sdk/lib-dynamodb');
  const Key = { pk: `P#${shop.id}#M#${contact}`, sk: '@CONTACT' };
  const { Item } = await house.table.client.send(new GetCommand({ TableName: house.table.name, Key }));
  return Item;
};

const flowsStarted = (contact: string) => account().sent.filter((sent) => sent.contact === contact).length;

describe('test-send', () => {
  test('sends a member their own numbers and leaves the reminder that is to come as it is', async () => {
    const shop = await house.open(withReminders((reminders) => Object.assign(reminders, { channel: 'sms' })));
    await shop.chat('enroll', { contact_id: 'own', email: 'own@example.com' });
    const before = await stored(shop, 'own');
    const { code, stdout, stderr } = await manychat(shop, 'test-send', '--contact', 'own');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('the numbers are their own');
    expect(stdout).toMatch(/^ {2}loyalty_points +50$/m);
    expect(stdout).toMatch(/^Message: Juniper Home Rewards: You have 50 points\./m);
    expect(stdout).toMatch(/^Length: 1\d\d characters, GSM-7, [12] segments?$/m);
    expect(stdout).toMatch(/ManyChat started the flow \S+ for the contact own/);
    expect(account().fields('own')).toMatchObject({
      loyalty_points: 50,
      loyalty_send_id: expect.stringMatching(/^test-/),
    });
    expect(flowsStarted('own')).toBe(1);
    expect(await stored(shop, 'own')).toEqual(before);
  });

  test('sends an example to a contact who is no member, and says so', async () => {
    const shop = await house.open();
    const { code, stdout } = await manychat(shop, 'test-send', '--contact', 'stranger');
    expect(code).toBe(0);
    expect(stdout).toContain('is no member of');
    expect(stdout).toMatch(/^ {2}loyalty_points +275$/m);
    expect(stdout).toMatch(/^Length: 1\d\d characters$/m);
    expect(await stored(shop, 'stranger')).toBeUndefined();
  });

  test('stops before it writes to somebody who stopped messages, unless it is told to send anyway', async () => {
    const shop = await house.open();
    await shop.chat('preferences', { contact_id: 'stopped', action: 'stop' });
    const refused = await manychat(shop, 'test-send', '--contact', 'stopped');
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toContain('stopped messages by email: nothing was sent');
    expect(flowsStarted('stopped')).toBe(0);
    const sent = await manychat(shop, 'test-send', '--contact', 'stopped', '--anyway');
    expect([sent.code, flowsStarted('stopped')]).toEqual([0, 1]);
    expect(sent.stdout).toContain('A real reminder would be skipped now: they stopped messages.');
  });

  test('says what is in the way: no reminders, a flow that is gone, a contact who blocked the page', async () => {
    const without = await house.open((file) => {
      delete file.reminders;
    });
    const none = await manychat(without, 'test-send', '--contact', '1');
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('has no reminders')]);
    const gone = await house.open(withReminders((reminders) => Object.assign(reminders, { flow: 'gone' })));
    account().removeFlow('gone');
    const flow = await manychat(gone, 'test-send', '--contact', '1');
    expect([flow.code, flow.stderr]).toEqual([
      1,
      expect.stringContaining('Nothing was sent: the flow gone is not in the ManyChat account'),
    ]);
    account().setContact('blocker', { blocked: true });
    const blocked = await manychat(await house.open(), 'test-send', '--contact', 'blocker');
    expect([blocked.code, blocked.stderr]).toEqual([1, expect.stringContaining('they blocked the page')]);
  });

  test('does not say that nothing was sent where the answer was lost', async () => {
    house.manychat.double?.fail({ path: 'sendFlow', contact: 'lost', kind: 'drop after' });
    const { code, stderr } = await manychat(await house.open(), 'test-send', '--contact', 'lost');
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('it is not known whether the message went out'),
    ]);
    expect(flowsStarted('lost')).toBe(1);
  });
});

describe('resync', () => {
  const asked = (shop: Shop) =>
    dynamoAgenda(house.table).count(
      shop.program.id,
      'mirror',
      instant.parse(8_640_000_000_000_000),
      AbortSignal.timeout(10_000),
    );

  test('has every member’s fields written anew and gives a reminder to who has none, once and again', async () => {
    const shop = await house.open((file) => {
      delete file.reminders;
    });
    for (const n of [1, 2, 3]) await shop.chat('enroll', { contact_id: `m${n}`, email: `m${n}@example.com` });
    await shop.chat('enroll', { contact_id: 'left', email: 'left@example.com' });
    await shop.chat('leave', { contact_id: 'left' });
    expect((await stored(shop, 'm1')).dueAt).toBeUndefined();
    await house.open((file) => {
      file.program = shop.id;
    });
    const running = startFile('cli/manychat.ts', line(shop, 'resync'));
    await running.until(/asked for the fields of 3 members/);
    await house.jobs.remind();
    const { code, stdout, stderr } = await running.ended;
    expect([code, stdout]).toEqual([
      0,
      'asked for the fields of 3 members\n3 members had no reminder to come and have one now\nAll fields are written.\n',
    ]);
    expect(stderr).toContain('fields written: 3 of 3');
    for (const n of [1, 2, 3]) expect(account().fields(`m${n}`)).toMatchObject({ loyalty_points: 50 });
    expect(account().fields('left')).toEqual({});
    const { dueAt, mirror } = await stored(shop, 'm1');
    expect([dueAt > house.clock.now(), Object.keys(mirror).length]).toEqual([true, 9]);
    expect((await stored(shop, 'left')).dueAt).toBeUndefined();

    const again = await manychat(shop, 'resync', '--no-wait');
    expect(again).toEqual({ code: 0, stderr: '', stdout: 'asked for the fields of 3 members\n' });
    expect(await asked(shop)).toBe(3);
    const after = await stored(shop, 'm1');
    expect([after.dueAt, after.mirror]).toEqual([dueAt, undefined]);
    const before = house.manychat.outbox().length;
    await house.jobs.remind();
    expect(house.manychat.outbox().length).toBe(before + 3);
    expect(await asked(shop)).toBe(0);
  });

  test('says so when nothing moves', async () => {
    const shop = await house.open();
    await shop.chat('enroll', { contact_id: 'waits', email: 'waits@example.com' });
    const { code, stderr } = await manychat(shop, 'resync', '--patience', '1');
    expect([code, stderr]).toEqual([1, expect.stringContaining('1 contact still waits, and nothing moved')]);
    expect(stderr).toContain('Is the sender running?');
    expect(await asked(shop)).toBe(1);
  });

  test('is done at once in a program without members', async () => {
    const { code, stdout } = await manychat(await house.open(), 'resync');
    expect([code, stdout]).toEqual([0, 'asked for the fields of 0 members\nAll fields are written.\n']);
  });
});

describe('a reminder that is missing', () => {
  const at = (iso: string) => instant.parse(Date.parse(iso));
  const due = async (joined: string, now: string) => {
    const { program } = await house.open(
      withReminders((reminders) => Object.assign(reminders, { hour: 10 })),
    );
    const contact = contactId.parse('1');
    const books = { ...newMember(contact, at(joined)), status: 'active' as const };
    const found = missedReminder(books, { contact }, program, at(now));
    const usual = nextReminder(at(joined), contact, undefined, program);
    return { found: found && new Date(found).toISOString(), usual: usual && new Date(usual).toISOString() };
  };

  test('is due at its usual time where that is still to come', async () => {
    const { found, usual } = await due('2026-11-01T12:00:00Z', '2026-11-20T12:00:00Z');
    expect(found).toBe(usual);
  });

  test('is due at the next hour of the program where it would have been due before', async () => {
    // 10 o’clock in Los Angeles is 18:00 UTC in winter.
    expect((await due('2026-01-01T12:00:00Z', '2026-11-20T12:00:00Z')).found).toBe(
      '2026-11-20T18:00:00.000Z',
    );
    expect((await due('2026-01-01T12:00:00Z', '2026-11-20T18:00:00Z')).found).toBe(
      '2026-11-21T18:00:00.000Z',
    );
    expect((await due('2026-01-01T12:00:00Z', '2026-11-21T03:00:00Z')).found).toBe(
      '2026-11-21T18:00:00.000Z',
    );
  });
});
