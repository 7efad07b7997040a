/** Moves dead letters back to the queue of nudges, one by one. */
import { randomUUID } from 'node:crypto';
import {
  DeleteMessageCommand,
  ListDeadLetterSourceQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { openQueue, type Queue } from '../../functions/adapters/aws/nudges.ts';
import { accountId } from '../../functions/domain/ids.ts';
import { atAws, Fault } from '../command-line.ts';

export interface Redriven {
  readonly moved: number;
  /** What is no nudge stays where it is. */
  readonly left: number;
  /** There may be more: as many as are moved in one go were moved. */
  readonly more: boolean;
}

const nudge = z.object({ account: accountId });

/** SQS gives no more at once. */
const batchSize = 10;
/** As long as a message is hidden from others while it is moved. */
const hiddenSeconds = 60;

const receive = async ({ client, url }: Queue): Promise<readonly Message[]> => {
  const asked = new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: batchSize,
    VisibilityTimeout: hiddenSeconds,
    WaitTimeSeconds: 1,
    MessageSystemAttributeNames: ['MessageGroupId'],
  });
  return (await client.send(asked)).Messages ?? [];
};

const accountOf = (body: string): string | undefined => {
  try {
    const read = nudge.safeParse(JSON.parse(body));
    return read.success ? read.data.account : undefined;
  } catch {
    return undefined;
  }
};

/** Sent first and deleted then: what happens in between leaves it in both queues, and a nudge twice does no harm. */
const move = async (from: Queue, to: string, message: Message): Promise<boolean> => {
  const { Body = '', ReceiptHandle, Attributes } = message;
  const account = accountOf(Body);
  if (account === undefined) return false;
  await from.client.send(
    new SendMessageCommand({
      QueueUrl: to,
      MessageBody: Body,
      MessageGroupId: Attributes?.MessageGroupId ?? account,
      // Its own would be taken for the message that failed.
      MessageDeduplicationId: randomUUID(),
    }),
  );
  await from.client.send(new DeleteMessageCommand({ QueueUrl: from.url, ReceiptHandle }));
  return true;
};

const noTarget = (why: string): Fault =>
  new Fault(`${why} Pass --to with the output NudgesUrl of the deploy.`);

/** The queue whose dead letters these are. */
const sourceOf = async ({ client, url }: Queue): Promise<string> => {
  const asked = new ListDeadLetterSourceQueuesCommand({ QueueUrl: url });
  const { queueUrls = [] } = await client.send(asked).catch((error: Error) => {
    if (/Unsupported|InvalidAction/.test(error.name))
      throw noTarget('This SQS does not tell whose dead letters these are.');
    throw error;
  });
  const [only, ...others] = queueUrls;
  if (only === undefined) throw noTarget('No queue has its dead letters there.');
  if (others.length > 0) throw noTarget('Several queues have their dead letters there.');
  return only;
};

/** Moves at most so many. @param to absent: the one queue whose dead letters these are */
const moveAll = async (from: Queue, to: string | undefined, atMost: number): Promise<Redriven> => {
  const target = to ?? (await sourceOf(from));
  let [moved, left] = [0, 0];
  while (moved + left < atMost) {
    const batch = (await receive(from)).slice(0, atMost - moved - left);
    if (batch.length === 0) return { moved, left, more: false };
    for (const message of batch) {
      if (await move(from, target, message)) moved += 1;
      else left += 1;
    }
  }
  return { moved, left, more: true };
};

const sentence = (error: unknown, url: string): Fault | undefined => {
  const name = error instanceof Error ? error.name : '';
  if (/NonExistentQueue|QueueDoesNotExist|InvalidAddress/.test(name))
    return new Fault(`There is no such queue, or one of the two: ${url}. Check the URLs and the region.`, {
      cause: error,
    });
  return undefined;
};

/** @throws Fault */
export const redrive = async ({
  queue,
  to,
  endpoint,
  atMost,
}: {
  queue: string;
  to?: string;
  endpoint?: string;
  atMost: number;
}): Promise<Redriven> => {
  const from = openQueue(queue, endpoint);
  try {
    return await atAws('SQS', () => moveAll(from, to, atMost));
  } catch (error) {
    throw sentence(error, queue) ?? error;
  } finally {
    from.client.destroy();
  }
};
