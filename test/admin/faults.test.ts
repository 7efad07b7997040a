import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Fault, type Trouble, troubled } from '../support/faults.ts';
import { type House, openHouse, type Shop } from '../support/house.ts';

let house: House;
let trouble: Trouble;
beforeAll(async () => {
  house = await openHouse();
  trouble = troubled(house.table);
});
afterAll(() => house.stop());

const withPool = (): Promise<Shop> =>
  house.open((file) => {
    file.rewards.push({ id: 'cinema', name: { en: 'Cinema' }, points: 10, kind: 'pool' });
  });

/** Opens the program first, so that faults meet what is tested. */
const warm = async (shop: Shop): Promise<void> => {
  await shop.chat('enroll', { contact_id: '100', email: 'ana@example.com' });
  await shop.admin('GET', 'members/100');
  await shop.store('coupons/check', { code: 'X' });
};

describe('a lost answer, a busy table or a time-out', () => {
  test.each<Fault>(['time-out before', 'time-out after', 'error 500 after', 'throttle', 'conflict'])(
    'leaves each code of a pool stored once and counted once: %s',
    async (fault) => {
      const shop = await withPool();
      await warm(shop);
      trouble.plan(['none', fault, 'none', fault, fault]);
      const codes = ['A', 'B', 'C', 'D', 'E', 'F'];
      const { json } = await shop.admin('POST', 'rewards/cinema/codes', { codes });
      trouble.plan([]);
      expect(json).toMatchObject({ result: 'stored', stored: 6, known: 0 });
      expect((await shop.admin('POST', 'rewards/cinema/codes', { codes })).json).toMatchObject({ stored: 0 });
    },
  );

  test.each<Fault>(['time-out before', 'time-out after', 'error 500 after', 'conflict'])(
    'makes a correction, a push and a use once: %s',
    async (fault) => {
      const shop = await withPool();
      await warm(shop);
      const twice = async <T>(work: () => Promise<T>): Promise<T> => {
        trouble.plan(['none', fault, 'none', fault]);
        const told = await work();
        trouble.plan([]);
        return told;
      };
      const correction = { points: 300, reason: 'gift', key: 'k' };
      const adjusted = await twice(() => shop.admin('POST', 'members/100/adjust', correction));
      expect(adjusted.json).toMatchObject({ result: 'adjusted', replayed: false, points: 350 });
      expect(await twice(() => shop.push())).toMatchObject({ stored: 1, unchanged: 0 });
      await shop.chat('claim-order', { contact_id: '100', order_number: '1001' });
      const refund = { status: 'refunded', placed_at: '2026-11-20T10:00:00Z' };
      expect(await twice(() => shop.push(refund))).toMatchObject({ stored: 1, unchanged: 0 });
      const { coupon_code: code } = await shop.chat('redeem', { contact_id: '100', reward: 'tea-towel' });
      const used = await twice(() => shop.store('coupons/use', { code, order_number: '1' }));
      expect([used.result, used.replayed]).toEqual(['used', undefined]);
      expect((await shop.admin('GET', 'members/100')).json.points).toBe(150);
      expect((await house.audit()).violations).toEqual([]);
    },
  );
});

describe('a fault of ours', () => {
  test('is 503 on shop and owner routes, says nothing of what was sent, and the same request may be sent again', async () => {
    const shop = await withPool();
    await warm(shop);
    let broken = true;
    house.table.client.middlewareStack.add(
      (next) => (args) => {
        if (broken)
          throw Object.assign(new Error('denied for ana@example.com'), { name: 'AccessDeniedException' });
        return next(args);
      },
      { step: 'initialize', name: 'denied' },
    );
    const requests: [string, unknown][] = [
      ['/v1/store/orders', { store: 'shop', orders: [{ ...order, total: '60.00' }] }],
      ['/v1/store/coupons/check', { code: 'GIFT' }],
      ['/v1/admin/members/search', { email: 'ana@example.com' }],
      ['/v1/admin/members/100/adjust', { points: 5, reason: 'r', key: 'k' }],
    ];
    for (const [path, body] of requests) {
      const { status, json, text, headers } = await shop.request('POST', path, body);
      expect([path, status, json.ok, json.result]).toEqual([path, 503, false, 'try_again']);
      expect(text).not.toContain('ana@example.com');
      expect(headers.get('x-request-id')).toBeTruthy();
    }
    expect(house.logged.faults).toHaveLength(requests.length);
    broken = false;
    for (const [path, body] of requests) expect((await shop.request('POST', path, body)).status).toBe(200);
  });
});

const order = {
  order_number: '9',
  email: 'ana@example.com',
  currency: 'USD',
  status: 'paid',
  placed_at: '2026-11-20T10:00:00Z',
};
