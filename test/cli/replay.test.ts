import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'loyalty-replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

const header = 'order_number,email,total,currency,status,placed_at,quantity';

const csv = (name: string, ...lines: string[]): string => {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};

const root = new URL('../..', import.meta.url).pathname;

/** The command as a person runs it, without npm in between. */
const replay = (...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((done) => {
    const options = { cwd: root, timeout: 50_000 };
    const child = execFile(process.execPath, ['cli/replay.ts', ...args], options, (_, out, err) =>
      done({ code: child.exitCode ?? -1, out, err }),
    );
  });

/** The table's number beside a name. */
const total = (out: string, name: string): number | undefined => {
  const found = new RegExp(`^ *${name} +([\\d,]+)$`, 'm').exec(out)?.[1];
  return found === undefined ? undefined : Number(found.replaceAll(',', ''));
};

/** Orders of some customers over some years, with sums of every kind; the sixth customer writes the address in two ways. */
const orders = Array.from({ length: 130 }, (_, n) => {
  const customer = (n * 7) % 23;
  const cents = n % 40 === 0 ? 0 : (n * 2_654_435_761) % 25_000;
  const email = customer === 6 && n % 2 === 0 ? 'C6@Example.com' : `c${customer}@example.com`;
  return { number: 5000 + n, customer, cents, email, day: `19${90 + (n % 10)}-03-0${(n % 9) + 1}` };
});
const rows = orders.map(
  ({ number, email, cents, day }) =>
    `${number},${email},${(cents / 100).toFixed(2)},USD,paid,${day}T12:00:00Z,${number % 5}`,
);

describe('replaying a shop’s orders', () => {
  test('credits every order at its worth, reports the bonus apart and finds the books right', async () => {
    const file = csv('orders.csv', header, ...rows);
    const { code, out, err } = await replay(file);
    expect({ code, faults: err.match(/ERROR/g) }).toEqual({ code: 0, faults: null });
    const customers = new Set(orders.map(({ customer }) => customer)).size;
    const worth = orders.reduce((sum, { cents }) => sum + Math.floor(cents / 100), 0);
    expect(customers).toBe(23);
    expect(total(out, 'customers')).toBe(customers);
    expect(total(out, 'credited')).toBe(orders.length);
    expect(total(out, 'points for orders')).toBe(worth);
    expect(total(out, 'points as signup bonus')).toBe(customers * 50);
    expect(total(out, 'points with the bonus')).toBe(worth + customers * 50);
    expect(total(out, 'entries')).toBe(customers + orders.length);
    expect(total(out, 'requests')).toBe(customers + 2 + orders.length);
    expect(out).toMatch(/^audit +no violations$/m);
    // No bar where nobody watches.
    expect(err).not.toContain('\u001b[');
    expect(err).toContain('customers claim: 130 of 130');
  });

  test('counts what the file explains: unpaid, cancelled, refunded and foreign orders', async () => {
    const file = csv(
      'kinds.csv',
      header,
      '1,a@example.com,10.99,USD,paid,2001-01-01T00:00:00Z,1',
      '2,a@example.com,10.00,USD,pending,2001-01-01T00:00:00Z,1',
      '3,b@example.com,10.00,USD,cancelled,2001-01-01T00:00:00Z,1',
      '4,b@example.com,10.00,USD,refunded,2001-01-01T00:00:00Z,1',
      '5,b@example.com,10.00,EUR,paid,2001-01-01T00:00:00Z,1',
      '6,b@example.com,0.99,USD,fulfilled,2001-01-01T00:00:00Z,1',
    );
    const { code, out } = await replay(file, '--concurrency', '1');
    expect(code).toBe(0);
    const results = ['credited', 'not_paid', 'cancelled', 'refunded', 'wrong_currency'];
    expect(results.map((name) => total(out, name))).toEqual([2, 1, 1, 1, 1]);
    expect(total(out, 'points for orders')).toBe(10);
  });

  test('takes the currency from the file, and a program from another one', async () => {
    const won = csv('won.csv', header, '1,a@example.com,60000,KRW,paid,2001-01-01T00:00:00Z,1');
    const [demo, own] = await Promise.all([
      replay(won),
      replay(won, '--program', join(root, 'programs/demo.yaml')),
    ]);
    expect([demo.code, total(demo.out, 'points for orders')]).toEqual([0, 60_000]);
    expect([own.code, total(own.out, 'wrong_currency')]).toEqual([0, 1]);
  });

  test('earns nothing twice on a folder that is kept, and fails when an order is another’s there', async () => {
    const data = join(folder, 'kept');
    const line = (email: string) => `1,${email},60.00,USD,paid,2001-01-01T00:00:00Z,1`;
    const mine = csv('mine.csv', header, line('a@example.com'));
    expect((await replay(mine, '--data', data)).code).toBe(0);
    const again = await replay(mine, '--data', data);
    const names = ['credited before', 'points credited before', 'points with the bonus'];
    expect([again.code, ...names.map((name) => total(again.out, name))]).toEqual([0, 1, 60, 0]);
    const theirs = await replay(csv('theirs.csv', header, line('b@example.com')), '--data', data);
    expect([theirs.code, total(theirs.out, 'claimed_by_other')]).toEqual([1, 1]);
    expect(theirs.out).toContain('line 2: an order that is paid was answered claimed_by_other');
  });
});

describe('a file that cannot be replayed ends with 2 and is told in a sentence', () => {
  test('when it is not there', async () => {
    const { code, err } = await replay(join(folder, 'nowhere.csv'));
    expect([code, err]).toEqual([2, expect.stringContaining('nowhere.csv: there is no such file')]);
  });

  test('when columns are missing: it names them', async () => {
    const file = csv('short.csv', 'order_number,email,total,currency,placed_at', '1,a@example.com,1,USD,x');
    const { code, err } = await replay(file);
    expect([code, err]).toEqual([2, expect.stringContaining('lacks the columns status, quantity;')]);
  });

  test('when rows are wrong: it names line, column and what was expected, and never what was there', async () => {
    const file = csv(
      'wrong.csv',
      header,
      '',
      '1,nobody-known,1.005,USD,paid,2001-01-01T00:00:00Z,1',
      '2,a@example.com,1.00,USD,paid,2001-01-01T00:00:00Z',
      '2,a@example.com,1.00,USD,paid,2001-01-01T00:00:00Z,1',
      '#2,a@example.com,1.00,USD,paid,2001-01-01T00:00:00Z,1',
    );
    const { code, err } = await replay(file);
    expect(code).toBe(2);
    expect(err).toContain('line 3, email: expected an e-mail address');
    expect(err).toContain('line 3, total: expected a non-negative amount such as 60.00');
    expect(err).toContain('line 4: expected 7 values');
    expect(err).toContain('line 6, order_number: expected a number of its own, line 5 has the same one');
    expect(err).not.toContain('nobody-known');
  });

  test('when the command is wrong; help is no mistake', async () => {
    expect((await replay()).code).toBe(2);
    expect((await replay(csv('any.csv', header), '--concurrency', 'many')).code).toBe(2);
    const help = await replay('--help');
    expect([help.code, help.out]).toEqual([0, expect.stringContaining('--program')]);
  });
});
