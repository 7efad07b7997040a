/** Body fields that several routes share. */
import * as z from 'zod/mini';
import { normalizeEmail } from '../domain/email.ts';
import { normalizeCouponCode, normalizeOrderNumber } from '../domain/ids.ts';

const digits = (value: unknown): unknown =>
  typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;

/** Reads a text by a function that gives undefined for what it cannot read. */
const readBy = <T>(read: (text: string) => T | undefined, expected: string) =>
  z.pipe(
    z.pipe(z.transform(digits), z.string(`expected ${expected}`)),
    z.transform((text: string, context): T => {
      const found = read(text);
      if (found !== undefined) return found;
      context.issues.push({ code: 'custom', message: `expected ${expected}`, input: undefined });
      return z.NEVER;
    }),
  );

export const orderNumberField = readBy(normalizeOrderNumber, 'an order number: 1 to 32 of A-Z 0-9 . _ / -');
export const emailField = readBy(normalizeEmail, 'an e-mail address');
/** Any text that may be looked up as a code; what cannot be one is simply unknown. */
export const codeField = readBy((text) => (text.trim() === '' ? undefined : text), 'a coupon code');
/** Blanks and hyphens count too: the customer sees the code as it was written. */
const maxCode = 64;
export const poolCodeField = readBy((text) => {
  const code = text.trim();
  return code.length > maxCode || normalizeCouponCode(code) === undefined ? undefined : code;
}, 'a code of 1 to 64 letters, digits, dots, underscores, blanks and hyphens');

/** The owner's reason. */
export const reasonField = z.string('expected a reason').check(
  z.regex(/\S/, 'expected a reason'),
  z.maxLength(500, 'expected a reason of at most 500 characters'),
  // Half of a surrogate pair can be parsed from JSON, but no table can keep it.
  z.refine((text: string) => text.isWellFormed(), 'expected a reason of whole characters'),
);
