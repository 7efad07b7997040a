/** The fake of Shopify as a shop on the bench. */
import type { HookDelivery, PlacedOrder, ShopBench } from '../bench.ts';
import { type FakeShopify, openFakeShopify } from './fake.ts';
import { deliver, orderPayload, topicOf } from './fake-hook.ts';
import { currency, type FakeOrder, gidOf } from './fake-shop.ts';

export interface ShopifyBench extends ShopBench {
  /** Everything else that can be turned on the fake. */
  readonly fake: FakeShopify;
  orderOf(placed: Pick<PlacedOrder, 'id'>): FakeOrder;
  /** A delivery of any topic and content, signed as the shop signs. */
  deliver(topic: string, payload: object): HookDelivery;
}

export const benchOver = (fake: FakeShopify): ShopifyBench => {
  const { shop } = fake;
  const orderOf = ({ id }: Pick<PlacedOrder, 'id'>): FakeOrder => {
    const order = shop.byGid(id);
    if (order === undefined) throw new Error(`there is no order ${id}`);
    return order;
  };
  const delivered = (topic: string, payload: object): HookDelivery =>
    deliver({ secret: fake.clientSecret, domain: new URL(fake.url).host, shop }, topic, payload);
  return {
    kind: 'shopify',
    section: { kind: 'shopify', url: fake.url, links: true },
    secrets: { client_id: fake.clientId, client_secret: fake.clientSecret },
    currency,
    products: ['1072481042', 'gid://shopify/ProductVariant/43729076'],
    place: async (order) => {
      const placed = shop.place(order);
      return { number: placed.name, id: gidOf(placed) };
    },
    refund: async (placed, amount) => shop.refund(orderOf(placed), amount),
    cancel: async (placed) => shop.cancel(orderOf(placed)),
    coupons: async (code) =>
      shop.discounts
        .filter((one) => one.code.toUpperCase() === code.toUpperCase())
        .map((one) => ({
          code: one.code,
          uses: one.uses,
          usable: shop.isUsable(one),
          expiresAt: one.endsAt?.toISOString() ?? 'never',
        })),
    hook: async (placed) => {
      const order = orderOf(placed);
      return delivered(topicOf(order), orderPayload(order));
    },
    calls: fake.calls,
    close: fake.close,
    fake,
    orderOf,
    deliver: delivered,
  };
};

/** @param now the shop's own clock */
export const openShopifyBench = async (now: () => Date = () => new Date()): Promise<ShopifyBench> =>
  benchOver(await openFakeShopify(now));
