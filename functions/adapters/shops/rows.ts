/** Orders of one page, each read by itself: one that cannot be read is named and stops nobody else. */
import * as z from 'zod/mini';
import type { ShopOrder } from '../../domain/shop-order.ts';
import type { OrdersPage } from '../../ports/shops.ts';

const fieldsOf = z.record(z.string(), z.unknown());
/** Ids go into the owner's log: nothing that could be an address, a name or a line of its own. */
const idForm = /^[\w:/.#-]{1,100}$/;

/** @param keys where the id may stand, the surest first */
const idIn = (row: unknown, keys: readonly string[]): string => {
  const fields = fieldsOf.safeParse(row).data ?? {};
  const texts = keys
    .map((key) => fields[key])
    .map((id) => (typeof id === 'number' ? String(id) : id))
    .filter((id) => typeof id === 'string');
  return texts.find((id) => idForm.test(id)) ?? 'without an id';
};

/** @param read gives null for what nobody could claim, and undefined for what cannot be read */
export const readRows = (
  rows: readonly unknown[],
  read: (row: unknown) => ShopOrder | null | undefined,
  keys: readonly string[] = ['id'],
): Pick<OrdersPage, 'orders' | 'unreadable'> => {
  const orders: ShopOrder[] = [];
  const unreadable: string[] = [];
  for (const row of rows) {
    const order = read(row);
    if (order === undefined) unreadable.push(idIn(row, keys));
    else if (order !== null) orders.push(order);
  }
  return unreadable.length === 0 ? { orders } : { orders, unreadable };
};
