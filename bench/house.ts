/** The product in this process, as Lambda has it: real engine, real handlers, real keys; no HTTP in front. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { openTable, type Table } from '../functions/adapters/dynamodb/client.ts';
import { dynamoGate } from '../functions/adapters/dynamodb/gate.ts';
import { dynamoLedger } from '../functions/adapters/dynamodb/ledger.ts';
import { pushProgram, storeKey } from '../functions/adapters/dynamodb/registry.ts';
import { dynamoShopRecords } from '../functions/adapters/dynamodb/shop-records.ts';
import { chatRoom } from '../functions/chat/handler.ts';
import { makeKey } from '../functions/domain/api-key.ts';
import { rewardId } from '../functions/domain/ids.ts';
import { readProgram } from '../functions/domain/program.ts';
import type { HttpEvent } from '../functions/platform/http.ts';
import { type Log, told } from '../functions/platform/log.ts';
import type { RoomPorts } from '../functions/platform/room.ts';
import type { Clock } from '../functions/ports/environment.ts';
import type { OpenProgram } from '../functions/ports/gate.ts';
import { systemChance, systemClock } from '../functions/wiring.ts';
import { createTable } from '../local/create-table.ts';
import { type Engine, launchEngine } from '../local/engine.ts';
import { noShops } from '../local/no-shops.ts';

const reply = z.looseObject({ ok: z.boolean(), result: z.string() });
export type Reply = z.infer<typeof reply>;

export interface Shop {
  readonly open: OpenProgram;
  readonly key: string;
  /** Calls the chat room's handler. @throws where it answers otherwise than with 200 */
  chat(verb: string, body: object): Promise<Reply>;
  /** Preloads the pool of a reward. */
  store(reward: string, codes: readonly string[]): Promise<void>;
}

export interface House {
  readonly engine: Engine;
  readonly table: Table;
  readonly ports: RoomPorts;
  /** Where the search for a pool's free code begins, at random otherwise: counts must be the same every time. */
  startPoolsAt(place: 'first symbol' | 'last symbol'): void;
  /** @param more parts of a program file that are added to the demo's */
  open(
    id: string,
    more: {
      readonly rewards?: readonly object[];
      readonly activities?: readonly object[];
      readonly manychat?: object;
    },
  ): Promise<Shop>;
  stop(): Promise<void>;
}

const lists = z.looseObject({ rewards: z.array(z.unknown()), activities: z.array(z.unknown()) });

const demo = () =>
  lists.parse(parse(readFileSync(new URL('../programs/demo.yaml', import.meta.url), 'utf8')));

/** A measurement of faults would be a measurement of nothing. */
export const strict: Log = {
  request: () => undefined,
  event: () => undefined,
  oldestDue: () => undefined,
  fault: (_, route, error) => {
    throw new Error(`${route} failed: ${JSON.stringify(told(error))}`);
  },
};

const withinMs = 60_000;

/** The event that API Gateway makes of a chat request. */
export const eventOf = (key: string, verb: string, body: object): HttpEvent => {
  const path = `/v1/${verb}`;
  const routeKey = `POST ${path}`;
  const now = Date.now();
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
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
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
};

/** @param clock what the handlers go by, where time must pass quickly */
export const openHouse = async (clock: Clock = systemClock): Promise<House> => {
  const engine = await launchEngine({ data: 'memory' });
  const table = openTable('loyalty', engine.endpoint);
  await createTable(table.client, table.name);
  const gate = dynamoGate(table, clock);
  let place: Parameters<House['startPoolsAt']>[0] = 'first symbol';
  const below = (n: number) => (place === 'first symbol' ? 0 : n - 1);
  const ledger = dynamoLedger(table, { ...systemChance, below });
  const ports: RoomPorts = {
    gate,
    ledger,
    clock,
    chance: systemChance,
    log: strict,
    shops: noShops,
    records: dynamoShopRecords(table),
  };
  const room = chatRoom(() => ports);
  return {
    engine,
    table,
    ports,
    startPoolsAt: (wanted) => {
      place = wanted;
    },
    open: async (id, { rewards = [], activities = [], ...more }) => {
      const file = demo();
      const read = readProgram({
        ...file,
        ...more,
        program: id,
        rewards: [...file.rewards, ...rewards],
        activities: [...file.activities, ...activities],
      });
      if (read.kind === 'broken') throw new Error(JSON.stringify(read.problems));
      const { id: program } = read.program;
      await pushProgram(table, read.file);
      const key = makeKey(program, 'chat', systemChance.below);
      await storeKey(table, key, program, 'chat', systemClock.now());
      const open = await gate.byProgram(program);
      if (open === undefined) throw new Error(`the program ${id} is not there`);
      return {
        open,
        key,
        chat: async (verb, body) => {
          const { statusCode, body: text = '' } = await room(eventOf(key, verb, body), {});
          if (statusCode !== 200) throw new Error(`${verb} was answered ${statusCode}: ${text}`);
          return reply.parse(JSON.parse(text));
        },
        store: async (reward, codes) => {
          const scope = {
            program,
            operation: systemChance.operation(),
            signal: AbortSignal.timeout(withinMs),
          };
          await ledger.storeCodes(scope, rewardId.parse(reward), codes);
        },
      };
    },
    stop: async () => {
      table.client.destroy();
      await engine.stop();
    },
  };
};
