/** Orders as a shop's own site tells them: in answer to a look-up, and in the form of the push contract. */
import * as z from 'zod/mini';
import { type Email, normalizeEmail } from '../../../domain/email.ts';
import { type Instant, instant, normalizeOrderNumber, type OrderNumber } from '../../../domain/ids.ts';
import { currency, maxMinor, parseMoney } from '../../../domain/money.ts';
import type { ShopOrder } from '../../../domain/shop-order.ts';

/** Numbers are taken by the digits that JSON writes: a shop that says 45.1 means those. */
const digits = z.pipe(z.union([z.string(), z.number()]), z.transform(String));
const id = z.pipe(
  z.union([z.string(), z.int()]),
  z.pipe(z.transform(String), z.string().check(z.minLength(1), z.maxLength(200))),
);
const time = z.iso.datetime({ offset: true });
const status = z.enum(['pending', 'paid', 'completed', 'fulfilled', 'cancelled', 'refunded']);

const beside = {
  order_id: z.optional(id),
  email: z.optional(z.nullable(z.string())),
  currency,
  updated_at: z.optional(time),
  items: z.optional(z.array(z.object({ total: digits })).check(z.maxLength(500))),
  test: z.optional(z.boolean()),
  coupon_codes: z.optional(z.array(z.string().check(z.maxLength(100))).check(z.maxLength(50))),
  linked: z.optional(z.boolean()),
};

/** The Order of the push contract, and beside it `coupon_codes` and whether it carries its link. */
export const pushedOrder = z.object({
  ...beside,
  order_number: id,
  total: digits,
  refunded: z.optional(digits),
  status,
  placed_at: time,
});

/** `valid` is the simplest form of `found`: an order that is paid, of a day that nobody tells. */
const asFound = (answer: unknown): unknown =>
  typeof answer === 'object' && answer !== null && 'valid' in answer && !('found' in answer)
    ? { ...answer, found: answer.valid }
    : answer;

export const lookupAnswer = z.pipe(
  z.transform(asFound),
  z.discriminatedUnion('found', [
    z.object({ found: z.literal(false) }),
    z.object({
      ...beside,
      found: z.literal(true),
      valid: z.optional(z.boolean()),
      order_number: z.optional(id),
      amount: digits,
      refunded_amount: z.optional(digits),
      status: z.optional(status),
      placed_at: z.optional(time),
    }),
  ]),
);
type LookupAnswer = z.infer<typeof lookupAnswer>;
type PushedOrder = z.infer<typeof pushedOrder>;

/** `unnamed`: its number is none that a customer could type, so that nobody can ever claim it. */
export type ReadOrder =
  | { readonly kind: 'order'; readonly order: ShopOrder }
  | { readonly kind: 'unnamed' }
  | { readonly kind: 'wrong'; readonly path: string };

const at = (text: string): Instant => instant.parse(Date.parse(text));

/** Sums are read by the order's own currency: one digit too many is another sum. */
export const readPushed = (told: PushedOrder): ReadOrder => {
  const number = normalizeOrderNumber(told.order_number);
  if (number === undefined) return { kind: 'unnamed' };
  const totalMinor = parseMoney(told.total, told.currency);
  const refundedMinor = parseMoney(told.refunded ?? '0', told.currency);
  if (totalMinor === undefined) return { kind: 'wrong', path: 'total' };
  if (refundedMinor === undefined) return { kind: 'wrong', path: 'refunded' };
  const lines = (told.items ?? []).map(({ total }) => parseMoney(total, told.currency));
  const sums = lines.filter((line) => line !== undefined);
  if (sums.length < lines.length) return { kind: 'wrong', path: 'items' };
  const itemsMinor = Math.min(
    maxMinor,
    sums.reduce((sum, part) => sum + part, 0),
  );
  const order: ShopOrder = {
    number,
    // Never made up of the number: an id that is told later would be another order's, and that one could be claimed again.
    id: told.order_id,
    email: normalizeEmail(told.email ?? ''),
    totalMinor,
    // No lines at all is not told, rather than worth nothing.
    itemsMinor: sums.length === 0 ? undefined : itemsMinor,
    refundedMinor,
    currency: told.currency,
    status: told.status === 'completed' ? 'fulfilled' : told.status,
    placedAt: at(told.placed_at),
    updatedAt: told.updated_at === undefined ? undefined : at(told.updated_at),
    test: told.test ?? false,
    codes: told.coupon_codes ?? [],
    linked: told.linked ?? false,
  };
  return { kind: 'order', order };
};

const lookedUpAs: ReadonlyMap<string, string> = new Map([
  ['total', 'amount'],
  ['refunded', 'refunded_amount'],
]);

/** @returns undefined where the site has no such order, or answers another one than it was asked for */
export const readLookup = (
  told: LookupAnswer,
  asked: { readonly number: OrderNumber; readonly email: Email },
  now: number,
): Exclude<ReadOrder, { kind: 'unnamed' }> | undefined => {
  if (!told.found) return undefined;
  const { amount, refunded_amount: refunded, order_number: number, email, valid, ...rest } = told;
  if (!valid && rest.status === undefined) return { kind: 'wrong', path: 'status' };
  if (!valid && rest.placed_at === undefined) return { kind: 'wrong', path: 'placed_at' };
  const read = readPushed({
    ...rest,
    order_number: number ?? asked.number,
    email: asked.email,
    total: amount,
    ...(refunded === undefined ? {} : { refunded }),
    status: rest.status ?? 'paid',
    placed_at: rest.placed_at ?? new Date(now).toISOString(),
  });
  // By the name that the site gave it.
  if (read.kind === 'wrong') return { ...read, path: lookedUpAs.get(read.path) ?? read.path };
  if (read.kind === 'unnamed') return undefined;
  // The site compares the e-mail itself and need not repeat it; where it does, it must be the one.
  if (email !== undefined && normalizeEmail(email ?? '') !== asked.email) return undefined;
  return read.order.number === asked.number ? read : undefined;
};
