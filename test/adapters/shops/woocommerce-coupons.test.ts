import { afterEach, describe, expect, test } from '@jest/globals';
import { instant } from '../../../functions/domain/ids.ts';
import { currency } from '../../../functions/domain/money.ts';
import { closeAll, patient, posted, scene, spec } from '../../shops/woocommerce/scene.ts';

afterEach(closeAll);

const { code, redemption } = spec();
const named = { code, redemption };
const made = { kind: 'made' };

describe('a coupon', () => {
  test('is made as it was told: once, for one, alone, until its last second, and marked as ours', async () => {
    const { shop, fake } = await scene();
    expect(await shop.makeCoupon(spec(), false, patient())).toEqual(made);
    expect(posted(fake)).toEqual({
      code: 'LOY-7KQ2-9XWD-M4TC',
      discount_type: 'percent',
      amount: '20',
      individual_use: true,
      usage_limit: 1,
      usage_limit_per_user: 1,
      date_expires: '2026-12-21T23:59:59Z',
      description: 'Loyalty reward: a fifth off (R-42)',
      meta_data: [{ key: '_loyalty_redemption_id', value: 'R-42' }],
    });
    expect(fake.coupons.rows).toHaveLength(1);
    expect(fake.coupons.rows[0]?.expiresMs).toBe(Date.UTC(2026, 11, 21, 23, 59, 59));
    expect(await shop.findCoupon(named, patient())).toEqual({ kind: 'ours', used: false });
  });

  test.each([
    [
      'a gift: one piece of its products',
      { kind: 'product', products: ['10', '20'] },
      { discount_type: 'percent', amount: '100', product_ids: [10, 20], limit_usage_to_x_items: 1 },
    ],
    [
      'a sum off the cart',
      { kind: 'amount', valueMinor: 1500, products: [] },
      { discount_type: 'fixed_cart', amount: '15.00' },
    ],
    [
      'a sum off a product: once, not from each piece',
      { kind: 'amount', valueMinor: 500, products: ['10'] },
      { discount_type: 'fixed_product', amount: '5.00', product_ids: [10], limit_usage_to_x_items: 1 },
    ],
    [
      'percents of everything',
      { kind: 'percent', percent: 20, products: [] },
      { discount_type: 'percent', amount: '20' },
    ],
    [
      'percents of some products',
      { kind: 'percent', percent: 20, products: ['10'] },
      { discount_type: 'percent', amount: '20', product_ids: [10] },
    ],
    [
      'free shipping',
      { kind: 'free_shipping' },
      { discount_type: 'fixed_cart', amount: '0', free_shipping: true },
    ],
  ] as const)('says %s', async (_, benefit, said) => {
    const { shop, fake } = await scene();
    const wanted = 'products' in benefit ? { ...benefit, products: [...benefit.products] } : benefit;
    expect(await shop.makeCoupon(spec({ benefit: wanted }), false, patient())).toEqual(made);
    expect(posted(fake)).toMatchObject(said);
    expect(Object.keys(posted(fake))).toHaveLength(Object.keys(said).length + 7);
  });

  test('in a currency without decimals is written without', async () => {
    const { shop, fake } = await scene({ currency: 'JPY' });
    const benefit = { kind: 'amount' as const, valueMinor: 500, products: [] };
    await shop.makeCoupon(spec({ benefit, currency: currency.parse('JPY') }), false, patient());
    expect(posted(fake)).toMatchObject({ amount: '500' });
  });

  test('over a sum is not made in another currency than the shop’s, which is asked for once', async () => {
    const { shop, fake } = await scene({ currency: 'USD' });
    const benefit = { kind: 'amount' as const, valueMinor: 1500, products: [] };
    for (const again of [false, true])
      expect(await shop.makeCoupon(spec({ benefit }), again, patient())).toEqual({
        kind: 'refused',
        detail: 'the shop sells in USD',
      });
    expect(fake.coupons.rows).toEqual([]);
    expect(fake.calls.filter(({ path }) => path === '/data/currencies/current')).toHaveLength(1);
  });

  test('over a sum is made by keys that may not read the currency', async () => {
    const { shop, fake } = await scene();
    fake.intercept(({ path }) =>
      path.startsWith('/data') ? { kind: 'answer', status: 403, body: '{}' } : undefined,
    );
    const benefit = { kind: 'amount' as const, valueMinor: 1500, products: [] };
    expect(await shop.makeCoupon(spec({ benefit }), false, patient())).toEqual(made);
  });

  test('ends at the same second in every zone of a shop', async () => {
    for (const zone of ['Europe/Madrid', 'America/Los_Angeles', 'Asia/Kolkata']) {
      const { shop, fake } = await scene({ zone });
      expect(await shop.makeCoupon(spec(), false, patient())).toEqual(made);
      expect(fake.coupons.rows[0]?.expiresMs).toBe(Date.UTC(2026, 11, 21, 23, 59, 59));
    }
  });

  test('is used once and refused then, and looks used', async () => {
    const { shop, bench } = await scene();
    await shop.makeCoupon(spec(), false, patient());
    await bench.place({ email: 'ana@example.com', total: '30.00', coupon: code });
    await expect(bench.place({ email: 'zed@example.com', total: '30.00', coupon: code })).rejects.toThrow(
      'limit',
    );
    expect(await shop.findCoupon(named, patient())).toEqual({ kind: 'ours', used: true });
    expect((await bench.coupons(code))[0]).toMatchObject({ uses: 1, usable: false });
  });

  test('without products, or with ids that are no numbers, would be any product, and is refused unasked', async () => {
    const { shop, fake } = await scene();
    for (const products of [[], ['ten'], ['10', '-1'], ['0']])
      expect(
        await shop.makeCoupon(spec({ benefit: { kind: 'product', products } }), false, patient()),
      ).toMatchObject({ kind: 'refused' });
    expect(fake.calls).toEqual([]);
  });
});

