/**
 * Stands in for `@smithy/core/event-streams` in the Lambda bundles (see `bundling.ts`). The SDK loads it for operations that answer
 * with a stream of events; DynamoDB and SQS have none.
 */
const absent = (): never => {
  throw new Error('the bundle holds nothing for event streams: no operation that we call has any');
};

export class EventStreamSerde {
  constructor() {
    absent();
  }
}

export const eventStreamSerdeProvider = absent;
