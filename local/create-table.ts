/**
 * Makes the table of the laptop edition from the specification that the data stack uses too, but without its stream: see `stream.ts`.
 */
import {
  type AttributeDefinition,
  CreateTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { table } from '../functions/adapters/dynamodb/table.ts';

const activeWithinSeconds = 20;

/**
 * Makes the table with its indexes and waits until it is active; a table that exists is left as it is.
 *
 * @throws what the engine answers, or the SDK's TimeoutError if the table is not active in time
 */
export const createTable = async (client: DynamoDBClient, tableName: string): Promise<void> => {
  try {
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: attributes(),
        KeySchema: keySchema(table),
        GlobalSecondaryIndexes: table.indexes.map((index) => ({
          IndexName: index.name,
          KeySchema: keySchema(index),
          Projection: { ProjectionType: index.projection },
        })),
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists(
    { client, maxWaitTime: activeWithinSeconds, minDelay: 1, maxDelay: 2 },
    { TableName: tableName },
  );
  await expireItems(client, tableName);
};

const keySchema = (keys: { partitionKey: string; sortKey: string }): KeySchemaElement[] => [
  { AttributeName: keys.partitionKey, KeyType: 'HASH' },
  { AttributeName: keys.sortKey, KeyType: 'RANGE' },
];

/** Each key attribute once, though several indexes may share it. */
const attributes = (): AttributeDefinition[] => {
  const types = new Map<string, 'S' | 'N'>([
    [table.partitionKey, 'S'],
    [table.sortKey, 'S'],
  ]);
  for (const index of table.indexes) {
    types.set(index.partitionKey, 'S');
    types.set(index.sortKey, index.sortKeyType);
  }
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
};

/** Engines that cannot expire items are good enough: readers pass over what has expired. */
const expireItems = async (client: DynamoDBClient, tableName: string): Promise<void> => {
  try {
    const { TimeToLiveDescription } = await client.send(
      new DescribeTimeToLiveCommand({ TableName: tableName }),
    );
    // Enabling it twice is an error.
    if (TimeToLiveDescription?.TimeToLiveStatus?.startsWith('ENABL')) return;
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: tableName,
        TimeToLiveSpecification: { AttributeName: table.timeToLive, Enabled: true },
      }),
    );
  } catch (error) {
    if (!(error instanceof Error && /^(UnknownOperation|Validation)Exception$/.test(error.name))) throw error;
  }
};