describe('one coupon for each redemption', () => {
  test('stays of four calls at once, though the shop makes two', async () => {
    const { shop, fake, bench } = await scene();
    fake.coupons.race(2);
    const four = await Promise.all([1, 2, 3, 4].map(() => shop.makeCoupon(spec(), false, patient())));
    expect(four).toEqual([made, made, made, made]);
    expect(await bench.coupons(code)).toHaveLength(1);
    expect(fake.coupons.rows[0]?.id).toBe(11);
  });

  test('stays of four calls at once that all make one', async () => {
    const { shop, fake, bench } = await scene();
    fake.coupons.race(4);
    const four = await Promise.all([1, 2, 3, 4].map(() => shop.makeCoupon(spec(), false, patient())));
    expect(four).toEqual([made, made, made, made]);
    expect(await bench.coupons(code)).toHaveLength(1);
  });

  test('is the used one, where a twin was used already', async () => {
    const { shop, fake, bench } = await scene();
    const { meta_data } = { meta_data: [{ key: '_loyalty_redemption_id', value: redemption }] };
    fake.coupons.add(code, { meta_data, usage_limit: 1 });
    fake.coupons.add(code, { meta_data, usage_limit: 1 }).usedBy = ['ana@example.com'];
    expect(await shop.makeCoupon(spec(), true, patient())).toEqual(made);
    expect(await bench.coupons(code)).toMatchObject([{ uses: 1 }]);
    expect(fake.coupons.rows[0]?.id).toBe(12);
  });

  test('is found again after its answer was lost, and not made again', async () => {
    const { shop, fake, bench } = await scene();
    fake.intercept(({ method }) => (method === 'POST' ? { kind: 'lose' } : undefined));
    expect(await shop.makeCoupon(spec(), false, patient())).toMatchObject({
      kind: 'trouble',
      reason: 'unreachable',
    });
    fake.intercept(() => undefined);
    const before = fake.calls.length;
    expect(await shop.makeCoupon(spec(), true, patient())).toEqual(made);
    expect(fake.calls.slice(before).map(({ method }) => method)).toEqual(['GET']);
    expect(await bench.coupons(code)).toHaveLength(1);
  });

  test('is made on another try, where the first never arrived', async () => {
    const { shop, fake, bench } = await scene();
    fake.intercept(() => ({ kind: 'break' }));
    expect(await shop.makeCoupon(spec(), false, patient())).toMatchObject({ kind: 'trouble' });
    expect(fake.calls).toHaveLength(1);
    fake.intercept(() => undefined);
    expect(await shop.makeCoupon(spec(), true, patient())).toEqual(made);
    expect(await bench.coupons(code)).toHaveLength(1);
  });

  test('is known for ours where the shop says that the code exists', async () => {
    const { shop } = await scene();
    await shop.makeCoupon(spec(), false, patient());
    expect(await shop.makeCoupon(spec({ code: code.toLowerCase() }), false, patient())).toEqual(made);
  });

  test('is made anew where the shop died before it had written its limits', async () => {
    const { shop, fake, bench } = await scene();
    fake.coupons.dieHalfway();
    expect(await shop.makeCoupon(spec(), false, patient())).toMatchObject({ reason: 'server_error' });
    expect((await bench.coupons(code))[0]).toMatchObject({ expiresAt: 'never' });
    expect(await shop.findCoupon(named, patient())).toEqual({ kind: 'none' });
    expect(await shop.makeCoupon(spec(), true, patient())).toEqual(made);
    expect(await bench.coupons(code)).toMatchObject([{ expiresAt: '2026-12-21T23:59:59.000Z' }]);
  });

  test('is not told as made before it is sure that it has no twin', async () => {
    const { shop, fake } = await scene();
    fake.intercept(({ method }) => (method === 'GET' ? { kind: 'break' } : undefined));
    expect(await shop.makeCoupon(spec(), false, patient())).toMatchObject({
      kind: 'trouble',
      reason: 'unreachable',
    });
    expect(fake.coupons.rows).toHaveLength(1);
  });

  test('is seen by a shop whose search finds nothing', async () => {
    const { shop, fake } = await scene();
    fake.intercept(({ query }) =>
      query.has('search') ? { kind: 'answer', status: 200, body: '[]' } : undefined,
    );
    expect(await shop.makeCoupon(spec(), false, patient())).toEqual(made);
    expect(await shop.makeCoupon(spec(), true, patient())).toEqual(made);
    expect(await shop.cancelCoupon(named, patient())).toEqual({ kind: 'cancelled' });
    expect(fake.coupons.rows).toEqual([]);
  });
});

