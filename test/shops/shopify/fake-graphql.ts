/** Part of the fake: the Admin API's GraphQL. Documents are validated and executed against Shopify's official schema. */
import {
  type DocumentNode,
  defaultFieldResolver,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getNamedType,
  parse,
  validate,
} from 'graphql';
import { makeDiscount } from './fake-discounts.ts';
import {
  catalogue,
  decimal,
  type FakeDiscount,
  type FakeOrder,
  type FakeShop,
  gidOf,
  givenBack,
} from './fake-shop.ts';
import { adminSchema } from './schema.ts';

export interface Granted {
  readonly scopes: ReadonlySet<string>;
  /** How Shopify withholds customers' data from an app: with an error, as today, or silently. */
  readonly people: 'shown' | 'refused' | 'redacted';
  readonly shopCurrency: string;
  readonly prefix: string;
  readonly suffix: string;
}

const iso = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;
const denied = (message: string, extra: Readonly<Record<string, string>>): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'ACCESS_DENIED', ...extra } });

const bag = (amount: number, code: string): object => ({
  shopMoney: { amount: decimal(amount), currencyCode: code },
  // Never to be read: the customer's own currency.
  presentmentMoney: { amount: decimal(amount * 7), currencyCode: 'DKK' },
});

const emailOf = ({ email }: FakeOrder, people: Granted['people']): string | null => {
  if (people === 'refused')
    throw denied(
      'This app is not approved to use the email field. See https://shopify.dev/docs/apps/launch/protected-customer-data for more details.',
      { documentation: 'https://shopify.dev/docs/apps/launch/protected-customer-data' },
    );
  return people === 'redacted' ? null : email;
};

const orderView = (order: FakeOrder, { people }: Granted): object => ({
  id: gidOf(order),
  name: order.name,
  email: () => emailOf(order, people),
  canNotifyCustomer: order.notifiable,
  test: order.test,
  createdAt: iso(order.createdAt),
  processedAt: iso(order.processedAt),
  updatedAt: iso(order.updatedAt),
  cancelledAt: order.cancelledAt === undefined ? null : iso(order.cancelledAt),
  displayFinancialStatus: order.financial,
  displayFulfillmentStatus: order.fulfillment,
  discountCodes: order.codes,
  totalPriceSet: bag(order.totalCents, order.currency),
  subtotalPriceSet: bag(order.itemsCents, order.currency),
  currentTotalPriceSet: bag(order.currentCents, order.currency),
  netPaymentSet: bag(order.receivedCents - givenBack(order), order.currency),
  metafield: ({ namespace, key }: { readonly namespace: string; readonly key: string }) => {
    const value = order.metafields.get(`${namespace}.${key}`);
    return value === undefined ? null : { value };
  },
});

const discountView = (shop: FakeShop, discount: FakeDiscount): object => ({
  id: discount.id,
  codeDiscount: {
    __typename: discount.typename,
    title: discount.title,
    tags: discount.tags,
    status: shop.statusOf(discount),
    endsAt: discount.endsAt === undefined ? null : iso(discount.endsAt),
    usageLimit: discount.usageLimit ?? null,
    asyncUsageCount: discount.countedUses,
  },
});

/**
 * The search. It takes quoted names and times; of a name it also finds those that begin alike, as a search does. What it does not
 * understand finds everything: nothing of a customer's may come to be understood as a term.
 */
const matching = (query: string): ((order: FakeOrder) => boolean) => {
  const name = /^name:'([^']*)'$/.exec(query)?.[1]?.toUpperCase();
  if (name !== undefined) return (order) => order.name.toUpperCase().startsWith(name);
  const since = /^updated_at:>='([^']*)'$/.exec(query)?.[1];
  if (since !== undefined) return (order) => order.updatedAt.getTime() >= Date.parse(since);
  return () => true;
};

/** Without `read_all_orders` what is older than this is not there. */
const shownMs = 60 * 86_400_000;

interface OrdersArgs {
  readonly query?: string | null;
  readonly first: number;
  readonly after?: string | null;
  readonly sortKey: string;
  readonly reverse: boolean;
}

const visible = (shop: FakeShop, granted: Granted): readonly FakeOrder[] => {
  const from = granted.scopes.has('read_all_orders') ? 0 : shop.now().getTime() - shownMs;
  return shop.orders.filter(({ createdAt }) => createdAt.getTime() >= from);
};

const ordersView = (shop: FakeShop, granted: Granted, args: OrdersArgs): object => {
  const by = args.sortKey === 'UPDATED_AT' ? 'updatedAt' : 'createdAt';
  const keyOf = (order: FakeOrder): string => `${iso(order[by])}|${String(order.id).padStart(20, '0')}`;
  const found = visible(shop, granted).filter(matching(args.query ?? ''));
  const sorted = found.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  if (args.reverse) sorted.reverse();
  const cursor = args.after ? Buffer.from(args.after, 'base64url').toString() : undefined;
  if (cursor !== undefined && !cursor.includes('|'))
    throw new GraphQLError('Invalid cursor for current pagination sort.');
  const rest = cursor === undefined ? sorted : sorted.filter((order) => keyOf(order) > cursor);
  const nodes = rest.slice(0, args.first);
  const last = nodes.at(-1);
  return {
    nodes: nodes.map((order) => orderView(order, granted)),
    pageInfo: {
      hasNextPage: rest.length > nodes.length,
      endCursor: last === undefined ? null : Buffer.from(keyOf(last)).toString('base64url'),
    },
  };
};

