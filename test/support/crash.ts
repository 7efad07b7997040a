/** Senders beside the house’s own: each with its own connections, as a process of its own would have, so that one can die alone. */
import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { dynamoAgenda } from '../../functions/adapters/dynamodb/agenda.ts';
import { openTable, type Table } from '../../functions/adapters/dynamodb/client.ts';
import { dynamoGate } from '../../functions/adapters/dynamodb/gate.ts';
import { dynamoLedger } from '../../functions/adapters/dynamodb/ledger.ts';
import { manychatOver } from '../../functions/adapters/manychat/client.ts';
import type { Contact } from '../../functions/domain/contact.ts';
import { contactId, type Instant, instant } from '../../functions/domain/ids.ts';
import { answer } from '../../functions/domain/ledger.ts';
import { fieldTypes } from '../../functions/jobs/send/content.ts';
import { sender } from '../../functions/jobs/send/handler.ts';
import type { Summary } from '../../functions/jobs/send/summary.ts';
import { type Log, told } from '../../functions/platform/log.ts';
import type { Stopwatch } from '../../functions/ports/environment.ts';
import type { ManyChat, OpenManyChat } from '../../functions/ports/manychat.ts';
import { systemChance } from '../../functions/wiring.ts';
import { tableName } from '../../local/edition.ts';
import { type Double, type DoubleAccount, startDouble } from '../../local/manychat/double.ts';
import { type House, openHouse, type Reply, type Shop } from './house.ts';

/** A house with a ManyChat for the senders here, in which each program has an account of its own. */
export interface Stage extends House {
  readonly double: Double;
}

/** Nobody here waits for a turn, so ManyChat counts no calls. */
export const openStage = async (): Promise<Stage> => {
  const house = await openHouse();
  const double = await startDouble({ clock: house.clock, tokens: [], limits: false });
  const stop = async () => {
    await double.close();
    await house.stop();
  };
  return { ...house, double, stop };
};

/** The calls that leave a sender, by what they are for. */
export type Site =
  | 'program'
  | 'mirrors due'
  | 'reminders due'
  | 'look'
  | 'setFields'
  | 'intent'
  | 'sendFlow'
  | 'outcome'
  | 'other';
export type Moment = 'before' | 'after';
/** Done before and after each call; what it throws, the call throws. */
export type Hook = (site: Site, moment: Moment) => unknown;

const around = async <T>(hook: Hook, site: Site, call: () => Promise<T>): Promise<T> => {
  await hook(site, 'before');
  const came = await call();
  await hook(site, 'after');
  return came;
};

const written = z.object({
  ExpressionAttributeValues: z.object({
    ':message': z.object({ state: z.string() }),
  }),
});

/** What a request to the table is for, told from what it says. */
const siteOf = (command: string, input: unknown): Site => {
  const text = JSON.stringify(input);
  if (command === 'QueryCommand' && text.includes('#DUE#remind')) return 'reminders due';
  if (command === 'QueryCommand' && text.includes('#DUE#mirror')) return 'mirrors due';
  if (command === 'BatchGetItemCommand') return text.includes('"PROGRAM"') ? 'program' : 'look';
  const message = written.safeParse(input);
  if (!message.success) return 'other';
  return message.data.ExpressionAttributeValues[':message'].state === 'unconfirmed' ? 'intent' : 'outcome';
};

const hookedTable = (stage: Stage, hook: Hook): Table => {
  const table = openTable(tableName, stage.engine.endpoint);
  table.client.middlewareStack.add(
    (next, context) => (args) =>
      around(hook, siteOf(String(context.commandName), args.input), () => next(args)),
    { step: 'initialize', priority: 'high', name: 'hook' },
  );
  return table;
};

/** Around the flow's start lies only what leaves: the intent is a call of its own. */
const hookedManyChat =
  (open: OpenManyChat, hook: Hook): OpenManyChat =>
  async (account, pace) => {
    const inner = await open(account, pace);
    if (inner === undefined) return undefined;
    const hooked: ManyChat = {
      ...inner,
      setFields: (contact, fields) => around(hook, 'setFields', () => inner.setFields(contact, fields)),
      startFlow: async (contact, flow, intend) => {
        const outcome = await inner.startFlow(contact, flow, async () => {
          const wanted = await intend();
          if (wanted) await hook('sendFlow', 'before');
          return wanted;
        });
        if (outcome.kind !== 'withheld') await hook('sendFlow', 'after');
        return outcome;
      },
    };
    return hooked;
  };

/** Time that stands still: every turn comes at once, and no rest lasts. */
export const still: Stopwatch = { nowMs: () => 0, until: () => Promise.resolve() };

const tokenOf = (account: string): string => `${account}:key`;

export interface Sender {
  readonly table: Table;
  /** What it told the owner, sentences only. */
  readonly told: readonly string[];
  /** What it noted of single members. */
  readonly noted: readonly Readonly<Record<string, unknown>>[];
  /** Serves the account of these programs once. */
  serve(...shops: readonly Shop[]): Promise<Summary>;
  close(): void;
}

