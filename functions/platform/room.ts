/**
 * The one pipeline in front of every verb, in the contract's order of errors: route, size, key, role, body.
 * A room is one Lambda function; its verbs are told apart by the route key that API Gateway sets.
 */
import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import { type CallbackToken, openToken, tokenProgram } from '../domain/callback-token.ts';
import { programId } from '../domain/ids.ts';
import type { Setting } from '../domain/membership.ts';
import type { Chance, Clock } from '../ports/environment.ts';
import type { Gate, OpenProgram } from '../ports/gate.ts';
import type { Ledger, Scope } from '../ports/ledger.ts';
import type { ShopRecords } from '../ports/shop-records.ts';
import type { HookRequest, OpenShop } from '../ports/shops.ts';
import { type RoomName, type Route, rooms, servedPaths } from '../routes.ts';
import {
  bodyBytes,
  type HttpEvent,
  type HttpResult,
  header,
  json,
  parseBody,
  Refusal,
  refused,
} from './http.ts';
import type { Log } from './log.ts';

/** Everything that a room's verbs may use. */
export interface RoomPorts {
  readonly gate: Gate;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly shops: OpenShop;
  readonly records: ShopRecords;
}

/** A request that was let in. */
export interface Call {
  readonly route: Route;
  readonly asBlock: boolean;
  readonly open: OpenProgram;
  readonly setting: Setting;
  readonly scope: Scope;
  readonly body: Readonly<Record<string, unknown>>;
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The signed token of a callback button, where that stood in for a key. */
  readonly token: CallbackToken | undefined;
  /** Where this API is reached from outside, `https://host`. */
  readonly publicUrl: string;
  /** Aborts early enough for what a shop answered, or did not, to be written before the deadline. */
  readonly shopSignal: () => AbortSignal;
  /** A shop's webhook as it came; its verb verifies it before anything of it is read. */
  readonly hook: HookRequest | undefined;
}

export interface Answer {
  readonly status: number;
  readonly result: string;
  readonly json: unknown;
}

export interface RoomBehaviour {
  readonly handle: (call: Call, ports: RoomPorts) => Promise<Answer>;
  /** What a fault of ours is answered with. */
  readonly fault: (failed: Failed) => Answer;
}

/** A request that failed, and what was found out about it before. */
export interface Failed {
  readonly served: Served;
  readonly event: HttpEvent;
  readonly open: OpenProgram | undefined;
  readonly token: CallbackToken | undefined;
}

export interface Served {
  readonly route: Route;
  readonly path: string;
  readonly asBlock: boolean;
}

/** What the middlewares find out one after the other. */
interface Progress {
  readonly requestId: string;
  readonly startedAt: number;
  served: Served;
  signal: AbortSignal;
  open?: OpenProgram;
  token?: CallbackToken;
  body?: Readonly<Record<string, unknown>>;
  answer?: Answer;
}

const progressOf = new WeakMap<HttpEvent, Progress>();

const progress = (event: HttpEvent): Progress => {
  const found = progressOf.get(event);
  if (found === undefined) throw new Error('the pipeline was entered in the middle');
  return found;
};

type Part = middy.MiddlewareObj<HttpEvent, HttpResult>;

/** What is left of a request after a shop was asked: a write, a lost answer, the reply. */
const afterShopMs = 2_500;

/** The deadline counts from the request's own time stamp, however long it waited before us. */
const untilDeadline = (event: HttpEvent, deadlineMs: number): AbortSignal => {
  const waited = Math.max(0, Date.now() - event.requestContext.timeEpoch);
  return AbortSignal.timeout(Math.max(1, deadlineMs - waited));
};

const routed = (name: RoomName): Part => {
  const byKey = new Map(
    servedPaths
      .filter(({ route }) => route.room === name)
      .map((served) => [`${served.route.method} ${served.path}`, served]),
  );
  return {
    before: ({ event }) => {
      const served = byKey.get(event.routeKey);
      if (served === undefined) throw new Error(`the ${name} room has no route ${event.routeKey}`);
      const requestId = event.requestContext.requestId === '' ? randomUUID() : event.requestContext.requestId;
      progressOf.set(event, {
        requestId,
        startedAt: performance.now(),
        served,
        signal: untilDeadline(event, rooms[name].deadlineMs),
      });
    },
  };
};

const bounded = (name: RoomName): Part => ({
  before: ({ event }) => {
    if (bodyBytes(event).byteLength <= rooms[name].bodyLimit) return;
    throw new Refusal(413, 'too_large', `The body is larger than ${rooms[name].bodyLimit / 1024} KiB.`);
  },
});

const keyIn = (event: HttpEvent): string | undefined => {
  const bearer = /^bearer\s+(\S+)$/i.exec(header(event, 'authorization') ?? '')?.[1];
  return header(event, 'x-api-key') ?? bearer;
};

const unauthorized = (): Refusal =>
  new Refusal(401, 'unauthorized', 'The key is missing or not valid. Send it in the header X-Api-Key.');

