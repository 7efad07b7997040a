import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { instant } from '../../../functions/domain/ids.ts';
import type { ShopOrder } from '../../../functions/domain/shop-order.ts';
import { closeAll, patient, scene, startMs } from '../../shops/woocommerce/scene.ts';

afterEach(closeAll);

type Scene = Awaited<ReturnType<typeof scene>>;

/** Reads all pages, and lets something happen at the shop between them. */
const readAll = async (
  { shop }: Scene,
  sinceMs: number,
  between: (page: number) => void = () => undefined,
): Promise<{ pages: number; orders: ShopOrder[] }> => {
  const orders: ShopOrder[] = [];
  let from: string | undefined;
  for (let page = 1; page < 500; page += 1) {
    const told = await shop.changedOrders(instant.parse(sinceMs), from, patient());
    if (told.kind !== 'page') throw new Error(JSON.stringify(told));
    orders.push(...told.orders);
    if (told.next === undefined) return { pages: page, orders };
    from = told.next;
    between(page);
  }
  throw new Error('there is no end to it');
};

const ids = (orders: readonly ShopOrder[]): string[] =>
  [...new Set(orders.map(({ id }) => String(id)))].toSorted((a, b) => Number(a) - Number(b));

const fill = (at: Scene, count: number, stepMs: number): void => {
  for (let made = 0; made < count; made += 1) {
    at.row();
    at.clock.ms += stepMs;
  }
};

describe('changed orders', () => {
  test('are those changed in the second asked for and after it, oldest change first', async () => {
    const at = await scene();
    fill(at, 4, 1000);
    const first = at.fake.orders.rows[0];
    if (first !== undefined) at.fake.orders.refund(first, '5.00', '');
    const told = await at.shop.changedOrders(instant.parse(startMs + 2999), undefined, patient());
    expect(told).toMatchObject({ kind: 'page', next: undefined });
    expect(told.kind === 'page' && told.orders.map(({ id }) => id)).toEqual(['13', '14', '11']);
    expect(told.kind === 'page' && told.orders[2]?.refundedMinor).toBe(500);
  });

  test('of a shop in another zone are the same', async () => {
    const at = await scene({ zone: 'America/Los_Angeles' });
    fill(at, 3, 1000);
    expect(ids((await readAll(at, startMs + 1000)).orders)).toEqual(['12', '13']);
  });

  test('come with every state, and without those whose number nobody could type', async () => {
    const at = await scene({ numbering: (id) => (id === 12 ? '№ ∞' : String(id)) });
    at.row({ status: 'checkout-draft' });
    at.row();
    at.row({ status: 'cancelled' });
    const { orders } = await readAll(at, startMs);
    expect(orders.map(({ id, status }) => [id, status]).toSorted()).toEqual([
      ['11', 'pending'],
      ['13', 'cancelled'],
    ]);
  });

  test('are none where nothing changed', async () => {
    const at = await scene();
    at.row();
    expect(await at.shop.changedOrders(instant.parse(startMs + 1000), undefined, patient())).toEqual({
      kind: 'page',
      orders: [],
      next: undefined,
    });
  });

  test('come on pages, each beginning where the one before ended', async () => {
    const at = await scene();
    fill(at, 250, 1000);
    const { pages, orders } = await readAll(at, startMs);
    expect(pages).toBe(3);
    expect(ids(orders)).toHaveLength(250);
    expect(at.fake.calls[0]?.query.get('per_page')).toBe('100');
  });

  test('are not passed over because others change while we read', async () => {
    const at = await scene();
    fill(at, 250, 1000);
    // After each page ten orders that it held change again, and move to the end.
    const { orders } = await readAll(at, startMs, (page) => {
      if (page > 5) return;
      for (const order of at.fake.orders.rows.slice((page - 1) * 99, (page - 1) * 99 + 10))
        at.fake.orders.refund(order, '1.00', '');
      at.clock.ms += 1000;
    });
    expect(ids(orders)).toHaveLength(250);
    const last = new Map(orders.map((order) => [order.id, order.refundedMinor]));
    expect([last.get('11'), last.get('21')]).toEqual([100, 0]);
  });

  test('of one second that holds more than a page are all read', async () => {
    const at = await scene();
    fill(at, 5, 1000);
    fill(at, 350, 0);
    at.clock.ms += 1000;
    fill(at, 5, 1000);
    expect(ids((await readAll(at, startMs)).orders)).toHaveLength(360);
  });

  test('of such a second are read from a shop that orders them anew for each page', async () => {
    const at = await scene({ ties: 'unsettled' });
    fill(at, 350, 0);
    at.clock.ms += 60_000;
    const { orders } = await readAll(at, startMs);
    expect(ids(orders)).toHaveLength(350);
    const pages = at.fake.calls.filter(({ query }) => query.has('modified_before'));
    expect(pages.map(({ query }) => query.get('page'))).toEqual(['1', '4', '3', '2', '1']);
    expect(new Set(pages.map(({ query }) => query.get('orderby')))).toEqual(new Set(['id']));
  });

  test('of such a second are not passed over because some of them change', async () => {
    const at = await scene();
    fill(at, 350, 0);
    at.clock.ms += 60_000;
    const { orders } = await readAll(at, startMs, (page) => {
      if (page > 4) return;
      for (const order of at.fake.orders.rows.slice(page * 20, page * 20 + 20))
        at.fake.orders.refund(order, '1.00', '');
    });
    expect(ids(orders)).toHaveLength(350);
  });

  test('are all read, whatever changes between any two pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 101, maxLength: 260 }),
        fc.array(fc.array(fc.nat({ max: 259 }), { maxLength: 60 }), { maxLength: 4 }),
        async (steps, changes) => {
          const at = await scene();
          for (const step of steps) {
            at.row();
            // Mostly the same second, so that seconds overflow pages.
            at.clock.ms += step === 1 && at.fake.orders.rows.length % 40 === 0 ? 1000 : 0;
          }
          at.clock.ms += 5000;
          const { orders } = await readAll(at, startMs, (page) => {
            for (const index of changes[page - 1] ?? []) {
              const order = at.fake.orders.rows[index];
              if (order !== undefined) at.fake.orders.move(order, 'completed');
            }
          });
          expect(ids(orders)).toHaveLength(steps.length);
          const last = new Map(orders.map((order) => [order.id, order.status]));
          for (const row of at.fake.orders.rows)
            expect(last.get(String(row.id))).toBe(row.status === 'completed' ? 'fulfilled' : 'paid');
          await closeAll();
        },
      ),
      { numRuns: 25 },
    );
  });

  test('that are long are asked for in smaller pages, to the end', async () => {
    const at = await scene();
    fill(at, 130, 1000);
    // 60 KB beside each order: 100 of them are 6 MB.
    for (const order of at.fake.orders.rows) order.meta = [{ key: '_blob', value: 'x'.repeat(60_000) }];
    expect(ids((await readAll(at, startMs)).orders)).toHaveLength(130);
  });

  test('that are long, and of one second, are read in smaller pages too', async () => {
    const at = await scene();
    fill(at, 130, 0);
    for (const order of at.fake.orders.rows) order.meta = [{ key: '_blob', value: 'x'.repeat(60_000) }];
    at.clock.ms += 5000;
    expect(ids((await readAll(at, startMs)).orders)).toHaveLength(130);
  });

  test('of such a second that are long in its middle are read anew in smaller pages', async () => {
    const at = await scene();
    fill(at, 350, 0);
    for (const order of at.fake.orders.rows.slice(120, 180))
      order.meta = [{ key: '_blob', value: 'x'.repeat(40_000) }];
    at.clock.ms += 5000;
    expect(ids((await readAll(at, startMs)).orders)).toHaveLength(350);
  });

  test('that are longer than any page are trouble, not a loop', async () => {
    const at = await scene();
    at.row().meta = [{ key: '_blob', value: 'x'.repeat(1_100_000) }];
    expect(await at.shop.changedOrders(instant.parse(startMs), undefined, patient())).toMatchObject({
      kind: 'trouble',
      reason: 'too_large',
    });
    expect(at.fake.calls).toHaveLength(3);
  });
});

