/** An order as a site tells it, in its two forms, and as it is read. */
import { ana } from './scene.ts';

export const full = {
  found: true,
  order_id: 'A-7',
  order_number: '1001',
  status: 'paid',
  amount: '45.00',
  currency: 'EUR',
  refunded_amount: '5.50',
  test: false,
  placed_at: '2026-11-20T10:00:00Z',
  paid_at: '2026-11-20T10:00:05Z',
};
export const order = {
  number: '1001',
  id: 'A-7',
  email: ana,
  totalMinor: 4500,
  itemsMinor: undefined,
  refundedMinor: 550,
  currency: 'EUR',
  status: 'paid',
  placedAt: Date.UTC(2026, 10, 20, 10),
  updatedAt: undefined,
  test: false,
  codes: [],
  linked: false,
};
export const pushed = {
  order_number: '1001',
  order_id: 'A-7',
  email: 'Ana@Example.com ',
  total: '45.00',
  refunded: '5.50',
  currency: 'EUR',
  status: 'paid',
  placed_at: '2026-11-20T10:00:00Z',
};

export const without = (name: string, from: object): object =>
  Object.fromEntries(Object.entries(from).filter(([key]) => key !== name));
