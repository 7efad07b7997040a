/**
 * A FAKE. No WooCommerce runs here: this server was built from behaviour recorded on WordPress 7.1 with WooCommerce 11.0.1, traps
 * and all, and from WooCommerce's own sources where nothing was recorded (`?code=` shows one coupon, bounds of `modified_after`
 * are exclusive and put on the shop's clock if they name a zone, DELETE answers the coupon as it was). The official client drives it
 * in `woocommerce-client.test.ts`, so that at least client and fake agree on the protocol.
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { fakeCoupons } from './fake-coupons.ts';
import { type Door, type Keys, turnedAway } from './fake-keys.ts';
import { fakeOrders, type Numbering } from './fake-orders.ts';
import { type Answer, failure, type World, withFields } from './fake-posts.ts';

export interface FakeSettings {
  readonly zone?: string;
  readonly currency?: string;
  readonly ties?: World['ties'];
  readonly nowMs?: () => number;
  readonly numbering?: Numbering;
  readonly webhookSecret?: string;
}

/** What stands in the way of a call. `lose`: it is done, and the connection breaks before the answer. */
export type Interception =
  | { readonly kind: 'answer'; readonly status: number; readonly body: string; readonly type?: string }
  | { readonly kind: 'lose' }
  | { readonly kind: 'break' };

export interface FakeCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly body: string;
}

export const keys: Keys = {
  consumerKey: 'ck_0123456789abcdef0123456789abcdef01234567',
  consumerSecret: 'cs_89abcdef0123456789abcdef0123456789abcdef',
};

const root = '/wp-json/wc/v3';
const webhookId = 1;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
};

const json = (text: string): unknown => {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
};

export const startFake = async (settings: FakeSettings = {}) => {
  const { webhookSecret = 'whs-secret-123', nowMs = Date.now } = settings;
  let lastId = 10;
  const world: World = {
    zone: settings.zone ?? 'Europe/Madrid',
    currency: settings.currency ?? 'EUR',
    ties: settings.ties ?? 'by id',
    nowMs,
    nextId: () => {
      lastId += 1;
      return lastId;
    },
  };
  const door: Door = { plainHttp: false, permission: 'read_write', role: 'shop_manager' };
  const coupons = fakeCoupons(world);
  const orders = fakeOrders(world, coupons, settings.numbering ?? String);
  const calls: FakeCall[] = [];
  let intercept: (call: FakeCall) => Interception | undefined = () => undefined;

  const route = (call: FakeCall): Answer | Promise<Answer> => {
    const { method, path, query } = call;
    const sent = json(call.body);
    if (sent === undefined) return failure(400, 'rest_invalid_json', 'Invalid JSON body passed.');
    const [, kind = '', id = '', part = ''] = /^\/(orders|coupons)\/(\d+)(?:\/(refunds))?$/.exec(path) ?? [];
    if (kind === 'orders' && part === 'refunds' && method === 'POST')
      return orders.refundBy(Number(id), sent);
    if (kind === 'orders' && part === '') return orders.one(Number(id), method, sent);
    if (kind === 'coupons' && part === '') return coupons.one(Number(id), method, sent, query);
    if (path === '/orders') return method === 'POST' ? orders.create(sent) : orders.list(query);
    if (path === '/coupons') return method === 'POST' ? coupons.create(sent) : coupons.list(query);
    if (path === '/system_status')
      return {
        status: 200,
        body: {
          environment: { version: '11.0.1', wp_version: '7.1' },
          settings: { currency: world.currency, HPOS_enabled: true },
        },
      };
    if (path === '/data/currencies/current')
      return { status: 200, body: { code: world.currency, name: 'a currency', symbol: '¤' } };
    return failure(404, 'rest_no_route', 'No route was found matching the URL and request method.');
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const method = request.method ?? 'GET';
    const call: FakeCall = {
      method,
      path: url.pathname.startsWith(root) ? url.pathname.slice(root.length) : url.pathname,
      query: url.searchParams,
      authorization: request.headers.authorization,
      body: await bodyOf(request),
    };
    calls.push(call);
    response.setHeader('date', new Date(nowMs()).toUTCString());
    const way = intercept(call);
    if (way?.kind === 'break') return void request.socket.destroy();
    if (way?.kind === 'answer') {
      response.writeHead(way.status, { 'content-type': way.type ?? 'application/json' });
      return void response.end(way.body);
    }
    const refusal = turnedAway({ method, url, authorization: call.authorization }, keys, door);
    const { status, body, headers = {} } = refusal ?? (await route(call));
    if (way?.kind === 'lose') return void request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers });
    response.end(JSON.stringify(status < 300 ? withFields(body, url.searchParams.get('_fields')) : body));
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  const url = `http://127.0.0.1:${address.port}`;

  return {
    url,
    door,
    orders,
    coupons,
    calls,
    /** Who stands in the way from now on. */
    intercept: (by: (call: FakeCall) => Interception | undefined) => {
      intercept = by;
    },
    /** What the shop sends of an order. Its delivery id is that of every other of the same second. */
    delivery: (id: number, topic = 'order.updated') => {
      const order = orders.rows.find((known) => known.id === id);
      const body = JSON.stringify(order === undefined ? { id } : orders.show(order));
      const second = Math.floor(nowMs() / 1000);
      const [resource = '', event = ''] = topic.split('.');
      return {
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'WooCommerce/11.0.1 Hookshot (WordPress/7.1)',
          'x-wc-webhook-source': `${url}/`,
          'x-wc-webhook-topic': topic,
          'x-wc-webhook-resource': resource,
          'x-wc-webhook-event': event,
          'x-wc-webhook-signature': createHmac('sha256', webhookSecret).update(body).digest('base64'),
          'x-wc-webhook-id': String(webhookId),
          'x-wc-webhook-delivery-id': createHash('md5').update(`${webhookId}${second}`).digest('hex'),
        },
      };
    },
    /** What the shop sends when a webhook is set up. */
    ping: () => ({
      body: `webhook_id=${webhookId}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};

export type Fake = Awaited<ReturnType<typeof startFake>>;