describe('trouble with changed orders', () => {
  test.each([
    [{ total: '-1.00' }],
    [{ total: '45.001' }],
    [{ total: null }],
    [{ currency: 'EURO' }],
    [{ refunds: undefined }],
    [{ refunds: [{ total: '-45.01' }] }],
    [{ date_created_gmt: 'yesterday' }],
  ])('is no trouble of others where one order of a page is %j: it is named', async (wrong) => {
    const at = await scene();
    const shown = [at.row(), at.row(), at.row()].map((order) => at.fake.orders.show(order));
    const body = JSON.stringify([shown[0], { ...shown[1], ...wrong }, shown[2]]);
    at.fake.intercept(() => ({ kind: 'answer', status: 200, body }));
    expect(await at.shop.changedOrders(instant.parse(startMs), undefined, patient())).toMatchObject({
      kind: 'page',
      orders: [{ id: '11' }, { id: '13' }],
      unreadable: ['12'],
      next: undefined,
    });
  });

  test('does not end the reading where the last orders of a page are those that cannot be read', async () => {
    const at = await scene();
    fill(at, 250, 1000);
    for (const order of at.fake.orders.rows.slice(95, 105)) Object.assign(order, { currency: 'EURO' });
    const { orders } = await readAll(at, startMs);
    expect(ids(orders)).toHaveLength(240);
  });

  test.each(['{}', 'null', '"orders"', '<html>'])('is a page that is no list: %s', async (body) => {
    const at = await scene();
    at.fake.intercept(() => ({ kind: 'answer', status: 200, body }));
    expect(await at.shop.changedOrders(instant.parse(startMs), undefined, patient())).toMatchObject({
      kind: 'trouble',
      reason: 'malformed',
    });
  });

  test.each(['', '1', 'x.y.z', '99.1.9999', '1.-.100; DROP'])(
    'is a page that was never told: %j',
    async (from) => {
      const at = await scene();
      expect(await at.shop.changedOrders(instant.parse(startMs), from, patient())).toMatchObject({
        kind: 'trouble',
        reason: 'malformed',
      });
      expect(at.fake.calls).toEqual([]);
    },
  );

  test('is not taken for the end where a proxy drops the headers that count', async () => {
    const at = await scene();
    fill(at, 150, 1000);
    const shown = at.fake.orders.rows.map((order) => at.fake.orders.show(order));
    const pageFrom = (after: string) =>
      shown
        .filter((row) => 'date_modified_gmt' in row && String(row.date_modified_gmt) > after)
        .slice(0, 100);
    at.fake.intercept(({ query }) => ({
      kind: 'answer',
      status: 200,
      body: JSON.stringify(pageFrom(query.get('modified_after') ?? '')),
    }));
    expect(ids((await readAll(at, startMs)).orders)).toHaveLength(150);
  });

  test('is a full page of which no order says when it changed', async () => {
    const at = await scene();
    fill(at, 101, 0);
    const shown = at.fake.orders.rows.map((order) => ({
      ...at.fake.orders.show(order),
      date_modified_gmt: null,
    }));
    at.fake.intercept(() => ({ kind: 'answer', status: 200, body: JSON.stringify(shown.slice(0, 100)) }));
    expect(await at.shop.changedOrders(instant.parse(startMs), undefined, patient())).toMatchObject({
      kind: 'trouble',
      reason: 'malformed',
    });
  });
});
