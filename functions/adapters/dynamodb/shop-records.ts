/** The records of stores on DynamoDB. Each is one item, and writing it twice is writing it once. */
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { instant, normalizeCouponCode, type ProgramId, storeId } from '../../domain/ids.ts';
import type { ShopRecords } from '../../ports/shop-records.ts';
import type { Table } from './client.ts';
import { faultKind, reading } from './faults.ts';
import { indexKeys, type Key, keys, ranges } from './keys.ts';
import { getItems, queryRange } from './read.ts';

const cursorRow = z.object({
  since: instant,
  begunAt: z.optional(instant),
  from: z.optional(z.string()),
});
const findingRow = z.object({
  kind: z.enum(['without_debit', 'twice', 'without_coupon']),
  store: storeId,
  code: z.string(),
  order: z.optional(z.string()),
  at: instant,
});

/** An errand that was never done; one that waits may be put to a later time. */
const undone = {
  ConditionExpression: 'attribute_not_exists(#done)',
  ExpressionAttributeNames: { '#done': 'done' },
};

export const dynamoShopRecords = (table: Table): ShopRecords => {
  const put = (key: Key, item: object, signal: AbortSignal, condition: object = {}) =>
    reading(signal, () =>
      table.client.send(new PutCommand({ TableName: table.name, Item: { ...item, ...key }, ...condition }), {
        abortSignal: signal,
      }),
    );
  const due = (program: ProgramId) => indexKeys.due(program, 'order');
  return {
    ask: async (program, errand, at, signal) => {
      const item = { duePk: due(program), dueAt: at };
      try {
        await put(keys.asked(program, errand), item, signal, errand.what === 'link' ? undone : {});
      } catch (error) {
        if (faultKind(error) !== 'refused') throw error;
      }
    },
    asked: async (program, errand, dueAt, signal) => {
      const seen = {
        ConditionExpression: '#at = :seen',
        ExpressionAttributeNames: { '#at': 'dueAt' },
        ExpressionAttributeValues: { ':seen': dueAt },
      };
      const key = keys.asked(program, errand);
      try {
        // That an order got its link is remembered: later news of it need not say so.
        if (errand.what === 'link') await put(key, { done: true }, signal, seen);
        else
          await reading(signal, () =>
            table.client.send(new DeleteCommand({ TableName: table.name, Key: { ...key }, ...seen }), {
              abortSignal: signal,
            }),
          );
      } catch (error) {
        // Asked for again meanwhile, or taken by the first of two tries.
        if (faultKind(error) !== 'refused') throw error;
      }
    },
    cursor: async (program, store, signal) => {
      const [item] = await getItems(table, [keys.cursor(program, store)], signal);
      return item === undefined ? undefined : cursorRow.parse(item);
    },
    keepCursor: async (program, store, cursor, signal) => {
      await put(keys.cursor(program, store), cursor, signal);
    },
    note: async (program, finding, signal) => {
      const { store, kind, code, order = '' } = finding;
      // Only a second use is another one by its order; the rest is one thing, whoever finds it.
      const by = kind === 'twice' ? `#${order}` : '';
      const name = `${kind}#${normalizeCouponCode(code) ?? code}${by}`;
      const isNew = {
        ConditionExpression: 'attribute_not_exists(#pk)',
        ExpressionAttributeNames: { '#pk': 'pk' },
      };
      try {
        await put(keys.finding(program, store, name), finding, signal, isNew);
        return true;
      } catch (error) {
        if (faultKind(error) !== 'refused') throw error;
        return false;
      }
    },
    findings: async (program, store, limit, signal) => {
      const items = await queryRange(table, ranges.findings(program, store), { limit }, signal);
      return items.map((item) => findingRow.parse(item));
    },
  };
};
