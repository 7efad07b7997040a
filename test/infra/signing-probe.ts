import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { openParameters } from '../../functions/adapters/aws/parameters.ts';

// Bundled and run by bundling.test.ts as a stand-in for a function: one signed request to the service named, then done.
const once = { maxAttempts: 1 };
const probes: Readonly<Record<string, () => Promise<unknown>>> = {
  dynamodb: () => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient(once));
    return client.send(new GetCommand({ TableName: 'probe', Key: { pk: 'a', sk: 'b' } }));
  },
  sqs: () => {
    const QueueUrl = `${process.env['AWS_ENDPOINT_URL']}/123456789012/probe.fifo`;
    return new SQSClient({ ...once, md5: false }).send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'probe' }),
    );
  },
  ssm: () => openParameters(new DynamoDBClient(once)).put('/probe', 'a value'),
};
await probes[process.argv[2] ?? '']?.();
