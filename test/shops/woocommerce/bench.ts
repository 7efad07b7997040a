/** WooCommerce on the bench: the fake shop, used as people use a shop. */
import type { OrderToPlace, PlacedOrder, ShopBench } from '../bench.ts';
import { type Fake, type FakeSettings, keys, startFake } from './fake.ts';

export interface WooBench extends ShopBench {
  /** What stands behind it, for what only WooCommerce does. */
  readonly fake: Fake;
}

const statuses = { pending: 'pending', paid: 'processing', cancelled: 'cancelled' } as const;
const webhookSecret = 'whs-secret-123';

export const openWooBench = async (settings: FakeSettings = {}): Promise<WooBench> => {
  const fake = await startFake({ webhookSecret, ...settings });
  const { numbering: number = String, nowMs = Date.now } = settings;
  const orderOf = ({ id }: PlacedOrder) => {
    const order = fake.orders.rows.find((known) => String(known.id) === id);
    if (order === undefined) throw new Error(`the shop has no order ${id}`);
    return order;
  };
  return {
    fake,
    kind: 'woocommerce',
    section: { kind: 'woocommerce', url: fake.url },
    secrets: {
      consumer_key: keys.consumerKey,
      consumer_secret: keys.consumerSecret,
      webhook_secret: settings.webhookSecret ?? webhookSecret,
    },
    currency: settings.currency ?? 'EUR',
    products: ['10', '20'],
    place: async ({ email, total, status = 'paid', test = false, coupon }: OrderToPlace) => {
      if (test) throw new Error('WooCommerce knows no test orders');
      const { id } = fake.orders.place({
        email,
        total,
        status: statuses[status],
        coupons: coupon === undefined ? [] : [coupon],
      });
      return { id: String(id), number: number(id) };
    },
    refund: async (placed, amount) => {
      const order = orderOf(placed);
      const left = order.refunds.reduce((net, { total }) => net + Number(total), Number(order.total));
      fake.orders.refund(order, amount ?? left.toFixed(2), 'test');
    },
    cancel: async (placed) => fake.orders.move(orderOf(placed), 'cancelled'),
    coupons: async (code) =>
      fake.coupons.rows
        .filter((row) => row.code === code.toLowerCase())
        .map((row) => ({
          code: row.code,
          uses: row.usedBy.length,
          usable:
            row.status === 'publish' &&
            (row.usageLimit === null || row.usedBy.length < row.usageLimit) &&
            (row.expiresMs === null || nowMs() <= row.expiresMs),
          expiresAt: row.expiresMs === null ? 'never' : new Date(row.expiresMs).toISOString(),
        })),
    hook: async ({ id }) => fake.delivery(Number(id)),
    calls: () => fake.calls.length,
    close: fake.close,
  };
};
