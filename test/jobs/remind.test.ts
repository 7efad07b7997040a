import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Shop } from '../support/house.ts';
import { fast, fieldsOf, join, openReminded, type Reminded } from './reminded.ts';

let house: Reminded;
beforeAll(async () => {
  house = await openReminded();
});
afterAll(() => house.stop());

const open = (change: (file: never) => void = () => undefined): Promise<Shop> =>
  house.open((file) => {
    fast(file);
    change(file as never);
  });
// biome-ignore lint/suspicious/noExplicitAny: a program's file is changed freely by tests
type File = any;

describe('a reminder', () => {
  test('writes the fields and starts the flow, once in its period', async () => {
    const shop = await open();
    const ana = await join(shop);
    await house.run();
    expect(house.sent(ana)).toEqual([]);
    await house.pass('P29D');
    await house.run();
    const [fields, flow, ...others] = house.sent(ana);
    expect(fields).toMatchObject({
      path: 'subscriber/setCustomFields',
      status: 200,
      body: { subscriber_id: ana },
    });
    expect(flow).toMatchObject({
      path: 'sending/sendFlow',
      body: { subscriber_id: ana, flow_ns: 'content20260101000000_000001' },
    });
    expect(others).toEqual([]);
    await house.run();
    await house.pass('P20D');
    await house.run();
    expect(house.sent(ana)).toEqual([]);
    await house.pass('P9D');
    await house.run();
    expect(house.sent(ana).map(({ path }) => path)).toContain('sending/sendFlow');
  });

  test('goes out 28 days by the calendar after joining, at the hour of the program’s zone', async () => {
    const shop = await open((file: File) => {
      file.timezone = 'Europe/Berlin';
    });
    const post = (now: string) => shop.request('POST', '/_local/clock', { now });
    const before = new Date(house.clock.now()).toISOString();
    // The clocks of Berlin go forward on the 28th of March.
    await post('2027-03-01T22:30:00Z');
    const ana = await join(shop);
    await post('2027-03-29T07:59:00Z');
    await house.run();
    expect(house.sent(ana)).toEqual([]);
    await post('2027-03-29T08:00:00Z');
    await house.run();
    expect(house.sent(ana)).toHaveLength(2);
    await post(before);
  });

  test('has the four blocks, each with its empty case, in the member’s language', async () => {
    const shop = await open((file: File) => {
      file.signup_bonus = 0;
    });
    const says = async (id: string) => {
      await house.pass('P29D');
      await house.run();
      return fieldsOf(house.sent(id)[0])['loyalty_message'];
    };
    const ana = await join(shop, { language: 'en' });
    const jin = await join(shop, { language: 'ko' });
    const ece = await join(shop, { language: 'tr' });
    expect(await says(ana)).toBe(
      'Juniper Home Rewards: You have no points yet. No reward is within reach yet. Only 200 points more for: Embroidered tea towel. You have not taken a reward so far.',
    );
    const korean = fieldsOf(house.sent(jin)[0])['loyalty_message'];
    const turkish = fieldsOf(house.sent(ece)[0])['loyalty_message'];
    expect(korean).toMatch(/포인트가 없습니다.*자수 티타월까지 200/);
    expect(turkish).toMatch(/Henüz puanınız yok\..*Yalnızca 200 .*İşlemeli kurulama bezi/);
    await shop.admin('POST', `members/${ana}/adjust`, { points: 900, reason: 'rich', key: 'rich' });
    expect((await shop.chat('redeem', { contact_id: ana, reward: 'tea-towel' })).result).toBe('issued');
    expect(await says(ana)).toBe(
      'Juniper Home Rewards: You have 700 points. You can take 3 rewards: Embroidered tea towel, 5 dollars off, Linen napkin set. There is no reward that is out of your reach. You have taken one reward so far.',
    );
    await shop.admin('POST', `members/${ana}/adjust`, {
      points: -720,
      reason: 'debt',
      key: 'debt',
      allow_debt: true,
    });
    expect(await says(ana)).toMatch(/You have no points: after a refund 20 points are still open\./);
  });

  test('writes only what changed, and nothing where nothing did', async () => {
    const shop = await open();
    const ana = await join(shop);
    await house.pass('P29D');
    await house.run();
    const [first] = house.sent(ana);
    expect(Object.keys(fieldsOf(first))).toHaveLength(10);
    await house.pass('P29D');
    await house.run();
    expect(house.sent(ana).map(({ path }) => path)).toEqual(['sending/sendFlow']);
    // A reply that the flow maps to the same fields: nothing is known of them any more, not even of the sentence.
    await shop.chat('balance', { contact_id: ana });
    await house.pass('P29D');
    await house.run();
    const [whole, flow] = house.sent(ana);
    expect(Object.keys(fieldsOf(whole))).toHaveLength(10);
    expect(flow?.path).toBe('sending/sendFlow');
  });

  test('is confirmed by the flow that reports back, by its send id or without one', async () => {
    const shop = await open();
    const ana = await join(shop);
    const report = async (more: object = {}) => {
      const { result, ok, replayed } = await shop.chat('delivered', { contact_id: ana, ...more });
      return [result, ok, replayed];
    };
    const state = async () => (await shop.admin('GET', `members/${ana}`)).json.profile.last_message;
    expect(await report()).toEqual(['unknown_send', false, false]);
    await house.pass('P29D');
    await house.run();
    expect(await state()).toBe('accepted');
    const send_id = fieldsOf(house.sent(ana)[0])['loyalty_send_id'];
    expect(await report({ send_id: 'another' })).toEqual(['unknown_send', false, false]);
    expect(await report({ send_id })).toEqual(['confirmed', true, false]);
    expect(await report({ send_id: '{{cuf_123}}' })).toEqual(['confirmed', true, true]);
    expect(await state()).toBe('confirmed');
  });

  test('is not the customer’s word: a report opens no window', async () => {
    const shop = await open((file: File) => {
      file.reminders.channel = 'messenger';
    });
    const ana = await join(shop);
    await house.pass('P29D');
    await shop.chat('delivered', { contact_id: ana });
    expect((await house.run()).skipped).toMatchObject({ window_closed: 1 });
  });
});

