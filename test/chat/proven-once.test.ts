import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type House, openHouse } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  const { violations } = await house.audit();
  await house.stop();
  expect(violations).toEqual([]);
});

test('an e-mail that was proven once is claimed under by a signed link alone, whoever joins with it later', async () => {
  const shop = await house.open();
  const ask = (contact_id: string, verb: string, inputs: object = {}) =>
    shop.chat(verb, { contact_id, ...inputs });
  const link = async (order_number: string): Promise<string> =>
    (await shop.store('links', { order_number, purpose: 'claim' })).ref;
  const email = 'ana@example.com';
  for (const order_number of ['1', '2', '3']) await shop.push({ order_number, email });

  await ask('owner', 'enroll', { email: 'other@example.com' });
  expect(await ask('owner', 'claim-order', { order_number: await link('1') })).toMatchObject({
    result: 'credited',
  });
  await ask('owner', 'leave');

  expect(await ask('next', 'enroll', { email })).toMatchObject({ result: 'enrolled' });
  expect(await ask('next', 'claim-order', { order_number: '2' })).toMatchObject({
    ok: false,
    result: 'order_number_needed',
  });
  expect(await ask('next', 'claim-order', { order_number: await link('2') })).toMatchObject({
    result: 'credited',
  });
  // From then on they are known as the one whose mail it is.
  expect(await ask('next', 'claim-order', { order_number: '3' })).toMatchObject({ result: 'credited' });
});

test('the link of an order whose e-mail was changed since proves nothing of the new one', async () => {
  const shop = await house.open();
  const ask = (contact_id: string, verb: string, inputs: object = {}) =>
    shop.chat(verb, { contact_id, ...inputs });
  await ask('victim', 'enroll', { email: 'victim@example.com' });
  await shop.push({ order_number: '9', email: 'victim@example.com' });
  await ask('victim', 'claim-order', { order_number: '9' });
  await ask('other', 'enroll', { email: 'other@example.com' });
  await shop.push({ order_number: '10', email: 'buyer@example.com' });
  const { ref } = await shop.store('links', { order_number: '10', purpose: 'claim' });
  await shop.push({ order_number: '10', email: 'victim@example.com' });
  await ask('other', 'claim-order', { order_number: ref });
  expect((await ask('victim', 'balance')).points).toBe(110);
  expect(await ask('victim', 'verify-order', { order_number: '9' })).toMatchObject({
    result: 'already_claimed',
  });
});
