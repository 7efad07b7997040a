/** A coupon of an order whose payment failed: free at the shop and in the books, and used again once the order is paid. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type House, openHouse, type Reply, type Shop } from '../../support/house.ts';
import type { PlacedOrder } from '../bench.ts';
import { openWith, storeId } from '../stage.ts';
import { openWooBench, type WooBench } from './bench.ts';

const contact = 'ana';
const email = 'ana@example.com';
let house: House;
let bench: WooBench;
let shop: Shop;
let changes = 0;

beforeAll(async () => {
  [house, bench] = await Promise.all([openHouse(), openWooBench()]);
  shop = await openWith(house, bench);
  house.keepSecrets(shop.id, storeId, bench.secrets);
}, 60_000);
afterAll(async () => {
  const { violations } = await house.audit();
  await Promise.all([bench.close(), house.stop()]);
  expect(violations).toEqual([]);
});

const told = async (delivery: {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}) => {
  const path = `/v1/hooks/${shop.id}/${storeId}`;
  const { status } = await shop.request('POST', path, delivery.body, { ...delivery.headers });
  expect(status).toBe(200);
};
const tell = (order: PlacedOrder) => told(bench.fake.delivery(Number(order.id)));
const move = (order: PlacedOrder, status: string): void => {
  const row = bench.fake.orders.rows.find(({ id }) => String(id) === order.id);
  if (row === undefined) throw new Error('no such order');
  bench.fake.orders.move(row, status);
  // Each change has a second of its own, as it has in a shop.
  changes += 1;
  row.modifiedMs += 1_000 * changes;
};
const listed = async (): Promise<readonly string[]> => {
  const { coupons } = await shop.chat('coupons', { contact_id: contact });
  return coupons.map(({ status }: Reply) => status);
};

test('is valid again when the payment fails, and used once it is paid after all', async () => {
  await shop.chat('enroll', { contact_id: contact, email });
  const { coupon_code: coupon } = await shop.chat('redeem', { contact_id: contact, reward: 'five-off' });
  const order = await bench.place({ email, total: '40.00', status: 'pending', coupon });
  await tell(order);
  expect(await listed()).toEqual(['used']);

  move(order, 'failed');
  const failed = bench.fake.delivery(Number(order.id));
  await told(failed);
  expect(await listed()).toEqual(['valid']);
  expect(await bench.coupons(coupon)).toMatchObject([{ usable: true }]);

  move(order, 'processing');
  await tell(order);
  expect(await listed()).toEqual(['used']);
  // The news of the failure again, late: they are over.
  await told(failed);
  expect(await listed()).toEqual(['used']);

  move(order, 'cancelled');
  await tell(order);
  expect(await listed()).toEqual(['valid']);
});
