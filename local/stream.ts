/**
 * The table's stream on a laptop: what this process writes is handed to the dispatcher in the form that Lambda gets. The embedded
 * engine has a stream of its own, but looks through all of it at every write, so a ledger with one slows down as it grows.
 */
import type { PutCommandInput, TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Table } from '../functions/adapters/dynamodb/client.ts';
import type { MirrorHandler } from '../functions/jobs/mirror/handler.ts';

export interface StreamFollower {
  /** Hands over everything that was written until now. */
  drain(): Promise<void>;
}

type Put = Pick<PutCommandInput, 'Item' | 'ConditionExpression'>;

let lines = 0;

/** A line as the table's stream has it. What may be written only where nothing is, is new. */
const lineOf = ({ Item = {}, ConditionExpression = '' }: Put): DynamoDBRecord => {
  lines += 1;
  const image = marshall(Item, { removeUndefinedValues: true });
  return {
    eventID: String(lines),
    eventName: ConditionExpression.includes('attribute_not_exists') ? 'INSERT' : 'MODIFY',
    eventSource: 'aws:dynamodb',
    dynamodb: {
      Keys: marshall({ pk: Item['pk'], sk: Item['sk'] }),
      NewImage: image,
      SequenceNumber: String(lines),
      StreamViewType: 'NEW_IMAGE',
    },
  } as DynamoDBRecord;
};

/** Whole items that a command wrote; single attributes are the person's, and nobody waits for lines of those. */
const putsOf = (command: string | undefined, input: object): readonly Put[] => {
  if (command === 'PutItemCommand') return [input as PutCommandInput];
  if (command !== 'TransactWriteItemsCommand') return [];
  const { TransactItems = [] } = input as TransactWriteCommandInput;
  return TransactItems.flatMap(({ Put: put }) => (put === undefined ? [] : [put]));
};

/** So many lines are handed over at once, as the deployed stack does. */
const batchSize = 100;

/** Follows what a table's client writes from now on. @param dispatch what the deployed stack's stream would start */
export const followWrites = ({ client }: Table, dispatch: MirrorHandler): StreamFollower => {
  const waiting: DynamoDBRecord[] = [];
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      waiting.push(...putsOf(context.commandName, args.input).map(lineOf));
      return result;
    },
    { step: 'initialize' },
  );
  let draining: Promise<void> = Promise.resolve();
  const drained = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchSize);
      const { batchItemFailures } = await dispatch({ Records: batch });
      const [failed] = batchItemFailures;
      const done = batch.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === failed?.itemIdentifier);
      waiting.splice(0, failed === undefined ? batch.length : done);
      // It comes again from there, the next time.
      if (failed !== undefined) return;
    }
  };
  return {
    drain: () => {
      draining = draining.then(drained);
      return draining;
    },
  };
};
