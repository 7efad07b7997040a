/** What the API tells of a contact and writes on it. */
import * as z from 'zod/mini';
import type { Instant } from '../../functions/domain/ids.ts';
import { type Account, type Contact, type Field, fieldNamed, type Tag, tagNamed } from './account.ts';
import { type Answer, invalid, success } from './answers.ts';
import { expectedOf, type FieldValue, readValue } from './field-values.ts';
import { forContact, type Operations, subscriberId } from './operation.ts';

const perSecond = 10;
const fieldId = z.int('expected an integer');
const fieldName = z.string('expected a string');
/** Its type is the field's to judge, a missing one too. */
const fieldValue = z.exactOptional(z.unknown());
const tagged = z.object({ subscriber_id: subscriberId, tag_name: z.string('expected a string') });

const fieldWrite = z
  .object({
    field_id: z.exactOptional(fieldId),
    field_name: z.exactOptional(fieldName),
    field_value: fieldValue,
  })
  .check(
    z.refine(
      ({ field_id, field_name }) => field_id !== undefined || field_name !== undefined,
      'expected field_id or field_name',
    ),
  );
type FieldWrite = z.infer<typeof fieldWrite>;

const atMostTwenty = 'expected 1 to 20 fields';
const fieldWrites = z.object({
  subscriber_id: subscriberId,
  fields: z
    .array(fieldWrite, atMostTwenty)
    .check(z.minLength(1, atMostTwenty), z.maxLength(20, atMostTwenty)),
});

interface Readable {
  readonly field: Field;
  readonly value: FieldValue;
}

/** @returns a sentence on what is wrong where it cannot be written */
const readWrite = (account: Account, write: FieldWrite): Readable | string => {
  const field =
    write.field_id === undefined
      ? fieldNamed(account, write.field_name ?? '')
      : account.fields.get(write.field_id);
  if (field === undefined) return `Field ${write.field_id ?? write.field_name} does not exist`;
  const value = readValue(field.type, write.field_value);
  return value === undefined
    ? `Field ${field.name} of type ${field.type} expects ${expectedOf(field.type)}`
    : { field, value };
};

/** All or none. */
const writeFields = (account: Account, contact: Contact, writes: readonly FieldWrite[]): Answer => {
  const read = writes.map((write) => readWrite(account, write));
  const problems = read.filter((one) => typeof one === 'string');
  if (problems.length > 0) return invalid(...problems);
  for (const one of read) if (typeof one !== 'string') contact.values.set(one.field.id, one.value);
  return success();
};

const withTag = (change: (contact: Contact, tag: Tag) => void) =>
  forContact(tagged, (contact, { tag_name }, { account }) => {
    const tag = tagNamed(account, tag_name);
    if (tag === undefined) return invalid(`Tag ${tag_name} does not exist`);
    change(contact, tag);
    return success();
  });

/** ManyChat writes the offset of the page's zone, which is UTC here. */
const written = (at: Instant): string => new Date(at).toISOString().replace(/\.\d+Z$/, '+00:00');

const subscriber = (account: Account, { id, lastInteraction, values, tags, blocked }: Contact) => {
  const lastSeen = lastInteraction === undefined ? null : written(lastInteraction);
  return {
    id,
    page_id: account.page,
    user_refs: [],
    first_name: 'Contact',
    last_name: id,
    name: `Contact ${id}`,
    gender: null,
    profile_pic: null,
    locale: null,
    language: null,
    timezone: 'UTC±00',
    live_chat_url: `https://app.manychat.com/fb${account.page}/chat/${id}`,
    last_input_text: null,
    optin_phone: false,
    phone: null,
    optin_email: false,
    email: null,
    subscribed: lastSeen,
    last_interaction: lastSeen,
    last_seen: lastSeen,
    is_followup_enabled: !blocked,
    ig_username: null,
    ig_id: null,
    whatsapp_phone: null,
    optin_whatsapp: false,
    custom_fields: [...account.fields.values()].map((field) => ({
      ...field,
      value: values.get(field.id) ?? null,
    })),
    tags: [...account.tags.values()].filter((tag) => tags.has(tag.id)),
  };
};

export const subscriberOperations: Operations = {
  '/fb/subscriber/getInfo': {
    method: 'GET',
    perSecond,
    answer: forContact(z.object({ subscriber_id: subscriberId }), (contact, _, { account }) =>
      success(subscriber(account, contact)),
    ),
  },
  '/fb/subscriber/setCustomField': {
    method: 'POST',
    perSecond,
    answer: forContact(
      z.object({ subscriber_id: subscriberId, field_id: fieldId, field_value: fieldValue }),
      (contact, write, { account }) => writeFields(account, contact, [write]),
    ),
  },
  '/fb/subscriber/setCustomFieldByName': {
    method: 'POST',
    perSecond,
    answer: forContact(
      z.object({ subscriber_id: subscriberId, field_name: fieldName, field_value: fieldValue }),
      (contact, write, { account }) => writeFields(account, contact, [write]),
    ),
  },
  '/fb/subscriber/setCustomFields': {
    method: 'POST',
    perSecond,
    answer: forContact(fieldWrites, (contact, { fields }, { account }) =>
      writeFields(account, contact, fields),
    ),
  },
  '/fb/subscriber/addTagByName': {
    method: 'POST',
    perSecond,
    answer: withTag((contact, tag) => contact.tags.add(tag.id)),
  },
  '/fb/subscriber/removeTagByName': {
    method: 'POST',
    perSecond,
    answer: withTag((contact, tag) => contact.tags.delete(tag.id)),
  },
};
