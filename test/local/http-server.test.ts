import { once } from 'node:events';
import { Agent, type OutgoingHttpHeaders } from 'node:http';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Handler, serve } from '../../local/http-server.ts';
import { logged, ok, onlySeen, seen, send, start, stopAll } from './served-rooms.ts';

afterEach(stopAll);

const resultOf = (text: string): unknown => {
  const content: unknown = JSON.parse(text);
  return typeof content === 'object' && content !== null ? Reflect.get(content, 'result') : undefined;
};

describe('an answer', () => {
  test('is the handler’s, with its status, headers, cookies and bytes', async () => {
    const server = await start(async () => ({
      statusCode: 418,
      headers: { 'X-Request-Id': 'r', 'Content-Type': 'text/plain', 'X-Count': 3, 'Content-Length': '9999' },
      cookies: ['a=1', 'b=2'],
      body: Buffer.from([0xff, 0x00]).toString('base64'),
      isBase64Encoded: true,
    }));
    const { status, headers } = await send(server, '/v1/health');
    expect(status).toBe(418);
    expect(headers).toMatchObject({
      'x-request-id': 'r',
      'content-type': 'text/plain',
      'x-count': '3',
      'content-length': '2',
      'set-cookie': ['a=1', 'b=2'],
    });
  });

  test('is JSON with status 200 when the handler says nothing else', async () => {
    const server = await start(async () => ({ body: '{}' }));
    const { status, headers, text } = await send(server, '/v1/health');
    expect([status, headers['content-type'], text]).toEqual([200, 'application/json', '{}']);
  });

  test.each<[string, Handler]>([
    ['throws', () => Promise.reject(new Error('boom'))],
    [
      'throws at once',
      () => {
        throw new Error('boom');
      },
    ],
    ['answers an impossible status', async () => ({ statusCode: 42, headers: { 'x-a': 'b' } })],
    ['answers an impossible header', async () => ({ headers: { 'x-a': 'b\r\nc: d' } })],
  ])('of a handler that %s is API Gateway’s 500, and is logged', async (_, handler) => {
    const server = await start(handler);
    const { status, headers, text } = await send(server, '/v1/balance', { method: 'POST', body: '{}' });
    expect([status, text]).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(headers).not.toHaveProperty('x-a');
    expect(logged).toHaveLength(1);
  });

  test('of a handler that Lambda would have ended is a 500 too', async () => {
    const server = await start(() => new Promise(() => {}));
    const { status } = await send(server, '/v1/health');
    expect(status).toBe(500);
    expect(logged).toEqual([expect.stringContaining('GET /v1/health did not answer within 6 s')]);
  }, 15_000);
});

describe('a request', () => {
  test('of up to 10 MiB reaches its room; a longer one is read to its end and answered 413', async () => {
    const server = await start();
    const body = Buffer.alloc(10 * 1024 * 1024, 'a');
    expect((await send(server, '/v1/balance', { method: 'POST', body })).status).toBe(200);
    expect(onlySeen().event.body).toHaveLength(body.length);
    const longer = Buffer.concat([body, Buffer.alloc(5 * 1024 * 1024, 'b')]);
    const { status, text } = await send(server, '/v1/balance', { method: 'POST', body: longer });
    expect([status, resultOf(text)]).toEqual([413, 'too_large']);
    expect(seen).toHaveLength(1);
  });

  test.each(['/v1/admin/members/%zz', '/v1/admin/members/%ff', '/v1/health?a=%', '/%'])(
    'with a malformed percent-encoding is answered 400: %s',
    async (path) => {
      const server = await start();
      const { status, text } = await send(server, path);
      expect([status, resultOf(text), seen.length]).toEqual([400, 'bad_request', 0]);
    },
  );

  test('is let in under each name of this machine', async () => {
    const server = await start();
    const { port } = server;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, 'LOCALHOST', '127.0.0.1']) {
      expect((await send(server, '/v1/health', { headers: { host } })).status).toBe(200);
    }
    for (const origin of [`http://127.0.0.1:${port}`, `http://localhost:${port}`]) {
      const headers = { origin, 'sec-fetch-site': 'same-origin' };
      expect((await send(server, '/v1/health', { headers })).status).toBe(200);
    }
  });

  test.each<[string, OutgoingHttpHeaders]>([
    ['another Host', { host: 'example.com' }],
    ['a Host that only begins like ours', { host: '127.0.0.1.example.com' }],
    ['a Host with another port', { host: 'localhost:1' }],
    ['a foreign Origin', { origin: 'https://example.com' }],
    ['an Origin on another port', { origin: 'http://localhost:3000' }],
    ['an opaque Origin', { origin: 'null' }],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }],
  ])('with %s is refused, control routes too, though its body is read', async (_, headers) => {
    let controlled = 0;
    const server = await start(ok, async () => {
      controlled += 1;
      return { status: 200, json: {} };
    });
    const body = Buffer.alloc(3 * 1024 * 1024, 'a');
    for (const path of ['/v1/balance', '/_local/clock']) {
      const { status, text } = await send(server, path, { method: 'POST', headers, body });
      expect([status, resultOf(text)]).toEqual([403, 'forbidden']);
      expect(text).not.toContain('example');
    }
    expect([seen.length, controlled]).toEqual([0, 0]);
  });

  test('whose caller goes away in the middle of the body reaches nobody and harms nobody', async () => {
    const server = await start();
    const socket = connect(server.port, '127.0.0.1');
    socket.write('POST /v1/balance HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{');
    await sleep(50);
    socket.destroy();
    expect((await send(server, '/v1/health')).status).toBe(200);
    expect(onlySeen().room).toBe('front');
  });
});

