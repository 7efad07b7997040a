import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { dynamoAgenda } from '../../functions/adapters/dynamodb/agenda.ts';
import { mirrorDispatcher } from '../../functions/jobs/mirror/handler.ts';
import { followWrites } from '../../local/stream.ts';
import {
  accountFor,
  dueShop,
  dyingAt,
  type Moment,
  openSender,
  openStage,
  personOf,
  type Stage,
} from '../support/crash.ts';
import type { Shop } from '../support/house.ts';

let stage: Stage;
let followed: ReturnType<typeof followWrites>;
let lines: DynamoDBRecord[] = [];
beforeAll(async () => {
  stage = await openStage();
  followed = followWrites(stage.table, async ({ Records }) => {
    lines.push(...Records);
    return { batchItemFailures: [] };
  });
});
afterAll(async () => {
  const { violations } = await stage.audit();
  await stage.stop();
  expect(violations).toEqual([]);
});

const sentence = 'Order N1 was refunded, so we took 40 points back. You have 70 points.';
const waited = () => AbortSignal.timeout(10_000);

let shop: Shop;
/** Ana has written just now, and her order of 60 was refunded in part. The reminder that is due besides may not be sent. */
const refunded = async (): Promise<void> => {
  shop = await dueShop(stage, ['ana'], (file) => {
    file.reminders.channel = 'whatsapp';
  });
  const order = { order_number: 'N1', email: 'ana@example.com' };
  await shop.chat('preferences', { contact_id: 'ana', action: 'stop', medium: 'whatsapp' });
  await shop.push(order);
  await shop.chat('claim-order', { contact_id: 'ana', order_number: 'N1' });
  accountFor(stage, shop).setContact('ana', { lastInteraction: stage.clock.now() });
  await followed.drain();
  lines = [];
  await shop.push({ ...order, refunded: '40.00' });
  await followed.drain();
};
beforeEach(refunded);

const agenda = () => dynamoAgenda(stage.table);
const dispatched = async (times = 1) => {
  const dispatch = mirrorDispatcher(() => ({
    agenda: agenda(),
    clock: stage.clock,
    log: {
      request: () => undefined,
      fault: (_id, _route, error) => {
        throw error;
      },
      event: () => undefined,
      oldestDue: () => undefined,
    },
  }));
  for (let time = 0; time < times; time += 1) await dispatch({ Records: lines });
};

const serve = async (of = shop) => {
  const sender = openSender(stage, { withinMs: 3_000 });
  try {
    return { ...(await sender.serve(of)), told: sender.told, noted: sender.noted };
  } finally {
    sender.close();
  }
};

const messages = () => accountFor(stage, shop).sent.filter(({ flow }) => flow === undefined).length;
const field = () => accountFor(stage, shop).fields('ana')['loyalty_message'];
const fails = (fault: object, times = 1) =>
  stage.double.fail({ kind: 'status', path: 'sendContent', contact: 'ana', times, ...fault });
const sends = async () => (await personOf(stage, shop, 'ana')).sends ?? [];

describe('the same line of the stream', () => {
  test('twice before it is told is one message', async () => {
    await dispatched(2);
    expect(await serve()).toMatchObject({ mirrored: 1, sent: 1 });
    expect(await serve()).toMatchObject({ mirrored: 0, sent: 0 });
    expect(messages()).toBe(1);
  });

  test('again after it was told is no news, and does not take the sentence out of the field', async () => {
    await dispatched();
    await serve();
    await dispatched(2);
    expect(await serve()).toMatchObject({ mirrored: 0, sent: 0 });
    expect([messages(), field()]).toEqual([1, sentence]);
  });

  test('beside another one is still no news', async () => {
    await dispatched();
    await serve();
    await shop.push({ order_number: 'N1', email: 'ana@example.com', refunded: '50.00' });
    await followed.drain();
    await dispatched();
    expect(await serve()).toMatchObject({ mirrored: 1, sent: 1 });
    expect(field()).toBe('Order N1 was refunded, so we took 10 points back. You have 60 points.');
    expect(messages()).toBe(2);
  });
});

test('two senders at the same moment send one message', async () => {
  await dispatched();
  const came = await Promise.all([serve(), serve(), serve()]);
  expect(came.map(({ sent }) => sent).toSorted()).toEqual([0, 0, 1]);
  expect([messages(), field()]).toEqual([1, sentence]);
});

