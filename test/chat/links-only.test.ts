import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';
import { contentOf } from '../support/table-watch.ts';
import { claim, email, enroll, ownEmail, owner, refOf, sound, stranger, verify } from './squatter-scene.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

const strict = (rule: 'signed_links_only' | 'require_proof') => (file: Reply) => {
  file.claims[rule] = true;
};
const needed = { ok: false, result: 'order_number_needed', order_number: 'none', order_points: 0 };
const asksForLink = /open the link/;

const shopOf = async (rule: 'signed_links_only' | 'require_proof'): Promise<Shop> => {
  const shop = await house.open(strict(rule));
  await enroll(shop, owner, email);
  for (const order_number of ['1001', '1002']) await shop.push({ order_number });
  return shop;
};

describe('a program that takes signed links only', () => {
  test('asks for the link whatever is typed, and writes nothing', async () => {
    const shop = await shopOf('signed_links_only');
    const before = await contentOf(house.table);
    for (const ask of [claim, verify]) {
      for (const typed of ['1001', '404', '###', '']) {
        const reply = await ask(shop, owner, typed);
        expect(reply).toMatchObject(needed);
        expect(reply.message).toMatch(asksForLink);
      }
    }
    expect(await contentOf(house.table)).toBe(before);
  });

  test('goes on asking for it after a proof', async () => {
    const shop = await shopOf('signed_links_only');
    expect(await claim(shop, owner, await refOf(shop, '1001'))).toMatchObject({ result: 'credited' });
    expect(await claim(shop, owner, '1002')).toMatchObject(needed);
    expect(await claim(shop, owner, await refOf(shop, '1002'))).toMatchObject({ result: 'credited' });
    await sound(house);
  });

  test('takes a link that somebody else came by first for a bare number', async () => {
    const shop = await shopOf('signed_links_only');
    const ref = await refOf(shop, '1001');
    expect(await claim(shop, stranger, ref)).toMatchObject({ result: 'not_member' });
    expect(await claim(shop, owner, ref)).toMatchObject(needed);
    expect(await claim(shop, owner, 'order_00')).toMatchObject({ result: 'not_found' });
  });
});

describe('a program that requires a proof', () => {
  test('takes no bare number from a member who has proven nothing', async () => {
    const shop = await shopOf('require_proof');
    for (const ask of [claim, verify]) {
      const reply = await ask(shop, owner, '1001');
      expect(reply).toMatchObject(needed);
      expect(reply.message).toMatch(asksForLink);
    }
  });

  test('takes numbers of proven e-mails, and of no others', async () => {
    const shop = await shopOf('require_proof');
    expect(await claim(shop, owner, await refOf(shop, '1001'))).toMatchObject({ result: 'credited' });
    expect(await verify(shop, owner, '1002')).toMatchObject({ result: 'valid' });
    expect(await claim(shop, owner, '1002')).toMatchObject({ result: 'credited' });

    await enroll(shop, stranger, 'stranger@example.com');
    await shop.push({ order_number: '1003', email: 'stranger@example.com' });
    await shop.push({ order_number: '1004', email: ownEmail });
    expect(await claim(shop, stranger, await refOf(shop, '1004'))).toMatchObject({ result: 'credited' });
    // Typed when they joined, and never proven.
    expect(await claim(shop, stranger, '1003')).toMatchObject({ result: 'not_found' });
    await sound(house);
  });
});
