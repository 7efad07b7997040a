import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { arrivedFor, dueShop, openSender, openStage, personOf, type Stage } from '../support/crash.ts';
import type { Shop } from '../support/house.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());

/** Oldest first by name, since all are due at the same instant and were asked for in this order. */
const members = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

const serve = async (shop: Shop) => {
  const sender = openSender(stage);
  const summary = await sender.serve(shop);
  sender.close();
  return { ...summary, noted: sender.noted, told: sender.told };
};

describe('a contact who always breaks something', () => {
  test.each(['setCustomFields', 'sendFlow'])(
    'in ManyChat (%s) stays due and stops nobody else',
    async (path) => {
      const shop = await dueShop(stage, members);
      for (const contact of ['a', 'd'])
        stage.double.fail({ kind: 'status', status: 500, path, contact, times: 1000 });
      const { sent, held, noted } = await serve(shop);
      expect([sent, held]).toEqual([6, 2]);
      expect(noted.map(({ contact }) => contact)).toEqual(expect.arrayContaining(['a', 'd']));
      expect((await personOf(stage, shop, 'a')).message).toBeUndefined();
      stage.double.clearFaults();
      expect(await serve(shop)).toMatchObject({ sent: 2, held: 0 });
      for (const member of members) expect([member, arrivedFor(stage, shop, member)]).toEqual([member, 1]);
    },
  );

  test('in the table is told by their id, and stops nobody else, however many they are', async () => {
    const shop = await dueShop(stage, members);
    for (const contact of members.slice(0, 6))
      await stage.table.client.send(
        new UpdateCommand({
          TableName: stage.table.name,
          Key: { pk: `P#${shop.id}#M#${contact}`, sk: '@CONTACT' },
          UpdateExpression: 'SET #language = :none',
          ExpressionAttributeNames: { '#language': 'language' },
          ExpressionAttributeValues: { ':none': 'klingon' },
        }),
      );
    const { sent, held, told } = await serve(shop);
    expect([sent, held, told.length]).toEqual([2, 6, 6]);
  });
});
