/** Orders of WooCommerce: found by number and e-mail, read by id, and given a link. */
import * as z from 'zod/mini';
import type { Email } from '../../../domain/email.ts';
import type { OrderNumber } from '../../../domain/ids.ts';
import type { AskedStore } from '../../../domain/store.ts';
import type { FoundOrder, Shop, Trouble } from '../../../ports/shops.ts';
import { trouble } from '../answers.ts';
import { denied, type WooCalls } from './calls.ts';
import {
  emailOf,
  identityFields,
  linkKey,
  numberOf,
  type OrderIdentity,
  orderFields,
  orderIdentity,
  readWooOrder,
} from './order.ts';

/** A customer's orders are looked through from the newest on, so many at a time. */
const searchSize = 50;
/** And so many pages: nobody claims an order that is older than 200 others of theirs. */
const searchPages = 4;
/** What can be the id of a row. */
const idForm = /^[1-9]\d{0,15}$/;

const none = { kind: 'none' } as const;
const anything = z.unknown();
const identities = z.array(orderIdentity);

interface Asked {
  readonly number: OrderNumber;
  readonly emails: readonly Email[];
}

const isAsked = (order: OrderIdentity, { number, emails }: Asked): boolean => {
  const email = emailOf(order);
  return numberOf(order) === number && email !== undefined && emails.includes(email);
};

/** How many pages a list has, by its header, or one more than was read as long as pages come full. */
export const pagesOf = (
  headers: Readonly<Record<string, string | undefined>>,
  page: number,
  full: boolean,
): number => {
  const told = headers['x-wp-totalpages'];
  if (told !== undefined && /^\d{1,9}$/.test(told)) return Number(told);
  return full || /rel="?next"?/.test(headers['link'] ?? '') ? page + 1 : page;
};

/** The order of an id, if it is the one that was asked for. */
const readerById =
  (calls: WooCalls, { creditOn }: AskedStore) =>
  async (id: string, asked: Asked | undefined, signal: AbortSignal): Promise<FoundOrder> => {
    const told = await calls.read(`orders/${id}`, { _fields: orderFields }, anything, signal);
    if (told.kind === 'trouble') return told;
    if (told.kind === 'denied')
      return told.code === 'woocommerce_rest_shop_order_invalid_id' ? none : denied(told);
    const identity = orderIdentity.safeParse(told.data);
    if (!identity.success) return trouble('malformed', 'an order without id and number');
    if (asked !== undefined && !isAsked(identity.data, asked)) return none;
    const read = readWooOrder(told.data, creditOn);
    if (read.kind === 'malformed') return trouble('malformed', read.detail);
    if (read.kind === 'nameless') return trouble('malformed', `order ${identity.data.id}: number`);
    return { kind: 'found', order: read.order };
  };

/** Ids of the orders under this e-mail that have the number. The shop's search is a hint at most: it finds parts of words anywhere. */
const searcher =
  (calls: WooCalls) =>
  async (email: Email, asked: Asked, signal: AbortSignal): Promise<number[] | Trouble> => {
    const ids: number[] = [];
    for (let page = 1; page <= searchPages; page += 1) {
      const query = {
        search: email,
        per_page: String(searchSize),
        page: String(page),
        _fields: identityFields,
      };
      const told = await calls.read('orders', query, identities, signal);
      if (told.kind === 'trouble') return told;
      if (told.kind === 'denied') return denied(told);
      ids.push(...told.data.filter((order) => isAsked(order, asked)).map(({ id }) => id));
      if (page >= pagesOf(told.headers, page, told.data.length >= searchSize)) break;
    }
    return ids;
  };

export const wooOrders = (
  calls: WooCalls,
  store: AskedStore,
): Pick<Shop, 'findOrder' | 'readOrder' | 'attachLink'> => {
  const readById = readerById(calls, store);
  const searchBy = searcher(calls);
  return {
    readOrder: async (id, signal) => (idForm.test(id) ? readById(id, undefined, signal) : none),

    findOrder: async (asked, signal) => {
      if (idForm.test(asked.number)) {
        // As a rule the number is the id; with a numbering plugin another order has this id.
        const direct = await readById(asked.number, asked, signal);
        if (direct.kind !== 'none') return direct;
      }
      const found = await Promise.all(asked.emails.map((email) => searchBy(email, asked, signal)));
      const failed = found.find((ids) => !Array.isArray(ids));
      if (failed !== undefined && !Array.isArray(failed)) return failed;
      const [id, ...others] = new Set(found.flatMap((ids) => (Array.isArray(ids) ? ids : [])));
      return id === undefined || others.length > 0 ? none : readById(String(id), asked, signal);
    },

    attachLink: async (orderId, ref, signal) => {
      if (!idForm.test(orderId)) return trouble('malformed', 'no id of an order');
      const request = {
        method: 'PUT',
        path: `orders/${orderId}`,
        body: { meta_data: [{ key: linkKey, value: ref }] },
      } as const;
      const told = await calls.write(request, { _fields: 'id' }, z.object({ id: z.int() }), signal);
      if (told.kind === 'told') return { kind: 'attached' };
      return told.kind === 'denied' ? denied(told) : told;
    },
  };
};
