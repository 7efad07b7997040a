/** What requests do to the table: which calls they make and what those cost, and whether anything was written. */
import { createHash } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../functions/adapters/dynamodb/client.ts';

export interface Watch {
  /** The calls that were made while `work` ran: `BatchGetItemCommand 2 keys, 2 units`, in the order in which they ended. */
  during(work: () => Promise<unknown>): Promise<string[]>;
}

const size = (input: object): number => {
  const { RequestItems, TransactItems } = input as {
    RequestItems?: Record<string, { Keys: unknown[] }>;
    TransactItems?: unknown[];
  };
  return TransactItems?.length ?? Object.values(RequestItems ?? {})[0]?.Keys.length ?? 1;
};

const units = (capacity: unknown): number =>
  [capacity]
    .flat()
    .reduce<number>((sum, one) => sum + ((one as { CapacityUnits?: number })?.CapacityUnits ?? 0), 0);

/** Listens to a table's client from now on. */
export const watch = (table: Table): Watch => {
  let calls: string[] | undefined;
  table.client.middlewareStack.add(
    (next, context) => async (args) => {
      const input = { ...(args.input as object), ReturnConsumedCapacity: 'TOTAL' };
      const answer = await next({ ...args, input });
      const { ConsumedCapacity } = answer.output as { ConsumedCapacity?: unknown };
      calls?.push(`${context['commandName']} ${size(input)} items, ${units(ConsumedCapacity)} units`);
      return answer;
    },
    { step: 'initialize', priority: 'high', name: 'watch' },
  );
  return {
    during: async (work) => {
      const heard: string[] = [];
      calls = heard;
      await work();
      calls = undefined;
      return heard;
    },
  };
};

/** All items of the table as they are now. */
export const allItems = async (table: Table): Promise<Record<string, unknown>[]> => {
  const items: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new ScanCommand({
        TableName: table.name,
        ConsistentRead: true,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
};

/** Keys of an item come in any order. */
const sorted = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, part]): [string, unknown] => [key, sorted(part)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** A name for the table's whole content: it differs as soon as anything in it does. */
export const contentOf = async (table: Table): Promise<string> => {
  const lines = (await allItems(table)).map((item) => JSON.stringify(sorted(item))).sort();
  return `${lines.length} items ${createHash('sha256').update(lines.join('\n')).digest('hex')}`;
};
