import { describe, expect, test } from '@jest/globals';
import { millionReminders } from '../../bench/budgets.ts';
import { itemBytes } from '../../bench/item-bytes.ts';
import { type Asked, costOfConfirming, costOfMillion, total } from '../../bench/reminder-cost.ts';

const asked: Asked = {
  reminder: { reads: 2, writes: 4 },
  pace: 9,
  around: { reads: 4, writes: 0 },
  tickLogBytes: 300,
  runLogBytes: 300,
};
const dollarsOf = (parts: ReturnType<typeof costOfMillion>) =>
  Object.fromEntries(parts.map(({ name, dollars }) => [name, Number(dollars.toFixed(3))]));

describe('the cost of a million reminders', () => {
  test('is made of units, time, requests and bytes at list prices', () => {
    expect(dollarsOf(costOfMillion(asked))).toEqual({
      'DynamoDB, writes': 2.5,
      'DynamoDB, reads': 0.25,
      'DynamoDB, ticks and runs': 0.002,
      'Lambda, sender': 0.37,
      'Lambda, ticks and requests': 0.007,
      SQS: 0.017,
      'token (KMS)': 0.006,
      logs: 0.001,
    });
  });

  test('is the sum of its parts', () => {
    const parts = costOfMillion(asked);
    expect(total(parts)).toBeCloseTo(3.153, 2);
    expect(total([])).toBe(0);
  });

  test('is above the budget with one more write for each', () => {
    expect(total(costOfMillion(asked))).toBeLessThan(millionReminders);
    const dearer = { ...asked, reminder: { reads: 2, writes: 5 } };
    expect(total(costOfMillion(dearer))).toBeGreaterThan(millionReminders);
  });

  test('halves what it pays for time where the pace is double', () => {
    const [slow, fast] = [costOfMillion(asked), costOfMillion({ ...asked, pace: 18 })].map(dollarsOf);
    expect(fast?.['Lambda, sender']).toBeCloseTo((slow?.['Lambda, sender'] ?? 0) / 2, 3);
    expect(fast?.['DynamoDB, writes']).toBe(slow?.['DynamoDB, writes']);
  });

  test('of confirming them counts the API’s own price', () => {
    expect(costOfConfirming({ reads: 0, writes: 0 }, 0)).toBeGreaterThan(1.2);
  });
});

describe('the size of an item', () => {
  test('is that of its names and values', () => {
    expect(itemBytes({ pk: 'abc' })).toBe(5);
    expect(itemBytes({ name: '감사' })).toBe(10);
    expect(itemBytes({ n: 1_797_768_000_000 })).toBe(1 + 4 + 1);
    expect(itemBytes({ n: 0 })).toBe(2);
    expect(itemBytes({ yes: true })).toBe(4);
  });

  test('counts what a list and a map hold', () => {
    expect(itemBytes({ l: ['ab', 'c'] })).toBe(1 + 3 + 2 + 3);
    expect(itemBytes({ m: { a: 'bc' } })).toBe(1 + 3 + 1 + 3);
  });
});
