/**
 * A FAKE of Shopify. What it takes and answers is true to Shopify's official schema, which validates and executes every operation;
 * how it behaves beyond that (searching, refusing, redacting, throttling) is ours, after the documentation. It cannot prove that a
 * real shop does the same.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod/mini';
import { answerGraphql, type Granted } from './fake-graphql.ts';
import { currency, FakeShop } from './fake-shop.ts';
import { adminSchema } from './schema.ts';

/** What goes wrong with a call to the Admin API. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly body?: string }
  | { readonly kind: 'text'; readonly text: string }
  /** The connection ends: `before` nothing was done, `after` it was, and nobody hears. */
  | { readonly kind: 'lost'; readonly when: 'before' | 'after' }
  | {
      readonly kind: 'throttled';
      readonly requested: number;
      readonly available: number;
      readonly restoreRate: number;
      readonly maximum?: number;
    };

export interface Heard {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly token: string;
}

export interface FakeShopify {
  readonly url: string;
  readonly shop: FakeShop;
  clientId: string;
  clientSecret: string;
  /** Tokens that are taken now. */
  readonly tokens: Set<string>;
  /** How long a token is said to live. */
  tokenLifeSeconds: number;
  /** Answers of the token endpoint that come before any token. */
  readonly tokenFaults: Fault[];
  tokenRequests: number;
  granted: Granted;
  /** Which version answers, whatever was asked. */
  version: string;
  /** What its clock says instead of the time. */
  date: string | undefined;
  /** Faults of the next calls, the first for the first. */
  readonly faults: Fault[];
  /** Changes an answer on its way out. */
  mangle: ((json: unknown, heard: Heard) => unknown) | undefined;
  readonly heard: Heard[];
  /** Requests that Shopify would not take: documents that are not valid, and paths that it does not have. */
  readonly wrong: string[];
  calls(): number;
  close(): Promise<void>;
}

export const allScopes = [
  'read_orders',
  'read_all_orders',
  'write_orders',
  'read_discounts',
  'write_discounts',
  'read_products',
];

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
};

const cost = (requested: number, available: number, restoreRate: number, maximum: number): object => ({
  cost: {
    requestedQueryCost: requested,
    actualQueryCost: null,
    throttleStatus: { maximumAvailable: maximum, currentlyAvailable: available, restoreRate },
  },
});

const throttled = (fault: Fault & { readonly kind: 'throttled' }): object => ({
  errors: [
    {
      message: 'Throttled',
      extensions: { code: 'THROTTLED', documentation: 'https://shopify.dev/api/usage/rate-limits' },
    },
  ],
  extensions: cost(fault.requested, fault.available, fault.restoreRate, fault.maximum ?? 2000),
});

const graphqlRequest = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()) });

interface Reply {
  readonly status: number;
  readonly body: string;
}

const reply = (status: number, body: string): Reply => ({ status, body });

/** Undefined for a connection that ends without an answer. */
const grantToken = (fake: FakeShopify, form: URLSearchParams): Reply | undefined => {
  fake.tokenRequests += 1;
  const fault = fake.tokenFaults.shift();
  if (fault?.kind === 'lost') return undefined;
  if (fault?.kind === 'status') return reply(fault.status, fault.body ?? '{"errors":"no"}');
  if (fault?.kind === 'text') return reply(200, fault.text);
  if (form.get('grant_type') !== 'client_credentials') return reply(400, '{"error":"invalid_request"}');
  if (form.get('client_id') !== fake.clientId || form.get('client_secret') !== fake.clientSecret)
    return reply(400, '{"error":"invalid_client","error_description":"Invalid client credentials"}');
  const token = `shpat_${randomUUID().replaceAll('-', '')}`;
  fake.tokens.add(token);
  const scope = [...fake.granted.scopes].join(',');
  return reply(200, JSON.stringify({ access_token: token, scope, expires_in: fake.tokenLifeSeconds }));
};

const unrecognized =
  '{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}';

/** Undefined for a connection that ends without an answer. */
const answerAdmin = async (fake: FakeShopify, token: string, text: string): Promise<Reply | undefined> => {
  if (!fake.tokens.has(token)) return reply(401, unrecognized);
  const { query, variables } = graphqlRequest.parse(JSON.parse(text));
  const heard = { query, variables, token };
  fake.heard.push(heard);
  const fault = fake.faults.shift();
  if (fault?.kind === 'status') return reply(fault.status, fault.body ?? '{"errors":"no"}');
  if (fault?.kind === 'text') return reply(200, fault.text);
  if (fault?.kind === 'throttled') return reply(200, JSON.stringify(throttled(fault)));
  if (fault?.kind === 'lost' && fault.when === 'before') return undefined;
  const result = await answerGraphql(fake.shop, fake.granted, query, variables);
  for (const { message, extensions } of result.errors ?? [])
    if (extensions['code'] === undefined) fake.wrong.push(message);
  if (fault?.kind === 'lost') return undefined;
  // Through JSON, so that what is changed has the form that is sent.
  const json: unknown = JSON.parse(JSON.stringify({ ...result, extensions: cost(52, 1948, 100, 2000) }));
  return reply(200, JSON.stringify(fake.mangle === undefined ? json : fake.mangle(json, heard)));
};

const answer = async (fake: FakeShopify, request: IncomingMessage): Promise<Reply | undefined> => {
  const text = await bodyOf(request);
  const asked = `${request.method} ${request.url}`;
  if (asked === 'POST /admin/oauth/access_token') return grantToken(fake, new URLSearchParams(text));
  if (asked === 'POST /admin/api/2026-10/graphql.json')
    return answerAdmin(fake, String(request.headers['x-shopify-access-token']), text);
  fake.wrong.push(asked);
  return reply(404, '{"errors":"Not Found"}');
};

const serve = async (
  fake: FakeShopify,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const said = await answer(fake, request).catch((error: unknown) => {
    fake.wrong.push(String(error));
    return reply(500, '{"errors":"the fake itself"}');
  });
  if (said === undefined) {
    response.destroy();
    return;
  }
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'x-shopify-api-version': fake.version,
    date: fake.date ?? fake.shop.now().toUTCString(),
  };
  response.writeHead(said.status, headers).end(said.body);
};

/** @param now the shop's own clock */
export const openFakeShopify = async (now: () => Date): Promise<FakeShopify> => {
  // Said at once, and not as trouble of every call.
  adminSchema();
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    void serve(fake, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = portOf(server.address());
  const fake: FakeShopify = {
    url: `http://127.0.0.1:${port}`,
    shop: new FakeShop(now),
    clientId: 'c4f1d2',
    clientSecret: 'shpss_test_secret',
    tokens: new Set(),
    tokenLifeSeconds: 86_399,
    tokenFaults: [],
    tokenRequests: 0,
    granted: { scopes: new Set(allScopes), people: 'shown', shopCurrency: currency, prefix: '#', suffix: '' },
    version: '2026-10',
    date: undefined,
    faults: [],
    mangle: undefined,
    heard: [],
    wrong: [],
    calls: () => calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
};

const portOf = (address: AddressInfo | string | null): AddressInfo => {
  if (address === null || typeof address === 'string') throw new Error('the fake has no port');
  return address;
};
