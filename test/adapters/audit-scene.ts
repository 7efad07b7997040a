/** One program in which everything happened once, and a hand that writes into its table past our own code. */
import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../functions/adapters/dynamodb/client.ts';
import type { House, Reply, Shop } from '../support/house.ts';

export type Item = Record<string, Reply>;

/** Rewards of every kind that the books treat in their own way, besides those of the demo. */
const moreRewards = [
  {
    id: 'few',
    name: { en: 'A few mugs' },
    points: 20,
    kind: 'percent',
    value: 15,
    stock: 4,
    limit: { per_member: 3 },
  },
  { id: 'letter', name: { en: 'A letter by hand' }, points: 10, kind: 'manual' },
  { id: 'cinema', name: { en: 'A cinema ticket' }, points: 15, kind: 'pool' },
];

export const fullFile = (file: Reply): void => {
  const terms = { url: 'https://shop.example/r', coupon: { prefix: 'FEW', expires_after_days: 30 } };
  const [few, ...others] = moreRewards;
  file.rewards.push({ ...few, ...terms }, ...others);
  file.redeem = { repeat_minutes: 0, capture: 'use' };
  file.activities.push({ id: 'visit', points: 5 });
};

/** Orders claimed, refunded, cancelled, archived and left unclaimed; coupons in every state; keys, notes, leaving and rejoining. */
export const fullStory = async (shop: Shop): Promise<void> => {
  const ana = { contact_id: '100' };
  const ben = { contact_id: '200' };
  await shop.chat('enroll', { ...ana, email: 'ana@example.com', first_name: 'Ana' });
  await shop.chat('enroll', { ...ben, email: 'ben@example.com' });
  await shop.push({ order_number: '1', order_id: 'gid-1', total: '900.00' });
  await shop.push({ order_number: '2', total: '80.00', items: [{ sku: 'a', quantity: 1, total: '70.00' }] });
  await shop.push({ order_number: '3', total: '30.00' });
  await shop.push({ order_number: '4', total: '40.00' });
  await shop.push({ order_number: '5', total: '50.00', email: 'ben@example.com' });
  for (const order_number of ['1', '2', '3']) await shop.chat('claim-order', { ...ana, order_number });
  await shop.chat('claim-order', { ...ben, order_number: '5' });
  await shop.push({ order_number: '2', total: '80.00', refunded: '20.00' });
  await shop.push({ order_number: '3', total: '30.00', status: 'cancelled' });
  await shop.push({ order_number: '1', order_id: 'gid-2', total: '10.00' });
  await shop.chat('credit', { ...ana, activity: 'newsletter', key: 'n-1' });
  await shop.chat('credit', { ...ana, activity: 'visit' });
  await shop.admin('POST', 'members/100/adjust', { points: 25, reason: 'sorry', key: 'k-1' });
  await shop.admin('POST', 'rewards/cinema/codes', { codes: ['FILM-1', 'FILM-2', 'FILM-3'] });
  const take = async (reward: string, more = {}) =>
    (await shop.chat('redeem', { ...ana, reward, ...more })).coupon_code;
  const used = await take('tea-towel', { request_id: 'r-1' });
  await shop.store('coupons/use', { code: used, order_number: '77' });
  const released = await take('few');
  await shop.store('coupons/use', { code: released, order_number: '78' });
  await shop.store('coupons/release', { code: released, order_number: '78' });
  const cancelled = await take('few', { request_id: 'r-2' });
  await shop.admin('POST', `coupons/${cancelled}/cancel`, { reason: 'wrong one' });
  await take('cinema');
  await take('letter');
  await take('letter');
  const { json } = await shop.admin('GET', 'tasks');
  await shop.admin('POST', `tasks/${json.tasks[0].id}`, { status: 'fulfilled' });
  await take('letter');
  await shop.admin('POST', `tasks/${json.tasks[1].id}`, { status: 'refused', reason: 'no paper' });
  await shop.chat('leave', ben);
  await shop.chat('enroll', { ...ben, email: 'benjamin@example.com' });
  await shop.push({ order_number: '5', total: '50.00', refunded: '50.00', email: 'ben@example.com' });
};

/** Every item of a program, as it lies in the table. */
export const itemsOf = async ({ client, name }: Table, shop: Shop): Promise<Item[]> => {
  const found: Item[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: name, ConsistentRead: true, ...(start && { ExclusiveStartKey: start }) }),
    );
    found.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return found.filter(({ pk }) => String(pk).startsWith(`P#${shop.id}`));
};

/** Writes an item as it is told, whatever our code would say. */
export const overwrite = async ({ client, name }: Table, item: Item): Promise<void> => {
  await client.send(new PutCommand({ TableName: name, Item: item }));
};

export const openFull = async (house: House): Promise<Shop> => {
  const shop = await house.open(fullFile);
  await fullStory(shop);
  return shop;
};

/** What an item is meant by, for a test that changes it. */
export const picker = (items: () => readonly Item[]) => {
  /** @throws unless exactly one is meant */
  const only = (wanted: (item: Item) => boolean): Item => {
    const [first, ...others] = items().filter(wanted);
    if (first === undefined || others.length > 0)
      throw new Error(`${first ? 'several' : 'no'} items are meant`);
    return first;
  };
  /** @throws unless at least one is meant */
  const some = (wanted: (item: Item) => boolean): Item => {
    const first = items().find(wanted);
    if (first === undefined) throw new Error('no items are meant');
    return first;
  };
  const at = (sk: string, pk: string) => only((item) => item['sk'] === sk && String(item['pk']).endsWith(pk));
  return {
    books: () => at('@MEMBER', '#M#100'),
    person: () => at('@CONTACT', '#M#100'),
    entry: (seq: number) => at(`E#${String(seq).padStart(10, '0')}`, '#M#100'),
    order: (number: string) => at('ORDER', `#shop#${number}`),
    archived: () => at('ORDER#gid-1', '#shop#1'),
    coupon: (state: string) =>
      only((item) => item['sk'] === 'COUPON' && item['state'] === state && item['reward'] !== 'cinema'),
    key: (verb: string) => only((item) => String(item['sk']).startsWith(`K#${verb}#`)),
    email: () => only((item) => item['sk'] === 'EMAIL' && item['owner'] === '100'),
    counter: () => only((item) => String(item['sk']).startsWith('STOCK#') && item['taken'] === 1),
    /** Any code that is left: which of them were taken was left to chance. */
    poolCode: () => some((item) => String(item['sk']).startsWith('POOL#')),
  };
};

/** An item with other values at dotted paths; undefined takes one away. */
export const changed = (item: Item, change: Record<string, unknown>): Item => {
  const copy: Item = structuredClone(item);
  for (const [path, value] of Object.entries(change)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const holder = names.reduce((at, name) => at[name], copy);
    if (value === undefined) delete holder[last];
    else holder[last] = value;
  }
  return copy;
};
