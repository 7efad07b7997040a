import { describe, expect, test } from '@jest/globals';
import {
  activityId,
  contactId,
  couponKey,
  later,
  normalizeCouponCode,
  normalizeOrderNumber,
  operationId,
  orderNumber,
  programId,
  rewardId,
  storeId,
} from '../../functions/domain/ids.ts';
import { noon } from './support.ts';

const long = (length: number) => 'a'.repeat(length);

describe('ids', () => {
  test.each(['1', '00123', '24800000000000001', 'a.B_c:d-9', long(64)])('name a contact by %p', (id) => {
    expect(contactId.parse(id)).toBe(id);
  });

  test.each(['', long(65), 'a b', 'é', '{{user_id}}', 'a/b', ' 1', '1\n'])('name no contact by %p', (id) => {
    expect(contactId.safeParse(id).success).toBe(false);
  });

  test.each(['ab', 'demo-2', long(32)])('name a program by %p', (id) => {
    expect(programId.parse(id)).toBe(id);
  });

  test.each(['a', long(33), 'Demo', 'a_b', 'a.b'])('name no program by %p', (id) => {
    const [issue] = programId.safeParse(id).error?.issues ?? [];
    expect(issue?.message).toBe('expected 2 to 32 of a-z, 0-9 and -');
  });

  test.each([rewardId, activityId, storeId])('of what the owner names are short and plain', (schema) => {
    expect(['a', 'tea-towel', long(40)].every((id) => schema.safeParse(id).success)).toBe(true);
    expect(['', long(41), 'Tea', 'a b', 'a#b'].some((id) => schema.safeParse(id).success)).toBe(false);
    expect(schema.safeParse('constructor').success).toBe(false);
    expect(schema.safeParse('constructors').success).toBe(true);
    expect(schema.safeParse('A').error?.issues[0]?.message).toBe('expected 1 to 40 of a-z, 0-9 and -');
  });

  test('of operations are neither short nor long', () => {
    expect([8, 64].every((length) => operationId.safeParse(long(length)).success)).toBe(true);
    expect([7, 65].some((length) => operationId.safeParse(long(length)).success)).toBe(false);
  });

  test('of orders and coupons are kept normalized', () => {
    expect(orderNumber.safeParse('A-1/b').success).toBe(false);
    expect(orderNumber.safeParse('A'.repeat(33)).success).toBe(false);
    expect(couponKey.safeParse('A-1').success).toBe(false);
    expect(couponKey.safeParse('A'.repeat(65)).success).toBe(false);
  });

  test('count the time in milliseconds', () => {
    expect(later(noon, 1500)).toBe(noon + 1500);
  });
});

describe('order numbers', () => {
  test.each([
    ['1001', '1001'],
    ['#1001', '1001'],
    ['№1001', '1001'],
    ['# 1001', '1001'],
    ['##1001', '1001'],
    ['  #1001 \n', '1001'],
    [' 1001 ', '1001'],
    ['en1001-a', 'EN1001-A'],
    ['007', '007'],
    ['10-01', '10-01'],
    ['A_1.2/3', 'A_1.2/3'],
    ['１００１', '1001'],
    ['ａ１', 'A1'],
    ['＃1001', '1001'],
    ['＃ ＃1001', '1001'],
    ['\u200b#\u20601001\u200b ', '1001'],
    ['#\u2066№1001\u2069', '1001'],
    ['Z'.repeat(32), 'Z'.repeat(32)],
  ])('reads %p as %p', (typed, read) => {
    expect(normalizeOrderNumber(typed)).toBe(read);
  });

  test.each(['', ' ', '#', '10 01', '1001#', 'Z'.repeat(33), 'номер', '1001!', '{{order}}'])(
    'reads no order number in %p',
    (typed) => {
      expect(normalizeOrderNumber(typed)).toBeUndefined();
    },
  );
});

describe('coupon codes', () => {
  test.each([
    ['GIFT-2345-6789-ABCD', 'GIFT23456789ABCD'],
    [' gift 2345  6789\tabcd ', 'GIFT23456789ABCD'],
    ['ＧＩＦＴ２', 'GIFT2'],
    ['GIFT–2345—6789‑AB', 'GIFT23456789AB'],
    ['pool.code_1', 'POOL.CODE_1'],
    ['a'.repeat(64), 'A'.repeat(64)],
  ])('read %p without case, blanks and hyphens', (typed, read) => {
    expect(normalizeCouponCode(typed)).toBe(read);
  });

  test.each(['', '---', 'a'.repeat(65), 'CODE!', 'КОД', 'a/b'])('read nothing in %p', (typed) => {
    expect(normalizeCouponCode(typed)).toBeUndefined();
  });
});
