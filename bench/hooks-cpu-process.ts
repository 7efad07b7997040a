/**
 * Measures the CPU time of webhooks in a process of its own, whose standard output goes nowhere: Lambda's log line is written for each
 * here too. Results go to the parent.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { BatchGetCommand, PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { keys } from '../functions/adapters/dynamodb/keys.ts';
import { writesOf } from '../functions/adapters/dynamodb/write.ts';
import { instant, operationId } from '../functions/domain/ids.ts';
import { decideNews } from '../functions/domain/order-news.ts';
import { factsOf } from '../functions/domain/shop-order.ts';
import { isAsked } from '../functions/domain/store.ts';
import { lambdaLog } from '../functions/platform/log.ts';
import { shopRoom } from '../functions/shop/handler.ts';
import { nothing } from './histories.ts';
import { type House, openHouse } from './house.ts';
import { type Counter, openCounter } from './shops-house.ts';
import {
  type Delivery,
  deliveryOf,
  type HookKind,
  hookKinds,
  hookSecret,
  type SoldOrder,
} from './shops-orders.ts';
import { type LoopbackShop, startShop } from './shops-server.ts';

/** CPU microseconds for each webhook of a block. */
export interface Block {
  readonly arm: string;
  readonly round: number;
  readonly micros: number;
}

interface Plan {
  readonly rounds: number;
}

/** Webhooks of a block; few enough that their time stamps are still fresh at its end. */
const blockSize = 100;
const warmRounds = 4;

/** Work of one block, made ready before the clock starts. @returns what runs, and how many it took */
type Arm = (round: number) => Promise<() => Promise<number>>;

/** New orders: none of one block is in another. */
const ordersOf = (base: number, round: number): SoldOrder[] => {
  const at = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
  return Array.from({ length: blockSize }, (_, n) => ({
    id: base + round * blockSize + n,
    email: `member${n}@example.com`,
    totalMinor: 6_000,
    refundedMinor: 0,
    status: 'paid',
    placedAt: at,
    updatedAt: at,
  }));
};

interface Scene {
  readonly house: House;
  readonly counter: Counter;
  readonly shop: LoopbackShop;
  readonly kind: HookKind;
}

const deliveriesOf = ({ kind, shop }: Scene, base: number, round: number): Delivery[] =>
  ordersOf(base, round).map((order) => deliveryOf[kind](order, shop.url, Date.now()));

const handlerArm = (scene: Scene, base: number): Arm => {
  const { counter, kind } = scene;
  const handler = shopRoom(() => ({ ...counter.ports, log: lambdaLog('bench') }));
  return async (round) => {
    const events = deliveriesOf(scene, base, round).map((one) => counter.hookEvent(kind, one));
    return async () => {
      let taken = 0;
      for (const event of events)
        if ((await handler(event, {})).body?.includes('"result":"taken"') === true) taken += 1;
      return taken;
    };
  };
};

/** The signature over the body, as whoever gives no thought to it would look at it. */
const isGenuine = ({ headers, body }: Delivery, kind: HookKind): boolean => {
  const given = {
    shopify: headers['x-shopify-hmac-sha256'],
    woocommerce: headers['x-wc-webhook-signature'],
    site: headers['webhook-signature']?.slice('v1,'.length),
  }[kind];
  const stamped = `${headers['webhook-id']}.${headers['webhook-timestamp']}.`;
  const key = kind === 'site' ? Buffer.from(hookSecret.slice('whsec_'.length), 'base64') : hookSecret;
  const mac = createHmac('sha256', key).update(kind === 'site' ? stamped + body : body);
  return timingSafeEqual(mac.digest(), Buffer.from(given ?? '', 'base64'));
};

