/** A customer with a block before them, and what ManyChat does when a button is tapped. */
import { type BlockReply, type Button, buttonsOf } from './block-rules.ts';
import type { Answered, House, Reply, Shop } from './house.ts';

export const ana = { contact_id: '1' };
const coupon = { prefix: 'GIFT', expires_after_days: 30 };
export const rewardUrl = 'https://shop.example/gift';

export const reward = (n: number, points: number) => ({
  id: `r${n}`,
  kind: 'product',
  name: { en: `Reward ${n}`, ko: `선물 ${n}` },
  points,
  products: ['A'],
  url: rewardUrl,
  coupon,
});

/** Ana with 50 points; 20 rewards for 1 to 20 points. */
export const shopWithAna = async (
  house: House,
  change: (file: Reply) => void = () => undefined,
): Promise<Shop> => {
  const shop = await house.open((file) => {
    file.rewards = Array.from({ length: 20 }, (_, n) => reward(n + 1, n + 1));
    change(file);
  });
  await shop.chat('enroll', { ...ana, email: 'ana@example.com' });
  return shop;
};

export const block = async (shop: Shop, verb: string, body: object = {}): Promise<BlockReply> =>
  (await shop.request('POST', `/v1/${verb}/block`, { ...ana, ...body })).json;

/** The first button of a new page of rewards: it takes the cheapest one. */
export const cheapest = async (shop: Shop, body: object = {}): Promise<Button> => {
  const [button] = buttonsOf(await block(shop, 'rewards', body));
  if (button === undefined) throw new Error('the page has no button');
  return button;
};

/** The button's path on the local port, with these headers and no key. */
export const press = async (
  house: House,
  { url = '' }: Button,
  headers: Record<string, string> = {},
  body = '{}',
): Promise<Answered> => {
  const response = await fetch(house.server.url + new URL(url).pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const text = await response.text();
  return { status: response.status, json: JSON.parse(text), headers: response.headers, text };
};

/** What ManyChat does when the button is tapped. */
export const tap = (house: House, button: Button, body?: string): Promise<Answered> =>
  press(house, button, button.headers, body);

export const tokenOf = ({ headers = {} }: Button): string => headers['X-Loyalty-Token'] ?? '';
export const textOf = ({ content }: BlockReply): string => content.messages[0]?.text ?? '';
