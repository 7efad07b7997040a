import { afterEach, describe, expect, test } from '@jest/globals';
import { ana, closeAll, mail, orderOf, patient, scene, startMs } from '../../shops/woocommerce/scene.ts';

afterEach(closeAll);

describe('an order', () => {
  test('is found by its number and e-mail, with what the shop knows of it', async () => {
    const { find, row, fake } = await scene();
    row({ email: 'Ana@Example.com' });
    expect(await find('11')).toEqual({
      kind: 'found',
      order: {
        number: '11',
        id: '11',
        email: 'ana@example.com',
        totalMinor: 4500,
        itemsMinor: 4500,
        refundedMinor: 0,
        currency: 'EUR',
        status: 'paid',
        placedAt: startMs,
        updatedAt: startMs,
        test: false,
        codes: [],
        linked: false,
      },
    });
    expect(fake.calls).toHaveLength(1);
  });

  test('is asked for with the keys in the header, never in the address', async () => {
    const { find, row, fake } = await scene();
    row({ email: 'zed@example.com' });
    await find('11');
    for (const { authorization, query } of fake.calls) {
      expect(authorization).toMatch(/^Basic /);
      expect(query.toString()).not.toMatch(/c[ks]_/);
    }
    expect(fake.calls).toHaveLength(2);
  });

  test('under another e-mail is not found, by as many calls as one that does not exist', async () => {
    const { find, row, fake } = await scene();
    row({ email: 'zed@example.com' });
    expect(await find('11')).toEqual({ kind: 'none' });
    const ofAnother = fake.calls.length;
    expect(await find('9999')).toEqual({ kind: 'none' });
    expect(fake.calls.length - ofAnother).toBe(ofAnother);
  });

  test('of a shop with a numbering plugin is found by e-mail, and the order whose id is that number is not it', async () => {
    const { find, row } = await scene({ numbering: (id) => String(id + 1) });
    row();
    row({ total: '20.00' });
    // Number 12 is the order 11; the order 12 is number 13.
    expect(orderOf(await find('12'))).toMatchObject({ id: '11', number: '12', totalMinor: 4500 });
    expect(orderOf(await find('13'))).toMatchObject({ id: '12', number: '13', totalMinor: 2000 });
    expect(await find('11')).toEqual({ kind: 'none' });
  });

  test('is found by a number with letters, however the plugin prints it', async () => {
    const { find, row } = await scene({ numbering: (id) => `#so-${1000 + id}` });
    row();
    expect(orderOf(await find('SO-1011'))).toMatchObject({ id: '11', number: 'SO-1011' });
  });

  test('of somebody whose e-mail or name contains Ana’s is not hers', async () => {
    const { find, fake } = await scene({ numbering: () => 'A-1' });
    fake.orders.place({ email: 'susana@example.com', total: '9.00' });
    fake.orders.place({ email: 'zed@example.com', total: '9.00', firstName: 'ana@example.com' });
    expect(await find('A-1')).toEqual({ kind: 'none' });
  });

  test('is found under any of the e-mails, one with a plus sign too', async () => {
    const { find, row } = await scene({ numbering: (id) => `A-${id}` });
    row({ email: 'ana+shop@example.com' });
    expect(orderOf(await find('A-11', ana, mail('ana+shop@example.com'))).email).toBe('ana+shop@example.com');
  });

  test('is not found where two of hers print the same number', async () => {
    const { find, row } = await scene({ numbering: () => 'A-1' });
    row();
    row();
    expect(await find('A-1')).toEqual({ kind: 'none' });
  });

  test('is found behind newer ones of hers, on a later page', async () => {
    const { find, row, clock, fake } = await scene({ numbering: (id) => `A-${id}` });
    for (let count = 0; count < 120; count += 1) {
      row();
      clock.ms += 1000;
    }
    expect(orderOf(await find('A-11')).id).toBe('11');
    expect(fake.calls).toHaveLength(4);
  });

  test('is read by its id, whoever it is of; a missing one is none', async () => {
    const { shop, row } = await scene();
    row({ email: 'zed@example.com' });
    expect(orderOf(await shop.readOrder('11', patient())).email).toBe('zed@example.com');
    expect(await shop.readOrder('12', patient())).toEqual({ kind: 'none' });
    expect(await shop.readOrder('11/refunds', patient())).toEqual({ kind: 'none' });
  });

  test('without an e-mail is read, and found under none', async () => {
    const { shop, find, row } = await scene();
    row().email = null;
    expect(orderOf(await shop.readOrder('11', patient())).email).toBeUndefined();
    expect(await find('11')).toEqual({ kind: 'none' });
  });
});

