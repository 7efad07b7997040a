import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  accountFor,
  arrivedFor,
  dueShop,
  nextDueTime,
  openSender,
  openStage,
  personOf,
  type Stage,
} from '../support/crash.ts';
import type { Shop } from '../support/house.ts';
import { idle, pair, pairOn } from '../support/pair.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  expect(await stage.audit()).toMatchObject({ ok: true, violations: [] });
  await stage.stop();
});

const { open, serve, arrived, stillDue, over } = pairOn(() => stage);

/** Ana meets the trouble; Ben is due with her. */
const fail = (path: 'setCustomFields' | 'sendFlow', fault: object, times = 1) =>
  stage.double.fail({ kind: 'status', path, contact: 'ana', times, ...fault });

const wish = (shop: Shop, action: 'stop' | 'start') =>
  shop.chat('preferences', { contact_id: 'ana', action });

describe('an answer that is lost', () => {
  test.each([
    ['the connection drops after the call', { kind: 'drop after' }, 1],
    ['the connection drops before the call, which looks the same', { kind: 'drop before' }, 0],
    ['a gateway says 502', { status: 502 }, 0],
    ['a gateway says 504', { status: 504 }, 0],
    ['a page of a proxy says 200', { status: 200, body: '<html></html>' }, 0],
    ['no answer comes', { kind: 'hang' }, 1],
  ])('leaves the message unconfirmed, and nothing repeats it: %s', async (_, fault, reached) => {
    const shop = await open();
    fail('sendFlow', fault);
    expect(await serve(shop)).toMatchObject({ sent: 1, unconfirmed: 1, held: 0, told: [] });
    expect(await over(shop, 'ana', 'unconfirmed')).toMatchObject({ state: 'unconfirmed' });
    await over(shop, 'ben', 'accepted');
    expect(await serve(shop)).toMatchObject(idle);
    await wish(shop, 'stop');
    expect(await serve(shop)).toMatchObject(idle);
    await wish(shop, 'start');
    expect(await serve(shop)).toMatchObject(idle);
    expect(arrived(shop)).toEqual([reached, 1]);
    await over(shop, 'ana', 'unconfirmed');
    // The next period is one like any other.
    stage.clock.set(nextDueTime);
    expect(await serve(shop)).toMatchObject({ sent: 2 });
    expect(arrived(shop)).toEqual([reached + 1, 2]);
    expect(await personOf(stage, shop, 'ana')).toMatchObject({
      tally: { 2030: { unconfirmed: 1, accepted: 1 } },
    });
  });

  test('three times in a row makes the rest wait for the next run', async () => {
    const many = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6'];
    const shop = await dueShop(stage, many);
    stage.double.fail({ kind: 'drop after', path: 'sendFlow', times: 3 });
    const sender = openSender(stage);
    expect(await sender.serve(shop)).toMatchObject({ sent: 0, unconfirmed: 3 });
    expect(await sender.serve(shop)).toMatchObject({ sent: 3, unconfirmed: 0 });
    sender.close();
    expect(many.map((member) => arrivedFor(stage, shop, member))).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test.each(['drop before', 'drop after'])('of fields only is asked for again: %s', async (kind) => {
    const shop = await open();
    fail('setCustomFields', { kind });
    expect(await serve(shop)).toMatchObject({ sent: 2, unconfirmed: 0, held: 0, told: [] });
    expect(arrived(shop)).toEqual([1, 1]);
    await over(shop, 'ana', 'accepted');
  });

  test('of fields for good uses nothing up, and the next run writes and sends', async () => {
    const shop = await open();
    fail('setCustomFields', { kind: 'drop after' }, 4);
    expect((await serve(shop)).held).toBeGreaterThanOrEqual(1);
    await stillDue(shop, 'ana');
    await serve(shop);
    expect(arrived(shop)).toEqual([1, 1]);
    for (const member of pair) await over(shop, member, 'accepted');
  });
});

describe('a ManyChat that is busy', () => {
  const faults = [429, 500, 503].flatMap((status) =>
    (['setCustomFields', 'sendFlow'] as const).map((path): [number, typeof path] => [status, path]),
  );

  test.each(faults)('for a moment is tried again: %i to %s', async (status, path) => {
    const shop = await open();
    fail(path, { status }, 2);
    expect(await serve(shop)).toMatchObject({ sent: 2, unconfirmed: 0, held: 0, told: [] });
    expect(arrived(shop)).toEqual([1, 1]);
    await over(shop, 'ana', 'accepted');
  });

  test.each(faults)('for long uses nothing up, and the next run sends: %i to %s', async (status, path) => {
    const shop = await open();
    fail(path, { status }, 4);
    expect(await serve(shop)).toMatchObject({ unconfirmed: 0, closed: {}, skipped: {}, told: [] });
    await stillDue(shop, 'ana');
    await serve(shop);
    expect(arrived(shop)).toEqual([1, 1]);
    for (const member of pair) await over(shop, member, 'accepted');
    expect(await serve(shop)).toMatchObject(idle);
  });

  test('uses up nothing of what a program allows in messages', async () => {
    const shop = await open((file) => {
      file.messages = { max: 1, per_days: 7 };
    });
    fail('sendFlow', { status: 429 }, 4);
    await serve(shop);
    await stillDue(shop, 'ana');
    await serve(shop);
    expect(arrived(shop)).toEqual([1, 1]);
  });

  test('for a moment counts a message once towards what a program allows', async () => {
    const shop = await open((file) => {
      file.messages = { max: 1, per_days: 7 };
    });
    fail('sendFlow', { status: 429 }, 2);
    expect(await serve(shop)).toMatchObject({ sent: 2, skipped: {}, held: 0 });
    expect(arrived(shop)).toEqual([1, 1]);
    expect((await personOf(stage, shop, 'ana')).sends).toHaveLength(1);
  });

  test('leaves a period that was over before as it was', async () => {
    const shop = await open();
    await serve(shop);
    const before = await personOf(stage, shop, 'ana');
    stage.clock.set(nextDueTime);
    fail('sendFlow', { status: 429 }, 4);
    await serve(shop);
    const { message, tally, dueAt } = await personOf(stage, shop, 'ana');
    expect([message, tally, dueAt]).toEqual([before.message, before.tally, before.dueAt]);
    await serve(shop);
    expect(arrived(shop)).toEqual([2, 2]);
  });
});

describe('a contact whom ManyChat refuses', () => {
  const refusals: [string, string, (shop: Shop) => void][] = [
    [
      'their 24 hours are over, code 3011',
      'window_closed',
      () => fail('sendFlow', { status: 400, body: { status: 'error', message: 'Too late', code: 3011 } }),
    ],
    [
      'they blocked the page, which comes with HTTP 200',
      'blocked',
      (shop) => accountFor(stage, shop).setContact('ana', { blocked: true }),
    ],
    [
      'they are not in the account',
      'contact_unknown',
      (shop) => accountFor(stage, shop).setContact('ana', { exists: false }),
    ],
    [
      'for a reason that nobody knows',
      'refused',
      () => fail('sendFlow', { status: 400, body: { status: 'error', message: 'No way' } }),
    ],
  ];

  test.each(refusals)('has the period closed with the reason: %s', async (_, reason, trouble) => {
    const shop = await open();
    trouble(shop);
    const came = await serve(shop);
    expect(came).toMatchObject({ sent: 1, unconfirmed: 0, held: 0, closed: { [reason]: 1 }, told: [] });
    expect(came.noted).toEqual([expect.objectContaining({ program: shop.id, contact: 'ana', reason })]);
    await over(shop, 'ana', `closed_${reason}`);
    await over(shop, 'ben', 'accepted');
    accountFor(stage, shop).setContact('ana', { blocked: false, exists: true });
    await wish(shop, 'stop');
    await wish(shop, 'start');
    expect(await serve(shop)).toMatchObject(idle);
    expect(arrived(shop)).toEqual([0, 1]);
    stage.clock.set(nextDueTime);
    expect(await serve(shop)).toMatchObject({ sent: 2 });
    expect(arrived(shop)).toEqual([1, 2]);
  });
});
