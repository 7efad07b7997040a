/** Faults of the network and of DynamoDB, injected around single calls of the real client. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Table } from '../../functions/adapters/dynamodb/client.ts';

/** `before`: the call never reaches the engine. `after`: it was applied, and the answer is lost. `late`: lost, and applied a while later. */
export type Fault =
  | 'none'
  | 'conflict'
  | 'throttle'
  | 'time-out before'
  | 'time-out after'
  | 'time-out late'
  | 'error 500 before'
  | 'error 500 after';

export const faults: readonly Fault[] = [
  'none',
  'conflict',
  'throttle',
  'time-out before',
  'time-out after',
  'time-out late',
  'error 500 before',
  'error 500 after',
];

const named = (name: string, more: object = {}): Error =>
  Object.assign(new Error(`injected ${name}`), { name }, more);

const thrown: Record<Exclude<Fault, 'none'>, (isTransaction: boolean) => Error> = {
  conflict: (isTransaction) =>
    isTransaction
      ? named('TransactionCanceledException', {
          CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
        })
      : named('TransactionConflictException'),
  throttle: () => named('ProvisionedThroughputExceededException', { $metadata: { httpStatusCode: 400 } }),
  'time-out before': () => named('TimeoutError'),
  'time-out after': () => named('TimeoutError'),
  'time-out late': () => named('TimeoutError'),
  'error 500 before': () => named('InternalServerError', { $metadata: { httpStatusCode: 500 } }),
  'error 500 after': () => named('InternalServerError', { $metadata: { httpStatusCode: 500 } }),
};

export interface Trouble {
  /** Faults for the calls to come, first in first out. */
  plan(coming: readonly Fault[]): void;
  /** Waits until everything that was late has landed. */
  landed(): Promise<void>;
  /** How many calls went out, and how many of them met a fault. */
  readonly seen: { calls: number; faults: number };
}

/** Longer than a repeat takes to be sent. */
const lateByMs = 40;

const writes = new Set([
  'TransactWriteItemsCommand',
  'PutItemCommand',
  'UpdateItemCommand',
  'DeleteItemCommand',
]);

/** Puts trouble in front of a table's client, for as long as the client lives. */
export const troubled = (table: Table): Trouble => {
  let waiting: Fault[] = [];
  const late: Promise<unknown>[] = [];
  const seen = { calls: 0, faults: 0 };
  table.client.middlewareStack.add(
    (next, context) => async (args) => {
      const name = String(context.commandName);
      seen.calls += 1;
      const fault = waiting.shift() ?? 'none';
      if (fault === 'none') return next(args);
      seen.faults += 1;
      const error = thrown[fault](name === 'TransactWriteItemsCommand');
      // A read whose answer is lost is a read that never happened.
      if (fault.endsWith('after') && writes.has(name)) await next(args);
      if (fault.endsWith('late') && writes.has(name))
        late.push(
          sleep(lateByMs)
            .then(() => next(args))
            .catch(() => undefined),
        );
      throw error;
    },
    { step: 'initialize', priority: 'low', name: 'trouble' },
  );
  return {
    plan: (coming) => {
      waiting = [...coming];
    },
    seen,
    landed: async () => void (await Promise.all(late.splice(0))),
  };
};
