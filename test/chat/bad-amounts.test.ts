import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openScene, type Scene } from '../support/bad-requests.ts';
import { jsonOf } from '../support/bad-values.ts';
import { anOrder } from '../support/every-route.ts';
import { contentOf } from '../support/table-watch.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.house.stop());

describe('money', () => {
  const orderOf = (money: object) =>
    jsonOf({ store: 'shop', orders: [anOrder, { ...anOrder, order_number: '1002', ...money }] });
  const push = (money: object) => scene.shop.request('POST', '/v1/store/orders', orderOf(money));
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
    const before = await contentOf(scene.house.table);
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
    expect(await contentOf(scene.house.table)).toBe(before);
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
    await scene.shop.chat('enroll', carl);
    const told = { order_number: '1003', email: carl.email, currency: 'EUR' };
    expect((await push(told)).json).toMatchObject({ ok: true, result: 'stored' });
    const reply = await scene.shop.chat('claim-order', { ...carl, order_number: '1003' });
    expect(reply).toMatchObject({
      ok: false,
      result: 'wrong_currency',
      order_currency: 'EUR',
      points_change: 0,
    });
  });
});

test('a code for a pool has at most 64 characters, blanks and hyphens included', async () => {
  const store = (code: unknown) =>
    scene.shop.admin('POST', 'rewards/pool/codes', { codes: ['FINE-1', code] });
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
