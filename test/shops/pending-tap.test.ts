import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { later } from '../../functions/domain/ids.ts';
import { type House, openHouse, type Reply } from '../support/house.ts';
import { openWooBench, type WooBench } from './woocommerce/bench.ts';

let house: House;
let bench: WooBench;
beforeAll(async () => {
  [house, bench] = await Promise.all([openHouse(), openWooBench()]);
});
afterAll(async () => {
  const { violations } = await house.audit();
  await Promise.all([bench.close(), house.stop()]);
  expect(violations).toEqual([]);
});

test('a reward that is still pending becomes the coupon by a tap, however late, and is never paid for twice', async () => {
  const shop = await house.open((file: Reply) => {
    file.currency = bench.currency;
    file.signup_bonus = 1000;
    file.redeem.repeat_minutes = 10;
    file.stores = [{ id: 'shop', ...bench.section }];
    file.rewards = file.rewards.filter(({ kind }: Reply) => kind === 'amount');
  });
  house.keepSecrets(shop.id, 'shop', bench.secrets);
  const take = (): Promise<Reply> => shop.chat('redeem', { contact_id: '1', reward: 'five-off' });
  await shop.chat('enroll', { contact_id: '1', email: 'ana@example.com' });
  bench.fake.intercept(() => ({ kind: 'answer', status: 503, body: '' }));
  expect(await take()).toMatchObject({
    result: 'pending',
    points: 650,
    points_change: -350,
    coupon_code: 'none',
  });
  house.clock.set(later(house.clock.now(), 3_600_000));
  expect(await take()).toMatchObject({ result: 'pending', points: 650, points_change: 0 });
  bench.fake.intercept(() => undefined);
  house.clock.set(later(house.clock.now(), 3_600_000));
  const shown = await take();
  expect(shown).toMatchObject({ result: 'already_issued', points: 650, points_change: 0 });
  expect(await bench.coupons(shown.coupon_code)).toHaveLength(1);
  // From now on it is an old coupon, and the next tap takes another one.
  expect(await take()).toMatchObject({ result: 'issued', points: 300 });
});
