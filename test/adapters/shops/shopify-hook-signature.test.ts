/** The signature of Shopify’s webhooks, judged by Shopify’s own library, too. */
import { createHmac } from 'node:crypto';
import '@shopify/shopify-api/adapters/node';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ApiVersion, LogSeverity, shopifyApi } from '@shopify/shopify-api';
import fc from 'fast-check';
import { shopifyShop } from '../../../functions/adapters/shops/shopify/shopify.ts';
import type { HookNews, Shop } from '../../../functions/ports/shops.ts';
import type { HookDelivery } from '../../shops/bench.ts';
import { openShopifyBench, type ShopifyBench } from '../../shops/shopify/bench.ts';
import { connectionTo } from '../../shops/shopify/connected.ts';
import { orderPayload } from '../../shops/shopify/fake-hook.ts';
import { type FakeOrder, gidOf } from '../../shops/shopify/fake-shop.ts';

const start = Date.parse('2026-11-20T10:00:00Z');
let bench: ShopifyBench;
let shop: Shop;

beforeEach(async () => {
  bench = await openShopifyBench(() => new Date(start));
  shop = shopifyShop(connectionTo(bench));
});
afterEach(() => bench.close());

const place = (): FakeOrder =>
  bench.fake.shop.place({ email: 'Ana@Example.com', total: '60.00', name: '#1001' });
const read = ({ headers, body }: HookDelivery, of: Shop = shop): HookNews =>
  of.readHook({ headers, body: Buffer.from(body) });
const signed = (body: string, topic = 'orders/paid', secret = bench.fake.clientSecret): HookDelivery => ({
  body,
  headers: {
    'x-shopify-topic': topic,
    'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
  },
});

describe('the signature', () => {
  const vector = {
    secret: 'shpss_test_secret',
    body: '{"id":820982911946154508,"name":"#1001","email":"ana@example.com"}',
    hmac: '1Aymzj5zqSAKuAr56LnGV4ivCBVFfxhghpzVeDm051A=',
  };
  const withHmac = (hmac: string | undefined, body = vector.body): HookDelivery => ({
    body,
    headers: {
      'x-shopify-topic': 'orders/paid',
      ...(hmac === undefined ? {} : { 'x-shopify-hmac-sha256': hmac }),
    },
  });

  test('that is known is taken, and the id in it keeps all of its digits', () => {
    expect(read(withHmac(vector.hmac))).toEqual({
      kind: 'news',
      orders: [],
      reread: ['gid://shopify/Order/820982911946154508'],
      used: [],
      released: [],
    });
  });

  test.each([
    undefined,
    '',
    'no',
    vector.hmac.slice(0, -1),
    `${vector.hmac}=`,
    `1Bymzj5zqSAKuAr56LnGV4ivCBVFfxhghpzVeDm051A=`,
    vector.hmac.toLowerCase(),
    Buffer.from(vector.hmac, 'base64').toString('hex'),
    `sha256=${vector.hmac}`,
  ])('%j is refused', (hmac) => {
    expect(read(withHmac(hmac))).toMatchObject({ kind: 'unauthorized' });
  });

  test('of a body with a byte changed, added or taken is refused', () => {
    for (const body of [vector.body.replace('1001', '1002'), `${vector.body} `, vector.body.slice(0, -1), ''])
      expect(read(withHmac(vector.hmac, body))).toMatchObject({ kind: 'unauthorized' });
  });

  test('is as Shopify’s own library says, for bytes of any kind', async () => {
    const oracle = (secret: string) =>
      shopifyApi({
        apiKey: 'key',
        apiSecretKey: secret,
        hostName: 'loyalty.example.com',
        apiVersion: ApiVersion.October26,
        isEmbeddedApp: false,
        logger: { level: LogSeverity.Error },
      });
    const theirs = async (secret: string, body: string, hmac: string): Promise<boolean> => {
      const headers = {
        'X-Shopify-Hmac-Sha256': hmac,
        'X-Shopify-Topic': 'app/uninstalled',
        'X-Shopify-Shop-Domain': 'shop.myshopify.com',
        'X-Shopify-API-Version': '2026-10',
        'X-Shopify-Webhook-Id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
      };
      const rawRequest = { headers };
      return (await oracle(secret).webhooks.validate({ rawBody: body, rawRequest })).valid;
    };
    const ours = (secret: string, body: string, hmac: string): boolean => {
      const of = shopifyShop(connectionTo(bench, { secrets: { client_id: 'id', client_secret: secret } }));
      const headers = { 'x-shopify-topic': 'app/uninstalled', 'x-shopify-hmac-sha256': hmac };
      return read({ headers, body }, of).kind !== 'unauthorized';
    };
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(text, text, fc.constantFrom('right', 'wrong', 'hex'), async (secret, body, kind) => {
        const of = kind === 'wrong' ? `${body} ` : body;
        const hmac = createHmac('sha256', secret)
          .update(of)
          .digest(kind === 'hex' ? 'hex' : 'base64');
        expect(ours(secret, body, hmac)).toBe(await theirs(secret, body, hmac));
        expect(ours(secret, body, hmac)).toBe(kind === 'right');
      }),
      { numRuns: 60 },
    );
  });

  test('of the secret before is taken beside that of the new one', async () => {
    const order = place();
    const placed = { number: order.name, id: gidOf(order) };
    const secrets = {
      client_id: 'id',
      client_secret: 'new',
      previous_client_secret: bench.fake.clientSecret,
    };
    const rotated = shopifyShop(connectionTo(bench, { secrets }));
    const delivery = await bench.hook(placed);
    if (delivery === undefined) throw new Error('no hook');
    expect(read(delivery, rotated).kind).toBe('news');
    expect(read(signed('{"id":1}', 'orders/paid', 'new'), rotated).kind).toBe('news');
    expect(read(signed('{"id":1}', 'orders/paid', 'older'), rotated).kind).toBe('unauthorized');
  });

  test('of an older shop is that of its webhook secret, and without one nothing is taken', () => {
    const of = (secrets: unknown): Shop => shopifyShop(connectionTo(bench, { secrets }));
    const delivery = signed('{"id":1}', 'orders/paid', 's');
    expect(read(delivery, of({ token: 't', webhook_secret: 's' })).kind).toBe('news');
    expect(read(delivery, of({ token: 't', webhook_secret: 'x', previous_webhook_secret: 's' })).kind).toBe(
      'news',
    );
    expect(read(delivery, of({ token: 's' }))).toEqual({
      kind: 'unauthorized',
      detail: 'no webhook secret lies under the store’s name',
    });
    expect(read(signed('{"id":1}', 'orders/paid', ''), of({ token: 't' })).kind).toBe('unauthorized');
  });

  test('of another shop of the same app is refused', () => {
    const { headers, body } = bench.deliver('orders/paid', orderPayload(place()));
    expect(read({ headers, body }).kind).toBe('news');
    expect(read({ headers: { ...headers, 'x-shopify-shop-domain': 'other.myshopify.com' }, body })).toEqual({
      kind: 'unauthorized',
      detail: 'another shop of the same app sent it',
    });
  });
});
