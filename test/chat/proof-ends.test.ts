import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Shop } from '../support/house.ts';
import {
  balanceOf,
  claim,
  email,
  emailsOf,
  enroll,
  ownEmail,
  owner,
  refOf,
  sound,
  stranger,
} from './squatter-scene.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

const other = { contact_id: 'other' };

const shopWithOwner = async (): Promise<Shop> => {
  const shop = await house.open();
  await enroll(shop, owner, ownEmail);
  await shop.push();
  return shop;
};

describe('a proof', () => {
  test('ends with the membership, and nobody claims by number under that e-mail any more', async () => {
    const shop = await shopWithOwner();
    const ref = await refOf(shop, '1001');
    await claim(shop, owner, ref);
    await shop.chat('leave', owner);
    expect(await enroll(shop, stranger, email)).toMatchObject({ result: 'enrolled' });
    await shop.push({ order_number: '1002' });
    // An e-mail that was proven once is claimed under by proof for good.
    expect(await claim(shop, stranger, '1002')).toMatchObject({ result: 'order_number_needed' });
    expect(await claim(shop, stranger, await refOf(shop, '1002'))).toMatchObject({
      result: 'credited',
      points: 60,
    });
    await enroll(shop, owner, ownEmail);
    // What the owner claimed in an earlier membership stays claimed; both have shown that they read that mail.
    expect(await claim(shop, owner, ref)).toMatchObject({ result: 'already_claimed', points_change: 0 });
    expect(await balanceOf(shop, stranger)).toBe(60);
    await sound(house);
  });

  test('is not given by the shop’s owner, who sets an e-mail that another may prove', async () => {
    const shop = await shopWithOwner();
    await enroll(shop, stranger, 'stranger@example.com');
    await shop.admin('POST', 'members/stranger/email', { email });
    await claim(shop, stranger, '1001');
    expect(await claim(shop, owner, await refOf(shop, '1001'))).toMatchObject({
      result: 'credited',
      points: 110,
    });
    expect(await emailsOf(shop, owner)).toEqual([ownEmail, email]);
    expect(await balanceOf(shop, stranger)).toBe(50);
    await sound(house);
  });

  test('keeps an e-mail from being given to somebody else by the shop’s owner', async () => {
    const shop = await shopWithOwner();
    await claim(shop, owner, await refOf(shop, '1001'));
    await enroll(shop, stranger, 'stranger@example.com');
    const { status, json } = await shop.admin('POST', 'members/stranger/email', { email });
    expect([status, json.result]).toEqual([409, 'email_in_use']);
  });

  test('is kept by the shop’s owner writing down the same e-mail, and lost by another', async () => {
    const shop = await shopWithOwner();
    await claim(shop, owner, await refOf(shop, '1001'));
    await shop.admin('POST', 'members/owner/email', { email });
    expect(await emailsOf(shop, owner)).toEqual([email]);
    await sound(house);
    await shop.admin('POST', 'members/owner/email', { email: ownEmail });
    expect(await enroll(shop, stranger, email)).toMatchObject({ result: 'enrolled' });
    await sound(house);
  });

  test('of an e-mail that somebody waits for as no member yields to a member who comes by another link', async () => {
    const shop = await house.open();
    for (const order_number of ['1001', '1002']) await shop.push({ order_number });
    const [first, second] = [await refOf(shop, '1001'), await refOf(shop, '1002')];
    expect(await claim(shop, other, first)).toMatchObject({ result: 'not_member' });
    expect(await house.audit()).toMatchObject({ ok: true });
    await enroll(shop, owner, ownEmail);
    expect(await claim(shop, owner, second)).toMatchObject({ result: 'credited' });
    expect(await enroll(shop, other, email)).toMatchObject({ result: 'email_in_use' });
    await sound(house);
  });

  test('pays the bonus of its e-mail to whoever joins with it, and takes it from nobody who earned it before', async () => {
    const shop = await house.open();
    await enroll(shop, stranger, 'stranger@example.com');
    await shop.admin('POST', 'members/stranger/email', { email });
    await shop.push();
    await claim(shop, owner, await refOf(shop, '1001'));
    expect(await enroll(shop, owner, email)).toMatchObject({ result: 'enrolled', points: 0 });
    expect(await balanceOf(shop, stranger)).toBe(50);
    await sound(house);
  });
});
