import { afterEach, describe, expect, test } from '@jest/globals';
import {
  atMarket,
  customer,
  market,
  reasonsIn,
  shopify,
  stand,
  survives,
  unavailable,
  woo,
} from './hostile-scene.ts';
import { expectEven, redeem } from './market.ts';
import { allScopes } from './shopify/fake.ts';
import { forward, minuteMs } from './stage.ts';

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
    ['more decimals than the currency has', { currency: 'JPY' }],
    ['a currency that there is not', { currency: 'EURO' }],
    ['a negative total', { totalCents: -6_050 }],
  ])('tells %s is away, and not without the order', async (_, spoil) => {
    const someone = await customer();
    const order = shopify.orderOf(someone);
    const { currency, totalCents } = order;
    order.currentCents = order.receivedCents = order.itemsCents = order.totalCents = 6_050;
    Object.assign(order, spoil);
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
