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
      await put(keys.asked(program, errand), { duePk: due(program), dueAt: at }, signal);
    },
    asked: async (program, errand, dueAt, signal) => {
      const take = new DeleteCommand({
        TableName: table.name,
        Key: { ...keys.asked(program, errand) },
        ConditionExpression: '#at = :seen',
        ExpressionAttributeNames: { '#at': 'dueAt' },
        ExpressionAttributeValues: { ':seen': dueAt },
      });
      try {
        await reading(signal, () => table.client.send(take, { abortSignal: signal }));
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
      const name = `${kind}#${normalizeCouponCode(code) ?? code}#${order}`;
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
