/** What every shop must do for a customer, whatever stands behind it: one suite, run against each kind. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';
import type { PlacedOrder, ShopBench } from './bench.ts';

const storeId = 'shop';
let people = 0;

/** @param open opens the shop on the bench */
export const shopContract = (name: string, open: () => Promise<ShopBench>): void => {
  describe(`${name}, as its customers see it`, () => {
    let house: House;
    let bench: ShopBench;
    let shop: Shop;

    beforeAll(async () => {
      [house, bench] = await Promise.all([openHouse(), open()]);
      shop = await house.open((file: Reply) => {
        file.currency = bench.currency;
        file.stores = [{ id: storeId, ...bench.section }];
        const coupon = { prefix: 'FIVE', expires_after_days: 30 };
        const url = 'https://shop.example/cart';
        file.rewards = [
          { id: 'five-off', name: { en: '5 off' }, points: 200, kind: 'amount', value: '5.00', url, coupon },
          { id: 'tenth', name: { en: 'A tenth off' }, points: 150, kind: 'percent', value: 10, url, coupon },
          { id: 'shipping', name: { en: 'Free shipping' }, points: 100, kind: 'free_shipping', url, coupon },
          ...(bench.products.length === 0
            ? []
            : [
                {
                  id: 'gift',
                  name: { en: 'A gift' },
                  points: 120,
                  kind: 'product',
                  products: bench.products,
                  url,
                  coupon,
                },
              ]),
        ];
      });
      house.keepSecrets(shop.id, storeId, bench.secrets);
      bench.attach?.(shop);
    }, 120_000);

    afterAll(async () => {
      const { violations } = await house.audit();
      await Promise.all([bench.close(), house.stop()]);
      expect(violations).toEqual([]);
      expect(house.logged.faults).toEqual([]);
    });

    /** A member with an e-mail of their own. */
    const join = async () => {
      people += 1;
      const contact = `contact-${people}`;
      const email = `ana${people}@example.com`;
      await shop.chat('enroll', { contact_id: contact, email });
      const ask = (verb: string, inputs: object = {}): Promise<Reply> =>
        shop.chat(verb, { contact_id: contact, ...inputs });
      return { contact, email, ask };
    };

    /** The shop's news of an order reach us: by its webhook, else when the shop is read. */
    const tell = async (order: PlacedOrder): Promise<void> => {
      const delivery = await bench.hook(order);
      if (delivery === undefined) {
        if (bench.kind !== 'pushed') await house.jobs.reconcile();
        return;
      }
      const { status } = await shop.request('POST', `/v1/hooks/${shop.id}/${storeId}`, delivery.body, {
        ...delivery.headers,
      });
      expect(status).toBe(200);
    };

    const rich = async (total = '250.00') => {
      const member = await join();
      const order = await bench.place({ email: member.email, total });
      expect(await member.ask('claim-order', { order_number: order.number })).toMatchObject({
        result: 'credited',
      });
      return { ...member, order };
    };

    test('an order is worth a point for each unit, shown first and credited once', async () => {
      const { email, ask } = await join();
      const placed = await bench.place({ email, total: '60.50' });
      const number = placed.number.replace(/^#/, '');
      const shown = await ask('verify-order', { order_number: `#${number}` });
      expect(shown).toMatchObject({ result: 'valid', order_points: 60, order_total: 60.5, points: 50 });
      const claimed = await ask('claim-order', { order_number: ` ${number.toLowerCase()} ` });
      expect(claimed).toMatchObject({
        result: 'credited',
        points: 110,
        points_change: 60,
        order_number: number,
      });
      const again = await ask('claim-order', { order_number: number });
      expect(again).toMatchObject({
        result: 'already_claimed',
        replayed: true,
        points: 110,
        points_change: 0,
      });
    });

    test('an order under another e-mail and one that there is not are the same not_found', async () => {
      const [owner, other] = [await join(), await join()];
      const { number } = await bench.place({ email: owner.email, total: '30.00' });
      const foreign = await other.ask('claim-order', { order_number: number });
      const unknown = await other.ask('claim-order', { order_number: 'ZZ-999999' });
      expect(foreign).toMatchObject({
        result: 'not_found',
        order_number: 'none',
        order_total: 0,
        points: 50,
      });
      expect(unknown).toEqual(foreign);
    });

    test('an order that is not paid yet, and one that was cancelled, earn nothing', async () => {
      const { email, ask } = await join();
      const open_ = await bench.place({ email, total: '30.00', status: 'pending' });
      expect(await ask('claim-order', { order_number: open_.number })).toMatchObject({
        result: 'not_paid',
        points: 50,
      });
      const over = await bench.place({ email, total: '30.00', status: 'cancelled' });
      expect(await ask('claim-order', { order_number: over.number })).toMatchObject({
        result: 'cancelled',
        points: 50,
      });
    });

    test('a part refund takes back its points, and the rest the rest', async () => {
      const { ask, order } = await rich('90.50');
      expect(await ask('balance')).toMatchObject({ points: 140 });
      await bench.refund(order, '40.25');
      await tell(order);
      expect(await ask('balance')).toMatchObject({ points: 100 });
      await bench.refund(order);
      await tell(order);
      await tell(order);
      expect(await ask('balance')).toMatchObject({ points: 50, points_debt: 0 });
    });

    test('a cancelled order gives its points back', async () => {
      const { ask, order } = await rich('70.00');
      await bench.cancel(order);
      await tell(order);
      expect(await ask('balance')).toMatchObject({ points: 50 });
    });

    test('a refund before the claim lowers what the claim gives', async () => {
      const { email, ask } = await join();
      const order = await bench.place({ email, total: '80.00' });
      await bench.refund(order, '30.00');
      await tell(order);
      expect(await ask('claim-order', { order_number: order.number })).toMatchObject({
        result: 'credited',
        order_points: 50,
      });
    });

    test.each(['five-off', 'tenth', 'shipping', 'gift'])(
      'the reward %s becomes one coupon at the shop, and a second tap shows the same',
      async (reward) => {
        if (reward === 'gift' && bench.products.length === 0) return;
        const { ask } = await rich();
        const taken = await ask('redeem', { reward });
        expect(taken).toMatchObject({ result: 'issued', ok: true });
        const again = await ask('redeem', { reward });
        expect(again).toMatchObject({
          result: 'already_issued',
          coupon_code: taken.coupon_code,
          points_change: 0,
        });
        const [coupon, ...twins] = await bench.coupons(taken.coupon_code);
        expect(twins).toEqual([]);
        expect(coupon).toMatchObject({ uses: 0, usable: true });
        const days = (Date.parse(coupon?.expiresAt ?? '') - Date.now()) / 86_400_000;
        expect(Math.round(days)).toBe(30);
      },
    );

    test('a coupon is used by one order, once, and released when that order is cancelled', async () => {
      const { ask, email } = await rich();
      const { coupon_code: code } = await ask('redeem', { reward: 'five-off' });
      const order = await bench.place({ email, total: '40.00', coupon: code });
      await tell(order);
      const listed = async () => (await ask('coupons')).coupons.map(({ status }: Reply) => status);
      expect(await listed()).toEqual(['used']);
      await expect(bench.place({ email, total: '40.00', coupon: code })).rejects.toThrow();
      if (bench.kind === 'pushed') return;
      await bench.cancel(order);
      await tell(order);
      expect(await listed()).toEqual(['valid']);
    });

    test('a coupon that the owner cancels ends at the shop too, and its points come back', async () => {
      const { ask } = await rich();
      const { coupon_code: code, points } = await ask('redeem', { reward: 'five-off' });
      const { json } = await shop.admin('POST', `coupons/${code}/cancel`, { reason: 'a test' });
      expect(json).toMatchObject({ result: 'cancelled' });
      expect(await ask('balance')).toMatchObject({ points: points + 200 });
      expect((await bench.coupons(code)).filter(({ usable }) => usable)).toEqual([]);
    });

    test('no e-mail, code or credential stands in a log line', async () => {
      const { ask, email } = await rich();
      const { coupon_code: code } = await ask('redeem', { reward: 'five-off' });
      const lines = JSON.stringify(house.logged);
      const secrets = Object.values(JSON.parse(JSON.stringify(bench.secrets ?? {})));
      for (const word of [email, code, ...secrets]) expect(lines).not.toContain(word);
    });
  });
};
