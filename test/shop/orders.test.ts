import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Shop } from '../support/house.ts';
import { claim, join, news, order, push } from './shopper.ts';

let house: House;
let shop: Shop;
beforeAll(async () => {
  house = await openHouse();
  shop = await house.open();
  await join(shop);
});
afterAll(() => house.stop());

const numbered = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => order({ order_number: `${prefix}-${index + 1}` }));

describe('a push of orders', () => {
  test('counts new and changed orders as stored and those told before as unchanged', async () => {
    const [first, second, third] = numbered(3, 'COUNT');
    expect((await push(shop, first ?? {}, second ?? {})).json).toEqual({
      ok: true,
      result: 'stored',
      stored: 2,
      unchanged: 0,
    });
    const again = await push(shop, first ?? {}, { ...second, total: '61.00' }, third ?? {});
    expect(again.json).toEqual({ ok: true, result: 'stored', stored: 2, unchanged: 1 });
  });

  test.each([
    ['e-mail', { email: 'ben@example.com' }],
    ['day', { placed_at: '2026-01-01T00:00:00Z' }],
    ['status', { status: 'fulfilled' }],
    ['id', { order_id: 'gid-1' }],
    ['time stamp', { updated_at: '2026-11-20T10:00:00Z' }],
    ['lines', { items: [{ sku: 'a', quantity: 1, total: '55.00' }] }],
    ['test mark', { test: true }],
  ])('counts another %s as a change, once', async (name, change) => {
    const order_number = `CHANGE-${name.replace(/[^a-z]/g, '')}`;
    await news(shop, { order_number });
    expect(await news(shop, { order_number, ...change })).toBe('stored');
    expect(await news(shop, { order_number, ...change })).toBe('unchanged');
  });

  test('takes news of one order in the order in which they stand', async () => {
    const told = (total: string) => order({ order_number: 'TWICE', total });
    const { json } = await push(shop, told('10.00'), told('20.00'), told('30.00'), told('30.00'));
    expect(json).toMatchObject({ stored: 3, unchanged: 1 });
    expect(await claim(shop, 'TWICE')).toMatchObject({ order_total: 30, order_points: 30 });
  });

  test('takes 1 to 100 orders and stores nothing of a longer one', async () => {
    const many = numbered(101, 'MANY');
    for (const orders of [[], many]) {
      const { status, json } = await push(shop, ...orders);
      expect([status, json.result, json.errors[0].path]).toEqual([400, 'bad_request', 'orders']);
    }
    expect((await push(shop, ...many.slice(0, 100))).json).toMatchObject({ stored: 100, unchanged: 0 });
    expect((await push(shop, ...many.slice(0, 1))).json).toMatchObject({ stored: 0, unchanged: 1 });
  });

  test('names a store that the program does not have, or none', async () => {
    for (const store of ['elsewhere', 7, undefined, '{{store}}']) {
      const { status, json } = await shop.request('POST', '/v1/store/orders', { store, orders: [order()] });
      expect([status, json.errors[0].path]).toEqual([400, 'store']);
    }
  });

  test('knows one order by its number, however it is typed', async () => {
    expect(await news(shop, { order_number: ' #no-77 ' })).toBe('stored');
    expect(await news(shop, { order_number: 'NO-77' })).toBe('unchanged');
    expect(await news(shop, { order_number: 77 })).toBe('stored');
    expect(await news(shop, { order_number: '77' })).toBe('unchanged');
  });

  test('takes an id as text or whole number, and one that was never filled in as none', async () => {
    const order_number = 'IDS';
    expect(await news(shop, { order_number, order_id: '{{order.id}}' })).toBe('stored');
    expect(await news(shop, { order_number })).toBe('unchanged');
    expect(await news(shop, { order_number, order_id: 4711 })).toBe('stored');
    expect(await news(shop, { order_number, order_id: '4711' })).toBe('unchanged');
  });

  test('passes over keys that it does not know', async () => {
    const { json } = await push(shop, order({ order_number: 'MORE', customer: { vip: true }, note: 'x' }));
    expect(json).toMatchObject({ stored: 1 });
  });
});

