/** Preloading pools: each code once, and never one that was issued before. */
import { randomUUID } from 'node:crypto';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { type CouponKey, normalizeCouponCode, type RewardId } from '../../domain/ids.ts';
import type { Scope } from '../../ports/ledger.ts';
import type { Table } from './client.ts';
import { faultKind, retrying } from './faults.ts';
import { keys } from './keys.ts';

/** So many codes are on their way at once. */
const parallel = 8;

const missing = {
  ConditionExpression: 'attribute_not_exists(#pk)',
  ExpressionAttributeNames: { '#pk': 'pk' },
};

/**
 * A mark for each code that ever was in a pool of the program: two rewards with one code would sell it twice, and the second
 * redemption could never be written.
 * @returns whether the code is new; a lost answer is sent again under the same token.
 */
const addCode = async (
  table: Table,
  scope: Scope,
  reward: RewardId,
  code: string,
  key: CouponKey,
): Promise<boolean> => {
  const { program, signal } = scope;
  const command = new TransactWriteCommand({
    ClientRequestToken: randomUUID(),
    TransactItems: [
      { Put: { TableName: table.name, Item: { ...keys.poolCode(program, reward, key), code }, ...missing } },
      {
        Put: { TableName: table.name, Item: { pk: keys.coupon(program, key).pk, sk: 'POOLED' }, ...missing },
      },
      { ConditionCheck: { TableName: table.name, Key: { ...keys.coupon(program, key) }, ...missing } },
    ],
  });
  const attempt = async (): Promise<boolean> => {
    try {
      await table.client.send(command, { abortSignal: signal });
      return true;
    } catch (error) {
      if (faultKind(error) === 'refused') return false;
      throw error;
    }
  };
  return retrying(signal, attempt, (error) => faultKind(error) === 'again' || faultKind(error) === 'unknown');
};

export const addToPool = async (table: Table, scope: Scope, reward: RewardId, codes: readonly string[]) => {
  const distinct = new Map(
    codes.flatMap((code): [CouponKey, string][] => {
      const key = normalizeCouponCode(code);
      return key === undefined ? [] : [[key, code.trim()]];
    }),
  );
  const waiting = [...distinct];
  let stored = 0;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [key, code] = next;
      if (await addCode(table, scope, reward, code, key)) stored += 1;
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return { stored, known: codes.length - stored };
};
