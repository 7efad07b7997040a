import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RoomName, rooms, routes } from '../../functions/routes.ts';
import { refusalProblems } from '../support/answer-rules.ts';
import { jsonOf, nested } from '../support/bad-values.ts';
import { furnish, type Target, takesBody, targets, withPool } from '../support/every-route.ts';
import { type Answered, type House, openHouse, type Shop } from '../support/house.ts';
import { contentOf } from '../support/table-watch.ts';

let house: House;
let shop: Shop;
beforeAll(async () => {
  house = await openHouse();
  shop = await house.open(withPool);
  await furnish(shop);
});
afterAll(() => house.stop());

const named = targets.map((target): [string, string, Target] => [target.route.method, target.path, target]);
const posted = named.filter(([, , target]) => takesBody(target));
const roles = ['chat', 'store', 'admin'] as const;
const keyOf = (role: string) => `local-${role}-${shop.id}`;
const limitOf = (room: RoomName) => rooms[room].bodyLimit;
const tooLong = ({ route }: Target) => ' '.repeat(limitOf(route.room) + 1);

const ask = async (
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string | Uint8Array<ArrayBuffer>,
): Promise<Answered> => {
  const response = await fetch(house.server.url + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return {
    status: response.status,
    json: text === '' ? {} : JSON.parse(text),
    headers: response.headers,
    text,
  };
};
const expectRefusal = (answered: Answered, status: number, result: string): void => {
  expect([answered.status, answered.json.result, refusalProblems(answered)]).toEqual([status, result, []]);
};

describe('a request with everything wrong', () => {
  test.each(named)(
    '%s %s is told of the method before the size, the key and the body',
    async (method, path, target) => {
      const other = method === 'GET' ? 'PUT' : 'DELETE';
      const answered = await ask(other, path, { 'x-api-key': 'wrong' }, tooLong(target));
      expectRefusal(answered, 405, 'method_not_allowed');
      expect(answered.headers.get('allow')?.split(', ')).toContain(method);
    },
  );

  test.each(posted)('%s %s is told of the size before the key and the body', async (method, path, target) => {
    for (const headers of [{}, { 'x-api-key': 'wrong' }, { 'x-api-key': keyOf('chat') }] as Record<
      string,
      string
    >[])
      expectRefusal(await ask(method, path, headers, tooLong(target)), 413, 'too_large');
  });

  test.each(named.filter(([, , { role }]) => role !== 'none'))(
    '%s %s is told of the key before its role and the body',
    async (method, path) => {
      const body = method === 'GET' ? undefined : 'no json';
      const wrong = [
        '',
        'wrong',
        'lk_demo_chat_x',
        `local-chat-no-such-program`,
        `local-owner-${shop.id}`,
        'x'.repeat(5000),
        `${keyOf('chat')} `.repeat(2),
        '{{key}}',
      ];
      for (const key of wrong) {
        const answered = await ask(method, path, key === '' ? {} : { 'x-api-key': key }, body);
        expectRefusal(answered, 401, 'unauthorized');
        if (key !== '') expect(answered.text).not.toContain(key);
      }
      expectRefusal(await ask(method, path, { authorization: 'Bearer wrong' }, body), 401, 'unauthorized');
      expectRefusal(
        await ask(method, path, { authorization: `Basic ${keyOf('chat')}` }, body),
        401,
        'unauthorized',
      );
    },
  );

  test.each(named.filter(([, , { role }]) => role !== 'none'))(
    '%s %s is told of the role before the body',
    async (method, path, { role }) => {
      for (const other of roles.filter((name) => name !== role)) {
        const body = method === 'GET' ? undefined : 'no json';
        expectRefusal(await ask(method, path, { 'x-api-key': keyOf(other) }, body), 403, 'forbidden');
        expectRefusal(
          await ask(method, path, { authorization: `Bearer ${keyOf(other)}` }, body),
          403,
          'forbidden',
        );
      }
    },
  );

  test.each(posted)('%s %s is told of the body last', async (method, path, { role }) => {
    expectRefusal(await ask(method, path, { 'x-api-key': keyOf(role) }, 'no json'), 400, 'bad_request');
    expectRefusal(
      await ask(method, path, { authorization: `bearer ${keyOf(role)}` }, '[]'),
      400,
      'bad_request',
    );
  });

  const nowhere = [
    '/',
    '/v1',
    '/v1/',
    '/v1/balance/',
    '/v1/Balance',
    '/v1/balance/blocks',
    '/v1/block',
    '/v1/store',
    '/v1/admin/members',
    '/v1/admin/members//entries',
    '/v2/balance',
    '/favicon.ico',
    '/v1/balance%2Fblock/x',
    '/__proto__',
    '/constructor',
  ];
  test.each(nowhere)('to %s is told that there is no such route, before all else', async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'])
      expectRefusal(
        await ask(
          method,
          path,
          { 'x-api-key': 'wrong' },
          method === 'GET' ? undefined : ' '.repeat(2_000_000),
        ),
        404,
        'no_such_route',
      );
  });

  test('writes nothing at any stage', async () => {
    const before = await contentOf(house.table);
    for (const [method, path, target] of posted) {
      await ask(method, path, { 'x-api-key': keyOf(target.role) }, tooLong(target));
      await ask(method, path, { 'x-api-key': 'wrong' }, jsonOf(target.body));
      for (const other of roles.filter((name) => name !== target.role))
        await ask(method, path, { 'x-api-key': keyOf(other) }, jsonOf(target.body));
      await ask('PUT', path, { 'x-api-key': keyOf(target.role) }, jsonOf(target.body));
    }
    expect(await contentOf(house.table)).toBe(before);
    expect(house.logged.faults).toEqual([]);
  });
});

