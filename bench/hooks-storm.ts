/** Ten thousand webhooks of three shops in random order, while their members claim: the balances must be exact in the end. */
import pMap from 'p-map';
import { auditTable } from '../functions/adapters/dynamodb/audit.ts';
import {
  balancesOf,
  drawStorm,
  emailOf,
  type Storm,
  type StormAct,
  type StormSize,
} from './hooks-storm-plan.ts';
import { openHouse } from './house.ts';
import { grouped, type Measurement, type Outcome, quantile } from './measurement.ts';
import { type Counter, openCounter, startingPoints } from './shops-house.ts';
import { deliveryOf } from './shops-orders.ts';
import { type LoopbackShop, startShop } from './shops-server.ts';

/** Requests that are under way at once; what is sent next is next in the plan. */
const atOnce = 8;

export interface Wrong {
  readonly member: number;
  readonly has: number;
  readonly expected: number;
}

export interface Weathered {
  readonly storm: Storm;
  readonly members: number;
  /** Members whose balance is another than the model's. */
  readonly wrong: readonly Wrong[];
  readonly violations: number;
  /** Entries that the audit looked through. */
  readonly entries: number;
  /** How often each answer came to a claim. */
  readonly claims: ReadonlyMap<string, number>;
  /** Calls to the shops. */
  readonly calls: number;
  readonly seconds: number;
  /** How long each webhook waited for its answer. */
  readonly hookMs: readonly number[];
}

/** Whatever else a claim is answered, the plan or the product is wrong. */
const expected = new Set(['credited', 'already_claimed', 'not_paid', 'cancelled', 'refunded']);

const contactOf = (member: number): string => `2468135790${String(member).padStart(7, '0')}`;

interface Scene {
  readonly counter: Counter;
  readonly shops: readonly LoopbackShop[];
  readonly claims: Map<string, number>;
  readonly hookMs: number[];
}

const act = async ({ counter, shops, claims, hookMs }: Scene, one: StormAct): Promise<void> => {
  if (one.kind === 'claim') {
    const contact_id = contactOf(one.member);
    const { result } = await counter.chat('claim-order', { contact_id, order_number: String(one.order) });
    if (!expected.has(result)) throw new Error(`a claim was answered ${result}`);
    claims.set(result, (claims.get(result) ?? 0) + 1);
    return;
  }
  const url = shops.find(({ kind }) => kind === one.shop)?.url ?? '';
  const begunAt = performance.now();
  const status = await counter.hook(one.shop, deliveryOf[one.shop](one.order, url, Date.now()));
  hookMs.push(performance.now() - begunAt);
  if (status !== 200) throw new Error(`a webhook of ${one.shop} was answered ${status}`);
};

/** The shops are ahead of their webhooks: whoever asks them is told how things stand in the end. */
const stock = (shops: readonly LoopbackShop[], { orders }: Storm): void => {
  for (const { shop, versions } of orders) {
    const last = versions.at(-1) ?? versions[0];
    shops.find(({ kind }) => kind === shop)?.orders.set(String(last.id), last);
  }
};

const balancesIn = (counter: Counter, members: number): Promise<number[]> =>
  pMap(
    Array.from({ length: members }, (_, n) => contactOf(n + 1)),
    async (contact_id) => Number((await counter.chat('balance', { contact_id }))['points']),
    { concurrency: atOnce },
  );

/** Sends the storm to the real handlers. @throws where a webhook is not taken, or a claim is answered what it cannot be */
export const weather = async (size: StormSize, say: (line: string) => void): Promise<Weathered> => {
  const storm = drawStorm(size, Date.now());
  const { members } = size;
  const house = await openHouse();
  const [shopify, woocommerce, site] = await Promise.all([
    startShop('shopify'),
    startShop('woocommerce'),
    startShop('site'),
  ]);
  const shops = [shopify, woocommerce, site] as const;
  try {
    const counter = await openCounter(house, 'storm', shops);
    stock(shops, storm);
    const joining = Array.from({ length: members }, (_, n) => n + 1);
    const join = (member: number) =>
      counter.chat('enroll', { contact_id: contactOf(member), email: emailOf(member) });
    await pMap(joining, join, { concurrency: atOnce });
    const scene: Scene = { counter, shops, claims: new Map(), hookMs: [] };
    say(`${grouped(storm.acts.length)} webhooks and claims, ${atOnce} at a time`);
    const begunAt = performance.now();
    await pMap(storm.acts, (one) => act(scene, one), { concurrency: atOnce });
    const seconds = (performance.now() - begunAt) / 1000;
    say('balances and audit');
    const model = balancesOf(storm, members, startingPoints);
    const balances = await balancesIn(counter, members);
    const wrong = balances.flatMap((has, n): Wrong[] => {
      const due = model.get(n + 1) ?? Number.NaN;
      return has === due ? [] : [{ member: n + 1, has, expected: due }];
    });
    const { violations, entries } = await auditTable(house.table, AbortSignal.timeout(600_000));
    const calls = shops.reduce((sum, shop) => sum + shop.calls(), 0);
    const { claims, hookMs } = scene;
    return {
      storm,
      members,
      wrong,
      violations: violations.length,
      entries,
      claims,
      calls,
      seconds,
      hookMs,
    };
  } finally {
    await Promise.all(shops.map((shop) => shop.close()));
    await house.stop();
  }
};

/** One sentence for each kind of error. */
export const stormFaults = ({ wrong, violations }: Pick<Weathered, 'wrong' | 'violations'>): string[] => {
  const [first] = wrong;
  return [
    ...(first === undefined
      ? []
      : [
          `${wrong.length} balances are not exact: member ${first.member} has ${first.has}, the model ${first.expected}`,
        ]),
    ...(violations > 0 ? [`the audit finds ${violations} violations`] : []),
  ];
};

export const hookStorm: Measurement = {
  name: 'hook-storm',
  about: '10,000 webhooks in random order with 5 % duplicates, while 200 members claim: exact balances',
  run: async ({ quick, say }): Promise<Outcome> => {
    const webhooks = quick ? 1_000 : 10_000;
    const came = await weather({ seed: 1, members: 200, webhooks, duplicateShare: 0.05 }, say);
    const { storm, members, wrong, claims, hookMs } = came;
    const answers = [...claims].sort().map(([result, times]) => `${grouped(times)} ${result}`);
    const rate = Math.round(hookMs.length / came.seconds);
    return {
      lines: [
        `${grouped(hookMs.length)} webhooks, ${grouped(storm.duplicates)} of them duplicates, of ${grouped(storm.orders.length)} orders at 3 shops`,
        `claims: ${answers.join(', ')}; ${grouped(came.calls)} calls to the shops`,
        `balances: ${grouped(members - wrong.length)} of ${grouped(members)} exact; audit: ${grouped(came.entries)} entries, ${came.violations} violations`,
        `${grouped(rate)} webhooks a second with the claims between them; p50 ${quantile(hookMs, 0.5).toFixed(1)} ms, p99 ${quantile(hookMs, 0.99).toFixed(1)} ms (no budget)`,
      ],
      broken: stormFaults(came).map((sentence) => `hook-storm: ${sentence}`),
    };
  },
};
