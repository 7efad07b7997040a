/** Puts the token of a ManyChat account where the sender reads it: Parameter Store, encrypted. */
import { PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { AccountId } from '../../domain/ids.ts';
import { tokenParameter } from './tokens.ts';

const answersWithinMs = 10_000;

/** Stores a token; what was there before is replaced, and the sender notices within a minute. @returns the parameter's name */
export const storeToken = async (
  client: SSMClient,
  prefix: string,
  account: AccountId,
  token: string,
): Promise<string> => {
  const name = tokenParameter(prefix, account);
  await client.send(
    new PutParameterCommand({ Name: name, Value: token, Type: 'SecureString', Overwrite: true }),
    { abortSignal: AbortSignal.timeout(answersWithinMs) },
  );
  return name;
};
