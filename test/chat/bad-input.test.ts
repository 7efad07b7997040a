import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { answerProblems } from '../support/answer-rules.ts';
import {
  badValue,
  jsonOf,
  markersIn,
  pathsIn,
  RawJson,
  withValue,
  wrongValues,
} from '../support/bad-values.ts';
import {
  anew,
  anOrder,
  furnish,
  shapesOf,
  stranger,
  type Target,
  takesBody,
  targets,
  withPool,
} from '../support/every-route.ts';
import { type Answered, type House, openHouse, type Shop } from '../support/house.ts';
import { contentOf, type Watch, watch } from '../support/table-watch.ts';

let house: House;
let heard: Watch;
let shop: Shop;
beforeAll(async () => {
  house = await openHouse();
  heard = watch(house.table);
  shop = await house.open(withPool);
  await furnish(shop);
});
afterAll(() => house.stop());

const posted = targets.filter(takesBody);
const named = posted.map((target): [string, Target] => [target.path, target]);
const send = ({ route, path }: Target, body: string): Promise<Answered> =>
  shop.request(route.method, path, body);

/** Nothing may be wrong with the answer, and no log may hold what was typed. */
const check = (target: Target, sent: string, typed: readonly string[], answered: Answered): void => {
  const shown = sent.slice(0, 300);
  expect([target.path, shown, answerProblems(target, answered, shop)]).toEqual([target.path, shown, []]);
  const repeated = answered.status === 200 ? [] : typed.filter((text) => answered.text.includes(text));
  expect([target.path, shown, repeated]).toEqual([target.path, shown, []]);
  expect(house.logged.faults.splice(0)).toEqual([]);
  const line = JSON.stringify(house.logged.requests.at(-1));
  expect(typed.filter((text) => line.includes(JSON.stringify(text).slice(1, -1)))).toEqual([]);
};

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

  test.each(named)('is refused on %s, and nothing is looked up or written', async (_, target) => {
    for (const body of bodies) {
      let answered: Answered | undefined;
      const calls = await heard.during(async () => {
        answered = await send(target, body);
      });
      expect(answered?.json).toMatchObject({ ok: false, result: 'bad_request', errors: [{ path: '' }] });
      if (answered !== undefined) check(target, body, [], answered);
      expect(calls.filter((call) => !call.startsWith('BatchGet'))).toEqual([]);
    }
  });

  test.each(named)('in another encoding than UTF-8 is refused on %s', async (_, { path }) => {
    for (const bytes of [
      [0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d],
      [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00],
      [0xc0, 0xaf],
    ]) {
      const role = path.startsWith('/v1/store') ? 'store' : path.startsWith('/v1/admin') ? 'admin' : 'chat';
      const response = await fetch(house.server.url + path, {
        method: 'POST',
        headers: { 'x-api-key': `local-${role}-${shop.id}` },
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
  // Blocks read their requests as their twins do; they are spoiled at random below.
  test.each(named.filter(([, { asBlock }]) => !asBlock))(
    'anywhere in a request to %s is answered in JSON, and what is refused writes nothing',
    async (_, target) => {
      const writing = (calls: readonly string[]) => calls.filter((call) => !/^(BatchGet|Query)/.test(call));
      for (const path of pathsIn(target.body))
        for (const value of [undefined, ...wrongValues]) {
          const body = anew(jsonOf(withValue(target.body, path, value)));
          let answered: Answered | undefined;
          const calls = await heard.during(async () => {
            answered = await send(target, body);
          });
          if (answered === undefined) throw new Error('no answer');
          check(target, body, markersIn(value), answered);
          if (answered.status !== 200)
            expect([body.slice(0, 200), writing(calls)]).toEqual([body.slice(0, 200), []]);
        }
    },
  );
});

describe('whatever is sent', () => {
  /** Some values replaced, a key of JavaScript's own added, in any shape, by a member or a stranger. */
  const spoiled = (target: Target) =>
    fc
      .record({
        shape: fc.constantFrom(...shapesOf(target)),
        edits: fc.array(fc.record({ at: fc.nat(), value: badValue }), { minLength: 1, maxLength: 3 }),
        poison: fc.constantFrom('', '__proto__', 'constructor', 'prototype', 'toString', 'then'),
        known: fc.boolean(),
      })
      .map(({ shape, edits, poison, known }) => {
        let body: unknown = known ? shape : JSON.parse(JSON.stringify(shape).replaceAll('ana-1', stranger));
        for (const { at, value } of edits) {
          const paths = pathsIn(body);
          const path = paths[at % Math.max(1, paths.length)];
          if (path !== undefined) body = withValue(body, path, value);
        }
        const text = anew(jsonOf(body));
        const poisoned =
          poison === '' ? text : text.replace(/^\{/, `{${JSON.stringify(poison)}:{"reward":"tea-towel"},`);
        return { text: poisoned.replace(/,\}$/, '}'), typed: edits.flatMap(({ value }) => markersIn(value)) };
      });

  test.each(named)(
    'to %s never breaks it, and what is refused leaves the table as it was',
    async (_, target) => {
      let before = await contentOf(house.table);
      await fc.assert(
        fc.asyncProperty(spoiled(target), async ({ text, typed }) => {
          const answered = await send(target, text);
          check(target, text, typed, answered);
          const after = await contentOf(house.table);
          if (answered.status !== 200) expect(after).toBe(before);
          before = after;
        }),
        { numRuns: 40 },
      );
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );

  test('the books are right at the end', async () => {
    expect(await house.audit()).toMatchObject({ ok: true, violations: [] });
  });
});

describe('money', () => {
  const orderOf = (money: object) =>
    jsonOf({ store: 'shop', orders: [anOrder, { ...anOrder, order_number: '1002', ...money }] });
  const push = (money: object) => shop.request('POST', '/v1/store/orders', orderOf(money));
  const wrong = [
    '-1',
    '-0.01',
    '1.005',
    '1e3',
    '1,00',
    '1.',
    '.5',
    '',
    ' 1',
    '1 ',
    '+1',
    '0x10',
    '٣',
    '１',
    '$5',
    '10000000000.01',
    '99999999999999',
    'NaN',
    'Infinity',
    60,
    -1,
    0.1,
    null,
    true,
  ];

  test.each(wrong)('of %j is refused with its path, and none of the orders is stored', async (value) => {
    const before = await contentOf(house.table);
    for (const [name, path] of [
      ['total', 'orders[1].total'],
      ['refunded', 'orders[1].refunded'],
    ] as const) {
      const { status, json } = await push({ [name]: value });
      expect([name, value, status, json.errors.map((error: { path: string }) => error.path)]).toEqual([
        name,
        value,
        400,
        [path],
      ]);
    }
    expect(await contentOf(house.table)).toBe(before);
  });

  test.each([
    ['JPY', '1.5'],
    ['KWD', '1.2345'],
    ['XXL', '1'],
    ['usd', '1'],
    ['', '1'],
    [null, '1'],
  ])('in the currency %j is refused as %j', async (currency, total) => {
    const { status, json } = await push({ currency, total, refunded: undefined, items: undefined });
    expect([status, json.errors.length]).toEqual([400, 1]);
  });

  test('in another currency than the program’s is stored, and claiming it says so', async () => {
    const carl = { contact_id: 'carl', email: 'carl@example.com' };
    await shop.chat('enroll', carl);
    const told = { order_number: '1003', email: carl.email, currency: 'EUR' };
    expect((await push(told)).json).toMatchObject({ ok: true, result: 'stored' });
    const reply = await shop.chat('claim-order', { ...carl, order_number: '1003' });
    expect(reply).toMatchObject({
      ok: false,
      result: 'wrong_currency',
      order_currency: 'EUR',
      points_change: 0,
    });
  });
});

test('a code for a pool has at most 64 characters, blanks and hyphens included', async () => {
  const store = (code: unknown) => shop.admin('POST', 'rewards/pool/codes', { codes: ['FINE-1', code] });
  for (const code of [
    `A${'-'.repeat(63)}B`,
    `A${' '.repeat(500_000)}B`,
    'A'.repeat(65),
    '---',
    '{{code}}',
    'A{{B}}',
    'A\ud800',
  ]) {
    const { status, json } = await store(code);
    expect([status, json.errors[0].path]).toEqual([400, 'codes[1]']);
  }
  expect((await store(` ${'A'.repeat(40)}${'-'.repeat(24)} `)).json).toMatchObject({
    result: 'stored',
    stored: 2,
  });
});

test('the values that spoil a request are what they should be', () => {
  expect(jsonOf({ a: new RawJson('1e400'), b: [undefined, 'x'], c: undefined })).toBe(
    '{"a":1e400,"b":[null,"x"]}',
  );
  for (const value of wrongValues) expect(() => JSON.parse(jsonOf({ value }))).not.toThrow();
});
