/**
 * Stands between us and a shop on the bench, and lets single calls go wrong in every way: before the shop hears of them, and
 * after it did what was asked.
 */
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallShop } from '../../functions/adapters/shops/connection.ts';
import type { HookDelivery, ShopBench } from './bench.ts';

/** `before`: the shop never hears of the call. `after`: it did what was asked, and what it says is lost. */
export type Way =
  | 'well'
  | 'refused before'
  | 'broken before'
  | 'hang before'
  | 'error 500 before'
  | 'error 429 before'
  | 'error 401 before'
  | 'error 403 before'
  | 'redirect before'
  | 'garbage before'
  | 'broken after'
  | 'hang after'
  /** Nobody hears of it until `land`. */
  | 'late'
  | 'error 500 after'
  | 'garbage after'
  | 'truncated after';

export const ways: readonly Way[] = [
  'refused before',
  'broken before',
  'hang before',
  'error 500 before',
  'error 429 before',
  'error 401 before',
  'error 403 before',
  'redirect before',
  'garbage before',
  'broken after',
  'hang after',
  'error 500 after',
  'garbage after',
  'truncated after',
];

export interface Passing {
  /** From 1 on, in the order in which they came. */
  readonly index: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly body: string;
}

/** What a test answers in the shop's place. */
export interface Instead {
  readonly status: number;
  readonly body: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Says its body over and over, and never comes to an end. */
  readonly endless?: boolean;
}

export interface Proxy {
  readonly url: string;
  /** All that came, also what did not reach the shop. */
  readonly seen: readonly Passing[];
  /** Who says what becomes of each call from now on; all goes well by default. */
  fail(decide?: (call: Passing) => Way | Instead): void;
  /** Our own way out to it: gives up as soon as a call hangs, so that nobody waits, and finds nobody where it is refused. */
  through(call: CallShop): CallShop;
  /** Resolves once a call hangs. */
  hanging(): Promise<void>;
  /** Ends all calls that hang; what was late never arrives. */
  release(): void;
  /** What was late arrives at the shop now; nobody hears its answers. @returns their statuses */
  land(): Promise<readonly number[]>;
  close(): Promise<void>;
}

const idHeader = 'x-bench-call';

const bodyOf = async (incoming: IncomingMessage): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const portOf = (address: AddressInfo | string | null): number => {
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  return address.port;
};

/** A port of this machine at which nobody listens. */
const closedPort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const port = portOf(server.address());
  await new Promise((closed) => server.close(closed));
  return port;
};

interface Answered {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

type Request = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

const forward = (to: URL, incoming: Request, body: Buffer): Promise<Answered> =>
  new Promise((answered, failed) => {
    const { [idHeader]: _, host: __, connection: ___, ...headers } = incoming.headers;
    const onward = httpRequest(
      {
        host: to.hostname,
        port: to.port,
        method: incoming.method,
        path: incoming.url,
        headers: { ...headers, host: to.host },
        agent: false,
      },
      (response) => {
        bodyOf(response).then(
          (bytes) => answered({ status: response.statusCode ?? 500, headers: response.headers, body: bytes }),
          failed,
        );
      },
    );
    onward.on('error', failed);
    onward.end(body);
  });

const garbage = '<html><body>Briefly unavailable for scheduled maintenance.</body></html>';

const instead: Partial<Record<Way, Instead>> = {
  'error 500 before': { status: 500, body: garbage },
  'error 429 before': { status: 429, body: garbage },
  'error 401 before': { status: 401, body: '{}' },
  'error 403 before': { status: 403, body: '{}' },
  'redirect before': { status: 302, body: '', headers: { location: 'http://127.0.0.1:9/elsewhere' } },
  'garbage before': { status: 200, body: garbage },
  'error 500 after': { status: 500, body: garbage },
  'garbage after': { status: 200, body: garbage },
};

const say = (response: ServerResponse, { status, body, headers = {}, endless = false }: Instead): void => {
  response.writeHead(status, { 'content-type': 'text/html', ...headers });
  if (!endless) return void response.end(body);
  const more = (): void => {
    while (!response.destroyed && response.write(body));
  };
  response.on('drain', more);
  more();
};

/** The first half of an answer that says how long it is. */
const truncate = (response: ServerResponse, { status, headers, body }: Answered): void => {
  const { 'transfer-encoding': _, ...kept } = headers;
  response.writeHead(status, { ...kept, 'content-length': body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)));
  setImmediate(() => response.destroy());
};

