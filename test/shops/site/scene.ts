/** Servers on the loopback that answer whatever a test wants, and a shop's own site opened at one of them. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { CallShop } from '../../../functions/adapters/shops/connection.ts';
import { shopCalls } from '../../../functions/adapters/shops/http.ts';
import { siteShop } from '../../../functions/adapters/shops/site/site.ts';
import { storedEmail } from '../../../functions/domain/email.ts';
import { instant, orderNumber, storeId } from '../../../functions/domain/ids.ts';
import type { AskedStore } from '../../../functions/domain/store.ts';
import type { Shop } from '../../../functions/ports/shops.ts';
import { type FrozenStopwatch, frozenStopwatch } from '../../adapters/manychat/stopwatches.ts';

export const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
export const ana = storedEmail.parse('ana@example.com');
export const number = (text: string) => orderNumber.parse(text);
/** 2026-11-21T19:20:00Z. */
export const now = instant.parse(Date.UTC(2026, 10, 21, 19, 20));
/** Longer than any test lasts. */
export const patient = (): AbortSignal => AbortSignal.timeout(50_000);

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Served {
  readonly url: string;
  readonly received: readonly Received[];
}

const open: (() => Promise<void>)[] = [];

/** Ends every server that a test has opened. */
export const closeAll = async (): Promise<void> => {
  await Promise.all(open.splice(0).map((close) => close()));
};

const portOf = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

export const serve = async (
  answer: (request: Received, response: ServerResponse, count: number) => void,
): Promise<Served> => {
  const received: Received[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { method = '', url = '', headers } = incoming;
    const request = { method, url, headers, body: Buffer.concat(chunks).toString() };
    received.push(request);
    answer(request, response, received.length);
  });
  open.push(async () => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${await portOf(server)}`, received };
};

/** A server that need not speak HTTP. */
export const serveRaw = async (met: (socket: Socket) => void): Promise<{ url: string; port: number }> => {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    met(socket);
  });
  open.push(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const port = await portOf(server);
  return { url: `http://127.0.0.1:${port}`, port };
};

/** A port on which nobody listens. */
export const closedPort = async (): Promise<number> => {
  const server = createTcpServer();
  const port = await portOf(server);
  server.close();
  await once(server, 'close');
  return port;
};

export interface Opened {
  readonly shop: Shop;
  readonly stopwatch: FrozenStopwatch;
}

export interface Given {
  readonly secrets?: unknown;
  readonly call?: CallShop;
  readonly store?: Partial<AskedStore>;
  readonly withinMs?: number;
  readonly nowMs?: number;
}

export const openSite = (url: string, given: Given = {}): Opened => {
  const stopwatch = frozenStopwatch();
  const store: AskedStore = {
    id: storeId.parse('own'),
    kind: 'site',
    url,
    makesCoupons: true,
    creditOn: 'paid',
    links: false,
    ...given.store,
  };
  const connection = {
    store,
    secrets: 'secrets' in given ? given.secrets : { secret },
    call: given.call ?? shopCalls({ loopback: true }),
    stopwatch,
    nowMs: () => given.nowMs ?? now,
  };
  return { shop: siteShop(connection, given.withinMs), stopwatch };
};

/** What a site was asked. */
export const questionOf = ({ body }: Received) => JSON.parse(body);

export const json = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/** A site that answers everything with one body. */
export const answering = (body: unknown, status = 200): Promise<Served> =>
  serve((_, response) => json(response, body, status));
