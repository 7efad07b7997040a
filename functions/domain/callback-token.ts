/** Signed tokens of Messenger's callback buttons: they stand in for a key, for one route, one input and one contact. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { contactId, type Instant, instant, type ProgramId, programId } from './ids.ts';
import { languages } from './language.ts';

const content = z.object({
  program: programId,
  contact: contactId,
  /** The path it is for, such as `/v1/redeem/block`. */
  route: z.string(),
  input: z.record(z.string(), z.union([z.string(), z.number()])),
  language: z.enum(languages),
  expiresAt: instant,
  /** Makes every button one of its own: a repeat of the same button is a replay. */
  nonce: z.string(),
});
export type CallbackToken = z.infer<typeof content>;

/** Tokens are good for a day: as long as Messenger lets the conversation be answered. */
export const tokenLifetimeMs = 86_400_000;

const signature = (body: string, key: string): Buffer =>
  createHmac('sha256', key).update(`callback.${body}`).digest();

export const signToken = (token: CallbackToken, key: string): string => {
  const body = Buffer.from(JSON.stringify(token)).toString('base64url');
  return `${body}.${signature(body, key).toString('base64url')}`;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const read = (text: string): { body: string; mac: Buffer; token: CallbackToken } | undefined => {
  const [body = '', mac = '', ...rest] = text.split('.');
  if (rest.length > 0) return undefined;
  const parsed = content.safeParse(parseJson(Buffer.from(body, 'base64url').toString('utf8')));
  return parsed.success ? { body, mac: Buffer.from(mac, 'base64url'), token: parsed.data } : undefined;
};

/** The program that a token says it is of; nothing is proven yet. A malformed token costs no read. */
export const tokenProgram = (text: string): ProgramId | undefined => read(text)?.token.program;

/** @returns undefined where the signature is not ours or the day is over. */
export const openToken = (text: string, key: string, now: Instant): CallbackToken | undefined => {
  const found = read(text);
  if (found === undefined) return undefined;
  const expected = signature(found.body, key);
  const genuine = expected.length === found.mac.length && timingSafeEqual(expected, found.mac);
  return genuine && now < found.token.expiresAt ? found.token : undefined;
};