const recordOf = (body: object): SQSRecord => ({
  messageId: '1',
  receiptHandle: '1',
  body: JSON.stringify(body),
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '0',
    SenderId: 'test',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn',
  awsRegion: 'local',
});

export interface SenderOptions {
  readonly hook?: Hook;
  /** How many members are served at once; one unless told. */
  readonly width?: number;
  readonly stopwatch?: Stopwatch;
  /** How long ManyChat's answer is waited for. */
  readonly withinMs?: number;
}

/** A sender as a new process would make it, over the stage’s table, clock and ManyChat. */
export const openSender = (
  stage: Stage,
  { hook = () => undefined, width = 1, stopwatch = still, withinMs }: SenderOptions = {},
): Sender => {
  const table = hookedTable(stage, hook);
  const sentences: string[] = [];
  const noted: Readonly<Record<string, unknown>>[] = [];
  const log: Log = {
    request: () => undefined,
    fault: (_id, _route, error) => void sentences.push(told(error).message),
    event: (_name, facts) => void ('contact' in facts && noted.push(facts)),
    oldestDue: () => undefined,
  };
  const { clock, double } = stage;
  const tokens = { manychat: (account: string) => Promise.resolve(tokenOf(account)) };
  const handle = sender(
    () => ({
      agenda: dynamoAgenda(table),
      gate: dynamoGate(table, clock),
      ledger: dynamoLedger(table, systemChance),
      manychat: hookedManyChat(manychatOver(tokens, stopwatch, double.url, withinMs), hook),
      clock,
      chance: systemChance,
      stopwatch,
      log,
    }),
    width,
  );
  return {
    table,
    told: sentences,
    noted,
    serve: async (...shops) => {
      const account = shops[0]?.program.manychat.account;
      const programs = shops.map(({ program }) => program.id);
      return (await handle({ Records: [recordOf({ account, programs })] })).summary;
    },
    close: () => table.client.destroy(),
  };
};

/** One life of a sender. */
export interface Life {
  readonly hook: Hook;
  /** Where it died: `sendFlow before`. */
  died(): string | undefined;
}

/** Dies before or after its nth call that leaves: from then on nothing leaves it any more. */
export const dyingAt = (nth: number, moment: Moment): Life => {
  let calls = 0;
  let died: string | undefined;
  return {
    hook: (site, now) => {
      if (now === 'before' && died === undefined) calls += 1;
      if (calls === nth && now === moment) died ??= `${site} ${now}`;
      if (died !== undefined) throw new Error(`died at ${died}`);
    },
    died: () => died,
  };
};

export const atTime = (text: string): Instant => instant.parse(Date.parse(text));

/** Everybody here joins at noon of this day; their first reminder is due four weeks later at ten. */
const joined = atTime('2030-01-01T12:00:00Z');
export const dueTime = atTime('2030-01-29T10:30:00Z');
/** And the one after it. */
export const nextDueTime = atTime('2030-02-26T10:30:00Z');
const dayMs = 86_400_000;
/** When the next reminder is due after a message: every 28 days at ten, in UTC. */
export const dueAfter = (at: Instant): number => Math.floor(at / dayMs) * dayMs + 28 * dayMs + 10 * 3_600_000;

/** The ManyChat account of a program. */
export const accountFor = ({ double }: Stage, { program }: Shop): DoubleAccount =>
  double.account(tokenOf(program.manychat.account));

/** A program with an account of its own that is set up, and with members whose first reminder is due now. */
export const dueShop = async (
  stage: Stage,
  members: readonly string[],
  change: (file: Reply) => void = () => undefined,
): Promise<Shop> => {
  const shop = await stage.open((file) => {
    file.timezone = 'UTC';
    file.manychat = { pace: { send_flow: 20, send_content: 25, write: 10 } };
    change(file);
  });
  const account = accountFor(stage, shop);
  for (const [name, type] of Object.entries(fieldTypes)) account.addField(name, type);
  account.addFlow({ ns: shop.program.reminders?.flow ?? '', name: 'reminder' });
  stage.clock.set(joined);
  await Promise.all(members.map((id) => shop.chat('enroll', { contact_id: id, email: `${id}@example.com` })));
  stage.clock.set(dueTime);
  return shop;
};

/** How often the reminder's flow was started for a contact, from some time on. */
export const arrivedFor = (stage: Stage, shop: Shop, contact: string, since = 0): number =>
  accountFor(stage, shop).sent.filter((one) => one.contact === contact && one.at >= since).length;

/** What is stored of a person. */
export const personOf = async (
  { table }: { readonly table: Table },
  { id, program }: Pick<Shop, 'id' | 'program'>,
  contact: string,
): Promise<Contact> => {
  const scope = {
    program: program.id,
    operation: systemChance.operation(),
    signal: AbortSignal.timeout(10_000),
  };
  const person = await dynamoLedger(table, systemChance).decide(
    scope,
    { contact: contactId.parse(contact) },
    (found) => answer(found.contact),
  );
  if (person === undefined) throw new Error(`${contact} is not known to ${id}`);
  return person;
};
