import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openScene, type Scene } from '../support/bad-requests.ts';
import { jsonOf, markersIn, pathsIn, RawJson, withValue, wrongValues } from '../support/bad-values.ts';
import { anew, type Target, takesBody, targets } from '../support/every-route.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.house.stop());

const named = targets.filter(takesBody).map((target): [string, Target] => [target.path, target]);

describe('a body that is no JSON object', () => {
  const bodies = [
    '',
    ' ',
    '{',
    '{"contact_id":"1",}',
    "{'contact_id':'1'}",
    'contact_id=1',
    'null',
    'true',
    '5',
    '1e999',
    '"text"',
    '[]',
    '[{"contact_id":"1"}]',
    '{}{}',
    '{"a":1}x',
    'NaN',
    'undefined',
    '\u0000',
    '<xml/>',
    '[[[['.repeat(5000),
  ];

  test.each(named)('is refused on %s, and nothing is written', async (_, target) => {
    for (const body of bodies) {
      const { status, json } = await scene.ask(target, body);
      expect([status, json.result, json.errors[0].path]).toEqual([400, 'bad_request', '']);
    }
  });

  test.each(named)('in another encoding than UTF-8 is refused on %s', async (_, { path }) => {
    for (const bytes of [
      [0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d],
      [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00],
      [0xc0, 0xaf],
    ]) {
      const role = path.startsWith('/v1/store') ? 'store' : path.startsWith('/v1/admin') ? 'admin' : 'chat';
      const response = await fetch(scene.house.server.url + path, {
        method: 'POST',
        headers: { 'x-api-key': `local-${role}-${scene.shop.id}` },
        body: new Uint8Array(bytes),
      });
      expect([response.status, await response.json()]).toEqual([
        400,
        expect.objectContaining({ result: 'bad_request' }),
      ]);
    }
  });
});

describe('a value of a wrong type or size', () => {
  // Blocks read their requests as their twins do; they are spoiled at random elsewhere.
  test.each(named.filter(([, { asBlock }]) => !asBlock))(
    'anywhere in a request to %s is answered in JSON, and what is refused writes nothing',
    async (_, target) => {
      for (const path of pathsIn(target.body))
        for (const value of [undefined, ...wrongValues])
          await scene.ask(target, anew(jsonOf(withValue(target.body, path, value))), markersIn(value));
    },
  );

  test('leaves the books right', async () => {
    expect(await scene.house.audit()).toMatchObject({ ok: true, violations: [] });
  });
});

test('the values that spoil a request are what they should be', () => {
  expect(jsonOf({ a: new RawJson('1e400'), b: [undefined, 'x'], c: undefined })).toBe(
    '{"a":1e400,"b":[null,"x"]}',
  );
  for (const value of wrongValues) expect(() => JSON.parse(jsonOf({ value }))).not.toThrow();
});
