/** The tokens port on Parameter Store: encrypted, free of charge, and changed without a deploy. */
import type { AccountId } from '../../domain/ids.ts';
import type { Tokens } from '../../ports/manychat.ts';
import type { Parameters } from './parameters.ts';

/** A token that was changed or revoked is noticed within this time. */
const freshMs = 60_000;

/** The parameter that holds an account's token. */
const tokenParameter = (prefix: string, account: AccountId): string => `${prefix}/manychat/${account}`;

export const parameterTokens = (parameters: Parameters, prefix: string): Tokens => {
  const kept = new Map<AccountId, { readonly until: number; readonly token: string | undefined }>();
  return {
    manychat: async (account) => {
      const known = kept.get(account);
      if (known !== undefined && performance.now() < known.until) return known.token;
      const token = (await parameters.get(tokenParameter(prefix, account)))?.trim();
      kept.set(account, { until: performance.now() + freshMs, token });
      return token;
    },
  };
};

/** Stores a token; what was there before is replaced, and the sender notices within a minute. @returns the parameter's name */
export const storeToken = async (
  parameters: Parameters,
  prefix: string,
  account: AccountId,
  token: string,
): Promise<string> => {
  const name = tokenParameter(prefix, account);
  await parameters.put(name, token);
  return name;
};
