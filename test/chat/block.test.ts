import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { channels } from '../../functions/chat/caller.ts';
import { languages } from '../../functions/domain/language.ts';
import { blockProblems } from '../support/block-rules.ts';
import { reachable } from '../support/chat-contracts.ts';
import { type House, openHouse, type Shop } from '../support/house.ts';
import { nastyPrograms } from '../support/nasty-programs.ts';
import { tour } from '../support/tour.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

/** What may be in no block: the program's secrets, keys, and every e-mail. */
const secretsOf = async ({ id }: Shop): Promise<string[]> => {
  const Key = { pk: `P#${id}`, sk: 'SECRETS' };
  const { Item } = await house.table.client.send(new GetCommand({ TableName: house.table.name, Key }));
  const secrets = [Item?.['emailKey'], Item?.['callbackKey']];
  expect(secrets.map((secret) => typeof secret)).toEqual(['string', 'string']);
  return [...secrets.map(String), 'local-chat', `lk_${id}_`, 'example.com', '@'];
};

/** The result that the request was logged with: a block itself does not say. */
const lastResult = (): string | undefined => house.logged.requests.at(-1)?.result;

describe.each(Object.entries(nastyPrograms))('a program %s', (name, change) => {
  test.each(channels)(
    'has a valid block for every outcome of every route in every language on %s',
    async (channel) => {
      const shop = await house.open(change);
      const secrets = await secretsOf(shop);
      const seen = new Map<string, Set<string>>();
      for (const language of languages) {
        await tour(shop, language, { language, channel }, async ({ verb, result, body }) => {
          const { status, json } = await shop.request('POST', `/v1/${verb}/block`, body);
          expect([verb, status, lastResult()]).toEqual([verb, 200, result]);
          const problems = blockProblems(json, channel, shop.program, secrets);
          expect([name, verb, result, language, problems]).toEqual([name, verb, result, language, []]);
          seen.set(verb, (seen.get(verb) ?? new Set()).add(result));
        });
      }
      for (const [verb, results] of seen) expect([...results].sort()).toEqual(reachable(verb).sort());
      expect(seen.size).toBe(12);
      expect(house.logged.faults).toEqual([]);
    },
  );
});

describe('a block of a fault', () => {
  test.each(channels)('is valid on %s, also with a very long sentence of the owner’s', async (channel) => {
    const { PutCommand } = await import('@aws-sdk/lib-dynamodb');
    const shop = await house.open((file) => {
      file.texts = { ko: { try_again: `죄송 {program} ${'합니다 '.repeat(600)}` } };
    });
    const Item = { pk: `P#${shop.id}#M#broken`, sk: '@MEMBER', contact: 'broken' };
    await house.table.client.send(new PutCommand({ TableName: house.table.name, Item }));
    for (const language of languages) {
      const body = { contact_id: 'broken', language, channel };
      const { status, json } = await shop.request('POST', '/v1/balance/block', body);
      expect([status, lastResult()]).toEqual([200, 'fault']);
      expect(blockProblems(json, channel, { ...shop.program, flows: {} }, await secretsOf(shop))).toEqual([]);
    }
    house.logged.faults.length = 0;
  });
});
