import { afterEach, describe, expect, test } from '@jest/globals';
import { later } from '../../../functions/domain/ids.ts';
import { currency } from '../../../functions/domain/money.ts';
import type { CouponSpec } from '../../../functions/ports/shops.ts';
import { closeAll, json, now, openSite, patient, questionOf, serve } from '../../shops/site/scene.ts';

afterEach(closeAll);

const spec: CouponSpec = {
  code: 'LOY-7KQ2-9XWD-M4TC',
  redemption: 'R-42',
  title: 'Five off',
  benefit: { kind: 'amount', valueMinor: 500, products: ['TT-01'] },
  currency: currency.parse('USD'),
  startsAt: now,
  expiresAt: later(now, 86_400_000),
};

/** A body, a status with a body, or no answer at all. */
type Script = Readonly<Record<string, readonly (object | 'lost')[]>>;
const status = (code: number, body: object = {}) => ({ status: code, body });

/** A site that answers each question as told, the last answer again and again. */
const scripted = async (script: Script) => {
  const counts = new Map<string, number>();
  const { url, received } = await serve((request, response) => {
    const { type } = questionOf(request);
    const answers = script[type] ?? [status(400, { error: 'unknown_type' })];
    const count = counts.get(type) ?? 0;
    counts.set(type, count + 1);
    const answer = answers[Math.min(count, answers.length - 1)] ?? 'lost';
    if (answer === 'lost') response.destroy();
    else if ('status' in answer && 'body' in answer) json(response, answer.body, Number(answer.status));
    else json(response, answer);
  });
  const asked = () => received.map((request) => questionOf(request).type);
  return { shop: openSite(url).shop, received, asked };
};

const duplicate = { created: false, reason: 'duplicate' };
const ours = { found: true, used: false, redemption_id: 'R-42' };
const foreign = { found: true, used: true, redemption_id: 'R-1' };

describe('a coupon is made', () => {
  test('with everything that it promises', async () => {
    const { shop, received } = await scripted({ 'coupon.create': [{ created: true }] });
    expect(await shop.makeCoupon(spec, false, patient())).toEqual({ kind: 'made' });
    expect(received.map(questionOf)).toMatchObject([
      {
        type: 'coupon.create',
        data: {
          code: 'LOY-7KQ2-9XWD-M4TC',
          redemption_id: 'R-42',
          title: 'Five off',
          kind: 'amount',
          value: '5.00',
          currency: 'USD',
          product_ids: ['TT-01'],
          starts_at: '2026-11-21T19:20:00.000Z',
          expires_at: '2026-11-22T19:20:00.000Z',
          single_use: true,
        },
      },
    ]);
  });

  test.each([
    [
      { kind: 'percent', percent: 15, products: [] },
      { kind: 'percent', value: '15', product_ids: [] },
    ],
    [
      { kind: 'product', products: ['A', 'B'] },
      { kind: 'product', value: null, product_ids: ['A', 'B'] },
    ],
    [{ kind: 'free_shipping' }, { kind: 'free_shipping', value: null, product_ids: [] }],
  ] as const)('of each kind (%j)', async (benefit, data) => {
    const { shop, received } = await scripted({ 'coupon.create': [{ created: true }] });
    const other: CouponSpec = { ...spec, benefit: JSON.parse(JSON.stringify(benefit)) };
    expect(await shop.makeCoupon(other, false, patient())).toEqual({ kind: 'made' });
    expect(received.map(questionOf)).toMatchObject([{ data }]);
  });

  test('under one id where the answer was lost', async () => {
    const { shop, received } = await scripted({ 'coupon.create': ['lost', { created: true }] });
    expect(await shop.makeCoupon(spec, false, patient())).toEqual({ kind: 'made' });
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(received).toHaveLength(2);
  });
});

describe('a coupon is refused', () => {
  test.each([
    [duplicate, 'another coupon has the code'],
    [{ created: false, reason: 'unsupported' }, 'the site says unsupported'],
    [{ created: false, reason: 'Ana <ana@example.com>' }, 'the site says no'],
    [{ created: false, reason: 'unsupported Ana' }, 'the site says no'],
    [{ created: false, reason: 'Ana unsupported' }, 'the site says no'],
    [status(400, { error: 'unknown_type' }), 'the site makes no coupons'],
    [{ valid: false }, 'the site makes no coupons'],
  ])('where the site says so on the first request: %j', async (answer, detail) => {
    const { shop, asked } = await scripted({ 'coupon.create': [answer] });
    expect(await shop.makeCoupon(spec, false, patient())).toEqual({ kind: 'refused', detail });
    expect(asked()).toEqual(['coupon.create']);
  });

  test('where another coupon has the code, also after a lost answer', async () => {
    const { shop } = await scripted({ 'coupon.create': ['lost', duplicate], 'coupon.find': [foreign] });
    expect(await shop.makeCoupon(spec, false, patient())).toMatchObject({ kind: 'refused' });
  });
});

