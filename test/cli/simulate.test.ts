import { describe, expect, test } from '@jest/globals';
import type { OrderRow } from '../../cli/replay/orders-file.ts';
import { silent } from '../../cli/replay/progress.ts';
import { drawing } from '../../cli/simulate/chance.ts';
import { dayMs, dueAfter, nextSweep, quietUntil, spreadMinute } from '../../cli/simulate/clockwork.ts';
import { customerOf, drawYear } from '../../cli/simulate/draw-year.ts';
import { isRight, report } from '../../cli/simulate/report.ts';
import { simulate, type Verdict } from '../../cli/simulate/simulating.ts';
import { programs, type Terms } from '../../cli/simulate/terms.ts';
import { normalizeEmail } from '../../functions/domain/email.ts';
import { normalizeOrderNumber } from '../../functions/domain/ids.ts';
import { currency } from '../../functions/domain/money.ts';

const present = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('expected a value');
  return value;
};

const byProgram = (name: string) => (email: string) => customerOf(email).program.id === name;
const atMinute = (minute: (of: number) => boolean) => (email: string) => {
  const { contact, program } = customerOf(email);
  return minute(spreadMinute(contact, program.spread));
};

/** The first days of the customers of a kind, in turn. */
interface Kind {
  readonly is: (email: string) => boolean;
  readonly days: readonly [number, ...number[]];
}

const both = (one: Kind['is'], other: Kind['is']) => (email: string) => one(email) && other(email);

/** Members who meet what is rare: an hour that is leapt over, one that comes twice, and the first minute of quiet hours. */
const kinds: readonly (Kind & { readonly count: number })[] = [
  // 28 days, and 56, before the clocks of Los Angeles leap from 2 to 3.
  {
    is: both(
      byProgram('sim-night'),
      atMinute((of) => of >= 60),
    ),
    days: [44, 16],
    count: 4,
  },
  // Multiples of 28 days before they show the hour from 1 to 2 twice.
  {
    is: both(
      byProgram('sim-night'),
      atMinute((of) => of < 60),
    ),
    days: [86, 30, 58],
    count: 3,
  },
  {
    is: both(
      byProgram('sim-talk'),
      atMinute((of) => of === 60),
    ),
    days: [10],
    count: 1,
  },
  {
    is: both(
      byProgram('sim-home'),
      atMinute((of) => of === 60),
    ),
    days: [11],
    count: 1,
  },
  { is: byProgram('sim-talk'), days: [3, 40, 77], count: 5 },
  { is: byProgram('sim-home'), days: [5, 50, 90], count: 4 },
  { is: byProgram('sim-noon'), days: [0, 20, 60, 70, 95], count: 22 },
];

const addresses = Array.from({ length: 3000 }, (_, n) => `c${n}@example.com`);

/** Orders of customers of every kind: most of them buy once, some again and again. */
const generated = (): OrderRow[] => {
  const draw = drawing(7, 'orders');
  return kinds
    .flatMap(({ is, days, count }) =>
      addresses
        .filter(is)
        .slice(0, count)
        .map((email, n) => ({ email, first: days[n % days.length] ?? days[0] })),
    )
    .flatMap(({ email, first }) => {
      const again = Array.from({ length: draw.happens(0.4) ? draw.whole(1, 4) : 0 }, () =>
        draw.whole(first, 364),
      );
      return [first, ...again].map((day) => ({ day, email, minor: draw.whole(100, 20_000) }));
    })
    .map(({ day, email, minor }, n) => ({
      line: n + 2,
      number: present(normalizeOrderNumber(String(1000 + n))),
      email: present(normalizeEmail(email)),
      total: (minor / 100).toFixed(2),
      totalMinor: minor,
      currency: currency.parse('USD'),
      status: draw.one(['paid', 'paid', 'paid', 'paid', 'fulfilled', 'pending', 'cancelled', 'refunded']),
      placedAt: new Date(Date.UTC(2001, 0, 1 + day, 12)).toISOString(),
      quantity: 1,
    }));
};

const plain = (text: string) => text;
const paint = { bold: plain, red: plain, green: plain };
const reasons = ({ byProgram }: Verdict) =>
  new Set([...byProgram.values()].flatMap(({ skipped }) => [...skipped.keys()]));

