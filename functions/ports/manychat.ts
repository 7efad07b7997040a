/** ManyChat's public API as our jobs see it: what we call, and what may come back. */
import type { AccountId, ContactId } from '../domain/ids.ts';
import type { Pace } from '../domain/program.ts';

export type FieldValue = string | number | boolean;
export type FieldType = 'text' | 'number' | 'date' | 'datetime' | 'boolean';

/** Why ManyChat said no for good. */
export interface Refused {
  readonly status: number;
  /** ManyChat's own number, where it gave one. */
  readonly code: number | undefined;
  /** ManyChat's words; they name fields and flows, not people. */
  readonly message: string;
}

/**
 * What a call came to. `ok`: taken. `refused`: surely not taken, and never will be. `busy`: surely not taken, whatever was tried
 * (429, 5xx, no connection). `unknown`: it may have been taken.
 */
export type Outcome<T = unknown> =
  | { readonly kind: 'ok'; readonly data: T }
  | ({ readonly kind: 'refused' } & Refused)
  | { readonly kind: 'busy'; readonly message: string }
  | { readonly kind: 'unknown'; readonly message: string };

export interface Field {
  readonly name: string;
  readonly type: string;
}

export interface Flow {
  readonly ns: string;
  readonly name: string;
}

export interface Account {
  readonly name: string;
  readonly isPro: boolean | undefined;
  readonly timezone: string | undefined;
}

export interface ManyChat {
  /** Writes custom fields by name, at most 20. Repeating is harmless, so it is repeated until the outcome is known. */
  setFields(contact: ContactId, fields: Readonly<Record<string, FieldValue>>): Promise<Outcome>;
  /**
   * Starts a flow, once: an unknown outcome is never repeated.
   * @param intend called when the call's turn has come, right before it leaves, and again before each further try of a call that
   *   surely was not taken; `false` keeps it from leaving
   */
  startFlow(
    contact: ContactId,
    flow: string,
    intend: () => Promise<boolean>,
  ): Promise<Outcome | { readonly kind: 'withheld' }>;
  /** Sends a Dynamic Block's content, once, under the same rules. */
  sendContent(contact: ContactId, content: object): Promise<Outcome>;
  account(): Promise<Outcome<Account>>;
  flows(): Promise<Outcome<readonly Flow[]>>;
  fields(): Promise<Outcome<readonly Field[]>>;
  tags(): Promise<Outcome<readonly string[]>>;
  createField(field: Field & { readonly description: string }): Promise<Outcome>;
  createTag(name: string): Promise<Outcome>;
}

/** Opens the account of a program. @returns undefined where no token lies under its name */
export type OpenManyChat = (account: AccountId, pace: Pace) => Promise<ManyChat | undefined>;

/** Where the tokens of ManyChat accounts lie. */
export interface Tokens {
  /** `<page id>:<key>`, or undefined where there is none. */
  manychat(account: AccountId): Promise<string | undefined>;
}
