import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod/mini';
import { contentOf } from '../support/table-watch.ts';
import type { HookDelivery } from './bench.ts';
import { type Market, openMarket, type Stand } from './market.ts';
import { openShopifyBench } from './shopify/bench.ts';
import { openSiteBench } from './site/bench.ts';
import { storeId } from './stage.ts';
import { openWooBench } from './woocommerce/bench.ts';

type Kind = 'Shopify' | 'WooCommerce' | 'a site';
const kinds: readonly Kind[] = ['Shopify', 'WooCommerce', 'a site'];

const open: Record<Kind, () => Promise<Market>> = {
  Shopify: () => openMarket((nowMs) => openShopifyBench(() => new Date(nowMs()))),
  WooCommerce: () => openMarket((nowMs) => openWooBench({ nowMs })),
  'a site': () => openMarket((nowMs) => openSiteBench('node', { nowMs })),
};
const signatureOf: Record<Kind, string> = {
  Shopify: 'x-shopify-hmac-sha256',
  WooCommerce: 'x-wc-webhook-signature',
  'a site': 'webhook-signature',
};

const without = ({ headers, body }: HookDelivery, name: string): HookDelivery => ({
  body,
  headers: Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name)),
});
const withHeader = ({ headers, body }: HookDelivery, name: string, value: string): HookDelivery => ({
  body,
  headers: { ...headers, [name]: value },
});

/** The same signature with one bit of a byte turned. */
const turned = (signature: string, at: number): string => {
  const [, version = '', text = ''] = /^(v1,)?(.*)$/.exec(signature) ?? [];
  const bytes = Buffer.from(text, 'base64');
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  return version + bytes.toString('base64');
};

