/**
 * Orders changed since, page by page and without gaps, while the shop goes on changing them.
 *
 * Page numbers alone would leave gaps: an order that changes between two calls moves to the end, and every order behind it moves
 * up, one of them onto a page that was read already. So each page begins at the last second of the one before; what stands twice
 * is read twice. Where one second has more orders than a page (an import), that second is read by itself: in the order of ids,
 * and from its last page to its first. Orders can only leave a second that is over, which moves what is left towards pages yet
 * to be read.
 */
import * as z from 'zod/mini';
import type { AskedStore } from '../../../domain/store.ts';
import type { OrdersPage, Shop, Trouble } from '../../../ports/shops.ts';
import { trouble } from '../answers.ts';
import { readTime } from '../reading.ts';
import { readRows } from '../rows.ts';
import { denied, type Query, type WooCalls } from './calls.ts';
import { orderFields, readWooOrder } from './order.ts';
import { pagesOf } from './orders.ts';

/** The most that WooCommerce gives on a page. */
const mostOrders = 100;
/** Orders of shops with many plugins are long: a page over 1 MiB is asked for again with a fifth of it, down to so few. */
const fewestOrders = 4;

interface Place {
  /** Orders changed after this second, or in it where there is a page. */
  readonly second: number;
  /** A page of this one second; 0 is the first look at it, which tells how many there are. */
  readonly page: number | undefined;
  readonly size: number;
}

const write = ({ second, page, size }: Place): string => `${second}.${page ?? '-'}.${size}`;

const placeOf = (text: string): Place | undefined => {
  const match = /^(-?\d{1,12})\.(-|\d{1,6})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const [, second, page, size] = match;
  return { second: Number(second), page: page === '-' ? undefined : Number(page), size: Number(size) };
};

/** Without a zone: WordPress would move a time with one into the shop's own zone first, and compare it with UTC then. */
const utc = (second: number): string => new Date(second * 1000).toISOString().slice(0, 19);

/** Both bounds are exclusive at the shop. */
const queryOf = ({ second, page, size }: Place): Query => ({
  dates_are_gmt: 'true',
  order: 'asc',
  per_page: String(size),
  _fields: orderFields,
  ...(page === undefined
    ? { modified_after: utc(second), orderby: 'modified' }
    : {
        modified_after: utc(second - 1),
        modified_before: utc(second + 1),
        orderby: 'id',
        page: String(Math.max(1, page)),
      }),
});

const changedAt = z.object({ date_modified_gmt: z.string() });

/** The last second in which any of them changed. */
const lastOf = (rows: readonly unknown[]): number => {
  const seconds = rows.map((row) => {
    const changed = changedAt.safeParse(row);
    const at = changed.success ? readTime(changed.data.date_modified_gmt) : undefined;
    return at === undefined ? Number.NEGATIVE_INFINITY : Math.floor(at / 1000);
  });
  return Math.max(...seconds);
};

/** Where to go on from a page of changes. @returns undefined where a page tells nothing to go on by */
const afterChanges = (place: Place, rows: readonly unknown[]): Place | undefined => {
  const last = lastOf(rows);
  if (last - 1 > place.second) return { ...place, second: last - 1 };
  return last === place.second + 1 ? { ...place, second: last, page: 0 } : undefined;
};

/** Where to go on from a page of one second: last page to first, and then to whatever changed after it. */
const afterSecond = (place: Place, page: number, pages: number): Place => {
  if (page === 0 && pages > 1) return { ...place, page: pages };
  return page > 1 ? { ...place, page: page - 1 } : { ...place, page: undefined };
};

export const wooChanges = (calls: WooCalls, { creditOn }: AskedStore): Shop['changedOrders'] => {
  const pageAt = async (place: Place, signal: AbortSignal): Promise<OrdersPage | Trouble> => {
    const told = await calls.read('orders', queryOf(place), z.array(z.unknown()), signal);
    if (told.kind === 'denied') return denied(told);
    if (told.kind === 'trouble') {
      if (told.reason !== 'too_large' || place.size <= fewestOrders || signal.aborted) return told;
      // Pages of another size are other pages: a single second begins anew.
      const page = place.page === undefined ? undefined : 0;
      return pageAt({ ...place, page, size: Math.ceil(place.size / 5) }, signal);
    }
    const rows = told.data;
    const read = readRows(rows, (row) => {
      const result = readWooOrder(row, creditOn);
      if (result.kind === 'order') return result.order;
      // Nobody can claim an order whose number cannot be typed.
      return result.kind === 'nameless' ? null : undefined;
    });
    const pages = pagesOf(told.headers, Math.max(1, place.page ?? 1), rows.length >= place.size);
    if (place.page === undefined && pages <= 1) return { kind: 'page', ...read, next: undefined };
    if (place.page !== undefined && told.headers['x-wp-totalpages'] === undefined)
      return trouble('malformed', 'X-WP-TotalPages is missing');
    const next = place.page === undefined ? afterChanges(place, rows) : afterSecond(place, place.page, pages);
    return next === undefined
      ? trouble('malformed', 'a page without the time of any change')
      : { kind: 'page', ...read, next: write(next) };
  };
  return async (since, from, signal) => {
    const start = { second: Math.floor(since / 1000) - 1, page: undefined, size: mostOrders };
    const place = from === undefined ? start : placeOf(from);
    return place === undefined ? trouble('malformed', 'no such page') : pageAt(place, signal);
  };
};
