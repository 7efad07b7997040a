/** THE composition root: the only file that knows ports and adapters. Each port is made once, when it is first needed. */
import { randomInt, randomUUID } from 'node:crypto';
import { openTable } from './adapters/dynamodb/client.ts';
import { dynamoGate } from './adapters/dynamodb/gate.ts';
import { dynamoLedger } from './adapters/dynamodb/ledger.ts';
import { instant, operationId } from './domain/ids.ts';
import { lambdaLog } from './platform/log.ts';
import type { RoomPorts } from './platform/room.ts';
import type { Chance, Clock } from './ports/environment.ts';

export const systemClock: Clock = { now: () => instant.parse(Date.now()) };

export const systemChance: Chance = {
  below: (n) => randomInt(n),
  operation: () => operationId.parse(randomUUID()),
};

/** The table's name comes from the stack; without it nothing can work, and that is said at once. */
const tableName = (): string => {
  const name = process.env['TABLE_NAME'];
  if (name === undefined || name === '')
    throw new Error('TABLE_NAME is not set: expected the name of the ledger table');
  return name;
};

/** What a Lambda function works with. */
export const ports = (service: string): RoomPorts => {
  const table = openTable(tableName());
  return {
    gate: dynamoGate(table, systemClock),
    ledger: dynamoLedger(table, systemChance),
    clock: systemClock,
    chance: systemChance,
    log: lambdaLog(service),
  };
};
