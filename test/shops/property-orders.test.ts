import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pushProgram } from '../../functions/adapters/dynamodb/registry.ts';
import { readProgram } from '../../functions/domain/program.ts';
import type { Reply } from '../support/house.ts';
import type { HookDelivery, PlacedOrder, ShopBench } from './bench.ts';
import { type Market, openMarket, type Stand } from './market.ts';
import { openShopifyBench } from './shopify/bench.ts';
import { forward, minuteMs, type Process, storeId } from './stage.ts';
import {
  claimOf,
  lateWithoutTime,
  learn,
  type Snapshot,
  type Step,
  story,
  type Tracked,
} from './story-model.ts';
import { openWooBench } from './woocommerce/bench.ts';

/** An order on its way: at the shop that is asked, or at the one that pushes. */
interface Running extends Tracked {
  readonly placed: PlacedOrder | undefined;
  readonly number: string;
  readonly history: { readonly snapshot: Snapshot; readonly delivery: HookDelivery | undefined }[];
}

const money = (minor: number): string => (minor / 100).toFixed(2);

const shops: Record<string, (nowMs: () => number) => Promise<ShopBench>> = {
  Shopify: (nowMs) => openShopifyBench(() => new Date(nowMs())),
  WooCommerce: (nowMs) => openWooBench({ nowMs }),
};

