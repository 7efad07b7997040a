/**
 * The ManyChat double: a stand-in for ManyChat's public API over real HTTP, for tests and the laptop edition.
 * Where ManyChat documents nothing it is the stricter of what is likely.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../../functions/ports/environment.ts';
import { type Account, newAccount } from './account.ts';
import { controlsOf, type DoubleAccount } from './account-controls.ts';
import { type Answer, refused, sentences, somethingWrong, success } from './answers.ts';
import { type Arrival, decide, readJson } from './decide.ts';
import { deliver, isForeign, readBody, send, statusSeen, targetOf } from './exchange.ts';
import { type Fault, type Faults, noFaults, readFault } from './faults.ts';
import type { RateLimit } from './limits.ts';

export type { ChatChannel, FlowSeed } from './account.ts';
export type { DoubleAccount } from './account-controls.ts';
export type { Fault } from './faults.ts';
export type { FieldType } from './field-values.ts';

/** A POST as it came in. */
export interface Received {
  /** ISO instant by the clock. */
  readonly at: string;
  readonly path: string;
  /** Text where it was no JSON, undefined where it was too long. */
  readonly body: unknown;
  /** The HTTP status answered; 0 where a fault left the call without an answer. */
  readonly status: number;
}

export interface Double {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Every POST received, refused ones too, oldest first. */
  readonly outbox: readonly Received[];
  /**
   * For measurements: when each call that counts for the rate limit arrived, by `performance.now()`.
   * The operation is a path or its end: `sendFlow`, `subscriber/getInfo`.
   */
  arrivals(token: string, operation: string): readonly number[];
  /** The account of a token such as `local:token`; unknown tokens are made known by asking. */
  account(token: string): DoubleAccount;
  /** @throws if the fault could never happen */
  fail(fault: Fault): void;
  clearFaults(): void;
  /** Ends at once, whatever still waits for an answer. */
  close(): Promise<void>;
}

export interface DoubleOptions {
  readonly clock: Clock;
  /** Absent or 0 picks a free one. */
  readonly port?: number;
  /** Accepted from the start; `local:token` if absent. */
  readonly tokens?: readonly string[];
  /** `false`: any number of calls a second, for callers whose pace goes by another clock than ours; limits hold if absent. */
  readonly limits?: boolean;
}

const noLimits: RateLimit = { take: () => true, arrivals: () => [] };

interface World {
  readonly clock: Clock;
  readonly made: (token: string) => Account;
  readonly accounts: Map<string, Account>;
  readonly faults: Faults;
  readonly outbox: Received[];
  readonly closing: AbortController;
}

/** @throws if the port cannot be had */
export const startDouble = async (options: DoubleOptions): Promise<Double> => {
  const { clock, port = 0, tokens = ['local:token'], limits = true } = options;
  const made = (token: string): Account =>
    limits ? newAccount(token) : { ...newAccount(token), limits: noLimits };
  const world: World = {
    clock,
    made,
    accounts: new Map(tokens.map((token) => [token, made(token)])),
    faults: noFaults(),
    outbox: [],
    closing: new AbortController(),
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    // Where the caller went away or the double closes, nobody sees this answer.
    takeRequest(request, response, world).catch((error: unknown) =>
      send(response, { status: 500, json: { ...somethingWrong, reason: String(error) } }),
    );
  });
  const url = `http://127.0.0.1:${await listen(server, port)}`;
  return {
    url,
    outbox: world.outbox,
    arrivals: (token, operation) => world.accounts.get(token)?.limits.arrivals(operation) ?? [],
    account: (token) => controlsOf(accountOf(world, token)),
    fail: (fault) => {
      const read = readFault(fault);
      if (!read.success) throw new Error(sentences(read.error).join('; '));
      world.faults.add(read.data);
    },
    clearFaults: world.faults.clear,
    close: () => close(server, world.closing),
  };
};

const accountOf = ({ accounts, made }: World, token: string): Account => {
  const account = accounts.get(token) ?? made(token);
  accounts.set(token, account);
  return account;
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((listening, failed) => {
    server.once('error', failed);
    server.listen({ host: '127.0.0.1', port }, () => {
      const address = server.address();
      listening(typeof address === 'object' && address !== null ? address.port : port);
    });
  });

const close = async (server: Server, closing: AbortController): Promise<void> => {
  closing.abort();
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeAllConnections();
  await closed;
};

const takeRequest = async (
  request: IncomingMessage,
  response: ServerResponse,
  world: World,
): Promise<void> => {
  const body = await readBody(request);
  if (isForeign(request)) {
    send(response, refused(403, 'This server answers programs of this machine only.'));
    return;
  }
  const { method = '', headers } = request;
  const { path, query } = targetOf(request);
  const control = controlOf(method, path, body ?? '', world.faults);
  if (control !== undefined) {
    send(response, control);
    return;
  }
  const now = world.clock.now();
  const arrival: Arrival = { method, path, query, authorization: headers.authorization ?? '', body, now };
  const outcome = decide(arrival, world.accounts, world.faults);
  if (method === 'POST') {
    const at = new Date(now).toISOString();
    const received = body === undefined ? undefined : (readJson(body) ?? body);
    world.outbox.push({ at, path, body: received, status: statusSeen(outcome) });
  }
  await deliver(response, outcome, world.closing.signal);
};

/** Faults by hand, for people. */
const controlOf = (method: string, path: string, body: string, faults: Faults): Answer | undefined => {
  if (path !== '/_double/faults') return undefined;
  if (method === 'DELETE') {
    faults.clear();
    return success();
  }
  if (method !== 'POST') return refused(405, 'This route takes POST and DELETE.');
  const read = readFault(readJson(body));
  if (!read.success) return refused(400, sentences(read.error).join('; '));
  faults.add(read.data);
  return success(read.data);
};