describe.each(kinds)('webhooks of %s', (kind) => {
  let market: Market;
  let stand: Stand;
  let genuine: HookDelivery;
  const header = signatureOf[kind];

  const post = ({ headers, body }: HookDelivery, program = stand.shop.id, store = storeId) =>
    stand.shop.request('POST', `/v1/hooks/${program}/${store}`, body, { ...headers });

  beforeAll(async () => {
    market = await open[kind]();
    stand = await market.stand();
    market.house.keepSecrets(stand.shop.id, storeId, market.bench.secrets);
    await stand.join('ana@example.com');
    const order = await market.bench.place({ email: 'ana@example.com', total: '60.00' });
    const delivery = await market.bench.hook(order);
    if (delivery === undefined) throw new Error('this shop sends webhooks');
    // Without those of the connection: bodies are made longer and shorter here.
    const told = Object.entries(delivery.headers).filter(([name]) =>
      /^(x-|webhook-|content-type)/.test(name),
    );
    genuine = { body: delivery.body, headers: Object.fromEntries(told) };
  }, 60_000);
  afterAll(() => market.close());

  /** The answer to all that is not let in, word for word. */
  const refusal = {
    ok: false,
    result: 'unauthorized',
    message: 'The signature is missing, wrong or too old, or there is no such store.',
  };

  const forged = (): [string, HookDelivery][] => {
    const signature = genuine.headers[header] ?? '';
    return [
      ['no signature', without(genuine, header)],
      ['an empty signature', withHeader(genuine, header, '')],
      ['a signature of another body', { ...genuine, body: genuine.body.replace('60', '61') }],
      ['one more blank in the body', { ...genuine, body: `${genuine.body} ` }],
      ['an empty body', { ...genuine, body: '' }],
      ['the first half of a signature', withHeader(genuine, header, signature.slice(0, 20))],
      ['a signature with another first byte', withHeader(genuine, header, turned(signature, 0))],
      ['a signature with another last byte', withHeader(genuine, header, turned(signature, -1))],
      ['a signature in hexadecimal', withHeader(genuine, header, Buffer.from(signature).toString('hex'))],
      ['no JSON, and no signature', { headers: {}, body: '{"id":' }],
    ];
  };

  test('are refused in one and the same words unless their signature is right, and nothing is written', async () => {
    const before = await contentOf(market.house.table);
    const answers: unknown[] = [];
    for (const [name, delivery] of forged()) {
      const { status, json } = await post(delivery);
      answers.push({ name, status, json });
    }
    expect(answers).toEqual(forged().map(([name]) => ({ name, status: 401, json: refusal })));
    expect(await contentOf(market.house.table)).toBe(before);
  });

  test('do not tell whether a program or a store exists', async () => {
    const other = await market.stand();
    const before = await contentOf(market.house.table);
    const addresses: [string, string][] = [
      ['nobodys-program', storeId],
      ['P', storeId],
      [stand.shop.id, 'nobodys-store'],
      [stand.shop.id, 'Shop!'],
      // This program has the same store, and no credentials for it.
      [other.shop.id, storeId],
    ];
    for (const [program, store] of addresses) {
      const { status, json } = await post(genuine, program, store);
      expect([program, store, status, json]).toEqual([program, store, 401, refusal]);
    }
    expect(await contentOf(market.house.table)).toBe(before);
  });

  test('are taken where the signature is right; the same again changes nothing', async () => {
    const first = await post(genuine);
    expect(first).toMatchObject({ status: 200, json: { ok: true, result: 'taken' } });
    // Shopify's order has its signed link by then.
    await stand.sound.settle();
    const stored = await contentOf(market.house.table);
    expect(await post(genuine)).toMatchObject({ status: 200, json: { ok: true, result: 'taken' } });
    expect(await contentOf(market.house.table)).toBe(stored);
  });

  test('signed with the secret before this one are taken while both are live', async () => {
    const secrets = z.record(z.string(), z.unknown()).parse(market.bench.secrets);
    const rotated: Record<Kind, object> = {
      Shopify: { client_secret: 'a new one', previous_client_secret: secrets['client_secret'] },
      WooCommerce: { webhook_secret: 'a new one', previous_webhook_secret: secrets['webhook_secret'] },
      'a site': {
        secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
        previous_secret: secrets['secret'],
      },
    };
    const path = `/v1/hooks/${stand.shop.id}/${storeId}`;
    const both = stand.process({ secrets: { [storeId]: { ...secrets, ...rotated[kind] } } });
    expect((await both.request('POST', path, genuine.body, genuine.headers)).status).toBe(200);
    const only = Object.fromEntries(
      Object.entries(rotated[kind]).filter(([name]) => !name.startsWith('previous')),
    );
    const after = stand.process({ secrets: { [storeId]: { ...secrets, ...only } } });
    expect((await after.request('POST', path, genuine.body, genuine.headers)).status).toBe(401);
    const none = stand.process({ secrets: {} });
    expect((await none.request('POST', path, genuine.body, genuine.headers)).status).toBe(401);
    expect(after.logged.events).toContainEqual({
      name: 'hook refused',
      facts: { program: stand.shop.id, store: storeId, detail: expect.any(String) },
    });
  });
});

describe('webhooks of a site carry their time', () => {
  let market: Market;
  let stand: Stand;
  beforeAll(async () => {
    market = await open['a site']();
    stand = await market.stand();
  }, 60_000);
  afterAll(() => market.close());

  test.each([
    [-301_000, 401],
    [-290_000, 200],
    [290_000, 200],
    [310_000, 401],
    [-86_400_000, 401],
  ])('one stamped %d ms from now is answered %d', async (offMs, expected) => {
    const { secret } = z.object({ secret: z.string() }).parse(market.bench.secrets);
    const at = new Date(market.house.clock.now() + offMs);
    const data = {
      order_number: `A${Math.abs(offMs)}`,
      email: 'ana@example.com',
      total: '60.00',
      currency: 'USD',
      status: 'paid',
      placed_at: '2026-11-20T10:00:00Z',
    };
    const body = JSON.stringify({ type: 'order.paid', data });
    const headers = {
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign('evt_1', at, body),
    };
    const before = await contentOf(market.house.table);
    const path = `/v1/hooks/${stand.shop.id}/${storeId}`;
    const { status } = await stand.sound.request('POST', path, body, headers);
    expect(status).toBe(expected);
    if (status === 401) expect(await contentOf(market.house.table)).toBe(before);
  });
});
