import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sqsNudges } from '../../../functions/adapters/aws/nudges.ts';
import { accountId, programId } from '../../../functions/domain/ids.ts';
import type { Nudge } from '../../../functions/ports/nudges.ts';
import { type LocalQueue, startQueue } from '../../../local/queue.ts';

let queue: LocalQueue;
beforeAll(async () => {
  queue = await startQueue();
});
afterAll(() => queue.close());

const signal = new AbortController().signal;
const name = () => accountId.parse(`a-${randomUUID().slice(0, 8)}`);
const nudgeOf = (account = name(), ...programs: readonly string[]): Nudge => ({
  account,
  programs: (programs.length === 0 ? ['demo'] : programs).map((program) => programId.parse(program)),
  sharedBy: [],
});
const send = (nudges: readonly Nudge[], occasion: string = randomUUID()) =>
  sqsNudges(queue).send(nudges, occasion, signal);

/** All that can be worked on now, taken off the queue where `done`. */
const taken = async ({ done = true } = {}) => {
  const nudges: unknown[] = [];
  for (let found = await queue.receive(); found.length > 0; found = await queue.receive()) {
    nudges.push(...found.map(({ Body = '' }) => JSON.parse(Body)));
    if (done) for (const message of found) await queue.done(message);
  }
  return nudges;
};

describe('a nudge', () => {
  test('arrives as it was sent', async () => {
    const nudge = nudgeOf(name(), 'one', 'two');
    await send([nudge]);
    expect(await taken()).toEqual([nudge]);
  });

  test('of one occasion is one, however often it is sent', async () => {
    const nudge = nudgeOf();
    const minute = '2026-12-01T09:00:00Z';
    await send([nudge], minute);
    await send([nudge], minute);
    await send([nudgeOf(nudge.account, 'demo', 'late')], minute);
    expect(await taken()).toEqual([nudge]);
    // Not again, even when it was done already.
    await send([nudge], minute);
    expect(await taken()).toEqual([]);
  });

  test('of another occasion or another account is another one', async () => {
    const nudge = nudgeOf();
    const other = nudgeOf();
    await send([nudge, other], '2026-12-01T09:00:00Z');
    await send([nudge], '2026-12-01T09:01:00Z');
    const all = await taken();
    expect(all).toHaveLength(3);
    expect(all.filter((one) => JSON.stringify(one) === JSON.stringify(nudge))).toHaveLength(2);
  });

  test('may be one of very many', async () => {
    const nudges = Array.from({ length: 23 }, () => nudgeOf());
    await send(nudges);
    const all = await taken();
    expect(new Set(all.map((one) => JSON.stringify(one)))).toEqual(
      new Set(nudges.map((one) => JSON.stringify(one))),
    );
    expect(all).toHaveLength(23);
  });

  test('is not sent where there is none', async () => {
    await send([]);
    expect(await taken()).toEqual([]);
  });

  test.each(['2026-12-01T09:00:00.000+01:00', 'by hand, twice', 'a/b?c#d', ' '])(
    'takes any occasion: %j',
    async (occasion) => {
      const nudge = nudgeOf();
      await send([nudge], occasion);
      expect(await taken()).toEqual([nudge]);
    },
  );
});

describe('the nudges of one account', () => {
  test('are served one at a time, in their order, while those of others go on', async () => {
    const account = name();
    await send([nudgeOf(account, 'first')]);
    const [first] = await queue.receive();
    await send([nudgeOf(account, 'second'), nudgeOf(name(), 'other')]);
    const meanwhile = await taken();
    expect(meanwhile).toMatchObject([{ programs: ['other'] }]);
    if (first !== undefined) await queue.done(first);
    expect(await taken()).toMatchObject([{ account, programs: ['second'] }]);
  });

  test('that fail come again, and end among the dead letters after three times', async () => {
    const nudge = nudgeOf();
    const before = await queue.dead();
    await send([nudge]);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const found = await queue.receive();
      expect(found.map(({ Body = '' }) => JSON.parse(Body))).toEqual([nudge]);
      for (const message of found) await queue.failed(message);
    }
    expect(await taken()).toEqual([]);
    expect(await queue.dead()).toBe(before + 1);
  });
});

describe('a queue', () => {
  test('that is not there is a fault, and so is a deadline that passed', async () => {
    const missing = sqsNudges({ ...queue, url: queue.url.replace('nudges', 'missing') });
    await expect(missing.send([nudgeOf()], 'now', signal)).rejects.toThrow();
    await expect(sqsNudges(queue).send([nudgeOf()], 'now', AbortSignal.abort())).rejects.toThrow();
    expect(await taken()).toEqual([]);
  });
});
