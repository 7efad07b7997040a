/** Every chat reply: its results, its keys, and the type of custom field that each key needs. */
import * as z from 'zod/mini';
import * as balance from '../../functions/chat/balance/contract.ts';
import { memberCard } from '../../functions/chat/card.ts';
import * as claimOrder from '../../functions/chat/claim-order/contract.ts';
import * as coupons from '../../functions/chat/coupons/contract.ts';
import * as credit from '../../functions/chat/credit/contract.ts';
import * as delivered from '../../functions/chat/delivered/contract.ts';
import * as enroll from '../../functions/chat/enroll/contract.ts';
import * as history from '../../functions/chat/history/contract.ts';
import * as leave from '../../functions/chat/leave/contract.ts';
import * as preferences from '../../functions/chat/preferences/contract.ts';
import * as redeem from '../../functions/chat/redeem/contract.ts';
import * as rewards from '../../functions/chat/rewards/contract.ts';
import * as verifyOrder from '../../functions/chat/verify-order/contract.ts';
import { fieldTypes } from '../../functions/jobs/send/content.ts';
import { type Route, routes } from '../../functions/routes.ts';
import { cardSays, fieldSays, keySays } from './keys.ts';
import { type Meaning, meanings } from './results.ts';
import { byName, code, tableOf } from './table.ts';

/** What each chat route takes and answers. */
export const contracts = {
  enroll,
  leave,
  'verify-order': verifyOrder,
  'claim-order': claimOrder,
  credit,
  balance,
  history,
  rewards,
  redeem,
  coupons,
  preferences,
  delivered,
};

const typeNames: Readonly<Record<string, string>> = {
  string: 'Text',
  integer: 'Number',
  number: 'Number',
  boolean: 'True/False',
  array: 'list',
};
/** The custom field's type in ManyChat that a key must be mapped to. */
const typesOf = (shape: Record<string, z.ZodMiniType>): Map<string, string> => {
  const { properties = {} } = z.toJSONSchema(z.object(shape));
  const typeOf = (schema: unknown) =>
    typeof schema === 'object' && schema !== null && 'type' in schema ? String(schema.type) : '';
  return new Map(
    Object.entries(properties).map(([key, schema]) => [key, typeNames[typeOf(schema)] ?? 'Text']),
  );
};

const keyTable = (shape: Record<string, z.ZodMiniType>, says: Readonly<Record<string, string>>): string =>
  tableOf(
    ['key', 'field type', 'what it says'],
    [...typesOf(shape)].map(([key, type]) => [code(key), type, byName(says, key, 'key')]),
  );

/** The keys that every chat reply has. */
export const cardTable = (): string =>
  keyTable(
    { ok: z.boolean(), result: z.string(), message: z.string(), replayed: z.boolean(), ...memberCard },
    cardSays,
  );

const replyOf = ({ verb, path, does }: Route): string => {
  const { inputs, extras, results } = byName<(typeof contracts)[keyof typeof contracts]>(
    contracts,
    verb,
    'route',
  );
  const means = byName<Readonly<Record<string, Meaning>>>(meanings, verb, 'route');
  const named = Object.keys(inputs.shape).map(code).join(', ') || 'none';
  return [
    `### ${code(path)}`,
    `${does} Inputs beside the contact: ${named}.`,
    tableOf(
      ['result', 'ok', 'what it means'],
      results.map((result) => {
        const { ok, says } = byName(means, result, 'result');
        return [code(result), ok ? 'yes' : 'no', says];
      }),
    ),
    ...(Object.keys(extras).length === 0 ? [] : [keyTable(extras, keySays)]),
  ].join('\n\n');
};

/** Results and further keys of each chat route. */
export const replies = (): string =>
  routes
    .filter(({ room }) => room === 'chat')
    .map(replyOf)
    .join('\n\n');

const fieldTypeNames = { text: 'Text', number: 'Number' };

/** The custom fields that we write by ourselves. */
export const fieldTable = (): string =>
  tableOf(
    ['field', 'type', 'holds'],
    Object.entries(fieldTypes).map(([name, type]) => [
      code(name),
      fieldTypeNames[type],
      byName(fieldSays, name, 'field'),
    ]),
  );
