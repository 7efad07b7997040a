/** Orders of a shop on Shopify by id and by page, hostile answers, and the link beside an order. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { shopifyShop } from '../../../functions/adapters/shops/shopify/shopify.ts';
import { type Email, normalizeEmail } from '../../../functions/domain/email.ts';
import { instant, normalizeOrderNumber } from '../../../functions/domain/ids.ts';
import type { FoundOrder, Shop } from '../../../functions/ports/shops.ts';
import { openShopifyBench, type ShopifyBench } from '../../shops/shopify/bench.ts';
import { connectionTo, patient } from '../../shops/shopify/connected.ts';
import type { FakeOrder, NewOrder } from '../../shops/shopify/fake-shop.ts';
import { gidOf } from '../../shops/shopify/fake-shop.ts';

const start = Date.parse('2026-11-20T10:00:00Z');
let nowMs = start;
let bench: ShopifyBench;
let shop: Shop;

beforeEach(async () => {
  nowMs = start;
  bench = await openShopifyBench(() => new Date(nowMs));
  shop = shopifyShop(connectionTo(bench));
});
afterEach(async () => {
  const { wrong } = bench.fake;
  await bench.close();
  expect(wrong).toEqual([]);
});

const emails = (...typed: string[]): readonly Email[] =>
  typed.map((one) => normalizeEmail(one)).filter((one) => one !== undefined);
const place = (order: Partial<NewOrder> = {}): FakeOrder =>
  bench.fake.shop.place({ email: 'ana@example.com', total: '60.00', ...order });
const find = (typed: string, ...of: string[]): Promise<FoundOrder> => {
  const number = normalizeOrderNumber(typed);
  if (number === undefined) throw new Error(`${typed} is no number`);
  return shop.findOrder({ number, emails: emails(...(of.length > 0 ? of : ['ana@example.com'])) }, patient());
};
const found = async (typed: string) => {
  const answer = await find(typed);
  if (answer.kind !== 'found') throw new Error(`not found but ${JSON.stringify(answer)}`);
  return answer.order;
};

describe('by id', () => {
  test('reads an order whoever it is of, by an id that no number of JavaScript holds', async () => {
    const order = place({ name: '#1001' });
    expect(order.id).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
    order.metafields.set('loyalty.ref', 'claim_1');
    expect(await shop.readOrder(gidOf(order), patient())).toMatchObject({
      kind: 'found',
      order: { id: gidOf(order), number: '1001', linked: true },
    });
  });

  test.each(['gid://shopify/Order/1', 'gid://shopify/Customer/1', '1001', '', 'gid://shopify/Order/1"}'])(
    'finds none under %j',
    async (id) => {
      place();
      expect(await shop.readOrder(id, patient())).toEqual({ kind: 'none' });
    },
  );

  test('an order older than 60 days is not there without read_all_orders', async () => {
    const order = place({ name: '#1001', createdAt: new Date(start - 61 * 86_400_000) });
    expect((await find('1001')).kind).toBe('found');
    bench.fake.granted = { ...bench.fake.granted, scopes: new Set(['read_orders']) };
    expect(await find('1001')).toEqual({ kind: 'none' });
    expect(await shop.readOrder(gidOf(order), patient())).toEqual({ kind: 'none' });
  });
});

describe('what changed', () => {
  const changed = async (sinceMs: number) => {
    const numbers: string[] = [];
    let from: string | undefined;
    let pages = 0;
    do {
      const page = await shop.changedOrders(instant.parse(sinceMs), from, patient());
      if (page.kind === 'trouble') throw new Error(JSON.stringify(page));
      numbers.push(...page.orders.map(({ number }) => number));
      from = page.next;
      pages += 1;
    } while (from !== undefined);
    return { numbers, pages };
  };

  test('comes in pages of 50, oldest change first', async () => {
    const orders = Array.from({ length: 120 }, (_, at) => place({ name: `#${at}` }));
    for (const [at, order] of orders.entries()) order.updatedAt = new Date(start + at * 1000);
    const { numbers, pages } = await changed(start);
    expect(pages).toBe(3);
    expect(numbers).toEqual(orders.map(({ name }) => name.slice(1)));
  });

  test('begins with the second in which it was asked to begin', async () => {
    place({ name: '#1' }).updatedAt = new Date(start - 1000);
    place({ name: '#2' }).updatedAt = new Date(start);
    expect((await changed(start + 999)).numbers).toEqual(['2']);
  });

  test('loses no order that changes to the end while it is read', async () => {
    const orders = Array.from({ length: 60 }, (_, at) => place({ name: `#${at}` }));
    for (const [at, order] of orders.entries()) order.updatedAt = new Date(start + at * 1000);
    const first = await shop.changedOrders(instant.parse(start), undefined, patient());
    Object.assign(orders[0] ?? {}, { updatedAt: new Date(start + 3_600_000) });
    if (first.kind === 'trouble') throw new Error('trouble');
    const second = await shop.changedOrders(instant.parse(start), first.next, patient());
    if (second.kind === 'trouble') throw new Error('trouble');
    expect(new Set([...first.orders, ...second.orders].map(({ number }) => number)).size).toBe(60);
    expect(second.orders.at(-1)?.number).toBe('0');
  });

  test('leaves out orders whose number nobody could type', async () => {
    place({ name: 'Bestellung № 7 (Köln)' });
    place({ name: '#2' });
    expect((await changed(0)).numbers).toEqual(['2']);
  });

  test('a cursor of another shop is trouble', async () => {
    place();
    expect(await shop.changedOrders(instant.parse(0), 'bm9uc2Vuc2U', patient())).toMatchObject({
      kind: 'trouble',
      reason: 'malformed',
    });
    bench.fake.wrong.length = 0;
  });
});

describe('hostile answers', () => {
  const changes: readonly (readonly [string, (json: string) => string])[] = [
    ['a negative total', (json) => json.replace('"amount":"60.00"', '"amount":"-60.00"')],
    ['decimals that the currency lacks', (json) => json.replaceAll('"60.00"', '"60.005"')],
    ['an exponent', (json) => json.replaceAll('"60.00"', '"6e1"')],
    ['a sum beyond any order', (json) => json.replaceAll('"60.00"', '"10000000001.00"')],
    ['a currency that is none', (json) => json.replaceAll('"EUR"', '"EURO"')],
    ['two currencies', (json) => json.replace('"EUR"', '"USD"')],
    [
      'lines that cannot be summed',
      (json) => json.replace(/("subtotalPriceSet":{"shopMoney":{"amount":)"60.00"/, '$1"many"'),
    ],
    ['a time that is none', (json) => json.replaceAll('2026-11-20T10:00:00Z', 'yesterday')],
    ['a number where a text belongs', (json) => json.replaceAll('"60.00"', '60')],
    ['an id of something else', (json) => json.replace('gid://shopify/Order/', 'gid://shopify/Refund/')],
    ['no orders at all', () => '{"data":{}}'],
    ['data that is null', () => '{"data":null}'],
    ['an array', () => '[]'],
    ['a text', () => '"orders"'],
    ['errors in another form', () => '{"errors":"no"}'],
  ];
  test.each(changes)('%s is trouble and never “not found”', async (_, change) => {
    place({ name: '#1001' });
    bench.fake.mangle = (json): unknown => JSON.parse(change(JSON.stringify(json)));
    expect(await find('1001')).toMatchObject({ kind: 'trouble', reason: 'malformed' });
  });

  test.each(['', 'null', '<html>', '{"data":', '{"data":{}}}'])(
    '%j in place of JSON is trouble',
    async (text) => {
      bench.fake.faults.push({ kind: 'text', text }, { kind: 'text', text });
      expect(await find('1001')).toMatchObject({ kind: 'trouble', reason: 'malformed' });
    },
  );

  test.each(
    changes.slice(
      0,
      changes.findIndex(([what]) => what === 'no orders at all'),
    ),
  )('%s stops no page of changed orders: that order is named', async (_, change) => {
    const odd = place({ name: '#1001' });
    place({ name: '#1002', total: '45.00' });
    bench.fake.mangle = (json): unknown => {
      const text = JSON.stringify(json);
      const at = text.indexOf('{"id":"gid://shopify/Order/', text.indexOf(gidOf(odd)));
      return JSON.parse(at < 0 ? change(text) : change(text.slice(0, at)) + text.slice(at));
    };
    const page = await shop.changedOrders(instant.parse(0), undefined, patient());
    expect(page).toMatchObject({ kind: 'page', orders: [{ number: '1002' }], next: undefined });
    const { unreadable } = page.kind === 'page' ? page : {};
    expect(unreadable).toEqual([expect.stringContaining(`${odd.id}`)]);
  });

  test.each(['{"data":{}}', '{"data":null}', '[]', '{"data":{"orders":{"nodes":{}}}}'])(
    'a page of changed orders that is none is trouble: %s',
    async (text) => {
      bench.fake.faults.push({ kind: 'text', text });
      const page = await shop.changedOrders(instant.parse(0), undefined, patient());
      expect(page).toMatchObject({ kind: 'trouble', reason: 'malformed' });
    },
  );

  test('an order that cannot be read hides no withheld e-mails of the same page', async () => {
    place({ name: '#1001' });
    place({ name: '#1002', total: '45.00' });
    bench.fake.mangle = (json): unknown =>
      JSON.parse(
        JSON.stringify(json)
          .replaceAll('"email":"ana@example.com"', '"email":null')
          .replaceAll('"60.00"', '60'),
      );
    expect(await shop.changedOrders(instant.parse(0), undefined, patient())).toMatchObject({
      reason: 'pii_not_granted',
    });
  });

  test('another order than was asked for by id is trouble', async () => {
    const asked = place();
    const other = place();
    bench.fake.mangle = (json): unknown =>
      JSON.parse(JSON.stringify(json).replace(gidOf(asked), gidOf(other)));
    expect(await shop.readOrder(gidOf(asked), patient())).toMatchObject({ reason: 'malformed' });
  });

  test('a page that leads to itself is trouble', async () => {
    place();
    bench.fake.mangle = (json): unknown =>
      JSON.parse(
        JSON.stringify(json)
          .replace('"hasNextPage":false', '"hasNextPage":true')
          .replace(/"endCursor":"[^"]*"/, '"endCursor":null'),
      );
    expect(await shop.changedOrders(instant.parse(0), undefined, patient())).toMatchObject({
      reason: 'malformed',
    });
    const from = Buffer.from('2000|0').toString('base64url');
    bench.fake.mangle = (json): unknown =>
      JSON.parse(
        JSON.stringify(json)
          .replace('"hasNextPage":false', '"hasNextPage":true')
          .replace(/"endCursor":"[^"]*"/, `"endCursor":"${from}"`),
      );
    expect(await shop.changedOrders(instant.parse(0), undefined, patient())).toMatchObject({ next: from });
    expect(await shop.changedOrders(instant.parse(0), from, patient())).toMatchObject({
      reason: 'malformed',
    });
  });
});

describe('a link', () => {
  test.each([
    ['APP_NOT_AUTHORIZED', 'forbidden'],
    ['INTERNAL_ERROR', 'server_error'],
    ['TOO_LONG', 'malformed'],
  ])('that Shopify does not write for %s is trouble', async (code, reason) => {
    const order = place();
    bench.fake.mangle = () => ({ data: { metafieldsSet: { userErrors: [{ code }] } } });
    const detail = `Shopify writes no metafield: ${code}`;
    expect(await shop.attachLink(gidOf(order), 'x', patient())).toEqual({ kind: 'trouble', reason, detail });
  });

  test('is written where the shop’s mail can show it, and read with the order', async () => {
    const order = place({ name: '#1001' });
    expect(await shop.attachLink(gidOf(order), 'claim_abc', patient())).toEqual({ kind: 'attached' });
    expect(order.metafields.get('loyalty.ref')).toBe('claim_abc');
    expect(await found('1001')).toMatchObject({ linked: true });
  });

  test('of no order, or without the scope, is trouble', async () => {
    expect(await shop.attachLink('gid://shopify/Order/1', 'x', patient())).toMatchObject({
      reason: 'malformed',
      detail: 'Shopify writes no metafield: INVALID',
    });
    expect(await shop.attachLink('gid://shopify/Product/1', 'x', patient())).toMatchObject({
      reason: 'malformed',
    });
    bench.fake.granted = { ...bench.fake.granted, scopes: new Set(['read_orders']) };
    expect(await shop.attachLink(gidOf(place()), 'x', patient())).toMatchObject({ reason: 'forbidden' });
  });
});
