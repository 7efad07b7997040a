/** The queue of nudges on this machine: fauxqs, over the real SQS protocol. Started when it is first needed. */
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { openQueue, type Queue } from '../functions/adapters/aws/nudges.ts';

/** As long as the deployed queue hides a nudge that is being worked on. */
const visibilitySeconds = '180';
const attempts = 3;
/** SQS gives no more at once. */
const batchSize = 10;

export interface LocalQueue extends Queue {
  readonly deadLetters: string;
  /** Messages that can be worked on now; at most one worker at a time gets those of one group. */
  receive(): Promise<readonly Message[]>;
  done(message: Message): Promise<void>;
  /** It failed: it comes again at once, and ends among the dead letters after a few times. */
  failed(message: Message): Promise<void>;
  /** How many wait among the dead letters. */
  dead(): Promise<number>;
  close(): Promise<void>;
}

const makeQueues = async (client: SQSClient): Promise<{ url: string; deadLetters: string }> => {
  const make = async (name: string, attributes: Record<string, string>): Promise<string> => {
    const asked = new CreateQueueCommand({
      QueueName: name,
      Attributes: { FifoQueue: 'true', ...attributes },
    });
    const { QueueUrl = '' } = await client.send(asked);
    return QueueUrl;
  };
  const deadLetters = await make('nudges-dead.fifo', {});
  const arn = new GetQueueAttributesCommand({ QueueUrl: deadLetters, AttributeNames: ['QueueArn'] });
  const { Attributes } = await client.send(arn);
  const url = await make('nudges.fifo', {
    VisibilityTimeout: visibilitySeconds,
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: Attributes?.['QueueArn'],
      maxReceiveCount: attempts,
    }),
  });
  return { url, deadLetters };
};

export const startQueue = async (): Promise<LocalQueue> => {
  // Half of it is a server of its own: who sends no reminders should not wait for it.
  const { startFauxqs } = await import('fauxqs');
  const server = await startFauxqs({ port: 0, logger: false });
  const { client } = openQueue('', `http://127.0.0.1:${server.port}`);
  const { url, deadLetters } = await makeQueues(client);
  return {
    client,
    url,
    deadLetters,
    receive: async () => {
      const asked = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: batchSize });
      return (await client.send(asked)).Messages ?? [];
    },
    done: async ({ ReceiptHandle }) => {
      await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    },
    failed: async ({ ReceiptHandle }) => {
      await client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }),
      );
    },
    dead: async () => {
      const asked = new GetQueueAttributesCommand({
        QueueUrl: deadLetters,
        AttributeNames: ['ApproximateNumberOfMessages'],
      });
      return Number((await client.send(asked)).Attributes?.['ApproximateNumberOfMessages'] ?? 0);
    },
    close: async () => {
      client.destroy();
      await server.stop();
    },
  };
};
