/** The agenda port on DynamoDB: the sparse index `due`, and the directory of programs. */
import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { instant, type ProgramId, programId } from '../../domain/ids.ts';
import type { Agenda, DueContact, DueKind, ErrandKind } from '../../ports/agenda.ts';
import type { Table } from './client.ts';
import { reading } from './faults.ts';
import { directoryPk, errandOf, indexKeys, keys, ownerOf } from './keys.ts';
import { markers } from './markers.ts';
import { getItems, type Item } from './read.ts';

/** Some sixteen thousand bytes of keys: two read units, and as many members as a sender can serve in a few seconds. */
const pageSize = 150;

const dueRow = z.object({ pk: z.string(), sk: z.string(), dueAt: instant });

const dueOf = (item: Item): DueContact => {
  const { pk, dueAt } = dueRow.parse(item);
  const owner = ownerOf(pk);
  if (owner === undefined) throw new Error('the index names an item that is no member’s');
  return { contact: owner.contact, dueAt };
};

const dueBy = (program: ProgramId, kind: DueKind | ErrandKind, until: number) => ({
  IndexName: 'due',
  KeyConditionExpression: '#pk = :pk AND #at <= :until',
  ExpressionAttributeNames: { '#pk': 'duePk', '#at': 'dueAt' },
  ExpressionAttributeValues: { ':pk': indexKeys.due(program, kind), ':until': until },
});

export const dynamoAgenda = (table: Table): Agenda => {
  const query = (input: Omit<QueryCommandInput, 'TableName'>, signal: AbortSignal) =>
    reading(signal, () =>
      table.client.send(new QueryCommand({ TableName: table.name, ...input }), { abortSignal: signal }),
    );
  async function* pages(input: Omit<QueryCommandInput, 'TableName'>, signal: AbortSignal) {
    let start: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await query(
        { ...input, ...(start === undefined ? {} : { ExclusiveStartKey: start }) },
        signal,
      );
      yield Items;
      start = LastEvaluatedKey;
    } while (start !== undefined);
  }
  return {
    programs: async (signal) => {
      const found: ProgramId[] = [];
      const listed = {
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': 'pk' },
        ExpressionAttributeValues: { ':pk': directoryPk },
      };
      for await (const items of pages(listed, signal))
        found.push(...items.map(({ sk }) => programId.parse(sk)));
      return found;
    },
    due: async function* (program, kind, until, signal) {
      const asked = { ...dueBy(program, kind, until), Limit: pageSize };
      for await (const items of pages(asked, signal)) yield items.map(dueOf);
    },
    errands: async function* (program, kind, until, signal) {
      const asked = { ...dueBy(program, kind, until), Limit: pageSize };
      for await (const items of pages(asked, signal))
        yield items.map((item) => {
          const { pk, sk, dueAt } = dueRow.parse(item);
          return { of: errandOf[kind]({ pk, sk }), dueAt };
        });
    },
    oldest: async (program, kind, until, signal) => {
      const { Items = [] } = await query({ ...dueBy(program, kind, until), Limit: 1 }, signal);
      const [first] = Items;
      return first === undefined ? undefined : dueOf(first);
    },
    count: async (program, kind, until, signal) => {
      let total = 0;
      let start: Item | undefined;
      do {
        const { Count = 0, LastEvaluatedKey } = await query(
          {
            ...dueBy(program, kind, until),
            Select: 'COUNT',
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          },
          signal,
        );
        total += Count;
        start = LastEvaluatedKey;
      } while (start !== undefined);
      return total;
    },
    isKnownIn: async (programs, contact, signal) => {
      const wanted = programs.map((program) => keys.member(program, contact));
      return wanted.length > 0 && (await getItems(table, wanted, signal)).length > 0;
    },
    ...markers(table),
  };
};
