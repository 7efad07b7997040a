/**
 * API Gateway for the laptop: each HTTP request becomes a payload 2.0 event for the handler of its room.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { type RoomName, rooms as roomTable } from '../functions/routes.ts';
import { gatewayEvent, lambdaContext, type Match, matchRoute, targetOf } from './gateway-event.ts';

export type Handler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

export interface ControlRequest {
  readonly method: string;
  /** Decoded, with `/_local/` in front. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers the routes under `/_local/`; undefined if there is no such route. */
export type Control = (request: ControlRequest) => Promise<{ status: number; json: unknown } | undefined>;

export interface ServerOptions {
  readonly rooms: Readonly<Record<RoomName, Handler>>;
  /** 0 picks a free one. */
  readonly port: number;
  readonly control: Control;
  /** Told of faults only: a handler that threw, or that Lambda would have ended. */
  readonly log: (message: string, error: unknown) => void;
}

export interface RunningServer {
  readonly port: number;
  readonly url: string;
  /** Takes no more connections, lets requests in flight finish for at most `graceMs`, then closes what is left. */
  close(graceMs?: number): Promise<void>;
}

interface Arrival {
  readonly request: IncomingMessage;
  /** Undefined when it was longer than what is kept. */
  readonly body: Buffer | undefined;
  readonly requestId: string;
  readonly arrivedAtMs: number;
  readonly port: number;
}

/** API Gateway takes no more than this either. */
const bodyKept = 10 * 1024 * 1024;
const requestTimeout = 60_000;
const keepAliveTimeout = 60_000;
const defaultGraceMs = 30_000;

/**
 * Serves the rooms on 127.0.0.1 until `close`.
 *
 * @throws if the port cannot be had
 */
export const serve = async (options: ServerOptions): Promise<RunningServer> => {
  const open = new Set<ServerResponse>();
  let port = options.port;
  const server = createServer({ keepAliveTimeout, requestTimeout }, (request, response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
    void takeRequest(request, response, server, port, options);
  });
  await listen(server, port);
  const address = server.address();
  if (typeof address === 'object' && address !== null) port = address.port;
  let closing: Promise<void> | undefined;
  const close = (graceMs = defaultGraceMs) => {
    closing ??= closeGently(server, open, graceMs);
    return closing;
  };
  return { port, url: `http://127.0.0.1:${port}`, close };
};

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((listening, failed) => {
    server.once('error', (error) => {
      const inUse = 'code' in error && error.code === 'EADDRINUSE';
      failed(inUse ? new Error(`port ${port} is in use; set PORT to another, 0 picks a free one`) : error);
    });
    server.listen({ host: '127.0.0.1', port }, listening);
  });

const closeGently = async (server: Server, open: ReadonlySet<ServerResponse>, graceMs: number) => {
  const closed = new Promise<void>((done) => server.close(() => done()));
  const deadlineMs = performance.now() + graceMs;
  // A connection that never sent a request counts as busy to node: ours is the better count.
  while (open.size > 0 && performance.now() < deadlineMs) await sleep(10);
  server.closeAllConnections();
  await closed;
};

const takeRequest = async (
  request: IncomingMessage,
  response: ServerResponse,
  server: Server,
  port: number,
  options: ServerOptions,
): Promise<void> => {
  const arrivedAtMs = Date.now();
  const requestId = randomUUID();
  let body: Buffer | undefined;
  try {
    body = await readBody(request);
  } catch {
    // The caller went away: nobody waits for an answer.
    response.destroy();
    return;
  }
  try {
    const result = await decide({ request, body, requestId, arrivedAtMs, port }, options);
    send(response, result, server.listening);
  } catch (error) {
    options.log(`request ${requestId} failed`, error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    send(response, json(500, { message: 'Internal Server Error' }), server.listening);
  }
};

/** Reads to the end, since a caller that still sends would not see our answer; keeps no more than the limit. */
const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const kept: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes: Buffer = chunk;
    length += bytes.length;
    if (length <= bodyKept) kept.push(bytes);
    else kept.length = 0;
  }
  return length <= bodyKept ? Buffer.concat(kept) : undefined;
};

const decide = async (
  arrival: Arrival,
  { rooms, control }: ServerOptions,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const { request, body, requestId, port } = arrival;
  const refuse = (statusCode: number, result: string, message: string, more = {}) =>
    json(statusCode, { ok: false, result, message, ...more }, { 'x-request-id': requestId });
  if (isForeign(request, port)) {
    return refuse(403, 'forbidden', 'This server answers programs and pages of this machine only.');
  }
  const target = targetOf(request.url ?? '');
  if (target === undefined) {
    const message = 'The address has a malformed percent-encoding.';
    return refuse(400, 'bad_request', message, { errors: [{ path: 'url', message }] });
  }
  const method = request.method ?? '';
  const match = matchRoute(method, target);
  // A wrong address is told before a body that is too long.
  if (body === undefined && match.room !== 'front')
    return refuse(413, 'too_large', 'The body is longer than 10 MiB.');
  if (target.rawPath.startsWith('/_local/')) {
    const { rawPath: path, query } = target;
    const answer = await control({ method, path, query, body: body?.toString() ?? '' });
    if (answer !== undefined) return json(answer.status, answer.json, { 'x-request-id': requestId });
  }
  const event = gatewayEvent(request, target, match, { ...arrival, body: body ?? Buffer.alloc(0) });
  return inTime(match, rooms[match.room](event, lambdaContext(match.room, requestId)));
};

/** A page elsewhere could otherwise call us through its visitor's browser, or by a name that it resolves to 127.0.0.1. */
const isForeign = (request: IncomingMessage, port: number): boolean => {
  const { host = [], origin = [], 'sec-fetch-site': site = [] } = request.headersDistinct;
  const hosts = ['127.0.0.1', 'localhost'].flatMap((name) => [name, `${name}:${port}`]);
  const origins = ['127.0.0.1', 'localhost'].map((name) => new URL(`http://${name}:${port}`).origin);
  const isOurs = host.length === 1 && host.every((name) => hosts.includes(name.toLowerCase()));
  return !isOurs || !origin.every((one) => origins.includes(one)) || site.includes('cross-site');
};

/** Lambda ends a function at its time-out, and the caller gets a 500. */
const inTime = async <T>({ room, routeKey }: Match, work: Promise<T>): Promise<T> => {
  const { timeoutSeconds } = roomTable[room];
  const timer = new AbortController();
  const tooLate = sleep(timeoutSeconds * 1000, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Error(`${routeKey} did not answer within ${timeoutSeconds} s`);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    timer.abort();
  }
};

const json = (
  statusCode: number,
  content: unknown,
  headers: Record<string, string> = {},
): APIGatewayProxyStructuredResultV2 => ({ statusCode, headers, body: JSON.stringify(content) });

/** API Gateway frames the answer itself, whatever a function says about it. */
const framing = ['connection', 'content-length', 'keep-alive', 'transfer-encoding'];

const send = (
  response: ServerResponse,
  {
    statusCode = 200,
    headers = {},
    cookies = [],
    body = '',
    isBase64Encoded = false,
  }: APIGatewayProxyStructuredResultV2,
  keepAlive: boolean,
): void => {
  response.statusCode = statusCode;
  response.setHeader('content-type', 'application/json');
  for (const [name, value] of Object.entries(headers)) {
    if (!framing.includes(name.toLowerCase())) response.setHeader(name, String(value));
  }
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  // A closing server lets no caller keep it busy.
  if (!keepAlive) response.setHeader('connection', 'close');
  response.end(isBase64Encoded ? Buffer.from(body, 'base64') : body);
};
