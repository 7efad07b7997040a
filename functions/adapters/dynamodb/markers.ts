/** The markers `@MIRROR`: whose ManyChat fields are to be written anew, and what they are to be told with it, once. */
import { DeleteCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { couponKey, type ProgramId } from '../../domain/ids.ts';
import type { Agenda, DueContact, Marker, News } from '../../ports/agenda.ts';
import type { Table } from './client.ts';
import { faultKind, reading } from './faults.ts';
import { indexKeys, keys } from './keys.ts';
import { getItems } from './read.ts';

/** What somebody is to be told of at once is a few lines. More of them change the fields, and are told by the balance alone. */
const mostNews = 50;
/** So many are remembered as told. */
const mostTold = 50;
/** The stream keeps its lines for a day; a line that comes again does so within it. */
const rememberedMs = 3 * 86_400_000;

/** How news are written down. */
const nameOf = (news: News): string => (news.kind === 'entry' ? `E#${news.seq}` : `C#${news.coupon}`);
const newsOf = (name: string): News =>
  name.startsWith('C#')
    ? { kind: 'coupon', coupon: couponKey.parse(name.slice(2)) }
    : { kind: 'entry', seq: Number(name.slice(2)) };

const markerRow = z.object({
  news: z._default(z.set(z.string()), new Set()),
  told: z._default(z.array(z.string()), []),
});

const nothing: Marker = { news: [], told: [] };

type Input = Omit<UpdateCommandInput, 'TableName' | 'Key'>;

/** @returns whether the condition held */
const held = async (signal: AbortSignal, write: () => Promise<unknown>): Promise<boolean> => {
  try {
    await reading(signal, write);
    return true;
  } catch (error) {
    if (faultKind(error) !== 'refused') throw error;
    return false;
  }
};

/** Under what was seen: an asking within the same millisecond shows by its news. */
const asSeen = ({ dueAt }: DueContact, { news }: Marker) => ({
  ConditionExpression:
    news.length === 0
      ? '#at = :seen AND attribute_not_exists(#news)'
      : '#at = :seen AND size(#news) = :count',
  ExpressionAttributeNames: { '#at': 'dueAt', '#news': 'news' },
  ExpressionAttributeValues: { ':seen': dueAt, ...(news.length === 0 ? {} : { ':count': news.length }) },
});

/** Takes the marker away; where something was told it stays for a while, out of the index, and says so. */
const taken = (due: DueContact, seen: Marker): Input => {
  const told = [...seen.told, ...seen.news].slice(-mostTold).map(nameOf);
  const condition = asSeen(due, seen);
  return {
    ...condition,
    UpdateExpression: 'SET #told = :told, #ttl = :ttl REMOVE #pk, #at, #news',
    ExpressionAttributeNames: {
      ...condition.ExpressionAttributeNames,
      '#pk': 'duePk',
      '#told': 'told',
      '#ttl': 'ttl',
    },
    ExpressionAttributeValues: {
      ...condition.ExpressionAttributeValues,
      ':told': told,
      ':ttl': Math.ceil((due.dueAt + rememberedMs) / 1000),
    },
  };
};

/** Into the index; whoever waits there is not forgotten by its clock. */
const asked = (program: ProgramId, at: number): Input => ({
  UpdateExpression: 'SET #pk = :pk, #at = :at REMOVE #ttl',
  ExpressionAttributeNames: { '#pk': 'duePk', '#at': 'dueAt', '#ttl': 'ttl' },
  ExpressionAttributeValues: { ':pk': indexKeys.due(program, 'mirror'), ':at': at },
});

/** The same, unless the news were told already: then all was done. */
const askedOnce = (program: ProgramId, at: number, news: News): Input => {
  const plain = asked(program, at);
  return {
    ...plain,
    ExpressionAttributeNames: { ...plain.ExpressionAttributeNames, '#told': 'told' },
    ExpressionAttributeValues: { ...plain.ExpressionAttributeValues, ':one': nameOf(news) },
    ConditionExpression: '(attribute_not_exists(#told) OR NOT contains(#told, :one))',
  };
};

/** The same with the news, unless there are too many. */
const askedWith = (program: ProgramId, at: number, news: News): Input => {
  const once = askedOnce(program, at, news);
  return {
    ...once,
    UpdateExpression: `${once.UpdateExpression} ADD #news :news`,
    ExpressionAttributeNames: { ...once.ExpressionAttributeNames, '#news': 'news' },
    ExpressionAttributeValues: {
      ...once.ExpressionAttributeValues,
      ':news': new Set([nameOf(news)]),
      ':most': mostNews,
    },
    ConditionExpression: `${once.ConditionExpression} AND (attribute_not_exists(#news) OR size(#news) < :most)`,
  };
};

/** As it was seen, but where it was asked for again meanwhile. */
const back = (program: ProgramId, { dueAt }: DueContact, { news, told }: Marker): Input => ({
  UpdateExpression:
    'SET #pk = if_not_exists(#pk, :pk), #at = if_not_exists(#at, :at), #told = :told REMOVE #ttl ADD #news :news',
  ExpressionAttributeNames: {
    '#pk': 'duePk',
    '#at': 'dueAt',
    '#told': 'told',
    '#ttl': 'ttl',
    '#news': 'news',
  },
  ExpressionAttributeValues: {
    ':pk': indexKeys.due(program, 'mirror'),
    ':at': dueAt,
    ':told': told.map(nameOf),
    ':news': new Set(news.map(nameOf)),
  },
});

export const markers = (
  table: Table,
): Pick<Agenda, 'askMirror' | 'marker' | 'mirrored' | 'untold' | 'putOff'> => {
  const at = (program: ProgramId, { contact }: Pick<DueContact, 'contact'>) => ({
    TableName: table.name,
    Key: { ...keys.mirror(program, contact) },
  });
  const update = (place: ReturnType<typeof at>, input: Input, signal: AbortSignal) =>
    held(signal, () => table.client.send(new UpdateCommand({ ...place, ...input }), { abortSignal: signal }));
  return {
    // Asking twice is asking once, so a lost answer is asked again.
    askMirror: async (program, contact, now, signal, news) => {
      const place = at(program, { contact });
      if (news !== undefined && (await update(place, askedWith(program, now, news), signal))) return;
      const input = news === undefined ? asked(program, now) : askedOnce(program, now, news);
      await update(place, input, signal);
    },
    marker: async (program, contact, signal) => {
      const [item] = await getItems(table, [keys.mirror(program, contact)], signal);
      if (item === undefined) return nothing;
      const { news, told } = markerRow.parse(item);
      return { news: [...news].map(newsOf), told: told.map(newsOf) };
    },
    mirrored: async (program, due, signal, seen = nothing) => {
      const place = at(program, due);
      if (seen.news.length + seen.told.length > 0) return update(place, taken(due, seen), signal);
      const take = new DeleteCommand({ ...place, ...asSeen(due, seen) });
      return held(signal, () => table.client.send(take, { abortSignal: signal }));
    },
    untold: async (program, due, seen, signal) => {
      await update(at(program, due), back(program, due, seen), signal);
    },
    putOff: async (program, due, until, signal) => {
      const later: Input = {
        UpdateExpression: 'SET #at = :until',
        ConditionExpression: '#at = :seen',
        ExpressionAttributeNames: { '#at': 'dueAt' },
        ExpressionAttributeValues: { ':seen': due.dueAt, ':until': until },
      };
      await update(at(program, due), later, signal);
    },
  };
};