describe('who is not written to', () => {
  const skipped = async (change: (file: File) => void, act: (shop: Shop, id: string) => Promise<unknown>) => {
    const shop = await open(change);
    const id = await join(shop);
    await house.pass('P29D');
    await act(shop, id);
    const { skipped: reasons } = await house.run();
    expect(house.sent(id)).toEqual([]);
    // The period is over all the same.
    await shop.chat('preferences', { contact_id: id, action: 'start' });
    await house.run();
    expect(house.sent(id)).toEqual([]);
    return reasons;
  };
  const none = () => undefined;

  test('said STOP, in whatever words', async () => {
    for (const text of ['Stop', ' i̇ptal ', '수신거부', 'UNSUBSCRIBE.'])
      expect(
        await skipped(none, (shop, contact_id) => shop.chat('preferences', { contact_id, text })),
      ).toMatchObject({ opted_out: 1 });
  });

  test('did not opt in to e-mail, as far as ManyChat says', async () => {
    const contact = (id: string) => ({ contact: { id, optin_email: false } });
    expect(await skipped(none, (shop, id) => shop.chat('balance', contact(id)))).toMatchObject({
      no_optin: 1,
    });
  });

  test('has no e-mail for a program that writes by e-mail: counted, and named in the log', async () => {
    const { UpdateCommand } = await import('@aws-sdk/lib-dynamodb');
    const lost = async (shop: Shop, contact: string) => {
      await house.table.client.send(
        new UpdateCommand({
          TableName: house.table.name,
          Key: { pk: `P#${shop.id}#M#${contact}`, sk: '@CONTACT' },
          UpdateExpression: 'REMOVE #emails',
          ExpressionAttributeNames: { '#emails': 'emails' },
        }),
      );
    };
    expect(await skipped(none, lost)).toMatchObject({ no_email: 1 });
    expect(house.logged.events.filter(({ name }) => name === 'member skipped')).toEqual([
      {
        name: 'member skipped',
        facts: {
          program: expect.any(String),
          contact: expect.stringMatching(/^900/),
          reason: 'no_email',
        },
      },
    ]);
  });

  test('wrote to us on Messenger more than a day ago', async () => {
    const messenger = (file: File) => {
      file.reminders.channel = 'messenger';
    };
    expect((await skipped(messenger, async () => undefined)).window_closed).toBeGreaterThan(0);
    const shop = await open(messenger);
    const id = await join(shop);
    await house.pass('P29D');
    await shop.chat('balance', { contact_id: id, channel: 'messenger' });
    await house.run();
    expect(house.sent(id)).toHaveLength(2);
  });

  test('had as many messages as the program allows', async () => {
    const shop = await open((file: File) => {
      file.reminders.every_days = 1;
      file.messages = { max: 2, per_days: 7 };
    });
    const id = await join(shop);
    const days: number[] = [];
    for (let day = 1; day <= 9; day += 1) {
      await house.pass('P1DT1M');
      await house.run();
      if (house.sent(id).some(({ path }) => path === 'sending/sendFlow')) days.push(day);
    }
    const [first = 0] = days;
    expect(days.filter((day) => day <= first + 7)).toEqual([first, first + 1, first + 7]);
  });

  test('left, or joined a program without reminders', async () => {
    const plain = await open((file: File) => {
      file.reminders = undefined;
    });
    const stays = await join(plain);
    const shop = await open();
    const leaves = await join(shop);
    await shop.chat('leave', { contact_id: leaves });
    await house.pass('P60D');
    await house.run();
    expect([house.sent(stays), house.sent(leaves)]).toEqual([[], []]);
  });

  test('stays stopped after leaving and joining again, and keeps every point', async () => {
    const shop = await open();
    const id = await join(shop);
    const stop = await shop.chat('preferences', { contact_id: id, text: 'DUR', medium: 'email' });
    expect(stop).toMatchObject({ result: 'stopped', stopped: 'email', points: 50, replayed: false });
    await shop.chat('leave', { contact_id: id });
    await shop.chat('enroll', { contact_id: id, email: 'again@example.com' });
    expect(await shop.chat('preferences', { contact_id: id, action: 'status' })).toMatchObject({
      stopped: 'email',
    });
    await house.pass('P29D');
    expect((await house.run()).skipped).toMatchObject({ opted_out: 1 });
    const start = await shop.chat('preferences', { contact_id: id, text: 'başla' });
    expect(start).toMatchObject({ result: 'started', stopped: 'none' });
    await house.run();
    expect(house.sent(id)).toEqual([]);
    await house.pass('P29D');
    await house.run();
    expect(house.sent(id)).toHaveLength(2);
  });
});

