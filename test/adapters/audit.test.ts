import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';
import { changed, type Item, itemsOf, openFull, overwrite, picker } from './audit-scene.ts';

let house: House;
let shop: Shop;
let items: Item[];
const { books, entry, order, coupon, key, email, counter } = picker(() => items);
beforeAll(async () => {
  house = await openHouse();
  shop = await openFull(house);
  items = await itemsOf(house.table, shop);
});
afterAll(() => house.stop());

const audited = async (item: Item) => {
  await overwrite(house.table, item);
  return house.audit();
};

test('a table in which everything happened is in order, and everything in it is counted', async () => {
  const report = await house.audit();
  expect(report).toEqual({ ok: true, members: 2, entries: 24, orders: 6, coupons: 7, violations: [] });
  const kinds = new Set(items.flatMap(({ source }) => (source === undefined ? [] : [source.kind])));
  expect([...kinds].sort().join(' ')).toBe(
    'activity adjustment capture leave order redemption refund reversal signup',
  );
  const states = new Set(items.flatMap(({ sk, state }) => (sk === 'COUPON' ? [state] : [])));
  expect([...states].sort().join(' ')).toBe('cancelled fulfilled issued refused requested used');
});

test('a table in which nothing happened is in order', async () => {
  const empty = await openHouse();
  const report = await empty.audit();
  await empty.stop();
  expect(report).toEqual({ ok: true, members: 0, entries: 0, orders: 0, coupons: 0, violations: [] });
});

const leaves = (value: Reply, path = ''): string[] =>
  typeof value === 'object' && value !== null
    ? Object.keys(value).flatMap((name) => leaves(value[name], path === '' ? name : `${path}.${name}`))
    : [path];

const other = (path: string, item: Item): unknown => {
  const value: unknown = path.split('.').reduce((at, name) => at[name], item as Reply);
  if (typeof value === 'number') return value + 1;
  const text = String(value);
  return text.slice(0, -1) + (text.endsWith('1') ? '2' : '1');
};

test('any changed value of any kind of entry is found and the entry is named', async () => {
  const kinds = new Map(items.filter(({ source }) => source).map((item) => [item['source'].kind, item]));
  const missed: string[] = [];
  for (const [kind, item] of kinds) {
    for (const path of leaves(item).filter((one) => !['pk', 'sk'].includes(one))) {
      const { violations } = await audited(changed(item, { [path]: other(path, item) }));
      const place = new RegExp(`entry ${item['seq']}\\b|E#0*${item['seq']}$`);
      if (!violations.some(({ where, message }) => place.test(`${message} ${where}`)))
        missed.push(`${kind} ${path}`);
    }
    await overwrite(house.table, item);
  }
  expect([kinds.size, missed]).toEqual([9, []]);
  expect((await house.audit()).ok).toBe(true);
});

describe('what is gone is found:', () => {
  test.each([
    ['an entry', () => entry(4), /entry 4 is missing/],
    ['the last entry', () => entry(20), /stand at entry 20, the last one is 19/],
    ['books', books, /no books/],
    ['a claimed order', () => order('2'), /does not carry its claim/],
    ['a coupon', () => coupon('used'), /paid for a coupon that is missing/],
    ['a key of redeem', () => key('redeem'), /request id of entry 10/],
    ['an e-mail', email, /do not name each other/],
    ['a stock counter', counter, /counts other pieces/],
  ] as const)('%s', async (_, find, message) => {
    const item = find();
    const { pk, sk } = item;
    await house.table.client.send(new DeleteCommand({ TableName: house.table.name, Key: { pk, sk } }));
    const { violations } = await house.audit();
    const after = await audited(item);
    expect(violations.map((one) => one.message).join('\n')).toMatch(message);
    expect(after.violations).toEqual([]);
  });
});
