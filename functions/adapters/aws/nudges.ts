/** The nudges port on an SQS FIFO queue: one group for each account, so that one worker at a time serves it. */
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Nudge, Nudges } from '../../ports/nudges.ts';

/** SQS takes no more in one call. */
const batchSize = 10;

export interface Queue {
  readonly client: SQSClient;
  readonly url: string;
}

/** @param endpoint another SQS than that of AWS */
export const openQueue = (url: string, endpoint?: string): Queue => ({
  url,
  client: new SQSClient(
    endpoint === undefined
      ? {}
      : {
          endpoint,
          region: 'us-east-1',
          credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
          useQueueUrlAsEndpoint: false,
        },
  ),
});

const batches = (nudges: readonly Nudge[]): Nudge[][] =>
  Array.from({ length: Math.ceil(nudges.length / batchSize) }, (_, index) =>
    nudges.slice(index * batchSize, (index + 1) * batchSize),
  );

export const sqsNudges = ({ client, url }: Queue): Nudges => ({
  send: async (nudges, occasion, signal) => {
    for (const batch of batches(nudges)) {
      const { Failed = [] } = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: url,
          Entries: batch.map((nudge, index) => ({
            Id: String(index),
            MessageBody: JSON.stringify(nudge),
            MessageGroupId: nudge.account,
            MessageDeduplicationId: `${nudge.account}_${occasion.replace(/[^A-Za-z0-9_.:-]/g, '')}`,
          })),
        }),
        { abortSignal: signal },
      );
      const [failed] = Failed;
      if (failed !== undefined) throw new Error(`SQS did not take a nudge (${failed.Code ?? 'no code'})`);
    }
  },
});
