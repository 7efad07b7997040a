/** Customers and their shop in a few words, for tests of what the shop calls. */
import type { Answered, House, Reply, Shop } from '../support/house.ts';

/** One instant for all orders, so that the same news are the same. */
export const placedAt = new Date(Date.now() - 3_600_000).toISOString();

/** Order 1001 of Ana: paid, 60.00. */
export const order = (told: Record<string, unknown> = {}): Record<string, unknown> => ({
  order_number: '1001',
  email: 'ana@example.com',
  total: '60.00',
  currency: 'USD',
  status: 'paid',
  placed_at: placedAt,
  ...told,
});

export const push = (shop: Shop, ...orders: Record<string, unknown>[]): Promise<Answered> =>
  shop.request('POST', '/v1/store/orders', { store: 'shop', orders });

/** Pushes news of order 1001, or of the one that they name. @returns `stored` or `unchanged` */
export const news = async (shop: Shop, told: Record<string, unknown> = {}): Promise<string> => {
  const { json } = await push(shop, order(told));
  if (!json.ok) throw new Error(JSON.stringify(json));
  return json.stored === 1 ? 'stored' : 'unchanged';
};

export const join = (shop: Shop, contact = '100', email = 'ana@example.com'): Promise<Reply> =>
  shop.chat('enroll', { contact_id: contact, email });

export const claim = (shop: Shop, order_number = '1001', contact = '100'): Promise<Reply> =>
  shop.chat('claim-order', { contact_id: contact, order_number });

export const balance = (shop: Shop, contact = '100'): Promise<Reply> =>
  shop.chat('balance', { contact_id: contact });

export const points = async (shop: Shop, contact = '100'): Promise<number> =>
  (await balance(shop, contact)).points;

/** A program without a signup bonus, so that points are those of orders alone. */
export const plain = (change: (file: Reply) => void = () => undefined) => {
  return (file: Reply): void => {
    file.signup_bonus = 0;
    change(file);
  };
};

/** A program whose member Ana claimed order 1001. */
export const opened = async (house: House, change?: (file: Reply) => void): Promise<Shop> => {
  const shop = await house.open(plain(change));
  await join(shop);
  await news(shop);
  await claim(shop);
  return shop;
};
