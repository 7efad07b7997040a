/** What the audit says of e-mails and claims that somebody else than us has changed in the table. */

import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Shop } from '../support/house.ts';
import { allItems } from '../support/table-watch.ts';
import { claim, enroll, ownEmail, owner, refOf, squatted, stranger } from './squatter-scene.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

type Item = Record<string, unknown>;

const itemsOf = async (shop: Shop): Promise<Item[]> =>
  (await allItems(house.table)).filter(({ pk }) => String(pk).startsWith(`P#${shop.id}#`));

/** Changes the only item that fits. */
const change = async (shop: Shop, fits: (item: Item) => boolean, to: (item: Item) => Item): Promise<void> => {
  const [found, ...others] = (await itemsOf(shop)).filter(fits);
  if (found === undefined || others.length > 0) throw new Error('expected one such item');
  await house.table.client.send(new PutCommand({ TableName: house.table.name, Item: to(found) }));
};

const findings = async (shop: Shop): Promise<string[]> =>
  (await house.audit()).violations
    .filter(({ where }) => where.startsWith(shop.id))
    .map(({ invariant, where, message }) => `${invariant} ${where.slice(shop.id.length + 1)}: ${message}`);

const isRecord = ({ sk, provers }: Item): boolean => sk === 'EMAIL' && provers !== undefined;
const isPerson =
  (id: string) =>
  ({ sk, contact }: Item): boolean =>
    sk === '@CONTACT' && contact === id;
const without =
  (...names: string[]) =>
  (item: Item): Item =>
    Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));

/** Ana's e-mail is proven; more orders than one request can pass on. */
const provenShop = async (numbers?: readonly string[]): Promise<Shop> => {
  const shop = await squatted(house, numbers);
  await enroll(shop, owner, ownEmail);
  await claim(shop, owner, await refOf(shop, numbers?.[0] ?? '1001'));
  expect(await findings(shop)).toEqual([]);
  return shop;
};
const untied = '3 owner: an e-mail and its member do not name each other';
const changed = '8 an e-mail: the item is not what its key says it is';

describe('the audit finds', () => {
  test('a proof that nobody gave', async () => {
    const shop = await provenShop();
    await change(shop, isRecord, without('provers'));
    expect(await findings(shop)).toContain(changed);
  });

  test('a proof that the record of the e-mail does not know', async () => {
    const shop = await provenShop();
    await change(shop, isRecord, without('proven'));
    expect(await findings(shop)).toEqual([untied]);
  });

  test('a proof that the person does not know', async () => {
    const shop = await provenShop();
    await change(shop, isPerson('owner'), without('provenEmails'));
    expect(await findings(shop)).toEqual([untied]);
  });

  test('an e-mail that a person counts as proven and that is somebody else’s', async () => {
    const shop = await provenShop();
    const hashes = (await itemsOf(shop)).find(isPerson('owner'))?.['provenEmails'];
    await change(shop, isPerson('stranger'), (item) => ({ ...item, provenEmails: hashes }));
    expect(await findings(shop)).toEqual([untied.replace('owner', 'stranger')]);
  });

  test('a move that nobody would go on with', async () => {
    const shop = await provenShop(Array.from({ length: 23 }, (_, at) => `N${at}`));
    await change(shop, isRecord, without('duePk', 'dueAt'));
    expect(await findings(shop)).toEqual([changed]);
  });

  test('a move that would go on for nothing', async () => {
    const shop = await provenShop();
    await change(shop, isRecord, (item) => ({ ...item, duePk: `P#${shop.id}#DUE#email`, dueAt: 1 }));
    expect(await findings(shop)).toEqual([changed]);
  });

  test('an e-mail that is owned and never had its turn for the bonus', async () => {
    const shop = await provenShop();
    await change(shop, isRecord, (item) => ({ ...item, bonusPaid: false }));
    expect(await findings(shop)).toContain(changed);
  });

  test('a claim that passed to somebody whose books know nothing of it', async () => {
    const shop = await provenShop();
    const isOrder = ({ sk, number }: Item): boolean => sk === 'ORDER' && number === '1002';
    await change(shop, isOrder, (item) => ({
      ...item,
      claim: { ...(item['claim'] as Item), contact: stranger.contact_id },
    }));
    expect(await findings(shop)).toContain('3 owner: entry 3 credits an order that does not carry its claim');
  });

  test('a claim that came from nobody who had left', async () => {
    const shop = await squatted(house);
    await shop.chat('leave', stranger);
    await enroll(shop, owner, ownEmail);
    await claim(shop, owner, await refOf(shop, '1001'));
    expect(await findings(shop)).toEqual([]);
    const isOrder = ({ sk, number }: Item): boolean => sk === 'ORDER' && number === '1002';
    await change(shop, isOrder, (item) => ({ ...item, claim: without('from')(item['claim'] as Item) }));
    expect(await findings(shop)).toEqual([
      '3 stranger: entry 3 credits an order that does not carry its claim',
    ]);
  });
});
