import { describe, expect, test } from '@jest/globals';
import { deployedShare, type Rated, rateFaults } from '../../bench/rated.ts';
import { type Asked, askWhoIsDue, readFaults } from '../../bench/reminder-reads.ts';
import { measureReminders } from '../../bench/reminder-units.ts';

const quiet = () => undefined;

test('asking who is due costs the same among 400 and among 2,000 members, and one unit finds at least 30', async () => {
  const asked = await askWhoIsDue([400, 2_000], quiet);
  expect(readFaults(asked)).toEqual([]);
  expect(asked).toHaveLength(4);
});

test('a reminder reads two units and writes four in its whole life, and leaves the contact under 1 KB', async () => {
  const { changed, same, contact } = await measureReminders(10);
  expect(changed.writes).toBe(4);
  expect(same.writes).toBe(4);
  expect(Math.max(changed.reads, same.reads)).toBeLessThan(2.2);
  expect(contact).toBeLessThan(1_024);
});

describe('the checks themselves', () => {
  const rated: Rated = {
    variant: { name: 'fields changed', call: 'setCustomFields', members: 90, shiftMs: 5_000, answerMs: 200 },
    configured: 9,
    most: { sendFlow: 10, setCustomFields: 10 },
    refused: 0,
    share: 0.9,
    steady: 1,
    pauses: [400, 420],
    shifts: 3,
    handedOver: 2,
    doubles: 0,
    missing: 0,
    stalledMs: 10,
  };
  const named = (change: Partial<Rated>) => rateFaults({ ...rated, ...change });

  test('take the longest pause once in a deployed shift', () => {
    expect(deployedShare(rated)).toBeCloseTo(80 / 80.42, 6);
    expect(deployedShare({ steady: 0.99, pauses: [] })).toBe(0.99);
    expect(named({})).toEqual([]);
  });

  test('name every broken promise of the senders', () => {
    const title = 'fields changed, answers after 200 ms';
    expect(named({ most: { sendFlow: 21, setCustomFields: 10 } })).toEqual([
      `${title}: 21 sendFlow calls in a second, at most 20`,
    ]);
    expect(named({ steady: 0.97 })).toEqual([`${title}: 96.5 % of the configured rate, at least 98 %`]);
    expect(named({ refused: 1, doubles: 2, missing: 3, handedOver: 0 })).toEqual([
      `${title}: 1 calls were refused`,
      `${title}: 2 members were written to twice`,
      `${title}: 3 members were not written to`,
      `${title}: no sender took over from the other`,
    ]);
  });

  test('name reads above their budget, and reads that grow with the members', () => {
    const one: Asked = { members: 1_000, due: 300, named: 300, pages: 4.5, tick: 0.5 };
    expect(readFaults([one])).toEqual([]);
    expect(readFaults([{ ...one, pages: 10.5 }])).toEqual([
      '300 due among 1,000 members: 10.5 RRU, at most 10',
    ]);
    expect(readFaults([one, { ...one, members: 100_000, pages: 5 }])).toEqual([
      '300 due among 100,000 members: 5 and 0.5 RRU, 4.5 and 0.5 among 1,000',
    ]);
    expect(readFaults([{ ...one, due: 0, pages: 1, tick: 1 }])).toEqual([
      '0 due among 1,000 members: 1 RRU, at most 0.5',
      '0 due among 1,000 members: the tick reads 1 RRU, at most 0.5',
    ]);
  });
});
