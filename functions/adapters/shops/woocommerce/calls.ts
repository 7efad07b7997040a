/** Calls to WooCommerce's REST API, version 3: signed in with the key pair, and every answer read as what it can be. */
import * as z from 'zod/mini';
import type { Reason, Trouble } from '../../../ports/shops.ts';
import { parseJson, reasonOf, trouble, whereWrong } from '../answers.ts';
import type { Connection, ShopRequest, ShopResponse } from '../connection.ts';
import { askedTwice } from '../retries.ts';

export const wooSecrets = z.object({
  consumer_key: z.string().check(z.minLength(1)),
  consumer_secret: z.string().check(z.minLength(1)),
  webhook_secret: z.optional(z.string()),
  previous_webhook_secret: z.optional(z.string()),
});
export type WooSecrets = z.infer<typeof wooSecrets>;

/** A read that met trouble that passes is tried once more, after so long. */
const restMs = 300;

type Headers = ShopResponse['headers'];

/** `denied`: WooCommerce itself said no, by one of its error codes, to a request that it had understood. */
export type Told<T> =
  | { readonly kind: 'told'; readonly data: T; readonly headers: Headers }
  | { readonly kind: 'denied'; readonly code: string; readonly headers: Headers }
  | Trouble;

export type Query = Readonly<Record<string, string>>;

export interface WooCalls {
  /** Reads may be repeated, so one that met passing trouble is. */
  read<T>(path: string, query: Query, data: z.ZodMiniType<T>, signal: AbortSignal): Promise<Told<T>>;
  /** A write leaves once. */
  write<T>(
    request: { readonly method: ShopRequest['method']; readonly path: string; readonly body?: object },
    query: Query,
    data: z.ZodMiniType<T>,
    signal: AbortSignal,
  ): Promise<Told<T>>;
}

/** WordPress gives each error a code of its own; messages are in the shop's language and may name people. */
const errorForm = z.object({ code: z.string().check(z.regex(/^[a-z0-9_-]{1,80}$/i)) });

/** Statuses by which WooCommerce answers what it had understood. */
const denials = new Set([400, 404, 409, 410]);
/** No such route: this is WordPress without WooCommerce, not an answer of WooCommerce's. */
const noRoute = 'rest_no_route';

const read = <T>({ status, text, headers }: ShopResponse, data: z.ZodMiniType<T>): Told<T> => {
  const json = parseJson(text);
  if (status >= 200 && status < 300) {
    if (json === undefined) return trouble('malformed', `${status} without JSON`);
    const parsed = data.safeParse(json);
    return parsed.success
      ? { kind: 'told', data: parsed.data, headers }
      : trouble('malformed', `${status}, unexpected: ${whereWrong(parsed.error) || 'its form'}`);
  }
  const error = errorForm.safeParse(json);
  const code = error.success ? error.data.code : undefined;
  if (code !== undefined && code !== noRoute && denials.has(status)) return { kind: 'denied', code, headers };
  // 408 is what some hosts answer for a script that took too long.
  const reason = status === 408 ? 'server_error' : reasonOf(status);
  return trouble(reason, `${status} ${code ?? 'without an error code of WordPress'}`);
};

const passing: ReadonlySet<Reason> = new Set(['unreachable', 'timeout', 'throttled', 'server_error']);

/** What was denied where nothing is to be denied. */
export const denied = ({ code }: { readonly code: string }): Trouble => trouble('malformed', code);

export const wooCalls = ({ store, call, stopwatch }: Connection, secrets: WooSecrets): WooCalls => {
  const pair = `${secrets.consumer_key}:${secrets.consumer_secret}`;
  // Never in the query, where every log on the way would keep it.
  const headers = {
    authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
    accept: 'application/json',
  };
  const write: WooCalls['write'] = async ({ method, path, body }, query, data, signal) => {
    const search = new URLSearchParams(query).toString();
    const answer = await call(
      {
        method,
        url: `${store.url}/wp-json/wc/v3/${path}${search === '' ? '' : `?${search}`}`,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
      signal,
    );
    return answer.kind === 'answered' ? read(answer, data) : trouble(answer.reason, answer.detail);
  };
  return {
    write,
    read: (path, query, data, signal) =>
      askedTwice(
        () => write({ method: 'GET', path }, query, data, signal),
        { stopwatch, passing, restMs },
        signal,
      ),
  };
};
