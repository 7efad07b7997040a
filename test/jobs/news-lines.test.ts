import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { movedWithoutChat } from '../../functions/jobs/mirror/news.ts';
import { jobs } from '../../functions/routes.ts';
import { followWrites } from '../../local/stream.ts';
import { type Newsroom, openNewsroom } from './newsroom.ts';

let room: Newsroom;
const lines: DynamoDBRecord[] = [];
let drain: () => Promise<void>;
beforeAll(async () => {
  room = await openNewsroom();
  const keep = async ({ Records }: { Records: DynamoDBRecord[] }) => {
    lines.push(...Records);
    return { batchItemFailures: [] };
  };
  ({ drain } = followWrites(room.table, keep));
});
afterAll(async () => {
  const { violations } = await room.audit();
  await room.stop();
  expect(violations).toEqual([]);
});

/** An event filter as Lambda reads it: a list is any of its members, and `exists` is asked of what ends a path. */
const fits = (pattern: unknown, value: unknown): boolean => {
  if (Array.isArray(pattern))
    return pattern.some((one) =>
      typeof one === 'object' && one !== null
        ? Reflect.get(one, 'exists') === true && value !== undefined
        : one === value,
    );
  return (
    typeof pattern === 'object' &&
    pattern !== null &&
    typeof value === 'object' &&
    value !== null &&
    Object.entries(pattern).every(([name, part]) => fits(part, Reflect.get(value, name)))
  );
};
const { trigger } = jobs.mirror;
const passes = (line: DynamoDBRecord): boolean =>
  trigger.kind === 'stream' && trigger.patterns.some((pattern) => fits(pattern, line));

const nothing = { messages: [], fields: undefined };

describe('what became of a coupon in its member’s own chat is not told again', () => {
  test('where it was made at once', async () => {
    const { id } = await room.member();
    expect(await room.shop.chat('redeem', { contact_id: id, reward: 'lamp' })).toMatchObject({
      result: 'issued',
    });
    expect(await room.heard(id)).toEqual(nothing);
  });

  test('where it was made at the next tap', async () => {
    const { id } = await room.member();
    await room.reserved(id);
    await room.pass('PT20S');
    const tapped = await room.shop.chat('redeem', { contact_id: id, reward: 'lamp' });
    expect(tapped).toMatchObject({ result: 'already_issued', coupon_code: expect.stringMatching(/^GIFT-/) });
    await room.pass('PT2M');
    await room.settle();
    expect(await room.heard(id)).toEqual(nothing);
  });

  test('where it was made at a tap after settle had tried in vain', async () => {
    const { id } = await room.member();
    await room.reserved(id);
    await room.pass('PT2M');
    room.bench.fake.intercept(() => ({ kind: 'break' }));
    await room.settle();
    room.bench.fake.intercept(() => undefined);
    await room.pass('PT20S');
    expect(await room.shop.chat('redeem', { contact_id: id, reward: 'lamp' })).toMatchObject({
      result: 'already_issued',
    });
    await room.pass('PT30M');
    await room.settle();
    expect(await room.heard(id)).toEqual(nothing);
  });

  test('where it could not be made', async () => {
    const { id } = await room.member();
    const body = JSON.stringify({ code: 'coupon_odd', message: 'no', data: { status: 400 } });
    room.bench.fake.intercept(({ method }) =>
      method === 'POST' ? { kind: 'answer', status: 400, body } : undefined,
    );
    expect(await room.shop.chat('redeem', { contact_id: id, reward: 'lamp' })).toMatchObject({
      result: 'reward_unavailable',
    });
    room.bench.fake.intercept(() => undefined);
    expect(await room.heard(id)).toEqual(nothing);
  });
});

test('a coupon that settle made is told once, however often it is looked at later', async () => {
  const { id } = await room.member();
  await room.reserved(id);
  await room.pass('PT2M');
  await room.settle();
  expect((await room.heard(id)).messages).toHaveLength(1);
  await room.pass('PT15M');
  await room.settle();
  await room.shop.chat('balance', { contact_id: id });
  expect((await room.heard(id)).messages).toEqual([]);
});

test('a coupon that was used before its news could be told is no news any more', async () => {
  const { id } = await room.member();
  await room.reserved(id);
  await room.pass('PT2M');
  await room.settle();
  const { coupons } = await room.shop.chat('coupons', { contact_id: id });
  expect(await room.use(coupons[0].code)).toBe('used');
  expect((await room.heard(id)).messages).toEqual([]);
});

