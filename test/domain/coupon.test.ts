import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Coupon,
  type CouponState,
  isTask,
  makeCode,
  sealTerms,
  statusOf,
} from '../../functions/domain/coupon.ts';
import { normalizeCouponCode, rewardId } from '../../functions/domain/ids.ts';
import { always, ben, chanceOf, couponOf, noon, operation, plus } from './support.ts';

const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** The check as the form documents it, computed anew: the sum of each place times its weight, from 2 on, mod 31. */
const fits = (body: string): boolean => {
  const values = [...body].map((symbol) => alphabet.indexOf(symbol));
  const check = values.pop();
  return values.reduce((sum, value, index) => sum + value * (index + 2), 0) % 31 === check;
};
const bodyOf = (code: string): string => code.split('-').slice(1).join('');

const bodies = fc.array(fc.nat(30), { minLength: 11, maxLength: 11 }).map((values) => {
  const rest = [...values];
  return bodyOf(makeCode('GIFT', () => rest.shift() ?? 0));
});

describe('coupon codes', () => {
  test('are the prefix and three groups of four', () => {
    expect(makeCode('GIFT', chanceOf(3))).toMatch(/^GIFT(-[2-9A-HJKMNP-Z]{4}){3}$/);
    expect(makeCode('5', always(0))).toBe('5-2222-2222-2222');
  });

  test('draw 11 symbols from the whole alphabet of 31', () => {
    const asked: number[] = [];
    const places = [0, 1, 2, 3, 4, 5, 6, 28, 29, 30, 7];
    const code = makeCode('GIFT', (n) => places[asked.push(n) - 1] ?? 0);
    expect(asked).toEqual(Array.from({ length: 11 }, () => 31));
    expect(code).toMatch(/^GIFT-2345-678X-YZ9.$/);
  });

  test('hold no symbol that could be misread', () => {
    const all = Array.from({ length: 31 }, (_, place) => makeCode('P', always(place)).charAt(2)).join('');
    expect(all).toBe(alphabet);
  });

  test('end with a symbol that checks the rest', () => {
    fc.assert(
      fc.property(bodies, (body) => expect(fits(body)).toBe(true)),
      { numRuns: 40 },
    );
  });

  test('show every single typo', () => {
    fc.assert(
      fc.property(bodies, fc.nat(11), fc.nat(29), (body, place, shift) => {
        const old = alphabet.indexOf(body.charAt(place));
        const other = alphabet.charAt((old + 1 + shift) % 31);
        expect(fits(body.slice(0, place) + other + body.slice(place + 1))).toBe(false);
      }),
      { numRuns: 80 },
    );
  });

  test('show every swap of two neighbours', () => {
    fc.assert(
      fc.property(bodies, fc.nat(10), (body, place) => {
        const [a, b] = [body.charAt(place), body.charAt(place + 1)];
        fc.pre(a !== b);
        expect(fits(body.slice(0, place) + b + a + body.slice(place + 2))).toBe(false);
      }),
      { numRuns: 80 },
    );
  });

  test('are known by what the customer types', () => {
    const code = makeCode('GIFT', chanceOf(4));
    expect(normalizeCouponCode(code.toLowerCase().replaceAll('-', ' '))).toBe(code.replaceAll('-', ''));
  });
});

describe('the status of a coupon', () => {
  const { expiresAt } = couponOf();
  const before = plus(expiresAt, -1);

  test.each<[CouponState, string, string]>([
    ['issued', 'valid', 'expired'],
    ['used', 'used', 'used'],
    ['cancelled', 'cancelled', 'cancelled'],
    ['requested', 'valid', 'valid'],
    ['fulfilled', 'used', 'used'],
    ['refused', 'cancelled', 'cancelled'],
  ])('that is %s is %s until it expires, and then %s', (state, until, then) => {
    expect(statusOf(couponOf({ state }), before)).toBe(until);
    expect(statusOf(couponOf({ state }), expiresAt)).toBe(then);
  });

  test('is that of a task where the reward is manual', () => {
    expect(isTask(couponOf({ benefit: { kind: 'manual' } }))).toBe(true);
    expect(isTask(couponOf())).toBe(false);
  });
});

describe('the seal of a coupon', () => {
  const seal = sealTerms(couponOf());

  test.each<[string, Partial<Coupon>]>([
    ['code', { code: 'GIFT-9' }],
    ['reward', { reward: rewardId.parse('linen-set') }],
    ['points', { points: 100 }],
    ['benefit', { benefit: { kind: 'product', products: ['LN-04'] } }],
    ['currency', { currency: 'EUR' }],
    ['expiry', { expiresAt: plus(noon, 1) }],
  ])('breaks with another %s', (_, change) => {
    expect(sealTerms(couponOf(change))).not.toBe(seal);
  });

  test('holds under whatever id its owner’s books are kept', () => {
    expect(sealTerms(couponOf({ contact: ben }))).toBe(seal);
  });

  test('holds whatever happens to the coupon afterwards', () => {
    expect(sealTerms(couponOf({ state: 'used', rev: 9, usedAt: noon, operation }))).toBe(seal);
    expect(seal).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});