describe('the size of a body', () => {
  const padded = (target: Target, length: number): string => {
    const text = jsonOf(target.body);
    return text + ' '.repeat(length - text.length);
  };
  const harmless = posted.filter(
    ([, , { route }]) => !['leave', 'close-task', 'cancel-coupon', 'change-email'].includes(route.verb),
  );

  test.each(harmless)(
    '%s %s is taken up to the limit to the byte, and not a byte more',
    async (method, path, target) => {
      const limit = limitOf(target.route.room);
      const headers = { 'x-api-key': keyOf(target.role) };
      const fits = await ask(method, path, headers, padded(target, limit));
      expect([path, [200, 404, 409].includes(fits.status), fits.json.result]).toEqual([
        path,
        true,
        expect.not.stringMatching(/try_again|bad_request/),
      ]);
      expectRefusal(await ask(method, path, headers, padded(target, limit + 1)), 413, 'too_large');
    },
  );

  test.each(roles)('is counted in bytes, not in characters, for the role %s', async (role) => {
    const target = targets.find((one) => one.role === role && takesBody(one));
    if (target === undefined) throw new Error('no such route');
    const limit = limitOf(target.route.room);
    const inner = (count: number) => `{"x":"${'한'.repeat(count)}"}`;
    const headers = { 'x-api-key': keyOf(role) };
    const most = Math.floor((limit - 8) / 3);
    expect((await ask('POST', target.path, headers, inner(most))).status).toBe(400);
    expectRefusal(await ask('POST', target.path, headers, inner(most + 1)), 413, 'too_large');
    const bytes = new Uint8Array(limit + 1).fill(0xff);
    expectRefusal(await ask('POST', target.path, headers, bytes), 413, 'too_large');
    expectRefusal(await ask('POST', target.path, headers, bytes.slice(1)), 400, 'bad_request');
  });

  test.each(posted)('%s %s may be deeply nested as far as it goes', async (method, path, target) => {
    const limit = limitOf(target.route.room);
    const headers = { 'x-api-key': keyOf(target.role) };
    const text = (value: unknown) => jsonOf({ ...target.body, ...(value as object) });
    const brackets = nested(Math.floor((limit - 2000) / 2));
    const braces = nested(Math.floor((limit - 2000) / 6), '{"a":', '}');
    for (const deep of [brackets, braces])
      for (const key of ['nobody_reads_this', ...Object.keys(target.body)]) {
        const answered = await ask(method, path, headers, text({ [key]: deep }));
        expect([key, answered.json.result]).toEqual([key, expect.not.stringMatching('try_again')]);
        expect(answered.status).toBeLessThan(500);
      }
    expect(house.logged.faults.splice(0)).toEqual([]);
  });
});

test('every route of the table that takes a key was asked', () => {
  const withKey = routes.filter(({ by }) => by === 'key');
  expect(new Set(targets.map(({ route }) => route)).size).toBe(withKey.length);
});