describe.each(Object.keys(shops))('orders of %s and of a shop that pushes, in one program', (kind) => {
  let market: Market;
  let stand: Stand;
  let sound: Process;
  let file: Reply;
  beforeAll(async () => {
    const open = shops[kind];
    if (open === undefined) throw new Error(`no shop: ${kind}`);
    market = await openMarket(open);
    stand = await market.stand((given) => {
      given.stores.push({ id: 'own', kind: 'pushed' });
      given.claims.attempts_per_hour = 1000;
      file = given;
    });
    sound = stand.sound;
  }, 60_000);
  afterAll(async () => {
    const { violations } = await market.house.audit();
    await market.close();
    expect(violations).toEqual([]);
  });

  let [runs, taps] = [0, 0];
  /** A member, and two orders at either shop. */
  const begin = async (totals: readonly number[]) => {
    runs += 1;
    const { bench, house } = market;
    const { shop } = stand;
    const email = `nia${runs}@example.com`;
    const contact = await stand.join(email);
    // Orders of the runs before are out of sight.
    forward(house, 30 * minuteMs);
    const ask = (verb: string, inputs: object = {}) => sound.chat(verb, { contact_id: contact, ...inputs });
    const snapshotOf = (refundedMinor: number, over: boolean): Snapshot => ({
      at: Math.floor(house.clock.now() / 1000),
      refundedMinor,
      over,
    });
    const note = async (order: Running, refundedMinor: number, over: boolean): Promise<void> => {
      const delivery = order.placed === undefined ? undefined : await bench.hook(order.placed);
      order.history.push({ snapshot: snapshotOf(refundedMinor, over), delivery });
      // No two changes in one second: which is newer is to be known.
      forward(house, 1_100);
    };
    const orders: Running[] = [];
    for (const [at, totalMinor] of totals.entries()) {
      const placed = at % 2 === 0 ? await bench.place({ email, total: money(totalMinor) }) : undefined;
      const order: Running = { totalMinor, placed, number: placed?.number ?? `P-${runs}-${at}`, history: [] };
      await note(order, 0, false);
      orders.push(order);
    }
    /** @param bare a push does not say when the order changed: what arrives last is the newest then */
    const tell = async (order: Running, moment: number, bare = false): Promise<void> => {
      const event = order.history[moment % order.history.length];
      if (event === undefined) return;
      const { snapshot, delivery } = event;
      if (delivery !== undefined) {
        const path = `/v1/hooks/${shop.id}/${storeId}`;
        expect((await sound.request('POST', path, delivery.body, delivery.headers)).status).toBe(200);
      } else {
        const told = {
          order_number: order.number,
          email,
          total: money(order.totalMinor),
          currency: bench.currency,
          status: snapshot.over ? 'cancelled' : 'paid',
          refunded: money(snapshot.refundedMinor),
          placed_at: new Date(house.clock.now() - 7_200_000).toISOString(),
          ...(bare ? {} : { updated_at: new Date(snapshot.at * 1000).toISOString() }),
        };
        const body = { store: 'own', orders: [told] };
        expect((await sound.request('POST', '/v1/store/orders', body)).status).toBe(200);
      }
      learn(order, bare && delivery === undefined ? { ...snapshot, at: order.known?.at ?? 0 } : snapshot);
    };
    return { ask, orders, note, tell };
  };

  type Scene = Awaited<ReturnType<typeof begin>>;
  const last = ({ history }: Running): Snapshot => {
    const event = history.at(-1);
    if (event === undefined) throw new Error('an order has a beginning');
    return event.snapshot;
  };

  const refund = async ({ note }: Scene, order: Running, percent: number): Promise<void> => {
    const { refundedMinor, over } = last(order);
    const left = order.totalMinor - refundedMinor;
    if (over || left === 0) return;
    const part = Math.max(1, Math.floor((left * percent) / 100));
    if (order.placed !== undefined) await market.bench.refund(order.placed, money(part));
    await note(order, refundedMinor + part, false);
  };

  const cancel = async ({ note }: Scene, order: Running): Promise<void> => {
    const { refundedMinor, over } = last(order);
    if (over || refundedMinor > 0) return;
    if (order.placed !== undefined) await market.bench.cancel(order.placed);
    await note(order, 0, true);
  };

  const rate = { points: 1, unit: 100 };
  const setRate = async (points: number, unit: number): Promise<void> => {
    Object.assign(rate, { points, unit });
    Object.assign(file.earn, { points, unit: money(unit) });
    const read = readProgram(file);
    if (read.kind === 'broken') throw new Error(JSON.stringify(read.problems));
    await pushProgram(market.house.table, read.file);
    // A process keeps a program for a minute: a new one has the new rate at once.
    sound.close();
    sound = stand.process();
  };

  const reconcile = async ({ orders }: Scene): Promise<void> => {
    expect((await sound.reconcile()).unfinished).toEqual([]);
    for (const order of orders) if (order.placed !== undefined) learn(order, last(order));
  };

  const claim = async ({ ask }: Scene, order: Running): Promise<void> => {
    const before = order.claim;
    claimOf(order, rate.points, rate.unit, order.placed === undefined ? undefined : last(order));
    const preview = await ask('verify-order', { order_number: order.number });
    const given = await ask('claim-order', { order_number: order.number });
    expect(given.result === 'credited').toBe(before === undefined && order.claim !== undefined);
    if (given.result !== 'credited') return;
    // What a preview shows is what a grant gives.
    expect([preview.result, preview.order_points]).toEqual(['valid', given.order_points]);
    expect(given.order_points).toBe(order.claim?.standing);
  };

  const perform = async (scene: Scene, one: Step): Promise<void> => {
    if (one.do === 'reconcile') return reconcile(scene);
    if (one.do === 'rate') return setRate(one.points, one.unit);
    if (one.do === 'redeem') {
      taps += 1;
      return void (await scene.ask('redeem', { reward: 'five-off', request_id: `tap-${taps}` }));
    }
    const order = scene.orders[one.of];
    if (order === undefined) throw new Error('there are four orders');
    if (one.do === 'refund') return refund(scene, order, one.percent);
    if (one.do === 'cancel') return cancel(scene, order);
    return one.do === 'claim' ? claim(scene, order) : scene.tell(order, one.moment, one.bare);
  };

  /** Points less debt, rewards added back: what the orders are worth to the member. */
  const earned = async ({ ask }: Scene): Promise<number> => {
    const { points, points_debt: debt, rewards_won: won } = await ask('balance');
    expect(Math.min(points, debt)).toBe(0);
    return points - debt + 200 * won - 1000;
  };
  const standing = ({ orders }: Scene): number =>
    orders.reduce((sum, { claim: made }) => sum + (made?.standing ?? 0), 0);

  test('earn what the contract says in any story, and nothing at all once all is given back', async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ totals, steps }) => {
        const scene = await begin(totals);
        for (const one of steps) {
          await perform(scene, one);
          expect(await earned(scene)).toBe(standing(scene));
        }
        for (const order of scene.orders) {
          await claim(scene, order);
          await refund(scene, order, 100);
          await scene.tell(order, order.history.length - 1);
          await scene.tell(order, 0);
        }
        expect(await earned(scene)).toBe(0);
        await reconcile(scene);
        expect(await earned(scene)).toBe(0);
      }),
      { seed: 20_261_122, numRuns: 24, interruptAfterTimeLimit: 40_000, examples: [lateWithoutTime] },
    );
  }, 60_000);

  test('lose by parts of a refund, in any order, what they lose by the whole, to the point', async () => {
    const parts = fc.record({
      total: fc.integer({ min: 1, max: 60_000 }),
      cuts: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 6 }),
      points: fc.integer({ min: 1, max: 9 }),
      unit: fc.integer({ min: 1, max: 500 }),
      order: fc.array(fc.nat({ max: 9 }), { maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(parts, async ({ total, cuts, points, unit, order }) => {
        await setRate(points, unit);
        const scene = await begin([total, total, total, total]);
        for (const one of scene.orders) await scene.tell(one, 0);
        for (const one of scene.orders) await claim(scene, one);
        const credited = scene.orders.map(({ claim: made }) => made?.standing);
        expect(new Set(credited)).toEqual(new Set([Math.floor((total * points) / unit)]));
        const [first, second, third, fourth] = scene.orders;
        if (!first || !second || !third || !fourth) throw new Error('there are four orders');
        for (const percent of cuts) for (const one of [first, second]) await refund(scene, one, percent);
        const { refundedMinor } = last(first);
        for (const whole of [third, fourth]) {
          if (whole.placed !== undefined) await market.bench.refund(whole.placed, money(refundedMinor));
          await scene.note(whole, refundedMinor, false);
        }
        for (const moment of order) for (const one of [first, second]) await scene.tell(one, moment);
        for (const one of scene.orders) await scene.tell(one, one.history.length - 1);
        const due = Math.floor(((total - refundedMinor) * points) / unit);
        expect(scene.orders.map(({ claim: made }) => made?.standing)).toEqual([due, due, due, due]);
        expect(await earned(scene)).toBe(4 * due);
      }),
      { seed: 4711, numRuns: 15, interruptAfterTimeLimit: 30_000 },
    );
  }, 60_000);
});
