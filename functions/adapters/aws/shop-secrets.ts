/** The credentials of shops in Parameter Store: one encrypted JSON object for each store. */
import type { ProgramId, StoreId } from '../../domain/ids.ts';
import type { ShopSecrets } from '../../ports/shops.ts';
import type { Parameters } from './parameters.ts';

/** Credentials that were changed or revoked are noticed within this time. */
const freshMs = 60_000;

const shopParameter = (prefix: string, program: ProgramId, store: StoreId): string =>
  `${prefix}/shops/${program}/${store}`;

const parsed = (text: string | undefined): unknown => {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};

export const parameterShopSecrets = (parameters: Pick<Parameters, 'get'>, prefix: string): ShopSecrets => {
  const kept = new Map<string, { readonly until: number; readonly secrets: unknown }>();
  return {
    of: async (program, store) => {
      const name = shopParameter(prefix, program, store);
      const known = kept.get(name);
      if (known !== undefined && performance.now() < known.until) return known.secrets;
      const secrets = parsed(await parameters.get(name));
      kept.set(name, { until: performance.now() + freshMs, secrets });
      return secrets;
    },
  };
};

/** Stores credentials; what was there before is replaced. @returns the parameter's name */
export const storeShopSecrets = async (
  parameters: Parameters,
  prefix: string,
  program: ProgramId,
  store: StoreId,
  secrets: object,
): Promise<string> => {
  const name = shopParameter(prefix, program, store);
  await parameters.put(name, JSON.stringify(secrets));
  return name;
};
