import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { instant } from '../../functions/domain/ids.ts';
import { rooms, servedPaths } from '../../functions/routes.ts';
import { version } from '../../functions/version.ts';
import { localKey } from '../../local/gate.ts';
import { type House, openHouse, type Shop } from '../support/house.ts';

let house: House;
let shop: Shop;
beforeAll(async () => {
  house = await openHouse();
  shop = await house.open();
});
afterAll(() => house.stop());

/** Whether any route takes the method on a path; `search` may be a member's id too. */
const takes = (method: string, to: string): boolean =>
  servedPaths.some(
    ({ route, path }) =>
      route.method === method && new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(to),
  );

const fill = (path: string): string => path.replace(/\{[^}]+\}/g, 'x1');

describe('health', () => {
  test('needs no key and says version and time', async () => {
    house.clock.set(instant.parse(Date.UTC(2026, 11, 1, 9)));
    const response = await fetch(`${house.server.url}/v1/health`);
    house.clock.set(instant.parse(Date.now()));
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/json; charset=utf-8',
    ]);
    expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{8,}$/);
    expect(await response.json()).toEqual({
      ok: true,
      result: 'ok',
      version,
      time: expect.stringMatching(/^2026-12-01T09:00:0\d\.\d{3}Z$/),
    });
  });

  test('does not mind a key that is none', async () => {
    expect((await shop.request('GET', '/v1/health', undefined, { 'x-api-key': 'nonsense' })).status).toBe(
      200,
    );
  });
});

describe('an address that does not exist', () => {
  test.each([
    '/',
    '/v1',
    '/v1/',
    '/v2/balance',
    '/v1/Balance',
    '/v1/balance/',
    '/v1//balance',
    '/v1/balance/blocks',
    '/v1/store/orders/block',
    '/v1/store/orders/1',
    '/v1/admin/members/1/entries/2',
    '/v1/hooks/demo',
    '/favicon.ico',
  ])('is 404 for every method: %s', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const { status, json, headers } = await shop.request(method, path, method === 'POST' ? {} : undefined);
      expect([status, json.ok, json.result, typeof json.message]).toEqual([
        404,
        false,
        'no_such_route',
        'string',
      ]);
      expect(headers.get('x-request-id')).toMatch(/^[\w-]{8,}$/);
    }
  });
});

describe('a method that a route does not take', () => {
  test.each(servedPaths.map(({ route, path }) => [route.method, path]))(
    'is 405 and says which it takes: %s %s',
    async (method, path) => {
      const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter(
        (one) => !takes(one, fill(path)),
      );
      expect(others.length).toBeGreaterThan(3);
      for (const other of others) {
        const { status, json, headers } = await shop.request(other, fill(path));
        expect([other, status, json.result]).toEqual([other, 405, 'method_not_allowed']);
        expect(headers.get('allow')?.split(', ')).toContain(method);
      }
    },
  );
});

describe('errors come in the order of the contract', () => {
  const big = (bytes: number): string => JSON.stringify({ pad: 'x'.repeat(bytes - 10) });
  const chat = { path: '/v1/balance', limit: rooms.chat.bodyLimit, key: 'chat' };
  const store = { path: '/v1/store/coupons/check', limit: rooms.shop.bodyLimit, key: 'store' };
  const admin = { path: '/v1/admin/members/search', limit: rooms.admin.bodyLimit, key: 'admin' };

  test.each([chat, store, admin])('and $path takes exactly $limit bytes', async ({ path, limit }) => {
    expect(Buffer.byteLength(big(limit))).toBe(limit);
    const fits = await shop.request('POST', path, big(limit));
    expect(fits.json.result).toBe('bad_request');
    const { status, json } = await shop.request('POST', path, big(limit + 1));
    expect([status, json.result]).toEqual([413, 'too_large']);
  });

  test.each([chat, store, admin])('route, size, key, role, body: $path', async ({ path, limit, key }) => {
    const wrongKey = { 'x-api-key': 'nonsense' };
    const otherRole = { 'x-api-key': localKey(key === 'chat' ? 'store' : 'chat', shop.id) };
    const told = async (
      method: string,
      to: string,
      body: string | undefined,
      headers: Record<string, string>,
    ) => {
      const { status, json } = await shop.request(method, to, body, headers);
      return `${status} ${json.result}`;
    };
    expect(await told('POST', `${path}/no`, big(limit + 1), wrongKey)).toBe('404 no_such_route');
    expect(await told('PUT', path, big(limit + 1), wrongKey)).toBe('405 method_not_allowed');
    expect(await told('POST', path, big(limit + 1), wrongKey)).toBe('413 too_large');
    expect(await told('POST', path, 'no json', wrongKey)).toBe('401 unauthorized');
    expect(await told('POST', path, 'no json', otherRole)).toBe('403 forbidden');
    expect(await told('POST', path, 'no json', {})).toBe('400 bad_request');
    expect(await told('POST', path, '[]', {})).toBe('400 bad_request');
    expect(await told('POST', path, '', {})).toBe('400 bad_request');
  });

  test('and a body of wrong UTF-8 or JSON is named as the body', async () => {
    for (const body of ['{', 'null', '"text"', '{"code":"\ud800"']) {
      const { status, json } = await shop.request('POST', store.path, body);
      expect([status, json.errors[0].path]).toEqual([400, '']);
    }
  });
});
