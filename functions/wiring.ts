/** THE composition root: the only file that knows ports and adapters. Each port is made once, when it is first needed. */
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openQueue, sqsNudges } from './adapters/aws/nudges.ts';
import { openParameters } from './adapters/aws/parameters.ts';
import { parameterTokens } from './adapters/aws/tokens.ts';
import { dynamoAgenda } from './adapters/dynamodb/agenda.ts';
import { openTable, type Table } from './adapters/dynamodb/client.ts';
import { dynamoGate } from './adapters/dynamodb/gate.ts';
import { dynamoLedger } from './adapters/dynamodb/ledger.ts';
import { dynamoShopRecords } from './adapters/dynamodb/shop-records.ts';
import { manychatOver } from './adapters/manychat/client.ts';
import { instant, operationId } from './domain/ids.ts';
import type { MirrorPorts, SendPorts, SettlePorts, SweepPorts } from './jobs/ports.ts';
import { lambdaLog } from './platform/log.ts';
import type { RoomPorts } from './platform/room.ts';
import type { Chance, Clock, Stopwatch } from './ports/environment.ts';
import type { OpenShop } from './ports/shops.ts';

export const systemClock: Clock = { now: () => instant.parse(Date.now()) };

export const systemChance: Chance = {
  below: (n) => randomInt(n),
  operation: () => operationId.parse(randomUUID()),
};

export const systemStopwatch: Stopwatch = {
  nowMs: () => performance.now(),
  until: async (ms) => {
    // A timer may end a fraction of a millisecond early.
    for (let left = ms - performance.now(); left > 0; left = ms - performance.now()) await sleep(left);
  },
};

/** What the stack tells a function; without it nothing can work, and that is said at once. */
const setting = (name: string, what: string): string => {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: expected ${what}`);
  return value;
};

const table = () => openTable(setting('TABLE_NAME', 'the name of the ledger table'));

const prefix = () => setting('TOKENS_PREFIX', 'where tokens and credentials lie in Parameter Store');

/** The programs' shops, out of the network that may be called. */
const shopsOver = (opened: Table): OpenShop => {
  const open = async (): Promise<OpenShop> => {
    // Beside the bundle, not in it: the bundler leaves an address that is put together alone.
    const { openParameters, openShops, parameterShopSecrets, shopCalls }: typeof import('./shops/main.ts') =
      await import(new URL('shops.mjs', import.meta.url).href);
    return openShops({
      secrets: parameterShopSecrets(openParameters(opened.client), prefix()),
      call: shopCalls({ loopback: false }),
      stopwatch: systemStopwatch,
      nowMs: () => systemClock.now(),
    });
  };
  let shops: Promise<OpenShop> | undefined;
  return async (program, store) => {
    // What could not be loaded is loaded again by the next one who asks.
    shops ??= open().catch((error: unknown) => {
      shops = undefined;
      throw error;
    });
    return (await shops)(program, store);
  };
};

/** What a room's function works with. */
export const ports = (service: string): RoomPorts => {
  const opened = table();
  return {
    gate: dynamoGate(opened, systemClock),
    ledger: dynamoLedger(opened, systemChance),
    clock: systemClock,
    chance: systemChance,
    log: lambdaLog(service),
    shops: shopsOver(opened),
    records: dynamoShopRecords(opened),
  };
};

/** What the tick works with. */
export const sweepPorts = (): SweepPorts => {
  const opened = table();
  return {
    agenda: dynamoAgenda(opened),
    gate: dynamoGate(opened, systemClock),
    nudges: sqsNudges(openQueue(setting('NUDGES_URL', 'the address of the queue of nudges'))),
    clock: systemClock,
    log: lambdaLog('sweep'),
  };
};

/** What the sender works with. */
export const sendPorts = (): SendPorts => {
  const opened = table();
  return {
    agenda: dynamoAgenda(opened),
    gate: dynamoGate(opened, systemClock),
    ledger: dynamoLedger(opened, systemChance),
    manychat: manychatOver(parameterTokens(openParameters(opened.client), prefix()), systemStopwatch),
    clock: systemClock,
    chance: systemChance,
    stopwatch: systemStopwatch,
    log: lambdaLog('send'),
  };
};

/** What the jobs work with that leave nothing open between the books and the shops. */
export const settlePorts = (service: string): SettlePorts => {
  const opened = table();
  return { ...ports(service), agenda: dynamoAgenda(opened), stopwatch: systemStopwatch };
};

/** What the dispatcher of the stream works with. */
export const mirrorPorts = (): MirrorPorts => ({
  agenda: dynamoAgenda(table()),
  clock: systemClock,
  log: lambdaLog('mirror'),
});
