import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  accountFor,
  arrivedFor,
  atTime,
  dueAfter,
  dueShop,
  dueTime,
  type Moment,
  nextDueTime,
  openSender,
  openStage,
  personOf,
  type SenderOptions,
  type Site,
  type Stage,
  still,
} from '../support/crash.ts';
import type { Shop } from '../support/house.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  expect(await stage.audit()).toMatchObject({ ok: true, violations: [] });
  await stage.stop();
});

const serve = async (shop: Shop, options: SenderOptions = {}) => {
  const sender = openSender(stage, options);
  const summary = await sender.serve(shop);
  sender.close();
  return { ...summary, told: sender.told };
};

/** Does something once, at one moment of a run. */
const onceAt = (site: Site, moment: Moment, act: () => Promise<unknown>) => {
  let done = false;
  return async (at: Site, now: Moment): Promise<void> => {
    if (done || at !== site || now !== moment) return;
    done = true;
    await act();
  };
};

const ana = { contact_id: 'ana' };
const wish = (shop: Shop, action: 'stop' | 'start') => shop.chat('preferences', { ...ana, action });

describe('two senders at once on the same members', () => {
  test.each([1, 2, 3, 4, 5])('write to each member once: run %i', async () => {
    const members = ['a', 'b', 'c', 'd', 'e'];
    const shop = await dueShop(stage, members);
    const [one, other] = await Promise.all([serve(shop, { width: 8 }), serve(shop, { width: 8 })]);
    expect([one.sent + other.sent, one.held + other.held, one.told, other.told]).toEqual([5, 0, [], []]);
    for (const member of members) {
      expect([member, arrivedFor(stage, shop, member)]).toEqual([member, 1]);
      const { message, dueAt, tally } = await personOf(stage, shop, member);
      expect(message?.state).toBe('accepted');
      expect(dueAt).toBe(dueAfter(dueTime));
      expect(tally).toEqual({ 2030: { accepted: 1 } });
    }
    expect(await serve(shop)).toMatchObject({ sent: 0, unconfirmed: 0, held: 0 });
  });

  test('write to each member once where one waits right before its intent while the other does it all', async () => {
    const shop = await dueShop(stage, ['ana']);
    const hook = onceAt('intent', 'before', () => serve(shop));
    expect(await serve(shop, { hook })).toMatchObject({ sent: 0, unconfirmed: 0, held: 0, told: [] });
    expect(arrivedFor(stage, shop, 'ana')).toBe(1);
    expect(await personOf(stage, shop, 'ana')).toMatchObject({
      message: { state: 'accepted' },
      tally: { 2030: { accepted: 1 } },
    });
  });

  test('write to each member once where one comes while the other one’s message is on its way', async () => {
    const shop = await dueShop(stage, ['ana']);
    const hook = onceAt('sendFlow', 'after', () => serve(shop));
    expect(await serve(shop, { hook })).toMatchObject({ sent: 1, told: [] });
    expect(arrivedFor(stage, shop, 'ana')).toBe(1);
    expect(await personOf(stage, shop, 'ana')).toMatchObject({ tally: { 2030: { accepted: 1 } } });
  });
});

const untilTheIntent: readonly [Site, Moment][] = [
  ['reminders due', 'after'],
  ['look', 'after'],
  ['setFields', 'before'],
  ['setFields', 'after'],
  ['intent', 'before'],
];

