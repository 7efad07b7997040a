/** The product as it runs, but for the time: the engine, the adapters, the rooms, the jobs and ManyChat's double over HTTP. */
import * as z from 'zod/mini';
import { dynamoAgenda } from '../../functions/adapters/dynamodb/agenda.ts';
import { openTable, type Table } from '../../functions/adapters/dynamodb/client.ts';
import { dynamoGate } from '../../functions/adapters/dynamodb/gate.ts';
import { dynamoLedger } from '../../functions/adapters/dynamodb/ledger.ts';
import { pushProgram } from '../../functions/adapters/dynamodb/registry.ts';
import { dynamoShopRecords } from '../../functions/adapters/dynamodb/shop-records.ts';
import { manychatOver } from '../../functions/adapters/manychat/client.ts';
import { chatRoom } from '../../functions/chat/handler.ts';
import { type Instant, instant } from '../../functions/domain/ids.ts';
import type { SendPorts } from '../../functions/jobs/ports.ts';
import { fieldTypes } from '../../functions/jobs/send/content.ts';
import { type Log, told } from '../../functions/platform/log.ts';
import { shopRoom } from '../../functions/shop/handler.ts';
import { systemChance } from '../../functions/wiring.ts';
import { createTable } from '../../local/create-table.ts';
import { tableName } from '../../local/edition.ts';
import { launchEngine } from '../../local/engine.ts';
import { localGate } from '../../local/gate.ts';
import { type Double, startDouble } from '../../local/manychat/double.ts';
import { noShops } from '../../local/no-shops.ts';
import { calling } from './doors.ts';
import type { Answered, Event } from './events.ts';
import { fileOf, flowOf, programs } from './terms.ts';
import { type VirtualTime, virtualTime } from './virtual-time.ts';

/** A look at a member that ended without a message. */
export interface Look {
  readonly contact: string;
  readonly at: Instant;
  readonly what: string;
}

export interface World {
  readonly table: Table;
  readonly time: VirtualTime;
  readonly ports: SendPorts;
  readonly double: Double;
  /** What each event was answered, in their order. */
  readonly answers: Answered[];
  readonly looks: Look[];
  /** Which place a contact had among those that the index named for a program, by the instant at which it was asked. */
  readonly places: Map<string, number>;
  readonly faults: string[];
  stop(): Promise<void>;
}

const token = 'simulated:token';

/** What the person at the keyboard can mend. */
export class HoldsBooks extends Error {
  override readonly name = 'HoldsBooks';
}

export const placeName = (program: string, servedAt: number, contact: string): string =>
  `${program} ${servedAt} ${contact}`;

/** What the sender decided of a member, as far as it ended without a message. */
const decision = z.union([
  z.object({ kind: z.literal('skipped'), reason: z.string() }),
  z.object({ kind: z.literal('later'), dueAt: instant }),
]);

const whatOf = (answer: unknown): string | undefined => {
  const read = decision.safeParse(answer);
  if (!read.success) return undefined;
  return read.data.kind === 'skipped'
    ? `skipped ${read.data.reason}`
    : `later ${new Date(read.data.dueAt).toISOString()}`;
};

const setUp = (double: Double): void => {
  const held = double.account(token);
  for (const [name, type] of Object.entries(fieldTypes)) held.addField(name, type);
  for (const terms of programs) {
    const flow = { ns: flowOf(terms), name: terms.id };
    held.addFlow(terms.channel === 'messenger' ? { ...flow, channel: 'messenger' } : flow);
  }
};

/** Writes down what the sender decides, and in which order it was told of the members. It changes nothing. */
const watched = (ports: SendPorts, looks: Look[], places: Map<string, number>): SendPorts => ({
  ...ports,
  ledger: {
    ...ports.ledger,
    decide: async (scope, wanted, judge) => {
      const answer = await ports.ledger.decide(scope, wanted, judge);
      const what = whatOf(answer);
      const { contact } = wanted;
      if (what !== undefined && contact !== undefined) looks.push({ contact, at: ports.clock.now(), what });
      return answer;
    },
  },
  agenda: {
    ...ports.agenda,
    due: async function* (program, kind, by, signal) {
      let place = 0;
      for await (const page of ports.agenda.due(program, kind, by, signal)) {
        for (const { contact } of page) {
          places.set(placeName(program, by, contact), place);
          place += 1;
        }
        yield page;
      }
    },
  },
});

export interface Setting {
  readonly events: readonly Event[];
  readonly begins: number;
  readonly currency: string;
  /** Folder, or `memory`. */
  readonly data: string;
  readonly passed: (now: number) => void;
}

/** What is written down while the year passes. */
const notes = () => {
  const kept: Pick<World, 'answers' | 'looks' | 'places' | 'faults'> = {
    answers: [],
    looks: [],
    places: new Map(),
    faults: [],
  };
  const log: Log = {
    request: () => undefined,
    event: () => undefined,
    oldestDue: () => undefined,
    fault: (id, route, error) => void kept.faults.push(`${id} ${route}: ${JSON.stringify(told(error))}`),
  };
  return { ...kept, log };
};

/** ManyChat knows by itself when a contact wrote on Messenger. */
const overheard = ({ at, customer, deed }: Event, double: Double): void => {
  const onMessenger = deed.kind !== 'push' && (deed.kind !== 'chat' || deed.channel === 'messenger');
  if (onMessenger) double.account(token).setContact(customer.contact, { lastInteraction: instant.parse(at) });
};

/** @throws where the folder holds books already */
const emptyTable = async (endpoint: string, currency: string): Promise<Table> => {
  const table = openTable(tableName, endpoint);
  await createTable(table.client, tableName);
  if ((await dynamoAgenda(table).programs(AbortSignal.timeout(10_000))).length > 0)
    throw new HoldsBooks('The folder holds books already: expected a new one.');
  for (const terms of programs) await pushProgram(table, fileOf(terms, currency));
  return table;
};

/** @throws where the engine is not to be had, or the folder holds books already */
export const openWorld = async ({ events, begins, currency, data, passed }: Setting): Promise<World> => {
  const ends: (() => unknown)[] = [];
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const engine = await launchEngine({ data });
    ends.push(() => engine.stop());
    const table = await emptyTable(engine.endpoint, currency);
    ends.push(() => table.client.destroy());
    const { log, ...kept } = notes();
    const act = async (event: Event) => {
      overheard(event, double);
      kept.answers.push(await call(event));
    };
    const time = virtualTime(begins, events, act, passed);
    const { clock, stopwatch } = time;
    const double = await startDouble({ clock, tokens: [token], limits: false });
    ends.push(() => double.close());
    setUp(double);
    const ledger = dynamoLedger(table, systemChance);
    const gate = localGate(dynamoGate(table, clock), true);
    const rooms = {
      gate,
      ledger,
      clock,
      chance: systemChance,
      log,
      shops: noShops,
      records: dynamoShopRecords(table),
    };
    const call = calling({ chat: chatRoom(() => rooms), shop: shopRoom(() => rooms) });
    const manychat = manychatOver({ manychat: () => Promise.resolve(token) }, stopwatch, double.url);
    const jobs = { ...rooms, agenda: dynamoAgenda(table), manychat, stopwatch };
    return { ...kept, table, time, ports: watched(jobs, kept.looks, kept.places), double, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