describe('a control route', () => {
  test('gets the request and answers with JSON; one that is not known goes to $default', async () => {
    const asked: unknown[] = [];
    const server = await start(ok, async (request) => {
      asked.push(request);
      return request.path === '/_local/clock' ? { status: 202, json: { now: 'then' } } : undefined;
    });
    const { status, text } = await send(server, '/_local/clock?a=b', { method: 'POST', body: '{"x":1}' });
    expect([status, text]).toEqual([202, '{"now":"then"}']);
    expect(asked).toEqual([{ method: 'POST', path: '/_local/clock', query: { a: 'b' }, body: '{"x":1}' }]);
    await send(server, '/_local/nothing');
    expect(onlySeen().event.routeKey).toBe('$default');
  });

  test('that fails is a 500 and is logged', async () => {
    const server = await start(ok, () => Promise.reject(new Error('boom')));
    expect((await send(server, '/_local/audit')).status).toBe(500);
    expect(logged).toEqual([expect.stringContaining('boom')]);
  });
});

describe('the server', () => {
  test('listens on 127.0.0.1 only and says on which port', async () => {
    const server = await start();
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    const elsewhere = connect(server.port, '127.0.0.2');
    await expect(once(elsewhere, 'connect')).rejects.toThrow('ECONNREFUSED');
  });

  test('says which port is in use and how to choose another', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const rooms = { chat: ok, shop: ok, admin: ok, front: ok };
    await expect(serve({ rooms, port, control: async () => undefined, log: () => {} })).rejects.toThrow(
      `port ${port} is in use; set PORT to another, 0 picks a free one`,
    );
    other.close();
  });

  test('answers many requests over one connection', async () => {
    const server = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let n = 0; n < 5; n += 1) await send(server, '/v1/health', { agent });
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
    agent.destroy();
  });

  test('finishes requests in flight when it closes, and does not wait for idle connections', async () => {
    const gate = Promise.withResolvers<void>();
    const server = await start(async () => {
      await gate.promise;
      return { body: '{"late":true}' };
    });
    const agent = new Agent({ keepAlive: true });
    const silent = connect(server.port, '127.0.0.1');
    await once(silent, 'connect');
    const late = send(server, '/v1/health', { agent });
    while (seen.length === 0) await sleep(5);
    const closed = server.close();
    await expect(send(server, '/v1/health')).rejects.toThrow('ECONNREFUSED');
    gate.resolve();
    const { text, headers } = await late;
    expect([text, headers.connection]).toEqual(['{"late":true}', 'close']);
    const started = performance.now();
    await Promise.all([closed, server.close()]);
    expect(performance.now() - started).toBeLessThan(1_000);
    agent.destroy();
    silent.destroy();
  });

  test('closes in the time it is given even if a request never ends', async () => {
    const server = await start(() => new Promise(() => {}));
    const cut = expect(send(server, '/v1/health')).rejects.toThrow('socket hang up');
    while (seen.length === 0) await sleep(5);
    await server.close(50);
    await cut;
  });
});