describe('a simulated year', () => {
  test('is what the reference model says, member by member and instant by instant, and within every rule', async () => {
    const verdict = await simulate({ rows: generated(), seed: 1, data: 'memory', progress: silent });
    expect({ differences: verdict.differences, violations: verdict.violations }).toEqual({
      differences: [],
      violations: [],
    });
    // A year in which little happened would prove little.
    const expected = ['capped', 'no_optin', 'opted_out', 'window_closed'];
    expect([...reasons(verdict)].toSorted()).toEqual(expected);
    expect([...verdict.byProgram.values()].filter(({ sent }) => sent < 20)).toEqual([]);
    expect(verdict.withheld).toBeGreaterThan(2);
    expect(verdict.longestRun).toBeGreaterThan(5);
    const sent = [...verdict.byProgram.values()].reduce((sum, { sent: n }) => sum + n, 0);
    expect(verdict.tally.get('2027 accepted')).toBe(sent);
    expect(isRight(verdict)).toBe(true);
    expect(report(verdict, 1, paint).join('\n')).toMatch(/differences from the model *│ *0 /);
  }, 120_000);

  test('fails with its first ten differences, and the number of the others', () => {
    const differences = Array.from({ length: 12 }, (_, n) => `difference ${n}.`);
    const verdict: Verdict = {
      customers: 1,
      events: 1,
      ordersLeftOut: 0,
      sweeps: 1,
      longestRun: 1,
      withheld: 0,
      byProgram: new Map([['p', { members: 1, sent: 1, skipped: new Map(), later: 0 }]]),
      tally: new Map(),
      differences,
      violations: [],
      seconds: 1,
    };
    expect(isRight(verdict)).toBe(false);
    const told = report(verdict, 1, paint).join('\n');
    expect(told).toContain('difference 9.\n  and 2 more');
    expect(told).not.toContain('difference 10.');
    expect(isRight({ ...verdict, differences: [], violations: ['one'] })).toBe(false);
  });

  test('comes out the same for the same seed, and otherwise for another', () => {
    const rows = generated();
    const deeds = (seed: number) => drawYear(rows, seed).events.map(({ at, deed }) => [at, deed]);
    expect(deeds(1)).toEqual(deeds(1));
    expect(deeds(1)).not.toEqual(deeds(2));
    expect(drawYear(rows, 1, 5).customers).toHaveLength(5);
  });
});

describe('the model’s clockwork', () => {
  const at = (text: string) => Date.parse(text);
  const terms = (change: Partial<Terms>): Terms => ({ ...programs[0], spread: 0, everyDays: 1, ...change });
  const due = (base: string, change: Partial<Terms>, offset?: string) =>
    new Date(dueAfter(at(base), 'x', terms(change), offset)).toISOString();

  test('puts a time that the clocks leap over on the next minute that they show', () => {
    expect(due('2027-03-13T12:00:00Z', { hour: 2 })).toBe('2027-03-14T10:00:00.000Z');
  });

  test('takes the first of two instants that show the same time', () => {
    expect(due('2027-11-06T12:00:00Z', { hour: 1 })).toBe('2027-11-07T08:00:00.000Z');
  });

  test('goes by the member’s clock where the program says so and it is known', () => {
    const home = { clock: 'member', hour: 20, zone: 'America/New_York' } as const;
    expect(due('2027-06-01T12:00:00Z', home)).toBe('2027-06-03T00:00:00.000Z');
    expect(due('2027-06-01T12:00:00Z', home, '+05:30')).toBe('2027-06-02T14:30:00.000Z');
  });

  test('ends quiet hours on the day on which they end', () => {
    const quiet = { from: '21:00', to: '08:00' };
    const berlin = terms({ zone: 'Europe/Berlin', quiet });
    const end = (text: string) => quietUntil(at(text), berlin, berlin.zone);
    expect(end('2027-06-01T18:59:59.999Z')).toBeUndefined();
    expect(end('2027-06-01T19:00:00Z')).toBe(at('2027-06-02T06:00:00Z'));
    expect(end('2027-06-02T05:59:59.999Z')).toBe(at('2027-06-02T06:00:00Z'));
    expect(end('2027-06-02T06:00:00Z')).toBeUndefined();
  });

  test('sweeps at whole minutes, never twice in one, and not while the hours are quiet', () => {
    const quiet = { from: '21:00', to: '08:00' };
    const berlin = terms({ zone: 'Europe/Berlin', quiet });
    const now = at('2027-06-01T10:00:00Z');
    const next = (dueAt: number, last = 0) => nextSweep(now, last, [{ terms: berlin, dueAt }]);
    expect(next(now - dayMs)).toBe(now);
    expect(next(now - dayMs, now)).toBe(now + 60_000);
    expect(next(now + 1)).toBe(now + 60_000);
    expect(next(at('2027-06-01T20:00:00Z'))).toBe(at('2027-06-02T06:00:00Z'));
    expect(nextSweep(now, 0, [])).toBe(Number.POSITIVE_INFINITY);
  });
});
