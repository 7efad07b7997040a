/** What the API tells of a page and adds to it. */
import * as z from 'zod/mini';
import { type Account, fieldNamed, makeField, makeTag, tagNamed } from './account.ts';
import { invalid, success } from './answers.ts';
import { fieldTypes } from './field-values.ts';
import { type Operations, taking } from './operation.ts';

const name = z.string('expected a name').check(z.trim(), z.minLength(1, 'expected a name'));

const newField = z.object({
  caption: name,
  type: z.enum(fieldTypes, `expected one of ${fieldTypes.join(', ')}`),
  description: z.exactOptional(z.string('expected a string')),
});

const pageInfo = (account: Account) => ({
  id: account.page,
  name: `Page ${account.page}`,
  category: null,
  avatar_link: null,
  username: account.page,
  about: null,
  description: null,
  is_pro: account.plan === 'pro',
  timezone: 'UTC',
});

export const pageOperations: Operations = {
  '/fb/page/getInfo': {
    method: 'GET',
    perSecond: 100,
    answer: ({ account }) => success(pageInfo(account)),
  },
  '/fb/page/getFlows': {
    method: 'GET',
    perSecond: 10,
    answer: ({ account }) =>
      success({
        flows: [...account.flows.values()].map((flow) => ({ ns: flow.ns, name: flow.name, folder_id: 0 })),
        folders: [],
      }),
  },
  '/fb/page/getCustomFields': {
    method: 'GET',
    perSecond: 100,
    answer: ({ account }) => success([...account.fields.values()]),
  },
  '/fb/page/getTags': {
    method: 'GET',
    perSecond: 100,
    answer: ({ account }) => success([...account.tags.values()]),
  },
  '/fb/page/createCustomField': {
    method: 'POST',
    perSecond: 10,
    answer: taking(newField, ({ caption, type, description }, { account }) =>
      fieldNamed(account, caption) === undefined
        ? success({ field: makeField(account, caption, type, description) })
        : invalid('A custom field with this name already exists'),
    ),
  },
  '/fb/page/createTag': {
    method: 'POST',
    perSecond: 10,
    answer: taking(z.object({ name }), (wanted, { account }) =>
      tagNamed(account, wanted.name) === undefined
        ? success({ tag: makeTag(account, wanted.name) })
        : invalid('A tag with this name already exists'),
    ),
  },
};
