import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { contentOf } from '../support/table-watch.ts';
import type { ShopBench } from './bench.ts';
import { expectEven, type Market, openMarket, redeem, type Stand } from './market.ts';
import type { Instead, Way } from './proxy.ts';
import { openShopifyBench, type ShopifyBench } from './shopify/bench.ts';
import { allScopes } from './shopify/fake.ts';
import { openSiteBench } from './site/bench.ts';
import { forward, minuteMs, type Process, storeId } from './stage.ts';
import { openWooBench, type WooBench } from './woocommerce/bench.ts';

type Kind = 'Shopify' | 'WooCommerce' | 'a site';
const kinds: readonly Kind[] = ['Shopify', 'WooCommerce', 'a site'];

let market: Market;
let stand: Stand;
let shopify: ShopifyBench;
let woo: WooBench;
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
const atMarket = (kind: Kind): void => {
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
const customer = async () => {
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
const unavailable = {
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
const reasonsIn = ({ logged }: Process): unknown[] =>
  logged.events.filter(({ name }) => name === 'shop trouble').map(({ facts }) => facts['reason']);

/** The customer hears that the shop is away, the owner why; nothing is written, and after the repair the claim works once. */
const survives = async (
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

const huge = 'x'.repeat(1024 * 1024);
const bad: readonly [string, Way | Instead, string][] = [
  ['redirects to another address', 'redirect before', 'redirected'],
  [
    'redirects to the cloud’s own data',
    { status: 301, body: '', headers: { location: 'http://169.254.169.254/' } },
    'redirected',
  ],
  ['answers with 2 MiB', { status: 200, body: huge + huge }, 'too_large'],
  ['answers without an end', { status: 200, body: huge, endless: true }, 'too_large'],
  [
    'answers with packed bytes',
    { status: 200, body: huge, headers: { 'content-encoding': 'gzip' } },
    'too_large',
  ],
  [
    'answers with headers without an end',
    { status: 200, body: '{}', headers: { 'x-a': 'y'.repeat(32_768) } },
    'too_large',
  ],
  ['answers with a page for people', 'garbage before', 'malformed'],
  ['answers with nothing', { status: 200, body: '' }, 'malformed'],
  ['answers with another form', { status: 200, body: '{"data":[{"orders":7}]}' }, 'malformed'],
  ['cuts its answer off', 'truncated after', 'unreachable'],
  ['hangs', 'hang before', 'timeout'],
  ['is broken', 'error 500 before', 'server_error'],
  ['wants us to wait', 'error 429 before', 'throttled'],
  ['forbids it', 'error 403 before', 'forbidden'],
  ['refuses the connection', 'refused before', 'unreachable'],
];

describe.each(kinds)('%s that', (kind) => {
  atMarket(kind);

  test.each(bad)('%s is away for the customer, and the owner reads why', async (_, way, reason) => {
    const someone = await customer();
    // The token of Shopify is had already: it is its answer about the order that is bad.
    market.bench.proxy.fail((call) => (call.path.endsWith('/access_token') ? 'well' : way));
    await survives(someone, [reason], () => market.bench.proxy.fail());
  });

  test('revoked our keys is away until they are given again; a coupon that waits for it is made then', async () => {
    const someone = await customer();
    market.bench.proxy.fail(() => 'error 401 before');
    expect(await redeem(stand.sound, someone.contact)).toMatchObject({ result: 'pending', points: 800 });
    expect(reasonsIn(stand.sound)).toEqual(['unauthorized']);
    market.bench.proxy.fail();
    forward(market.house, 2 * minuteMs);
    expect(await stand.sound.settle()).toMatchObject({ issued: 1, open: 0 });
    expect(await redeem(stand.sound, someone.contact)).toMatchObject({
      result: 'already_issued',
      points: 800,
    });
    await expectEven(stand);
  });

  test('has no credentials here is away, and the owner reads that', async () => {
    const { claim } = await customer();
    const keyless = stand.process({ secrets: {} });
    expect(await claim(keyless)).toMatchObject(unavailable);
    const broken = stand.process({ secrets: { [storeId]: { nonsense: true } } });
    expect(await claim(broken)).toMatchObject(unavailable);
    expect([...reasonsIn(keyless), ...reasonsIn(broken)]).toEqual(['no_credentials', 'no_credentials']);
    expect(await claim(stand.sound)).toMatchObject({ result: 'credited' });
  });
});

describe('Shopify that', () => {
  atMarket('Shopify');
  afterEach(() => {
    shopify.fake.granted = { ...shopify.fake.granted, people: 'shown', scopes: new Set(allScopes) };
    shopify.fake.mangle = undefined;
    shopify.fake.version = '2026-10';
  });

  test.each(['refused', 'redacted'] as const)(
    'does not show customers’ data (%s) says so to the owner, and is never "not found"',
    async (people_) => {
      const someone = await customer();
      shopify.fake.granted = { ...shopify.fake.granted, people: people_ };
      await survives(someone, ['pii_not_granted'], () => {
        shopify.fake.granted = { ...shopify.fake.granted, people: 'shown' };
      });
    },
  );

  test('revoked the secret of the app is away', async () => {
    const someone = await customer();
    const { clientSecret } = shopify.fake;
    shopify.fake.tokens.clear();
    shopify.fake.clientSecret = 'another';
    await survives(someone, ['unauthorized'], () => {
      shopify.fake.clientSecret = clientSecret;
    });
  });

  test('forgot a token gives another, and nobody notices', async () => {
    const { claim } = await customer();
    await stand.sound.chat('verify-order', { contact_id: 'x', order_number: '1' });
    shopify.fake.tokens.clear();
    expect(await claim(stand.sound)).toMatchObject({ result: 'credited' });
  });

  test('answers with an older version of its API still counts, and its trouble names the version', async () => {
    const someone = await customer();
    shopify.fake.version = '2027-01';
    shopify.fake.mangle = () => ({ data: { orders: { nodes: [{ id: 1 }] } } });
    const own = stand.process();
    expect(await someone.claim(own)).toMatchObject(unavailable);
    expect(JSON.stringify(own.logged.events)).toContain('2027-01');
    shopify.fake.mangle = undefined;
    expect(await someone.claim(own)).toMatchObject({ result: 'credited' });
  });

  test.each([
    [
      'more decimals than the currency has',
      (order: ReturnType<ShopifyBench['orderOf']>) => void (order.currency = 'JPY'),
    ],
    [
      'a currency that there is not',
      (order: ReturnType<ShopifyBench['orderOf']>) => void (order.currency = 'EURO'),
    ],
    ['a negative total', (order: ReturnType<ShopifyBench['orderOf']>) => void (order.totalCents = -6_050)],
  ])('tells %s is away, and not without the order', async (_, spoil) => {
    const someone = await customer();
    const order = shopify.orderOf(someone);
    const { currency, totalCents } = order;
    order.currentCents = order.receivedCents = order.itemsCents = order.totalCents = 6_050;
    spoil(order);
    await survives(someone, ['malformed'], () => {
      Object.assign(order, {
        currency,
        totalCents,
        currentCents: 6_000,
        receivedCents: 6_000,
        itemsCents: 6_000,
      });
    });
  });

  test('has no e-mail for an order knows no such order of the customer', async () => {
    const { claim, id } = await customer();
    Object.assign(shopify.orderOf({ id }), { email: null, notifiable: false });
    expect(await claim(stand.sound)).toMatchObject({ result: 'not_found', order_number: 'none' });
  });

  test('sells in another currency makes no coupon of ours, and the points are back', async () => {
    const { contact } = await customer();
    shopify.fake.granted = { ...shopify.fake.granted, shopCurrency: 'SEK' };
    const own = stand.process();
    expect(await redeem(own, contact)).toMatchObject({ result: 'reward_unavailable', points: 1000 });
    shopify.fake.granted = { ...shopify.fake.granted, shopCurrency: 'EUR' };
  });
});

describe('WooCommerce that', () => {
  atMarket('WooCommerce');
  const rowOf = (id: string) => {
    const row = woo.fake.orders.rows.find((one) => String(one.id) === id);
    if (row === undefined) throw new Error(`no order ${id}`);
    return row;
  };
  afterEach(() => {
    Object.assign(woo.fake.door, { plainHttp: false, permission: 'read_write', role: 'shop_manager' });
  });

  test.each([
    ['a negative total', { total: '-60.00' }],
    ['more decimals than the currency has', { total: '60.001' }],
    ['a currency that there is not', { currency: 'EURO' }],
    ['more given back than was paid', { refunds: [{ id: 1, reason: '', total: '-61.00' }] }],
    ['money given back as a gain', { refunds: [{ id: 1, reason: '', total: '10.00' }] }],
    ['a sum in words', { total: 'sixty' }],
  ])('tells %s is away, and not without the order', async (_, wrong) => {
    const someone = await customer();
    const row = rowOf(someone.id);
    const { total, currency, refunds } = row;
    Object.assign(row, wrong);
    await survives(someone, ['malformed'], () => Object.assign(row, { total, currency, refunds }));
  });

  test('has no e-mail for an order knows no such order of the customer', async () => {
    const { claim, id } = await customer();
    rowOf(id).email = null;
    expect(await claim(stand.sound)).toMatchObject({ result: 'not_found', order_number: 'none' });
  });

  test('believes that it is called without TLS, or took the rights of our user, is away', async () => {
    const someone = await customer();
    woo.fake.door.plainHttp = true;
    const own = stand.process();
    expect(await someone.claim(own)).toMatchObject(unavailable);
    woo.fake.door.plainHttp = false;
    woo.fake.door.role = 'subscriber';
    expect(await someone.claim(own)).toMatchObject(unavailable);
    expect(reasonsIn(own)).toEqual(['unauthorized', 'forbidden']);
    woo.fake.door.role = 'shop_manager';
    expect(await someone.claim(own)).toMatchObject({ result: 'credited' });
  });

  test('lets us only read keeps a reward pending until we may write', async () => {
    const { contact } = await customer();
    woo.fake.door.permission = 'read';
    expect(await redeem(stand.sound, contact)).toMatchObject({ result: 'pending' });
    expect(reasonsIn(stand.sound)).toEqual(['unauthorized']);
    woo.fake.door.permission = 'read_write';
    forward(market.house, 2 * minuteMs);
    expect(await stand.sound.settle()).toMatchObject({ issued: 1 });
    await expectEven(stand);
  });

  test('sells in another currency than the program is told as it is', async () => {
    const { claim, id } = await customer();
    rowOf(id).currency = 'SEK';
    expect(await claim(stand.sound)).toMatchObject({ result: 'wrong_currency', points_change: 0 });
  });
});

describe('a site that', () => {
  atMarket('a site');
  const found = {
    found: true,
    order_id: '1',
    status: 'paid',
    currency: 'USD',
    amount: '60.00',
    refunded_amount: '0.00',
  };

  test.each([
    ['a negative amount', { amount: '-60.00' }],
    ['more decimals than the currency has', { amount: '60.001' }],
    ['a currency that there is not', { currency: 'dollars' }],
    ['an amount in words', { amount: 'sixty' }],
    ['a state that there is not', { status: 'lost' }],
    ['more given back than was paid', { refunded_amount: '60.01' }],
    ['that it may be', { found: 'maybe' }],
  ])('tells %s is away, and not without the order', async (_, wrong) => {
    const someone = await customer();
    market.bench.proxy.fail(() => ({ status: 200, body: JSON.stringify({ ...found, ...wrong }) }));
    await survives(someone, ['malformed'], () => market.bench.proxy.fail());
  });

  test('answers about another order than it was asked for is away', async () => {
    const someone = await customer();
    market.bench.proxy.fail(() => ({
      status: 200,
      body: JSON.stringify({ ...found, order_number: '4711' }),
    }));
    await survives(someone, ['malformed'], () => market.bench.proxy.fail());
  });
});
