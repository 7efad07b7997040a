import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { checkShop } from '../../cli/shop/checking.ts';
import { shopCalls } from '../../functions/adapters/shops/http.ts';
import { openShops } from '../../functions/adapters/shops/open.ts';
import { type Program, readProgram } from '../../functions/domain/program.ts';
import { isAsked } from '../../functions/domain/store.ts';
import type { CheckLine } from '../../functions/ports/shops.ts';
import { systemChance, systemClock } from '../../functions/wiring.ts';
import type { ShopBench } from '../shops/bench.ts';
import { openShopifyBench, type ShopifyBench } from '../shops/shopify/bench.ts';
import { openSiteBench } from '../shops/site/bench.ts';
import { openWooBench, type WooBench } from '../shops/woocommerce/bench.ts';
import { demoFile, type Reply } from '../support/house.ts';

/** The demo, with its coupons made by the shop on the bench. */
const programOver = (bench: ShopBench, change: (file: Reply) => void = () => undefined): Program => {
  const file = demoFile();
  file.currency = bench.currency;
  file.stores = [{ id: 'web', ...bench.section }];
  for (const reward of file.rewards) if (reward.products !== undefined) reward.products = [bench.products[0]];
  change(file);
  const read = readProgram(file);
  if (read.kind === 'broken') throw new Error(JSON.stringify(read.problems));
  return read.program;
};

/** Waiting takes no time here. */
const stopwatch = { nowMs: () => 0, until: async () => undefined };

const checked = async (
  bench: ShopBench,
  change: {
    readonly program?: (file: Reply) => void;
    readonly secrets?: unknown;
    readonly everyReward?: boolean;
  } = {},
) => {
  const program = programOver(bench, change.program);
  const store = program.stores.find(isAsked);
  if (store === undefined) throw new Error('no shop is asked');
  const open = openShops({
    secrets: { of: async () => ('secrets' in change ? change.secrets : bench.secrets) },
    call: shopCalls({ loopback: true }),
    stopwatch,
    nowMs: () => systemClock.now(),
  });
  const lines: CheckLine[] = [];
  const counts = await checkShop({
    program,
    store,
    shop: await open(program.id, store),
    clock: systemClock,
    chance: systemChance,
    everyReward: change.everyReward ?? false,
    say: (line) => lines.push(line),
  });
  const wrong = lines.filter(({ ok }) => !ok);
  expect(counts).toEqual({ tried: lines.length, wrong: wrong.length });
  return { lines, wrong, text: JSON.stringify(lines) };
};

const whats = (lines: readonly CheckLine[]) => lines.map(({ what }) => what);

describe('a check of Shopify', () => {
  let bench: ShopifyBench;
  beforeEach(async () => {
    bench = await openShopifyBench();
  });
  afterEach(() => bench.close());

  test('says that all is right, and leaves no coupon that could be used', async () => {
    const { lines, wrong } = await checked(bench);
    expect(wrong).toEqual([]);
    expect(whats(lines).slice(-3)).toEqual(['coupon made', 'coupon found again', 'coupon cancelled']);
    const [made, ...more] = bench.fake.shop.discounts;
    expect(more).toEqual([]);
    expect(made?.code).toMatch(/^GIFT-[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}$/);
    expect(await bench.coupons(made?.code ?? '')).toMatchObject([{ uses: 0, usable: false }]);
  });

  test('tries every reward where that is wanted', async () => {
    const { lines, wrong } = await checked(bench, { everyReward: true });
    expect(wrong).toEqual([]);
    expect(lines.filter(({ what }) => what === 'coupon made').map(({ detail }) => detail)).toEqual([
      'reward tea-towel, a product',
      `reward five-off, 5.00 ${bench.currency} off`,
      'reward linen-set, a product',
    ]);
  });

  test('tries 1 % where no reward has its coupons made there', async () => {
    const { lines } = await checked(bench, {
      program: (file) => {
        file.rewards = [];
      },
    });
    expect(lines.find(({ what }) => what === 'coupon made')?.detail).toContain('1 % off');
  });

  test('with a wrong secret names it first, tries no coupon, and repeats nothing of it', async () => {
    const secrets = { client_id: bench.fake.clientId, client_secret: 'shpss_wrong' };
    const { lines, text } = await checked(bench, { secrets });
    expect(lines[0]).toMatchObject({ what: 'credentials', ok: false });
    expect(whats(lines)).not.toContain('coupon made');
    expect(bench.fake.shop.discounts).toEqual([]);
    expect(text).not.toContain('shpss_wrong');
    expect(text).not.toContain(bench.fake.clientId);
  });

  test('with a scope missing names the scope, and what the coupon lacks', async () => {
    bench.fake.granted = {
      ...bench.fake.granted,
      scopes: new Set([...bench.fake.granted.scopes].filter((scope) => scope !== 'write_discounts')),
    };
    const { wrong } = await checked(bench);
    expect(whats(wrong)).toEqual(['scope write_discounts', 'coupon made']);
    expect(wrong[1]?.detail).toContain('coupons need write_discounts');
  });

  test('with another currency says that its orders are not credited', async () => {
    bench.fake.granted = { ...bench.fake.granted, shopCurrency: 'CHF' };
    const { wrong } = await checked(bench);
    expect(wrong[0]).toMatchObject({ what: 'currency', detail: expect.stringContaining('CHF') });
  });

  test('with a wrong clock says by how much', async () => {
    bench.fake.date = new Date(Date.now() + 10 * 60_000).toUTCString();
    const { wrong } = await checked(bench);
    expect(whats(wrong)).toEqual(['clock']);
    expect(wrong[0]?.detail).toMatch(/^(5[89]\d|600) s apart/);
  });

  test('that withholds e-mails says so', async () => {
    await bench.place({ email: 'ana@example.com', total: '60.00' });
    bench.fake.granted = { ...bench.fake.granted, people: 'redacted' };
    const { wrong, text } = await checked(bench);
    expect(wrong[0]?.detail).toContain('pii_not_granted');
    expect(text).not.toContain('ana@example.com');
  });
});

