import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { shopCalls } from '../../functions/adapters/shops/http.ts';
import type { Reply } from '../support/house.ts';
import { contentOf } from '../support/table-watch.ts';
import { type Market, openMarket, redeem } from './market.ts';
import { openProcess, storeId } from './stage.ts';
import { openWooBench } from './woocommerce/bench.ts';

/** Where the name of a shop may lead, of which nothing may be called. */
const forbidden: readonly (readonly string[])[] = [
  ['127.0.0.1'],
  ['10.0.0.8'],
  ['172.16.0.1'],
  ['192.168.1.1'],
  ['169.254.169.254'],
  ['100.64.0.1'],
  ['0.0.0.0'],
  ['255.255.255.255'],
  ['::1'],
  ['::'],
  ['fe80::1'],
  ['fd00:ec2::254'],
  ['::ffff:127.0.0.1'],
  ['::ffff:169.254.169.254'],
  ['::ffff:10.0.0.1'],
  ['64:ff9b::7f00:1'],
  ['2002:7f00:1::'],
  // One that may be called beside one that may not.
  ['93.184.215.14', '10.0.0.8'],
  ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', '::1'],
];

describe('outside the local edition', () => {
  let market: Market;
  beforeAll(async () => {
    market = await openMarket((nowMs) => openWooBench({ nowMs }));
  }, 60_000);
  afterAll(() => market.close());

  /** A member of a program whose shop is at this address, asking for an order and for a reward. */
  const visit = async (url: string, call: ReturnType<typeof shopCalls>) => {
    const stand = await market.stand((file: Reply) => {
      file.stores = [{ id: storeId, kind: 'woocommerce', url }];
    });
    const contact = await stand.join();
    const process = openProcess(market.house, stand.shop, {
      secrets: { [storeId]: market.bench.secrets },
      call,
    });
    await process.chat('balance', { contact_id: contact });
    const before = await contentOf(market.house.table);
    const asked = await process.chat('claim-order', { contact_id: contact, order_number: '1001' });
    expect(asked).toMatchObject({ result: 'store_unavailable', order_number: 'none', points: 1000 });
    expect(await contentOf(market.house.table)).toBe(before);
    expect(await redeem(process, contact)).toMatchObject({ result: 'pending' });
    const reasons = process.logged.events.map(({ name, facts }) => [name, facts['reason']]);
    process.close();
    stand.close();
    return reasons;
  };
  const refused = [
    ['shop trouble', 'address_refused'],
    ['shop trouble', 'address_refused'],
  ];

  test.each(forbidden)(
    'a shop whose name leads to %s is never called, and the owner reads that',
    async (...found) => {
      const addresses = found.filter((one) => typeof one === 'string');
      let looked = 0;
      const call = shopCalls({
        loopback: false,
        lookup: async () => {
          looked += 1;
          return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
        },
      });
      expect(await visit('https://shop.example', call)).toEqual(refused);
      expect(looked).toBeGreaterThan(0);
    },
  );

  test('a shop of this machine is not called by its address either', async () => {
    const before = market.bench.calls();
    expect(await visit(market.bench.proxy.url, shopCalls({ loopback: false }))).toEqual(refused);
    expect(market.bench.proxy.seen).toEqual([]);
    expect(market.bench.calls()).toBe(before);
  });

  test('a name that leads nowhere is a shop that cannot be reached', async () => {
    const call = shopCalls({
      loopback: false,
      lookup: () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })),
    });
    expect(new Set((await visit('https://shop.example', call)).flat())).toEqual(
      new Set(['shop trouble', 'unreachable']),
    );
  });
});
