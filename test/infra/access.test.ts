/** What rooms and jobs really do to the table, beside what their rows of the route table name. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { dynamoAgenda } from '../../functions/adapters/dynamodb/agenda.ts';
import { openTable, type Table } from '../../functions/adapters/dynamodb/client.ts';
import { dynamoGate } from '../../functions/adapters/dynamodb/gate.ts';
import { dynamoLedger } from '../../functions/adapters/dynamodb/ledger.ts';
import { manychatOver } from '../../functions/adapters/manychat/client.ts';
import { instant } from '../../functions/domain/ids.ts';
import { mirrorDispatcher } from '../../functions/jobs/mirror/handler.ts';
import { sender } from '../../functions/jobs/send/handler.ts';
import { sweeper } from '../../functions/jobs/sweep/handler.ts';
import type { Nudge } from '../../functions/ports/nudges.ts';
import { type JobName, jobs, type RoomName, rooms } from '../../functions/routes.ts';
import { systemChance, systemStopwatch } from '../../functions/wiring.ts';
import { followStream } from '../support/engine-stream.ts';
import { type House, openHouse } from '../support/house.ts';
import { playShops } from './shop-scene.ts';
import { watchedFrom } from './watched.ts';

/** A client of its own for a job, and the set of what it did. */
const watched = (house: House): { readonly table: Table; readonly did: ReadonlySet<string> } => {
  const table = openTable(house.table.name, house.engine.endpoint);
  return { table, did: watchedFrom(table) };
};

let done: Partial<Record<RoomName | JobName, ReadonlySet<string>>> = {};
let summary: Awaited<ReturnType<ReturnType<typeof sender>>>['summary'] | undefined;
const nudges: Nudge[] = [];
let shops: Awaited<ReturnType<typeof playShops>>;
let house: House;

beforeAll(async () => {
  house = await openHouse();
  const { clock } = house;
  const log = { request: () => {}, fault: () => {}, event: () => {}, oldestDue: () => {} };
  const shop = await house.open((file) => {
    file.manychat = { pace: { send_flow: 20, write: 10 } };
    file.reminders.postponed_by_activity = true;
  });
  const job = (name: JobName) => {
    const { table, did } = watched(house);
    done[name] = did;
    return { table, agenda: dynamoAgenda(table), gate: dynamoGate(table, clock), clock, log };
  };

  const mirrored = job('mirror');
  const stream = await followStream(
    house.table,
    house.engine.endpoint,
    mirrorDispatcher(() => mirrored),
  );
  await shop.chat('enroll', { contact_id: '9001', email: 'ana@example.com' });
  await shop.admin('POST', 'members/9001/adjust', { points: 700, reason: 'a present', key: 'a' });
  await stream.drain();
  stream.close();

  clock.set(instant.parse(clock.now() + 29 * 86_400_000));
  const sweep = sweeper(() => ({
    ...job('sweep'),
    nudges: { send: async (all) => void nudges.push(...all) },
  }));
  await sweep({ time: '2027-01-01T00:00:00Z' });

  const sending = job('send');
  const send = sender(() => ({
    ...sending,
    ledger: dynamoLedger(sending.table, systemChance),
    manychat: manychatOver(house.manychat.tokens, systemStopwatch, house.manychat.base),
    chance: systemChance,
    stopwatch: systemStopwatch,
  }));
  ({ summary } = await send({
    Records: nudges.map((nudge) => ({ body: JSON.stringify(nudge) }) as SQSRecord),
  }));
  shops = await playShops(house);
  done = { ...done, ...shops.done };
}, 120_000);
afterAll(() => house.stop());

test('the jobs have worked: one member was brought up to date and reminded', () => {
  expect(nudges).toHaveLength(1);
  expect(summary).toMatchObject({ mirrored: 1, sent: 1 });
});

const total = (name: string, runs: readonly object[]): number =>
  runs.reduce((sum, run) => sum + Number(new Map(Object.entries(run)).get(name)), 0);

test.each(['settled', 'reconciled'] as const)('everything was %s that may be open', (job) => {
  const names = ['issued', 'reversed', 'returned', 'linked', 'moved', 'findings', 'open'];
  const sums = Object.fromEntries(names.map((name) => [name, total(name, shops[job])]));
  expect(sums).toEqual({ issued: 1, reversed: 1, returned: 3, linked: 1, moved: 1, findings: 1, open: 0 });
});

describe.each(Object.entries({ ...rooms, ...jobs }))('%s', (name, { access, indexes }) => {
  test('does to the table what its row names, and its row names nothing else', () => {
    const named = [...access, ...indexes.map((index) => `Query ${index}`)];
    expect([...(done[name as RoomName | JobName] ?? [])].sort()).toEqual(named.sort());
  });
});
