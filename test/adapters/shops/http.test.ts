import { afterEach, describe, expect, test } from '@jest/globals';
import { shopCalls } from '../../../functions/adapters/shops/http.ts';
import { answering, closeAll, json, patient, serve, serveRaw } from '../../shops/site/scene.ts';

afterEach(closeAll);

const call = shopCalls({ loopback: true });
const get = (url: string) => call({ method: 'GET', url }, patient());

describe('a call', () => {
  test('brings method, path, headers and body, and answers with any status', async () => {
    const { url, received } = await serve((_, response) => {
      response.writeHead(418, { 'X-One': 'a', 'Set-Cookie': ['b', 'c'] }).end('Größe ✓');
    });
    const headers = { 'X-Key': 'k', 'content-type': 'application/json' };
    const answer = await call(
      { method: 'PUT', url: `${url}/a/b?c=d%20e`, headers, body: '{"ü":1}' },
      patient(),
    );
    expect(answer).toMatchObject({
      kind: 'answered',
      status: 418,
      headers: { 'x-one': 'a', 'set-cookie': 'b, c' },
      text: 'Größe ✓',
    });
    expect(received).toMatchObject([
      {
        method: 'PUT',
        url: '/a/b?c=d%20e',
        body: '{"ü":1}',
        headers: { 'x-key': 'k', 'content-length': '8' },
      },
    ]);
  });

  test('without a body sends none', async () => {
    const { url, received } = await answering({});
    expect(await call({ method: 'DELETE', url }, patient())).toMatchObject({ kind: 'answered', status: 200 });
    expect(received).toMatchObject([{ method: 'DELETE', body: '', url: '/' }]);
  });

  test('names the host as it was written, says who calls, and asks for an answer that is not packed', async () => {
    const { url, received } = await answering({});
    const headers = { 'Accept-Encoding': 'gzip', accept: 'text/plain' };
    await call({ method: 'GET', url: url.replace('127.0.0.1', 'localhost'), headers }, patient());
    expect(received[0]?.headers).toMatchObject({
      host: url.replace('http://127.0.0.1', 'localhost'),
      'user-agent': 'manychat-loyalty',
      'accept-encoding': 'identity',
      accept: 'text/plain',
    });
  });

  test('reads an answer that an editor began with a byte order mark', async () => {
    const { url } = await serve((_, response) => response.end('\uFEFF{"a":1}'));
    expect(await get(url)).toMatchObject({ kind: 'answered', text: '{"a":1}' });
  });

  test('keeps no connection for the next', async () => {
    const ports = new Set<unknown>();
    const { url } = await serve((_, response) => {
      ports.add(response.socket?.remotePort);
      json(response, {});
    });
    await get(url);
    await get(url);
    expect(ports.size).toBe(2);
  });

  test.each([300, 301, 302, 303, 304, 307, 308, 399])('goes nowhere else (%d)', async (status) => {
    const elsewhere = await answering({});
    const { url } = await serve((_, response) => {
      response.writeHead(status, { location: elsewhere.url }).end();
    });
    expect(await get(url)).toEqual({
      kind: 'trouble',
      reason: 'redirected',
      sent: true,
      detail: `HTTP ${status}`,
    });
    expect(elsewhere.received).toEqual([]);
  });

  test('is answered by an error as by anything else', async () => {
    const { url } = await answering({ error: 'bad_request' }, 400);
    expect(await get(url)).toMatchObject({ kind: 'answered', status: 400 });
  });

  test('asks for JSON where nothing else is wanted', async () => {
    const { url, received } = await answering({});
    await get(url);
    expect(received[0]?.headers.accept).toBe('application/json');
  });

  test('finds a name as the system does', async () => {
    const { url } = await answering({});
    expect(await get(url.replace('127.0.0.1', 'localhost'))).toMatchObject({ kind: 'answered' });
  });

  test('with a header that cannot be sent is no fault of ours', async () => {
    const { url, received } = await answering({});
    const broken = { method: 'GET', url, headers: { 'x-key': 'a\nb' } } as const;
    expect(await call(broken, patient())).toMatchObject({
      reason: 'unreachable',
      sent: false,
      detail: 'ERR_INVALID_CHAR',
    });
    expect(received).toEqual([]);
  });
});

const mebibyte = 1024 * 1024;

