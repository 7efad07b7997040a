import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/**
 * Stands in for `@aws-sdk/credential-provider-node` in the Lambda bundles (see `bundling.ts`).
 * Lambda hands a function its role's credentials in three environment variables and replaces the whole sandbox
 * before they expire. The profiles, single sign-on and metadata servers that the SDK also looks for cannot exist there.
 *
 * @throws when a variable is absent: that is a broken environment, and no request should leave unsigned.
 */
export const defaultProvider: NonNullable<DynamoDBClientConfig['credentialDefaultProvider']> =
  () => async () => ({
    accessKeyId: required('AWS_ACCESS_KEY_ID'),
    secretAccessKey: required('AWS_SECRET_ACCESS_KEY'),
    sessionToken: required('AWS_SESSION_TOKEN'),
  });

const required = (name: string): string => {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: in Lambda a function's credentials come from its environment only`);
};
