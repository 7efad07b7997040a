import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalQueue, startQueue } from '../../local/queue.ts';
import { endAll, runFile, start } from '../e2e/spawned.ts';

afterAll(endAll);

describe('redrive', () => {
  let queue: LocalQueue;
  let endpoint: string;
  beforeAll(async () => {
    queue = await startQueue();
    const { hostname, port, protocol } = (await queue.client.config.endpoint?.()) ?? {};
    endpoint = `${protocol}//${hostname}:${port}`;
  });
  afterAll(() => queue.close());

  let sent = 0;
  const bury = (body: string, group: string) => {
    sent += 1;
    return queue.client.send(
      new SendMessageCommand({
        QueueUrl: queue.deadLetters,
        MessageBody: body,
        MessageGroupId: group,
        MessageDeduplicationId: `dead-${sent}`,
      }),
    );
  };
  const waiting = async (): Promise<number> => {
    const asked = new GetQueueAttributesCommand({
      QueueUrl: queue.url,
      AttributeNames: ['ApproximateNumberOfMessages'],
    });
    return Number((await queue.client.send(asked)).Attributes?.['ApproximateNumberOfMessages']);
  };
  const redrive = (...args: string[]) =>
    runFile('cli/manychat.ts', [
      'redrive',
      '--queue',
      queue.deadLetters,
      '--sqs-endpoint',
      endpoint,
      ...args,
    ]);

  test('moves dead letters back with their groups, at most as many as it is told, and leaves what is no nudge', async () => {
    for (const account of ['a', 'a', 'b'])
      await bury(JSON.stringify({ account, programs: ['demo'] }), account);
    const first = await redrive('--to', queue.url, '--at-most', '2');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toBe('moved 2 dead letters\nThere may be more: run the command again.\n');
    await bury('{"requestContext":{}}', 'strange');
    const rest = await redrive('--to', queue.url);
    expect(rest.stdout).toBe('moved 1 dead letter\nleft 1 message that is no nudge\n');
    expect(await waiting()).toBe(3);
    const received: string[] = [];
    for (let batch = await take(); batch.length > 0; batch = await take()) {
      received.push(...batch.map(({ Attributes, Body }) => `${Attributes?.MessageGroupId} ${Body}`));
      for (const message of batch) await queue.done(message);
    }
    expect(received.sort()).toEqual([
      'a {"account":"a","programs":["demo"]}',
      'a {"account":"a","programs":["demo"]}',
      'b {"account":"b","programs":["demo"]}',
    ]);
    expect((await redrive('--to', queue.url)).stdout).toBe('moved 0 dead letters\n');
  });

  const take = async () => {
    const asked = new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['MessageGroupId'],
    });
    return (await queue.client.send(asked)).Messages ?? [];
  };

  test('says in a sentence what is in the way', async () => {
    const untold = await redrive();
    expect([untold.code, untold.stderr]).toEqual([1, expect.stringContaining('Pass --to')]);
    const gone = await runFile('cli/manychat.ts', [
      'redrive',
      ...['--queue', `${endpoint}/000000000000/nothing.fifo`, '--to', queue.url, '--sqs-endpoint', endpoint],
    ]);
    expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining('There is no such queue')]);
    const silent = await runFile('cli/manychat.ts', [
      'redrive',
      ...['--queue', queue.deadLetters, '--sqs-endpoint', 'http://127.0.0.1:1', '--region', 'eu-west-1'],
    ]);
    expect([silent.code, silent.stderr]).toEqual([1, expect.stringContaining('Nothing answers at SQS')]);
  });
});

describe('token', () => {
  /** Parameter Store as far as a token needs it. */
  let store: Server;
  const stored: { target: string; body: Record<string, unknown> }[] = [];
  let refusal: string | undefined;
  beforeAll(async () => {
    store = createServer(async (request, response) => {
      const body = (await json(request)) as Record<string, unknown>;
      stored.push({ target: String(request.headers['x-amz-target']), body });
      response.writeHead(refusal === undefined ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(
        JSON.stringify(refusal === undefined ? { Version: 1 } : { __type: refusal, message: 'no' }),
      );
    });
    await new Promise<void>((listening) => store.listen(0, '127.0.0.1', listening));
  });
  afterAll(() => new Promise((closed) => store.close(closed)));

  const secret = '1234567:0a1b2c3d4e5f-KEY';
  /** Piped in, as a password manager would. */
  const token = (given: string, ...args: string[]) => {
    const command = `printf %s "$GIVEN" | node_modules/.bin/node cli/manychat.ts token --account juniper ${args.join(' ')}`;
    return start('sh', ['-c', command], {
      GIVEN: given,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'y',
      AWS_ENDPOINT_URL_SSM: `http://127.0.0.1:${(store.address() as AddressInfo).port}`,
    }).ended;
  };

  test('is read from a pipe, stored encrypted under the account’s name, and never shown', async () => {
    const { code, stdout, stderr } = await token(`${secret}\n`);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(
      'The token is stored under /manychat-loyalty-service/manychat/juniper. The sender uses it within a minute.\n',
    );
    expect(stored.splice(0)).toEqual([
      {
        target: 'AmazonSSM.PutParameter',
        body: {
          Name: '/manychat-loyalty-service/manychat/juniper',
          Value: secret,
          Type: 'SecureString',
          Overwrite: true,
        },
      },
    ]);
    await token(secret, '--prefix', '/another-stack/');
    expect(stored.splice(0)[0]?.body['Name']).toBe('/another-stack/manychat/juniper');
  });

  test('of another form is refused without being repeated or stored', async () => {
    const wrong = await token('lk_demo_chat_secretsecret');
    expect([wrong.code, wrong.stdout]).toEqual([1, '']);
    expect(wrong.stderr).toContain('expected <page id>:<key>');
    expect(wrong.stderr).not.toContain('secretsecret');
    expect((await token('')).stderr).toContain('No token came in');
    expect(stored).toEqual([]);
  });

  test('that AWS does not let in is told in a sentence', async () => {
    refusal = 'AccessDeniedException';
    const { code, stderr } = await token(secret);
    refusal = undefined;
    expect([code, stderr]).toEqual([
      1,
      'The credentials may not do this at Parameter Store: AWS denied it.\n',
    ]);
    stored.splice(0);
  });
});
