/** The replay itself: everybody joins, the shop pushes, everybody claims. It sees of the product what a flow sees. */
import { createHash } from 'node:crypto';
import type { Email } from '../../functions/domain/email.ts';
import type { OrderStatus } from '../../functions/domain/order.ts';
import type { Program } from '../../functions/domain/program.ts';
import { localKey } from '../../local/gate.ts';
import { type Caller, callerOf } from './caller.ts';
import type { OrderRow } from './orders-file.ts';
import { type Progress, silent } from './progress.ts';

export interface Totals {
  readonly customers: number;
  readonly orders: number;
  readonly pieces: number;
  /** Contacts that joined, and those that were members before, in a folder that was kept. */
  readonly enrolled: number;
  readonly members: number;
  readonly credited: number;
  /** Orders that an earlier replay into the same folder credited, and what they were worth then. */
  readonly creditedBefore: number;
  readonly pointsBefore: number;
  readonly bonusPoints: number;
  readonly orderPoints: number;
  /** Orders that were not credited, now or before, by the result of their claim. */
  readonly refused: ReadonlyMap<string, number>;
  /** What went otherwise than the file says that it should; each a sentence. */
  readonly unexplained: readonly string[];
  readonly requests: number;
  readonly seconds: number;
  readonly claimSeconds: number;
  /** How long each claim took to be answered. */
  readonly claimMs: readonly number[];
}

export interface Replay {
  readonly url: string;
  readonly program: Program;
  readonly rows: readonly OrderRow[];
  readonly concurrency: number;
  readonly progress?: Progress;
}

/** As many as one push may hold. */
const pushSize = 100;

/** The same customer has the same contact id in every replay, and the id tells nothing of them. */
const contactOf = (email: Email): string =>
  `replay-${createHash('sha256').update(email).digest('hex').slice(0, 24)}`;

/** Does the work of a list, so many at once, in the list's order. */
const each = async <T>(
  list: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const waiting = list.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, list.length) }, worker));
};

/** Results that follow from what the file says of an order; any other is a finding. */
const expected: Readonly<Record<OrderStatus, string>> = {
  paid: 'credited',
  fulfilled: 'credited',
  pending: 'not_paid',
  cancelled: 'cancelled',
  refunded: 'refunded',
};

const explained = (row: OrderRow, result: string, program: Program): boolean => {
  const wanted = expected[row.status];
  if (wanted === 'credited' && row.currency !== program.currency) return result === 'wrong_currency';
  // By an earlier replay into the same folder, or by a try whose answer was lost.
  return result === wanted || (wanted === 'credited' && result === 'already_claimed');
};

interface Run extends Required<Replay> {
  readonly caller: Caller;
  readonly unexplained: string[];
}

const part = async <T>(
  { progress, concurrency }: Run,
  name: string,
  list: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<number> => {
  const startedAt = performance.now();
  progress.begin(name, list.length);
  try {
    await each(list, concurrency, async (item) => {
      await work(item);
      progress.step();
    });
  } finally {
    progress.end();
  }
  return (performance.now() - startedAt) / 1000;
};

const join = async (run: Run, rows: readonly OrderRow[]) => {
  const { caller, program, unexplained } = run;
  const customers = [...new Map(rows.map((row) => [row.email, row])).values()];
  let [enrolled, members, bonusPoints] = [0, 0, 0];
  await part(run, 'customers join', customers, async ({ email, line }) => {
    const body = { contact_id: contactOf(email), email };
    const answer = await caller.post('/v1/enroll', localKey('chat', program.id), body);
    if (answer.result === 'enrolled') enrolled += 1;
    else if (answer.result === 'already_member') members += 1;
    else unexplained.push(`line ${line}: the customer could not join: ${answer.result}`);
    bonusPoints += answer.points_change;
  });
  return { customers: customers.length, enrolled, members, bonusPoints };
};

const push = async (run: Run, rows: readonly OrderRow[]): Promise<void> => {
  const { caller, program, unexplained } = run;
  const store = program.stores[0]?.id;
  const batches = Array.from({ length: Math.ceil(rows.length / pushSize) }, (_, index) =>
    rows.slice(index * pushSize, (index + 1) * pushSize),
  );
  await part(run, 'shop pushes', batches, async (batch) => {
    const orders = batch.map(({ number, email, total, currency, status, placedAt }) => ({
      order_number: number,
      email,
      total,
      currency,
      status,
      placed_at: placedAt,
    }));
    const answer = await caller.post('/v1/store/orders', localKey('store', program.id), { store, orders });
    if (answer.result !== 'stored')
      unexplained.push(
        `lines ${batch[0]?.line} to ${batch.at(-1)?.line}: the push was answered ${answer.result}`,
      );
  });
};

const claim = async (run: Run, rows: readonly OrderRow[]) => {
  const { caller, program, unexplained } = run;
  const refused = new Map<string, number>();
  const claimMs: number[] = [];
  let [credited, orderPoints, creditedBefore, pointsBefore] = [0, 0, 0, 0];
  const claimSeconds = await part(run, 'customers claim', rows, async (row) => {
    const startedAt = performance.now();
    const body = { contact_id: contactOf(row.email), order_number: row.number };
    const answer = await caller.post('/v1/claim-order', localKey('chat', program.id), body);
    claimMs.push(performance.now() - startedAt);
    const { result } = answer;
    if (result === 'credited') {
      credited += 1;
      orderPoints += answer.order_points;
    } else if (result === 'already_claimed') {
      creditedBefore += 1;
      pointsBefore += answer.order_points;
    } else refused.set(result, (refused.get(result) ?? 0) + 1);
    if (!explained(row, result, program))
      unexplained.push(`line ${row.line}: an order that is ${row.status} was answered ${result}`);
  });
  return { credited, orderPoints, creditedBefore, pointsBefore, refused, claimMs, claimSeconds };
};

/**
 * Replays orders against a laptop edition that runs the program.
 * @throws where the server does not answer
 */
export const replay = async (given: Replay): Promise<Totals> => {
  const { url, rows, concurrency } = given;
  const startedAt = performance.now();
  const caller = callerOf(url, concurrency);
  const unexplained: string[] = [];
  const run: Run = { progress: silent, ...given, caller, unexplained };
  try {
    const joined = await join(run, rows);
    await push(run, rows);
    const claimed = await claim(run, rows);
    return {
      ...joined,
      ...claimed,
      orders: rows.length,
      pieces: rows.reduce((sum, { quantity }) => sum + quantity, 0),
      unexplained,
      requests: caller.sent(),
      seconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    caller.close();
  }
};