describe('a STOP that comes while the reminder is made', () => {
  test.each(untilTheIntent)('wins: %s %s', async (site, moment) => {
    const shop = await dueShop(stage, ['ana', 'ben']);
    const hook = onceAt(site, moment, () => wish(shop, 'stop'));
    expect(await serve(shop, { hook })).toMatchObject({ sent: 1, told: [] });
    await serve(shop);
    expect([arrivedFor(stage, shop, 'ana'), arrivedFor(stage, shop, 'ben')]).toEqual([0, 1]);
    const stopped = await personOf(stage, shop, 'ana');
    expect(stopped.message).toBeUndefined();
    expect(stopped.tally).toEqual({ 2030: { skipped_opted_out: 1 } });
    expect(stopped.dueAt).toBe(dueAfter(dueTime));
    // The period was skipped: a START sends nothing after the fact, but the next period is one like any other.
    await wish(shop, 'start');
    expect(await serve(shop)).toMatchObject({ sent: 0 });
    stage.clock.set(nextDueTime);
    expect(await serve(shop)).toMatchObject({ sent: 2 });
    expect(arrivedFor(stage, shop, 'ana')).toBe(1);
  });

  test('loses against a message that has left, and is kept', async () => {
    const shop = await dueShop(stage, ['ana']);
    const hook = onceAt('sendFlow', 'after', () => wish(shop, 'stop'));
    expect(await serve(shop, { hook })).toMatchObject({ sent: 1, told: [] });
    const { message, tally, optOuts } = await personOf(stage, shop, 'ana');
    expect([message?.state, tally]).toEqual(['accepted', { 2030: { accepted: 1 } }]);
    expect(optOuts).toContain('email');
    await wish(shop, 'start');
    expect(await serve(shop)).toMatchObject({ sent: 0 });
  });

  test('wins while ManyChat is busy and the call waits to be tried again', async () => {
    const shop = await dueShop(stage, ['ana']);
    const from = stage.double.outbox.length;
    stage.double.fail({ kind: 'status', status: 429, path: 'sendFlow', contact: 'ana' });
    let stopped = false;
    const until = async () => {
      if (stopped || !stage.double.outbox.slice(from).some(({ status }) => status === 429)) return;
      stopped = true;
      await wish(shop, 'stop');
    };
    expect(await serve(shop, { stopwatch: { ...still, until } })).toMatchObject({ sent: 0, told: [] });
    await serve(shop);
    await wish(shop, 'start');
    await serve(shop);
    expect([stopped, arrivedFor(stage, shop, 'ana')]).toEqual([true, 0]);
    const { tally, dueAt } = await personOf(stage, shop, 'ana');
    expect([tally, dueAt]).toEqual([{ 2030: { skipped_opted_out: 1 } }, dueAfter(dueTime)]);
  });
});

describe('leaving while the reminder is made', () => {
  test.each(untilTheIntent)('wins: %s %s', async (site, moment) => {
    const shop = await dueShop(stage, ['ana', 'ben']);
    const hook = onceAt(site, moment, () => shop.chat('leave', ana));
    expect(await serve(shop, { hook })).toMatchObject({ sent: 1, told: [] });
    await serve(shop);
    expect([arrivedFor(stage, shop, 'ana'), arrivedFor(stage, shop, 'ben')]).toEqual([0, 1]);
    const { message, dueAt, tally } = await personOf(stage, shop, 'ana');
    expect([message, dueAt, tally]).toEqual([undefined, undefined, undefined]);
  });

  test.each<[Site, Moment]>([
    ['intent', 'after'],
    ['sendFlow', 'after'],
    ['outcome', 'before'],
  ])('too late for the message counts it, and leaves nothing due: %s %s', async (site, moment) => {
    const shop = await dueShop(stage, ['ana']);
    const hook = onceAt(site, moment, () => shop.chat('leave', ana));
    expect(await serve(shop, { hook })).toMatchObject({ sent: 1, told: [] });
    const { dueAt, tally } = await personOf(stage, shop, 'ana');
    expect([dueAt, tally]).toEqual([undefined, { 2030: { accepted: 1 } }]);
    expect(await serve(shop)).toMatchObject({ sent: 0 });
  });

  test('too late for a message that ManyChat did not take leaves nothing due', async () => {
    const shop = await dueShop(stage, ['ana']);
    stage.double.fail({ kind: 'status', status: 503, path: 'sendFlow', contact: 'ana', times: 4 });
    const hook = onceAt('sendFlow', 'after', () => shop.chat('leave', ana));
    expect(await serve(shop, { hook })).toMatchObject({ sent: 0, held: 1, told: [] });
    const { message, dueAt, tally } = await personOf(stage, shop, 'ana');
    expect([message, dueAt, tally]).toEqual([undefined, undefined, undefined]);
    expect(await serve(shop)).toMatchObject({ sent: 0, held: 0 });
    expect(arrivedFor(stage, shop, 'ana')).toBe(0);
  });
});

