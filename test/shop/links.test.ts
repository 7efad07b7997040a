import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Shop } from '../support/house.ts';
import { contentOf, watch } from '../support/table-watch.ts';

let house: House;
let shop: Shop;
let outlets: Shop;
beforeAll(async () => {
  house = await openHouse();
  shop = await house.open();
  outlets = await house.open((file) => {
    file.stores = [
      { id: 'shop', kind: 'pushed' },
      { id: 'outlet', kind: 'pushed' },
    ];
  });
});
afterAll(() => house.stop());

const asked = { order_number: '1001', purpose: 'claim' };
const pathsOf = async (of: Shop, body: unknown) => {
  const { status, json } = await of.request('POST', '/v1/store/links', body);
  return [status, json.result, (json.errors ?? []).map(({ path }: { path: string }) => path)];
};

describe('the link of an order', () => {
  test('is a ref of letters, digits and _ alone', async () => {
    const { status, json } = await shop.request('POST', '/v1/store/links', asked);
    expect([status, Object.keys(json)]).toEqual([200, ['ok', 'result', 'ref']]);
    expect(json).toMatchObject({ ok: true, result: 'linked' });
    expect(json.ref).toMatch(/^order_[A-Za-z0-9_]+$/);
  });

  test('may be made before the order is known, and neither reads nor writes', async () => {
    await shop.store('links', asked);
    const before = await contentOf(house.table);
    const heard = watch(house.table);
    expect(await heard.during(() => shop.store('links', { ...asked, order_number: '404' }))).toEqual([]);
    expect(await contentOf(house.table)).toBe(before);
  });

  test('says nothing of the e-mail, and is the same for every way of writing the number', async () => {
    const [one, two] = [
      await shop.store('links', asked),
      await shop.store('links', { ...asked, order_number: ' #1001 ' }),
    ];
    expect(one).toEqual(two);
    expect(await shop.store('links', { ...asked, order_number: 1001 })).toEqual(one);
    expect(await shop.store('links', { ...asked, order_id: 'gid-1' })).not.toEqual(one);
  });

  test('is of the store that is named, which is needed where there are several', async () => {
    expect(await pathsOf(outlets, asked)).toEqual([400, 'bad_request', ['store']]);
    expect(await pathsOf(outlets, { ...asked, store: 'mall' })).toEqual([400, 'bad_request', ['store']]);
    expect(await pathsOf(shop, { ...asked, store: 'outlet' })).toEqual([400, 'bad_request', ['store']]);
    const refs = ['shop', 'outlet'].map(
      async (store) => (await outlets.store('links', { ...asked, store })).ref,
    );
    const [first, second] = await Promise.all(refs);
    expect(first).not.toBe(second);
    expect(await shop.store('links', { ...asked, store: 'shop' })).toMatchObject({ ok: true });
  });

  test.each([
    [{ purpose: 'claim' }, ['order_number']],
    [{ order_number: '1001' }, ['purpose']],
    [{ ...asked, purpose: 'refer' }, ['purpose']],
    [{ ...asked, purpose: '{{purpose}}' }, ['purpose']],
    [{ ...asked, order_number: '' }, ['order_number']],
    [{ ...asked, order_number: 'a b' }, ['order_number']],
    [{ ...asked, order_number: ['1001'] }, ['order_number']],
    [{ ...asked, store: 7 }, ['store']],
    [{ ...asked, store: 'constructor' }, ['store']],
    [{ ...asked, order_id: '' }, ['order_id']],
    [{ ...asked, order_id: 'x'.repeat(201) }, ['order_id']],
    [{ order_number: null, purpose: 1 }, ['order_number', 'purpose']],
  ])('is not made of %j', async (body, paths) => {
    expect(await pathsOf(shop, body)).toEqual([400, 'bad_request', paths]);
  });
});
