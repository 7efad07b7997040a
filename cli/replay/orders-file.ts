/** Orders as a shop exports them: a CSV file, checked row by row before anything starts. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import * as z from 'zod/mini';
import { type Email, normalizeEmail } from '../../functions/domain/email.ts';
import { normalizeOrderNumber, type OrderNumber } from '../../functions/domain/ids.ts';
import { type Currency, currency, decimalsOf, parseMoney } from '../../functions/domain/money.ts';
import { type OrderStatus, orderStatus } from '../../functions/domain/order.ts';

export const columns = [
  'order_number',
  'email',
  'total',
  'currency',
  'status',
  'placed_at',
  'quantity',
] as const;
type Column = (typeof columns)[number];

export interface OrderRow {
  /** Line of the file, from 1; a record over several lines is named by its last one. */
  readonly line: number;
  readonly number: OrderNumber;
  readonly email: Email;
  readonly total: string;
  readonly totalMinor: number;
  readonly currency: Currency;
  readonly status: OrderStatus;
  readonly placedAt: string;
  readonly quantity: number;
}

/** A file that cannot be replayed. The message names every wrong place, and what was expected there; never what was found. */
export class BrokenFile extends Error {
  override readonly name = 'BrokenFile';
}

const record = z.object({
  record: z.array(z.string()),
  info: z.object({ lines: z.int() }),
});

const time = z.iso.datetime({ offset: true });

/** So many problems are told; a file of another kind would have one on every line. */
const maxTold = 10;

const readText = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new BrokenFile(
      absent
        ? `${path}: there is no such file`
        : `${path} cannot be read: expected a CSV file with the columns ${columns.join(', ')}`,
      { cause: error },
    );
  }
};

type Record = z.infer<typeof record>;

const recordsOf = (path: string, text: string): Record[] => {
  try {
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true };
    return z.array(record).parse(parse(text, options));
  } catch (error) {
    const line = error instanceof Error && 'lines' in error ? ` line ${error.lines}:` : '';
    throw new BrokenFile(`${path}:${line} expected CSV with commas and closed quotes`, { cause: error });
  }
};

/** Where each column stands. @throws BrokenFile that names each column that is missing */
const placesOf = (path: string, header: Record | undefined): ReadonlyMap<Column, number> => {
  const names = header?.record.map((name) => name.toLowerCase()) ?? [];
  const missing = columns.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const list = missing.join(', ');
    throw new BrokenFile(
      `${path}: the first line lacks the column${missing.length > 1 ? 's' : ''} ${list}; expected ${columns.join(', ')}`,
    );
  }
  return new Map(columns.map((name) => [name, names.indexOf(name)]));
};

/** Reads one value, or tells what was expected in its place. */
type Field = <T>(column: Column, read: (text: string) => T | undefined, expected: string) => T | undefined;

const known =
  <T>(schema: { safeParse(text: string): { success: true; data: T } | { success: false } }) =>
  (text: string): T | undefined => {
    const read = schema.safeParse(text);
    return read.success ? read.data : undefined;
  };

const readRow = (line: number, field: Field): OrderRow | undefined => {
  const number = field('order_number', normalizeOrderNumber, 'an order number: 1 to 32 of A-Z 0-9 . _ / -');
  const email = field('email', normalizeEmail, 'an e-mail address');
  const code = field('currency', known(currency), 'an ISO 4217 currency code such as USD');
  const sum = (text: string) => {
    const totalMinor = code === undefined ? 0 : parseMoney(text, code);
    return totalMinor === undefined ? undefined : { total: text, totalMinor };
  };
  const decimals = code === undefined ? 2 : decimalsOf(code);
  const total = field(
    'total',
    sum,
    `a non-negative amount such as ${(60).toFixed(decimals)}${code === undefined ? '' : `, with at most ${decimals} decimals for ${code}`}`,
  );
  const status = field('status', known(orderStatus), orderStatus.options.join(', '));
  const placedAt = field('placed_at', known(time), 'a time such as 2026-11-20T10:00:00Z');
  const quantity = field(
    'quantity',
    (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined),
    'a whole number from 0',
  );
  if (number === undefined || email === undefined || code === undefined || total === undefined)
    return undefined;
  if (status === undefined || placedAt === undefined || quantity === undefined) return undefined;
  return { line, number, email, ...total, currency: code, status, placedAt, quantity };
};

const complain = (path: string, problems: readonly string[]): BrokenFile => {
  const more = problems.length - maxTold;
  const lines = problems.slice(0, maxTold).map((problem) => `  ${problem}`);
  return new BrokenFile(
    [`${path} cannot be replayed:`, ...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n'),
  );
};

/**
 * Orders in the order of the file.
 * @throws BrokenFile
 */
export const readOrders = async (path: string): Promise<OrderRow[]> => {
  const [header, ...records] = recordsOf(path, await readText(path));
  const places = placesOf(path, header);
  if (records.length === 0) throw new BrokenFile(`${path}: expected at least one order under the first line`);
  const problems: string[] = [];
  const lineOf = new Map<OrderNumber, number>();
  const rows: OrderRow[] = [];
  for (const { record: values, info } of records) {
    const { lines: line } = info;
    if (values.length !== header?.record.length) {
      problems.push(`line ${line}: expected ${header?.record.length} values, as the first line has`);
      continue;
    }
    const row = readRow(line, (column, read, expected) => {
      const value = read(values[places.get(column) ?? -1] ?? '');
      if (value === undefined) problems.push(`line ${line}, ${column}: expected ${expected}`);
      return value;
    });
    if (row === undefined) continue;
    const earlier = lineOf.get(row.number);
    if (earlier === undefined) lineOf.set(row.number, line);
    else
      problems.push(
        `line ${line}, order_number: expected a number of its own, line ${earlier} has the same one`,
      );
    rows.push(row);
  }
  if (problems.length > 0) throw complain(path, problems);
  return rows;
};
