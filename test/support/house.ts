/** The laptop edition in memory for a test file, and a fresh program for each test: real engine, real handlers, real HTTP. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type AuditReport, auditTable } from '../../functions/adapters/dynamodb/audit.ts';
import { pushProgram } from '../../functions/adapters/dynamodb/registry.ts';
import { type Program, readProgram } from '../../functions/domain/program.ts';
import { type Log, type RequestLine, told } from '../../functions/platform/log.ts';
import type { ShopSecrets } from '../../functions/ports/shops.ts';
import { type Edition, startEdition } from '../../local/edition.ts';
import { localKey } from '../../local/gate.ts';

// biome-ignore lint/suspicious/noExplicitAny: a reply is looked into freely by tests
export type Reply = any;

export interface Answered {
  readonly status: number;
  readonly json: Reply;
  readonly headers: Headers;
  readonly text: string;
}

/** The demo program as plain data, to be changed by a test before it is pushed. */
export const demoFile = (): Reply =>
  parse(readFileSync(new URL('../../programs/demo.yaml', import.meta.url), 'utf8'));

export interface House extends Edition {
  /** Everything that was logged, as the log had it. */
  readonly logged: {
    readonly requests: RequestLine[];
    readonly faults: unknown[];
    readonly events: { readonly name: string; readonly facts: Readonly<Record<string, unknown>> }[];
  };
  /** Puts a program in force under a name of its own. @param change what differs from the demo */
  open(change?: (file: Reply) => void): Promise<Shop>;
  /** Puts the credentials of a store where the edition looks for them. */
  keepSecrets(program: string, store: string, secrets: unknown): void;
  audit(): Promise<AuditReport>;
}

/** One program and its callers. */
export interface Shop {
  readonly id: string;
  readonly program: Program;
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
  chat(verb: string, body: unknown): Promise<Reply>;
  store(path: string, body: unknown): Promise<Reply>;
  admin(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answered>;
  /** Pushes one order: number 1001 of ana@example.com, paid, 60.00, placed now unless told otherwise. */
  push(order?: Record<string, unknown>): Promise<Reply>;
}

export const openHouse = async (): Promise<House> => {
  const logged: House['logged'] = { requests: [], faults: [], events: [] };
  const log: Log = {
    request: (line) => void logged.requests.push(line),
    fault: (requestId, route, error) => void logged.faults.push({ requestId, route, error: told(error) }),
    event: (name, facts) => void logged.events.push({ name, facts }),
    oldestDue: () => undefined,
  };
  const kept = new Map<string, unknown>();
  const shopSecrets: ShopSecrets = { of: async (program, store) => kept.get(`${program} ${store}`) };
  const edition = await startEdition({ data: 'memory', port: 0, programs: [], log, shopSecrets });
  return {
    ...edition,
    logged,
    keepSecrets: (program, store, secrets) => void kept.set(`${program} ${store}`, secrets),
    open: (change) => openShop(edition, change),
    audit: () => auditTable(edition.table, AbortSignal.timeout(60_000)),
  };
};

const roleOf = (path: string): 'chat' | 'store' | 'admin' => {
  if (path.startsWith('/v1/store')) return 'store';
  return path.startsWith('/v1/admin') ? 'admin' : 'chat';
};

const openShop = async (
  { table, clock, server, manychat }: Edition,
  change: ((file: Reply) => void) | undefined,
): Promise<Shop> => {
  const file = demoFile();
  file.program = `p-${randomUUID().slice(0, 8)}`;
  change?.(file);
  const read = readProgram(file);
  if (read.kind === 'broken') throw new Error(JSON.stringify(read.problems));
  await pushProgram(table, read.file);
  manychat.know(read.program);
  const id = read.program.id;
  const request: Shop['request'] = async (method, path, body, headers = {}) => {
    const response = await fetch(server.url + path, {
      method,
      headers: { 'content-type': 'application/json', 'x-api-key': localKey(roleOf(path), id), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, json: JSON.parse(text), headers: response.headers, text };
  };
  const post = async (path: string, body: unknown) => (await request('POST', path, body)).json;
  const order = () => ({
    order_number: '1001',
    email: 'ana@example.com',
    total: '60.00',
    currency: read.program.currency,
    status: 'paid',
    placed_at: new Date(clock.now()).toISOString(),
  });
  return {
    id,
    program: read.program,
    request,
    chat: (verb, body) => post(`/v1/${verb}`, body),
    store: (path, body) => post(`/v1/store/${path}`, body),
    admin: (method, path, body) => request(method, `/v1/admin/${path}`, body),
    push: (told = {}) => post('/v1/store/orders', { store: 'shop', orders: [{ ...order(), ...told }] }),
  };
};
