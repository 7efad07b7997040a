/** Parameter Store has no engine for this machine; what it documents of GetParameter and PutParameter answers over HTTP here. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openParameters, type Parameters } from '../../../functions/adapters/aws/parameters.ts';
import { parameterTokens, storeToken } from '../../../functions/adapters/aws/tokens.ts';
import { accountId } from '../../../functions/domain/ids.ts';

interface Asked {
  readonly target: string;
  readonly body: Record<string, unknown>;
}

const asked: Asked[] = [];
const parameters = new Map<string, string>();
let trouble: { status: number; type: string } | undefined;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

const answerTo = ({ target, body }: Asked): { status: number; json: unknown } => {
  if (trouble !== undefined) return { status: trouble.status, json: { __type: trouble.type, message: 'no' } };
  const name = String(body['Name']);
  if (target === 'AmazonSSM.PutParameter') {
    if (body['Overwrite'] !== true && parameters.has(name))
      return { status: 400, json: { __type: 'ParameterAlreadyExists' } };
    parameters.set(name, String(body['Value']));
    return { status: 200, json: { Version: 1 } };
  }
  const value = parameters.get(name);
  if (value === undefined) return { status: 400, json: { __type: 'ParameterNotFound' } };
  const read = body['WithDecryption'] === true ? value : 'encrypted';
  return { status: 200, json: { Parameter: { Name: name, Type: 'SecureString', Value: read } } };
};

let server: Server;
let client: Parameters;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const one = { target: String(request.headers['x-amz-target']), body: JSON.parse(await bodyOf(request)) };
    asked.push(one);
    const { status, json } = answerTo(one);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(json));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  process.env['AWS_ENDPOINT_URL_SSM'] = `http://127.0.0.1:${address.port}`;
  client = openParameters(new DynamoDBClient({ region: 'local', credentials }));
});
afterAll(async () => {
  delete process.env['AWS_ENDPOINT_URL_SSM'];
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});
afterEach(() => {
  asked.splice(0);
  parameters.clear();
  trouble = undefined;
  jest.restoreAllMocks();
});

const ours = accountId.parse('juniper');
const other = accountId.parse('other');

/** Time on the clock that only runs forward, as a test moves it. */
const movedTime = () => {
  let now = 1_000_000;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  return (ms: number) => {
    now += ms;
  };
};

describe('the token of an account', () => {
  test('is read under its name, decrypted, without stray blanks', async () => {
    parameters.set('/loyalty/manychat/juniper', ' 123:abc\n');
    expect(await parameterTokens(client, '/loyalty').manychat(ours)).toBe('123:abc');
    expect(asked).toEqual([
      {
        target: 'AmazonSSM.GetParameter',
        body: { Name: '/loyalty/manychat/juniper', WithDecryption: true },
      },
    ]);
  });

  test('is read again after a minute, and not before', async () => {
    const pass = movedTime();
    const tokens = parameterTokens(client, '/loyalty');
    parameters.set('/loyalty/manychat/juniper', 'old:token');
    expect(await tokens.manychat(ours)).toBe('old:token');
    parameters.set('/loyalty/manychat/juniper', 'new:token');
    pass(59_999);
    expect(await tokens.manychat(ours)).toBe('old:token');
    expect(asked).toHaveLength(1);
    pass(1);
    expect(await tokens.manychat(ours)).toBe('new:token');
    expect(asked).toHaveLength(2);
  });

  test('is its own', async () => {
    const tokens = parameterTokens(client, '/loyalty');
    parameters.set('/loyalty/manychat/juniper', 'ours:token');
    parameters.set('/loyalty/manychat/other', 'other:token');
    expect([await tokens.manychat(ours), await tokens.manychat(other)]).toEqual([
      'ours:token',
      'other:token',
    ]);
  });

  test('that is nowhere is none, for a minute', async () => {
    const pass = movedTime();
    const tokens = parameterTokens(client, '/loyalty');
    expect(await tokens.manychat(ours)).toBeUndefined();
    parameters.set('/loyalty/manychat/juniper', 'new:token');
    pass(59_999);
    expect(await tokens.manychat(ours)).toBeUndefined();
    pass(1);
    expect(await tokens.manychat(ours)).toBe('new:token');
  });

  test.each([
    [400, 'AccessDeniedException'],
    [400, 'ThrottlingException'],
    [500, 'InternalServerError'],
  ])('that cannot be read is a fault, not an account without a token: %d %s', async (status, type) => {
    const tokens = parameterTokens(client, '/loyalty');
    parameters.set('/loyalty/manychat/juniper', 'our:token');
    trouble = { status, type };
    await expect(tokens.manychat(ours)).rejects.toMatchObject({ name: type });
    trouble = undefined;
    expect(await tokens.manychat(ours)).toBe('our:token');
  });
});

describe('storing a token', () => {
  test('encrypts it under the name where it is read, over what was there', async () => {
    expect(await storeToken(client, '/loyalty', ours, 'old:token')).toBe('/loyalty/manychat/juniper');
    expect(await storeToken(client, '/loyalty', ours, 'new:token')).toBe('/loyalty/manychat/juniper');
    expect(asked.map(({ body }) => body['Type'])).toEqual(['SecureString', 'SecureString']);
    expect(await parameterTokens(client, '/loyalty').manychat(ours)).toBe('new:token');
  });
});
