/**
 * The dispatcher of the table's stream: notices books that moved without a chat, asks for their mirror, and notes what is to be
 * told with it. Chat replies are mapped by the flow itself, so entries of the customer's own doing are passed over.
 */
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { MirrorPorts } from '../ports.ts';
import { type Moved, movedWithoutChat } from './news.ts';

/** Below the function's time-out. */
const withinMs = 50_000;

const place = ({ dynamodb }: DynamoDBRecord): string => dynamodb?.SequenceNumber ?? '';

export type MirrorHandler = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;

/** Lambda's handler. What fails is named by its place in the stream, and comes again from there. @param ports made at the first event */
export const mirrorDispatcher = (ports: () => MirrorPorts): MirrorHandler => {
  let made: MirrorPorts | undefined;
  return async ({ Records }) => {
    made ??= ports();
    const { agenda, clock, log } = made;
    const signal = AbortSignal.timeout(withinMs);
    const ask = ({ program, contact, news }: Moved) =>
      agenda.askMirror(program, contact, clock.now(), signal, news);
    for (const record of Records) {
      const moved = movedWithoutChat(record);
      if (moved === undefined) continue;
      try {
        await ask(moved);
      } catch (error) {
        log.fault(place(record), 'mirror', error);
        return { batchItemFailures: [{ itemIdentifier: place(record) }] };
      }
    }
    return { batchItemFailures: [] };
  };
};
