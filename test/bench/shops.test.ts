import { beforeAll, describe, expect, test } from '@jest/globals';
import { shopBudgets } from '../../bench/budgets.ts';
import { type CountedCall, countShop, shopFaults } from '../../bench/shops.ts';
import { askedKinds } from '../../bench/shops-answers.ts';

let all: readonly CountedCall[];
beforeAll(async () => {
  const counted: CountedCall[] = [];
  for (const kind of askedKinds) counted.push(...(await countShop(kind)));
  all = counted;
}, 120_000);

describe('a claim or a redemption at a shop', () => {
  test('stays within its budget of requests, units and calls to the shop', () => {
    expect(shopFaults(all)).toEqual([]);
  });

  test('asks the same of DynamoDB at every kind of shop', () => {
    const asked = Map.groupBy(all, ({ operation }) => operation);
    for (const list of asked.values()) {
      expect(list.map(({ kind }) => kind)).toEqual(askedKinds);
      expect(new Set(list.map(({ commands, reads, writes }) => `${commands} ${reads} ${writes}`)).size).toBe(
        1,
      );
    }
  });

  test('asks no shop, and two requests, where the order is known', () => {
    const stored = all.filter(({ operation }) => operation === 'claim, stored');
    expect(stored.map(({ calls, requests }) => [calls, requests])).toEqual(askedKinds.map(() => [0, 2]));
  });

  test('is counted for everything that has a budget', () => {
    expect(new Set(all.map(({ operation }) => operation))).toEqual(new Set(Object.keys(shopBudgets)));
  });
});

test('what is over its budget is named', () => {
  const one: CountedCall = {
    kind: 'site',
    operation: 'claim, looked up',
    requests: 3,
    reads: 6,
    writes: 6,
    calls: 1,
    commands: 'BatchGet + Put',
  };
  expect(shopFaults([one])).toEqual([]);
  expect(shopFaults([{ ...one, requests: 4, calls: 2 }])).toEqual([
    'claim, looked up at site: 4 requests (BatchGet + Put), at most 3',
    'claim, looked up at site: 2 calls to the shop, at most 1',
  ]);
});
