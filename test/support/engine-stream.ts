/** Follows the engine's own stream of a table and hands its lines to the dispatcher, as Lambda does for a deployed table. */

import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Table } from '../../functions/adapters/dynamodb/client.ts';
import { table } from '../../functions/adapters/dynamodb/table.ts';
import type { MirrorHandler } from '../../functions/jobs/mirror/handler.ts';

export interface StreamFollower {
  /** Hands over everything that was written until now. */
  drain(): Promise<void>;
  close(): void;
}

/** Dates are ISO texts in some engines' answers and numbers in Lambda's events; the dispatcher reads neither. */
const asLambda = ({
  ApproximateCreationDateTime: _,
  ...rest
}: object & { ApproximateCreationDateTime?: unknown }) => rest;

/** Gives the table its stream, as the data stack does, and follows it from now on. @param endpoint the engine's */
export const followStream = async (
  { client, name }: Table,
  endpoint: string,
  dispatch: MirrorHandler,
): Promise<StreamFollower> => {
  const streams = new DynamoDBStreamsClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const StreamSpecification = { StreamEnabled: true, StreamViewType: table.stream };
  const { TableDescription } = await client.send(
    new UpdateTableCommand({ TableName: name, StreamSpecification }),
  );
  const arn = TableDescription?.LatestStreamArn;
  const iterators = new Map<string, string | undefined>();
  const begin = async (type: 'LATEST' | 'TRIM_HORIZON'): Promise<void> => {
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn: arn }));
    for (const { ShardId = '' } of StreamDescription?.Shards ?? []) {
      if (iterators.has(ShardId)) continue;
      const asked = new GetShardIteratorCommand({ StreamArn: arn, ShardId, ShardIteratorType: type });
      iterators.set(ShardId, (await streams.send(asked)).ShardIterator);
    }
  };
  const step = async (shard: string, iterator: string): Promise<number> => {
    const page = await streams.send(new GetRecordsCommand({ ShardIterator: iterator }));
    const records = page.Records ?? [];
    const Records = records.map(({ dynamodb, ...line }) => ({
      ...line,
      dynamodb: dynamodb && asLambda(dynamodb),
    })) as DynamoDBRecord[];
    if (Records.length > 0) {
      const { batchItemFailures } = await dispatch({ Records });
      // The same lines come again.
      if (batchItemFailures.length > 0) throw new Error('the dispatcher failed on a line of the stream');
    }
    iterators.set(shard, page.NextShardIterator);
    return records.length;
  };
  await begin('LATEST');
  let running: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    // A shard that came later is read from its beginning.
    await begin('TRIM_HORIZON');
    for (const shard of iterators.keys()) {
      for (let read = 1; read > 0; ) {
        const iterator = iterators.get(shard);
        read = iterator === undefined ? 0 : await step(shard, iterator);
      }
    }
  };
  return {
    drain: async () => {
      await running;
      running ??= drain().finally(() => {
        running = undefined;
      });
      await running;
    },
    close: () => streams.destroy(),
  };
};