describe('cancelling', () => {
  test('removes it past the bin, and again finds nothing', async () => {
    const { shop, fake } = await scene();
    await shop.makeCoupon(spec(), false, patient());
    expect(await shop.cancelCoupon(named, patient())).toEqual({ kind: 'cancelled' });
    expect(fake.coupons.rows).toEqual([]);
    expect(await shop.cancelCoupon(named, patient())).toEqual({ kind: 'none' });
  });

  test('removes every twin, and halves', async () => {
    const { shop, fake } = await scene();
    const meta_data = [{ key: '_loyalty_redemption_id', value: redemption }];
    fake.coupons.add(code, { meta_data });
    fake.coupons.add(code, { meta_data });
    fake.coupons.add(code, { description: 'Loyalty reward (R-42)' });
    expect(await shop.cancelCoupon(named, patient())).toEqual({ kind: 'cancelled' });
    expect(fake.coupons.rows).toEqual([]);
  });

  test('leaves a used one, and removes its unused twin', async () => {
    const { shop, fake, bench } = await scene();
    await shop.makeCoupon(spec(), false, patient());
    await bench.place({ email: 'ana@example.com', total: '30.00', coupon: code });
    fake.coupons.add(code, { meta_data: [{ key: '_loyalty_redemption_id', value: redemption }] });
    expect(await shop.cancelCoupon(named, patient())).toEqual({ kind: 'used' });
    expect(await bench.coupons(code)).toMatchObject([{ uses: 1 }]);
  });

  test('says used where it was used between look and removal', async () => {
    const { shop, fake, bench } = await scene();
    await shop.makeCoupon(spec(), false, patient());
    fake.intercept(({ method }) => {
      if (method === 'DELETE')
        fake.orders.place({ email: 'ana@example.com', total: '30.00', coupons: [code] });
      return undefined;
    });
    expect(await shop.cancelCoupon(named, patient())).toEqual({ kind: 'used' });
    expect(await bench.coupons(code)).toEqual([]);
  });

  test('by two at once is cancelled for both', async () => {
    const { shop } = await scene();
    await shop.makeCoupon(spec(), false, patient());
    const both = await Promise.all([1, 2].map(() => shop.cancelCoupon(named, patient())));
    for (const { kind } of both) expect(['cancelled', 'none']).toContain(kind);
    expect(both.map(({ kind }) => kind)).toContain('cancelled');
  });

  test('whose answer is lost is trouble, and done', async () => {
    const { shop, fake } = await scene();
    await shop.makeCoupon(spec(), false, patient());
    fake.intercept(({ method }) => (method === 'DELETE' ? { kind: 'lose' } : undefined));
    expect(await shop.cancelCoupon(named, patient())).toMatchObject({ kind: 'trouble' });
    expect(await shop.cancelCoupon(named, patient())).toEqual({ kind: 'none' });
  });

  test('at a shop that forbids removals is trouble', async () => {
    const { shop, fake } = await scene();
    await shop.makeCoupon(spec(), false, patient());
    fake.intercept(({ method }) =>
      method === 'DELETE' ? { kind: 'answer', status: 403, body: '<html>' } : undefined,
    );
    expect(await shop.cancelCoupon(named, patient())).toMatchObject({ kind: 'trouble', reason: 'forbidden' });
  });

  test('gives the use back when the order is cancelled at the shop', async () => {
    const { shop, bench } = await scene();
    await shop.makeCoupon(spec({ expiresAt: instant.parse(Date.UTC(2027, 0, 1)) }), false, patient());
    const placed = await bench.place({ email: 'ana@example.com', total: '30.00', coupon: code });
    await bench.cancel(placed);
    expect(await shop.findCoupon(named, patient())).toEqual({ kind: 'ours', used: false });
  });
});
