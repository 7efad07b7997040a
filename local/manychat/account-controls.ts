/** What a test or a person changes in an account, as its owner and its customers would. */
import type { Instant } from '../../functions/domain/ids.ts';
import {
  type Account,
  contactEntry,
  deleteField,
  type FlowSeed,
  makeField,
  makeTag,
  type Sent,
  tagNamed,
} from './account.ts';
import type { FieldType } from './field-values.ts';

export interface ContactChange {
  readonly exists?: boolean;
  readonly blocked?: boolean;
  /** The 24-hour rule counts from here; a contact who never had one has a shut window. */
  readonly lastInteraction?: Instant;
}

export interface DoubleAccount {
  addFlow(flow: FlowSeed): void;
  removeFlow(ns: string): void;
  /** A field of that name that is there already is deleted first. */
  addField(name: string, type: FieldType): void;
  removeField(name: string): void;
  addTag(name: string): void;
  /** Contacts are made on first use, unless the account is strict. */
  setContact(id: string, change: ContactChange): void;
  /** The values of a contact's custom fields by name. */
  fields(id: string): Readonly<Record<string, unknown>>;
  /** The names of a contact's tags. */
  tags(id: string): readonly string[];
  /** Flows that were started and messages that were delivered, oldest first. */
  readonly sent: readonly Sent[];
  /** The token is refused with 401 from now on; `restore` undoes it. */
  revoke(): void;
  restore(): void;
  plan: 'pro' | 'free';
  /** True: only contacts that `setContact` named exist. */
  strict: boolean;
}

export const controlsOf = (account: Account): DoubleAccount => ({
  addFlow: (flow) => {
    account.flows.set(flow.ns, flow);
  },
  removeFlow: (ns) => {
    account.flows.delete(ns);
  },
  addField: (name, type) => {
    deleteField(account, name);
    makeField(account, name, type);
  },
  removeField: (name) => deleteField(account, name),
  addTag: (name) => {
    if (tagNamed(account, name) === undefined) makeTag(account, name);
  },
  setContact: (id, change) => {
    Object.assign(contactEntry(account, id), change);
  },
  fields: (id) => valuesByName(account, id),
  tags: (id) => tagNames(account, id),
  sent: account.sent,
  revoke: () => {
    account.revoked = true;
  },
  restore: () => {
    account.revoked = false;
  },
  get plan() {
    return account.plan;
  },
  set plan(plan) {
    account.plan = plan;
  },
  get strict() {
    return account.strict;
  },
  set strict(strict) {
    account.strict = strict;
  },
});

const valuesByName = (account: Account, id: string): Readonly<Record<string, unknown>> => {
  const values = account.contacts.get(id)?.values ?? new Map<number, unknown>();
  return Object.fromEntries(
    [...account.fields.values()].flatMap(({ id: field, name }) =>
      values.has(field) ? [[name, values.get(field)]] : [],
    ),
  );
};

const tagNames = (account: Account, id: string): readonly string[] => {
  const tags = account.contacts.get(id)?.tags ?? new Set<number>();
  return [...account.tags.values()].flatMap((tag) => (tags.has(tag.id) ? [tag.name] : []));
};
