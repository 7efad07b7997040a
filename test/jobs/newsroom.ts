/** A house with a shop that makes coupons and one that pushes, and members who are told what moved their books. */
import { dynamoLedger } from '../../functions/adapters/dynamodb/ledger.ts';
import { dynamoShopRecords } from '../../functions/adapters/dynamodb/shop-records.ts';
import type { OrderNumber } from '../../functions/domain/ids.ts';
import type { Setting } from '../../functions/domain/membership.ts';
import type { ShopUse } from '../../functions/domain/shop-use.ts';
import { byUnknownOrder } from '../../functions/domain/shop-use.ts';
import { takeUse } from '../../functions/shops/news.ts';
import { systemChance } from '../../functions/wiring.ts';
import { openWooBench, type WooBench } from '../shops/woocommerce/bench.ts';
import type { Reply, Shop } from '../support/house.ts';
import { fast, fieldsOf, join, openReminded, type Reminded, type Sent } from './reminded.ts';

const reward = (id: string, more: object) => ({
  id,
  name: { en: `the ${id}`, ko: `${id} 선물`, tr: `${id} ödülü` },
  points: 200,
  url: 'https://shop.example/cart',
  coupon: { prefix: 'GIFT', expires_after_days: 1 },
  ...more,
});

/** One shop pushes, the other makes coupons; expired coupons give their points back. */
export const newsFile = (bench: WooBench) => (file: Reply) => {
  fast(file);
  file.currency = 'EUR';
  file.timezone = 'UTC';
  file.points = {
    name: { en: { one: 'point', other: 'points' }, ko: { other: '포인트' }, tr: { other: 'puan' } },
  };
  file.stores = [
    { id: 'shop', kind: 'pushed' },
    { id: 'woo', ...bench.section },
  ];
  file.rewards = [
    reward('mug', { kind: 'product', products: ['MUG-1'], store: 'shop' }),
    reward('lamp', { kind: 'amount', value: '5.00', store: 'woo' }),
    { id: 'tour', name: { en: 'the tour', ko: 'tour 선물', tr: 'tour ödülü' }, points: 200, kind: 'manual' },
  ];
  file.redeem.expired_coupon = 'return_points';
};

/** What ManyChat was told of somebody. */
export interface Heard {
  /** Texts of messages. */
  readonly messages: readonly string[];
  /** What the last write of fields says; undefined where none was. */
  readonly fields: Readonly<Record<string, string | number>> | undefined;
}

export const heardIn = (sent: readonly Sent[]): Heard => {
  const written = sent.filter(({ path }) => path === 'subscriber/setCustomFields');
  return {
    messages: sent
      .filter(({ path }) => path === 'sending/sendContent')
      .flatMap(({ body }) => body.data.content.messages.map((one: Reply) => one.text)),
    fields: written.length === 0 ? undefined : Object.assign({}, ...written.map(fieldsOf)),
  };
};

export interface Newsroom extends Reminded {
  readonly shop: Shop;
  readonly bench: WooBench;
  settle(): Promise<Reply>;
  /** Runs what is due. @returns what ManyChat was told of somebody since the last time */
  heard(contact: string): Promise<Heard>;
  /** A member with 350 points of an order of 300, whose number is returned with them. */
  member(more?: object, of?: Shop): Promise<{ readonly id: string; readonly order: object }>;
  /** Takes a reward while its shop does not answer. */
  reserved(contact: string): Promise<Reply>;
  /** A use that a shop reports. */
  use(code: string): Promise<ShopUse>;
  stop(): Promise<void>;
}

let orders = 0;

export const openNewsroom = async (change: (file: Reply) => void = () => undefined): Promise<Newsroom> => {
  const house = await openReminded();
  const bench = await openWooBench({ nowMs: () => house.clock.now() });
  const shop = await house.open((file) => {
    newsFile(bench)(file);
    change(file);
  });
  house.keepSecrets(shop.id, 'woo', bench.secrets);
  return {
    ...house,
    shop,
    bench,
    settle: async () =>
      (await fetch(`${house.server.url}/_local/run/settle`, { method: 'POST', body: '{}' })).json(),
    heard: async (contact) => {
      await house.run();
      return heardIn(house.sent(contact));
    },
    member: async (more = {}, of = shop) => {
      const id = await join(of, more);
      orders += 1;
      const order = { order_number: `N${orders}`, email: `m${id.slice(3)}@example.com`, total: '300.00' };
      await of.push(order);
      await of.chat('claim-order', { contact_id: id, order_number: order.order_number, ...more });
      return { id, order };
    },
    reserved: async (contact) => {
      bench.fake.intercept(() => ({ kind: 'break' }));
      const reply = await shop.chat('redeem', { contact_id: contact, reward: 'lamp' });
      bench.fake.intercept(() => undefined);
      return reply;
    },
    use: (code) => {
      const operation = systemChance.operation();
      const stamp = { operation, now: house.clock.now(), programVersion: 1 };
      const setting: Setting = { program: shop.program, emailKey: 'unused', stamp };
      const scope = { program: shop.program.id, operation, signal: AbortSignal.timeout(10_000) };
      const ports = {
        ledger: dynamoLedger(house.table, systemChance),
        chance: systemChance,
        records: dynamoShopRecords(house.table),
      };
      const order: OrderNumber = byUnknownOrder;
      return takeUse(ports, undefined, code, order, scope, setting);
    },
    stop: async () => {
      await bench.close();
      await house.stop();
    },
  };
};
