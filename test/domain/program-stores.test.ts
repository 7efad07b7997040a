import { describe, expect, test } from '@jest/globals';
import { readProgram } from '../../functions/domain/program.ts';
import { changedFile } from './support.ts';

/** The demo program with other stores and, where given, other rewards. */
const withStores = (stores: readonly object[], rewards?: readonly object[]) =>
  readProgram(changedFile({ stores, ...(rewards === undefined ? {} : { rewards }) }));

const problemsOf = (stores: readonly object[], rewards?: readonly object[]) => {
  const read = withStores(stores, rewards);
  return read.kind === 'broken' ? read.problems : [];
};

const reward = (over: object) => ({
  id: 'gift',
  name: { en: 'Gift' },
  points: 200,
  url: 'https://shop.example/gift',
  coupon: { prefix: 'GIFT', expires_after_days: 30 },
  ...over,
});
const five = reward({ kind: 'amount', value: '5.00' });
const shopify = { id: 'shopify', kind: 'shopify', url: 'https://juniper.myshopify.com' };
const woo = { id: 'woo', kind: 'woocommerce', url: 'https://shop.example' };
const site = { id: 'site', kind: 'site', url: 'https://own.example/loyalty.php' };
const vendure = { id: 'vendure', kind: 'vendure', url: 'https://vendure.example/admin-api' };
const pushed = { id: 'shop', kind: 'pushed' };

describe('the address of a shop', () => {
  test.each([
    ['http://shop.example', 'no https'],
    ['https://shop.example:8443', 'another port'],
    ['https://user:secret@shop.example', 'credentials in it'],
    ['https://shop.example/?a=1', 'a query'],
    ['https://shop.example/#top', 'a place within the page'],
    ['shop.example', 'no address'],
  ])('%s is refused: %s', (url) => {
    expect(problemsOf([{ ...woo, url }], [five])).toEqual([
      { path: 'stores[0].url', message: 'expected an https address such as https://shop.example' },
    ]);
  });

  test.each([
    'https://juniper.example',
    'https://juniper.myshopify.com.evil.example',
    'https://juniper.myshopify.com/admin',
    'https://-.myshopify.com',
  ])('%s is none of Shopify', (url) => {
    expect(problemsOf([{ ...shopify, url }], [five])).toEqual([
      { path: 'stores[0].url', message: 'expected the address https://<name>.myshopify.com' },
    ]);
  });

  test.each(['http://127.0.0.1:8080', 'http://localhost:3000/admin-api'])(
    '%s is of this machine, for the local edition',
    (url) => {
      expect(problemsOf([{ ...shopify, url }], [five])).toEqual([]);
    },
  );

  test('is kept without a slash at its end', () => {
    const read = withStores([{ ...woo, url: 'https://shop.example/' }], [five]);
    expect(read).toMatchObject({ program: { stores: [{ url: 'https://shop.example' }] } });
  });

  test('two stores never share a host, whatever their kind and path', () => {
    const twin = { ...site, url: 'https://SHOP.example/loyalty.php' };
    expect(problemsOf([woo, twin], [{ ...five, store: 'woo' }])).toEqual([
      { path: 'stores[1].url', message: 'expected a host that no other store has' },
    ]);
  });
});

describe('who makes the coupon of a reward', () => {
  test('nobody but us, where orders are pushed', () => {
    expect(withStores([pushed], [five])).toMatchObject({ program: { rewards: [{ store: undefined }] } });
  });

  test('the only shop that makes any', () => {
    expect(withStores([pushed, shopify], [five])).toMatchObject({
      program: { rewards: [{ store: 'shopify' }] },
    });
  });

  test('the one that the reward names', () => {
    const named = { ...five, store: 'woo' };
    expect(withStores([shopify, woo], [named])).toMatchObject({ program: { rewards: [{ store: 'woo' }] } });
  });

  test('us again, where the reward names a store that is pushed', () => {
    const named = { ...five, store: 'shop' };
    expect(withStores([pushed, woo], [named])).toMatchObject({
      program: { rewards: [{ store: undefined }] },
    });
  });

  test('must be said where there are several', () => {
    expect(problemsOf([shopify, woo], [five])).toEqual([
      { path: 'rewards[0].store', message: 'expected the store that makes the coupon: there are several' },
    ]);
  });

  test('cannot be a store that there is not', () => {
    expect(problemsOf([shopify], [{ ...five, store: 'elsewhere' }])).toEqual([
      { path: 'rewards[0].store', message: 'expected the id of a store of the program' },
    ]);
  });

  test('cannot be a site that only looks up orders', () => {
    const silent = { ...site, coupons: false };
    expect(problemsOf([silent], [{ ...five, store: 'site' }])).toEqual([
      { path: 'rewards[0].store', message: 'expected a store that makes coupons, or none' },
    ]);
    expect(withStores([silent], [five])).toMatchObject({ program: { rewards: [{ store: undefined }] } });
  });

  test('matters for no manual reward and no pool', () => {
    const manual = { id: 'call', name: { en: 'A call' }, points: 10, kind: 'manual' };
    const pool = { id: 'cinema', name: { en: 'Cinema' }, points: 10, kind: 'pool' };
    expect(problemsOf([shopify, woo], [manual, pool])).toEqual([]);
  });
});

describe('what a shop cannot do is refused before the program starts', () => {
  test.each([
    [
      'Vendure gives no single piece away',
      vendure,
      { kind: 'product', products: ['1'] },
      'Vendure cannot give one piece of a product away',
    ],
    [
      'Vendure binds no amount to products',
      vendure,
      { kind: 'amount', value: '5.00', products: ['1'] },
      'Vendure cannot bind an amount to products; use percent, or leave the products out',
    ],
    [
      'WooCommerce knows products by number',
      woo,
      { kind: 'product', products: ['TT-01'] },
      'expected the numeric ids of WooCommerce’s products',
    ],
    [
      'Shopify knows products by number or gid',
      shopify,
      { kind: 'product', products: ['TT-01'] },
      'expected ids such as 1072481042 or gid://shopify/Product/1072481042',
    ],
  ])('%s', (_, store, terms, message) => {
    expect(problemsOf([store], [reward(terms)])).toEqual([{ path: 'rewards[0].products', message }]);
  });

  test.each([
    [shopify, { kind: 'product', products: ['1', 'gid://shopify/ProductVariant/2'] }],
    [woo, { kind: 'product', products: ['10'] }],
    [vendure, { kind: 'percent', value: 10, products: ['3'] }],
    [site, { kind: 'product', products: ['TT-01'] }],
    [pushed, { kind: 'product', products: ['TT-01'] }],
  ])('%j makes %j', (store, terms) => {
    expect(problemsOf([store], [reward(terms)])).toEqual([]);
  });
});
