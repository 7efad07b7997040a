import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Reply } from '../support/house.ts';
import { claim, join, news, order, plain, points, push } from './shopper.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

/** A program in another currency that earns `points` for each `unit`. */
const inCurrency = (currency: string, unit: string, each = 1) =>
  plain((file: Reply) => {
    file.currency = currency;
    file.earn = { per: 'amount', points: each, unit, basis: 'total' };
    file.rewards = [];
  });

const wrongTotal = async (shop: Awaited<ReturnType<House['open']>>, total: string, currency: string) => {
  const { status, json } = await push(shop, order({ total, currency, order_number: 'WRONG' }));
  return [status, json.errors?.[0].path];
};

describe('money', () => {
  test('is the same with no, one or two decimals', async () => {
    const shop = await house.open(plain());
    expect(await news(shop, { total: '60' })).toBe('stored');
    expect(await news(shop, { total: '60.0' })).toBe('unchanged');
    expect(await news(shop, { total: '60.00' })).toBe('unchanged');
    expect(await news(shop, { total: '060.00' })).toBe('unchanged');
  });

  test('earns to the cent, taken down to the whole point', async () => {
    const shop = await house.open(inCurrency('USD', '7.00', 3));
    await join(shop);
    for (const [total, worth] of [
      ['0.00', 0],
      ['2.33', 0],
      ['2.34', 1],
      ['6.99', 2],
      ['7.00', 3],
      ['100.00', 42],
    ] as const) {
      await news(shop, { order_number: `T${total}`, total });
      expect(await claim(shop, `T${total}`)).toMatchObject({ result: 'credited', order_points: worth });
    }
    expect(await points(shop)).toBe(48);
  });

  test('may reach 10^12 minor units and earns exactly', async () => {
    const shop = await house.open(inCurrency('USD', '0.01', 9000));
    await join(shop);
    await news(shop, { total: '10000000000.00' });
    expect(await claim(shop)).toMatchObject({
      order_total: 10_000_000_000,
      order_points: 9_000_000_000_000_000,
    });
    expect(await wrongTotal(shop, '10000000000.01', 'USD')).toEqual([400, 'orders[0].total']);
    expect(await wrongTotal(shop, '99999999999999999999', 'USD')).toEqual([400, 'orders[0].total']);
    expect(await house.audit()).toMatchObject({ ok: true });
  });

  test.each(['JPY', 'KRW'])('has no decimals in %s', async (currency) => {
    const shop = await house.open(inCurrency(currency, '100'));
    await join(shop);
    for (const total of ['6150.0', '6150.00', '6150.5'])
      expect(await wrongTotal(shop, total, currency)).toEqual([400, 'orders[0].total']);
    await news(shop, { total: '6150', currency });
    expect(await claim(shop)).toMatchObject({
      order_total: 6150,
      order_currency: currency,
      order_points: 61,
    });
    await news(shop, { total: '6150', refunded: '51', currency });
    expect(await points(shop)).toBe(60);
    await news(shop, { order_number: 'MAX', total: '1000000000000', currency });
    expect(await claim(shop, 'MAX')).toMatchObject({ order_total: 1e12, order_points: 1e10 });
  });

  test('has three decimals in KWD', async () => {
    const shop = await house.open(inCurrency('KWD', '0.001'));
    await join(shop);
    expect(await wrongTotal(shop, '1.2345', 'KWD')).toEqual([400, 'orders[0].total']);
    expect(await wrongTotal(shop, '1000000000.001', 'KWD')).toEqual([400, 'orders[0].total']);
    await news(shop, { total: '1.234', currency: 'KWD' });
    expect(await claim(shop)).toMatchObject({ order_total: 1.234, order_points: 1234 });
    await news(shop, { order_number: '2', total: '1.2', currency: 'KWD' });
    expect(await claim(shop, '2')).toMatchObject({ order_total: 1.2, order_points: 1200 });
  });

  test('is read by the order’s own currency, not by the program’s', async () => {
    const shop = await house.open(plain());
    expect((await push(shop, order({ total: '1.234', currency: 'KWD' }))).status).toBe(200);
    expect(await wrongTotal(shop, '1.00', 'JPY')).toEqual([400, 'orders[0].total']);
  });
});

describe('what earns', () => {
  const byItems = plain((file: Reply) => {
    file.earn.basis = 'items';
  });
  const lines = (...totals: string[]) => totals.map((total, sku) => ({ sku: `s${sku}`, quantity: 1, total }));

  test('is the lines without shipping where the program says so, and the total where the shop tells no lines', async () => {
    const shop = await house.open(byItems);
    await join(shop);
    await news(shop, { order_number: 'L', total: '60.00', items: lines('30.00', '20.50') });
    await news(shop, { order_number: 'T', total: '60.00' });
    expect(await claim(shop, 'L')).toMatchObject({ order_total: 60, order_points: 50 });
    expect(await claim(shop, 'T')).toMatchObject({ order_total: 60, order_points: 60 });
  });

  test('falls with refunds and with the lines', async () => {
    const shop = await house.open(byItems);
    await join(shop);
    const items = lines('30.00', '20.00');
    await news(shop, { items });
    await claim(shop);
    await news(shop, { items, refunded: '15.00' });
    expect(await points(shop)).toBe(35);
    await news(shop, { items: lines('30.00', '10.00'), refunded: '15.00' });
    expect(await points(shop)).toBe(25);
    expect(await house.audit()).toMatchObject({ ok: true });
  });

  test('is each order that cost something where points are for purchases; it is lost only when nothing remains', async () => {
    const shop = await house.open(
      plain((file: Reply) => {
        file.earn = { per: 'purchase', points: 10 };
      }),
    );
    await join(shop);
    await news(shop, { order_number: 'FREE', total: '0.00' });
    await news(shop);
    expect(await claim(shop, 'FREE')).toMatchObject({ result: 'credited', order_points: 0 });
    expect(await claim(shop)).toMatchObject({ result: 'credited', order_points: 10 });
    await news(shop, { refunded: '59.99' });
    expect(await points(shop)).toBe(10);
    await news(shop, { refunded: '60.00' });
    expect(await points(shop)).toBe(0);
    expect(await house.audit()).toMatchObject({ ok: true });
  });
});