describe('money', () => {
  test('that went back stands beside the total, which the shop leaves as it was', async () => {
    const { shop, row, fake } = await scene();
    const order = row();
    fake.orders.refund(order, '10.00', 'part');
    fake.orders.refund(order, '0.00', 'goods only');
    expect(orderOf(await shop.readOrder('11', patient()))).toMatchObject({
      status: 'paid',
      totalMinor: 4500,
      refundedMinor: 1000,
    });
    fake.orders.refund(order, '35.00', 'the rest');
    expect(orderOf(await shop.readOrder('11', patient()))).toMatchObject({
      status: 'refunded',
      totalMinor: 4500,
      refundedMinor: 4500,
    });
  });

  test('of lines is summed without shipping, and absent where the shop tells no lines', async () => {
    const { shop, row, fake } = await scene();
    row({ total: '50.00' }).lines = [
      { productId: 10, quantity: 1, total: '30.00' },
      { productId: 20, quantity: 2, total: '15.50' },
    ];
    expect(orderOf(await shop.readOrder('11', patient()))).toMatchObject({
      totalMinor: 5000,
      itemsMinor: 4550,
    });
    const order = fake.orders.rows[0];
    const { line_items: _, ...rest } = JSON.parse(JSON.stringify(order && fake.orders.show(order)));
    fake.intercept(() => ({ kind: 'answer', status: 200, body: JSON.stringify(rest) }));
    expect(orderOf(await shop.readOrder('11', patient())).itemsMinor).toBeUndefined();
  });

  test('of a currency without decimals, or written with more zeros, is read', async () => {
    const { shop, row } = await scene({ currency: 'JPY' });
    row({ total: '4500.00' });
    expect(orderOf(await shop.readOrder('11', patient()))).toMatchObject({
      totalMinor: 4500,
      currency: 'JPY',
    });
  });

  test.each([
    ['a negative total', { total: '-45.00' }],
    ['a total with an exponent', { total: '4e3' }],
    ['a total with a comma', { total: '45,00' }],
    ['a fraction of a cent', { total: '45.005' }],
    ['a total that is a number', { total: 45 }],
    ['a total beyond all sense', { total: '99999999999999.00' }],
    ['a currency that nobody knows', { currency: 'BTC' }],
    ['no currency', { currency: '' }],
    ['a refund that adds', { refunds: [{ id: 1, total: '10.00' }] }],
    ['more refunded than paid', { refunds: [{ id: 1, total: '-45.01' }] }],
    ['a refund without a sum', { refunds: [{ id: 1 }] }],
    ['refunds that are none', { refunds: {} }],
    ['a line that cannot be read', { line_items: [{ total: 'NaN' }] }],
    ['no day', { date_created_gmt: 'yesterday' }],
    ['no number', { number: '№ ∞' }],
  ])('is never guessed: %s is malformed, not missing', async (_, change) => {
    const { shop, row, fake } = await scene();
    const shown = { ...JSON.parse(JSON.stringify(fake.orders.show(row()))), ...change };
    fake.intercept(() => ({ kind: 'answer', status: 200, body: JSON.stringify(shown) }));
    expect(await shop.readOrder('11', patient())).toMatchObject({ kind: 'trouble', reason: 'malformed' });
  });

  test('of an order that is not the one asked for does not matter', async () => {
    const { find, row, fake } = await scene();
    row({ email: 'zed@example.com' }).total = '-1';
    expect(await find('11')).toEqual({ kind: 'none' });
    row().total = '-1';
    expect(await find('12')).toMatchObject({
      kind: 'trouble',
      reason: 'malformed',
      detail: expect.stringContaining('order 12'),
    });
    expect(fake.calls.length).toBeGreaterThan(1);
  });
});

