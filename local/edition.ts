/** The laptop edition: the embedded engine, the table, the programs and the same handlers that Lambda runs, over HTTP. */

import { dynamoAgenda } from '../functions/adapters/dynamodb/agenda.ts';
import { auditTable } from '../functions/adapters/dynamodb/audit.ts';
import { openTable, type Table } from '../functions/adapters/dynamodb/client.ts';
import { dynamoGate } from '../functions/adapters/dynamodb/gate.ts';
import { dynamoLedger } from '../functions/adapters/dynamodb/ledger.ts';
import { pushProgram } from '../functions/adapters/dynamodb/registry.ts';
import { dynamoShopRecords } from '../functions/adapters/dynamodb/shop-records.ts';
import { manychatOver } from '../functions/adapters/manychat/client.ts';
import { shopCalls } from '../functions/adapters/shops/http.ts';
import { openShops } from '../functions/adapters/shops/open.ts';
import { adminRoom } from '../functions/admin/handler.ts';
import { chatRoom } from '../functions/chat/handler.ts';
import { frontRoom } from '../functions/front/handler.ts';
import { mirrorDispatcher } from '../functions/jobs/mirror/handler.ts';
import type { Log } from '../functions/platform/log.ts';
import type { RoomHandler, RoomPorts } from '../functions/platform/room.ts';
import type { ShopSecrets } from '../functions/ports/shops.ts';
import type { RoomName } from '../functions/routes.ts';
import { shopRoom } from '../functions/shop/handler.ts';
import { version } from '../functions/version.ts';
import { systemChance, systemStopwatch } from '../functions/wiring.ts';
import { type MovableClock, movableClock } from './clock.ts';
import { controlRoutes } from './control.ts';
import { createTable } from './create-table.ts';
import { type Engine, isLoopback, launchEngine } from './engine.ts';
import { localGate } from './gate.ts';
import { type RunningServer, serve } from './http-server.ts';
import { type LocalJobs, localJobs } from './jobs.ts';
import { type LocalManyChat, openLocalManyChat } from './manychat.ts';
import type { CheckedProgram } from './program-files.ts';
import { folderShopSecrets, secretsFolder } from './shop-secrets.ts';
import { followWrites } from './stream.ts';

export const tableName = 'loyalty';

export interface Edition {
  readonly engine: Engine;
  readonly table: Table;
  readonly clock: MovableClock;
  readonly server: RunningServer;
  readonly manychat: LocalManyChat;
  readonly jobs: LocalJobs;
  stop(): Promise<void>;
}

export interface EditionOptions {
  /** Folder, or `memory`. */
  readonly data: string;
  readonly port: number;
  readonly programs: readonly CheckedProgram[];
  readonly log: Log;
  /** Where ManyChat's API is, if it is not the built-in double. */
  readonly manychatBase?: string | undefined;
  readonly manychatToken?: string | undefined;
  /** How many members of an account are served at once. */
  readonly width?: number;
  /** The credentials of shops; from files beside the data unless told. */
  readonly shopSecrets?: ShopSecrets | undefined;
}

/** The rooms over one table. */
export const roomsOver = (ports: RoomPorts): Record<RoomName, RoomHandler> => ({
  chat: chatRoom(() => ports),
  shop: shopRoom(() => ports),
  admin: adminRoom(() => ports),
  front: frontRoom({ clock: ports.clock, version }),
});

const auditWithinMs = 10 * 60_000;

/** What has to be ended, the last one first. */
const ending = () => {
  const ends: (() => unknown)[] = [];
  return {
    with: (end: () => unknown) => void ends.push(end),
    all: async () => {
      for (const end of ends.splice(0).reverse()) await end();
    },
  };
};

/**
 * Starts everything, or says what is in the way and leaves nothing running. Jobs wait for `jobs.begin()`, or to be run.
 * @throws where the engine, the folder or the port is not to be had
 */
export const startEdition = async (options: EditionOptions): Promise<Edition> => {
  const { data, port, programs, log } = options;
  const ends = ending();
  try {
    const engine = await launchEngine({ data });
    ends.with(() => engine.stop());
    const table = openTable(tableName, engine.endpoint);
    ends.with(() => table.client.destroy());
    await createTable(table.client, tableName);
    for (const { file } of programs) await pushProgram(table, file);
    const clock = movableClock();
    const manychat = await openLocalManyChat(clock, options);
    ends.with(() => manychat.close());
    for (const { program } of programs) manychat.know(program);
    const ports: RoomPorts = {
      gate: localGate(dynamoGate(table, clock), isLoopback(engine.endpoint)),
      ledger: dynamoLedger(table, systemChance),
      clock,
      chance: systemChance,
      log,
      shops: openShops({
        secrets: options.shopSecrets ?? folderShopSecrets(secretsFolder(data)),
        call: shopCalls({ loopback: true }),
        stopwatch: systemStopwatch,
        // Shops keep the machine's time, wherever the clock of the books was moved to.
        nowMs: Date.now,
      }),
      records: dynamoShopRecords(table),
    };
    const agenda = dynamoAgenda(table);
    const dispatch = mirrorDispatcher(() => ({ agenda, clock, log }));
    const jobs = localJobs({
      ports: {
        ...ports,
        agenda,
        manychat: manychatOver(manychat.tokens, systemStopwatch, manychat.base),
        stopwatch: systemStopwatch,
      },
      stream: followWrites(table, dispatch),
      ...(options.width === undefined ? {} : { width: options.width }),
    });
    ends.with(() => jobs.close());
    const audit = () => auditTable(table, AbortSignal.timeout(auditWithinMs));
    const control = controlRoutes({ clock, audit, jobs, outbox: () => manychat.outbox() });
    const fault = (message: string, error: unknown) => log.fault('local', message, error);
    const rooms = roomsOver(ports);
    const server = await serve({
      rooms: { ...rooms, chat: manychat.overhears(rooms.chat) },
      port,
      control,
      log: fault,
    });
    ends.with(() => server.close());
    return { engine, table, clock, server, manychat, jobs, stop: ends.all };
  } catch (error) {
    await ends.all();
    throw error;
  }
};
