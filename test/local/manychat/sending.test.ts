import { afterEach, describe, expect, test } from '@jest/globals';
import { instant, later } from '../../../functions/domain/ids.ts';
import { newAccount } from '../../../local/manychat/account.ts';
import type { ChatChannel } from '../../../local/manychat/double.ts';
import { operations } from '../../../local/manychat/operations.ts';
import { invalid, sendContent, sendFlow, start, stopAll, success, token } from './calls.ts';

afterEach(stopAll);

const dayMs = 24 * 60 * 60 * 1000;
const noon = instant.parse(Date.UTC(2026, 11, 1, 12));

const withFlow = async (channel?: ChatChannel) => {
  const { double, clock } = await start();
  const account = double.account(token);
  account.addFlow({ ns: 'flow', name: 'Flow', ...(channel === undefined ? {} : { channel }) });
  clock.set(noon);
  return { double, clock, account };
};

describe('a flow', () => {
  test.each(['messenger', 'instagram'] as const)(
    'of %s is delivered for 24 hours after the last interaction; later it is accepted and dropped',
    async (channel) => {
      const { double, clock, account } = await withFlow(channel);
      expect(await sendFlow(double, '1')).toEqual(success);
      account.setContact('1', { lastInteraction: noon });
      expect(await sendFlow(double, '1')).toEqual(success);
      clock.set(later(noon, dayMs - 10_000));
      expect(await sendFlow(double, '1')).toEqual(success);
      clock.set(later(noon, dayMs + 1));
      expect(await sendFlow(double, '1')).toEqual(success);
      expect(account.sent.map(({ delivered }) => delivered)).toEqual([false, true, true, false]);
    },
  );

  test.each<ChatChannel | undefined>(['whatsapp', 'telegram', undefined])(
    'of %s is delivered at any time',
    async (channel) => {
      const { double, account } = await withFlow(channel);
      expect(await sendFlow(double, '1')).toEqual(success);
      expect(account.sent).toEqual([{ at: expect.any(Number), contact: '1', flow: 'flow', delivered: true }]);
      expect(account.sent[0]?.at).toBeGreaterThanOrEqual(noon);
    },
  );

  test('that does not exist any more is a validation error', async () => {
    const { double, account } = await withFlow();
    account.removeFlow('flow');
    expect(await sendFlow(double, '1')).toEqual(invalid('Flow does not exist'));
    expect(account.sent).toEqual([]);
  });

  test('is refused a contact after a hundred in an hour, and goes on to others and when the hour is over', () => {
    const account = newAccount(token);
    account.flows.set('flow', { ns: 'flow', name: 'Flow' });
    const startAt = (ms: number, subscriber_id = '1') => {
      const call = { account, input: { subscriber_id, flow_ns: 'flow' }, now: later(noon, ms) };
      return operations['/fb/sending/sendFlow']?.answer(call).status;
    };
    const first = Array.from({ length: 100 }, (_, n) => startAt(n));
    expect(first.every((status) => status === 200)).toBe(true);
    expect([startAt(3_599_999), startAt(3_599_999, '2')]).toEqual([429, 200]);
    expect([startAt(3_600_000), startAt(3_600_000)]).toEqual([200, 429]);
    expect(account.sent).toHaveLength(102);
  });
});

describe('content', () => {
  test('is delivered for 24 hours after the last interaction, and refused with code 3011 later', async () => {
    const { double, clock, account } = await withFlow();
    const shut = {
      status: 400,
      json: { status: 'error', message: expect.stringContaining('24 hours'), code: 3011 },
    };
    expect(await sendContent(double, '1')).toEqual(shut);
    account.setContact('1', { lastInteraction: noon });
    expect(await sendContent(double, '1')).toEqual(success);
    clock.set(later(noon, dayMs + 1));
    expect(await sendContent(double, '1', {}, { type: 'whatsapp' })).toEqual(shut);
    expect(await sendContent(double, '1', {}, { type: 'telegram' })).toEqual(success);
    expect(account.sent.map(({ flow, delivered }) => [flow, delivered])).toEqual([
      [undefined, true],
      [undefined, true],
    ]);
  });

  test('is refused with a message tag', async () => {
    const { double, account } = await withFlow();
    account.setContact('1', { lastInteraction: noon });
    expect(await sendContent(double, '1', { message_tag: 'ACCOUNT_UPDATE' })).toEqual(
      invalid('message_tag: Message tags are no longer supported for Messenger'),
    );
    expect(account.sent).toEqual([]);
  });

  test('is a v2 response: messages alone, another type and too many parts are refused', async () => {
    const { double, account } = await withFlow();
    account.setContact('1', { lastInteraction: noon });
    const refuses = async (more: object, content: object, reason: unknown) =>
      expect(await sendContent(double, '1', more, content)).toEqual(invalid(reason));
    await refuses({ data: [] }, {}, 'data: expected a v2 response');
    await refuses({ data: { version: 'v2' } }, {}, 'data.content: expected an object');
    await refuses({ data: { version: 'v1', content: { messages: [] } } }, {}, 'data.version: expected v2');
    await refuses({}, { type: 'tiktok' }, expect.stringContaining('data.content.type: expected instagram'));
    await refuses({}, { messages: Array(11).fill({}) }, 'data.content.messages: expected at most 10');
    await refuses({}, { actions: Array(6).fill({}) }, 'data.content.actions: expected at most 5');
    await refuses(
      {},
      { quick_replies: Array(12).fill({}) },
      'data.content.quick_replies: expected at most 11',
    );
    expect(account.sent).toEqual([]);
  });
});

test('a contact who blocked the page gets nothing, which is said with status 200', async () => {
  const { double, account } = await withFlow('messenger');
  account.setContact('1', { blocked: true, lastInteraction: noon });
  const blocked = { status: 200, json: { status: 'error', message: expect.stringContaining('blocked') } };
  expect(await sendFlow(double, '1')).toEqual(blocked);
  expect(await sendContent(double, '1')).toEqual(blocked);
  expect(account.sent).toEqual([]);
  account.setContact('1', { blocked: false });
  expect(await sendFlow(double, '1')).toEqual(success);
});
