/** The story of one customer, told by real requests: what is printed is what came back. */
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import { decimalsOf, formatMinor } from '../functions/domain/money.ts';
import type { Program } from '../functions/domain/program.ts';
import { localKey } from './gate.ts';

export interface Stage {
  readonly url: string;
  readonly program: Program;
  /** Whether what ManyChat receives can be read: it is the built-in double. */
  readonly showsOutbox: boolean;
  /** Prints one line. */
  readonly say: (line: string) => void;
  readonly paint: Paint;
  /** Between two steps, for people who read along. */
  readonly pauseMs: number;
}

export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const reply = z.object({
  ok: z.boolean(),
  result: z._default(z.string(), 'audited'),
  message: z.optional(z.string()),
  points: z.optional(z.int()),
  coupon_code: z.optional(z.string()),
  // The owner's route lists entries, audit counts them.
  entries: z.optional(z.union([z.array(z.object({ text: z.string(), balance: z.int() })), z.int()])),
  members: z.optional(z.int()),
});
type Reply = z.infer<typeof reply>;

type Caller = (path: string, role: 'chat' | 'store' | 'admin', body?: unknown) => Promise<Reply>;

const timeoutMs = 10_000;

const callerOf =
  ({ url, program }: Stage): Caller =>
  async (path, role, body) => {
    const response = await fetch(url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': localKey(role, program.id) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return reply.parse(await response.json());
  };

/** A customer and orders that no story used before, so that it can be told again on the same data. */
const newCast = () => {
  const id = Date.now().toString().slice(-9);
  const order = (n: number) => `S${id}-${n}`;
  return {
    contact: `story-${id}`,
    email: `ana.${id}@example.com`,
    order,
    other: `somebody.${id}@example.com`,
  };
};

const actorWidth = 9;

/** One line: who did what, and below it what came back. */
const teller =
  ({ say, paint, pauseMs }: Stage) =>
  async (who: string, what: string, came: Reply, detail = came.message ?? '') => {
    const sign = came.ok ? paint.green('✓') : paint.yellow('✗');
    say(`${paint.bold(who.padEnd(actorWidth))} ${what}`);
    say(
      `${' '.repeat(actorWidth)} ${sign} ${paint.cyan(came.result)}${detail === '' ? '' : `  ${paint.dim(detail.replaceAll('\n', ' · '))}`}`,
    );
    await pause(pauseMs);
  };

const orderOf = (program: Program, number: string, email: string, total: string) => ({
  order_number: number,
  email,
  total,
  currency: program.currency,
  status: 'paid',
  placed_at: new Date().toISOString(),
});

/** What ManyChat received of a contact: the fields by name, and whether their flow was started. */
const received = z.object({
  messages: z.array(
    z.object({
      path: z.string(),
      status: z.int(),
      body: z.object({
        subscriber_id: z.string(),
        fields: z.optional(
          z.array(z.object({ field_name: z.string(), field_value: z.union([z.string(), z.number()]) })),
        ),
      }),
    }),
  ),
});

/** Four weeks later, for this customer alone: the reminder as ManyChat received it. */
const tellReminder = async (stage: Stage, contact: string): Promise<void> => {
  const { url, program, say, paint } = stage;
  const control = async (path: string, body?: object): Promise<unknown> => {
    const response = await fetch(url + path, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return response.json();
  };
  say(paint.bold(`\n${program.reminders?.everyDays ?? 0} days pass:`));
  await control('/_local/run/remind', { program: program.id, contact });
  const { messages } = received.parse(await control('/_local/outbox'));
  const mine = messages.filter(({ body, status }) => body.subscriber_id === contact && status === 200);
  const fields = mine.flatMap(({ body }) => body.fields ?? []);
  const text = fields.find(({ field_name: name }) => name === 'loyalty_message')?.field_value ?? '';
  await teller(stage)(
    'ManyChat',
    `gets ${fields.length} fields of Ana, and starts the flow of the reminder`,
    {
      ok: mine.some(({ path }) => path.endsWith('/sendFlow')),
      result: 'the reminder',
      message: String(text),
    },
  );
  const told = await callerOf(stage)('/v1/delivered', 'chat', { contact_id: contact });
  await teller(stage)('the flow', 'reports that it reached its message step', told);
};

/** Tells the story. It reads the amounts off the answers, so that it is true of every program with a pushed store. */
export const tellStory = async (stage: Stage): Promise<void> => {
  const { program, say, paint } = stage;
  const call = callerOf(stage);
  const tell = teller(stage);
  const cast = newCast();
  const me = { contact_id: cast.contact, first_name: 'Ana', language: program.language };
  const store = program.stores.find(({ kind }) => kind === 'pushed')?.id;
  const [prize] = [...program.rewards].sort((a, b) => a.points - b.points);
  if (store === undefined || prize === undefined)
    return say('(this program has no store or no reward to tell a story of)');
  const amount = formatMinor(60 * 10 ** decimalsOf(program.currency), program.currency);

  say(paint.bold(`\n${program.name}: the story of one customer\n`));
  await tell(
    'Ana',
    `joins with her e-mail (signup bonus ${program.signupBonus})`,
    await call('/v1/enroll', 'chat', { ...me, email: cast.email }),
  );
  const numbers = [1, 2, 3].map(cast.order);
  const pushed = [
    ...numbers.map((number) => orderOf(program, number, cast.email, amount)),
    orderOf(program, cast.order(9), cast.other, amount),
  ];
  await tell(
    'the shop',
    `pushes three orders of Ana over ${amount} ${program.currency}, and a stranger's`,
    await call('/v1/store/orders', 'store', { store, orders: pushed }),
  );
  for (const number of numbers) {
    await tell(
      'Ana',
      `claims order ${number}`,
      await call('/v1/claim-order', 'chat', { ...me, order_number: number }),
    );
  }
  await tell(
    'Ana',
    `claims order ${numbers[2]} again`,
    await call('/v1/claim-order', 'chat', { ...me, order_number: numbers[2] }),
  );
  await tell(
    'Ana',
    `tries the stranger's order ${cast.order(9)}`,
    await call('/v1/claim-order', 'chat', { ...me, order_number: cast.order(9) }),
  );
  const taken = await call('/v1/redeem', 'chat', { ...me, reward: prize.id });
  await tell('Ana', `takes a reward for ${prize.points}`, taken);
  const code = taken.coupon_code ?? 'none';
  await tell(
    'the shop',
    `uses the coupon for order ${cast.order(5)}`,
    await call('/v1/store/coupons/use', 'store', { code, order_number: cast.order(5) }),
  );
  await tell(
    'a cheat',
    `tries the coupon for order ${cast.order(6)}`,
    await call('/v1/store/coupons/use', 'store', { code, order_number: cast.order(6) }),
  );
  const ledger = await call(`/v1/admin/members/${cast.contact}/entries`, 'admin');
  say(paint.bold('\nThe ledger explains itself, oldest first:'));
  const lines = Array.isArray(ledger.entries) ? ledger.entries : [];
  for (const { text, balance } of lines.toReversed())
    say(`  ${text.padEnd(52)} ${paint.dim(`balance ${balance}`)}`);
  if (stage.showsOutbox && program.reminders !== undefined) await tellReminder(stage, cast.contact);
  const audit = await call('/_local/audit', 'admin');
  say('');
  await tell('audit', `recomputes every balance from the table (${audit.members ?? 0} members)`, {
    ...audit,
    result: audit.ok ? 'the books are right' : 'violations found',
  });
};
