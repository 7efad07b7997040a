import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chatVerbs, contracts, reachable, replyProblems } from '../support/chat-contracts.ts';
import { type House, openHouse, type Reply } from '../support/house.ts';
import { type Stop, tour, tourProgram } from '../support/tour.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

const absentNumbers = [
  'points',
  'points_pending',
  'points_debt',
  'lifetime_points',
  'rewards_ready',
  'next_reward_points',
  'points_to_next',
  'rewards_won',
  'points_expiring',
];
const absentTexts = [
  'member_id',
  'points_name',
  'tier',
  'rewards_ready_names',
  'next_reward',
  'points_expire_on',
];

/** On these every number is 0 and every text `none`, the route's own keys included. */
const expectNothing = ({ ok, result, message, replayed, ...rest }: Reply): void => {
  expect({ ok, replayed, said: message.length > 0 }).toEqual({ ok: false, replayed: false, said: true });
  expect(['not_member', 'try_again']).toContain(result);
  for (const value of Object.values(rest)) expect([0, 'none', false, []]).toContainEqual(value);
};

test('has a contract for every chat route of the table, and no other', () => {
  expect(Object.keys(contracts).sort()).toEqual([...chatVerbs].sort());
});

describe.each(['en', 'ko', 'tr'])('in %s', (language) => {
  test('every outcome of every route answers the same keys, of the right types, with texts that are never empty', async () => {
    const shop = await house.open(tourProgram);
    const seen = new Map<string, Set<string>>(chatVerbs.map((verb) => [verb, new Set()]));
    const keys = new Map<string, Set<string>>(chatVerbs.map((verb) => [verb, new Set()]));
    await tour(shop, 't', { language }, async ({ verb, result, body }: Stop) => {
      const answered = await shop.request('POST', `/v1/${verb}`, body);
      expect([verb, answered.status, answered.json.result]).toEqual([verb, 200, result]);
      expect([verb, result, replyProblems(verb, answered.json)]).toEqual([verb, result, []]);
      if (result === 'not_member') expectNothing(answered.json);
      seen.get(verb)?.add(result);
      keys.get(verb)?.add(Object.keys(answered.json).join());
    });
    for (const verb of chatVerbs) {
      expect([verb, [...(seen.get(verb) ?? [])].sort()]).toEqual([verb, reachable(verb).sort()]);
      expect([verb, keys.get(verb)?.size]).toEqual([verb, 1]);
    }
    expect(house.logged.faults).toEqual([]);
    expect(await house.audit()).toMatchObject({ ok: true, violations: [] });
  });
});

describe('a fault of ours', () => {
  /** Books that cannot be read: what a bug or an outage looks like from outside. */
  const broken = async (id: string): Promise<string> => {
    const { PutCommand } = await import('@aws-sdk/lib-dynamodb');
    const Item = { pk: `P#${id}#M#broken`, sk: '@MEMBER', contact: 'broken' };
    await house.table.client.send(new PutCommand({ TableName: house.table.name, Item }));
    return 'broken';
  };
  const inputs: Record<string, object> = {
    credit: { activity: 'newsletter' },
    enroll: { email: 'a@example.com' },
  };

  test.each([...chatVerbs])(
    'answers 200 try_again with the full key set on %s, and is logged',
    async (verb) => {
      const shop = await house.open();
      const contact_id = await broken(shop.id);
      const before = house.logged.faults.length;
      const { status, json } = await shop.request('POST', `/v1/${verb}`, { contact_id, ...inputs[verb] });
      expect([status, json.result, replyProblems(verb, json)]).toEqual([200, 'try_again', []]);
      expectNothing(json);
      for (const key of absentNumbers) expect([key, json[key]]).toEqual([key, 0]);
      for (const key of absentTexts) expect([key, json[key]]).toEqual([key, 'none']);
      expect(house.logged.faults).toHaveLength(before + 1);
    },
  );

  test('is told in the language of the request, else the contact’s, else the program’s', async () => {
    const shop = await house.open((file) => {
      file.language = 'ko';
      for (const reward of file.rewards) reward.name.ko = 'x';
    });
    const id = await broken(shop.id);
    const said = async (body: object) => (await shop.chat('balance', body)).message;
    const english = await said({ contact_id: id, language: 'en' });
    const turkish = await said({ contact: { id, locale: 'tr_TR' } });
    const korean = await said({ contact_id: id });
    expect(english).toMatch(/^Something went wrong/);
    expect(turkish).toMatch(/^Bizden/);
    expect(korean).toMatch(/^일시적인/);
    expect(await said({ contact: { id, language: 'tr' }, language: 'xx' })).toBe(korean);
    expect(await said({ id, language: 'tr', custom_fields: { language: 'en' } })).toBe(english);
  });

  test('is told in the owner’s own words', async () => {
    const shop = await house.open((file) => {
      file.texts = { en: { try_again: 'Ooops at {program}!' } };
    });
    const contact_id = await broken(shop.id);
    expect((await shop.chat('balance', { contact_id })).message).toBe('Ooops at Juniper Home Rewards!');
  });

  test('answers a block on the channel of the request', async () => {
    const shop = await house.open();
    const id = await broken(shop.id);
    const type = async (body: object) =>
      (await shop.request('POST', '/v1/balance/block', body)).json.content.type;
    expect(await type({ contact_id: id })).toBeUndefined();
    expect(await type({ contact: { id }, channel: 'instagram' })).toBe('instagram');
    expect(await type({ id, custom_fields: { channel: 'whatsapp' } })).toBe('whatsapp');
  });
});