describe('an answer that is lost', () => {
  test.each([
    ['after the call', { kind: 'drop after' }, 1],
    ['before the call, which looks the same', { kind: 'drop before' }, 0],
    ['a gateway says 502', { status: 502 }, 0],
  ])('is never asked for again: %s', async (_, fault, reached) => {
    fails(fault);
    await dispatched();
    expect(await serve()).toMatchObject({ mirrored: 1, sent: 0, unconfirmed: 1 });
    expect(await serve()).toMatchObject({ mirrored: 0, sent: 0, unconfirmed: 0 });
    await dispatched();
    expect(await serve()).toMatchObject({ sent: 0 });
    expect([messages(), field()]).toEqual([reached, sentence]);
    // It may have gone out, so it counts.
    expect(await sends()).toHaveLength(1);
  });
});

describe('a call that surely was not taken', () => {
  test('because ManyChat is busy is made in the next run', async () => {
    fails({ status: 503, body: { status: 'error', message: 'busy' } }, 4);
    await dispatched();
    const first = await serve();
    expect(first).toMatchObject({ mirrored: 1, sent: 0, held: 1 });
    expect([messages(), await sends()]).toEqual([0, []]);
    expect(await serve()).toMatchObject({ sent: 1, held: 0 });
    expect([messages(), field()]).toEqual([1, sentence]);
    await dispatched();
    expect(await serve()).toMatchObject({ sent: 0 });
    expect(await agenda().count(shop.program.id, 'mirror', stage.clock.now(), waited())).toBe(0);
  });

  test('because of the token waits until that is mended', async () => {
    fails({ status: 401, body: { status: 'error', message: 'Wrong token' } });
    await dispatched();
    const first = await serve();
    expect(first).toMatchObject({ sent: 0, held: 1 });
    expect(first.told).toEqual([expect.stringContaining('does not accept the token')]);
    expect(await serve()).toMatchObject({ sent: 1, held: 0 });
    expect(messages()).toBe(1);
  });

  test.each([
    ['blocked', 200, 'Subscriber has blocked the page'],
    ['window_closed', 400, 'The subscriber last interacted more than 24 hours ago'],
  ])('because of the contact is given up: %s', async (reason, status, message) => {
    const code = reason === 'window_closed' ? { code: 3011 } : {};
    fails({ status, body: { status: 'error', message, ...code } });
    await dispatched();
    const first = await serve();
    expect(first).toMatchObject({ mirrored: 1, sent: 0, closed: { [`news_${reason}`]: 1 } });
    expect(first.noted).toEqual([{ program: shop.id, contact: 'ana', reason, message }]);
    expect(await serve()).toMatchObject({ sent: 0, closed: {} });
    expect([messages(), await sends(), field()]).toEqual([0, [], sentence]);
  });

  test('for no reason that we know is made again in the next run', async () => {
    const nothing = { status: 400, body: { status: 'error', message: 'Something is odd' } };
    fails(nothing);
    await dispatched();
    // ManyChat took her fields before, and nothing after it.
    expect(await serve()).toMatchObject({ sent: 0, held: 1, closed: {} });
    expect(await serve()).toMatchObject({ sent: 1 });
    expect(messages()).toBe(1);
  });
});

test('a STOP between the fields and the message keeps it from leaving', async () => {
  await dispatched();
  let stopped = false;
  const sender = openSender(stage, {
    hook: async (site, moment) => {
      if (site !== 'setFields' || moment !== 'after' || stopped) return;
      stopped = true;
      await shop.chat('preferences', { contact_id: 'ana', action: 'stop' });
    },
  });
  expect(await sender.serve(shop)).toMatchObject({ mirrored: 1, sent: 0 });
  sender.close();
  expect([messages(), field()]).toEqual([0, sentence]);
});

describe('a sender that dies', () => {
  test.each(['before', 'after'] as const)(
    '%s any of its calls loses the message at worst, and never the sentence',
    async (moment: Moment) => {
      const deaths: (string | undefined)[] = [];
      for (let nth = 1; nth < 30; nth += 1) {
        await refunded();
        await dispatched();
        const life = dyingAt(nth, moment);
        const sender = openSender(stage, { hook: life.hook });
        await sender.serve(shop).catch(() => undefined);
        sender.close();
        deaths.push(life.died());
        await serve();
        await serve();
        expect([nth, messages() <= 1, field()]).toEqual([nth, true, sentence]);
        expect(await agenda().count(shop.program.id, 'mirror', stage.clock.now(), waited())).toBe(0);
        if (life.died() === undefined) break;
      }
      expect(deaths.length).toBeGreaterThan(8);
      expect(deaths.at(-1)).toBeUndefined();
    },
    60_000,
  );
});
