/**
 * Orders in the shape of the CDNOW sample (Fader and Hardie): 2,357 customers who first buy within three months, 6,919 orders over 18
 * months, most customers with one or two of them and few with many. Made up, and the same every time.
 */
import { columns } from '../cli/replay/orders-file.ts';

const shape = { customers: 2_357, orders: 6_919, firstDays: 84, days: 545 };
const firstDay = Date.UTC(1997, 0, 1);
const dayMs = 86_400_000;

/** Numbers in [0, 1) that only look random: a linear congruential generator (Numerical Recipes). */
const sequence = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

interface Purchase {
  readonly customer: number;
  readonly day: number;
}

const purchases = (customers: number, orders: number, next: () => number): Purchase[] => {
  const first = Array.from({ length: customers }, (_, customer) => ({
    customer,
    day: Math.floor(next() * shape.firstDays),
  }));
  // The fourth power of a uniform number: most later orders are those of few customers.
  const later = Array.from({ length: orders - customers }, () => {
    const customer = Math.floor(next() ** 4 * customers);
    const from = first[customer]?.day ?? 0;
    return { customer, day: from + Math.floor(next() * (shape.days - from)) };
  });
  return [...first, ...later].sort((a, b) => a.day - b.day || a.customer - b.customer);
};

/** The file as text. @param share of the whole sample, for a quick look */
export const cdnowShaped = (share = 1): string => {
  const next = sequence(1997);
  const customers = Math.ceil(shape.customers * share);
  const orders = Math.ceil(shape.orders * share);
  const lines = purchases(customers, orders, next).map(({ customer, day }, index) => {
    const total = (10 + next() * 50).toFixed(2);
    const placedAt = new Date(firstDay + day * dayMs + dayMs / 2).toISOString();
    const email = `c${String(customer).padStart(5, '0')}@example.com`;
    return [100_001 + index, email, total, 'USD', 'paid', placedAt, 1 + Math.floor(next() * 4)].join(',');
  });
  return `${[columns.join(','), ...lines].join('\n')}\n`;
};
