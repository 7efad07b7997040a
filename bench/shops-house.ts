/** A program whose orders and coupons are at shops, before the real handlers: chat, webhooks and the job `settle`. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { dynamoAgenda } from '../functions/adapters/dynamodb/agenda.ts';
import { pushProgram, storeKey } from '../functions/adapters/dynamodb/registry.ts';
import { shopCalls } from '../functions/adapters/shops/http.ts';
import { openShops } from '../functions/adapters/shops/open.ts';
import { chatRoom } from '../functions/chat/handler.ts';
import { makeKey } from '../functions/domain/api-key.ts';
import { readProgram } from '../functions/domain/program.ts';
import { settler } from '../functions/jobs/settle/handler.ts';
import type { Settled } from '../functions/jobs/settle/summary.ts';
import type { HttpEvent } from '../functions/platform/http.ts';
import type { Log } from '../functions/platform/log.ts';
import type { RoomPorts } from '../functions/platform/room.ts';
import type { OpenProgram } from '../functions/ports/gate.ts';
import type { OpenShop } from '../functions/ports/shops.ts';
import { shopRoom } from '../functions/shop/handler.ts';
import { systemChance, systemClock, systemStopwatch } from '../functions/wiring.ts';
import { eventOf, type House, type Reply } from './house.ts';
import type { Delivery } from './shops-orders.ts';
import type { LoopbackShop } from './shops-server.ts';

/** What everybody begins with: enough for every reward that is taken here. */
export const startingPoints = 5_000;
export const rewardIds = ['one', 'two', 'three', 'four', 'five'] as const;

const rewardOf = (id: string, store: string) => ({
  id,
  name: { en: 'Five off' },
  points: 200,
  kind: 'amount',
  value: '5.00',
  store,
  url: 'https://shop.example/cart',
  coupon: { prefix: 'FIVE', expires_after_days: 30 },
});

const demo = z.looseObject({});

export interface Counter {
  readonly open: OpenProgram;
  readonly ports: RoomPorts;
  /** Opens a store of the program. */
  readonly shops: OpenShop;
  /** Calls the chat room. @throws where it answers otherwise than with 200 */
  chat(verb: string, body: object): Promise<Reply>;
  /** The event that API Gateway makes of a shop's webhook. */
  hookEvent(store: string, delivery: Delivery): HttpEvent;
  /** Calls the shop room with a webhook. @returns the status */
  hook(store: string, delivery: Delivery): Promise<number>;
  /** Runs the job once. */
  settle(): Promise<Settled>;
}

const reply = z.looseObject({ ok: z.boolean(), result: z.string() });

const hookEventOf = (program: string, store: string, { headers, body }: Delivery): HttpEvent => {
  const path = `/v1/hooks/${program}/${store}`;
  const routeKey = 'POST /v1/hooks/{program}/{store}';
  const now = Date.now();
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', ...headers },
    pathParameters: { program, store },
    requestContext: {
      accountId: 'bench',
      apiId: 'bench',
      domainName: 'loyalty.example',
      domainPrefix: 'loyalty',
      http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'bench' },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: new Date(now).toUTCString(),
      timeEpoch: now,
    },
    body,
    isBase64Encoded: false,
  };
};

/** A program with these shops as its stores, by the name of their kind; rewards are coupons of the first. */
export const openCounter = async (
  house: House,
  id: string,
  shops: readonly [LoopbackShop, ...LoopbackShop[]],
  log: Log = house.ports.log,
): Promise<Counter> => {
  const file = demo.parse(parse(readFileSync(new URL('../programs/demo.yaml', import.meta.url), 'utf8')));
  const read = readProgram({
    ...file,
    program: id,
    signup_bonus: startingPoints,
    earn: { per: 'amount', points: 1, unit: '1.00', basis: 'total' },
    stores: shops.map(({ kind, section }) => ({ id: kind, ...section })),
    rewards: rewardIds.map((reward) => rewardOf(reward, shops[0].kind)),
  });
  if (read.kind === 'broken') throw new Error(JSON.stringify(read.problems));
  const { id: program } = read.program;
  await pushProgram(house.table, read.file);
  const key = makeKey(program, 'chat', systemChance.below);
  await storeKey(house.table, key, program, 'chat', systemClock.now());
  const open = await house.ports.gate.byProgram(program);
  if (open === undefined) throw new Error(`the program ${id} is not there`);
  const secrets = new Map<string, object>(shops.map((shop) => [shop.kind, shop.secrets]));
  const opened = openShops({
    secrets: { of: async (_, store) => secrets.get(store) },
    call: shopCalls({ loopback: true }),
    stopwatch: systemStopwatch,
    nowMs: () => house.ports.clock.now(),
  });
  const ports: RoomPorts = { ...house.ports, log, shops: opened };
  const [chat, shop] = [chatRoom(() => ports), shopRoom(() => ports)];
  return {
    open,
    ports,
    shops: opened,
    chat: async (verb, body) => {
      const { statusCode, body: text = '' } = await chat(eventOf(key, verb, body), {});
      if (statusCode !== 200) throw new Error(`${verb} was answered ${statusCode}: ${text}`);
      return reply.parse(JSON.parse(text));
    },
    hookEvent: (store, delivery) => hookEventOf(id, store, delivery),
    hook: async (store, delivery) => {
      const { statusCode = 0 } = await shop(hookEventOf(id, store, delivery), {});
      return statusCode;
    },
    settle: settler(() => ({
      ...ports,
      agenda: dynamoAgenda(house.table),
      stopwatch: systemStopwatch,
    })),
  };
};
