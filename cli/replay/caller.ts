/** Requests of a replay: the routes that a shop and a flow call, over real HTTP. */
import { Agent, request } from 'node:http';
import * as z from 'zod/mini';

const reply = z.object({
  ok: z.boolean(),
  result: z.string(),
  points_change: z._default(z.int(), 0),
  order_points: z._default(z.int(), 0),
});
export type Reply = z.infer<typeof reply>;

export interface Caller {
  /** Sends a body under a key and reads the answer; what the contract calls worth another try is tried again. */
  post(path: string, key: string, body: unknown): Promise<Reply>;
  get(path: string): Promise<unknown>;
  /** Requests that were sent so far, tries counted one by one. */
  sent(): number;
  close(): void;
}

/** Above the longest deadline of a room. */
const timeoutMs = 35_000;
/** An audit reads the whole table. */
const auditTimeoutMs = 15 * 60_000;
/** `try_again` says that the same request may be sent again. */
const tries = 3;

/** @param connections requests that may be on their way at once */
export const callerOf = (url: string, connections: number): Caller => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let sent = 0;
  const exchange = (
    path: string,
    options: { method: string; headers?: Record<string, string>; timeoutMs: number },
    body?: string,
  ) =>
    new Promise<unknown>((resolve, reject) => {
      sent += 1;
      const { method, headers = {}, timeoutMs: timeout } = options;
      const outgoing = request(url + path, { agent, method, headers, timeout }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          try {
            resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
          } catch {
            reject(new Error(`${path} answered ${incoming.statusCode} without JSON`));
          }
        });
      });
      outgoing.on('timeout', () =>
        outgoing.destroy(new Error(`${path} did not answer within ${timeout} ms`)),
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  return {
    post: async (path, key, content) => {
      const body = JSON.stringify(content);
      const headers = {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'x-api-key': key,
      };
      let answer: Reply;
      let left = tries;
      do {
        answer = reply.parse(await exchange(path, { method: 'POST', headers, timeoutMs }, body));
        left -= 1;
      } while (answer.result === 'try_again' && left > 0);
      return answer;
    },
    get: (path) => exchange(path, { method: 'GET', timeoutMs: auditTimeoutMs }),
    sent: () => sent,
    close: () => agent.destroy(),
  };
};
