import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';
import { contentOf, type Watch, watch } from '../support/table-watch.ts';

let house: House;
let heard: Watch;
beforeAll(async () => {
  house = await openHouse();
  heard = watch(house.table);
});
afterAll(() => house.stop());

const ana = { contact_id: '100' };
const email = 'ana@example.com';
const shopWithAna = async (change?: (file: Reply) => void): Promise<Shop> => {
  const shop = await house.open(change);
  await shop.chat('enroll', { ...ana, email });
  return shop;
};
const verify = (shop: Shop, order_number: unknown, more: object = {}): Promise<Reply> =>
  shop.chat('verify-order', { ...ana, order_number, ...more });
const claim = (shop: Shop, order_number: unknown, more: object = {}): Promise<Reply> =>
  shop.chat('claim-order', { ...ana, order_number, ...more });
const orderKeys = ({ order_number, order_total, order_currency, order_points }: Reply) => [
  order_number,
  order_total,
  order_currency,
  order_points,
];
const nothing = ['none', 0, 'none', 0];
const daysAgo = (days: number) => new Date(house.clock.now() - days * 86_400_000).toISOString();

describe('the order keys', () => {
  const filled: [string, object, unknown[]][] = [
    ['not_paid', { status: 'pending' }, ['X', 60, 'USD', 60]],
    ['cancelled', { status: 'cancelled' }, ['X', 60, 'USD', 0]],
    ['refunded', { status: 'refunded' }, ['X', 60, 'USD', 0]],
    ['refunded', { refunded: '60.00' }, ['X', 60, 'USD', 0]],
    ['too_old', { placed_at: '2020-01-01T00:00:00Z' }, ['X', 60, 'USD', 0]],
    ['wrong_currency', { currency: 'JPY', total: '6000' }, ['X', 6000, 'JPY', 0]],
    ['wrong_currency', { currency: 'KWD', total: '6.125' }, ['X', 6.125, 'KWD', 0]],
  ];
  test.each(filled)(
    'are filled on %s, the same for verify and claim, and nothing moves',
    async (result, told, keys) => {
      const shop = await shopWithAna();
      await shop.push({ order_number: 'X', ...told });
      for (const ask of [verify, claim, verify]) {
        const reply = await ask(shop, 'X');
        expect(reply).toMatchObject({ ok: false, result, replayed: false, points: 50, points_change: 0 });
        expect(orderKeys(reply)).toEqual(keys);
      }
    },
  );

  test('are what the order is worth on valid, and what was credited ever after', async () => {
    const shop = await shopWithAna();
    await shop.push({ order_number: 'X', total: '59.99' });
    const valid = await verify(shop, 'X');
    expect(valid).toMatchObject({ ok: true, result: 'valid', replayed: false, points: 50, points_change: 0 });
    expect(orderKeys(valid)).toEqual(['X', 59.99, 'USD', 59]);
    const credited = await claim(shop, 'X');
    expect(credited).toMatchObject({
      ok: true,
      result: 'credited',
      replayed: false,
      points: 109,
      points_change: 59,
    });
    expect(orderKeys(credited)).toEqual(['X', 59.99, 'USD', 59]);
    await shop.push({ order_number: 'X', total: '59.99', refunded: '20.00' });
    const again = await claim(shop, 'X');
    expect(again).toMatchObject({
      ok: true,
      result: 'already_claimed',
      replayed: true,
      points: 89,
      points_change: 0,
    });
    expect(orderKeys(again)).toEqual(['X', 59.99, 'USD', 59]);
    const seen = await verify(shop, 'X');
    expect(seen).toMatchObject({ ok: true, result: 'already_claimed', replayed: true, points_change: 0 });
    expect(orderKeys(seen)).toEqual(['X', 59.99, 'USD', 59]);
  });

  test('say nothing on any other result', async () => {
    const shop = await shopWithAna((file) => {
      file.claims.attempts_per_hour = 2;
    });
    await shop.push({ order_number: 'BOB', email: 'bob@example.com' });
    await shop.chat('enroll', { contact_id: '200', email: 'bob@example.com' });
    await shop.chat('claim-order', { contact_id: '200', order_number: 'BOB' });
    const stranger = { contact_id: '300' };
    expect(orderKeys(await verify(shop, 'BOB', stranger))).toEqual(nothing);
    expect(orderKeys(await verify(shop, undefined))).toEqual(nothing);
    await shop.push({ order_number: 'BOB', email });
    expect(await verify(shop, 'BOB')).toMatchObject({ result: 'claimed_by_other', order_number: 'none' });
    expect(orderKeys(await claim(shop, 'BOB'))).toEqual(nothing);
    expect(orderKeys(await claim(shop, '404'))).toEqual(nothing);
    expect(orderKeys(await claim(shop, '404'))).toEqual(nothing);
    const refused = await claim(shop, 'BOB');
    expect([refused.result, ...orderKeys(refused)]).toEqual(['too_many_attempts', ...nothing]);
  });
});

