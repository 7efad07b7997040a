import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { dyingAt } from '../support/crash.ts';
import type { ShopBench } from './bench.ts';
import { type Market, openMarket, redeem, type Stand } from './market.ts';
import { ways } from './proxy.ts';
import { openShopifyBench } from './shopify/bench.ts';
import { openSiteBench } from './site/bench.ts';
import { dayMs, forward, minuteMs, type Process, settleFor } from './stage.ts';
import { openWooBench } from './woocommerce/bench.ts';

type Kind = 'Shopify' | 'WooCommerce' | 'a site';
const kinds: readonly Kind[] = ['Shopify', 'WooCommerce', 'a site'];
const open: Record<Kind, (nowMs: () => number) => Promise<ShopBench>> = {
  Shopify: (nowMs) => openShopifyBench(() => new Date(nowMs())),
  WooCommerce: (nowMs) => openWooBench({ nowMs }),
  'a site': (nowMs) => openSiteBench('node', { nowMs }),
};

describe.each(kinds)('a coupon of %s that the owner cancels', (kind) => {
  let market: Market;
  let stand: Stand;
  beforeAll(async () => {
    market = await openMarket(open[kind], kind === 'a site');
  }, 60_000);
  beforeEach(async () => {
    stand = await market.stand();
  });
  afterEach(() => {
    market.bench.proxy.fail();
    stand.close();
  });
  afterAll(async () => {
    const { violations } = await market.house.audit();
    await market.close();
    expect(violations).toEqual([]);
  });

  const holder = async () => {
    const contact = await stand.join();
    const { coupon_code: code } = await redeem(stand.sound, contact);
    const ask = (verb: string) => stand.sound.chat(verb, { contact_id: contact });
    const points = async (): Promise<number> => (await ask('balance')).points;
    const status = async (): Promise<string> => (await ask('coupons')).coupons[0].status;
    const cancel = async (process: Process = stand.sound) => {
      const path = `/v1/admin/coupons/${code}/cancel`;
      const { status: http, json } = await process.request('POST', path, { reason: 'lost in the post' });
      return [http, json.result];
    };
    const usable = async (): Promise<number> =>
      (await market.bench.coupons(code)).filter((one) => one.usable).length;
    return { contact, code, points, status, cancel, usable };
  };

  test('waits while the shop is away; settle finishes it, and the owner’s words stand beside the entry', async () => {
    const { contact, cancel, points, status, usable } = await holder();
    market.bench.proxy.fail(() => 'refused before');
    expect(await cancel()).toEqual([503, 'try_again']);
    expect(await cancel()).toEqual([503, 'try_again']);
    expect([await points(), await status(), await usable()]).toEqual([800, 'valid', 1]);
    await settleFor(market.house, stand.sound, 4 * minuteMs);
    expect(await points()).toBe(800);
    market.bench.proxy.fail();
    forward(market.house, 70 * minuteMs);
    expect(await stand.sound.settle()).toMatchObject({ cancelled: 1, open: 0 });
    expect([await points(), await status(), await usable()]).toEqual([1000, 'cancelled', 0]);
    const { json } = await stand.sound.request('GET', `/v1/admin/members/${contact}/entries`, '');
    expect(JSON.stringify(json)).toContain('lost in the post');
    expect(await cancel()).toEqual([200, 'cancelled']);
    expect(await points()).toBe(1000);
  });

  test('stays used where a customer was faster', async () => {
    const { code, cancel, points, status } = await holder();
    market.bench.proxy.fail(() => 'refused before');
    expect(await cancel()).toEqual([503, 'try_again']);
    await market.bench.place({ email: 'eve@example.com', total: '40.00', coupon: code });
    market.bench.proxy.fail();
    forward(market.house, 2 * minuteMs);
    expect(await stand.sound.settle()).toMatchObject({ cancelled: 0, open: 0 });
    expect([await points(), await status()]).toEqual([800, 'used']);
    expect(await cancel()).toEqual([409, 'conflict']);
    expect(await points()).toBe(800);
  });

  test('is refused at once where it was used and nobody had told', async () => {
    const { code, cancel, points, status } = await holder();
    await market.bench.place({ email: 'eve@example.com', total: '40.00', coupon: code });
    expect(await cancel()).toEqual([409, 'conflict']);
    expect([await points(), await status()]).toEqual([800, 'used']);
  });

  /** Whatever went wrong: in the end its points are back, and it is worth nothing at the shop. */
  const cancelledAnyway = async ({ cancel, points, status, usable }: Awaited<ReturnType<typeof holder>>) => {
    forward(market.house, 70 * minuteMs);
    await stand.sound.settle();
    // A request that died before it wrote a word is sent again.
    if ((await status()) === 'valid') expect(await cancel()).toEqual([200, 'cancelled']);
    return [await points(), await status(), await usable()];
  };

  test.each(ways)('is cancelled in the end though any of its calls fails: %s', async (way) => {
    for (let nth = 1; ; nth++) {
      const held = await holder();
      const before = market.bench.proxy.seen.length;
      let hit = false;
      market.bench.proxy.fail(({ index }) => {
        hit ||= index - before === nth;
        return index - before === nth ? way : 'well';
      });
      const own = stand.process();
      const [http] = await held.cancel(own);
      own.close();
      market.bench.proxy.fail();
      // What is said to be cancelled is.
      if (http === 200) expect([await held.points(), await held.usable()]).toEqual([1000, 0]);
      expect([200, 503]).toContain(http);
      expect([way, nth, ...(await cancelledAnyway(held))]).toEqual([way, nth, 1000, 'cancelled', 0]);
      if (!hit) return;
    }
  });

  test.each(['before', 'after'] as const)(
    'is cancelled in the end though the request, or settle, dies %s any call',
    async (moment) => {
      for (let nth = 1; ; nth++) {
        const held = await holder();
        const life = dyingAt(nth, moment);
        const dying = stand.process({ hook: life.hook });
        const [http] = await held.cancel(dying);
        expect(http).toBe(life.died() === undefined ? 200 : 503);
        dying.close();
        forward(market.house, 2 * minuteMs);
        const second = dyingAt(nth, moment);
        const settling = stand.process({ hook: second.hook });
        await settling.settle();
        settling.close();
        expect([nth, ...(await cancelledAnyway(held))]).toEqual([nth, 1000, 'cancelled', 0]);
        if (life.died() === undefined && second.died() === undefined) return expect(nth).toBeGreaterThan(5);
      }
    },
  );

  test('is watched for a week, and then forgotten', async () => {
    const held = await holder();
    await held.cancel();
    let calls = market.bench.calls();
    await settleFor(market.house, stand.sound, 8 * dayMs);
    expect(market.bench.calls()).toBeGreaterThan(calls);
    calls = market.bench.calls();
    await settleFor(market.house, stand.sound, 20 * dayMs);
    expect(market.bench.calls()).toBe(calls);
    expect([await held.points(), await held.usable()]).toEqual([1000, 0]);
  });
});
