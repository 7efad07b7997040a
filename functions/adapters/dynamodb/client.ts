/** The one DynamoDB client of a process. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** What the adapter needs of the table: a client and a name. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

/** Below the chat deadline, so that one lost answer leaves time for a second call. */
const requestTimeoutMs = 2_500;
const connectionTimeoutMs = 1_000;

/**
 * @param endpoint another address than AWS's: the embedded engine
 */
export const openTable = (name: string, endpoint?: string): Table => {
  const client = new DynamoDBClient({
    // Our own retries know what a lost answer means; the SDK's would hide it.
    maxAttempts: 1,
    requestHandler: {
      requestTimeout: requestTimeoutMs,
      connectionTimeout: connectionTimeoutMs,
      throwOnRequestTimeout: true,
    },
    ...(endpoint === undefined
      ? {}
      : { endpoint, region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  });
  return {
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    name,
  };
};
