/**
 * What claims and redemptions ask of DynamoDB, and of the shop, at each kind of shop: a loopback server answers in the shop's words,
 * and the real adapters call it. Warm: key, program, the shop's token and the currency that it sells in are in the function's memory.
 */
import { auditTable } from '../functions/adapters/dynamodb/audit.ts';
import { normalizeEmail } from '../functions/domain/email.ts';
import { contactId, later } from '../functions/domain/ids.ts';
import { type MovableClock, movableClock } from '../local/clock.ts';
import { type OperationBudget, shopBudgets, shopCallBudgets } from './budgets.ts';
import { orderItem, type Person, unclaimedOrder, writeItems } from './histories.ts';
import { type House, openHouse } from './house.ts';
import { type Measurement, type Outcome, table as textTable } from './measurement.ts';
import { type Meter, meterOn } from './meter.ts';
import { type AskedKind, askedKinds } from './shops-answers.ts';
import { type Counter, openCounter } from './shops-house.ts';
import { type LoopbackShop, startShop } from './shops-server.ts';

export type ShopOperation = keyof typeof shopBudgets;

/** One call of a customer's, or one run of the job, as it was counted. */
export interface CountedCall extends OperationBudget {
  readonly kind: AskedKind;
  readonly operation: ShopOperation;
  /** Calls to the shop. */
  readonly calls: number;
  readonly commands: string;
}

interface Stage {
  readonly house: House;
  readonly clock: MovableClock;
  readonly shop: LoopbackShop;
  readonly counter: Counter;
  readonly person: Person;
}

interface Step {
  readonly operation: ShopOperation;
  readonly before?: (stage: Stage) => Promise<void> | void;
  readonly run: (stage: Stage) => Promise<unknown>;
  /** What the run must come to: the counts of another course would mean nothing. */
  readonly result: unknown;
}

const orderMinor = 6_000;

/** The shop has a paid order; our books know nothing of it. */
const sold =
  (id: number) =>
  ({ shop, clock, person }: Stage): void => {
    const at = Math.floor(clock.now() / 1000) * 1000 - 60_000;
    shop.orders.set(String(id), {
      id,
      email: person.email,
      totalMinor: orderMinor,
      refundedMinor: 0,
      status: 'paid',
      placedAt: at,
      updatedAt: at,
    });
  };

/** The books know an order, in this state. */
const stored =
  (id: number, status: 'paid' | 'pending') =>
  async ({ house, clock, counter: { open }, person }: Stage): Promise<void> => {
    const order = unclaimedOrder(open, person, String(id), orderMinor, later(clock.now(), -3_600_000));
    await writeItems(house.table, [orderItem(open, { ...order, status })]);
  };

const chatting =
  (verb: string, inputs: object) =>
  async ({ counter, person }: Stage): Promise<unknown> =>
    (await counter.chat(verb, { contact_id: person.contact, ...inputs })).result;

const claiming = (id: number) => chatting('claim-order', { order_number: String(id) });
const taking = (reward: string) => chatting('redeem', { reward });

const mood =
  (to: LoopbackShop['mood'], refusing = false) =>
  ({ shop }: Stage): void => {
    shop.mood = to;
    shop.refusing = refusing;
  };
const pass =
  (ms: number) =>
  ({ clock }: Stage): void =>
    clock.set(later(clock.now(), ms));
const all =
  (...parts: readonly NonNullable<Step['before']>[]) =>
  async (stage: Stage): Promise<void> => {
    for (const part of parts) await part(stage);
  };

/** A try may be on its way for 15 s; after a minute `settle` takes over. */
const [afterLeaseMs, afterMinuteMs] = [16_000, 61_000];

/** In the order in which they are called: each finds what the ones before it left. */
const steps: readonly Step[] = [
  { operation: 'claim, stored', before: stored(1001, 'paid'), run: claiming(1001), result: 'credited' },
  { operation: 'claim, looked up', before: sold(1002), run: claiming(1002), result: 'credited' },
  { operation: 'claim, looked up, again', run: claiming(1002), result: 'already_claimed' },
  {
    operation: 'claim, not paid as stored',
    before: all(stored(1003, 'pending'), sold(1003)),
    run: claiming(1003),
    result: 'credited',
  },
  { operation: 'claim, not found', run: claiming(1004), result: 'not_found' },
  {
    operation: 'claim, shop away',
    before: all(sold(1005), mood('away')),
    run: claiming(1005),
    result: 'store_unavailable',
  },
  {
    operation: 'verify, looked up',
    before: mood('well'),
    run: chatting('verify-order', { order_number: '1005' }),
    result: 'valid',
  },
  { operation: 'redeem', run: taking('one'), result: 'issued' },
  { operation: 'redeem, second tap', run: taking('one'), result: 'already_issued' },
  { operation: 'redeem, answer lost', before: mood('lossy'), run: taking('three'), result: 'pending' },
  { operation: 'redeem, tapped at once', run: taking('three'), result: 'pending' },
  {
    operation: 'redeem, tapped later',
    before: all(mood('well'), pass(afterLeaseMs)),
    run: taking('three'),
    result: 'already_issued',
  },
  {
    operation: 'settle, nothing due',
    before: all(
      mood('lossy'),
      async (stage) => {
        if ((await taking('four')(stage)) !== 'pending') throw new Error('a coupon was made at once');
      },
      mood('well'),
    ),
    run: async ({ counter }) => (await counter.settle()).issued,
    result: 0,
  },
  {
    operation: 'settle, one coupon',
    before: pass(afterMinuteMs),
    run: async ({ counter }) => (await counter.settle()).issued,
    result: 1,
  },
  { operation: 'redeem, settled meanwhile', run: taking('four'), result: 'already_issued' },
  {
    operation: 'redeem, refused',
    before: mood('well', true),
    run: taking('two'),
    result: 'reward_unavailable',
  },
];

