import { afterEach, describe, expect, test } from '@jest/globals';
import type { Double, Fault } from '../../../local/manychat/double.ts';
import { call, get, post, sendFlow, start, stopAll, success, token } from './calls.ts';

afterEach(stopAll);

const withFlow = async () => {
  const { double } = await start();
  const account = double.account(token);
  account.addFlow({ ns: 'flow', name: 'Flow' });
  return { double, account };
};

const exception = { status: 500, json: { status: 'exception', message: 'Something went wrong' } };

describe('a fault', () => {
  test('of kind delay answers normally, later', async () => {
    const { double, account } = await withFlow();
    double.fail({ kind: 'delay', delayMs: 100 });
    const before = performance.now();
    expect(await sendFlow(double, '1')).toEqual(success);
    expect(performance.now() - before).toBeGreaterThanOrEqual(99);
    expect(account.sent).toHaveLength(1);
  });

  test('of kind hang applies the call and never answers', async () => {
    const { double, account } = await withFlow();
    double.fail({ kind: 'hang' });
    const patience = new AbortController();
    const answer = fetch(`${double.url}/fb/sending/sendFlow`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ subscriber_id: '1', flow_ns: 'flow' }),
      signal: patience.signal,
    });
    while (account.sent.length === 0) await new Promise(setImmediate);
    patience.abort();
    await expect(answer).rejects.toThrow('aborted');
    expect(double.outbox).toMatchObject([{ status: 0 }]);
  });

  test.each<[Fault['kind'], number]>([
    ['drop before', 0],
    ['drop after', 1],
  ])('of kind %s closes the connection without an answer, with %d flows started', async (kind, started) => {
    const { double, account } = await withFlow();
    double.fail({ kind });
    await expect(sendFlow(double, '1')).rejects.toThrow('fetch failed');
    expect(account.sent).toHaveLength(started);
    expect(double.outbox).toMatchObject([{ status: 0 }]);
  });

  test('of kind status answers what it is told and applies nothing', async () => {
    const { double, account } = await withFlow();
    double.fail({ kind: 'status' });
    double.fail({ kind: 'status', status: 429, body: { status: 'error' } });
    expect(await sendFlow(double, '1')).toEqual(exception);
    expect(await sendFlow(double, '1')).toEqual({ status: 429, json: { status: 'error' } });
    expect(await sendFlow(double, '1')).toEqual(success);
    expect(account.sent).toHaveLength(1);
    expect(double.outbox.map(({ status }) => status)).toEqual([500, 429, 200]);
  });

  test('of kind status answers text as it is, as a proxy would', async () => {
    const { double } = await withFlow();
    double.fail({ kind: 'status', status: 502, body: '<h1>Bad Gateway</h1>', path: 'page/getInfo' });
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${double.url}/fb/page/getInfo`, { headers });
    expect([response.status, await response.text()]).toEqual([502, '<h1>Bad Gateway</h1>']);
  });

  test('hits as many calls as it says', async () => {
    const { double } = await withFlow();
    double.fail({ kind: 'status', times: 2 });
    const seen = [await sendFlow(double, '1'), await sendFlow(double, '2'), await sendFlow(double, '3')];
    expect(seen.map(({ status }) => status)).toEqual([500, 500, 200]);
  });

  test('hits sending and subscriber calls, unless it names a path', async () => {
    const { double, account } = await withFlow();
    account.addTag('tag');
    const tag = () => post(double, '/fb/subscriber/addTagByName', { subscriber_id: '1', tag_name: 'tag' });
    double.fail({ kind: 'status' });
    expect((await get(double, '/fb/page/getInfo')).status).toBe(200);
    expect((await tag()).status).toBe(500);
    for (const path of ['sendFlow', '/fb/sending/sendFlow']) {
      double.fail({ kind: 'status', path });
      expect([(await tag()).status, (await sendFlow(double, '1')).status]).toEqual([200, 500]);
    }
  });

  test('hits one contact only, if it names one, whichever way the caller wrote the id', async () => {
    const { double } = await withFlow();
    double.fail({ kind: 'status', contact: '1002', times: 2 });
    expect((await sendFlow(double, '1001')).status).toBe(200);
    expect((await get(double, '/fb/subscriber/getInfo?subscriber_id=1002')).status).toBe(500);
    const body = { subscriber_id: 1002, flow_ns: 'flow' };
    expect((await post(double, '/fb/sending/sendFlow', body)).status).toBe(500);
  });

  test('is not used up by calls that are refused at the door', async () => {
    const { double } = await withFlow();
    double.fail({ kind: 'status' });
    await post(double, '/fb/sending/sendFlow', { subscriber_id: '1', flow_ns: 'flow' }, 'no:token');
    expect(await sendFlow(double, '1')).toEqual(exception);
  });

  test('that could never happen is not taken', async () => {
    const { double } = await withFlow();
    expect(() => double.fail({ kind: 'status', path: '/fb/sending/sendflow' })).toThrow(
      'path: expected the path of an operation',
    );
    expect(() => double.fail({ kind: 'delay' })).toThrow('a delay expects delayMs');
  });

  test('is gone when faults are cleared', async () => {
    const { double } = await withFlow();
    double.fail({ kind: 'hang', times: 5 });
    double.clearFaults();
    expect(await sendFlow(double, '1')).toEqual(success);
  });
});

describe('a fault by hand', () => {
  const give = (double: Double, body: unknown) => post(double, '/_double/faults', body, 'no:token');

  test('is given and cleared over HTTP without a token, and is no part of the outbox', async () => {
    const { double } = await withFlow();
    const fault = { kind: 'status', status: 503, times: 2 };
    expect(await give(double, fault)).toEqual({ status: 200, json: { status: 'success', data: fault } });
    expect((await sendFlow(double, '1')).status).toBe(503);
    expect(await call(double, '/_double/faults', { method: 'DELETE' })).toEqual(success);
    expect((await sendFlow(double, '1')).status).toBe(200);
    expect(double.outbox).toHaveLength(2);
  });

  test.each<[unknown, string]>([
    [{ kind: 'explode' }, 'kind: expected one of delay, hang, drop before, drop after, status'],
    [{ kind: 'hang', path: '/fb/nowhere' }, 'path: expected the path of an operation, such as'],
    [{ kind: 'hang', times: 0 }, 'times: expected a number above 0'],
    [{ kind: 'hang', contact: 1001 }, 'contact: expected the id of a contact as a string'],
    [{ kind: 'status', status: 99 }, 'status: expected 200 or more'],
    [{ kind: 'delay' }, 'a delay expects delayMs'],
    [{ kind: 'hang', contacts: '1' }, 'expected an object with kind and maybe path, contact'],
    ['hang', 'expected an object with kind'],
  ])('that is wrong is refused with what was expected: %j', async (fault, reason) => {
    const { double } = await withFlow();
    expect(await give(double, fault)).toEqual({
      status: 400,
      json: { status: 'error', message: expect.stringContaining(reason) },
    });
    expect(await sendFlow(double, '1')).toEqual(success);
  });

  test('that is no JSON is refused with what was expected', async () => {
    const { double } = await withFlow();
    expect(await call(double, '/_double/faults', { method: 'POST', body: 'hang' })).toMatchObject({
      status: 400,
      json: { message: expect.stringContaining('expected an object with kind') },
    });
  });
});