describe('an answer', () => {
  const sized = (bytes: number, chunked: boolean) =>
    serve((_, response) => {
      response.writeHead(200, chunked ? {} : { 'content-length': String(bytes) });
      // In two parts, so that a long body has no length of its own.
      response.write('x'.repeat(bytes - 1));
      response.end('x');
    });

  test.each([true, false])('of 1 MiB is read (chunked: %s)', async (chunked) => {
    const { url } = await sized(mebibyte, chunked);
    const answer = await get(url);
    expect(answer.kind === 'answered' ? answer.text.length : answer).toBe(mebibyte);
  });

  test.each([true, false])('of a byte more is refused (chunked: %s)', async (chunked) => {
    const { url } = await sized(mebibyte + 1, chunked);
    expect(await get(url)).toEqual({ kind: 'trouble', reason: 'too_large', sent: true });
  });

  test('that says it is long is not waited for, and its connection ends', async () => {
    let ended: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const { url } = await serve((_, response) => {
      response.on('close', ended);
      response.writeHead(200, { 'content-length': String(2 * mebibyte) }).write('x');
    });
    expect(await get(url)).toMatchObject({ reason: 'too_large' });
    await over;
  });

  test('without an end is cut off', async () => {
    let sent = 0;
    let closed: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const { url } = await serve((_, response) => {
      response.on('close', closed);
      const more = (): void => {
        while (!response.destroyed) {
          sent += 65_536;
          if (!response.write('x'.repeat(65_536))) {
            response.once('drain', more);
            return;
          }
        }
      };
      more();
    });
    expect(await get(url)).toMatchObject({ reason: 'too_large', sent: true });
    // The connection ends: else the server would write for ever, and this test with it.
    await over;
    expect(sent).toBeLessThan(64 * mebibyte);
  });

  test('that is packed is refused: it may unpack to any size', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
    });
    expect(await get(url)).toEqual({
      kind: 'trouble',
      reason: 'too_large',
      sent: true,
      detail: 'content-encoding',
    });
  });

  test('that says it is not packed is read', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'identity' }).end('x');
    });
    expect(await get(url)).toMatchObject({ kind: 'answered', text: 'x' });
  });

  test('with headers without an end is refused', async () => {
    const { url } = await serveRaw((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${'x-more: yes\r\n'.repeat(5_000)}`);
    });
    expect(await get(url)).toMatchObject({ reason: 'too_large', sent: true });
  });

  test('that breaks off is no answer', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"found":true', () => response.destroy());
    });
    expect(await get(url)).toEqual({
      kind: 'trouble',
      reason: 'unreachable',
      sent: true,
      detail: 'ECONNRESET',
    });
  });

  test('that never comes, since the connection closes, is no answer', async () => {
    const { url } = await serve((_, response) => response.destroy());
    expect(await get(url)).toEqual({
      kind: 'trouble',
      reason: 'unreachable',
      sent: true,
      detail: 'ECONNRESET',
    });
  });

  test('that is no HTTP is no answer', async () => {
    const { url } = await serveRaw((socket) => socket.end('220 mail.example ESMTP\r\n'));
    expect(await get(url)).toMatchObject({ reason: 'unreachable', sent: true });
  });

  test('that wants to speak something else is no answer', async () => {
    const { url } = await serveRaw((socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
    expect(await get(url)).toMatchObject({ reason: 'unreachable', sent: true });
  });
});

describe('the signal', () => {
  const aborting = async (met: (abort: () => void) => Parameters<typeof serve>[0]) => {
    const controller = new AbortController();
    const { url } = await serve(met(() => controller.abort()));
    return call({ method: 'POST', url, body: '{}' }, controller.signal);
  };
  const late = { kind: 'trouble', reason: 'timeout', sent: true };

  test('ends the wait for a server that says nothing', async () => {
    expect(await aborting((abort) => () => abort())).toEqual(late);
  });

  test('ends an answer that only drips', async () => {
    const answer = await aborting((abort) => (_, response) => {
      let drops = 0;
      const drip = setInterval(() => {
        response.write(' ');
        drops += 1;
        if (drops === 5) abort();
      }, 5);
      response.on('close', () => clearInterval(drip));
    });
    expect(answer).toEqual(late);
  });

  test('that has passed lets nothing leave', async () => {
    const { url, received } = await answering({});
    expect(await call({ method: 'GET', url }, AbortSignal.abort())).toEqual({ ...late, sent: false });
    expect(received).toEqual([]);
  });

  test('ends a look-up of a name', async () => {
    const controller = new AbortController();
    const slow = shopCalls({
      loopback: false,
      lookup: () => {
        controller.abort();
        return new Promise(() => undefined);
      },
    });
    const answer = await slow({ method: 'GET', url: 'https://shop.example' }, controller.signal);
    expect(answer).toEqual({ ...late, sent: false });
  });
});