describe('a check of WooCommerce', () => {
  let bench: WooBench;
  beforeEach(async () => {
    bench = await openWooBench();
  });
  afterEach(() => bench.close());

  test('says that all is right, and leaves no coupon that could be used', async () => {
    const { lines, wrong } = await checked(bench);
    expect(wrong).toEqual([]);
    expect(whats(lines).slice(-3)).toEqual(['coupon made', 'coupon found again', 'coupon cancelled']);
    const posted = bench.fake.calls.find(({ method, path }) => method === 'POST' && path === '/coupons');
    const { code } = JSON.parse(posted?.body ?? '{}');
    expect((await bench.coupons(code)).filter(({ usable }) => usable)).toEqual([]);
  });

  test('with keys that may only read says to make others, and leaves nothing behind', async () => {
    bench.fake.door.permission = 'read';
    const { wrong } = await checked(bench);
    expect(whats(wrong)).toEqual(['coupon made']);
    expect(wrong[0]?.detail).toContain('Read/Write');
    expect(wrong[0]?.detail).not.toContain('Look for the coupon');
  });

  test('with a wrong key names it first and tries no coupon', async () => {
    const secrets = { consumer_key: 'ck_wrongwrong', consumer_secret: 'cs_wrongwrong' };
    const { lines, text } = await checked(bench, { secrets });
    expect(lines[0]?.ok).toBe(false);
    expect(whats(lines)).not.toContain('coupon made');
    expect(text).not.toContain('wrongwrong');
  });

  test('whose answer to the coupon is lost cancels what was made', async () => {
    bench.fake.intercept(({ method, path }) =>
      method === 'POST' && path === '/coupons' ? { kind: 'lose' } : undefined,
    );
    const { wrong } = await checked(bench);
    expect(whats(wrong)).toEqual(['coupon made']);
    expect(wrong[0]?.detail).not.toContain('Look for the coupon');
    expect(bench.fake.coupons.rows.filter(({ status }) => status === 'publish')).toEqual([]);
  });

  test('that does not cancel says which coupon to look for', async () => {
    bench.fake.intercept(({ method }) =>
      method === 'DELETE' || method === 'PUT' ? { kind: 'answer', status: 500, body: '{}' } : undefined,
    );
    const { wrong } = await checked(bench);
    expect(whats(wrong)).toEqual(['coupon cancelled']);
    const left = bench.fake.coupons.rows[0]?.code.toUpperCase();
    expect(wrong[0]?.detail).toContain(`Look for the coupon ${left} `);
  });

  test('in another currency and with a wrong clock says both', async () => {
    await bench.close();
    bench = await openWooBench({ currency: 'CHF', nowMs: () => Date.now() + 7 * 60_000 });
    const { wrong } = await checked(bench, {
      program: (file) => {
        file.currency = 'EUR';
      },
    });
    expect(wrong).toContainEqual(expect.objectContaining({ what: 'currency' }));
    expect(wrong).toContainEqual({
      what: 'clock',
      ok: false,
      detail: expect.stringContaining('7 min ahead'),
    });
  });
});

describe('a check of a site of its own', () => {
  let bench: ShopBench;
  beforeAll(async () => {
    bench = await openSiteBench('node');
  });
  afterAll(() => bench.close());

  test('says that all is right', async () => {
    const { lines, wrong } = await checked(bench);
    expect(wrong).toEqual([]);
    expect(whats(lines).slice(-3)).toEqual(['coupon made', 'coupon found again', 'coupon cancelled']);
  });

  test('tries no coupon where the site makes none', async () => {
    const { lines, wrong } = await checked(bench, {
      program: (file) => {
        file.stores[0].coupons = false;
      },
    });
    expect(wrong).toEqual([]);
    expect(whats(lines)).not.toContain('coupon made');
  });

  test('with another secret on the other side says so, and repeats none', async () => {
    const other = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    const { lines, text } = await checked(bench, { secrets: { secret: other } });
    expect(lines[0]).toMatchObject({
      ok: false,
      detail: expect.stringContaining('same secret on both sides'),
    });
    expect(whats(lines)).not.toContain('coupon made');
    expect(text).not.toContain(other);
  });
});
