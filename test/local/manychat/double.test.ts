import { once } from 'node:events';
import { type OutgoingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { instant } from '../../../functions/domain/ids.ts';
import type { Double } from '../../../local/manychat/double.ts';
import { call, get, invalid, post, sendFlow, start, stopAll, success } from './calls.ts';

afterEach(stopAll);

const errorOf = (message: unknown) => ({ status: 'error', message });

/** As fetch cannot: with headers that it forbids. */
const getWith = async ({ url }: Double, headers: OutgoingHttpHeaders): Promise<number | undefined> => {
  const [response] = await once(request(`${url}/fb/page/getInfo`, { headers }).end(), 'response');
  await text(response);
  return response.statusCode;
};

test('answers the tokens it was given and those an account was asked for, and no others', async () => {
  const { double } = await start({ tokens: ['1:a'] });
  const refusal = { status: 401, json: errorOf('Wrong token') };
  expect((await get(double, '/fb/page/getInfo', '1:a')).status).toBe(200);
  expect(await get(double, '/fb/page/getInfo', '2:b')).toEqual(refusal);
  double.account('2:b');
  expect((await get(double, '/fb/page/getInfo', '2:b')).status).toBe(200);
  expect(await call(double, '/fb/page/getInfo', { headers: {} })).toEqual(refusal);
  expect(await call(double, '/fb/page/getInfo', { headers: { authorization: '1:a' } })).toEqual(refusal);
});

test('keeps the accounts of two tokens apart', async () => {
  const { double } = await start();
  double.account('2:b').addField('points', 'number');
  expect((await get(double, '/fb/page/getCustomFields')).json).toEqual({ status: 'success', data: [] });
});

test('refuses a revoked token until it is restored', async () => {
  const { double } = await start();
  double.account('local:token').revoke();
  expect((await get(double, '/fb/page/getInfo')).status).toBe(401);
  double.account('local:token').restore();
  expect((await get(double, '/fb/page/getInfo')).status).toBe(200);
});

test('tells an account on the free plan that the API needs Pro', async () => {
  const { double } = await start();
  const account = double.account('local:token');
  account.plan = 'free';
  expect(account.plan).toBe('free');
  expect(await get(double, '/fb/page/getInfo')).toEqual({
    status: 403,
    json: errorOf(expect.stringContaining('Pro')),
  });
  account.plan = 'pro';
  expect((await get(double, '/fb/page/getInfo')).status).toBe(200);
});

test('tells of the page, its flows, fields and tags', async () => {
  const { double } = await start();
  const account = double.account('local:token');
  account.addFlow({ ns: 'content20260101', name: 'Reminder', channel: 'whatsapp' });
  account.addField('points', 'number');
  account.addTag('member');
  expect((await get(double, '/fb/page/getInfo')).json).toMatchObject({
    data: { id: 'local', is_pro: true, timezone: 'UTC' },
  });
  expect((await get(double, '/fb/page/getFlows')).json).toEqual({
    status: 'success',
    data: { flows: [{ ns: 'content20260101', name: 'Reminder', folder_id: 0 }], folders: [] },
  });
  expect((await get(double, '/fb/page/getCustomFields')).json).toMatchObject({
    data: [{ id: expect.any(Number), name: 'points', type: 'number', description: '' }],
  });
  expect((await get(double, '/fb/page/getTags')).json).toMatchObject({
    data: [{ id: expect.any(Number), name: 'member' }],
  });
});

test('answers 404 for a path that it does not know and 405 for a method that a path does not take', async () => {
  const { double } = await start();
  expect(await get(double, '/fb/page/getGrowthTools')).toEqual({ status: 404, json: errorOf('Not found') });
  expect(await get(double, '/_double/else')).toMatchObject({ status: 404 });
  for (const [path, method] of [
    ['/fb/sending/sendFlow', 'GET'],
    ['/fb/page/getInfo', 'POST'],
    ['/_double/faults', 'GET'],
  ] as const) {
    expect((await call(double, path, { method })).status).toBe(405);
  }
});

test('answers 400 for a body that is no JSON and for one that is no object', async () => {
  const { double } = await start();
  const broken = await call(double, '/fb/page/createTag', { method: 'POST', body: '{"name":' });
  expect(broken).toEqual({ status: 400, json: errorOf('The body is not JSON') });
  expect(await post(double, '/fb/page/createTag', 'member')).toEqual(invalid(expect.any(String)));
});

test('reads a body of up to 1 MB, and answers 413 for a longer one', async () => {
  const { double } = await start();
  const bodyOf = (length: number) =>
    JSON.stringify({ name: '' }).replace('""', `"${'a'.repeat(length - 11)}"`);
  const status = async (length: number) =>
    (await call(double, '/fb/page/createTag', { method: 'POST', body: bodyOf(length) })).status;
  expect(await status(1024 * 1024)).toBe(200);
  expect(await status(1024 * 1024 + 1)).toBe(413);
  expect(double.outbox[1]).toMatchObject({ body: undefined, status: 413 });
});

test('keeps every POST with its instant and status, refused ones too, and no GET', async () => {
  const { double, clock } = await start();
  clock.set(instant.parse(Date.UTC(2026, 11, 1, 9)));
  double.account('local:token').addTag('member');
  await post(double, '/fb/subscriber/addTagByName', { subscriber_id: '1', tag_name: 'member' });
  await sendFlow(double, '1', 'unknown');
  await post(double, '/fb/page/createTag', { name: 'vip' }, 'no:token');
  await call(double, '/fb/nowhere', { method: 'POST', body: 'not JSON' });
  await get(double, '/fb/page/getInfo');
  const at = expect.stringMatching(/^2026-12-01T09:00:/);
  expect(double.outbox).toEqual([
    {
      at,
      path: '/fb/subscriber/addTagByName',
      body: { subscriber_id: '1', tag_name: 'member' },
      status: 200,
    },
    { at, path: '/fb/sending/sendFlow', body: { subscriber_id: '1', flow_ns: 'unknown' }, status: 400 },
    { at, path: '/fb/page/createTag', body: { name: 'vip' }, status: 401 },
    { at, path: '/fb/nowhere', body: 'not JSON', status: 404 },
  ]);
});

test('is reached under the names of this machine only', async () => {
  const { double } = await start();
  const authorization = 'Bearer local:token';
  const { port } = new URL(double.url);
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, 'LOCALHOST']) {
    expect(await getWith(double, { authorization, host })).toBe(200);
  }
  for (const host of ['example.com', '127.0.0.1.example.com', 'localhost:1']) {
    expect(await getWith(double, { authorization, host })).toBe(403);
  }
  expect(await getWith(double, { authorization, origin: 'https://example.com' })).toBe(403);
  await expect(once(connect(Number(port), '127.0.0.2'), 'connect')).rejects.toThrow('ECONNREFUSED');
});

