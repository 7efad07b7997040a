/** Money is an integer number of minor units with a currency; no floats, no rounding. */
import * as z from 'zod/mini';

/** Largest sum of one order: 10¹² minor units, well inside exact integers. */
export const maxMinor = 1_000_000_000_000;

/** A three-letter ISO 4217 code that the runtime knows. */
export const currency = z
  .string()
  .check(z.refine((code) => knownCurrencies.has(code), 'expected an ISO 4217 currency code such as "USD"'))
  .brand<'Currency'>();
export type Currency = z.infer<typeof currency>;
const knownCurrencies = new Set(Intl.supportedValuesOf('currency'));

/** Where ISO 4217 says other than 2. `Intl` follows daily use instead and shows HUF, IDR or COP without decimals, which shops send. */
const otherDecimals: ReadonlyMap<string, number> = new Map([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
    .split(' ')
    .map((code): [string, number] => [code, 0]),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code): [string, number] => [code, 3]),
]);

/** Number of decimals of a currency by ISO 4217: 2 for USD, 0 for KRW, 3 for KWD. */
export const decimalsOf = (code: Currency): number => otherDecimals.get(code) ?? 2;

/**
 * Reads a non-negative decimal string such as "60", "60.0" or "60.00" to minor units.
 * @returns undefined for signs, exponents, blanks, more decimals than the currency has, or more than `maxMinor`.
 */
export const parseMoney = (text: string, code: Currency): number | undefined => {
  const decimals = decimalsOf(code);
  const match = /^(\d{1,13})(?:\.(\d{1,4}))?$/.exec(text);
  const [, whole = '', fraction = ''] = match ?? [];
  if (match === null || fraction.length > decimals) return undefined;
  const minor = Number(whole + fraction.padEnd(decimals, '0'));
  return minor <= maxMinor ? minor : undefined;
};

/** Minor units as a plain decimal string, "60.00". */
export const formatMinor = (minor: number, code: Currency): string => {
  const decimals = decimalsOf(code);
  if (decimals === 0) return String(minor);
  const digits = String(minor).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
};