/** The signature, the parsing, and the two calls with the same keys and the same items; nothing of ours around them. */
const bareArm = (scene: Scene, base: number): Arm => {
  const { house, counter, kind } = scene;
  const { table } = house;
  const { program, secrets, version } = counter.open;
  const store = program.stores.filter(isAsked).find(({ id }) => id === kind);
  if (store === undefined) throw new Error('the program has no such store');
  return async (round) => {
    const shop = await counter.shops(program.id, store);
    const wanted = deliveriesOf(scene, base, round).map((delivery) => {
      const now = instant.parse(Date.now());
      const news = shop.readHook({ headers: delivery.headers, body: Buffer.from(delivery.body) });
      const order = news.kind === 'news' ? news.orders[0] : undefined;
      const facts = order && factsOf(order, store.id, secrets.emailKey);
      if (facts === undefined) throw new Error('a webhook was not read');
      const stamp = { operation: operationId.parse(randomUUID()), now, programVersion: version };
      const setting = { program, emailKey: secrets.emailKey, stamp };
      const decision = decideNews(nothing, facts, setting);
      if (decision.kind !== 'answer' || decision.change === undefined) throw new Error('no news');
      const [write] = writesOf(table, program.id, decision.change, undefined);
      if (write?.Put === undefined) throw new Error('an order is written otherwise than it was');
      const { pk, sk } = keys.order(program.id, facts.store, facts.number);
      const read = { RequestItems: { [table.name]: { Keys: [{ pk, sk }], ConsistentRead: true } } };
      // Conditions and items as the ledger puts them.
      const put: PutCommandInput = { ...write.Put, Item: write.Put.Item };
      return { delivery, read, put };
    });
    return async () => {
      let done = 0;
      for (const { delivery, read, put } of wanted) {
        const { signal: abortSignal } = new AbortController();
        if (!isGenuine(delivery, kind) || typeof JSON.parse(delivery.body) !== 'object') continue;
        await table.client.send(new BatchGetCommand(read), { abortSignal });
        await table.client.send(new PutCommand(put), { abortSignal });
        done += 1;
      }
      return done;
    };
  };
};

/** The signature and the parsing alone. */
const readingArm = (scene: Scene, base: number): Arm => {
  return async (round) => {
    const deliveries = deliveriesOf(scene, base, round);
    return async () =>
      deliveries.filter((one) => isGenuine(one, scene.kind) && typeof JSON.parse(one.body) === 'object')
        .length;
  };
};

const measured = async (arms: Readonly<Record<string, Arm>>, rounds: number): Promise<Block[]> => {
  const blocks: Block[] = [];
  const all = Object.entries(arms);
  for (let round = 0; round < warmRounds + rounds; round += 1) {
    // Every other round the other way round: none of the arms always comes after the same one.
    for (const [arm, make] of round % 2 === 0 ? all : all.toReversed()) {
      const work = await make(round);
      const before = process.cpuUsage();
      const done = await work();
      const { user, system } = process.cpuUsage(before);
      if (done !== blockSize) throw new Error(`${arm}: ${done} of ${blockSize} webhooks were taken`);
      if (round >= warmRounds)
        blocks.push({ arm, round: round - warmRounds, micros: (user + system) / blockSize });
    }
  }
  return blocks;
};

/** Far enough apart that no two arms have an order in common. */
const bases = { handler: 1_000_000, bare: 2_000_000, reading: 3_000_000 } as const;

const run = async ({ rounds }: Plan): Promise<Block[]> => {
  const house = await openHouse();
  const shops: LoopbackShop[] = [];
  try {
    const arms: Record<string, Arm> = {};
    for (const kind of hookKinds) {
      const shop = await startShop(kind);
      shops.push(shop);
      const scene: Scene = { house, shop, kind, counter: await openCounter(house, `cpu-${kind}`, [shop]) };
      arms[kind] = handlerArm(scene, bases.handler);
      arms[`${kind}: signature, parsing and calls alone`] = bareArm(scene, bases.bare);
      arms[`${kind}: signature and parsing alone`] = readingArm(scene, bases.reading);
    }
    return await measured(arms, rounds);
  } finally {
    for (const shop of shops) await shop.close();
    await house.stop();
  }
};

process.once('message', (plan: Plan) => {
  run(plan).then(
    (blocks) => process.send?.({ blocks }, () => process.disconnect()),
    (error: Error) => process.send?.({ failed: error.stack ?? error.message }, () => process.exit(1)),
  );
});
