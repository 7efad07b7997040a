/**
 * The token of each call. Apps of the Dev Dashboard trade client id and secret for one that lives a day; older shops pasted one
 * that never ends. A shop is opened once in a process and kept, so one token serves all of its calls.
 */
import * as z from 'zod/mini';
import type { Stopwatch } from '../../../ports/environment.ts';
import type { Trouble } from '../../../ports/shops.ts';
import { parseJson, reasonOf, trouble } from '../answers.ts';
import type { CallShop, Connection } from '../connection.ts';
import { ended } from '../retries.ts';

const filled = z.string().check(z.minLength(1));

const secrets = z.union([
  z.object({ client_id: filled, client_secret: filled, previous_client_secret: z.optional(filled) }),
  z.object({
    token: filled,
    webhook_secret: z.optional(filled),
    previous_webhook_secret: z.optional(filled),
  }),
]);
export type ShopifySecrets = z.infer<typeof secrets>;

/** Undefined where there are none, or none that can be used. */
export const readSecrets = (given: unknown): ShopifySecrets | undefined => {
  const read = secrets.safeParse(given);
  return read.success ? read.data : undefined;
};

/** What webhooks are signed with: the newest first. After a rotation Shopify signs with the old one for up to an hour. */
export const hookSecrets = (held: ShopifySecrets): readonly string[] =>
  ('client_id' in held
    ? [held.client_secret, held.previous_client_secret]
    : [held.webhook_secret, held.previous_webhook_secret]
  ).filter((secret) => secret !== undefined);

export interface Token {
  readonly kind: 'token';
  readonly token: string;
}

export interface Tokens {
  current(signal: AbortSignal): Promise<Token | Trouble>;
  /** Shopify refused it: the next call gets another. @returns false where there is no other */
  renew(refused: Token): boolean;
}

/** A day, less a second; and nothing that would make a timer of it overflow. */
const granted = z.object({
  access_token: filled.check(z.maxLength(500)),
  expires_in: z.int().check(z.gte(1), z.lte(10_000_000)),
});
const refusal = z.object({ error: z.string().check(z.regex(/^[a-z_]{1,60}$/)) });

const refused = (status: number, text: string): Trouble => {
  const read = refusal.safeParse(parseJson(text));
  const error = read.success ? read.data.error : 'no reason given';
  const detail = `the token was refused with HTTP ${status}: ${error}`;
  const reason = reasonOf(status);
  if (reason === 'throttled' || reason === 'server_error') return trouble(reason, detail);
  // The app belongs to another organization than the shop: no key will help.
  if (error === 'shop_not_permitted') return trouble('forbidden', detail);
  return trouble([400, 401, 403].includes(status) ? 'unauthorized' : 'malformed', detail);
};

interface Grant extends Token {
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

/** A token is renewed when so much of its life is over; until its end the old one still serves if the new one cannot be had. */
const renewAfter = 0.8;

const fetchGrant = async (
  call: CallShop,
  stopwatch: Stopwatch,
  request: { readonly url: string; readonly form: string },
  signal: AbortSignal,
): Promise<Grant | Trouble> => {
  const askedAtMs = stopwatch.nowMs();
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  const answer = await call({ method: 'POST', url: request.url, headers, body: request.form }, signal);
  if (answer.kind === 'trouble') return trouble(answer.reason, answer.detail);
  if (answer.status !== 200) return refused(answer.status, answer.text);
  const read = granted.safeParse(parseJson(answer.text));
  if (!read.success) return trouble('malformed', 'the answer to the token’s request holds no token');
  const lifeMs = read.data.expires_in * 1000;
  return {
    kind: 'token',
    token: read.data.access_token,
    renewAtMs: askedAtMs + lifeMs * renewAfter,
    expiresAtMs: askedAtMs + lifeMs,
  };
};

const granting = ({ store, call, stopwatch }: Connection, id: string, secret: string): Tokens => {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: id,
    client_secret: secret,
  }).toString();
  const request = { url: `${store.url}/admin/oauth/access_token`, form };
  let held: Grant | undefined;
  let underway: Promise<Grant | Trouble> | undefined;
  const fetched = async (signal: AbortSignal): Promise<Grant | Trouble> => {
    const grant = await fetchGrant(call, stopwatch, request, signal);
    if (grant.kind === 'token') held = grant;
    return grant;
  };
  const trade = (signal: AbortSignal): Promise<Grant | Trouble> => {
    underway = fetched(signal).finally(() => {
      underway = undefined;
    });
    return underway;
  };
  const current = async (signal: AbortSignal): Promise<Grant | Trouble> => {
    if (held !== undefined && stopwatch.nowMs() < held.renewAtMs) return held;
    if (underway === undefined) return trade(signal);
    // Another call asks already, with a deadline of its own: if that ends before ours, we ask ourselves.
    const shared = await Promise.race([underway, ended(signal)]);
    if (shared === 'ended') return trouble('timeout', 'while waiting for a token');
    return shared.kind === 'token' || shared.reason !== 'timeout' ? shared : trade(signal);
  };
  return {
    current: async (signal) => {
      const grant = await current(signal);
      const spare = held !== undefined && stopwatch.nowMs() < held.expiresAtMs ? held : undefined;
      return grant.kind === 'token' ? grant : (spare ?? grant);
    },
    renew: (old) => {
      // Another call may have renewed it meanwhile.
      if (held?.token === old.token) held = undefined;
      return true;
    },
  };
};

export const tokensOf = (connection: Connection, held: ShopifySecrets): Tokens =>
  'client_id' in held
    ? granting(connection, held.client_id, held.client_secret)
    : {
        current: async () => ({ kind: 'token', token: held.token }),
        renew: () => false,
      };