describe('not_found', () => {
  test('is the same answer at the same cost for an order that is unknown, another’s, or a test', async () => {
    const shop = await shopWithAna();
    await shop.push({ order_number: 'THEIRS', email: 'bob@example.com' });
    await shop.push({ order_number: 'TEST', test: true });
    await shop.push({ order_number: 'SOLD', email: 'carl@example.com' });
    await shop.chat('enroll', { contact_id: '300', email: 'carl@example.com' });
    await shop.chat('claim-order', { contact_id: '300', order_number: 'SOLD' });
    for (const verb of ['verify-order', 'claim-order']) {
      const seen = [];
      for (const order_number of ['UNKNOWN', 'THEIRS', 'TEST', 'SOLD']) {
        let answered: Reply;
        const calls = await heard.during(async () => {
          const { status, json, headers } = await shop.request('POST', `/v1/${verb}`, {
            ...ana,
            order_number,
          });
          answered = { status, json, keys: [...headers.keys()], length: headers.get('content-length') };
        });
        seen.push({ answered, calls });
      }
      expect(seen[0]?.calls).toHaveLength(2);
      for (const one of seen) expect(one).toEqual(seen[0]);
    }
  });

  test.each(['###', '№', 'a b', 'x'.repeat(33), 'ORDER_1', '1001;DROP TABLE', 'ⓧ\u200b', '주문', '\ud800'])(
    'is the answer to %j, which cannot be an order number',
    async (order_number) => {
      const shop = await shopWithAna();
      const unknown = await verify(shop, '404');
      expect(await verify(shop, order_number)).toEqual(unknown);
      expect(unknown).toMatchObject({ ok: false, result: 'not_found', is_member: true, points: 50 });
    },
  );
});

describe('an order number', () => {
  test.each([
    [
      '1001',
      [
        '1001',
        ' 1001 ',
        '#1001',
        '＃1001',
        '\u200b1001\u200e',
        '№1001',
        '# 1001',
        '##1001',
        '１００１',
        1001,
        '\u00a01001\n',
      ],
    ],
    ['AB-007', ['ab-007', 'AB-007', '#ab-007', 'ａｂ-００７']],
    ['2026/07.X', ['2026/07.x']],
    ['0', ['0', 0]],
  ])('%s is read from every way of writing it', async (number, writings) => {
    for (const typed of writings) {
      const shop = await shopWithAna();
      await shop.push({ order_number: number });
      expect([typed, (await verify(shop, typed)).order_number]).toEqual([typed, number]);
    }
  });

  test('keeps its zeros and hyphens: these are other orders', async () => {
    const shop = await shopWithAna();
    await shop.push({ order_number: '0-10-01' });
    for (const other of ['1001', '01001', '0-1001', '010-01'])
      expect(await verify(shop, other)).toMatchObject({ result: 'not_found' });
  });

  test.each([undefined, null, '', ' ', '{{order_number}}'])(
    '%j is none, and not counted',
    async (order_number) => {
      const shop = await shopWithAna();
      const before = await contentOf(house.table);
      for (const ask of [verify, claim])
        expect(await ask(shop, order_number)).toMatchObject({ ok: false, result: 'order_number_needed' });
      expect(await contentOf(house.table)).toBe(before);
    },
  );
});

