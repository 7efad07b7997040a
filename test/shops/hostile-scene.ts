/** A customer before a shop that means harm, or is broken; and what must come of it. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { contentOf } from '../support/table-watch.ts';
import type { ShopBench } from './bench.ts';
import { type Market, openMarket, type Stand } from './market.ts';
import { openShopifyBench, type ShopifyBench } from './shopify/bench.ts';
import { openSiteBench } from './site/bench.ts';
import type { Process } from './stage.ts';
import { openWooBench, type WooBench } from './woocommerce/bench.ts';

export type Kind = 'Shopify' | 'WooCommerce' | 'a site';
export const kinds: readonly Kind[] = ['Shopify', 'WooCommerce', 'a site'];

export let market: Market;
export let stand: Stand;
export let shopify: ShopifyBench;
export let woo: WooBench;
const open: Record<Kind, (nowMs: () => number) => Promise<ShopBench>> = {
  Shopify: async (nowMs) => {
    shopify = await openShopifyBench(() => new Date(nowMs()));
    return shopify;
  },
  WooCommerce: async (nowMs) => {
    woo = await openWooBench({ nowMs });
    return woo;
  },
  'a site': (nowMs) => openSiteBench('node', { nowMs }),
};
export const atMarket = (kind: Kind): void => {
  beforeAll(async () => {
    market = await openMarket(open[kind], kind === 'a site');
  }, 60_000);
  beforeEach(async () => {
    stand = await market.stand();
  });
  afterEach(() => {
    market.bench.proxy.fail();
    market.bench.proxy.release();
    stand.close();
  });
  afterAll(async () => {
    const { violations } = await market.house.audit();
    await market.close();
    expect(violations).toEqual([]);
  });
};

let people = 0;
export const customer = async () => {
  people += 1;
  const email = `pia${people}@example.com`;
  const contact = await stand.join(email);
  const { number, id } = await market.bench.place({ email, total: '60.00' });
  const claim = (process: Process) =>
    process.chat('claim-order', { contact_id: contact, order_number: number });
  // That somebody was here is noted once in an hour; what follows writes nothing by itself.
  await stand.sound.chat('balance', { contact_id: contact });
  return { contact, email, number, id, claim };
};

/** What a customer reads of a shop that cannot be asked: nothing of the order, and nothing of the reason. */
export const unavailable = {
  ok: false,
  result: 'store_unavailable',
  order_number: 'none',
  order_total: 0,
  order_currency: 'none',
  order_points: 0,
  points: 1000,
  points_change: 0,
};

/** The reasons that the owner reads. */
export const reasonsIn = ({ logged }: Process): unknown[] =>
  logged.events.filter(({ name }) => name === 'shop trouble').map(({ facts }) => facts['reason']);

/** The customer hears that the shop is away, the owner why; nothing is written, and after the repair the claim works once. */
export const survives = async (
  { claim, email, contact }: Awaited<ReturnType<typeof customer>>,
  reasons: readonly string[],
  repair: () => void,
): Promise<void> => {
  const { house } = market;
  const troubled = stand.process();
  const before = await contentOf(house.table);
  // More often than wrong numbers may be tried: a shop's trouble is not the customer's.
  for (let nth = 0; nth < 12; nth++) expect(await claim(troubled)).toMatchObject(unavailable);
  expect(await contentOf(house.table)).toBe(before);
  expect(new Set(reasonsIn(troubled))).toEqual(new Set(reasons));
  expect(JSON.stringify(troubled.logged)).not.toContain(email);
  expect(troubled.logged.faults).toEqual([]);
  repair();
  const repaired = stand.process();
  expect(await claim(repaired)).toMatchObject({ result: 'credited', points: 1060, points_change: 60 });
  expect(await claim(repaired)).toMatchObject({ result: 'already_claimed', points_change: 0 });
  expect((await stand.sound.chat('balance', { contact_id: contact })).points).toBe(1060);
};