describe('a flow that reports back', () => {
  test('before the outcome is recorded has the last word', async () => {
    const shop = await dueShop(stage, ['ana']);
    const hook = onceAt('sendFlow', 'after', async () => {
      const { loyalty_send_id } = accountFor(stage, shop).fields('ana');
      const told = await shop.chat('delivered', { ...ana, send_id: loyalty_send_id });
      expect(told).toMatchObject({ ok: true, result: 'confirmed', replayed: false });
    });
    expect(await serve(shop, { hook })).toMatchObject({ sent: 1, told: [] });
    const { message, tally } = await personOf(stage, shop, 'ana');
    expect([message?.state, tally]).toEqual(['confirmed', { 2030: { confirmed: 1 } }]);
  });

  test('confirms a message whose answer was lost', async () => {
    const shop = await dueShop(stage, ['ana']);
    stage.double.fail({ kind: 'drop after', path: 'sendFlow', contact: 'ana' });
    expect(await serve(shop)).toMatchObject({ unconfirmed: 1 });
    const { loyalty_send_id } = accountFor(stage, shop).fields('ana');
    const report = () => shop.chat('delivered', { ...ana, send_id: loyalty_send_id });
    expect(await report()).toMatchObject({ result: 'confirmed', replayed: false });
    expect(await report()).toMatchObject({ result: 'confirmed', replayed: true });
    const { message, tally } = await personOf(stage, shop, 'ana');
    expect([message?.state, tally]).toEqual(['confirmed', { 2030: { confirmed: 1 } }]);
  });

  test('of a message that was refused counts as confirmed, without the reason of the refusal', async () => {
    const shop = await dueShop(stage, ['ana']);
    accountFor(stage, shop).setContact('ana', { blocked: true });
    expect(await serve(shop)).toMatchObject({ closed: { blocked: 1 } });
    await shop.chat('delivered', ana);
    const { message, tally } = await personOf(stage, shop, 'ana');
    expect([message?.state, message?.reason]).toEqual(['confirmed', undefined]);
    expect(tally).toEqual({ 2030: { confirmed: 1 } });
  });
});

test('fields whose writing was lost are written anew, even where the note of it was lost at first', async () => {
  const shop = await dueShop(stage, ['ana']);
  await serve(shop);
  const adjust = (points: number) =>
    shop.admin('POST', 'members/ana/adjust', { points, reason: 'for the test', key: `by ${points}` });
  await adjust(10);
  stage.clock.set(nextDueTime);
  stage.double.fail({ kind: 'drop after', path: 'setCustomFields', contact: 'ana', times: 4 });
  const hook = onceAt('other', 'before', () =>
    Promise.reject(Object.assign(new Error('injected'), { name: 'TimeoutError' })),
  );
  expect(await serve(shop, { hook })).toMatchObject({ sent: 0, held: 1 });
  expect(accountFor(stage, shop).fields('ana')).toMatchObject({ loyalty_points: 60 });
  await adjust(-10);
  expect(await serve(shop)).toMatchObject({ sent: 1 });
  expect(accountFor(stage, shop).fields('ana')).toMatchObject({ loyalty_points: 50 });
});

test('a reminder that was begun before midnight of New Year’s Eve is counted once, in the old year', async () => {
  const shop = await dueShop(stage, ['ana']);
  stage.clock.set(atTime('2030-12-31T23:59:00Z'));
  const hook = onceAt('sendFlow', 'after', async () => stage.clock.set(atTime('2031-01-01T00:01:00Z')));
  expect(await serve(shop, { hook })).toMatchObject({ sent: 1, told: [] });
  expect(await personOf(stage, shop, 'ana')).toMatchObject({
    tally: { 2030: { accepted: 1 } },
    dueAt: dueAfter(atTime('2030-12-31T23:59:00Z')),
  });
});
