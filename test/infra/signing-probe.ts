import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';

// Bundled and run by bundling.test.ts as a stand-in for a function: one signed request, then done.
const client = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 1 }));
await client.send(new GetCommand({ TableName: 'probe', Key: { pk: 'a', sk: 'b' } }));