describe('a store', () => {
  test('may be named where the program has several; one that it does not have is a 400', async () => {
    const shop = await shopWithAna((file) => {
      file.stores = [
        { id: 'shop', kind: 'pushed' },
        { id: 'outlet', kind: 'pushed' },
      ];
    });
    await shop.push({ order_number: 'X', total: '10.00' });
    await shop.store('orders', { store: 'outlet', orders: [{ ...facts('X'), total: '20.00' }] });
    await shop.store('orders', { store: 'outlet', orders: [facts('Y')] });
    expect(await verify(shop, 'Y', { store: 'shop' })).toMatchObject({ result: 'not_found' });
    expect(await verify(shop, 'Y')).toMatchObject({ result: 'valid' });
    expect(await claim(shop, 'X', { store: 'outlet' })).toMatchObject({
      result: 'credited',
      order_points: 20,
    });
    expect(await claim(shop, 'X')).toMatchObject({ result: 'credited', order_points: 10 });
    expect(await claim(shop, 'X')).toMatchObject({ result: 'already_claimed' });
    const { status, json } = await shop.request('POST', '/v1/claim-order', {
      ...ana,
      order_number: 'X',
      store: 'mall',
    });
    expect([status, json.errors[0].path]).toEqual([400, 'store']);
  });

  const facts = (order_number: string) => ({
    order_number,
    email,
    total: '5.00',
    currency: 'USD',
    status: 'paid',
    placed_at: daysAgo(1),
  });
});

describe('an order', () => {
  test('is too old from the day that the program sets, counted from when it was placed', async () => {
    const shop = await shopWithAna((file) => {
      file.claims.max_age_days = 30;
    });
    await shop.push({ order_number: 'JUST', placed_at: daysAgo(29.99) });
    await shop.push({ order_number: 'LATE', placed_at: daysAgo(30.01) });
    expect(await verify(shop, 'JUST')).toMatchObject({ result: 'valid' });
    expect(await claim(shop, 'LATE')).toMatchObject({ result: 'too_old' });
    expect(await claim(shop, 'JUST')).toMatchObject({ result: 'credited' });
  });

  test('that is worth nothing is credited with 0, once', async () => {
    const shop = await shopWithAna();
    await shop.push({ order_number: 'X', total: '0.99' });
    expect(await claim(shop, 'X')).toMatchObject({
      ok: true,
      result: 'credited',
      order_points: 0,
      points_change: 0,
    });
    expect(await claim(shop, 'X')).toMatchObject({ ok: true, result: 'already_claimed', order_points: 0 });
  });

  test('earns once, for one of a hundred claims at the same time', async () => {
    const shop = await shopWithAna();
    await shop.push({ order_number: 'X' });
    const all = await Promise.all(Array.from({ length: 100 }, () => claim(shop, 'X')));
    expect(all.filter(({ result }) => result === 'credited')).toHaveLength(1);
    expect(all.filter(({ result }) => result === 'already_claimed')).toHaveLength(99);
    expect(await shop.chat('balance', ana)).toMatchObject({ points: 110 });
  });

  test('that is verified writes nothing', async () => {
    const shop = await shopWithAna();
    await shop.push({ order_number: 'X' });
    const before = await contentOf(house.table);
    expect(await verify(shop, 'X')).toMatchObject({ result: 'valid', order_points: 60 });
    expect(await contentOf(house.table)).toBe(before);
  });
});
