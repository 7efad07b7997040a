/** Every operation that we send, held against Shopify's official schema of the version that we name. */
import { expect, test } from '@jest/globals';
import {
  getNamedType,
  getVariableValues,
  isInputObjectType,
  Kind,
  NoDeprecatedCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { discountOf } from '../../../functions/adapters/shops/shopify/discount.ts';
import * as operations from '../../../functions/adapters/shops/shopify/operations.ts';
import { instant } from '../../../functions/domain/ids.ts';
import { currency } from '../../../functions/domain/money.ts';
import type { CouponSpec } from '../../../functions/ports/shops.ts';
import { adminSchema } from '../../shops/shopify/schema.ts';

const { apiVersion, ...documents } = operations;
const names = Object.keys(documents);
const { schema, scopes } = adminSchema();

const documentOf = (name: string) => parse(new Map(Object.entries(documents)).get(name) ?? '');
const operationOf = (name: string): OperationDefinitionNode => {
  const found = documentOf(name).definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (found?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`${name} holds no operation`);
  return found;
};

test('there are these operations and no others', () => {
  expect(apiVersion).toBe('2026-10');
  expect(names.sort()).toEqual([
    'changedOrders',
    'createBasic',
    'createFreeShipping',
    'deactivate',
    'findCode',
    'findOrders',
    'readCurrency',
    'readOrder',
    'readPrices',
    'setLink',
    'whoAmI',
  ]);
});

test.each(names)('%s is valid and uses nothing that is deprecated', (name) => {
  expect(validate(schema, documentOf(name), [...specifiedRules, NoDeprecatedCustomRule])).toEqual([]);
});

const spec = (benefit: CouponSpec['benefit']): CouponSpec => ({
  code: 'LOY-7KQ2-9XWD-M4TC',
  redemption: 'R-42',
  title: 'Coffee',
  benefit,
  currency: currency.parse('EUR'),
  startsAt: instant.parse(Date.parse('2026-11-21T00:00:00.123Z')),
  expiresAt: instant.parse(Date.parse('2026-12-21T23:59:59.999Z')),
});
const products = ['1072481042', 'gid://shopify/ProductVariant/43729076'];
const benefits: readonly CouponSpec['benefit'][] = [
  { kind: 'product', products },
  { kind: 'amount', valueMinor: 1500, products: [] },
  { kind: 'amount', valueMinor: 1500, products },
  { kind: 'percent', percent: 15, products: [] },
  { kind: 'percent', percent: 100, products },
  { kind: 'free_shipping' },
];
const inputOf = (benefit: CouponSpec['benefit']) => discountOf(spec(benefit), 2500);

const variables: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['findOrders', { query: "name:'#1001'", first: 10 }],
  ['readOrder', { id: 'gid://shopify/Order/820982911946154508' }],
  ['changedOrders', { query: "updated_at:>='2026-11-20T00:00:00Z'", first: 50, after: null }],
  ['findCode', { code: 'LOY-7KQ2-9XWD-M4TC' }],
  ['deactivate', { id: 'gid://shopify/DiscountCodeNode/1' }],
  ['readPrices', { ids: ['gid://shopify/Product/1072481042'] }],
  ['readCurrency', {}],
  ['whoAmI', {}],
  [
    'setLink',
    {
      metafields: [
        {
          ownerId: 'gid://shopify/Order/1',
          namespace: 'loyalty',
          key: 'ref',
          type: 'single_line_text_field',
          value: 'claim_1',
        },
      ],
    },
  ],
  ...benefits.map((benefit): [string, Readonly<Record<string, unknown>>] => {
    const made = inputOf(benefit);
    return [made?.freeShipping === true ? 'createFreeShipping' : 'createBasic', { discount: made?.input }];
  }),
];

test.each(variables)('the variables of %s are of the types that it asks for', (name, given) => {
  const read = getVariableValues(schema, operationOf(name).variableDefinitions ?? [], { ...given });
  expect(read).toHaveProperty('coerced');
});

test('variables are sent for every operation here', () => {
  expect([...new Set(variables.map(([name]) => name))].sort()).toEqual(names);
});

/** Shopify's types leave every field optional; its text names those that a creation needs. */
const requiredBy = (input: string): readonly string[] => {
  const type = schema.getType(input);
  if (!isInputObjectType(type)) throw new Error(`there is no input ${input}`);
  const list = /When creating, required fields are:\n([\s\S]*)$/.exec(type.description ?? '')?.[1] ?? '';
  return [...list.matchAll(/^\s*- `(\w+)`/gm)].map(([, name = '']) => name);
};

test('each discount has the fields that Shopify’s text calls required', () => {
  expect(requiredBy('DiscountCodeBasicInput')).toEqual([
    'code',
    'context',
    'customerGets',
    'startsAt',
    'title',
  ]);
  expect(requiredBy('DiscountCodeFreeShippingInput')).toEqual(['code', 'context', 'startsAt', 'title']);
  for (const benefit of benefits) {
    const made = inputOf(benefit);
    const type = made?.freeShipping === true ? 'DiscountCodeFreeShippingInput' : 'DiscountCodeBasicInput';
    const filled = Object.entries(made?.input ?? {}).filter(
      ([, value]) => value !== undefined && value !== '',
    );
    expect(filled.map(([name]) => name)).toEqual(expect.arrayContaining([...requiredBy(type)]));
  }
});

test('a discount that lacks one of them is not sent', () => {
  const given = spec({ kind: 'free_shipping' });
  expect(discountOf({ ...given, code: '' }, undefined)).toBeUndefined();
  expect(discountOf({ ...given, redemption: '' }, undefined)).toBeUndefined();
  expect(discountOf({ ...given, expiresAt: given.startsAt }, undefined)).toBeUndefined();
  expect(discountOf(spec({ kind: 'product', products: [] }), 2500)).toBeUndefined();
  expect(discountOf(spec({ kind: 'product', products }), undefined)).toBeUndefined();
});

/** The scopes of every field and every object that an operation reads, by Shopify's own list. */
const scopesOf = (name: string): readonly string[] => {
  const info = new TypeInfo(schema);
  const needed = new Set<string>();
  const add = (key: string): void => {
    const [first] = scopes.get(key) ?? [];
    if (first !== undefined) needed.add(first);
  };
  visit(
    documentOf(name),
    visitWithTypeInfo(info, {
      Field: ({ name: field }) => {
        add(`${info.getParentType()?.name}.${field.value}`);
        const type = info.getType();
        if (type) add(getNamedType(type).name);
      },
      InlineFragment: ({ typeCondition }) => add(typeCondition?.name.value ?? ''),
    }),
  );
  return [...needed].sort();
};

test('each operation needs the scopes that the guide asks for, and no others', () => {
  expect(Object.fromEntries(names.map((name) => [name, scopesOf(name)]))).toEqual({
    findOrders: ['read_orders'],
    readOrder: ['read_orders'],
    changedOrders: ['read_orders'],
    findCode: ['read_discounts'],
    createBasic: ['read_discounts', 'write_discounts'],
    createFreeShipping: ['read_discounts', 'write_discounts'],
    deactivate: ['read_discounts', 'write_discounts'],
    readPrices: ['read_products'],
    readCurrency: [],
    whoAmI: [],
    // The list has nothing on metafields: who may write an order may write an order's.
    setLink: [],
  });
});
