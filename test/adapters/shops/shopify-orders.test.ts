/** Finding and reading orders at a shop on Shopify: the fake that executes Shopify's official schema. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
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

describe('by number', () => {
  test('reads everything that the ledger keeps', async () => {
    const order = place({ name: '#1001' });
    order.itemsCents = 5000;
    order.processedAt = new Date(start - 3_600_000);
    order.updatedAt = new Date(start + 5000);
    order.codes = ['LOY-7KQ2'];
    expect(await find('#1001')).toEqual({
      kind: 'found',
      order: {
        number: '1001',
        id: gidOf(order),
        email: 'ana@example.com',
        totalMinor: 6000,
        itemsMinor: 5000,
        refundedMinor: 0,
        currency: 'EUR',
        status: 'paid',
        placedAt: start - 3_600_000,
        updatedAt: start + 5000,
        test: false,
        codes: ['LOY-7KQ2'],
        linked: false,
      },
    });
  });

  test('asks once where the printed name has its sign, and once more where it has none', async () => {
    place({ name: '#1001' });
    place({ name: '2002' });
    await found('1001');
    expect(bench.fake.heard).toHaveLength(1);
    expect(bench.fake.heard[0]?.variables).toEqual({ query: "name:'#1001'", first: 10 });
    await found('№2002');
    expect(bench.fake.heard.slice(1).map(({ variables }) => variables['query'])).toEqual([
      "name:'#2002'",
      "name:'2002'",
    ]);
  });

  test.each(['EN1001', '1001-A', 'EN-1001/26', '0001001'])('finds %s by its printed name', async (name) => {
    place({ name });
    expect((await found(name.toLowerCase())).number).toBe(name);
    expect(await find('1001')).toEqual({ kind: 'none' });
  });

  test('takes no order that only begins alike', async () => {
    place({ name: '#10011' });
    place({ name: '#1001-B' });
    expect(await find('1001')).toEqual({ kind: 'none' });
    place({ name: '#1001', total: '5.00' });
    expect((await found('1001')).totalMinor).toBe(500);
  });

  test('gives the same answer for another’s order and for one that there is not', async () => {
    place({ name: '#1001', email: 'zed@example.com' });
    expect(await find('1001')).toEqual(await find('9999'));
  });

  test('compares e-mails without case and blanks, with any of the member’s', async () => {
    place({ name: '#1001', email: ' Ana@Example.COM ' });
    expect((await find('1001', 'other@example.com', 'ana@example.com')).kind).toBe('found');
    expect(await find('1001', 'ana@example.co')).toEqual({ kind: 'none' });
  });

  test('finds none where two orders of one person have one name, and hers where it is another’s', async () => {
    place({ name: '#1001' });
    place({ name: '#1001', email: 'zed@example.com' });
    expect((await find('1001')).kind).toBe('found');
    place({ name: '#1001' });
    expect(await find('1001')).toEqual({ kind: 'none' });
  });

  test('sends no e-mail in the search', async () => {
    place({ name: '#1001' });
    await found('1001');
    expect(JSON.stringify(bench.fake.heard)).not.toContain('example.com');
  });

  test('sends nothing that the search could understand as a term, whatever is typed', async () => {
    place({ name: '#1001' });
    const evil = ["1' OR name:'#1001", '1001 OR email:ana', '(1001)', 'name:1001', '1001*', '1001"', '\\1'];
    for (const typed of evil) expect(normalizeOrderNumber(typed)).toBeUndefined();
    const signs = fc.constantFrom(...`'"*:()<>\\ #№-_./OR1aZ`);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: signs, minLength: 1, maxLength: 8 }), async (typed) => {
        const number = normalizeOrderNumber(typed);
        fc.pre(number !== undefined);
        if (number !== undefined) await shop.findOrder({ number, emails: [] }, patient());
      }),
      { numRuns: 60 },
    );
    expect(bench.fake.heard.length).toBeGreaterThan(0);
    for (const { variables } of bench.fake.heard)
      expect(variables['query']).toMatch(/^name:'#?[A-Z0-9._/-]{1,32}'$/);
  });
});

describe('what an order is worth', () => {
  const states: readonly (readonly [string, Partial<FakeOrder>, string])[] = [
    ['PAID', {}, 'paid'],
    ['PAID', { fulfillment: 'FULFILLED' }, 'fulfilled'],
    ['PAID', { fulfillment: 'PARTIALLY_FULFILLED' }, 'paid'],
    ['PARTIALLY_REFUNDED', {}, 'paid'],
    ['PARTIALLY_REFUNDED', { fulfillment: 'FULFILLED' }, 'fulfilled'],
    ['REFUNDED', { fulfillment: 'FULFILLED' }, 'refunded'],
    ['PENDING', {}, 'pending'],
    ['AUTHORIZED', { fulfillment: 'FULFILLED' }, 'pending'],
    ['PARTIALLY_PAID', {}, 'pending'],
    ['VOIDED', {}, 'cancelled'],
    ['EXPIRED', {}, 'cancelled'],
    ['PAID', { cancelledAt: new Date(start) }, 'cancelled'],
    ['REFUNDED', { cancelledAt: new Date(start) }, 'cancelled'],
  ];
  test.each(states)('%s %j is %s', async (financial, changes, status) => {
    Object.assign(place({ name: '#1001' }), { financial, ...changes });
    expect((await found('1001')).status).toBe(status);
  });

  test('money given back is refunded, and returned goods are, and not both', async () => {
    const order = place({ name: '#1001' });
    bench.fake.shop.refund(order, '10.00');
    expect(await found('1001')).toMatchObject({ totalMinor: 6000, refundedMinor: 1000, status: 'paid' });
    order.currentCents = 4500;
    expect(await found('1001')).toMatchObject({ refundedMinor: 1500 });
    bench.fake.shop.refund(order, '15.00');
    expect(await found('1001')).toMatchObject({ refundedMinor: 2500 });
    bench.fake.shop.refund(order);
    expect(await found('1001')).toMatchObject({ refundedMinor: 6000, status: 'refunded' });
  });

  test('a dearer order after an edit has nothing refunded, and one that was overpaid neither', async () => {
    const order = place({ name: '#1001' });
    order.currentCents = 9000;
    order.receivedCents = 9000;
    expect(await found('1001')).toMatchObject({ totalMinor: 6000, refundedMinor: 0 });
  });

  test('more given back than came in is all of it', async () => {
    const order = place({ name: '#1001' });
    order.refunds.push({ cents: 7000, currency: 'EUR' });
    order.financial = 'REFUNDED';
    expect(await found('1001')).toMatchObject({ refundedMinor: 6000 });
  });

  test('an unpaid order has nothing refunded', async () => {
    place({ name: '#1001', status: 'pending' });
    expect(await found('1001')).toMatchObject({ refundedMinor: 0, status: 'pending' });
  });

  test('an order of the test gateway says so', async () => {
    place({ name: '#1001', test: true });
    expect(await found('1001')).toMatchObject({ test: true });
  });

  test('the customer’s own currency is never read', async () => {
    place({ name: '#1001' });
    await found('1001');
    expect(bench.fake.heard[0]?.query).not.toContain('presentment');
  });
});

describe('customers’ data', () => {
  test.each(['refused', 'redacted'] as const)(
    'says so where it is %s, and not that there is no order',
    async (people) => {
      place({ name: '#1001' });
      bench.fake.granted = { ...bench.fake.granted, people };
      const id = gidOf(bench.fake.shop.orders[0] ?? place());
      for (const answer of [
        await find('1001'),
        await shop.readOrder(id, patient()),
        await shop.changedOrders(instant.parse(0), undefined, patient()),
      ])
        expect(answer).toMatchObject({ kind: 'trouble', reason: 'pii_not_granted' });
    },
  );

  test('an order without an e-mail is nobody’s, and no trouble', async () => {
    const order = place({ name: '#1001', email: null });
    expect(await find('1001')).toEqual({ kind: 'none' });
    expect(await shop.readOrder(gidOf(order), patient())).toMatchObject({
      kind: 'found',
      order: { email: undefined },
    });
  });

  test('one order that shows its e-mail proves that the others have none', async () => {
    place({ email: null }).notifiable = true;
    expect(await shop.changedOrders(instant.parse(0), undefined, patient())).toMatchObject({
      reason: 'pii_not_granted',
    });
    place();
    expect(await shop.changedOrders(instant.parse(0), undefined, patient())).toMatchObject({ kind: 'page' });
  });

  test('a scope that is missing is another trouble', async () => {
    place({ name: '#1001' });
    bench.fake.granted = { ...bench.fake.granted, scopes: new Set(['read_discounts']) };
    expect(await find('1001')).toMatchObject({
      kind: 'trouble',
      reason: 'forbidden',
      detail: 'access denied for orders',
    });
  });

  test('trouble says nothing of people', async () => {
    place({ name: '#1001' });
    bench.fake.granted = { ...bench.fake.granted, people: 'refused' };
    expect(JSON.stringify(await find('1001'))).not.toMatch(/ana|example|1001|shpat/);
  });
});

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
  });
});

describe('a link', () => {
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