test('a run answers though one contact always fails, and has written to everybody else', async () => {
  const shop = await open();
  const [poison, ana] = [await join(shop), await join(shop)];
  const status = { kind: 'status', status: 500, contact: poison, times: 1000 } as const;
  house.manychat.double?.fail({ ...status, path: 'sendFlow' });
  await house.pass('P29D');
  const { ok, held } = await house.run();
  house.manychat.double?.clearFaults();
  expect([ok, held > 0, house.sent(ana).at(-1)?.status]).toEqual([true, true, 200]);
  expect(house.sent(poison).filter(({ path }) => path.endsWith('sendFlow')).length).toBeLessThan(20);
}, 30_000);

describe('when', () => {
  test('is quiet, nobody is written to; what was cut goes out afterwards', async () => {
    const shop = await open((file: File) => {
      file.timezone = 'Asia/Seoul';
      file.reminders.hour = 19;
      file.reminders.spread_minutes = 120;
      file.reminders.quiet = { from: '19:30', to: '08:00' };
    });
    const at = (now: string) => shop.request('POST', '/_local/clock', { now });
    const before = new Date(house.clock.now()).toISOString();
    await at('2027-06-01T00:00:00Z');
    const people: string[] = [];
    for (let n = 0; n < 12; n += 1) people.push(await join(shop));
    await at('2027-06-29T10:25:00Z');
    await house.run();
    const early = people.filter((id) => house.sent(id).length > 0);
    await at('2027-06-29T22:59:00Z');
    await house.run();
    expect(people.filter((id) => house.sent(id).length > 0)).toEqual([]);
    await at('2027-06-29T23:00:00Z');
    await house.run();
    const late = people.filter((id) => house.sent(id).some(({ path }) => path.endsWith('sendFlow')));
    expect(early.length).toBeGreaterThan(0);
    expect([...early, ...late].sort()).toEqual([...people].sort());
    await at(before);
  });

  test('a claim puts it off, if the program says so', async () => {
    const shop = await open((file: File) => {
      file.reminders.postponed_by_activity = true;
    });
    const ana = await join(shop);
    const ben = await join(shop);
    await house.pass('P20D');
    await shop.push({ order_number: 'P1', email: `m${ana.slice(3)}@example.com` });
    await shop.chat('claim-order', { contact_id: ana, order_number: 'P1' });
    await house.pass('P9D');
    expect((await house.run()).later).toBe(1);
    expect([house.sent(ana).length, house.sent(ben).length]).toEqual([0, 2]);
    await house.pass('P20D');
    await house.run();
    expect(house.sent(ana)).toHaveLength(2);
  });
});
