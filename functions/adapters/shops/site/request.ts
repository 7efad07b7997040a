/** One question to a shop's own site: signed, bounded, asked again where the answer was lost, and read. */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Reason, Trouble } from '../../../ports/shops.ts';
import { parseJson, reasonOf, trouble, whereWrong } from '../answers.ts';
import { aheadMs } from '../clock.ts';
import type { Connection, ShopResponse } from '../connection.ts';
import { rest } from '../retries.ts';
import { sign, webhookSecret } from '../standard-webhooks.ts';

/** A site answers from its own database; who needs longer than this would keep the customer waiting. */
const attemptMs = 2_500;
/** The same question, under the same id, is asked so often. */
const attempts = 3;
/** The rest before another try, longer each time. */
const restMs = 100;

export const siteSecrets = z.object({ secret: webhookSecret, previous_secret: z.optional(webhookSecret) });

export type Told<T> =
  | {
      readonly kind: 'told';
      readonly data: T;
      /** A try before this one may have been taken, and its answer lost. */
      readonly repeated: boolean;
    }
  /** The site answers no such question. */
  | { readonly kind: 'unknown_type' }
  | Trouble;

/** Questions of a site are all safe to repeat: what they change, they change once for each redemption or order. */
export type Ask = <T>(
  type: string,
  data: object,
  answer: z.ZodMiniType<T>,
  signal: AbortSignal,
) => Promise<Told<T>>;

const errorBody = z.object({
  error: z.catch(z.string(), ''),
  time: z.catch(z.optional(z.iso.datetime({ offset: true })), undefined),
});

/** How far the site's clock is ahead of ours, in whole minutes; undefined where it does not tell its time. */
export const minutesAhead = (text: string, nowMs: number): number | undefined => {
  const { time } = errorBody.safeParse(parseJson(text)).data ?? {};
  const ms = aheadMs(time, nowMs);
  return ms === undefined ? undefined : Math.round(ms / 60_000);
};

const whyUnauthorized = (text: string, nowMs: number): string => {
  const minutes = minutesAhead(text, nowMs) ?? 0;
  if (Math.abs(minutes) < 5) return 'the site did not take the signature';
  return `the site’s clock is ${Math.abs(minutes)} minutes ${minutes > 0 ? 'ahead of' : 'behind'} ours`;
};

/** What an answer that is not 200 says. */
const failureOf = ({ status, text }: ShopResponse, nowMs: number): Told<never> => {
  const { error } = errorBody.safeParse(parseJson(text)).data ?? {};
  if (status === 400 && error === 'unknown_type') return { kind: 'unknown_type' };
  return trouble(reasonOf(status), status === 401 ? whyUnauthorized(text, nowMs) : `HTTP ${status}`);
};

const simplest = z.object({ valid: z.boolean() });

const readAnswer = <T>(
  response: ShopResponse,
  type: string,
  answer: z.ZodMiniType<T>,
  repeated: boolean,
  nowMs: number,
): Told<T> => {
  if (response.status !== 200) return failureOf(response, nowMs);
  const json = parseJson(response.text);
  if (json === undefined) return trouble('malformed', 'no JSON');
  // The simplest site knows one question and takes every other for it.
  if (type !== 'order.lookup' && simplest.safeParse(json).success) return { kind: 'unknown_type' };
  const read = answer.safeParse(json);
  if (read.success) return { kind: 'told', data: read.data, repeated };
  return trouble('malformed', whereWrong(read.error) || 'not the keys of an answer');
};

/** Headers that sign a body; a repeated question keeps its id, which is made of what it asks. */
export const signed = (body: string, secret: string, nowMs: number): Readonly<Record<string, string>> => {
  const id = `msg_${createHash('sha256').update(body).digest('base64url').slice(0, 22)}`;
  const timestampS = Math.floor(nowMs / 1000);
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': sign(id, timestampS, body, secret),
  };
};

const passing: ReadonlySet<Reason> = new Set(['timeout', 'unreachable', 'server_error']);

/** @param withinMs how long one try may take */
export const siteAsk = (
  { store, secrets, call, stopwatch, nowMs }: Connection,
  withinMs: number = attemptMs,
): Ask => {
  const { secret } = siteSecrets.safeParse(secrets).data ?? {};
  return async <T>(type: string, data: object, answer: z.ZodMiniType<T>, signal: AbortSignal) => {
    if (secret === undefined) return trouble('no_credentials');
    const body = JSON.stringify({ type, timestamp: new Date(nowMs()).toISOString(), data });
    const once = async (repeated: boolean): Promise<{ told: Told<T>; sent: boolean }> => {
      const within = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
      // A new time stamp for each try: the site refuses old ones.
      const headers = signed(body, secret, nowMs());
      const got = await call({ method: 'POST', url: store.url, headers, body }, within);
      if (got.kind === 'trouble') return { told: trouble(got.reason, got.detail), sent: got.sent };
      return { told: readAnswer(got, type, answer, repeated, nowMs()), sent: true };
    };
    let { told, sent } = await once(false);
    for (let tries = 1; tries < attempts; tries++) {
      if (told.kind !== 'trouble' || !passing.has(told.reason)) break;
      if (!(await rest(stopwatch, restMs * tries, signal))) break;
      const next = await once(sent);
      told = next.told;
      sent ||= next.sent;
    }
    return told;
  };
};