const productView = (id: string, { shopCurrency }: Granted): object | null => {
  const price = catalogue.get(id);
  if (price === undefined) return null;
  if (id.includes('/ProductVariant/')) return { __typename: 'ProductVariant', price };
  return {
    __typename: 'Product',
    priceRangeV2: { maxVariantPrice: { amount: price, currencyCode: shopCurrency } },
  };
};

interface Metafield {
  readonly ownerId: string;
  readonly namespace: string;
  readonly key: string;
  readonly value: string;
}

const setMetafields = (shop: FakeShop, { scopes }: Granted, fields: readonly Metafield[]): object => {
  if (!scopes.has('write_orders'))
    throw denied('Access denied for metafieldsSet field.', {
      requiredAccess: '`write_orders` access scope.',
    });
  for (const { ownerId, namespace, key, value } of fields) {
    const order = shop.byGid(ownerId);
    if (order === undefined)
      return {
        metafields: null,
        userErrors: [
          { field: ['metafields', '0', 'ownerId'], code: 'INVALID', message: 'Owner does not exist.' },
        ],
      };
    order.metafields.set(`${namespace}.${key}`, value);
    order.updatedAt = shop.now();
  }
  return { metafields: fields.map((_, at) => ({ id: `gid://shopify/Metafield/${at + 1}` })), userErrors: [] };
};

const rootOf = (shop: FakeShop, granted: Granted): object => {
  const create =
    (typename: FakeDiscount['typename'], argument: string) =>
    (args: Readonly<Record<string, Readonly<Record<string, unknown>>>>): object => {
      const { made, errors } = makeDiscount(shop, typename, argument, args[argument] ?? {});
      return {
        codeDiscountNode: made === undefined ? null : discountView(shop, made),
        userErrors: errors,
      };
    };
  return {
    shop: {
      currencyCode: granted.shopCurrency,
      orderNumberFormatPrefix: granted.prefix,
      orderNumberFormatSuffix: granted.suffix,
    },
    currentAppInstallation: { accessScopes: [...granted.scopes].map((handle) => ({ handle })) },
    orders: (args: OrdersArgs) => ordersView(shop, granted, args),
    order: ({ id }: { readonly id: string }) => {
      const order = visible(shop, granted).find((one) => gidOf(one) === id);
      return order === undefined ? null : orderView(order, granted);
    },
    nodes: ({ ids }: { readonly ids: readonly string[] }) => ids.map((id) => productView(id, granted)),
    codeDiscountNodeByCode: ({ code }: { readonly code: string }) => {
      const discount = shop.byCode(code);
      return discount === undefined ? null : discountView(shop, discount);
    },
    discountCodeBasicCreate: create('DiscountCodeBasic', 'basicCodeDiscount'),
    discountCodeFreeShippingCreate: create('DiscountCodeFreeShipping', 'freeShippingCodeDiscount'),
    discountCodeDeactivate: ({ id }: { readonly id: string }) => {
      const discount = shop.discounts.find((one) => one.id === id);
      if (discount === undefined)
        return {
          codeDiscountNode: null,
          userErrors: [
            { field: ['id'], code: 'INVALID', message: 'Code discount does not exist.', extraInfo: null },
          ],
        };
      shop.end(discount);
      return { codeDiscountNode: discountView(shop, discount), userErrors: [] };
    },
    metafieldsSet: ({ metafields }: { readonly metafields: readonly Metafield[] }) =>
      setMetafields(shop, granted, metafields),
  };
};

/** `write_…` includes `read_…`. */
const holds = (scopes: ReadonlySet<string>, scope: string): boolean =>
  scopes.has(scope) || scopes.has(scope.replace(/^read_/, 'write_'));

/** The scopes of the official list, asked before a field is read. */
const guarded =
  (granted: Granted): GraphQLFieldResolver<unknown, unknown> =>
  (source, args, context, info) => {
    const { scopes } = adminSchema();
    const type = getNamedType(info.returnType).name;
    const needed = [`${info.parentType.name}.${info.fieldName}`, type, type.replace(/Connection$/, '')]
      .map((name) => scopes.get(name))
      .find((list) => list !== undefined);
    if (needed !== undefined && !needed.some((scope) => holds(granted.scopes, scope)))
      throw denied(`Access denied for ${info.fieldName} field.`, {
        requiredAccess: `one of the scopes ${needed.join(', ')}`,
        documentation: 'https://shopify.dev/api/usage/access-scopes',
      });
    return defaultFieldResolver(source, args, context, info);
  };

const documents = new Map<string, DocumentNode | readonly GraphQLError[]>();

/** Validating against 3,546 types takes a while: once for each document. */
const checked = (schema: GraphQLSchema, query: string): DocumentNode | readonly GraphQLError[] => {
  const known = documents.get(query);
  if (known !== undefined) return known;
  const document = parse(query);
  const errors = validate(schema, document);
  const result = errors.length > 0 ? errors : document;
  documents.set(query, result);
  return result;
};

export const answerGraphql = async (
  shop: FakeShop,
  granted: Granted,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<ExecutionResult> => {
  const { schema } = adminSchema();
  const document = checked(schema, query);
  if (!('kind' in document)) return { errors: document };
  return execute({
    schema,
    document,
    rootValue: rootOf(shop, granted),
    variableValues: variables,
    fieldResolver: guarded(granted),
  });
};
