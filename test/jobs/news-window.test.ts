import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  balanceOf,
  claim,
  enroll,
  ownEmail,
  owner,
  refOf,
  squatted,
  stranger,
} from '../chat/squatter-scene.ts';
import { atTime } from '../support/crash.ts';
import type { Reply, Shop } from '../support/house.ts';
import { heardIn, type Newsroom, newsFile, openNewsroom } from './newsroom.ts';
import { fast, fieldsOf } from './reminded.ts';

let room: Newsroom;
beforeAll(async () => {
  room = await openNewsroom();
});
afterAll(() => room.stop());

const at = (text: string) => room.clock.set(atTime(text));

/** A shop of its own for a test. */
const shopWith = (change: (file: Reply) => void): Promise<Shop> =>
  room.open((file) => {
    newsFile(room.bench)(file);
    change(file);
  });

const refund = (shop: Shop, { order }: { order: object }, refunded: string) =>
  shop.push({ ...order, refunded });

const sentence = (points: string, left: string) =>
  expect.stringMatching(`so we took ${points} points? back. You have ${left} points.`);

describe('the channel', () => {
  test.each([
    ['messenger', 'PT23H', 1],
    ['messenger', 'PT25H', 0],
    ['instagram', 'PT23H', 1],
    ['instagram', 'PT25H', 0],
    ['whatsapp', 'PT23H', 1],
    ['whatsapp', 'PT25H', 0],
    ['telegram', 'PT25H', 1],
  ])('%s, %s after they wrote there: %d', async (channel, passed, messages) => {
    const one = await room.member({ channel });
    await room.pass(passed);
    await refund(room.shop, one, '1.00');
    await room.run();
    const sent = room.sent(one.id);
    const heard = heardIn(sent);
    expect(heard.fields?.['loyalty_message']).toEqual(sentence('1', '349'));
    expect(heard.messages).toHaveLength(messages);
    expect(sent.every(({ status }) => status === 200)).toBe(true);
    const types = sent.flatMap(({ path, body }) =>
      path.endsWith('Content') ? [body.data.content.type] : [],
    );
    expect(types).toEqual(messages === 0 ? [] : [channel === 'messenger' ? undefined : channel]);
  });
});

test('who stopped messages on the channel reads it in the fields alone', async () => {
  const one = await room.member();
  await room.shop.chat('preferences', { contact_id: one.id, action: 'stop' });
  await refund(room.shop, one, '1.00');
  expect(await room.heard(one.id)).toMatchObject({
    messages: [],
    fields: { loyalty_message: sentence('1', '349') },
  });
  await room.shop.chat('preferences', { contact_id: one.id, action: 'start' });
  expect((await room.heard(one.id)).messages).toEqual([]);
  await refund(room.shop, one, '3.00');
  expect((await room.heard(one.id)).messages).toEqual([sentence('2', '347')]);
});

describe('in quiet hours', () => {
  const quiet = (file: Reply) => {
    file.reminders.quiet = { from: '20:00', to: '08:00' };
  };

  test('the fields say it at once, and the message waits for their end', async () => {
    const shop = await shopWith(quiet);
    at('2031-03-01T19:30:00Z');
    const one = await room.member({}, shop);
    at('2031-03-01T23:00:00Z');
    await refund(shop, one, '1.00');
    const first = await room.heard(one.id);
    expect(first).toMatchObject({ messages: [], fields: { loyalty_message: sentence('1', '349') } });
    at('2031-03-02T07:59:00Z');
    expect(await room.heard(one.id)).toEqual({ messages: [], fields: undefined });
    // More of it comes meanwhile, and is told with it.
    await refund(shop, one, '3.00');
    expect(await room.heard(one.id)).toMatchObject({ messages: [] });
    at('2031-03-02T08:00:00Z');
    const { messages } = await room.heard(one.id);
    expect(messages).toEqual([
      expect.stringMatching(/took 1 point back.*took 2 points back\. You have 347 /),
    ]);
    at('2031-03-02T12:00:00Z');
    expect(await room.heard(one.id)).toEqual({ messages: [], fields: undefined });
  });

  test('that end after the window nothing is sent', async () => {
    const shop = await shopWith(quiet);
    at('2031-04-01T06:00:00Z');
    const one = await room.member({}, shop);
    at('2031-04-02T05:00:00Z');
    await refund(shop, one, '1.00');
    expect((await room.heard(one.id)).messages).toEqual([]);
    at('2031-04-02T08:00:00Z');
    expect((await room.heard(one.id)).messages).toEqual([]);
  });

  test('of the member’s own clock too', async () => {
    const shop = await shopWith((file) => {
      quiet(file);
      file.reminders.clock = 'member';
    });
    at('2031-05-01T11:00:00Z');
    // 20:30 in Seoul, half past eleven in UTC.
    const one = await room.member({}, shop);
    await shop.chat('balance', { contact: { id: one.id, timezone: 'UTC+09:00' } });
    at('2031-05-01T11:30:00Z');
    await refund(shop, one, '1.00');
    expect((await room.heard(one.id)).messages).toEqual([]);
    at('2031-05-01T22:59:00Z');
    expect((await room.heard(one.id)).messages).toEqual([]);
    at('2031-05-01T23:00:00Z');
    expect((await room.heard(one.id)).messages).toHaveLength(1);
  });
});

