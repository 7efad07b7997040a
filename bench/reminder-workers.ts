/**
 * Senders as Lambda runs them: each has clients, turns and memory of its own, and they share nothing but the queue, the table and
 * ManyChat. One nudge is given to one of them at a time.
 */
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { Queue } from '../functions/adapters/aws/nudges.ts';
import { dynamoAgenda } from '../functions/adapters/dynamodb/agenda.ts';
import { openTable } from '../functions/adapters/dynamodb/client.ts';
import { dynamoGate } from '../functions/adapters/dynamodb/gate.ts';
import { dynamoLedger } from '../functions/adapters/dynamodb/ledger.ts';
import { manychatOver } from '../functions/adapters/manychat/client.ts';
import type { SendPorts } from '../functions/jobs/ports.ts';
import { type SendHandler, sender } from '../functions/jobs/send/handler.ts';
import type { Stopwatch } from '../functions/ports/environment.ts';
import { systemChance, systemStopwatch } from '../functions/wiring.ts';
import { type House, strict } from './house.ts';
import type { Stretch } from './instants.ts';

/** A sender's ports. @param base where ManyChat is @param token of every account */
export const sendPortsOf = (
  { table, ports }: Pick<House, 'table' | 'ports'>,
  base: string,
  token: string,
  stopwatch: Stopwatch = systemStopwatch,
): SendPorts => ({
  agenda: dynamoAgenda(table),
  gate: dynamoGate(table, ports.clock),
  ledger: dynamoLedger(table, systemChance),
  manychat: manychatOver({ manychat: () => Promise.resolve(token) }, stopwatch, base),
  clock: ports.clock,
  chance: systemChance,
  stopwatch,
  log: strict,
});

/** When a sender was at work. */
export interface Shift extends Stretch {
  readonly worker: number;
  readonly sent: number;
}

/** A Lambda poller waits up to 20 s; here it looks whether the day is over. */
const pollSeconds = 1;

export interface Crew {
  /** Shifts that are over, in their order. */
  readonly shifts: readonly Shift[];
  /** Ends when nobody is at work any more. @throws what a sender threw */
  dismiss(): Promise<void>;
}

/** A nudge as Lambda hands it over. */
export const nudgeEvent = (body: string, messageId = 'nudge'): SQSEvent => ({
  Records: [{ messageId, body } as SQSRecord],
});

const workOn = async ({ client, url }: Queue, send: SendHandler, worker: number): Promise<Shift[]> => {
  const asked = new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: 1,
    WaitTimeSeconds: pollSeconds,
  });
  const { Messages = [] } = await client.send(asked);
  const shifts: Shift[] = [];
  for (const { Body = '', MessageId, ReceiptHandle } of Messages) {
    const from = performance.now();
    const { summary } = await send(nudgeEvent(Body, MessageId));
    shifts.push({ worker, from, to: performance.now(), sent: summary.sent });
    await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
  }
  return shifts;
};

export interface CrewPlan {
  readonly workers: number;
  readonly queue: Queue;
  /** The double's address and the account's token. */
  readonly base: string;
  readonly token: string;
  readonly shiftMs: number;
}

export const startCrew = (house: House, { workers, queue, base, token, shiftMs }: CrewPlan): Crew => {
  const shifts: Shift[] = [];
  let over = false;
  const work = async (worker: number): Promise<void> => {
    const table = openTable(house.table.name, house.engine.endpoint);
    try {
      const ports = sendPortsOf({ table, ports: house.ports }, base, token);
      const send = sender(() => ports, undefined, shiftMs);
      while (!over) shifts.push(...(await workOn(queue, send, worker)));
    } finally {
      // One who fails sends the others home.
      over = true;
      table.client.destroy();
    }
  };
  const all = Promise.allSettled(Array.from({ length: workers }, (_, index) => work(index + 1)));
  return {
    shifts,
    dismiss: async () => {
      over = true;
      for (const ended of await all) if (ended.status === 'rejected') throw ended.reason;
    },
  };
};
