/**
 * Two calls to Parameter Store, signed by the SDK's own signer. Its whole client would be a sixth of the sender's bundle, since
 * it brings the errors of all its 146 operations along.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod/mini';

export interface Parameters {
  /** @returns undefined where there is no such parameter */
  get(name: string): Promise<string | undefined>;
  /** Encrypted; what was there before is replaced. */
  put(name: string, value: string): Promise<void>;
}

const answersWithinMs = 5_000;

const found = z.object({ Parameter: z.object({ Value: z.string() }) });
const refused = z.object({ __type: z.string() });

/** Named as AWS names it. */
class ParameterFault extends Error {
  constructor(name: string, status: number) {
    super(`Parameter Store answered ${status}`);
    this.name = name;
  }
}

/** `ParameterNotFound`, with or without the service's name in front. */
const faultName = (json: unknown): string => {
  const read = refused.safeParse(json);
  return read.success ? (read.data.__type.split('#').at(-1) ?? 'Unknown') : 'Unknown';
};

/** The SDK's own variables for another address than AWS's. */
const addressOf = (region: string): string =>
  process.env['AWS_ENDPOINT_URL_SSM'] ||
  process.env['AWS_ENDPOINT_URL'] ||
  `https://ssm.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

/** What is wrong with the network stands in the cause; the error around it only says that the fetch failed. */
const networkFault = (error: unknown): never => {
  throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
};

/** @param client whose region and credentials are used */
export const openParameters = ({ config }: Pick<DynamoDBClient, 'config'>): Parameters => {
  const signer = new SignatureV4({
    service: 'ssm',
    region: config.region,
    credentials: config.credentials,
    sha256: config.sha256,
  });
  const call = async (operation: string, input: object): Promise<unknown> => {
    const url = new URL(addressOf(await config.region()));
    const body = JSON.stringify(input);
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      path: '/',
      query: {},
      headers: {
        host: url.host,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AmazonSSM.${operation}`,
      },
      body,
    });
    const { host: _, ...signed } = headers;
    const signal = AbortSignal.timeout(answersWithinMs);
    const sent = { method: 'POST', headers: signed, body, signal, redirect: 'error' } as const;
    const response = await fetch(url, sent).catch(networkFault);
    const json: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw new ParameterFault(faultName(json), response.status);
    return json;
  };
  return {
    get: async (name) => {
      try {
        return found.parse(await call('GetParameter', { Name: name, WithDecryption: true })).Parameter.Value;
      } catch (error) {
        if (error instanceof ParameterFault && error.name === 'ParameterNotFound') return undefined;
        throw error;
      }
    },
    put: async (name, value) => {
      await call('PutParameter', { Name: name, Value: value, Type: 'SecureString', Overwrite: true });
    },
  };
};
