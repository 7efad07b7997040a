/** The laptop edition: the embedded engine, the table, the programs and the same handlers that Lambda runs, over HTTP. */
import { auditTable } from '../functions/adapters/dynamodb/audit.ts';
import { openTable, type Table } from '../functions/adapters/dynamodb/client.ts';
import { dynamoGate } from '../functions/adapters/dynamodb/gate.ts';
import { dynamoLedger } from '../functions/adapters/dynamodb/ledger.ts';
import { pushProgram } from '../functions/adapters/dynamodb/registry.ts';
import { adminRoom } from '../functions/admin/handler.ts';
import { chatRoom } from '../functions/chat/handler.ts';
import { frontRoom } from '../functions/front/handler.ts';
import type { Log } from '../functions/platform/log.ts';
import type { RoomHandler, RoomPorts } from '../functions/platform/room.ts';
import type { RoomName } from '../functions/routes.ts';
import { shopRoom } from '../functions/shop/handler.ts';
import { version } from '../functions/version.ts';
import { systemChance } from '../functions/wiring.ts';
import { type MovableClock, movableClock } from './clock.ts';
import { controlRoutes } from './control.ts';
import { createTable } from './create-table.ts';
import { type Engine, isLoopback, launchEngine } from './engine.ts';
import { localGate } from './gate.ts';
import { type RunningServer, serve } from './http-server.ts';
import type { CheckedProgram } from './program-files.ts';

export const tableName = 'loyalty';

export interface Edition {
  readonly engine: Engine;
  readonly table: Table;
  readonly clock: MovableClock;
  readonly server: RunningServer;
  stop(): Promise<void>;
}

export interface EditionOptions {
  /** Folder, or `memory`. */
  readonly data: string;
  readonly port: number;
  readonly programs: readonly CheckedProgram[];
  readonly log: Log;
}

/** The rooms over one table. */
export const roomsOver = (ports: RoomPorts): Record<RoomName, RoomHandler> => ({
  chat: chatRoom(() => ports),
  shop: shopRoom(() => ports),
  admin: adminRoom(() => ports),
  front: frontRoom({ clock: ports.clock, version }),
});

const auditWithinMs = 10 * 60_000;

/**
 * Starts everything, or says what is in the way and leaves nothing running.
 * @throws where the engine, the folder or the port is not to be had
 */
export const startEdition = async ({ data, port, programs, log }: EditionOptions): Promise<Edition> => {
  const engine = await launchEngine({ data });
  try {
    const table = openTable(tableName, engine.endpoint);
    await createTable(table.client, tableName);
    for (const { file } of programs) await pushProgram(table, file);
    const clock = movableClock();
    const ports: RoomPorts = {
      gate: localGate(dynamoGate(table, clock), isLoopback(engine.endpoint)),
      ledger: dynamoLedger(table, systemChance),
      clock,
      chance: systemChance,
      log,
    };
    const audit = () => auditTable(table, AbortSignal.timeout(auditWithinMs));
    const control = controlRoutes({ clock, audit });
    const fault = (message: string, error: unknown) => log.fault('local', message, error);
    const server = await serve({ rooms: roomsOver(ports), port, control, log: fault });
    const stop = async () => {
      await server.close();
      table.client.destroy();
      await engine.stop();
    };
    return { engine, table, clock, server, stop };
  } catch (error) {
    await engine.stop();
    throw error;
  }
};
