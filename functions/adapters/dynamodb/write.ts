/** From a change of the domain to conditional writes: each item under what was read, all of them or none. */
import { randomUUID } from 'node:crypto';
import {
  PutCommand,
  type PutCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Contact, ContactChange } from '../../domain/contact.ts';
import { type Coupon, hasCode } from '../../domain/coupon.ts';
import type { ProgramId } from '../../domain/ids.ts';
import { normalizeCouponCode } from '../../domain/ids.ts';
import type { Change, EmailRecord } from '../../domain/ledger.ts';
import type { Posting } from '../../domain/member.ts';
import type { Table } from './client.ts';
import { indexKeys, type Key, keys, memberPk } from './keys.ts';

export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

const absent: Condition = {
  ConditionExpression: 'attribute_not_exists(#pk)',
  ExpressionAttributeNames: { '#pk': 'pk' },
};

const numberIs = (name: string, value: number): Condition => ({
  ConditionExpression: '#n = :n',
  ExpressionAttributeNames: { '#n': name },
  ExpressionAttributeValues: { ':n': value },
});

const put = (table: Table, key: Key, item: object, condition: Condition): Write => ({
  Put: { TableName: table.name, Item: { ...item, ...key }, ...condition },
});

const underRev = (before: { rev: number } | undefined): Condition =>
  before === undefined ? absent : numberIs('rev', before.rev);

/** One member's books and their new entries, in order. */
const booksOf = (table: Table, program: ProgramId, postings: readonly Posting[]): Write[] => {
  const [first] = postings;
  const last = postings.at(-1);
  if (first === undefined || last === undefined) return [];
  const before = first.entry.seq - 1;
  const { contact } = last.books;
  return [
    put(table, keys.member(program, contact), last.books, before === 0 ? absent : numberIs('seq', before)),
    ...postings.map(({ entry }) => put(table, keys.entry(program, contact, entry.seq), entry, absent)),
  ];
};

const books = (table: Table, program: ProgramId, postings: readonly Posting[]): Write[] =>
  [...Map.groupBy(postings, ({ books: { contact } }) => contact).values()].flatMap((own) =>
    booksOf(table, program, own),
  );

/** Index attributes: an e-mail whose claims are passing on is found until they have. */
const emailItem = (program: ProgramId, record: EmailRecord): object => ({
  ...record,
  ...(record.moving === undefined
    ? {}
    : { duePk: indexKeys.due(program, 'email'), dueAt: record.moving.dueAt }),
});

/** Further back than any instant. */
const behind = 10_000_000_000_000;

/** Open coupons by expiry; those that were used or cancelled behind all of them. */
const rankOf = ({ state, expiresAt, issuedAt }: Coupon): number =>
  state === 'issued' ? expiresAt : issuedAt - behind;

/** Index attributes: a coupon is found by its owner, an open task by the owner of the shop. */
const couponItem = (program: ProgramId, held: Coupon): object => ({
  ...held,
  ...(hasCode(held) ? { ownerPk: memberPk(program, held.contact), rank: rankOf(held) } : {}),
  ...(held.state === 'requested' ? { duePk: indexKeys.tasks(program), dueAt: held.issuedAt } : {}),
  ...(held.nextAt === undefined ? {} : { duePk: indexKeys.due(program, 'coupon'), dueAt: held.nextAt }),
});

/** Sets single attributes of the person; those in guard must be as they were read. */
const person = (
  table: Table,
  program: ProgramId,
  { contact, set, clear = [], guard }: ContactChange,
  read: Contact | undefined,
): Write => {
  const names: Record<string, string> = { '#contact': 'contact' };
  const values: Record<string, unknown> = { ':contact': contact };
  const name = (attribute: string): string => {
    names[`#${attribute}`] = attribute;
    return `#${attribute}`;
  };
  // Who is due stands in the index by both of its keys, or by none.
  const indexed = set.dueAt === undefined ? set : { ...set, duePk: indexKeys.due(program, 'remind') };
  const cleared = clear.includes('dueAt') ? [...clear, 'duePk'] : clear;
  const sets = Object.entries(indexed).map(([attribute, value]) => {
    values[`:${attribute}`] = value;
    return `${name(attribute)} = :${attribute}`;
  });
  const conditions = guard.map((attribute) => {
    const seen = read?.[attribute];
    if (seen === undefined) return `attribute_not_exists(${name(attribute)})`;
    values[`:seen_${attribute}`] = seen;
    return `${name(attribute)} = :seen_${attribute}`;
  });
  const removals = cleared.length === 0 ? '' : ` REMOVE ${cleared.map(name).join(', ')}`;
  return {
    Update: {
      TableName: table.name,
      Key: { ...keys.contact(program, contact) },
      UpdateExpression: `SET ${['#contact = :contact', ...sets].join(', ')}${removals}`,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
      ...(conditions.length === 0 ? {} : { ConditionExpression: conditions.join(' AND ') }),
    },
  };
};

