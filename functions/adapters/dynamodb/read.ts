/** Reading items: whole, strongly, bounded; every row is parsed before it is believed. */
import { BatchGetCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Table } from './client.ts';
import { MovedOn, reading, retrying } from './faults.ts';
import type { Key } from './keys.ts';
import type { IndexName } from './table.ts';

export type Item = Record<string, unknown>;

/** DynamoDB's own limit of one batch. */
const batchSize = 100;

const getBatch = async (table: Table, batch: readonly Key[], signal: AbortSignal): Promise<Item[]> => {
  const { Responses, UnprocessedKeys } = await table.client.send(
    new BatchGetCommand({
      RequestItems: { [table.name]: { Keys: batch.map(({ pk, sk }) => ({ pk, sk })), ConsistentRead: true } },
    }),
    { abortSignal: signal },
  );
  // What a busy table leaves out is asked for again as a whole: a decision must see one batch.
  if (UnprocessedKeys !== undefined && Object.keys(UnprocessedKeys).length > 0)
    throw new MovedOn('the table left keys unprocessed');
  return Responses?.[table.name] ?? [];
};

/** Items of the keys, strongly consistent, in any order; what is not there is left out. */
export const getItems = async (
  table: Table,
  wanted: readonly Key[],
  signal: AbortSignal,
): Promise<Item[]> => {
  const batches: Key[][] = [];
  for (let at = 0; at < wanted.length; at += batchSize) batches.push(wanted.slice(at, at + batchSize));
  const found = await Promise.all(
    batches.map((batch) =>
      retrying(
        signal,
        () => reading(signal, () => getBatch(table, batch, signal)),
        (error) => error instanceof MovedOn,
      ),
    ),
  );
  return found.flat();
};

export interface Range {
  readonly pk: string;
  readonly from: string;
  readonly to: string;
}

const query = async (table: Table, input: Omit<QueryCommandInput, 'TableName'>, signal: AbortSignal) => {
  const { Items = [], LastEvaluatedKey } = await reading(signal, () =>
    table.client.send(new QueryCommand({ TableName: table.name, ...input }), { abortSignal: signal }),
  );
  return { items: Items as Item[], next: LastEvaluatedKey };
};

/** One page of a range, strongly consistent. */
export const queryRange = async (
  table: Table,
  { pk, from, to }: Range,
  { limit, newestFirst = false }: { limit: number; newestFirst?: boolean },
  signal: AbortSignal,
): Promise<Item[]> => {
  if (from > to) return [];
  const page = await query(
    table,
    {
      KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
      ConsistentRead: true,
      ScanIndexForward: !newestFirst,
      Limit: limit,
    },
    signal,
  );
  return page.items;
};

/** One page of an index under one of its keys; an index is never strongly consistent. */
export const queryIndex = async (
  table: Table,
  index: { name: IndexName; key: string; value: string },
  { limit, newestFirst = false }: { limit: number; newestFirst?: boolean },
  signal: AbortSignal,
): Promise<Item[]> => {
  const input = {
    IndexName: index.name,
    KeyConditionExpression: '#key = :value',
    ExpressionAttributeNames: { '#key': index.key },
    ExpressionAttributeValues: { ':value': index.value },
    ScanIndexForward: !newestFirst,
    Limit: limit,
  };
  return (await query(table, input, signal)).items;
};
