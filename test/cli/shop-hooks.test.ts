import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { hookAddress, stepsByHand, topics } from '../../cli/shop/hooks.ts';
import { hookShopify, listHooks, makeHook } from '../../cli/shop/shopify-hooks.ts';
import { hookWoo } from '../../cli/shop/woo-hooks.ts';
import type { Connection } from '../../functions/adapters/shops/connection.ts';
import { shopCalls } from '../../functions/adapters/shops/http.ts';
import { programId, storeId } from '../../functions/domain/ids.ts';
import type { AskedStore } from '../../functions/domain/store.ts';
import { adminSchema } from '../shops/shopify/schema.ts';

const storeAt = (kind: AskedStore['kind'], url: string): AskedStore => ({
  id: storeId.parse('web'),
  kind,
  url,
  makesCoupons: true,
  creditOn: 'paid',
  links: false,
});
const connected = (store: AskedStore, secrets: unknown): Connection => ({
  store,
  secrets,
  call: shopCalls({ loopback: true }),
  stopwatch: { nowMs: () => 0, until: async () => undefined },
  nowMs: () => Date.now(),
});

interface Told {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
}
/** A shop as far as webhooks are concerned. */
let server: Server;
let url: string;
let heard: Told[];
let answers: (told: Told) => { readonly status?: number; readonly body: unknown };
beforeEach(async () => {
  heard = [];
  server = createServer(async (request, response) => {
    const sent = request.method === 'GET' ? {} : await json(request);
    const told = { method: request.method ?? '', path: request.url ?? '', body: Object(sent) };
    heard.push(told);
    const { status = 200, body } = answers(told);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address: AddressInfo | string | null = server.address();
  url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
});
afterEach(() => new Promise((closed) => server.close(closed)));

const demo = programId.parse('demo');
const address = 'https://api.example/v1/hooks/demo/web';

describe('the address of webhooks', () => {
  test('is the route itself, below the address of the API', () => {
    const store = storeAt('shopify', 'https://a.myshopify.com');
    expect(hookAddress('https://api.example', demo, store)).toBe(address);
    expect(hookAddress('https://api.example/stage/?a=b#c', demo, store)).toBe(
      'https://api.example/stage/v1/hooks/demo/web',
    );
  });

  test('must be one that the shop can call', () => {
    const store = storeAt('woocommerce', 'https://shop.example');
    for (const api of ['http://api.example', 'http://127.0.0.1:8787'])
      expect(() => hookAddress(api, demo, store)).toThrow('a shop can only call a public https address');
    expect(
      hookAddress('http://127.0.0.1:8787', demo, storeAt('vendure', 'http://127.0.0.1:3000/admin-api')),
    ).toBe('http://127.0.0.1:8787/v1/hooks/demo/web');
  });

  test('is not given with the path of the API in it', () => {
    const store = storeAt('shopify', 'https://a.myshopify.com');
    for (const api of ['https://api.example/v1', 'https://api.example/v1/', address])
      expect(() => hookAddress(api, demo, store)).toThrow('--url: leave out /v1');
    expect(hookAddress('https://api.example/v10', demo, store)).toContain('/v10/v1/hooks/');
  });

  test('comes with steps for every kind of shop', () => {
    for (const steps of Object.values(stepsByHand)) expect(steps.length).toBeGreaterThan(0);
  });
});

describe('webhooks of Shopify', () => {
  const token = { token: 'shpat_1' };
  const there = (...names: string[]) => ({
    data: { webhookSubscriptions: { nodes: names.map((topic) => ({ topic })) } },
  });
  const made = {
    data: {
      webhookSubscriptionCreate: {
        webhookSubscription: { id: 'gid://shopify/WebhookSubscription/1' },
        userErrors: [],
      },
    },
  };

  test('are asked for as Shopify’s own schema has it', () => {
    const { schema } = adminSchema();
    for (const document of [listHooks, makeHook]) expect(validate(schema, parse(document))).toEqual([]);
    const enumType = schema.getType('WebhookSubscriptionTopic');
    const known =
      enumType !== undefined && 'getValues' in enumType ? enumType.getValues().map(({ name }) => name) : [];
    expect(known).toEqual(expect.arrayContaining([...topics.shopify]));
  });

  test('are made where they are missing, and left where they are', async () => {
    answers = ({ body }) => ({ body: body['query'] === listHooks ? there('ORDERS_PAID') : made });
    expect(await hookShopify(connected(storeAt('shopify', url), token), address)).toEqual({
      kind: 'hooked',
      there: ['ORDERS_PAID'],
      made: ['ORDERS_CREATE', 'ORDERS_EDITED', 'ORDERS_CANCELLED', 'REFUNDS_CREATE'],
      mended: [],
    });
    expect(heard[0]?.body['variables']).toEqual({ uri: address });
    expect(heard[1]?.body['variables']).toEqual({
      topic: 'ORDERS_CREATE',
      hook: { uri: address, format: 'JSON' },
    });
  });

  test('that Shopify does not make are told with its reason', async () => {
    const userErrors = [{ message: 'Address protocol http:// is not supported' }];
    answers = ({ body }) => ({
      body:
        body['query'] === listHooks
          ? there()
          : { data: { webhookSubscriptionCreate: { webhookSubscription: null, userErrors } } },
    });
    expect(await hookShopify(connected(storeAt('shopify', url), token), address)).toMatchObject({
      kind: 'trouble',
      detail: 'Shopify makes no webhook ORDERS_CREATE: Address protocol http:// is not supported',
    });
  });

  test('cannot be made with a token that is not taken', async () => {
    answers = () => ({ status: 401, body: {} });
    expect(await hookShopify(connected(storeAt('shopify', url), token), address)).toMatchObject({
      reason: 'unauthorized',
    });
  });
});

describe('webhooks of WooCommerce', () => {
  const keys = {
    consumer_key: 'ck_01234567',
    consumer_secret: 'cs_01234567',
    webhook_secret: 'a secret of ours',
  };
  const row = (id: number, topic: string, status = 'active', delivery_url = address) => ({
    id,
    topic,
    status,
    delivery_url,
  });

  test('are made where they are missing, with the secret that is stored', async () => {
    answers = ({ method }) => ({
      body: method === 'GET' ? [row(1, 'order.created', 'active', 'https://other.example')] : { id: 5 },
    });
    expect(await hookWoo(connected(storeAt('woocommerce', url), keys), address)).toMatchObject({
      made: ['order.created', 'order.updated'],
    });
    expect(heard[1]).toEqual({
      method: 'POST',
      path: '/wp-json/wc/v3/webhooks',
      body: {
        name: 'Loyalty order.created',
        topic: 'order.created',
        delivery_url: address,
        secret: 'a secret of ours',
        status: 'active',
      },
    });
  });

  test('that were switched off are switched on again, and have the secret that is stored', async () => {
    answers = ({ method }) => ({
      body: method === 'GET' ? [row(1, 'order.created'), row(2, 'order.updated', 'disabled')] : { id: 1 },
    });
    expect(await hookWoo(connected(storeAt('woocommerce', url), keys), address)).toEqual({
      kind: 'hooked',
      there: ['order.created'],
      made: [],
      mended: ['order.updated'],
    });
    expect(heard.slice(1).map(({ method, path, body }) => [method, path, body])).toEqual([
      ['PUT', '/wp-json/wc/v3/webhooks/1', { status: 'active', secret: 'a secret of ours' }],
      ['PUT', '/wp-json/wc/v3/webhooks/2', { status: 'active', secret: 'a secret of ours' }],
    ]);
  });

  test('are not made without a secret, nor where the shop refuses', async () => {
    const { webhook_secret: _, ...without } = keys;
    expect(await hookWoo(connected(storeAt('woocommerce', url), without), address)).toMatchObject({
      reason: 'no_credentials',
    });
    answers = ({ method }) =>
      method === 'GET' ? { body: [] } : { status: 401, body: { code: 'woocommerce_rest_cannot_create' } };
    expect(await hookWoo(connected(storeAt('woocommerce', url), keys), address)).toMatchObject({
      reason: 'unauthorized',
    });
  });
});
