/** What one ManyChat account holds. */
import type { Instant } from '../../functions/domain/ids.ts';
import type { FieldType, FieldValue } from './field-values.ts';
import { type RateLimit, rateLimit } from './limits.ts';

export type ChatChannel = 'messenger' | 'instagram' | 'whatsapp' | 'telegram';

export interface FlowSeed {
  readonly ns: string;
  readonly name: string;
  /** What its message step sends; absent: e-mail or SMS, which have no window. */
  readonly channel?: ChatChannel;
}

export interface Field {
  readonly id: number;
  readonly name: string;
  readonly type: FieldType;
  readonly description: string;
}

export interface Tag {
  readonly id: number;
  readonly name: string;
}

export interface Contact {
  readonly id: string;
  exists: boolean;
  blocked: boolean;
  lastInteraction: Instant | undefined;
  /** By the id of the field. */
  readonly values: Map<number, FieldValue>;
  readonly tags: Set<number>;
  /** When flows were started for this contact in the last hour. */
  starts: readonly Instant[];
}

/** A flow that was started, or a message. */
export interface Sent {
  readonly at: number;
  readonly contact: string;
  readonly flow?: string;
  /** False: accepted but dropped, since the channel's window was shut. */
  readonly delivered: boolean;
}

export interface Account {
  /** The part of the token before the colon. */
  readonly page: string;
  readonly flows: Map<string, FlowSeed>;
  readonly fields: Map<number, Field>;
  readonly tags: Map<number, Tag>;
  readonly contacts: Map<string, Contact>;
  readonly sent: Sent[];
  readonly limits: RateLimit;
  nextId: number;
  revoked: boolean;
  plan: 'pro' | 'free';
  strict: boolean;
}

export const newAccount = (token: string): Account => ({
  page: token.split(':')[0] ?? token,
  flows: new Map(),
  fields: new Map(),
  tags: new Map(),
  contacts: new Map(),
  sent: [],
  limits: rateLimit(),
  nextId: 1_000_001,
  revoked: false,
  plan: 'pro',
  strict: false,
});

const isSameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const newId = (account: Account): number => {
  const id = account.nextId;
  account.nextId += 1;
  return id;
};

/** Names are not case sensitive. */
export const fieldNamed = (account: Account, name: string): Field | undefined =>
  [...account.fields.values()].find((field) => isSameName(field.name, name));

export const makeField = (account: Account, name: string, type: FieldType, description = ''): Field => {
  const field = { id: newId(account), name, type, description };
  account.fields.set(field.id, field);
  return field;
};

/** Its values go with it. */
export const deleteField = (account: Account, name: string): void => {
  const field = fieldNamed(account, name);
  if (field === undefined) return;
  account.fields.delete(field.id);
  for (const contact of account.contacts.values()) contact.values.delete(field.id);
};

export const tagNamed = (account: Account, name: string): Tag | undefined =>
  [...account.tags.values()].find((tag) => isSameName(tag.name, name));

export const makeTag = (account: Account, name: string): Tag => {
  const tag = { id: newId(account), name };
  account.tags.set(tag.id, tag);
  return tag;
};

/** The contact's entry, made if there is none yet. */
export const contactEntry = (account: Account, id: string): Contact => {
  const known = account.contacts.get(id);
  if (known !== undefined) return known;
  const contact: Contact = {
    id,
    exists: true,
    blocked: false,
    lastInteraction: undefined,
    values: new Map(),
    tags: new Set(),
    starts: [],
  };
  account.contacts.set(id, contact);
  return contact;
};

/** @returns undefined where ManyChat knows no such contact */
export const existingContact = (account: Account, id: string): Contact | undefined => {
  if (account.strict && !account.contacts.has(id)) return undefined;
  const contact = contactEntry(account, id);
  return contact.exists ? contact : undefined;
};
