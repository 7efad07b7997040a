/** The coupons of the files that shop owners get: each promise holds in PHP and in Node. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { instant, later } from '../../../functions/domain/ids.ts';
import { currency } from '../../../functions/domain/money.ts';
import type { CouponSpec, Shop } from '../../../functions/ports/shops.ts';
import type { ShopBench } from '../bench.ts';
import { openSiteBench } from './bench.ts';
import type { SiteLanguage } from './process.ts';
import { ana, number, openSite, patient } from './scene.ts';

const usd = currency.parse('USD');

const specOf = (code: string, redemption: string): CouponSpec => ({
  code,
  redemption,
  title: 'Five off',
  benefit: { kind: 'amount', valueMinor: 500, products: [] },
  currency: usd,
  startsAt: instant.parse(Date.now()),
  expiresAt: later(instant.parse(Date.now()), 86_400_000),
});

describe.each<SiteLanguage>(['php', 'node'])('a coupon of the file for %s', (which) => {
  let bench: ShopBench;
  let shop: Shop;
  let codes = 0;
  const freshCode = (): string => {
    codes += 1;
    return `LOY-${which.toUpperCase()}-${codes}`;
  };

  beforeAll(async () => {
    bench = await openSiteBench(which);
    shop = openSite(String(bench.section['url']), { secrets: bench.secrets, nowMs: Date.now() }).shop;
  });
  afterAll(async () => bench?.close());

  test('is made once for its redemption, however often it is asked for', async () => {
    const spec = specOf(freshCode(), 'R-1');
    const none = { kind: 'none' };
    expect(await shop.findCoupon(spec, patient())).toEqual(none);
    for (const again of [false, false, true])
      expect(await shop.makeCoupon(spec, again, patient())).toEqual({ kind: 'made' });
    expect(await shop.findCoupon(spec, patient())).toEqual({ kind: 'ours', used: false });
    expect(await bench.coupons(spec.code)).toEqual([
      { code: spec.code, uses: 0, usable: true, expiresAt: new Date(spec.expiresAt).toISOString() },
    ]);
  });

  test('is one for twenty that ask at the same moment', async () => {
    const code = freshCode();
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        shop.makeCoupon(specOf(index % 2 === 0 ? code : code.toLowerCase(), `R-${index}`), false, patient()),
      ),
    );
    expect(made.filter(({ kind }) => kind === 'made')).toHaveLength(1);
    expect(made.filter(({ kind }) => kind === 'refused')).toHaveLength(19);
    expect(await bench.coupons(code)).toHaveLength(1);
    const winner = made.findIndex(({ kind }) => kind === 'made');
    expect(await shop.findCoupon(specOf(code, `R-${winner}`), patient())).toMatchObject({ kind: 'ours' });
    expect(await shop.findCoupon(specOf(code, 'R-other'), patient())).toEqual({ kind: 'foreign' });
  });

  test('can be used once, and then not be cancelled', async () => {
    const spec = specOf(freshCode(), 'R-2');
    await shop.makeCoupon(spec, false, patient());
    const order = await bench.place({ email: ana, total: '55.00', coupon: spec.code });
    expect(await shop.findOrder({ number: number(order.number), emails: [ana] }, patient())).toMatchObject({
      order: { codes: [spec.code] },
    });
    await expect(bench.place({ email: ana, total: '55.00', coupon: spec.code })).rejects.toThrow();
    expect(await shop.findCoupon(spec, patient())).toEqual({ kind: 'ours', used: true });
    expect(await shop.cancelCoupon(spec, patient())).toEqual({ kind: 'used' });
    expect(await bench.coupons(spec.code)).toMatchObject([{ uses: 1, usable: false }]);
    await bench.cancel(order);
    expect(await shop.findCoupon(spec, patient())).toEqual({ kind: 'ours', used: false });
  });

  test('that was cancelled is gone for good, also for a request that comes late', async () => {
    const spec = specOf(freshCode(), 'R-3');
    await shop.makeCoupon(spec, false, patient());
    expect(await shop.cancelCoupon({ ...spec, redemption: 'R-other' }, patient())).toEqual({
      kind: 'none',
    });
    expect(await shop.cancelCoupon(spec, patient())).toEqual({ kind: 'cancelled' });
    expect(await shop.cancelCoupon(spec, patient())).toEqual({ kind: 'cancelled' });
    expect(await shop.findCoupon(spec, patient())).toEqual({ kind: 'none' });
    expect(await shop.makeCoupon(spec, false, patient())).toMatchObject({ kind: 'refused' });
    expect(await bench.coupons(spec.code)).toMatchObject([{ uses: 0, usable: false }]);
    await expect(bench.place({ email: ana, total: '9.00', coupon: spec.code })).rejects.toThrow();
  });

  test('that nobody made is none', async () => {
    expect(await shop.cancelCoupon(specOf('LOY-NOBODY', 'R-4'), patient())).toEqual({ kind: 'none' });
    expect(await bench.coupons('LOY-NOBODY')).toEqual([]);
    await expect(bench.place({ email: ana, total: '9.00', coupon: 'LOY-NOBODY' })).rejects.toThrow();
  });

  test('that has expired is not taken', async () => {
    const spec = { ...specOf(freshCode(), 'R-5'), expiresAt: instant.parse(Date.now() - 1) };
    await shop.makeCoupon(spec, false, patient());
    expect(await bench.coupons(spec.code)).toMatchObject([{ usable: false }]);
    await expect(bench.place({ email: ana, total: '9.00', coupon: spec.code })).rejects.toThrow();
  });

  test('of a kind that the site does not know is refused', async () => {
    const spec = { ...specOf(freshCode(), 'R-6'), benefit: JSON.parse('{"kind":"lunch"}') };
    expect(await shop.makeCoupon(spec, false, patient())).toEqual({
      kind: 'refused',
      detail: 'the site says unsupported',
    });
    expect(await bench.coupons(spec.code)).toEqual([]);
  });
});