const wrong: [string, Record<string, unknown>, string][] = [
  ['no number', { order_number: undefined }, 'order_number'],
  ['a number that is only a mark', { order_number: '#' }, 'order_number'],
  ['a number that is too long', { order_number: 'X'.repeat(33) }, 'order_number'],
  ['a number of other letters', { order_number: 'ÄÖÜ' }, 'order_number'],
  ['an empty id', { order_id: '' }, 'order_id'],
  ['an id that is too long', { order_id: 'i'.repeat(201) }, 'order_id'],
  ['an id that is no text in UTF-8', { order_id: '\ud800' }, 'order_id'],
  ['no e-mail', { email: undefined }, 'email'],
  ['what is no e-mail', { email: 'not-an-address' }, 'email'],
  ['a negative total', { total: '-60.00' }, 'total'],
  ['a total in words', { total: 'sixty' }, 'total'],
  ['a total as a number', { total: 6112 }, 'total'],
  ['a total with an exponent', { total: '6e123' }, 'total'],
  ['a total with too many decimals', { total: '60.001' }, 'total'],
  ['a total without digits after the point', { total: '6112.' }, 'total'],
  ['a total with a comma', { total: '1,000.00' }, 'total'],
  ['a total above the limit', { total: '10000000000.01' }, 'total'],
  ['an unknown currency', { currency: 'ZZZ' }, 'currency'],
  ['an unknown status', { status: 'shipped' }, 'status'],
  ['no time', { placed_at: undefined }, 'placed_at'],
  ['a day for a time', { placed_at: '2026-10-09' }, 'placed_at'],
  ['a day that does not exist', { placed_at: '2026-02-30T10:00:00Z' }, 'placed_at'],
  ['a negative refund', { refunded: '-1.00' }, 'refunded'],
  ['a refund in words', { refunded: 'nothing' }, 'refunded'],
  ['a time stamp in words', { updated_at: 'yesterday' }, 'updated_at'],
  ['lines that are no list', { items: 'tea towel' }, 'items'],
  ['a line with a wrong total', { items: [{ sku: 'a', quantity: 1, total: '1.234' }] }, 'items[0].total'],
  ['a line with half a piece', { items: [{ sku: 'a', quantity: 0.5, total: '1.00' }] }, 'items[0].quantity'],
  ['a test mark in words', { test: 'maybe' }, 'test'],
];

describe('an order that is wrong', () => {
  test.each(wrong)('is named by its index and path, and none is stored: %s', async (name, change, path) => {
    const first = order({ order_number: `W-${wrong.findIndex(([one]) => one === name)}` });
    const { status, json, text } = await push(shop, first, order({ order_number: 'W-2', ...change }));
    expect([status, json.ok, json.result]).toEqual([400, false, 'bad_request']);
    expect(json.errors).toEqual([
      { path: `orders[1].${path}`, message: expect.stringMatching(/^expected /) },
    ]);
    const [typed] = Object.values(change);
    if (typeof typed === 'string' && typed.length > 3) expect(text).not.toContain(typed);
    expect((await push(shop, first)).json).toMatchObject({ stored: 1, unchanged: 0 });
  });

  test('is named beside every other wrong one', async () => {
    const { json } = await push(shop, order({ total: 'x' }), order(), order({ total: '1', refunded: 'y' }));
    expect(json.errors.map(({ path }: { path: string }) => path)).toEqual([
      'orders[0].total',
      'orders[2].refunded',
    ]);
  });

  test('that is no order at all is named by its index', async () => {
    for (const one of [null, 'order', 7]) {
      const { json } = await shop.request('POST', '/v1/store/orders', { store: 'shop', orders: [one] });
      expect(json.errors[0].path).toBe('orders[0]');
    }
  });
});

describe('an order that cannot be claimed', () => {
  test('because it is in another currency is stored, and the claim says so', async () => {
    await news(shop, { order_number: 'EURO', currency: 'EUR' });
    expect(await claim(shop, 'EURO')).toMatchObject({
      ok: false,
      result: 'wrong_currency',
      order_currency: 'EUR',
    });
  });

  test('because it is a test is stored, and looks like none', async () => {
    expect(await news(shop, { order_number: 'TEST', test: true })).toBe('stored');
    expect(await claim(shop, 'TEST')).toMatchObject({ ok: false, result: 'not_found', order_number: 'none' });
  });
});