const count = async (meter: Meter, stage: Stage, step: Step): Promise<CountedCall> => {
  await step.before?.(stage);
  const { shop } = stage;
  const [before, came] = [shop.calls(), { result: undefined as unknown }];
  const sent = await meter.during('units', async () => {
    came.result = await step.run(stage);
  });
  if (came.result !== step.result)
    throw new Error(`${shop.kind}: ${step.operation}: expected ${step.result}, came ${came.result}`);
  return {
    kind: shop.kind,
    operation: step.operation,
    requests: sent.length,
    reads: sent.reduce((sum, { reads }) => sum + reads, 0),
    writes: sent.reduce((sum, { writes }) => sum + writes, 0),
    calls: shop.calls() - before,
    commands: sent.map(({ command }) => command.replace(/(Item)?Command$/, '')).join(' + '),
  };
};

/** A token, a session and the shop's currency are read once in a process. */
const warm = async (stage: Stage): Promise<void> => {
  const { counter, person, shop } = stage;
  await counter.chat('enroll', { contact_id: person.contact, email: person.email });
  sold(1000)(stage);
  const came = [await claiming(1000)(stage), await taking('five')(stage), await counter.settle()];
  if (came[0] !== 'credited' || came[1] !== 'issued')
    throw new Error(`${shop.kind} did not get warm: ${JSON.stringify(came)}`);
};

/**
 * Counts every step at one kind of shop, and audits the books.
 * @throws where an answer is not the expected one, or the books are not right: then the counts mean nothing
 */
export const countShop = async (kind: AskedKind): Promise<CountedCall[]> => {
  const clock = movableClock();
  const house = await openHouse(clock);
  const shop = await startShop(kind);
  try {
    const email = normalizeEmail('ana@example.com');
    if (email === undefined) throw new Error('a made-up address is none');
    const person = { contact: contactId.parse('24681357901234567'), email };
    const stage: Stage = { house, clock, shop, person, counter: await openCounter(house, 'counted', [shop]) };
    await warm(stage);
    const meter = meterOn(house.table.client);
    const counted: CountedCall[] = [];
    for (const step of steps) counted.push(await count(meter, stage, step));
    const { violations } = await auditTable(house.table, AbortSignal.timeout(60_000));
    if (violations.length > 0) throw new Error(`the books are not right: ${JSON.stringify(violations[0])}`);
    if (shop.faults().length > 0) throw new Error(`${kind} fell over`, { cause: shop.faults()[0] });
    return counted;
  } finally {
    await shop.close();
    await house.stop();
  }
};

/** One sentence for each count that is above its budget. */
export const shopFaults = (counted: readonly CountedCall[]): string[] =>
  counted.flatMap((one) => {
    const { kind, operation, commands } = one;
    const most = { ...shopBudgets[operation], calls: shopCallBudgets[kind][operation] };
    return (['requests', 'reads', 'writes', 'calls'] as const)
      .filter((part) => one[part] > most[part])
      .map((part) => {
        const what = part === 'calls' ? 'calls to the shop' : `${part} (${commands})`;
        return `${operation} at ${kind}: ${one[part]} ${what}, at most ${most[part]}`;
      });
  });

/** One line for each operation where all kinds ask the same of DynamoDB, else one for each kind. */
const rowsOf = (counted: readonly CountedCall[]): string[][] =>
  [...Map.groupBy(counted, ({ operation }) => operation)].flatMap(([operation, list]) => {
    const groups = Map.groupBy(list, (one) => [one.requests, one.reads, one.writes, one.commands].join());
    return [...groups.values()].map((alike) => {
      const [first] = alike;
      const callsAt = (kind: AskedKind) => String(alike.find((one) => one.kind === kind)?.calls ?? '');
      return [
        operation,
        ...[first?.requests, first?.reads, first?.writes].map(String),
        ...askedKinds.map(callsAt),
        first?.commands ?? '',
      ];
    });
  });

export const shops: Measurement = {
  name: 'shops',
  about: 'requests, units and calls to the shop of each claim and redemption, by kind of shop',
  run: async ({ say }): Promise<Outcome> => {
    const counted: CountedCall[] = [];
    for (const kind of askedKinds) {
      say(kind);
      counted.push(...(await countShop(kind)));
    }
    return {
      lines: [
        ...textTable(['operation', 'requests', 'RRU', 'WRU', ...askedKinds, 'sent'], rowsOf(counted)),
        `under the name of each kind of shop: calls to it`,
      ],
      broken: shopFaults(counted).map((sentence) => `shops: ${sentence}`),
    };
  },
};
