/** What one reminder asks of DynamoDB in its whole life, measured on members who had twelve of them. */
import { dynamoAgenda } from '../functions/adapters/dynamodb/agenda.ts';
import { dynamoGate } from '../functions/adapters/dynamodb/gate.ts';
import { keys } from '../functions/adapters/dynamodb/keys.ts';
import { getItems } from '../functions/adapters/dynamodb/read.ts';
import { type ContactId, later } from '../functions/domain/ids.ts';
import { sender } from '../functions/jobs/send/handler.ts';
import { nothing } from '../functions/jobs/send/summary.ts';
import { sweeper } from '../functions/jobs/sweep/handler.ts';
import { lambdaLog } from '../functions/platform/log.ts';
import { type MovableClock, movableClock } from '../local/clock.ts';
import { type House, openHouse, type Shop, strict } from './house.ts';
import { itemBytes } from './item-bytes.ts';
import { startStub } from './manychat-stub.ts';
import { type Meter, meterOn, type Sent } from './meter.ts';
import { numbered } from './reminder-members.ts';
import { nudgeEvent, sendPortsOf } from './reminder-workers.ts';
import { skippingStopwatch } from './skipping-stopwatch.ts';
import { unlimitedVisit } from './steps.ts';

const rounds = 12;
/** A day more than the program's interval. */
const roundMs = 29 * 86_400_000;

export interface Units {
  readonly reads: number;
  readonly writes: number;
}

export interface Counted extends Units {
  readonly sent: string;
}

export interface MeasuredReminders {
  readonly changed: Counted;
  readonly same: Counted;
  readonly confirmation: Counted;
  /** The largest contact, in bytes. */
  readonly contact: number;
  /** A tick that knows nothing yet, one program. */
  readonly tick: Units;
  /** Bytes of what a tick, a run of the sender and a request write into the log. */
  readonly logs: { readonly tick: number; readonly run: number; readonly request: number };
  /** What the program sends and writes a second. */
  readonly paces: { readonly sendFlow: number; readonly write: number };
}

/** Shares of one among `by`. */
const counted = (sent: readonly Sent[], by: number): Counted => {
  const kinds = Map.groupBy(sent, ({ command }) => command.replace(/(Item)?Command$/, ''));
  return {
    reads: sent.reduce((sum, { reads }) => sum + reads, 0) / by,
    writes: sent.reduce((sum, { writes }) => sum + writes, 0) / by,
    sent: [...kinds].map(([kind, { length }]) => `${(length / by).toFixed(2)} ${kind}`).join(' + '),
  };
};

/** Bytes that are written to standard output meanwhile; they go nowhere else. */
const written = (work: () => void): number => {
  let bytes = 0;
  const { write } = process.stdout;
  process.stdout.write = (chunk: string | Uint8Array) => {
    bytes += Buffer.byteLength(chunk);
    return true;
  };
  try {
    work();
  } finally {
    process.stdout.write = write;
  }
  return bytes;
};

const logBytes = (): MeasuredReminders['logs'] => ({
  tick: written(() => lambdaLog('sweep').oldestDue(59)),
  run: written(() =>
    lambdaLog('send').event('reminders', {
      account: 'main',
      ...nothing,
      sent: 900,
      skipped: { opted_out: 10, no_email: 10, capped: 10 },
      closed: { blocked: 10 },
    }),
  ),
  request: written(() =>
    lambdaLog('chat').request({
      requestId: '8d4a1b0c-5a5e-4d57-9c1b-0d6f6f0c3a11',
      route: 'POST /v1/delivered',
      status: 200,
      result: 'confirmed',
      program: 'demo',
      ms: 12,
    }),
  ),
});

interface Stage {
  readonly house: House;
  readonly shop: Shop;
  readonly clock: MovableClock;
  readonly meter: Meter;
  readonly contacts: readonly ContactId[];
}

const join = async ({ shop: { chat }, contacts }: Stage): Promise<void> => {
  for (const [n, contact] of contacts.entries()) {
    const email = `kowalska.${n}@example.com`;
    await chat('enroll', { contact_id: contact, email, first_name: 'Anastazja', last_name: 'Kowalska' });
  }
};

/** Tells something new of each member, so that their fields change. */
const visit = async ({ shop: { chat }, contacts }: Stage): Promise<void> => {
  for (const contact of contacts) await chat('credit', { contact_id: contact, activity: unlimitedVisit.id });
};

const tickUnits = async ({ house, clock, meter }: Stage): Promise<Units> => {
  const sweep = sweeper(() => ({
    agenda: dynamoAgenda(house.table),
    gate: dynamoGate(house.table, clock),
    nudges: { send: () => Promise.resolve() },
    clock,
    log: strict,
  }));
  const sent = await meter.during('units', async () => {
    await sweep({ time: 'tick' });
  });
  return counted(sent, 1);
};

const lives = async (stage: Stage, base: string): Promise<MeasuredReminders> => {
  const { house, shop, clock, meter, contacts } = stage;
  const members = contacts.length;
  const { program } = shop.open;
  const ports = sendPortsOf(house, base, 'bench:token', skippingStopwatch());
  const send = sender(() => ports);
  const nudge = nudgeEvent(JSON.stringify({ account: program.manychat.account, programs: [program.id] }));
  const remind = async (): Promise<Counted> => {
    clock.set(later(clock.now(), roundMs));
    let sent = 0;
    const calls = await meter.during('units', async () => {
      ({ sent } = (await send(nudge)).summary);
    });
    if (sent !== members) throw new Error(`${sent} of ${members} were reminded`);
    return counted(calls, members);
  };
  await join(stage);
  let changed: Counted | undefined;
  for (let round = 1; round <= rounds; round += 1) {
    await visit(stage);
    changed = await remind();
  }
  const { signal } = new AbortController();
  const items = await getItems(
    house.table,
    contacts.map((contact) => keys.contact(program.id, contact)),
    signal,
  );
  const same = await remind();
  const confirmed = await meter.during('units', async () => {
    const { result } = await shop.chat('delivered', { contact_id: contacts[0] });
    if (result !== 'confirmed') throw new Error(`delivered was answered ${result}`);
  });
  if (changed === undefined) throw new Error('nobody was reminded');
  const { sendFlow, write } = program.manychat.pace;
  return {
    changed,
    same,
    confirmation: counted(confirmed, 1),
    contact: Math.max(...items.map(itemBytes)),
    tick: await tickUnits(stage),
    logs: logBytes(),
    paces: { sendFlow, write },
  };
};

/** @throws where not everybody is reminded each time: then the counts mean nothing */
export const measureReminders = async (members = 30): Promise<MeasuredReminders> => {
  const clock = movableClock();
  const stub = await startStub();
  const house = await openHouse(clock);
  try {
    const shop = await house.open('reminded', { activities: [unlimitedVisit] });
    const contacts = Array.from({ length: members }, (_, n) => numbered(1, n));
    const meter = meterOn(house.table.client);
    return await lives({ house, shop, clock, meter, contacts }, stub.url);
  } finally {
    await house.stop();
    await stub.close();
  }
};
