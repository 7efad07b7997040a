import { afterEach, describe, expect, test } from '@jest/globals';
import type { FakeCall, Interception } from '../../shops/woocommerce/fake.ts';
import { closeAll, patient, scene, spec } from '../../shops/woocommerce/scene.ts';

afterEach(closeAll);

const { code, redemption } = spec();
const named = { code, redemption };
const made = { kind: 'made' };

describe('a code that another coupon has', () => {
  test('is refused, and that coupon stays', async () => {
    const { shop, fake } = await scene();
    fake.coupons.add(code.toLowerCase());
    expect(await shop.makeCoupon(spec(), false, patient())).toMatchObject({ kind: 'refused' });
    expect(await shop.makeCoupon(spec(), true, patient())).toMatchObject({ kind: 'refused' });
    expect(await shop.findCoupon(named, patient())).toEqual({ kind: 'foreign' });
    expect(await shop.cancelCoupon(named, patient())).toEqual({ kind: 'none' });
    expect(fake.coupons.rows).toHaveLength(1);
  });

  test('of another redemption is another coupon', async () => {
    const { shop, fake } = await scene();
    await shop.makeCoupon(spec({ redemption: 'R-4' }), false, patient());
    expect(await shop.makeCoupon(spec(), true, patient())).toMatchObject({ kind: 'refused' });
    expect(await shop.findCoupon(named, patient())).toEqual({ kind: 'foreign' });
    expect(fake.coupons.rows).toHaveLength(1);
  });

  test('and that came while ours was made costs ours, which is removed', async () => {
    const { shop, fake, bench } = await scene();
    fake.coupons.race(2);
    const [ours, other] = await Promise.all([
      shop.makeCoupon(spec(), false, patient()),
      shop.makeCoupon(spec({ redemption: 'R-43' }), false, patient()),
    ]);
    // Neither can tell who was first, so that neither keeps what customers might get instead of the other.
    const kinds = [ours.kind, other.kind];
    expect(kinds).toContain('refused');
    const left = await bench.coupons(code);
    expect(left.length).toBe(kinds.filter((kind) => kind === 'made').length);
  });

  test('and that alone is shown by the search costs ours too', async () => {
    const { shop, fake } = await scene();
    const other = { id: 5, code, status: 'publish', description: '', usage_count: 0, meta_data: [] };
    fake.intercept(({ query }) =>
      query.has('search') ? { kind: 'answer', status: 200, body: JSON.stringify([other]) } : undefined,
    );
    expect(await shop.makeCoupon(spec(), false, patient())).toMatchObject({ kind: 'refused' });
    expect(fake.coupons.rows).toEqual([]);
  });

  test('only begins alike is no other', async () => {
    const { shop, fake } = await scene();
    fake.coupons.add(`${code}-B`, { description: code });
    expect(await shop.makeCoupon(spec(), true, patient())).toEqual(made);
    expect(fake.coupons.rows).toHaveLength(2);
  });

  test('lies in the bin or is a draft does not stand in the way', async () => {
    const { shop, fake } = await scene();
    fake.coupons.add(code, { status: 'draft' });
    fake.coupons.add(code, { status: 'trash' });
    expect(await shop.makeCoupon(spec(), true, patient())).toEqual(made);
    expect(await shop.findCoupon(named, patient())).toEqual({ kind: 'ours', used: false });
  });
});

const answered =
  (change: object) =>
  ({ method }: FakeCall, body: object): Interception | undefined =>
    method === 'POST'
      ? { kind: 'answer', status: 201, body: JSON.stringify({ ...body, ...change }) }
      : undefined;

describe('a shop that makes something else', () => {
  const row = {
    id: 11,
    code: code.toLowerCase(),
    status: 'publish',
    description: '',
    usage_count: 0,
    date_expires_gmt: '2026-12-21T23:59:59',
    meta_data: [],
  };

  test.each([
    ['without an end', { date_expires_gmt: null }],
    ['with an end in its own zone', { date_expires_gmt: '2026-12-21T22:59:59' }],
    ['under another code', { code: 'loy7kq29xwdm4tc' }],
  ])('%s has it taken away again', async (_, change) => {
    const { shop, fake } = await scene();
    fake.coupons.add('whatever');
    fake.intercept((call) => answered(change)(call, row));
    expect(await shop.makeCoupon(spec(), false, patient())).toMatchObject({ kind: 'refused' });
    expect(fake.coupons.rows).toEqual([]);
    expect(fake.calls[1]).toMatchObject({ method: 'DELETE', path: '/coupons/11' });
    expect(fake.calls[1]?.query.get('force')).toBe('true');
  });

  test('and cannot take it away is trouble', async () => {
    const { shop, fake } = await scene();
    fake.intercept((call) => {
      if (call.method === 'DELETE') return { kind: 'answer', status: 503, body: '' };
      return answered({ date_expires_gmt: null })(call, row);
    });
    expect(await shop.makeCoupon(spec(), false, patient())).toMatchObject({
      kind: 'trouble',
      reason: 'server_error',
    });
  });
});

describe('a refusal', () => {
  test('is what the shop says of the coupon itself', async () => {
    const { shop, fake } = await scene();
    const benefit = { kind: 'percent' as const, percent: 101, products: [] };
    expect(await shop.makeCoupon(spec({ benefit }), false, patient())).toEqual({
      kind: 'refused',
      detail: 'coupon_invalid_amount',
    });
    expect(fake.coupons.rows).toEqual([]);
  });

  test.each([
    ['keys that may only read', 401, 'woocommerce_rest_authentication_error', 'unauthorized'],
    ['a user who may not', 403, 'woocommerce_rest_cannot_create', 'forbidden'],
    ['a database that failed', 400, 'woocommerce_rest_shop_coupon_not_created', 'malformed'],
    ['a body that was mangled', 400, 'rest_invalid_json', 'malformed'],
    ['no such route', 404, 'rest_no_route', 'malformed'],
    ['a fault', 500, 'internal_server_error', 'server_error'],
    ['a gateway', 504, undefined, 'server_error'],
    ['too many', 429, undefined, 'throttled'],
    ['a page of a firewall', 400, undefined, 'malformed'],
  ])('is not %s', async (_, status, error, reason) => {
    const { shop, fake } = await scene();
    fake.intercept(() => ({
      kind: 'answer',
      status,
      body: error === undefined ? '<html>' : JSON.stringify({ code: error, message: '' }),
    }));
    expect(await shop.makeCoupon(spec(), false, patient())).toMatchObject({ kind: 'trouble', reason });
    expect(fake.calls).toHaveLength(1);
  });

  test('is not that the code exists, where nothing shows it', async () => {
    const { shop, fake } = await scene();
    fake.intercept(({ method }) =>
      method === 'POST'
        ? {
            kind: 'answer',
            status: 400,
            body: JSON.stringify({ code: 'woocommerce_rest_coupon_code_already_exists' }),
          }
        : undefined,
    );
    expect(await shop.makeCoupon(spec(), false, patient())).toMatchObject({ kind: 'trouble' });
  });
});
