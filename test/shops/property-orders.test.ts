import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pushProgram } from '../../functions/adapters/dynamodb/registry.ts';
import { readProgram } from '../../functions/domain/program.ts';
import type { Reply } from '../support/house.ts';
import type { HookDelivery, PlacedOrder, ShopBench } from './bench.ts';
import { type Market, openMarket, type Stand } from './market.ts';
import { openShopifyBench } from './shopify/bench.ts';
import { forward, minuteMs, type Process, storeId } from './stage.ts';
import { openWooBench } from './woocommerce/bench.ts';

/** What a shop says of an order at one moment; later ones have higher numbers. */
interface Snapshot {
  readonly at: number;
  readonly refundedMinor: number;
  readonly over: boolean;
}

/** What the books must know and owe, worked out a second time from the contract's words alone. */
interface Tracked {
  readonly totalMinor: number;
  known?: Snapshot;
  claim?: { readonly points: number; readonly unitMinor: number; standing: number };
}

const worth = (
  { totalMinor }: Tracked,
  { refundedMinor, over }: Snapshot,
  points: number,
  unitMinor: number,
): number => (over ? 0 : Math.floor(((totalMinor - refundedMinor) * points) / unitMinor));

/** Older news change nothing; what was given back never falls, and what is over stays so. */
const learn = (order: Tracked, news: Snapshot): void => {
  const { known = news, claim } = order;
  if (news.at < known.at) return;
  order.known = {
    at: news.at,
    refundedMinor: Math.max(news.refundedMinor, known.refundedMinor),
    over: news.over || known.over,
  };
  if (claim === undefined) return;
  claim.standing = Math.min(claim.standing, worth(order, order.known, claim.points, claim.unitMinor));
};

/** @param live what a shop says that can be asked: it is, where nothing is known */
const claimOf = (order: Tracked, points: number, unitMinor: number, live: Snapshot | undefined): void => {
  const seen = order.known ?? live;
  if (order.claim !== undefined || seen === undefined || seen.over || seen.refundedMinor >= order.totalMinor)
    return;
  order.known = seen;
  order.claim = { points, unitMinor, standing: worth(order, seen, points, unitMinor) };
};

/** An order on its way: at the shop that is asked, or at the one that pushes. */
interface Running extends Tracked {
  readonly placed: PlacedOrder | undefined;
  readonly number: string;
  readonly history: { readonly snapshot: Snapshot; readonly delivery: HookDelivery | undefined }[];
}

type Step =
  | { readonly do: 'refund'; readonly of: number; readonly percent: number }
  | { readonly do: 'cancel'; readonly of: number }
  | { readonly do: 'claim'; readonly of: number }
  | { readonly do: 'tell'; readonly of: number; readonly moment: number; readonly bare: boolean }
  | { readonly do: 'rate'; readonly points: number; readonly unit: number }
  | { readonly do: 'reconcile' }
  | { readonly do: 'redeem' };

const of = fc.nat({ max: 3 });
const named = <const Name extends Step['do']>(name: Name) => fc.constant<Name>(name);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: named('refund'), of, percent: fc.integer({ min: 1, max: 100 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: named('cancel'), of }) },
  { weight: 4, arbitrary: fc.record({ do: named('claim'), of }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: named('tell'), of, moment: fc.nat({ max: 9 }), bare: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: named('rate'),
      points: fc.integer({ min: 1, max: 7 }),
      unit: fc.integer({ min: 1, max: 300 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: named('reconcile') }) },
  { weight: 1, arbitrary: fc.record({ do: named('redeem') }) },
);

const story = fc.record({
  totals: fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 1, max: 60_000 }))),
  steps: fc.array(step, { minLength: 8, maxLength: 30 }),
});

/** An old push that does not say when it is of, before the claim: what was given back stays given back. */
const lateWithoutTime: [{ totals: [number, number, number, number]; steps: Step[] }] = [
  {
    totals: [9_000, 9_000, 9_000, 9_000],
    steps: [
      { do: 'refund', of: 1, percent: 50 },
      { do: 'tell', of: 1, moment: 1, bare: false },
      { do: 'tell', of: 1, moment: 0, bare: true },
      { do: 'claim', of: 1 },
    ],
  },
];

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
