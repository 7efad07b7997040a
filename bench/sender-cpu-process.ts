/**
 * Measures the sender's CPU time in a process of its own, whose standard output goes nowhere: Lambda's log line is written here too.
 * ManyChat answers from another process, and nobody waits for turns. Results go to the parent.
 */
import { BatchGetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import type { Table } from '../functions/adapters/dynamodb/client.ts';
import { later } from '../functions/domain/ids.ts';
import type { SendPorts } from '../functions/jobs/ports.ts';
import { sender } from '../functions/jobs/send/handler.ts';
import { lambdaLog } from '../functions/platform/log.ts';
import { systemClock } from '../functions/wiring.ts';
import { writeItems } from './histories.ts';
import { type House, openHouse, type Shop } from './house.ts';
import { type Call, type Recording, recordCalls } from './recorded-calls.ts';
import { dueMember, numbered } from './reminder-members.ts';
import { nudgeEvent, sendPortsOf } from './reminder-workers.ts';
import { skippingStopwatch } from './skipping-stopwatch.ts';

/** CPU microseconds for each reminder of a block. */
export interface Block {
  readonly arm: string;
  readonly round: number;
  readonly micros: number;
}

interface Plan {
  readonly rounds: number;
  /** Where ManyChat is. */
  readonly base: string;
}

const blockSize = 100;
/** As many at once as the sender serves. */
const width = 8;
const warmRounds = 3;
const token = 'bench:token';

const dayMs = 86_400_000;

/** One way to remind a block of members. */
interface Arm {
  /** Puts everybody back to where they are due. */
  ready(): Promise<void>;
  /** @returns how many were reminded */
  run(): Promise<number>;
}

interface Scene {
  readonly house: House;
  readonly shop: Shop;
  readonly base: string;
}

const nudgeOf = ({ open }: Shop) =>
  nudgeEvent(JSON.stringify({ account: open.program.manychat.account, programs: [open.program.id] }));

const portsOver = ({ house, base }: Scene, table: Table): SendPorts => ({
  ...sendPortsOf({ table, ports: house.ports }, base, token, skippingStopwatch()),
  log: lambdaLog('bench'),
});

const remindAll = (scene: Scene, ports: SendPorts): Arm['run'] => {
  const send = sender(() => ports, width);
  const nudge = nudgeOf(scene.shop);
  return async () => (await send(nudge)).summary.sent;
};

const make = async ({ house, base }: Scene, call: Call): Promise<void> => {
  if (call.to === 'ManyChat') return post(base, call.path, call.body);
  const { client } = house.table;
  const { signal: abortSignal } = new AbortController();
  if (call.to === 'BatchGet') await client.send(new BatchGetCommand(call.input), { abortSignal });
  else if (call.to === 'Query') await client.send(new QueryCommand(call.input), { abortSignal });
  else await client.send(new UpdateCommand(call.input), { abortSignal });
};

const post = async (base: string, path: string, body: object): Promise<void> => {
  const response = await fetch(base + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(10_000),
  });
  JSON.parse(await response.text());
};

/** The same calls with the same bodies, and nothing of ours around them. */
const callAll =
  (scene: Scene, { around, members }: Recording): Arm['run'] =>
  async () => {
    for (const call of around) await make(scene, call);
    const one = async (calls: readonly Call[]): Promise<void> => {
      for (const call of calls) await make(scene, call);
    };
    await pMap(members, one, { concurrency: width });
    return members.length;
  };

const contactsOf = (group: number) => Array.from({ length: blockSize }, (_, n) => numbered(group, n));

/** The two arms of one kind of reminder; both find the same in the table before each block. */
const armsOf = async (house: House, base: string, mirrored: boolean): Promise<Record<string, Arm>> => {
  const name = mirrored ? 'same' : 'changed';
  const shop = await house.open(`cpu-${name}`, {});
  const now = systemClock.now();
  const contacts = contactsOf(mirrored ? 1 : 2);
  const items = contacts.flatMap((contact, n) =>
    dueMember(house.table, shop.open, {
      contact,
      dueAt: later(now, n - 60_000),
      joinedAt: later(now, -29 * dayMs),
      mirrored,
    }),
  );
  const scene: Scene = { house, shop, base };
  const ready = () => writeItems(house.table, items);
  const ports = portsOver(scene, house.table);
  // Key and program are in memory before anything is written down.
  await ports.gate.byProgram(shop.open.program.id);
  await ready();
  const recording = await recordCalls(
    house.table,
    contacts,
    (table) => ({ ...portsOver(scene, table), gate: ports.gate }),
    async (listened) => {
      await remindAll(scene, listened)();
    },
  );
  const calls = recording.members.map(({ length }) => length);
  const expected = mirrored ? 4 : 5;
  if (calls.some((count) => count !== expected))
    throw new Error(`a reminder made other calls than ${expected}`);
  const title = mirrored ? 'fields as they were' : 'fields changed';
  return {
    [title]: { ready, run: remindAll(scene, ports) },
    [`${title}: its calls alone`]: { ready, run: callAll(scene, recording) },
  };
};

const cpuOf = async ({ ready, run }: Arm): Promise<number> => {
  await ready();
  const before = process.cpuUsage();
  const done = await run();
  const { user, system } = process.cpuUsage(before);
  if (done !== blockSize) throw new Error(`${done} of ${blockSize} were reminded`);
  return (user + system) / blockSize;
};

const measured = async (arms: Readonly<Record<string, Arm>>, rounds: number): Promise<Block[]> => {
  const blocks: Block[] = [];
  const names = Object.entries(arms);
  for (let round = 0; round < warmRounds + rounds; round += 1) {
    // Every other round the other way round: none of the arms always comes after the same one.
    for (const [arm, work] of round % 2 === 0 ? names : names.toReversed()) {
      const micros = await cpuOf(work);
      if (round >= warmRounds) blocks.push({ arm, round: round - warmRounds, micros });
    }
  }
  return blocks;
};

const run = async ({ rounds, base }: Plan): Promise<Block[]> => {
  const house = await openHouse();
  try {
    const arms = { ...(await armsOf(house, base, true)), ...(await armsOf(house, base, false)) };
    return await measured(arms, rounds);
  } finally {
    await house.stop();
  }
};

process.once('message', (plan: Plan) => {
  run(plan).then(
    (blocks) => process.send?.({ blocks }, () => process.disconnect()),
    (error: Error) => process.send?.({ failed: error.stack ?? error.message }, () => process.exit(1)),
  );
});
