/** Finding orders at a shop on Shopify: by number, under whose e-mail, and what they are worth. */
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
