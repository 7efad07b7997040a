/** Shopify's official Admin schema of the version that we use, as its own tools carry it, and the scopes that it asks for. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import {
  buildClientSchema,
  GraphQLError,
  type GraphQLSchema,
  type IntrospectionQuery,
  isScalarType,
} from 'graphql';
import * as z from 'zod/mini';

const file = fileURLToPath(
  new URL('../../../node_modules/.cache/manychat-loyalty/admin_2026-10.json.gz', import.meta.url),
);
const sha256 = 'f3b522f264556925eada700e795e4a002a9cba83444ebcc6c0d724254a0c6593';

const scope = z.object({
  type: z.enum(['type', 'field']),
  typeName: z.string(),
  fieldName: z.optional(z.string()),
  offlineScopes: z.array(z.string()),
});
const packed = z.object({
  data: z.custom<IntrospectionQuery>(
    (data) => typeof data === 'object' && data !== null && '__schema' in data,
  ),
  offline_scopes: z.object({ items: z.array(scope) }),
});

const forms: Readonly<Record<string, RegExp>> = {
  DateTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  Decimal: /^-?\d+(\.\d+)?$/,
  Money: /^\d+(\.\d+)?$/,
  UnsignedInt64: /^\d{1,20}$/,
};

/** A schema from introspection takes anything for a scalar of Shopify's own; these are as their descriptions say. */
const strict = (schema: GraphQLSchema): GraphQLSchema => {
  for (const [name, form] of Object.entries(forms)) {
    const type = schema.getType(name);
    if (!isScalarType(type)) throw new Error(`the schema has no scalar ${name}`);
    type.parseValue = (value) => {
      if (typeof value === 'string' && form.test(value)) return value;
      throw new GraphQLError(`${name} cannot represent the value`);
    };
  }
  return schema;
};

export interface AdminSchema {
  readonly schema: GraphQLSchema;
  /** The scopes of which one is needed to read the field, by `Type.field` and by `Type`. */
  readonly scopes: ReadonlyMap<string, readonly string[]>;
}

const load = (): AdminSchema => {
  if (!existsSync(file))
    throw new Error('Shopify’s schema is not here yet: `npm run test:parts` fetches it, once');
  const bytes = readFileSync(file);
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new Error('Shopify’s schema is not the one that was pinned: `npm run test:parts` fetches it again');
  const { data, offline_scopes } = packed.parse(JSON.parse(gunzipSync(bytes).toString('utf8')));
  const scopes = offline_scopes.items
    .filter(({ offlineScopes }) => offlineScopes.length > 0)
    .map(({ typeName, fieldName, offlineScopes }): [string, readonly string[]] => [
      fieldName === undefined ? typeName : `${typeName}.${fieldName}`,
      offlineScopes,
    ]);
  return { schema: strict(buildClientSchema(data, { assumeValid: true })), scopes: new Map(scopes) };
};

let loaded: AdminSchema | undefined;

/** @throws with the command that fetches it, where it is missing */
export const adminSchema = (): AdminSchema => {
  loaded ??= load();
  return loaded;
};
