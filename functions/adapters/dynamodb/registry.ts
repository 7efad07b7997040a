/** What the owner's commands write: programs with their secrets, and keys. */
import { randomBytes } from 'node:crypto';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { hashKey, type Role } from '../../domain/api-key.ts';
import type { ProgramId } from '../../domain/ids.ts';
import type { ProgramFile } from '../../domain/program-file.ts';
import type { Table } from './client.ts';
import { faultKind } from './faults.ts';
import { keys } from './keys.ts';

const versionOf = z.object({ version: z.int(), file: z.string() });

const absent = {
  ConditionExpression: 'attribute_not_exists(#pk)',
  ExpressionAttributeNames: { '#pk': 'pk' },
};

/** Makes the program's secrets once; what is there stays. */
const ensureSecrets = async (table: Table, program: ProgramId): Promise<void> => {
  const secrets = {
    emailKey: randomBytes(32).toString('base64url'),
    callbackKey: randomBytes(32).toString('base64url'),
  };
  try {
    await table.client.send(
      new PutCommand({ TableName: table.name, Item: { ...keys.secrets(program), ...secrets }, ...absent }),
    );
  } catch (error) {
    if (faultKind(error) !== 'refused') throw error;
  }
};

/** Puts a checked program in force. @returns its version; the same file again keeps the version it has. */
export const pushProgram = async (
  table: Table,
  file: ProgramFile,
): Promise<{ version: number; changed: boolean }> => {
  await ensureSecrets(table, file.program);
  // Listed before it is there: a job that meets a name without a program passes over it.
  await table.client.send(new PutCommand({ TableName: table.name, Item: { ...keys.listed(file.program) } }));
  const key = keys.program(file.program);
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { ...key }, ConsistentRead: true }),
  );
  const before = Item === undefined ? undefined : versionOf.parse(Item);
  if (before !== undefined && before.file === JSON.stringify(file))
    return { version: before.version, changed: false };
  const version = (before?.version ?? 0) + 1;
  const condition =
    before === undefined
      ? absent
      : {
          ConditionExpression: '#v = :v',
          ExpressionAttributeNames: { '#v': 'version' },
          ExpressionAttributeValues: { ':v': before.version },
        };
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: { ...key, version, file: JSON.stringify(file) },
      ...condition,
    }),
  );
  return { version, changed: true };
};

/** Keeps the hash of a new key. */
export const storeKey = async (
  table: Table,
  key: string,
  program: ProgramId,
  role: Role,
  createdAt: number,
): Promise<void> => {
  const hash = hashKey(key);
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: { ...keys.apiKey(hash), hash, program, role, createdAt },
      ...absent,
    }),
  );
};

/** Whether a program was pushed. */
export const hasProgram = async (table: Table, program: ProgramId): Promise<boolean> => {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { ...keys.program(program) }, ConsistentRead: true }),
  );
  return Item !== undefined;
};
