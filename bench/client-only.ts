/** What the bundles are compared with: the DynamoDB client that each of them needs, made, and nothing else. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

export const client = new DynamoDBClient({ maxAttempts: 1 });
