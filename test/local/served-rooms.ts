/** Rooms behind a real server on a free port, and a client that sends exactly what it is told. */
import {
  type Agent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { RoomName } from '../../functions/routes.ts';
import { type Control, type Handler, type RunningServer, serve } from '../../local/http-server.ts';

interface Seen {
  readonly room: RoomName;
  readonly event: APIGatewayProxyEventV2;
  readonly context: Context;
}

interface Sent {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
}

const servers: RunningServer[] = [];
/** What reached the rooms, and what was logged, since the last `stopAll`. */
export const seen: Seen[] = [];
export const logged: string[] = [];

export const stopAll = async () => {
  for (const server of servers.splice(0)) await server.close(0);
  seen.length = 0;
  logged.length = 0;
};

export const ok: Handler = async () => ({ statusCode: 200, body: '{"ok":true}' });

/** A server whose rooms note what reaches them and then answer as told. */
export const start = async (answer: Handler = ok, control: Control = async () => undefined) => {
  const noting =
    (room: RoomName): Handler =>
    (event, context) => {
      seen.push({ room, event, context });
      return answer(event, context);
    };
  const server = await serve({
    rooms: { chat: noting('chat'), shop: noting('shop'), admin: noting('admin'), front: noting('front') },
    port: 0,
    control,
    log: (message, error) => logged.push(`${message}: ${error instanceof Error ? error.message : error}`),
  });
  servers.push(server);
  return server;
};

/** Sends the path as it is: fetch would tidy it up, and sets its own Host. */
export const send = (
  { port }: { port: number },
  path: string,
  { method = 'GET', headers = {}, body, agent }: Sent = {},
) =>
  new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((answered, failed) => {
    const options = { host: '127.0.0.1', port, path, method, headers, ...(agent ? { agent } : {}) };
    const request = httpRequest(options, async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part);
      const text = Buffer.concat(parts).toString();
      answered({ status: response.statusCode ?? 0, headers: response.headers, text });
    });
    request.on('error', failed);
    request.end(body);
  });

export const onlySeen = (): Seen => {
  const [first, ...others] = seen;
  if (first === undefined || others.length > 0) throw new Error(`${seen.length} requests were seen`);
  return first;
};
