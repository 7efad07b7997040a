/** What each adapter is given: the store, its credentials, and the one way out to the network. */
import type { AskedStore } from '../../domain/store.ts';
import type { Stopwatch } from '../../ports/environment.ts';
import type { Trouble } from '../../ports/shops.ts';

export interface ShopRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ShopResponse {
  readonly kind: 'answered';
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/**
 * One HTTP call to a shop: only to addresses that may be called, never redirected, at most 1 MiB, ended by the signal.
 * Any status is an answer; what is no answer is trouble (`address_refused`, `unreachable`, `timeout`, `redirected`, `too_large`).
 */
export type CallShop = (
  request: ShopRequest,
  signal: AbortSignal,
) => Promise<ShopResponse | (Trouble & { readonly sent: boolean })>;

export interface Connection {
  readonly store: AskedStore;
  /** The JSON that lies under the store’s name; undefined where there is none. */
  readonly secrets: unknown;
  readonly call: CallShop;
  readonly stopwatch: Stopwatch;
  /** The wall clock in ms, for signatures that carry a time. */
  readonly nowMs: () => number;
}
