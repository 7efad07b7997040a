import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sign } from '../../functions/adapters/shops/standard-webhooks.ts';
import { later } from '../../functions/domain/ids.ts';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';

const secret = `whsec_${Buffer.from('a secret of the site, 32 bytes..').toString('base64')}`;
let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

let shop: Shop;
let code: string;
let sent = 0;
/** A rich member with a coupon that is ours alone, and a site that tells what becomes of it. */
beforeEach(async () => {
  shop = await house.open((file: Reply) => {
    file.signup_bonus = 1000;
    file.redeem.expired_coupon = 'return_points';
    file.stores.push({ id: 'site', kind: 'site', url: 'http://127.0.0.1:1', coupons: false });
  });
  house.keepSecrets(shop.id, 'site', { secret });
  await shop.chat('enroll', { contact_id: '1', email: 'ana@example.com' });
  ({ coupon_code: code } = await shop.chat('redeem', { contact_id: '1', reward: 'tea-towel' }));
});
afterEach(async () => {
  expect((await house.audit()).violations).toEqual([]);
});

/** The site’s news of the coupon, as of so many seconds after noon. */
const tell = async (type: string, order: string, second?: number): Promise<void> => {
  sent += 1;
  const timestamp = second === undefined ? {} : { timestamp: new Date(1_800_000_000_000 + second * 1000) };
  const body = JSON.stringify({ type, ...timestamp, data: { code, order_number: order } });
  const at = Math.floor(Date.now() / 1000);
  const headers = {
    'webhook-id': `msg_${sent}`,
    'webhook-timestamp': String(at),
    'webhook-signature': sign(`msg_${sent}`, at, body, secret),
  };
  const answered = await shop.request('POST', `/v1/hooks/${shop.id}/site`, body, headers);
  expect([answered.status, answered.json.result]).toEqual([200, 'taken']);
};
const status = async (): Promise<string> =>
  (await shop.chat('coupons', { contact_id: '1' })).coupons.map((one: Reply) => one.status).join();
const points = async (): Promise<number> => (await shop.chat('balance', { contact_id: '1' })).points;

describe('news of a coupon', () => {
  test('told again after the order let go of it leave it free', async () => {
    await tell('coupon.redeemed', '7', 1);
    await tell('coupon.released', '7', 2);
    expect(await status()).toBe('valid');
    await tell('coupon.redeemed', '7', 1);
    expect(await status()).toBe('valid');
  });

  test('that come in the wrong order end as they happened', async () => {
    await tell('coupon.released', '7', 2);
    await tell('coupon.redeemed', '7', 1);
    expect(await status()).toBe('valid');
  });

  test('of a use after the release count again', async () => {
    await tell('coupon.redeemed', '7', 1);
    await tell('coupon.released', '7', 2);
    await tell('coupon.redeemed', '7', 3);
    expect(await status()).toBe('used');
    await tell('coupon.released', '7', 2);
    expect(await status()).toBe('used');
  });

  test('without a time never use again what the same order let go of', async () => {
    await tell('coupon.redeemed', '7');
    await tell('coupon.released', '7');
    await tell('coupon.redeemed', '7');
    expect(await status()).toBe('valid');
    await tell('coupon.redeemed', '8');
    expect(await status()).toBe('used');
  });
});

describe('a coupon that was used after its points had come back', () => {
  beforeEach(async () => {
    const now = house.clock.now();
    house.clock.set(later(now, 31 * 86_400_000));
    await house.jobs.settle();
    expect(await points()).toBe(1000);
    house.clock.set(now);
    await tell('coupon.redeemed', '7', 1);
    expect(await points()).toBe(800);
  });

  test.each(['by the shop’s news', 'by the route'])(
    'gives them back once when its order lets go of it %s',
    async (way) => {
      const release = () =>
        way === 'by the route'
          ? shop.store('coupons/release', { code, order_number: '7' })
          : tell('coupon.released', '7', 2);
      await release();
      await release();
      expect(await points()).toBe(1000);
      await tell('coupon.redeemed', '7', way === 'by the route' ? undefined : 1);
      expect(await points()).toBe(1000);
      expect(await status()).toBe('expired');
    },
  );

  test('is taken again where another order uses it', async () => {
    await tell('coupon.released', '7', 2);
    await tell('coupon.redeemed', '8', 3);
    expect(await points()).toBe(800);
    expect(await status()).toBe('used');
  });
});
