import { describe, expect, test } from '@jest/globals';
import { hookBudgets } from '../../bench/budgets.ts';
import { cpuFaults } from '../../bench/hooks.ts';
import { type CountedHook, countHooks, hookFaults } from '../../bench/hooks-counts.ts';
import { stormFaults, weather } from '../../bench/hooks-storm.ts';
import { balancesOf, drawStorm } from '../../bench/hooks-storm-plan.ts';
import { hookKinds, type SoldOrder } from '../../bench/shops-orders.ts';

const quiet = () => undefined;

test.each(hookKinds)('a webhook of %s stays within its budget of requests and units', async (kind) => {
  const counted = await countHooks(kind);
  expect(hookFaults(counted)).toEqual([]);
  expect(new Set(counted.map(({ operation }) => operation))).toEqual(new Set(Object.keys(hookBudgets)));
});

describe('a storm of webhooks', () => {
  const size = { seed: 7, members: 12, webhooks: 300, duplicateShare: 0.05 };

  test('ends in the exact balances, however it is mixed', async () => {
    const came = await weather(size, quiet);
    expect(stormFaults(came)).toEqual([]);
    expect(came.hookMs).toHaveLength(300);
    expect(came.claims.get('credited')).toBeGreaterThan(20);
  });

  test('is the same for the same seed, with as many duplicates as it is told', () => {
    const now = Date.UTC(2026, 10, 20);
    const storm = drawStorm(size, now);
    expect(drawStorm(size, now)).toEqual(storm);
    expect(drawStorm({ ...size, seed: 8 }, now).acts).not.toEqual(storm.acts);
    const told = storm.acts.flatMap((one) => (one.kind === 'hook' ? [one.order] : []));
    expect(told).toHaveLength(300);
    expect(new Set(told.map(({ id, updatedAt }) => `${id} ${updatedAt}`)).size).toBe(285);
  });

  test('tells the last of every order', () => {
    const { orders, acts } = drawStorm(size, Date.UTC(2026, 10, 20));
    const told = new Set(acts.flatMap((one) => (one.kind === 'hook' ? [one.order] : [])));
    expect(orders.filter(({ versions }) => !told.has(versions.at(-1) ?? versions[0]))).toEqual([]);
  });
});

describe('the model', () => {
  const placed: SoldOrder = {
    id: 1,
    email: 'ana@example.com',
    totalMinor: 6_050,
    refundedMinor: 0,
    status: 'pending',
    placedAt: 0,
    updatedAt: 0,
  };
  const balanceOf = (...versions: readonly SoldOrder[]): number | undefined => {
    const orders = [{ shop: 'site', member: 1, versions: [placed, ...versions] } as const];
    return balancesOf({ orders, claimed: new Set([1]) }, 2, 50).get(1);
  };
  const paid: SoldOrder = { ...placed, status: 'paid' };

  test('counts whole units of what is left of a paid order that was claimed', () => {
    expect(balanceOf()).toBe(50);
    expect(balanceOf(paid)).toBe(110);
    expect(balanceOf(paid, { ...paid, refundedMinor: 51 })).toBe(109);
    expect(balanceOf(paid, { ...paid, refundedMinor: 6_050 })).toBe(50);
    expect(balanceOf(paid, { ...paid, status: 'cancelled' })).toBe(50);
  });

  test('counts nothing for an order that nobody claimed', () => {
    const orders = [{ shop: 'site', member: 1, versions: [paid] } as const];
    expect([...balancesOf({ orders, claimed: new Set() }, 2, 50).values()]).toEqual([50, 50]);
  });
});

describe('the checks themselves', () => {
  test('name a webhook that is over its budget', () => {
    const one: CountedHook = {
      kind: 'site',
      operation: 'the same again',
      requests: 1,
      reads: 1,
      writes: 0,
      commands: 'BatchGet',
    };
    expect(hookFaults([one])).toEqual([]);
    expect(hookFaults([{ ...one, writes: 1 }])).toEqual([
      'the same again at site: 1 writes, at most 0 (BatchGet)',
    ]);
  });

  test('name webhooks that take too much of our own time', () => {
    expect(cpuFaults([{ kind: 'shopify', own: 400, bare: 600 }])).toEqual([]);
    expect(cpuFaults([{ kind: 'shopify', own: 460, bare: 600 }])).toEqual([
      'our own part of a webhook of shopify takes 460 µs, at most 0.75 × the 600 µs of what cannot be left out',
    ]);
  });

  test('name a balance that is not exact, and books that are not right', () => {
    const wrong = [{ member: 3, has: 110, expected: 109 }];
    expect(stormFaults({ wrong, violations: 2 })).toEqual([
      '1 balances are not exact: member 3 has 110, the model 109',
      'the audit finds 2 violations',
    ]);
    expect(stormFaults({ wrong: [], violations: 0 })).toEqual([]);
  });
});
