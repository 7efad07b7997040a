import { expect, test } from '@jest/globals';
import { cdnowShaped } from '../../bench/cdnow-shape.ts';

const lines = (share?: number) => cdnowShaped(share).trimEnd().split('\n').slice(1);
const emails = (rows: readonly string[]) => rows.map((row) => row.split(',')[1] ?? '');

test('the made-up orders have the sample’s numbers of orders and customers, and are the same every time', () => {
  expect(lines()).toHaveLength(6_919);
  expect(new Set(emails(lines())).size).toBe(2_357);
  expect(cdnowShaped()).toBe(cdnowShaped());
});

test('most customers order once or twice and a few very often', () => {
  const orders = [...Map.groupBy(emails(lines()), (email) => email).values()].map(({ length }) => length);
  const few = orders.filter((count) => count <= 2).length / orders.length;
  expect(few).toBeGreaterThan(0.6);
  expect(Math.max(...orders)).toBeGreaterThan(20);
});
