/** E-mail addresses: the key that ties orders to members. Outside the person's own item only their keyed hash is kept. */
import { createHmac } from 'node:crypto';
import * as z from 'zod/mini';

const address = z.string().check(z.maxLength(254), z.email()).brand<'Email'>();
export type Email = z.infer<typeof address>;

export const emailHash = z
  .string()
  .check(z.regex(/^[A-Za-z0-9_-]{43}$/))
  .brand<'EmailHash'>();
export type EmailHash = z.infer<typeof emailHash>;

/** Trims, folds case without locale and validates. @returns undefined where it is no address. */
export const normalizeEmail = (typed: string): Email | undefined => {
  const parsed = address.safeParse(typed.trim().toLowerCase());
  return parsed.success ? parsed.data : undefined;
};

/** HMAC-SHA256 under the program's e-mail key, base64url. The key is made once and never rotated in place. */
export const hashEmail = (email: Email, key: string): EmailHash =>
  emailHash.parse(createHmac('sha256', key).update(email).digest('base64url'));

export const storedEmail = address;
