/** What a shop's webhook asks of DynamoDB, for each kind of shop that sends them. */
import { auditTable } from '../functions/adapters/dynamodb/audit.ts';
import { contactId } from '../functions/domain/ids.ts';
import { hookBudgets, type OperationBudget } from './budgets.ts';
import { openHouse } from './house.ts';
import { type Meter, meterOn } from './meter.ts';
import { type Counter, openCounter } from './shops-house.ts';
import { type Delivery, deliveryOf, type HookKind, type SoldOrder } from './shops-orders.ts';
import { type LoopbackShop, startShop } from './shops-server.ts';

export type HookOperation = keyof typeof hookBudgets;

/** One webhook, as it was counted. */
export interface CountedHook extends OperationBudget {
  readonly kind: HookKind;
  readonly operation: HookOperation;
  readonly commands: string;
}

interface Stage {
  readonly kind: HookKind;
  readonly shop: LoopbackShop;
  readonly counter: Counter;
}

interface Step {
  readonly operation: HookOperation;
  readonly before?: (stage: Stage) => Promise<void>;
  readonly sends: (stage: Stage) => Delivery;
  readonly status: number;
}

const contact = contactId.parse('24681357901234567');
const email = 'ana@example.com';
const minuteMs = 60_000;
/** An hour ago, to the second. */
const placedAt = Math.floor(Date.now() / 1000) * 1000 - 60 * minuteMs;

/** The order as it stood so many minutes after it was placed. */
const at = (id: number, minutes: number, more: Partial<SoldOrder> = {}): SoldOrder => ({
  id,
  email,
  totalMinor: 6_000,
  refundedMinor: 0,
  status: 'paid',
  placedAt,
  updatedAt: placedAt + minutes * minuteMs,
  ...more,
});

const sending =
  (order: SoldOrder) =>
  ({ kind, shop }: Stage): Delivery =>
    deliveryOf[kind](order, shop.url, Date.now());

/** As somebody sends it who has seen another of the shop's webhooks. */
const forged =
  (order: SoldOrder) =>
  (stage: Stage): Delivery => ({
    headers: sending(order)(stage).headers,
    body: sending({ ...order, totalMinor: 9_999_900 })(stage).body,
  });

const claim =
  (id: number) =>
  async ({ counter }: Stage): Promise<void> => {
    const { result } = await counter.chat('claim-order', { contact_id: contact, order_number: String(id) });
    if (result !== 'credited') throw new Error(`an order was ${result}`);
  };

/** Takes a coupon, which the steps after it use. @returns the steps */
const withCoupon = (): Step[] => {
  let code = '';
  return [
    {
      operation: 'coupon used',
      before: async ({ counter }) => {
        const taken = await counter.chat('redeem', { contact_id: contact, reward: 'one' });
        code = String(taken['coupon_code']);
      },
      sends: (stage) => sending(at(2002, 0, { code }))(stage),
      status: 200,
    },
    {
      operation: 'coupon used, again',
      sends: (stage) => sending(at(2002, 0, { code }))(stage),
      status: 200,
    },
    {
      operation: 'coupon freed',
      sends: (stage) => sending(at(2002, 3, { code, status: 'cancelled' }))(stage),
      status: 200,
    },
  ];
};

/** In the order in which they are sent: each finds what the ones before it left. */
const steps = (): readonly Step[] => [
  { operation: 'order placed', sends: sending(at(2001, 0, { status: 'pending' })), status: 200 },
  { operation: 'order paid', sends: sending(at(2001, 2)), status: 200 },
  { operation: 'the same again', sends: sending(at(2001, 2)), status: 200 },
  { operation: 'older news', sends: sending(at(2001, 1, { status: 'pending' })), status: 200 },
  {
    operation: 'part refund, claimed',
    before: claim(2001),
    sends: sending(at(2001, 3, { refundedMinor: 1_000 })),
    status: 200,
  },
  {
    operation: 'part refund, again',
    sends: sending(at(2001, 3, { refundedMinor: 1_000 })),
    status: 200,
  },
  {
    operation: 'cancelled, claimed',
    sends: sending(at(2001, 4, { refundedMinor: 1_000, status: 'cancelled' })),
    status: 200,
  },
  ...withCoupon(),
  { operation: 'wrong signature', sends: forged(at(2003, 0)), status: 401 },
];

const count = async (meter: Meter, stage: Stage, step: Step): Promise<CountedHook> => {
  await step.before?.(stage);
  const { kind, counter } = stage;
  const delivery = step.sends(stage);
  let status = 0;
  const sent = await meter.during('units', async () => {
    status = await counter.hook(kind, delivery);
  });
  if (status !== step.status)
    throw new Error(`${kind}: ${step.operation}: expected ${step.status}, came ${status}`);
  return {
    kind,
    operation: step.operation,
    requests: sent.length,
    reads: sent.reduce((sum, { reads }) => sum + reads, 0),
    writes: sent.reduce((sum, { writes }) => sum + writes, 0),
    commands: sent.map(({ command }) => command.replace(/(Item)?Command$/, '')).join(' + '),
  };
};

/**
 * Counts every step at one kind of shop, and audits the books.
 * @throws where an answer is not the expected one, or the books are not right: then the counts mean nothing
 */
export const countHooks = async (kind: HookKind): Promise<CountedHook[]> => {
  const house = await openHouse();
  const shop = await startShop(kind);
  try {
    const counter = await openCounter(house, 'hooked', [shop]);
    const stage: Stage = { kind, shop, counter };
    await counter.chat('enroll', { contact_id: contact, email });
    const meter = meterOn(house.table.client);
    const counted: CountedHook[] = [];
    for (const step of steps()) counted.push(await count(meter, stage, step));
    const { violations } = await auditTable(house.table, AbortSignal.timeout(60_000));
    if (violations.length > 0) throw new Error(`the books are not right: ${JSON.stringify(violations[0])}`);
    return counted;
  } finally {
    await shop.close();
    await house.stop();
  }
};

/** One sentence for each count that is above its budget. */
export const hookFaults = (counted: readonly CountedHook[]): string[] =>
  counted.flatMap((one) =>
    (['requests', 'reads', 'writes'] as const)
      .filter((part) => one[part] > hookBudgets[one.operation][part])
      .map(
        (part) =>
          `${one.operation} at ${one.kind}: ${one[part]} ${part}, at most ${hookBudgets[one.operation][part]} (${one.commands})`,
      ),
  );
