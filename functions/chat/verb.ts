/** What every chat verb is: inputs, a use case over ports, and an outcome that becomes flat JSON or a block. */
import * as z from 'zod/mini';
import type { CallbackToken } from '../domain/callback-token.ts';
import type { Contact } from '../domain/contact.ts';
import type { Member } from '../domain/member.ts';
import type { Setting } from '../domain/membership.ts';
import type { Log } from '../platform/log.ts';
import type { Chance } from '../ports/environment.ts';
import type { Ledger, Scope } from '../ports/ledger.ts';
import type { OpenShop } from '../ports/shops.ts';
import type { Caller } from './caller.ts';
import { memberCard, type View } from './card.ts';

/** A chat request that was let in and read. */
export interface ChatCall {
  readonly caller: Caller;
  readonly setting: Setting;
  readonly scope: Scope;
  /** The button that was tapped, where one was. */
  readonly token: CallbackToken | undefined;
  /** What the signed links of orders are signed with. */
  readonly linkKey: string;
  /** Ends calls to shops. */
  readonly shopSignal: () => AbortSignal;
}

export interface ChatPorts {
  readonly ledger: Ledger;
  readonly chance: Chance;
  readonly shops: OpenShop;
  readonly log: Log;
}

/** What a block shows under its text. */
export type Showing =
  | { readonly kind: 'nothing' }
  /** A page of rewards, as cards or as a numbered list. */
  | { readonly kind: 'rewards'; readonly page: number }
  /** The rewards that can be taken now. */
  | { readonly kind: 'ready' }
  /** A way to the shop. */
  | { readonly kind: 'link'; readonly url: string };

export interface Outcome<Extras> {
  readonly result: string;
  readonly ok: boolean;
  readonly replayed: boolean;
  /** The books afterwards; undefined gives the card of a non-member. */
  readonly books: Member | undefined;
  /** The person afterwards, for the language and the note of when they were heard of. */
  readonly person: Contact | undefined;
  /** What this call did to the spendable points. */
  readonly change: number;
  readonly message: (view: View) => string;
  /** The route's own keys; those left out stay absent (`none`, 0, empty). */
  readonly extras?: (view: View) => Partial<Extras>;
  readonly shows?: (view: View) => Showing;
}

export interface Verb<Inputs, Extras extends object> {
  readonly inputs: z.ZodMiniType<Inputs>;
  /** The route's own keys when there is nothing to say. */
  readonly absent: Extras;
  /** Called by a flow on its own account: the customer did nothing, so nothing is noted of when they were heard of. */
  readonly silent?: true;
  readonly run: (ports: ChatPorts) => (call: ChatCall, inputs: Inputs) => Promise<Outcome<Extras>>;
}

/** What a route's contract says: its closed list of results and its own keys. */
export interface ChatContract {
  readonly results: readonly string[];
  readonly extras: Record<string, z.ZodMiniType>;
}

/** The reply of a route as flat JSON, for documents and tests. */
export const replyOf = ({ results, extras }: ChatContract) =>
  z.strictObject({
    ok: z.boolean(),
    result: z.enum([...results, 'not_member', 'try_again']),
    message: z.string().check(z.minLength(1), z.maxLength(640)),
    replayed: z.boolean(),
    ...memberCard,
    ...extras,
  });

/** A refusal or a plain answer that has nothing but its sentence. */
export const plain = <E>(
  result: string,
  { books, person }: { books: Member | undefined; person: Contact | undefined },
  message: (view: View) => string,
): Outcome<E> => ({ result, ok: false, replayed: false, books, person, change: 0, message });

export const notMember = <E>(person: Contact | undefined): Outcome<E> =>
  plain<E>('not_member', { books: undefined, person }, ({ speaker }) => speaker.say('not_member'));
