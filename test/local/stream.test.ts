import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { openTable } from '../../functions/adapters/dynamodb/client.ts';
import { mirrorDispatcher } from '../../functions/jobs/mirror/handler.ts';
import { movedWithoutChat } from '../../functions/jobs/mirror/news.ts';
import { followWrites } from '../../local/stream.ts';
import { fullFile, fullStory } from '../adapters/audit-scene.ts';
import { followStream } from '../support/engine-stream.ts';
import { type House, openHouse } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

/** Keeps what it is handed. */
const listener = () => {
  const lines: DynamoDBRecord[] = [];
  const dispatch = async ({ Records }: { Records: DynamoDBRecord[] }) => {
    lines.push(...Records);
    return { batchItemFailures: [] };
  };
  return { lines, dispatch };
};

const told = (lines: readonly DynamoDBRecord[]) =>
  lines
    .flatMap((line) => movedWithoutChat(line) ?? [])
    .map(({ program, contact }) => `${program} ${contact}`);

test('what the laptop hands to the dispatcher says the same as the engine’s own stream', async () => {
  const [ours, engines] = [listener(), listener()];
  const written = followWrites(house.table, ours.dispatch);
  const stream = await followStream(house.table, house.engine.endpoint, engines.dispatch);
  await fullStory(await house.open(fullFile));
  await Promise.all([written.drain(), stream.drain()]);
  stream.close();
  expect(told(ours.lines).length).toBeGreaterThan(5);
  expect(told(ours.lines)).toEqual(told(engines.lines));
});

test('a line that fails comes again, with those behind it, and is told as a fault', async () => {
  const table = openTable(house.table.name, house.engine.endpoint);
  const faults: unknown[] = [];
  const asked: string[] = [];
  let broken = true;
  const dispatch = mirrorDispatcher(() => ({
    agenda: {
      askMirror: async (_: unknown, contact: string) => {
        if (broken && contact === 'b') throw new Error('the table is not there');
        asked.push(contact);
      },
    } as never,
    clock: house.clock,
    log: {
      request: () => undefined,
      fault: (...fault) => void faults.push(fault),
      event: () => undefined,
      oldestDue: () => undefined,
    },
  }));
  const follower = followWrites(table, dispatch);
  const { PutCommand } = await import('@aws-sdk/lib-dynamodb');
  for (const contact of ['a', 'b', 'c'])
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { pk: `P#px#M#${contact}`, sk: 'E#0000000001', source: { kind: 'refund' } },
        ConditionExpression: 'attribute_not_exists(#pk)',
        ExpressionAttributeNames: { '#pk': 'pk' },
      }),
    );
  await follower.drain();
  expect([asked, faults.length]).toEqual([['a'], 1]);
  broken = false;
  await follower.drain();
  expect(asked).toEqual(['a', 'b', 'c']);
  table.client.destroy();
});
