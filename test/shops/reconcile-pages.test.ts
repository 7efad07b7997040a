import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { PlacedOrder, ShopBench } from './bench.ts';
import { type Market, openMarket, type Stand, withoutLinks } from './market.ts';
import type { Passing } from './proxy.ts';
import { openShopifyBench, type ShopifyBench } from './shopify/bench.ts';
import { dayMs, forward, minuteMs, storeId } from './stage.ts';
import { openWooBench } from './woocommerce/bench.ts';

type Kind = 'Shopify' | 'WooCommerce';
let shopify: ShopifyBench;
const open: Record<Kind, (nowMs: () => number) => Promise<ShopBench>> = {
  Shopify: async (nowMs) => {
    shopify = await openShopifyBench(() => new Date(nowMs()));
    return shopify;
  },
  WooCommerce: (nowMs) => openWooBench({ nowMs }),
};
/** Orders of three pages. */
const many: Record<Kind, number> = { Shopify: 120, WooCommerce: 230 };

/** Whether a call asks for orders that changed, and not for the first page of them. */
const isPage = ({ path, body }: Passing): boolean =>
  path.includes('modified_after') || body.includes('updated_at');

describe.each(['Shopify', 'WooCommerce'] as const)('reconcile of %s, page by page', (kind) => {
  let market: Market;
  let stand: Stand;
  let placed: PlacedOrder[] = [];
  beforeAll(async () => {
    market = await openMarket(open[kind]);
  }, 60_000);
  beforeEach(async () => {
    stand = await market.stand(withoutLinks);
  });
  afterEach(() => {
    market.bench.proxy.fail();
    stand.close();
  });
  afterAll(async () => {
    const { violations } = await market.house.audit();
    await market.close();
    expect(violations).toEqual([]);
  });

  /** So many orders, each changed at a second of its own, that no program here knows yet. */
  const crowd = async (): Promise<void> => {
    forward(market.house, 9 * dayMs);
    placed = [];
    for (let nth = 0; nth < many[kind]; nth++) {
      placed.push(await market.bench.place({ email: `kim${nth}@example.com`, total: '60.00' }));
      forward(market.house, 1_000);
    }
  };
  /** The pages that were asked for since. */
  const pagesSince = (before: number): readonly string[] =>
    market.bench.proxy.seen
      .slice(before)
      .filter(isPage)
      .map(({ path, body }) => `${path} ${body}`);

  test('reads all pages in one run, and looks back over the end of the run before', async () => {
    await crowd();
    const first = await stand.sound.reconcile();
    expect(first.repaired).toBe(many[kind]);
    expect(first.unfinished).toEqual([]);
    const before = market.bench.proxy.seen.length;
    forward(market.house, dayMs);
    expect(await stand.sound.reconcile()).toMatchObject({ repaired: 0, unfinished: [] });
    expect(pagesSince(before).length).toBeLessThanOrEqual(3);
  });

  test('goes on in the middle where it was interrupted, and reads no finished page again', async () => {
    await crowd();
    const start = market.bench.proxy.seen.length;
    let pages = 0;
    market.bench.proxy.fail((call) => {
      if (isPage(call)) pages += 1;
      return pages > 1 ? 'error 500 before' : 'well';
    });
    const cut = await stand.sound.reconcile();
    expect(cut.unfinished).toEqual([`${stand.shop.id}/${storeId}`]);
    expect(cut.repaired).toBeGreaterThan(40);
    expect(cut.repaired).toBeLessThan(many[kind]);
    market.bench.proxy.fail();
    // A change after the run had begun belongs to the next one.
    const [order] = placed;
    if (order === undefined) throw new Error('orders were placed');
    const [finished] = pagesSince(start);
    const before = market.bench.proxy.seen.length;
    const rest = await stand.process().reconcile();
    expect(pagesSince(before)).not.toContain(finished);
    expect(rest.unfinished).toEqual([]);
    expect(cut.repaired + rest.repaired).toBe(many[kind]);
    expect(pagesSince(before).length).toBeLessThanOrEqual(3);
    await market.bench.refund(order);
    forward(market.house, dayMs);
    expect(await stand.sound.reconcile()).toMatchObject({ repaired: 1, unfinished: [] });
  });

  test('stops when its time is over, and goes on in the next run', async () => {
    await crowd();
    let looks = 0;
    const hurried = stand.process({
      shift: {
        nowMs: () => {
          looks += 1;
          // After the beginning of the run and of the program, and after one page.
          return looks > 4 ? 3_600_000 : 0;
        },
        until: () => Promise.resolve(),
      },
    });
    const cut = await hurried.reconcile();
    expect(cut.unfinished).toEqual([`${stand.shop.id}/${storeId}`]);
    expect(cut.repaired).toBeGreaterThan(40);
    const rest = await stand.sound.reconcile();
    expect(rest.unfinished).toEqual([]);
    expect(cut.repaired + rest.repaired).toBe(many[kind]);
  });

  test('begins anew where the shop does not know the page any more', async () => {
    await crowd();
    let pages = 0;
    market.bench.proxy.fail((call) => {
      if (isPage(call)) pages += 1;
      return pages > 1 ? 'error 500 before' : 'well';
    });
    await stand.sound.reconcile();
    market.bench.proxy.fail((call) =>
      isPage(call)
        ? { status: 200, body: '{"errors":[{"message":"Invalid cursor for current pagination sort."}]}' }
        : 'well',
    );
    expect(await stand.sound.reconcile()).toMatchObject({ unfinished: [`${stand.shop.id}/${storeId}`] });
    market.bench.proxy.fail();
    const { unfinished } = await stand.sound.reconcile();
    expect(unfinished).toEqual([]);
    forward(market.house, minuteMs);
    const { repaired } = await stand.sound.reconcile();
    expect(repaired).toBe(0);
  });

  test('misses nothing and does nothing twice while the shop goes on selling and refunding between its pages', async () => {
    await crowd();
    const contact = await stand.join('kim0@example.com');
    const [first, second] = placed;
    if (first === undefined || second === undefined) throw new Error('orders were placed');
    await stand.sound.chat('claim-order', { contact_id: contact, order_number: first.number });
    const stream = market.bench.proxy.seen.length;
    const moving: Promise<void>[] = [];
    market.bench.proxy.fail((call) => {
      if (isPage(call) && call.index > stream && moving.length < 3) {
        forward(market.house, 1_000);
        const order = [first, second, placed.at(-1)][moving.length];
        if (order !== undefined) moving.push(market.bench.refund(order, '10.00'));
      }
      return 'well';
    });
    await stand.sound.reconcile();
    await Promise.all(moving);
    market.bench.proxy.fail();
    forward(market.house, minuteMs);
    await stand.sound.reconcile();
    expect(moving).toHaveLength(3);
    expect((await stand.sound.chat('balance', { contact_id: contact })).points).toBe(1050);
    expect(await stand.sound.reconcile()).toMatchObject({ repaired: 0 });
    const other = await stand.join('kim1@example.com');
    market.bench.proxy.fail(() => 'refused before');
    const claimed = await stand.sound.chat('claim-order', { contact_id: other, order_number: second.number });
    expect(claimed).toMatchObject({ result: 'credited', order_points: 50 });
  });
});