test('no more messages go out than the program allows, reminders counted with them', async () => {
  const shop = await shopWith((file) => {
    file.messages = { max: 2, per_days: 7 };
    file.reminders.channel = 'messenger';
  });
  at('2031-06-01T09:00:00Z');
  const one = await room.member({}, shop);
  const heard: number[] = [];
  for (const refunded of ['1.00', '2.00', '3.00']) {
    await refund(shop, one, refunded);
    heard.push((await room.heard(one.id)).messages.length);
  }
  expect(heard).toEqual([1, 1, 0]);
  await room.pass('P7D');
  await shop.chat('balance', { contact_id: one.id });
  await refund(shop, one, '4.00');
  expect((await room.heard(one.id)).messages).toHaveLength(1);
});

test('the next reminder takes the place of the sentence in the field', async () => {
  at('2031-07-01T09:00:00Z');
  const one = await room.member();
  await refund(room.shop, one, '1.00');
  await room.heard(one.id);
  await room.pass('P28DT2H');
  await room.run();
  const written = room.sent(one.id).find(({ path }) => path === 'subscriber/setCustomFields');
  expect(fieldsOf(written)['loyalty_message']).toMatch(/^Juniper Home Rewards: You have 349 points\./);
});

test('many at once are one message with the newest that fit', async () => {
  const one = await room.member();
  for (let cents = 1; cents <= 12; cents += 1) await refund(room.shop, one, `${cents}.00`);
  const { messages, fields } = await room.heard(one.id);
  expect(messages).toHaveLength(1);
  const [text = ''] = messages;
  expect(text.length).toBeLessThanOrEqual(640);
  expect(text.match(/so we took 1 point back/g)?.length).toBeGreaterThan(8);
  expect(text).toMatch(/You have 338 points\.$/);
  expect(fields?.['loyalty_message']).toBe(text);
});

test('who left, and whoever is gone, hears nothing', async () => {
  const one = await room.member();
  await refund(room.shop, one, '1.00');
  await room.shop.chat('leave', { contact_id: one.id });
  expect(await room.heard(one.id)).toEqual({ messages: [], fields: undefined });
});

test('a member of two shops on one account hears from the one whose books moved', async () => {
  const both = (file: Reply) => {
    file.manychat = { account: 'news-of-both', pace: { send_flow: 20, write: 10 } };
  };
  const [one, other] = [await shopWith(both), await shopWith(both)];
  const member = await room.member({}, one);
  await other.chat('enroll', { contact_id: member.id, email: 'elsewhere@example.com' });
  await refund(one, member, '1.00');
  const { messages, fields } = await room.heard(member.id);
  expect(messages).toEqual([sentence('1', '349')]);
  expect(fields).toMatchObject({ loyalty_points: 349, loyalty_message: messages[0] });
});

test('an order that passes by proof: who loses it is told why, and who has it now has it in the fields', async () => {
  const shop = await squatted(room, ['1001', '1002'], fast);
  await enroll(shop, owner, ownEmail);
  await room.run();
  for (const { contact_id } of [owner, stranger]) room.sent(contact_id);
  await claim(shop, owner, await refOf(shop, '1001'));
  await room.settle();
  const { messages, fields } = await room.heard(stranger.contact_id);
  expect(messages).toHaveLength(1);
  for (const number of ['1001', '1002'])
    expect(messages[0]).toContain(
      `Order ${number} counts for the owner of its e-mail now, so we took 60 points back.`,
    );
  expect(fields).toMatchObject({ loyalty_message: messages[0], loyalty_points: 0 });
  const theirs = heardIn(room.sent(owner.contact_id));
  expect(theirs.messages).toEqual([]);
  expect(theirs.fields).toMatchObject({ loyalty_points: await balanceOf(shop, owner) });
});
