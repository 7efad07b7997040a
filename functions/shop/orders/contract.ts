import * as z from 'zod/mini';
import type { Email, EmailHash } from '../../domain/email.ts';
import { instant, storeId } from '../../domain/ids.ts';
import { currency, formatMinor, maxMinor, parseMoney } from '../../domain/money.ts';
import type { OrderFacts } from '../../domain/order.ts';
import { orderStatus } from '../../domain/order.ts';
import { problemsOf } from '../../domain/problems.ts';
import { emailField, orderNumberField } from '../../platform/fields.ts';
import type { FieldError } from '../../platform/http.ts';

const money = z.string('expected an amount as text, such as "60.00"');
const time = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-11-20T10:00:00Z' });

/** Some shops count their orders, and send the id as a number. */
const digits = (value: unknown): unknown =>
  typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;

const idText = 'expected an id of 1 to 200 characters';
export const orderIdField = z.pipe(
  z.transform(digits),
  z.string(idText).check(
    z.minLength(1, idText),
    z.maxLength(200, idText),
    // What is no text in UTF-8 would come back from the table as something else.
    z.refine((id) => id.isWellFormed(), idText),
  ),
);

const item = z.object({
  sku: z.string('expected a text').check(z.maxLength(200, 'expected at most 200 characters')),
  quantity: z.int('expected a whole number').check(z.gte(0, 'expected a whole number from 0')),
  total: money,
});

const order = z.object({
  order_number: orderNumberField,
  order_id: z.optional(orderIdField),
  email: emailField,
  total: money,
  currency: z.pipe(z.string('expected a currency code such as "USD"'), currency),
  status: z.enum(orderStatus.options, 'expected pending, paid, fulfilled, cancelled or refunded'),
  placed_at: time,
  refunded: z.optional(money),
  updated_at: z.optional(time),
  items: z.optional(
    z.array(item, 'expected a list of items').check(z.maxLength(500, 'expected at most 500 items')),
  ),
  test: z.optional(z.boolean('expected true or false')),
});
type OrderBody = z.infer<typeof order>;

const count = 'expected 1 to 100 orders';
export const body = z.object({
  store: z.pipe(z.string('expected the id of a store of the program'), storeId),
  // Read one by one: a push of wrong values must not be answered by more of them than anybody reads.
  orders: z.array(z.unknown(), count).check(z.minLength(1, count), z.maxLength(100, count)),
});

const at = (text: string) => instant.parse(Date.parse(text));

export interface ReadOrder {
  /** Undefined where something is wrong. */
  readonly facts: OrderFacts | undefined;
  readonly problems: readonly FieldError[];
}

/** Reads one order of a push. Problems are named by the order's index. */
export const readOrder = (
  raw: unknown,
  index: number,
  store: OrderFacts['store'],
  hash: (email: Email) => EmailHash,
): ReadOrder => {
  const read = order.safeParse(raw);
  if (read.success) return factsOf(read.data, index, store, hash);
  const problems = problemsOf(read.error.issues).map(({ path, message }) => ({
    path: path === '' ? `orders[${index}]` : `orders[${index}].${path}`,
    message,
  }));
  return { facts: undefined, problems };
};

/** Sums read by the order's own currency. */
const factsOf = (
  told: OrderBody,
  index: number,
  store: OrderFacts['store'],
  hash: (email: Email) => EmailHash,
): ReadOrder => {
  const problems: FieldError[] = [];
  const minor = (text: string, path: string): number => {
    const read = parseMoney(text, told.currency);
    if (read === undefined) {
      const message = `expected an amount from 0 to ${formatMinor(maxMinor, told.currency)} with at most the decimals of ${told.currency}, such as "60"`;
      problems.push({ path: `orders[${index}].${path}`, message });
    }
    return read ?? 0;
  };
  const lines = told.items?.map(({ total }, line) => minor(total, `items[${line}].total`)) ?? [];
  const facts: OrderFacts = {
    store,
    number: told.order_number,
    ...(told.order_id === undefined ? {} : { id: told.order_id }),
    email: hash(told.email),
    totalMinor: minor(told.total, 'total'),
    // No lines at all is not told, rather than worth nothing.
    ...(lines.length === 0
      ? {}
      : {
          itemsMinor: Math.min(
            maxMinor,
            lines.reduce((sum, part) => sum + part, 0),
          ),
        }),
    refundedMinor: told.refunded === undefined ? 0 : minor(told.refunded, 'refunded'),
    currency: told.currency,
    status: told.status,
    placedAt: at(told.placed_at),
    ...(told.updated_at === undefined ? {} : { updatedAt: at(told.updated_at) }),
    test: told.test ?? false,
  };
  return { facts: problems.length === 0 ? facts : undefined, problems };
};