describe('the state of an order', () => {
  test.each([
    ['pending', 'pending', 'pending'],
    ['processing', 'paid', 'pending'],
    ['on-hold', 'pending', 'pending'],
    ['completed', 'fulfilled', 'fulfilled'],
    ['cancelled', 'cancelled', 'cancelled'],
    ['refunded', 'refunded', 'refunded'],
    ['failed', 'pending', 'pending'],
    ['checkout-draft', 'pending', 'pending'],
    ['trash', 'pending', 'pending'],
    ['awaiting-shipment', 'pending', 'pending'],
  ] as const)(
    '%s counts as %s, and as %s where only completed orders earn',
    async (status, paid, completed) => {
      const { shop, row, bench } = await scene();
      row({ status });
      expect(orderOf(await shop.readOrder('11', patient())).status).toBe(paid);
      await bench.close();
      const waiting = await scene({ store: { creditOn: 'completed' } });
      waiting.row({ status });
      expect(orderOf(await waiting.shop.readOrder('11', patient())).status).toBe(completed);
    },
  );

  test.each([
    ['failed', { codes: [], freedCodes: ['loy-a'] }],
    ['trash', { codes: [], freedCodes: ['loy-a'] }],
    ['checkout-draft', { codes: [], freedCodes: ['loy-a'] }],
    // What is over is told by its state.
    ['cancelled', { codes: ['loy-a'], freedCodes: undefined }],
    // WooCommerce keeps the coupon of a refunded order used.
    ['refunded', { codes: ['loy-a'], freedCodes: undefined }],
    ['pending', { codes: ['loy-a'], freedCodes: undefined }],
    ['processing', { codes: ['loy-a'], freedCodes: undefined }],
  ] as const)('%s uses its coupons, or has let go of them', async (status, said) => {
    const { shop, row, fake } = await scene();
    fake.coupons.add('LOY-A');
    const { id } = row({ status, coupons: ['LOY-A'] });
    const { codes, freedCodes } = orderOf(await shop.readOrder(String(id), patient()));
    expect({ codes, freedCodes }).toEqual(said);
  });

  test('is not paid before the shop says when it was', async () => {
    const { shop, row } = await scene();
    row().paidMs = null;
    expect(orderOf(await shop.readOrder('11', patient())).status).toBe('pending');
  });
});

describe('a signed link', () => {
  test('is laid beside the order, over an older one, and seen there', async () => {
    const { shop, row, fake, clock } = await scene();
    const order = row();
    order.meta = [{ key: '_other', value: 'x' }];
    clock.ms += 1000;
    expect(await shop.attachLink('11', 'ref_1', patient())).toEqual({ kind: 'attached' });
    expect(await shop.attachLink('11', 'ref_2', patient())).toEqual({ kind: 'attached' });
    expect(fake.orders.rows[0]?.meta).toEqual([
      { key: '_other', value: 'x' },
      { key: '_loyalty_ref', value: 'ref_2' },
    ]);
    expect(orderOf(await shop.readOrder('11', patient()))).toMatchObject({
      linked: true,
      updatedAt: startMs + 1000,
    });
  });

  test('of no order is trouble', async () => {
    const { shop } = await scene();
    expect(await shop.attachLink('12', 'ref', patient())).toMatchObject({
      kind: 'trouble',
      reason: 'malformed',
    });
    expect(await shop.attachLink('../x', 'ref', patient())).toMatchObject({ kind: 'trouble' });
  });
});
