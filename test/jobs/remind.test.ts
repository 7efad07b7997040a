import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type House, openHouse } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

test('reminds a member after 28 days, once', async () => {
  const shop = await house.open();
  await shop.chat('enroll', { contact_id: '100', email: 'ana@example.com', first_name: 'Ana' });
  const run = async () => (await shop.request('POST', '/_local/run/remind', {})).json;
  console.log(await run());
  await shop.request('POST', '/_local/clock', { advance: 'P29D' });
  console.log(await run());
  console.log(JSON.stringify((await shop.request('GET', '/_local/outbox')).json, null, 1));
  console.log(await run());
  console.log(await shop.chat('delivered', { contact_id: '100' }));
  console.log(house.logged);
  expect(1).toBe(1);
});
