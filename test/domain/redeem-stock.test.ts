import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type RewardId, rewardId } from '../../functions/domain/ids.ts';
import type { Loaded, Wanted } from '../../functions/domain/ledger.ts';
import type { Reward } from '../../functions/domain/program.ts';
import { decideRedeem } from '../../functions/domain/redemption.ts';
import { capacityOf, countersOf } from '../../functions/domain/stock.ts';
import { always, ana, answered, foundOf, memberOf, rewardOf, settingOf, wantedBy } from './support.ts';

const { id } = rewardOf();
const rich = memberOf({ lots: { never: 1000 } });
const decide = (reward: Partial<Reward>, found: Partial<Loaded>, below = always(0)) =>
  decideRedeem(
    foundOf({ member: rich, ...found }),
    { contact: ana, reward: 'tea-towel', request: undefined, below },
    settingOf({ rewards: [rewardOf(reward)] }),
  );
const redeem = (...given: Parameters<typeof decide>) => answered(decide(...given));
const oneCounter = (index: number): { asked: Wanted } => ({
  asked: { contact: ana, counter: { reward: id, index } },
});
const allCounters = (reward: RewardId = id): { asked: Wanted } => ({
  asked: { contact: ana, counters: reward },
});
const taken = (...pieces: number[]) => ({ counters: new Map(pieces.map((count, index) => [index, count])) });

describe('the counters of a stock', () => {
  test('are at most 16 and at least one', () => {
    expect([0, 1, 2, 15, 16, 17, 1000].map(countersOf)).toEqual([1, 1, 2, 15, 16, 16, 16]);
  });

  test('share the pieces as evenly as they can', () => {
    expect(Array.from({ length: 16 }, (_, index) => capacityOf(18, index))).toEqual([
      2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    ]);
    expect(capacityOf(32, 0)).toBe(2);
    expect(capacityOf(0, 0)).toBe(0);
  });

  test('add up to the stock', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (stock) => {
        const all = Array.from({ length: countersOf(stock) }, (_, index) => capacityOf(stock, index));
        expect(all.reduce((sum, part) => sum + part, 0)).toBe(stock);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a reward of limited stock', () => {
  test('takes its piece from the counter that was looked at', () => {
    const { answer, change } = redeem({ stock: 20 }, { ...oneCounter(3), counters: new Map([[3, 0]]) });
    expect(answer.result).toBe('issued');
    expect(change?.stock).toEqual({ reward: id, index: 3, capacity: 2, pieces: 1 });
    expect(answer.coupon?.counter).toBe(3);
  });

  test('takes a counter of which nothing was taken yet as full', () => {
    expect(redeem({ stock: 20 }, oneCounter(0)).change?.stock?.index).toBe(0);
  });

  test('asks for all counters where the one looked at is empty, or none was looked at', () => {
    const empty = { ...oneCounter(4), counters: new Map([[4, 1]]) };
    expect(wantedBy(decide({ stock: 20 }, empty))).toEqual({ counters: id });
    expect(wantedBy(decide({ stock: 20 }, {}))).toEqual({ counters: id });
  });

  test('takes any free counter, by chance', () => {
    const found = { ...allCounters(), ...taken(1, 0, 1, 0) };
    expect(redeem({ stock: 4 }, found, always(0)).change?.stock?.index).toBe(1);
    expect(redeem({ stock: 4 }, found, always(1)).change?.stock?.index).toBe(3);
  });

  test('is sold out once all counters are empty', () => {
    const { answer, change } = redeem({ stock: 3 }, { ...allCounters(), ...taken(1, 1, 1) });
    expect(answer).toEqual({
      result: 'sold_out',
      books: rich,
      reward: rewardOf({ stock: 3 }),
      coupon: undefined,
      pointsShort: 0,
    });
    expect(change).toBeUndefined();
  });

  test('is sold out without a look where there were never any pieces', () => {
    expect(redeem({ stock: 0 }, {}).answer.result).toBe('sold_out');
  });

  test('is not sold out because another reward is', () => {
    const found = { ...allCounters(rewardId.parse('linen-set')), ...taken(1, 1, 1) };
    expect(wantedBy(decide({ stock: 3 }, found))).toEqual({ counters: id });
  });

  test('asks chance for one of the free counters only', () => {
    const asked: number[] = [];
    const below = (n: number): number => {
      asked.push(n);
      return 0;
    };
    redeem({ stock: 3 }, { ...allCounters(), ...taken(0, 1, 0) }, below);
    expect(asked[0]).toBe(2);
  });

  test('without a limit of pieces touches no stock', () => {
    const { change, answer } = redeem({}, {});
    expect(change?.stock).toBeUndefined();
    expect('counter' in (answer.coupon ?? {})).toBe(false);
  });
});

describe('a reward with a pool of codes', () => {
  const pool: Partial<Reward> = { benefit: { kind: 'pool', products: [] } };
  const asked: Wanted = { contact: ana, poolCode: id };

  test('asks for a free code', () => {
    expect(wantedBy(decide(pool, {}))).toEqual({ poolCode: id });
    const other = { asked: { ...asked, poolCode: rewardId.parse('linen-set') }, poolCode: 'X' };
    expect(wantedBy(decide(pool, other))).toEqual({ poolCode: id });
  });

  test('gives the code as it was stored and takes it from the pool', () => {
    const { answer, change } = redeem(pool, { asked, poolCode: 'Summer-1.a' });
    expect(answer.coupon).toMatchObject({ code: 'Summer-1.a', key: 'SUMMER1.A', state: 'issued' });
    expect(change?.poolCode).toEqual({ reward: id, code: 'Summer-1.a' });
    expect(change?.stock).toBeUndefined();
  });

  test('is sold out once no code is left', () => {
    const { answer, change } = redeem(pool, { asked });
    expect(answer.result).toBe('sold_out');
    expect(change).toBeUndefined();
  });

  test('never issues a code that nobody could type', () => {
    expect(() => decide(pool, { asked, poolCode: '!!!' })).toThrow('a pool holds a code');
  });

  test('takes a code only where a code was asked for', () => {
    expect(redeem({}, { poolCode: 'Summer-1' }).change?.poolCode).toBeUndefined();
  });
});
