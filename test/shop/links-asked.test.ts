/** The link of an order that nobody has told us of: the shop is asked for it, by its id. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { email, ownEmail, owner, sound } from '../chat/squatter-scene.ts';
import { openProcess, openWith, type Process } from '../shops/stage.ts';
import { openWooBench } from '../shops/woocommerce/bench.ts';
import { type House, openHouse } from '../support/house.ts';

type Bench = Awaited<ReturnType<typeof openWooBench>>;

let house: House;
let bench: Bench;
let room: Process;
beforeAll(async () => {
  house = await openHouse();
  bench = await openWooBench();
  const shop = await openWith(house, bench);
  room = openProcess(house, shop, { secrets: { shop: bench.secrets } });
  await room.chat('enroll', { ...owner, email: ownEmail });
});
afterAll(async () => {
  room.close();
  await bench.close();
  await house.stop();
});

const refOf = async (order_number: string, order_id?: string): Promise<string> => {
  const body = { order_number, purpose: 'claim', ...(order_id === undefined ? {} : { order_id }) };
  return (await room.request('POST', '/v1/store/links', body)).json.ref;
};
const ask = (verb: string, order_number: string) => room.chat(verb, { ...owner, order_number });

test('with its id it is found, proves its e-mail and is credited in one call', async () => {
  const { number, id } = await bench.place({ email, total: '60.00' });
  expect(await ask('claim-order', number)).toMatchObject({ result: 'not_found' });
  const ref = await refOf(number, id);
  expect(await ask('verify-order', ref)).toMatchObject({ result: 'valid', order_points: 60 });
  expect(await ask('claim-order', ref)).toMatchObject({ result: 'credited', points_change: 60 });
  expect(await ask('claim-order', ref)).toMatchObject({ result: 'already_claimed', points_change: 0 });
  await sound(house);
});

test('without its id only an order of the member’s own e-mail is found', async () => {
  const theirs = await bench.place({ email: 'ben@example.com', total: '60.00' });
  expect(await ask('claim-order', await refOf(theirs.number))).toMatchObject({ result: 'not_found' });
  const mine = await bench.place({ email: ownEmail, total: '60.00' });
  expect(await ask('claim-order', await refOf(mine.number))).toMatchObject({ result: 'credited' });
  await sound(house);
});

test('names an order of its id alone, whatever its number is', async () => {
  const [one, two] = [
    await bench.place({ email: 'ben@example.com', total: '60.00' }),
    await bench.place({ email: 'ben@example.com', total: '60.00' }),
  ];
  expect(await ask('claim-order', await refOf(one.number, two.id))).toMatchObject({ result: 'not_found' });
});

test('not paid yet, it proves nothing until it is', async () => {
  const { number, id } = await bench.place({ email: 'carl@example.com', total: '60.00', status: 'pending' });
  const ref = await refOf(number, id);
  expect(await ask('claim-order', ref)).toMatchObject({ result: 'not_paid', points_change: 0 });
  expect(await room.chat('enroll', { contact_id: 'carl', email: 'carl@example.com' })).toMatchObject({
    result: 'enrolled',
  });
  await sound(house);
});
