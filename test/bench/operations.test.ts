import { beforeAll, describe, expect, test } from '@jest/globals';
import { operationBudgets } from '../../bench/budgets.ts';
import { type Counted, countOperations, growing, overBudget } from '../../bench/operations.ts';
import { rareCases, rareNames } from '../../bench/steps.ts';

let all: readonly Counted[];
let books: ReadonlyMap<number, number>;
beforeAll(async () => {
  const sizes = { plain: [10, 1_000], limited: [10], rare: rareNames } as const;
  ({ counted: all, books } = await countOperations(sizes, () => undefined));
});

describe('what a call asks of DynamoDB', () => {
  test('stays within its budget of requests and units', () => {
    expect(overBudget(all)).toEqual([]);
  });

  test('is the same at 10 and at 1,000 entries, to 2 % of the bytes', () => {
    expect(growing(all)).toEqual([]);
  });

  test('writes nothing for a repeat, and asks no more than the first time', () => {
    const at = (operation: string) => all.find((one) => one.operation === operation);
    const repeats = [
      ['claim-order', 'claim-order, again'],
      ['redeem', 'redeem, second tap'],
      ['redeem, request id', 'redeem, request id again'],
      ['redeem, pool code', 'redeem, pool code again'],
      ['enroll', 'enroll, again'],
    ] as const;
    for (const [first, again] of repeats) {
      expect(at(again)).toMatchObject({ writes: 0 });
      expect(at(again)?.requests).toBeLessThanOrEqual(at(first)?.requests ?? 0);
    }
  });

  test('is measured for every operation that has a budget', () => {
    const rare = Object.values(rareCases).flatMap(({ steps }) => steps.map(({ operation }) => operation));
    const measured = new Set<string>([...all.map(({ operation }) => operation), ...rare]);
    expect(Object.keys(operationBudgets).filter((name) => !measured.has(name))).toEqual([]);
  });

  test('leaves the member’s own item under 1 KB', () => {
    expect(Math.max(...books.values())).toBeLessThan(1024);
  });
});

describe('the checks themselves', () => {
  const one: Counted = {
    operation: 'balance',
    entries: 10,
    requests: 1,
    reads: 2,
    writes: 0,
    bytes: 1_000,
    commands: 'BatchGet',
  };

  test('name the operation, the length and the number of what is over its budget', () => {
    expect(overBudget([{ ...one, reads: 2.5 }])).toEqual([
      'balance at 10 entries: 2.5 reads, at most 2 (BatchGet)',
    ]);
  });

  test('name what grows with the history', () => {
    const longer = { ...one, entries: 1_000, requests: 2, bytes: 1_021 };
    expect(growing([one, longer])).toEqual([
      'balance at 1,000 entries: 2 requests, 1 at 10',
      'balance at 1,000 entries: 1021 bytes, 1000 at 10',
    ]);
    expect(growing([one, { ...one, entries: 1_000, bytes: 1_020 }])).toEqual([]);
  });
});
