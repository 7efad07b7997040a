/** The tokens port on Parameter Store: encrypted, free of charge, and changed without a deploy. */
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { AccountId } from '../../domain/ids.ts';
import type { Tokens } from '../../ports/manychat.ts';

/** A token that was changed or revoked is noticed within this time. */
const freshMs = 60_000;
const answersWithinMs = 3_000;

/** The parameter that holds an account's token. */
export const tokenParameter = (prefix: string, account: AccountId): string => `${prefix}/manychat/${account}`;

export const parameterTokens = (client: SSMClient, prefix: string): Tokens => {
  const kept = new Map<AccountId, { readonly until: number; readonly token: string | undefined }>();
  return {
    manychat: async (account) => {
      const known = kept.get(account);
      if (known !== undefined && performance.now() < known.until) return known.token;
      const asked = new GetParameterCommand({
        Name: tokenParameter(prefix, account),
        WithDecryption: true,
      });
      const token = await client
        .send(asked, { abortSignal: AbortSignal.timeout(answersWithinMs) })
        .then(({ Parameter }) => Parameter?.Value?.trim())
        .catch((error: unknown) => {
          if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
          throw error;
        });
      kept.set(account, { until: performance.now() + freshMs, token });
      return token;
    },
  };
};

export const openParameters = (): SSMClient => new SSMClient({});
