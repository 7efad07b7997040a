/** What coupons at a real Vendure promise. Apart from the other promises only because the file would be long. */
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { instant } from '../../../functions/domain/ids.ts';
import { currency } from '../../../functions/domain/money.ts';
import type { Shop } from '../../../functions/ports/shops.ts';
import type { VendureBench } from './bench.ts';
import { ana, couponSpec, orderOf, patient } from './scene.ts';

export const promiseCoupons = (scene: () => { readonly bench: VendureBench; readonly shop: Shop }): void => {
  describe('coupons', () => {
    test('take an amount off one order and are refused at the second', async () => {
      const { bench, shop } = scene();
      const spec = couponSpec();
      expect(await shop.makeCoupon(spec, false, patient())).toEqual({ kind: 'made' });
      expect(await shop.findCoupon(spec, patient())).toEqual({ kind: 'ours', used: false });
      const [known] = await bench.coupons(spec.code);
      expect(known).toEqual({
        code: spec.code,
        uses: 0,
        usable: true,
        expiresAt: new Date(spec.expiresAt).toISOString(),
      });
      const used = await bench.place({ email: ana, total: '60.00', coupon: spec.code.toLowerCase() });
      expect(await orderOf(shop, used)).toMatchObject({
        totalMinor: 4500,
        codes: [spec.code],
        status: 'paid',
      });
      expect(await shop.findCoupon(spec, patient())).toEqual({ kind: 'ours', used: true });
      const second = bench.place({ email: 'zed@example.com', total: '60.00', coupon: spec.code });
      await expect(second).rejects.toThrow('COUPON_CODE_LIMIT_ERROR');
      await bench.cancel(used);
      expect(await shop.findCoupon(spec, patient())).toEqual({ kind: 'ours', used: false });
    });

    test('are free for another order of the same customer once theirs is cancelled, and that one tells them', async () => {
      const { bench, shop } = scene();
      const spec = couponSpec();
      await shop.makeCoupon(spec, false, patient());
      const first = await bench.place({ email: ana, total: '60.00', coupon: spec.code });
      await bench.cancel(first);
      // Cancelled, it still names the code: what that means is read off its state.
      expect(await orderOf(shop, first)).toMatchObject({ status: 'cancelled', codes: [spec.code] });
      const second = await bench.place({ email: ana, total: '60.00', coupon: spec.code });
      expect(await orderOf(shop, second)).toMatchObject({ totalMinor: 4500, codes: [spec.code] });
      expect(await shop.findCoupon(spec, patient())).toEqual({ kind: 'ours', used: true });
    });

    test('take percents off the order or off some products, and the courier', async () => {
      const { bench, shop } = scene();
      const benefits = [
        { benefit: { kind: 'percent', percent: 20, products: [] }, total: 5300 },
        { benefit: { kind: 'percent', percent: 50, products: ['1'] }, total: 3500 },
        { benefit: { kind: 'percent', percent: 50, products: ['2'] }, total: 6500 },
        { benefit: { kind: 'free_shipping' }, total: 6000 },
      ] as const;
      for (const { benefit, total } of benefits) {
        const spec = couponSpec({
          benefit: 'products' in benefit ? { ...benefit, products: [...benefit.products] } : benefit,
        });
        expect(await shop.makeCoupon(spec, false, patient())).toEqual({ kind: 'made' });
        const placed = await bench.buy({ email: ana, total: '60.00', coupon: spec.code, courier: true });
        expect((await orderOf(shop, placed)).totalMinor).toBe(total);
      }
    });

    test('that Vendure cannot make are refused and not made', async () => {
      const { bench, shop } = scene();
      const kinds = [
        couponSpec({ benefit: { kind: 'product', products: ['1'] } }),
        couponSpec({ benefit: { kind: 'amount', valueMinor: 100, products: ['1'] } }),
        couponSpec({ currency: currency.parse('EUR') }),
      ];
      for (const spec of kinds) {
        expect(await shop.makeCoupon(spec, false, patient())).toMatchObject({ kind: 'refused' });
        expect(await bench.coupons(spec.code)).toEqual([]);
      }
    });

    test('end when they end', async () => {
      const { bench, shop } = scene();
      const spec = couponSpec({ expiresAt: instant.parse(Date.now() - 1_000) });
      expect(await shop.makeCoupon(spec, false, patient())).toEqual({ kind: 'made' });
      expect(await bench.coupons(spec.code)).toMatchObject([{ usable: false }]);
      const late = bench.place({ email: ana, total: '60.00', coupon: spec.code });
      await expect(late).rejects.toThrow('COUPON_CODE_EXPIRED_ERROR');
    });

    test('are made once, however often and in parallel they are asked for', async () => {
      const { bench, shop } = scene();
      const spec = couponSpec();
      const parallel = await Promise.all([0, 1, 2, 3].map(() => shop.makeCoupon(spec, true, patient())));
      expect(parallel.filter(({ kind }) => kind !== 'made')).toEqual([]);
      expect(await shop.makeCoupon(spec, true, patient())).toEqual({ kind: 'made' });
      expect(await bench.coupons(spec.code)).toHaveLength(1);
      const placed = await bench.place({ email: ana, total: '60.00', coupon: spec.code });
      expect((await orderOf(shop, placed)).totalMinor).toBe(4500);
    });

    test('are made once when the answer to making them, or to the look after it, is lost', async () => {
      const { bench, shop } = scene();
      for (const lost of ['LoyaltyCreatePromotion', 'LoyaltyFindPromotions']) {
        const spec = couponSpec();
        const from = bench.door.asked.length;
        bench.door.fail((operation) => {
          const created = bench.door.asked.slice(from).includes('LoyaltyCreatePromotion');
          return operation === lost && created ? { status: 502, after: true } : undefined;
        });
        expect(await shop.makeCoupon(spec, false, patient())).toMatchObject({
          kind: 'trouble',
          reason: 'server_error',
        });
        bench.door.fail(undefined);
        expect(await shop.makeCoupon(spec, true, patient())).toEqual({ kind: 'made' });
        expect(await bench.coupons(spec.code)).toHaveLength(1);
      }
    });

    test('of somebody else under the same code are left alone', async () => {
      const { bench, shop } = scene();
      const theirs = couponSpec();
      const ours = { ...theirs, redemption: 'another redemption' };
      await shop.makeCoupon(theirs, false, patient());
      expect(await shop.makeCoupon(ours, false, patient())).toMatchObject({ kind: 'refused' });
      expect(await shop.findCoupon(ours, patient())).toEqual({ kind: 'foreign' });
      expect(await shop.cancelCoupon(ours, patient())).toEqual({ kind: 'none' });
      expect(await bench.coupons(theirs.code)).toMatchObject([{ usable: true }]);
    });

    test('are gone once cancelled, and cancelling again finds none', async () => {
      const { bench, shop } = scene();
      const spec = couponSpec();
      await shop.makeCoupon(spec, false, patient());
      expect(await shop.cancelCoupon(spec, patient())).toEqual({ kind: 'cancelled' });
      expect(await bench.coupons(spec.code)).toEqual([]);
      expect(await shop.findCoupon(spec, patient())).toEqual({ kind: 'none' });
      expect(await shop.cancelCoupon(spec, patient())).toEqual({ kind: 'none' });
      const late = bench.place({ email: ana, total: '60.00', coupon: spec.code });
      await expect(late).rejects.toThrow('COUPON_CODE_INVALID_ERROR');
    });

    test('that were used cannot be cancelled', async () => {
      const { bench, shop } = scene();
      const spec = couponSpec();
      await shop.makeCoupon(spec, false, patient());
      await bench.place({ email: ana, total: '60.00', coupon: spec.code });
      expect(await shop.cancelCoupon(spec, patient())).toEqual({ kind: 'used' });
    });

    test('are cancelled all the same when an answer on the way is lost, and cannot be used meanwhile', async () => {
      const { bench, shop } = scene();
      for (const lost of ['LoyaltyDisablePromotion', 'LoyaltyDeletePromotion']) {
        const spec = couponSpec();
        await shop.makeCoupon(spec, false, patient());
        const before = lost === 'LoyaltyDeletePromotion';
        bench.door.fail((operation) => (operation === lost ? { status: 502, after: !before } : undefined));
        expect(await shop.cancelCoupon(spec, patient())).toMatchObject({ kind: 'trouble' });
        bench.door.fail(undefined);
        expect(await shop.findCoupon(spec, patient())).toEqual({ kind: 'none' });
        expect(await shop.makeCoupon(spec, true, patient())).toMatchObject({ kind: 'refused' });
        expect(await shop.cancelCoupon(spec, patient())).toEqual({ kind: 'cancelled' });
        expect(await bench.coupons(spec.code)).toEqual([]);
      }
    });

    test('over an amount are refused where the channel sells in several currencies', async () => {
      const { bench, shop } = scene();
      const channel = async (codes: readonly string[]) => {
        const input = { id: '1', availableCurrencyCodes: codes };
        await bench.admin(
          'mutation ($input: UpdateChannelInput!) { updateChannel(input: $input) { __typename } }',
          z.unknown(),
          { input },
        );
      };
      await channel(['USD', 'EUR']);
      try {
        expect(await shop.makeCoupon(couponSpec(), false, patient())).toMatchObject({
          kind: 'refused',
          detail: expect.stringContaining('several currencies'),
        });
        const percent = couponSpec({ benefit: { kind: 'percent', percent: 10, products: [] } });
        expect(await shop.makeCoupon(percent, false, patient())).toEqual({ kind: 'made' });
      } finally {
        await channel(['USD']);
      }
    });
  });
};