const byToken = async (text: string, event: HttpEvent, { gate, clock }: RoomPorts): Promise<void> => {
  const call = progress(event);
  const program = tokenProgram(text);
  const open = program === undefined ? undefined : await gate.byProgram(program);
  const token = open === undefined ? undefined : openToken(text, open.secrets.callbackKey, clock.now());
  if (open === undefined || token === undefined) throw unauthorized();
  if (token.route !== call.served.path)
    throw new Refusal(403, 'forbidden', 'The button was made for another route.');
  call.open = open;
  call.token = token;
};

/** The program is named by the address; the verb lets in who signed for the store. */
const bySignature = async (event: HttpEvent, { gate }: RoomPorts): Promise<void> => {
  const named = programId.safeParse(event.pathParameters?.['program']);
  const open = named.success ? await gate.byProgram(named.data) : undefined;
  if (open === undefined)
    throw new Refusal(
      401,
      'unauthorized',
      'The signature is missing, wrong or too old, or there is no such store.',
    );
  progress(event).open = open;
};

const admitted = (name: RoomName, ports: RoomPorts): Part => ({
  before: async ({ event }) => {
    const call = progress(event);
    const token = call.served.asBlock ? header(event, 'x-loyalty-token') : undefined;
    if (token !== undefined) return byToken(token, event, ports);
    if (call.served.route.by === 'signature') return bySignature(event, ports);
    const key = keyIn(event);
    const admission = key === undefined ? undefined : await ports.gate.byKey(key);
    if (admission === undefined) throw unauthorized();
    if (admission.role !== rooms[name].role) {
      throw new Refusal(403, 'forbidden', `This route needs a key of the role ${rooms[name].role}.`);
    }
    call.open = admission.open;
  },
});

const parsed: Part = {
  before: ({ event }) => {
    const call = progress(event);
    // A tapped button says everything in its token, and what ManyChat sends as its body is not documented.
    // A webhook is not read before its signature is known.
    const { method, by } = call.served.route;
    const needsNone = call.token !== undefined || method === 'GET' || by === 'signature';
    call.body = needsNone ? {} : parseBody(bodyBytes(event));
  },
};

const callOf = (event: HttpEvent, { clock, chance }: RoomPorts): Call => {
  const { served, open, token, body, signal } = progress(event);
  if (open === undefined || body === undefined) throw new Error('the pipeline left something out');
  const operation = chance.operation();
  const stamp = { operation, now: clock.now(), programVersion: open.version };
  return {
    route: served.route,
    asBlock: served.asBlock,
    open,
    setting: { program: open.program, emailKey: open.secrets.emailKey, stamp },
    scope: { program: open.program.id, operation, signal },
    body,
    path: event.pathParameters ?? {},
    query: event.queryStringParameters ?? {},
    token,
    publicUrl: `https://${event.requestContext.domainName}`,
    hook: served.route.by === 'signature' ? { headers: event.headers, body: bodyBytes(event) } : undefined,
    shopSignal: () => untilDeadline(event, rooms[served.route.room].deadlineMs - afterShopMs),
  };
};

const outcome = (
  error: unknown,
  event: HttpEvent,
  behaviour: RoomBehaviour,
  ports: RoomPorts,
): HttpResult => {
  if (error instanceof Refusal) return refused(error);
  const call = progress(event);
  ports.log.fault(call.requestId, event.routeKey, error);
  const { served, open, token } = call;
  const answer = behaviour.fault({ served, event, open, token });
  call.answer = answer;
  return json(answer.status, answer.json);
};

/** Logs the request and names it in the answer, whatever became of it. */
const told = (event: HttpEvent, response: HttpResult, result: string, log: Log): HttpResult => {
  const { requestId, startedAt, open } = progress(event);
  const line = {
    requestId,
    route: event.routeKey,
    status: response.statusCode ?? 200,
    result,
    ms: Math.round(performance.now() - startedAt),
  };
  log.request(open === undefined ? line : { ...line, program: open.program.id });
  return { ...response, headers: { ...response.headers, 'x-request-id': requestId } };
};

export type RoomHandler = (event: HttpEvent, context: unknown) => Promise<HttpResult>;

/** A room's Lambda handler. @param ports made at the first request, so that a cold start does only what it needs */
export const room = (name: RoomName, ports: () => RoomPorts, behaviour: RoomBehaviour): RoomHandler => {
  let made: RoomHandler | undefined;
  const make = (): RoomHandler => {
    const given = ports();
    const handler = middy<HttpEvent, HttpResult>()
      .use(routed(name))
      .use({
        after: (request) => {
          request.response = told(
            request.event,
            request.response ?? json(500, {}),
            progress(request.event).answer?.result ?? 'none',
            given.log,
          );
        },
        onError: (request) => {
          const { error, event } = request;
          const response = outcome(error, event, behaviour, given);
          const result = error instanceof Refusal ? error.result : 'fault';
          request.response = told(event, response, result, given.log);
        },
      })
      .use(bounded(name))
      .use(admitted(name, given))
      .use(parsed)
      .handler(async (event: HttpEvent) => {
        const answer = await behaviour.handle(callOf(event, given), given);
        progress(event).answer = answer;
        return json(answer.status, answer.json);
      });
    return (event, context) => Promise.resolve(handler(event, context as never));
  };
  return (event, context) => {
    made ??= make();
    return made(event, context);
  };
};
