import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { onlySeen, seen, send, start, stopAll } from './served-rooms.ts';

afterEach(stopAll);

describe('an event', () => {
  test('has what API Gateway puts into payload 2.0', async () => {
    const server = await start();
    const before = Date.now();
    const headers = {
      'X-Api-Key': 'k',
      'X-Twice': ['a', 'b'],
      Cookie: 'c=1',
      'User-Agent': 'test',
      Host: 'localhost',
    };
    await send(server, '/v1/claim-order?a=1&b=x%20y&a=2+3', { method: 'POST', headers, body: '{"x":"é"}' });
    const { room, event, context } = onlySeen();
    expect(room).toBe('chat');
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'POST /v1/claim-order',
      rawPath: '/v1/claim-order',
      rawQueryString: 'a=1&b=x%20y&a=2+3',
      headers: expect.objectContaining({ 'x-api-key': 'k', 'x-twice': 'a,b', host: 'localhost' }),
      queryStringParameters: { a: '1,2 3', b: 'x y' },
      requestContext: {
        accountId: 'local',
        apiId: 'local',
        domainName: 'loyalty.local',
        domainPrefix: 'loyalty',
        http: {
          method: 'POST',
          path: '/v1/claim-order',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        routeKey: 'POST /v1/claim-order',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"x":"é"}',
      isBase64Encoded: false,
    });
    expect(event.headers).not.toHaveProperty('cookie');
    expect(event.requestContext.timeEpoch).toBeGreaterThanOrEqual(before);
    expect(event.requestContext.timeEpoch).toBeLessThanOrEqual(Date.now());
    expect(context.awsRequestId).toBe(event.requestContext.requestId);
    expect(context.getRemainingTimeInMillis()).toBeLessThanOrEqual(10_000);
  });

  test('is stamped when the request arrived, not when its body was complete', async () => {
    const server = await start();
    const socket = connect(server.port, '127.0.0.1');
    socket.write('POST /v1/balance HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{');
    await sleep(150);
    const completed = Date.now();
    socket.write('}');
    await once(socket, 'data');
    socket.destroy();
    expect(completed - onlySeen().event.requestContext.timeEpoch).toBeGreaterThanOrEqual(100);
  });

  test.each([
    ['POST', '/v1/enroll/block', 'chat', 'POST /v1/enroll/block', undefined],
    ['POST', '/v1/store/coupons/use', 'shop', 'POST /v1/store/coupons/use', undefined],
    ['POST', '/v1/admin/members/search', 'admin', 'POST /v1/admin/members/search', undefined],
    ['GET', '/v1/admin/members/a%2Fb%20c', 'admin', 'GET /v1/admin/members/{id}', { id: 'a/b c' }],
    ['GET', '/v1/admin/members/007/entries', 'admin', 'GET /v1/admin/members/{id}/entries', { id: '007' }],
    [
      'POST',
      '/v1/admin/coupons/X-1/cancel',
      'admin',
      'POST /v1/admin/coupons/{code}/cancel',
      { code: 'X-1' },
    ],
    ['GET', '/v1/health', 'front', 'GET /v1/health', undefined],
    ['GET', '/v1/enroll', 'front', '$default', undefined],
    ['HEAD', '/v1/health', 'front', '$default', undefined],
    ['OPTIONS', '/v1/enroll', 'front', '$default', undefined],
    ['OPTIONS', '*', 'front', '$default', undefined],
    ['GET', '/v1/admin/members/', 'front', '$default', undefined],
    ['POST', '/v1/balance/', 'front', '$default', undefined],
    ['POST', '/v1/../v1/balance', 'front', '$default', undefined],
    ['GET', '/', 'front', '$default', undefined],
  ])('of %s %s goes to %s as %s', async (method, path, room, routeKey, pathParameters) => {
    const server = await start();
    await send(server, path, { method });
    const { event, ...rest } = onlySeen();
    expect(rest.room).toBe(room);
    expect([event.routeKey, event.requestContext.routeKey]).toEqual([routeKey, routeKey]);
    expect(event.pathParameters).toEqual(pathParameters);
    expect(event.body).toBeUndefined();
  });

  test('carries bytes that are no text as base64, and every byte of text', async () => {
    const server = await start();
    await send(server, '/v1/store/orders', { method: 'POST', body: Buffer.from([0xff, 0x00]) });
    await send(server, '/v1/store/orders', { method: 'POST', body: '\uFEFF{"a": 1}\r\n' });
    expect(seen.map(({ event }) => [event.body, event.isBase64Encoded])).toEqual([
      ['/wA=', true],
      ['\uFEFF{"a": 1}\r\n', false],
    ]);
  });

  test('holds names such as __proto__ as plain data', async () => {
    const server = await start();
    await send(server, '/v1/health?__proto__=x', { headers: { __proto__x: 'y' } });
    expect(Object.entries(onlySeen().event.queryStringParameters ?? {})).toEqual([['__proto__', 'x']]);
  });
});