const pieces = (table: Table, program: ProgramId, stock: NonNullable<Change['stock']>): Write => ({
  Update: {
    TableName: table.name,
    Key: { ...keys.counter(program, stock.reward, stock.index) },
    UpdateExpression: 'SET #index = :index ADD #taken :pieces',
    ExpressionAttributeNames: { '#index': 'index', '#taken': 'taken' },
    ExpressionAttributeValues: {
      ':index': stock.index,
      ':pieces': stock.pieces,
      ...(stock.pieces === 1 ? { ':capacity': stock.capacity } : { ':none': 0 }),
    },
    ConditionExpression:
      stock.pieces === 1 ? 'attribute_not_exists(#taken) OR #taken < :capacity' : '#taken > :none',
  },
});

const orders = (table: Table, program: ProgramId, { order, archive, siblings = [] }: Change): Write[] => {
  if (order === undefined) return [];
  const { before, after } = order;
  const { store, number, id } = after;
  const key =
    order.archived === true && id !== undefined
      ? keys.archivedOrder(program, store, number, id)
      : keys.order(program, store, number);
  return [
    put(table, key, after, underRev(before)),
    ...(archive?.id === undefined
      ? []
      : [put(table, keys.archivedOrder(program, store, number, archive.id), archive, absent)]),
    ...siblings.map((one) =>
      put(table, keys.order(program, one.after.store, one.after.number), one.after, underRev(one.before)),
    ),
  ];
};

const pooled = (table: Table, program: ProgramId, taken: NonNullable<Change['poolCode']>): Write => ({
  Delete: {
    TableName: table.name,
    Key: { ...keys.poolCode(program, taken.reward, normalizeCouponCode(taken.code) ?? taken.code) },
    ConditionExpression: 'attribute_exists(#pk)',
    ExpressionAttributeNames: { '#pk': 'pk' },
  },
});

/** The conditional writes of a change. @param read the person as the decision saw them @param other the second one */
export const writesOf = (
  table: Table,
  program: ProgramId,
  change: Change,
  read: Contact | undefined,
  other?: Contact | undefined,
): Write[] => [
  ...books(table, program, change.postings ?? []),
  ...orders(table, program, change),
  ...(change.coupon === undefined
    ? []
    : [
        put(
          table,
          keys.coupon(program, change.coupon.after.key),
          couponItem(program, change.coupon.after),
          underRev(change.coupon.before),
        ),
      ]),
  ...(change.key === undefined
    ? []
    : [
        put(
          table,
          keys.businessKey(program, change.key.contact, change.key.verb, change.key.key),
          change.key,
          absent,
        ),
      ]),
  ...(change.freedKey === undefined
    ? []
    : [
        {
          Delete: {
            TableName: table.name,
            Key: {
              ...keys.businessKey(
                program,
                change.freedKey.contact,
                change.freedKey.verb,
                change.freedKey.key,
              ),
            },
          },
        },
      ]),
  ...(change.emails ?? []).map(({ before, after }) =>
    put(table, keys.email(program, after.email), emailItem(program, after), underRev(before)),
  ),
  ...(change.contact === undefined ? [] : [person(table, program, change.contact, read)]),
  ...(change.otherContact === undefined ? [] : [person(table, program, change.otherContact, other)]),
  ...(change.stock === undefined ? [] : [pieces(table, program, change.stock)]),
  ...(change.poolCode === undefined ? [] : [pooled(table, program, change.poolCode)]),
  ...(change.window === undefined
    ? []
    : [
        put(
          table,
          keys.purchases(program, change.window.contact, change.window.after.day),
          change.window.after,
          underRev(change.window.before),
        ),
      ]),
  ...(change.note === undefined
    ? []
    : [
        put(
          table,
          keys.note(program, change.note.contact, change.note.seq),
          { seq: change.note.seq, text: change.note.text },
          absent,
        ),
      ]),
];

/** One item is a plain conditional write at half the price of a transaction. */
const single = (table: Table, write: Write, signal: AbortSignal): Promise<unknown> | undefined => {
  const options = { abortSignal: signal };
  if (write.Put !== undefined)
    return table.client.send(new PutCommand(write.Put as PutCommandInput), options);
  if (write.Update !== undefined)
    return table.client.send(new UpdateCommand(write.Update as UpdateCommandInput), options);
  return undefined;
};

/** A change ready to be sent, any number of times: the token makes DynamoDB apply a transaction once. */
export const prepare = (
  table: Table,
  writes: readonly Write[],
): ((signal: AbortSignal) => Promise<unknown>) => {
  const token = randomUUID();
  const [only] = writes;
  return (signal) => {
    const alone = writes.length === 1 && only !== undefined ? single(table, only, signal) : undefined;
    return (
      alone ??
      table.client.send(new TransactWriteCommand({ TransactItems: [...writes], ClientRequestToken: token }), {
        abortSignal: signal,
      })
    );
  };
};