test('every line of the stream that says something passes the filter of the deployed stack', async () => {
  const one = await room.member();
  await room.shop.push({ ...one.order, refunded: '1.00' });
  await room.shop.admin('POST', `members/${one.id}/adjust`, { points: 60, reason: 'a gift', key: 'gift' });
  const { coupon_code: code } = await room.shop.chat('redeem', { contact_id: one.id, reward: 'mug' });
  await room.pass('P1DT1H');
  await room.settle();
  expect(await room.use(code)).toBe('used_late');
  await drain();
  const told = lines.filter((line) => movedWithoutChat(line) !== undefined);
  expect(told.length).toBeGreaterThan(6);
  expect(told.filter((line) => !passes(line))).toEqual([]);
  // And little else: most of what is written is the customers' own doing.
  const passed = lines.filter(passes);
  expect(passed.length).toBeLessThan(lines.length / 3);
});

describe('a line', () => {
  const line = (eventName: 'INSERT' | 'MODIFY', pk: string, sk: string, image: object): DynamoDBRecord => ({
    eventName,
    dynamodb: { Keys: { pk: { S: pk }, sk: { S: sk } }, NewImage: { ...image } },
  });
  const entry = (kind: string, more: object = {}) =>
    line('INSERT', 'P#demo#M#ana', 'E#0000000007', {
      seq: { N: '7' },
      source: { M: { kind: { S: kind }, ...more } },
    });
  const coupon = (state: string, more: object = {}) =>
    line('MODIFY', 'P#demo#C#GIFT1', 'COUPON', { state: { S: state }, contact: { S: 'ana' }, ...more });
  const claim = (standing: string, more: object) =>
    line('MODIFY', 'P#demo#O#shop#1001', 'ORDER', {
      claim: { M: { contact: { S: 'ana' }, credited: { N: '60' }, standing: { N: standing }, ...more } },
    });
  const from = { from: { M: { contact: { S: 'ben' }, seq: { N: '3' } } } };

  test.each([
    ['a refund', entry('refund'), { kind: 'entry', seq: 7 }],
    ['a reversal', entry('reversal', { reason: { S: 'expired' } }), { kind: 'entry', seq: 7 }],
    ['a late use', entry('late_use'), { kind: 'entry', seq: 7 }],
    ['an e-mail that its owner proved', entry('email_moved'), { kind: 'entry', seq: 7 }],
    ['a correction', entry('adjustment'), undefined],
    ['a capture', entry('capture'), undefined],
    ['a coupon that was used', coupon('used'), undefined],
    [
      'a coupon that was made with nobody in chat',
      coupon('issued', { rev: { N: '3' }, tellRev: { N: '3' } }),
      { kind: 'coupon', coupon: 'GIFT1' },
    ],
    [
      'a coupon that was given up with nobody in chat',
      coupon('reversed', { rev: { N: '3' }, tellRev: { N: '3' } }),
      { kind: 'coupon', coupon: 'GIFT1' },
    ],
    ['an order that passed by proof', claim('60', from), undefined],
  ])('of %s asks for the mirror', (_, given, news) => {
    expect(movedWithoutChat(given)).toEqual({
      program: 'demo',
      contact: 'ana',
      ...(news === undefined ? {} : { news }),
    });
    expect(passes(given)).toBe(true);
  });

  test.each([
    ['an order that was claimed', entry('order')],
    ['a redemption', entry('redemption')],
    ['a coupon that could not be made: its own line says so', entry('reversal', { reason: { S: 'failed' } })],
    ['a late use: its entry says so', coupon('used', { usedLate: { BOOL: true } })],
    ['a later look at a coupon', coupon('issued', { rev: { N: '4' }, tellRev: { N: '3' } })],
    ['a coupon that is tried', coupon('reserved', { rev: { N: '2' }, tellRev: { N: '3' } })],
    ['a release', coupon('issued', { rev: { N: '4' } })],
    ['a claim', claim('60', {})],
    ['a passed order that was refunded: an entry says so', claim('40', from)],
    ['a broken item', line('MODIFY', 'P#demo#C#GIFT1', 'COUPON', {})],
    ['another program’s key', line('INSERT', 'KEY#abc', 'KEY', {})],
  ])('of %s asks for nothing', (_, given) => {
    expect(movedWithoutChat(given)).toBeUndefined();
  });
});
