/** The real Vendure of test/vendure as a process of its own, a door before it that counts who comes in, and its two APIs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';

const home = fileURLToPath(new URL('../../vendure/', import.meta.url));

/** It starts in two to five seconds; on a busy machine in many more. */
const startMs = 100_000;
const answerMs = 30_000;

export const superadmin = { username: 'superadmin', password: 'a real shop in memory' };

export interface Running {
  readonly url: string;
  end(): Promise<void>;
}

const endOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
    child.stdin?.end();
  });

/** The process ends when we do, since its input closes then. */
export const startVendure = async (currency: string): Promise<Running> => {
  if (!existsSync(`${home}node_modules/@vendure/core`))
    throw new Error('Vendure is not installed in test/vendure: run `npm run test:parts`, which installs it.');
  const args = ['server.mjs', superadmin.username, superadmin.password, currency];
  const child = spawn(process.execPath, args, { cwd: home, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const failed = () => reject(new Error(`Vendure did not start: ${said.slice(-2000)}`));
    const patience = setTimeout(failed, startMs);
    const heard = (chunk: Buffer) => {
      said += chunk.toString();
      const address = /^listening on (\S+)$/m.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(patience);
      resolve(address);
    };
    child.stdout.on('data', heard);
    child.stderr.on('data', heard);
    child.once('exit', failed).once('error', failed);
  }).catch(async (error) => {
    await endOf(child);
    throw error;
  });
  return { url, end: () => endOf(child) };
};

export interface Door {
  readonly url: string;
  /** The operations that came in, by their names. */
  readonly asked: readonly string[];
  /** The last token that came in. */
  authorization(): string | undefined;
  /** Answers instead of Vendure for as long as it gives something: a status. `after`: Vendure did what it was asked to. */
  fail(
    how:
      | ((operation: string) => { readonly status: number; readonly after: boolean } | undefined)
      | undefined,
  ): void;
  close(): Promise<void>;
}

const portOf = async (server: Server): Promise<number> => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** Everything of ours goes through here, and nothing of the bench's. */
export const openDoor = async (to: string): Promise<Door> => {
  const asked: string[] = [];
  let authorization: string | undefined;
  let fails: Parameters<Door['fail']>[0];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const operation = /\b(Loyalty\w+)/.exec(body.toString())?.[1] ?? 'unnamed';
    asked.push(operation);
    authorization = incoming.headers.authorization ?? authorization;
    const failure = fails?.(operation);
    if (failure !== undefined && !failure.after) {
      outgoing.writeHead(failure.status).end();
      return;
    }
    const { method, headers, url = '/' } = incoming;
    const onward = httpRequest(new URL(url, to), { method, headers, agent: false }, (answer) => {
      if (failure === undefined) answer.pipe(outgoing.writeHead(answer.statusCode ?? 502, answer.headers));
      else answer.resume().once('end', () => outgoing.writeHead(failure.status).end());
    });
    onward.once('error', () => outgoing.destroy());
    onward.end(body);
  });
  const port = await portOf(server);
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    authorization: () => authorization,
    fail: (how) => {
      fails = how;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
};

const answer = z.object({
  data: z.unknown(),
  errors: z.optional(z.array(z.object({ message: z.string() }))),
});
/** What Vendure answers where it does not do what it is asked. */
const errorResult = z.object({ errorCode: z.string() });

/** Asks one of the two APIs as one visitor: the token of the first answer is kept. */
export type Visitor = <T>(query: string, shape: z.ZodMiniType<T>, variables?: object) => Promise<T>;

/** @throws an error that begins with Vendure's own code, such as COUPON_CODE_LIMIT_ERROR */
export const visitor = (url: string): Visitor => {
  let token: string | undefined;
  return async (query, shape, variables = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(answerMs),
    });
    token = response.headers.get('vendure-auth-token') ?? token;
    const { data, errors = [] } = answer.parse(await response.json());
    const [error] = errors;
    if (error !== undefined) throw new Error(error.message);
    for (const value of Object.values(z.record(z.string(), z.unknown()).parse(data))) {
      const failed = errorResult.safeParse(value);
      if (failed.success) throw new Error(`${failed.data.errorCode}: ${JSON.stringify(value)}`);
    }
    return shape.parse(data);
  };
};