test('Shopify’s throttling is waited out where it says how long, and told where there is no time for it', async () => {
  const market = await openMarket(open.Shopify);
  const stand = await market.stand(withoutLinks);
  await market.bench.place({ email: 'lea@example.com', total: '60.00' });
  shopify.fake.faults.push({ kind: 'throttled', requested: 100, available: 0, restoreRate: 50 });
  expect(await stand.sound.reconcile()).toMatchObject({ repaired: 1, unfinished: [] });
  await market.bench.place({ email: 'lea@example.com', total: '60.00' });
  shopify.fake.faults.push({ kind: 'throttled', requested: 5_000, available: 0, restoreRate: 50 });
  expect(await stand.sound.reconcile()).toMatchObject({ unfinished: [`${stand.shop.id}/${storeId}`] });
  expect(stand.sound.logged.events).toContainEqual({
    name: 'shop trouble',
    facts: expect.objectContaining({ doing: 'reconcile', reason: 'throttled' }),
  });
  expect(await stand.sound.reconcile()).toMatchObject({ repaired: 1, unfinished: [] });
  await market.close();
});

test('both jobs run by the control routes of the local edition', async () => {
  const market = await openMarket(open.Shopify);
  const stand = await market.stand(withoutLinks);
  market.house.keepSecrets(stand.shop.id, storeId, market.bench.secrets);
  const contact = await stand.join('max@example.com');
  const placed = await market.bench.place({ email: 'max@example.com', total: '60.00' });
  market.bench.proxy.fail(() => 'refused before');
  const path = '/v1/claim-order';
  const asked = { contact_id: contact, order_number: placed.number };
  expect((await stand.sound.request('POST', path, asked)).json.result).toBe('store_unavailable');
  const { result } = await stand.sound.chat('redeem', { contact_id: contact, reward: 'five-off' });
  expect(result).toBe('pending');
  market.bench.proxy.fail();
  forward(market.house, 2 * minuteMs);
  const run = async (job: string) => (await stand.shop.request('POST', `/_local/run/${job}`, {})).json;
  expect(await run('settle')).toMatchObject({ ok: true, job: 'settle', issued: 1, open: 0 });
  expect(await run('reconcile')).toMatchObject({ ok: true, job: 'reconcile', repaired: 1, unfinished: [] });
  expect((await stand.sound.request('POST', path, asked)).json.result).toBe('credited');
  await market.close();
});
