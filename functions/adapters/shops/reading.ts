/** How shops write sums and times, read to ours. Each gives undefined for what it cannot be. */
import { type Instant, instant } from '../../domain/ids.ts';
import { currency, decimalsOf, maxMinor } from '../../domain/money.ts';

/**
 * A sum of the shop's in minor units. Shops write more zeros than the currency has decimals ("4500.0" for yen): those are read,
 * other digits there are not.
 */
export const readMoney = (text: string, code: string): number | undefined => {
  const known = currency.safeParse(code);
  const match = /^(\d{1,13})(?:\.(\d{1,10}))?$/.exec(text);
  if (!known.success || match === null) return undefined;
  const [, whole = '', fraction = ''] = match;
  const decimals = decimalsOf(known.data);
  if (/[1-9]/.test(fraction.slice(decimals))) return undefined;
  const minor = Number(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  return minor <= maxMinor ? minor : undefined;
};

/** A time with its zone, or in UTC where it says none. */
export const readTime = (text: string): Instant | undefined => {
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`;
  const at = Date.parse(zoned);
  return Number.isNaN(at) ? undefined : instant.parse(at);
};
