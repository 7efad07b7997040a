/**
 * Signatures of Standard Webhooks 1.0.0, for requests to a shop's own site and for what such a shop sends:
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac } from 'node:crypto';
import * as z from 'zod/mini';
import { sameText } from './signatures.ts';

/** Fewer bytes could be guessed; the specification asks for 24 to 64. */
const leastKeyBytes = 16;

const keyOf = (secret: string): Buffer => Buffer.from(secret.replace(/^whsec_/, ''), 'base64');

/** `whsec_` and a key in base64. */
export const webhookSecret = z.string().check(
  z.regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/),
  z.refine((secret: string) => keyOf(secret).length >= leastKeyBytes),
);

/** @returns what stands in `webhook-signature`, `v1,<base64>` */
export const sign = (id: string, timestampS: number, body: string | Buffer, secret: string): string =>
  `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestampS}.`).update(body).digest('base64')}`;

export type Verified =
  | { readonly kind: 'verified'; readonly id: string; readonly timestampS: number }
  /** `old`: the time lies too far from ours, on either side. */
  | { readonly kind: 'refused'; readonly why: 'missing' | 'old' | 'wrong' };

/**
 * @param headers names in lower case
 * @param secrets any of them may have signed: two are live while one replaces the other
 * @param now ms since 1970
 */
export const verify = (
  headers: Readonly<Record<string, string | undefined>>,
  body: string | Buffer,
  secrets: readonly string[],
  now: number,
  toleranceS = 300,
): Verified => {
  const id = headers['webhook-id'];
  const written = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (!id || !signatures || written === undefined || !/^[1-9]\d{0,11}$/.test(written))
    return { kind: 'refused', why: 'missing' };
  const timestampS = Number(written);
  const expected = secrets
    .filter((secret) => keyOf(secret).length >= leastKeyBytes)
    .map((secret) => sign(id, timestampS, body, secret));
  const given = signatures.split(' ');
  if (!expected.some((right) => given.some((one) => sameText(one, right))))
    return { kind: 'refused', why: 'wrong' };
  return Math.abs(Math.floor(now / 1000) - timestampS) > toleranceS
    ? { kind: 'refused', why: 'old' }
    : { kind: 'verified', id, timestampS };
};