test('listens on the port that it is told, and fails if it is taken', async () => {
  const { double } = await start();
  const port = Number(new URL(double.url).port);
  await expect(start({ port })).rejects.toThrow('EADDRINUSE');
  await double.close();
  expect((await start({ port })).double.url).toBe(double.url);
});

test('closes at once though calls hang and callers are slow, twice if asked', async () => {
  const { double } = await start();
  double.account('local:token').addFlow({ ns: 'flow', name: 'Flow' });
  double.fail({ kind: 'hang' });
  double.fail({ kind: 'delay', delayMs: 600_000 });
  const cut = Promise.all([1, 2].map(() => expect(sendFlow(double, '1')).rejects.toThrow('fetch failed')));
  while (double.outbox.length < 2) await new Promise(setImmediate);
  const silent = connect(Number(new URL(double.url).port), '127.0.0.1');
  await once(silent, 'connect');
  const before = performance.now();
  await Promise.all([double.close(), double.close()]);
  expect(performance.now() - before).toBeLessThan(1_000);
  await cut;
  silent.destroy();
});

test('makes contacts on first use, unless the account is strict or the contact does not exist', async () => {
  const { double } = await start();
  const account = double.account('local:token');
  account.addFlow({ ns: 'flow', name: 'Flow' });
  account.setContact('gone', { exists: false });
  expect(await sendFlow(double, 'anybody')).toEqual(success);
  expect(await sendFlow(double, 'gone')).toEqual(invalid('Subscriber does not exist'));
  account.strict = true;
  account.setContact('known', {});
  expect(account.strict).toBe(true);
  expect(await sendFlow(double, 'known')).toEqual(success);
  expect(await sendFlow(double, 'somebody')).toEqual(invalid('Subscriber does not exist'));
  expect(account.sent.map(({ contact }) => contact)).toEqual(['anybody', 'known']);
});