describe('a coupon may be there', () => {
  test.each([
    [status(401), 'unauthorized'],
    [status(403), 'forbidden'],
    [status(429), 'throttled'],
    [status(500), 'server_error'],
    [status(400, { error: 'bad_request' }), 'malformed'],
    [status(404), 'malformed'],
    [{ created: 'yes' }, 'malformed'],
    [{ created: false }, 'malformed'],
    [{}, 'malformed'],
    ['lost', 'unreachable'],
  ] as const)('after %j', async (answer, reason) => {
    const { shop } = await scripted({ 'coupon.create': [answer] });
    expect(await shop.makeCoupon(spec, false, patient())).toMatchObject({ kind: 'trouble', reason });
  });

  test('and is ours, where a duplicate comes after a lost answer', async () => {
    const { shop, asked } = await scripted({ 'coupon.create': ['lost', duplicate], 'coupon.find': [ours] });
    expect(await shop.makeCoupon(spec, false, patient())).toEqual({ kind: 'made' });
    expect(asked()).toEqual(['coupon.create', 'coupon.create', 'coupon.find']);
  });

  test.each([
    [{ found: false }, 'malformed'],
    [status(400, { error: 'unknown_type' }), 'malformed'],
    [status(500), 'server_error'],
  ])(
    'where a duplicate comes after a lost answer and nobody knows whose it is: %j',
    async (answer, reason) => {
      const { shop } = await scripted({ 'coupon.create': ['lost', duplicate], 'coupon.find': [answer] });
      expect(await shop.makeCoupon(spec, false, patient())).toMatchObject({ kind: 'trouble', reason });
    },
  );
});

describe('a coupon that is made again', () => {
  test.each([
    [ours, { kind: 'made' }],
    [{ ...ours, used: true }, { kind: 'made' }],
    [foreign, { kind: 'refused', detail: 'another coupon has the code' }],
    [status(500), { kind: 'trouble', reason: 'server_error', detail: 'HTTP 500' }],
  ])('is looked up first: %j', async (answer, told) => {
    const { shop, asked } = await scripted({ 'coupon.find': [answer], 'coupon.create': [{ created: true }] });
    expect(await shop.makeCoupon(spec, true, patient())).toEqual(told);
    expect(asked()).not.toContain('coupon.create');
  });

  test('is made where it is not there', async () => {
    const { shop, asked } = await scripted({
      'coupon.find': [{ found: false }],
      'coupon.create': [{ created: true }],
    });
    expect(await shop.makeCoupon(spec, true, patient())).toEqual({ kind: 'made' });
    expect(asked()).toEqual(['coupon.find', 'coupon.create']);
  });

  test('is looked up once more where the code has been taken since', async () => {
    const script = { 'coupon.find': [{ found: false }, ours], 'coupon.create': [duplicate] };
    const { shop } = await scripted(script);
    expect(await shop.makeCoupon(spec, true, patient())).toEqual({ kind: 'made' });
  });
});

describe('a look-up of a coupon', () => {
  test.each([
    [ours, { kind: 'ours', used: false }],
    [
      { ...ours, used: true },
      { kind: 'ours', used: true },
    ],
    [foreign, { kind: 'foreign' }],
    [{ found: true, used: false, redemption_id: null }, { kind: 'foreign' }],
    [{ found: true, used: false }, { kind: 'foreign' }],
    [{ found: false }, { kind: 'none' }],
    [{ found: true }, { kind: 'trouble', reason: 'malformed', detail: 'used' }],
    [
      status(400, { error: 'unknown_type' }),
      { reason: 'malformed', detail: 'the site does not answer coupon.find' },
    ],
  ])('reads %j', async (answer, told) => {
    const { shop, received } = await scripted({ 'coupon.find': [answer] });
    expect(await shop.findCoupon(spec, patient())).toMatchObject(told);
    expect(questionOf(received[0] ?? { method: '', url: '', headers: {}, body: '{}' }).data).toEqual({
      code: 'LOY-7KQ2-9XWD-M4TC',
      redemption_id: 'R-42',
    });
  });
});

describe('a coupon is cancelled', () => {
  test.each([
    [{ cancelled: true }, { kind: 'cancelled' }],
    [{ cancelled: false, reason: 'used' }, { kind: 'used' }],
    [{ cancelled: false, reason: 'unknown' }, { kind: 'none' }],
    [
      { cancelled: false, reason: 'busy' },
      { kind: 'trouble', reason: 'malformed', detail: 'reason' },
    ],
    [{ cancelled: false }, { kind: 'trouble', reason: 'malformed', detail: 'reason' }],
    [
      status(400, { error: 'unknown_type' }),
      { reason: 'malformed', detail: 'the site does not answer coupon.cancel' },
    ],
    [status(503), { kind: 'trouble', reason: 'server_error' }],
  ])('as the site says: %j', async (answer, told) => {
    const { shop, received } = await scripted({ 'coupon.cancel': [answer] });
    expect(await shop.cancelCoupon(spec, patient())).toMatchObject(told);
    expect(questionOf(received[0] ?? { method: '', url: '', headers: {}, body: '{}' }).data).toEqual({
      code: 'LOY-7KQ2-9XWD-M4TC',
      redemption_id: 'R-42',
    });
  });
});