/** @param target where the shop is */
export const openProxy = async (target: string): Promise<Proxy> => {
  const to = new URL(target);
  const seen: Passing[] = [];
  const hung = new Map<string, () => void>();
  const waiting: (() => void)[] = [];
  const held: ServerResponse[] = [];
  const late: (() => Promise<Answered>)[] = [];
  const decided = new Map<string, Way | Instead>();
  let decide: (call: Passing) => Way | Instead = () => 'well';

  /** @returns what becomes of it */
  const note = (call: Omit<Passing, 'index'>): Way | Instead => {
    const passing = { ...call, index: seen.length + 1 };
    seen.push(passing);
    return decide(passing);
  };

  const hang = (incoming: IncomingMessage, response: ServerResponse): void => {
    held.push(response);
    hung.get(String(incoming.headers[idHeader]))?.();
    for (const wake of waiting.splice(0)) wake();
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const bytes = await bodyOf(incoming);
    const { method = '', url: path = '', headers } = incoming;
    // Our own way out has asked already.
    const way = decided.get(String(headers[idHeader])) ?? note({ method, path, body: bytes.toString() });
    if (typeof way !== 'string') return say(response, way);
    if (way === 'broken before' || way === 'refused before') return void incoming.socket.destroy();
    if (way === 'late') late.push(() => forward(to, { method, url: path, headers }, bytes));
    if (way === 'hang before' || way === 'late') return hang(incoming, response);
    if (way.endsWith('before')) return say(response, instead[way] ?? { status: 500, body: '' });
    const answer = await forward(to, incoming, bytes);
    if (way === 'broken after') return void incoming.socket.destroy();
    if (way === 'hang after') return hang(incoming, response);
    if (way === 'truncated after') return truncate(response, answer);
    const said = instead[way];
    if (said !== undefined) return say(response, said);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${portOf(server.address())}`;
  const nobody = `http://127.0.0.1:${await closedPort()}`;
  let calls = 0;

  return {
    url: origin + (to.pathname === '/' ? '' : to.pathname),
    seen,
    fail: (by = () => 'well') => {
      decide = by;
    },
    through: (call) => async (request, signal) => {
      calls += 1;
      const id = String(calls);
      const { method, body = '', headers = {} } = request;
      const path = request.url.slice(origin.length);
      const way = note({ method, path, body });
      if (way === 'refused before') return call({ ...request, url: nobody + path }, signal);
      decided.set(id, way);
      const impatience = new AbortController();
      hung.set(id, () => impatience.abort());
      try {
        return await call(
          { ...request, headers: { ...headers, [idHeader]: id } },
          AbortSignal.any([signal, impatience.signal]),
        );
      } finally {
        hung.delete(id);
        decided.delete(id);
      }
    },
    hanging: () => new Promise((wake) => void waiting.push(wake)),
    release: () => {
      late.splice(0);
      for (const response of held.splice(0)) response.destroy();
    },
    land: async () => {
      const statuses: number[] = [];
      for (const arrive of late.splice(0)) statuses.push((await arrive()).status);
      return statuses;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};

export interface ProxiedBench extends ShopBench {
  readonly proxy: Proxy;
  /** A delivery as it would be sent by the shop under the proxy's address. */
  moved(delivery: HookDelivery): HookDelivery;
}

/** A shop that is reached by the proxy alone. */
export const proxied = async (bench: ShopBench): Promise<ProxiedBench> => {
  // A shop that pushes is never called.
  const { url = 'http://127.0.0.1:9' } = bench.section;
  const proxy = await openProxy(String(url));
  const { host } = new URL(proxy.url);
  const moved = ({ headers, body }: HookDelivery): HookDelivery => ({
    body,
    headers: 'x-shopify-shop-domain' in headers ? { ...headers, 'x-shopify-shop-domain': host } : headers,
  });
  return {
    ...bench,
    proxy,
    moved,
    section: 'url' in bench.section ? { ...bench.section, url: proxy.url } : bench.section,
    hook: async (order) => {
      const delivery = await bench.hook(order);
      return delivery === undefined ? undefined : moved(delivery);
    },
    close: async () => {
      await proxy.close();
      await bench.close();
    },
  };
};
