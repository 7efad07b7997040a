import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dynamoAgenda } from '../../functions/adapters/dynamodb/agenda.ts';
import { dynamoGate } from '../../functions/adapters/dynamodb/gate.ts';
import { sweeper } from '../../functions/jobs/sweep/handler.ts';
import type { Nudge } from '../../functions/ports/nudges.ts';
import type { Reply } from '../support/house.ts';
import { join, openReminded, type Reminded } from './reminded.ts';

let house: Reminded;
beforeAll(async () => {
  house = await openReminded();
});
afterAll(() => house.stop());

/** A sweep whose nudges are kept; everything else is real. */
const sweeping = () => {
  const sent: { nudges: readonly Nudge[]; occasion: string }[] = [];
  const ages: number[] = [];
  const faults: string[] = [];
  const sweep = sweeper(() => ({
    agenda: dynamoAgenda(house.table),
    gate: dynamoGate(house.table, house.clock),
    nudges: { send: async (nudges, occasion) => void sent.push({ nudges, occasion }) },
    clock: house.clock,
    log: {
      request: () => undefined,
      fault: (id) => void faults.push(id),
      event: () => undefined,
      oldestDue: (seconds) => void ages.push(seconds),
    },
  }));
  return {
    ages,
    faults,
    at: async (time: string) => {
      await sweep({ time });
      return sent.at(-1);
    },
  };
};

const sharing = (account: string) => (file: Reply) => {
  file.manychat = { account };
};

describe('the tick', () => {
  test('nudges each account once, with those of its programs that have work', async () => {
    const one = await house.open(sharing('shared'));
    const two = await house.open(sharing('shared'));
    const idle = await house.open(sharing('shared'));
    const other = await house.open(sharing('other'));
    for (const shop of [one, two, other]) await join(shop);
    const { at, ages } = sweeping();
    expect((await at('2026-01-01T00:00:00Z'))?.nudges).toEqual([]);
    await house.pass('P29D');
    const { nudges = [], occasion } = (await at('2026-01-01T00:01:00Z')) ?? {};
    const byAccount = new Map(nudges.map(({ account, programs }) => [String(account), [...programs].sort()]));
    expect(byAccount).toEqual(
      new Map([
        ['shared', [one.id, two.id].sort()],
        ['other', [other.id]],
      ]),
    );
    expect([occasion, nudges.flatMap(({ programs }) => programs).includes(idle.program.id)]).toEqual([
      '2026-01-01T00:01:00Z',
      false,
    ]);
    expect(ages[0]).toBe(0);
    expect(ages[1]).toBeGreaterThan(0);
  });

  test('is quiet while a program is, and counts no waiting of quiet hours', async () => {
    const shop = await house.open((file) => {
      file.timezone = 'Asia/Seoul';
      file.reminders.quiet = { from: '12:00', to: '09:00' };
      sharing('quiet')(file);
    });
    const at = (now: string) => shop.request('POST', '/_local/clock', { now });
    const before = new Date(house.clock.now()).toISOString();
    await at('2027-06-01T00:00:00Z');
    await join(shop);
    const { at: tick, ages } = sweeping();
    const nudged = async (now: string) => {
      await at(now);
      return (await tick(now))?.nudges.some(({ account }) => account === 'quiet');
    };
    expect(await nudged('2027-06-29T00:59:00Z')).toBe(false);
    expect(await nudged('2027-06-29T01:00:00Z')).toBe(true);
    expect(await nudged('2027-06-29T03:00:00Z')).toBe(false);
    expect(await nudged('2027-06-29T23:59:00Z')).toBe(false);
    expect(await nudged('2027-06-30T00:01:00Z')).toBe(true);
    expect(ages.length).toBe(5);
    await at(before);
  });

  test('passes over a program that cannot be read, and serves the others', async () => {
    const { UpdateCommand } = await import('@aws-sdk/lib-dynamodb');
    const broken = await house.open(sharing('broken'));
    const fine = await house.open(sharing('fine'));
    for (const shop of [broken, fine]) await join(shop);
    await house.table.client.send(
      new UpdateCommand({
        TableName: house.table.name,
        Key: { pk: `P#${broken.id}`, sk: 'PROGRAM' },
        UpdateExpression: 'SET #file = :file',
        ExpressionAttributeNames: { '#file': 'file' },
        ExpressionAttributeValues: { ':file': '{}' },
      }),
    );
    await house.pass('P29D');
    const { at, faults } = sweeping();
    const accounts = (await at('x'))?.nudges.map(({ account }) => String(account)) ?? [];
    expect([accounts.includes('fine'), accounts.includes('broken')]).toEqual([true, false]);
    expect(faults).toEqual([broken.id]);
  });
});
