/**
 * Signed links of orders: what the shop's mail carries, and a ManyChat ref brings back. Whoever has one was written to at the
 * order's e-mail. A ref holds letters, digits and `_` alone, and so it can be no order number, which has no `_`.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { dayOf } from './calendar.ts';
import { type Instant, orderNumber, type ProgramId, storeId } from './ids.ts';

const content = z.object({
  purpose: z.literal('claim'),
  /** The last day on which it is good, in the program's zone. */
  lastDay: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/)),
  store: storeId,
  number: orderNumber,
  /** The shop's own id of the order, for shops that give a number twice. */
  id: z.optional(z.string()),
});
export type OrderLink = z.infer<typeof content>;

const goodForDays = 90;
const prefix = 'order_';
/** 128 bits of the signature: nobody guesses them. */
const macBytes = 16;

const macOf = (program: ProgramId, text: string, key: string): Buffer =>
  createHmac('sha256', key).update(`order-link.${program}.${text}`).digest().subarray(0, macBytes);

/** The last day on which a link of today is good. */
export const lastDayOf = (now: Instant, zone: string): string => {
  const day = new Date(`${dayOf(now, zone)}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + goodForDays);
  return day.toISOString().slice(0, 10);
};

/** The id stands last, because it alone may hold any sign. */
const textOf = ({ purpose, lastDay, store, number, id }: OrderLink): string =>
  [purpose, lastDay, store, number, ...(id === undefined ? [] : [id])].join('\n');

export const signLink = (link: OrderLink, program: ProgramId, key: string): string => {
  const text = textOf(link);
  return prefix + Buffer.concat([Buffer.from(text), macOf(program, text, key)]).toString('hex');
};

/** `number`: what was typed is no link at all. `bad`: forged, of another program, or for another purpose. */
export type ReadLink =
  | { readonly kind: 'number' | 'bad' | 'expired' }
  | { readonly kind: 'link'; readonly link: OrderLink };

const parse = (text: string): OrderLink | undefined => {
  const [purpose, lastDay, store, number, ...id] = text.split('\n');
  const read = content.safeParse({
    purpose,
    lastDay,
    store,
    number,
    ...(id.length === 0 ? {} : { id: id.join('\n') }),
  });
  return read.success ? read.data : undefined;
};

/** Reads what a customer typed or a flow filled in. @param zone of the program, whose days count */
export const openLink = (
  typed: string,
  program: ProgramId,
  key: string,
  now: Instant,
  zone: string,
): ReadLink => {
  const ref = typed.trim();
  if (!ref.startsWith(prefix)) return { kind: 'number' };
  const hex = ref.slice(prefix.length);
  // A byte that cannot be read would end the text, and two refs would be one.
  if (!/^([0-9a-f]{2})+$/.test(hex)) return { kind: 'bad' };
  const bytes = Buffer.from(hex, 'hex');
  const text = bytes.subarray(0, -macBytes).toString('utf8');
  const mac = bytes.subarray(-macBytes);
  const genuine = mac.length === macBytes && timingSafeEqual(mac, macOf(program, text, key));
  const link = genuine ? parse(text) : undefined;
  if (link === undefined) return { kind: 'bad' };
  return dayOf(now, zone) > link.lastDay ? { kind: 'expired' } : { kind: 'link', link };
};
