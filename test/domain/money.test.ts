import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { currency, decimalsOf, formatMinor, maxMinor, parseMoney } from '../../functions/domain/money.ts';

const usd = currency.parse('USD');
const krw = currency.parse('KRW');
const kwd = currency.parse('KWD');

describe('money', () => {
  test.each([
    ['USD', 2],
    ['KRW', 0],
    ['JPY', 0],
    ['ISK', 0],
    ['XPF', 0],
    ['KWD', 3],
    ['BHD', 3],
    ['TND', 3],
  ])('knows the decimals of %s', (code, decimals) => {
    expect(decimalsOf(currency.parse(code))).toBe(decimals);
  });

  test.each([
    ['HUF', 2],
    ['IDR', 2],
    ['COP', 2],
    ['PKR', 2],
    ['IQD', 3],
  ])('takes the decimals of %s from ISO 4217, whatever daily use leaves out', (code, decimals) => {
    expect(decimalsOf(currency.parse(code))).toBe(decimals);
  });

  test.each(['usd', 'US', 'USDX', 'AAA', ''])('knows no currency %p and says what it expects', (code) => {
    const read = currency.safeParse(code);
    expect(read.error?.issues.map(({ message }) => message)).toEqual([
      'expected an ISO 4217 currency code such as "USD"',
    ]);
  });

  test.each([
    ['60', usd, 6000],
    ['60.0', usd, 6000],
    ['60.00', usd, 6000],
    ['0.05', usd, 5],
    ['0', usd, 0],
    ['007', usd, 700],
    ['1234', krw, 1234],
    ['1.5', kwd, 1500],
    ['1.005', kwd, 1005],
    ['10000000000.00', usd, maxMinor],
    ['1000000000000', krw, maxMinor],
    ['1000000000.000', kwd, maxMinor],
  ])('reads %p exactly', (text, code, minor) => {
    expect(parseMoney(text, code)).toBe(minor);
  });

  test.each([
    ['-1', usd, 'a sign'],
    ['+1', usd, 'a sign'],
    ['1e3', usd, 'an exponent'],
    [' 1', usd, 'a blank'],
    ['1 ', usd, 'a blank'],
    ['1\n', usd, 'a line break'],
    ['', usd, 'nothing'],
    ['.5', usd, 'no whole part'],
    ['5.', usd, 'no fraction after the point'],
    ['1,50', usd, 'a comma'],
    ['1_000', usd, 'a separator'],
    ['١٢', usd, 'digits of another script'],
    ['1.2.3', usd, 'two points'],
    ['60.001', usd, 'more decimals than the currency has'],
    ['60.000', usd, 'more decimals than the currency has, even zeros'],
    ['60.0', krw, 'decimals where there are none'],
    ['1.0001', kwd, 'a fourth decimal'],
    ['10000000000.01', usd, 'more than the largest sum'],
    ['1000000000001', krw, 'more than the largest sum'],
    ['9999999999999', usd, 'more than the largest sum'],
    ['00000000000001', usd, 'too many digits'],
  ])('refuses %p in %s: %s', (text, code) => {
    expect(parseMoney(text, code)).toBeUndefined();
  });

  test.each([
    [6000, usd, '60.00'],
    [5, usd, '0.05'],
    [50, usd, '0.50'],
    [0, usd, '0.00'],
    [0, krw, '0'],
    [1234, krw, '1234'],
    [1, kwd, '0.001'],
    [12345, kwd, '12.345'],
    [maxMinor, usd, '10000000000.00'],
  ])('writes %d minor units of %s plainly', (minor, code, text) => {
    expect(formatMinor(minor, code)).toBe(text);
  });

  test('reads back every sum that it writes, in any currency', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: maxMinor }), fc.constantFrom(usd, krw, kwd), (minor, code) => {
        expect(parseMoney(formatMinor(minor, code), code)).toBe(minor);
      }),
      { numRuns: 60 },
    );
  });
});
