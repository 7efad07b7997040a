/** Pages of orders, of which some cannot be read, and what is said of those. */
import { expect, test } from '@jest/globals';
import { readRows } from '../../../functions/adapters/shops/rows.ts';

const named = (row: unknown, keys?: readonly string[]): unknown =>
  readRows([row], () => undefined, keys).unreadable?.[0];

test.each([
  [{ id: 12 }, '12'],
  [{ id: 'gid://shopify/Order/820982911946154508' }, 'gid://shopify/Order/820982911946154508'],
  [{ id: 'A-7.2_#/x' }, 'A-7.2_#/x'],
])('%j is named by its id', (row, id) => {
  expect(named(row)).toBe(id);
});

test.each([
  null,
  'ana@example.com',
  17,
  [],
  {},
  { id: null },
  { id: '' },
  { id: 'ana@example.com' },
  { id: 'two\nlines' },
  { id: 'Ana Garcia' },
  { id: 'x'.repeat(101) },
  { id: ['12'] },
  JSON.parse('{"id":{"toString":1,"valueOf":1}}'),
])('%j has no id that a log may hold', (row) => {
  expect(named(row)).toBe('without an id');
});

test('the first key with an id counts', () => {
  expect(named({ order_id: 'A-7', order_number: '1001' }, ['order_id', 'order_number'])).toBe('A-7');
  expect(named({ order_number: '1001' }, ['order_id', 'order_number'])).toBe('1001');
});

test('a page that is read whole names none, and one of nobody’s orders is a page', () => {
  expect(readRows([], () => undefined)).toEqual({ orders: [] });
  expect(readRows([{ id: 1 }], () => null)).toEqual({ orders: [] });
});
