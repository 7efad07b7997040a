/** What flows send, as flows send it: numbers or text, raw placeholders, blanks and nulls. */
import * as z from 'zod/mini';

/** A value that still is `{{...}}` or `${{...}}`: ManyChat had nothing to put there. */
const isPlaceholder = (text: string): boolean => /^\s*\$?\{\{[\s\S]*\}\}\s*$/.test(text);

/** Missing values in all their forms become undefined; safe integers become their digits. */
export const given = (value: unknown): unknown => {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value !== 'string') return value ?? undefined;
  return isPlaceholder(value) || value.trim() === '' ? undefined : value;
};

const expectedText = 'expected a text or a whole number';

/** An optional text input. */
export const textInput = z.pipe(z.transform(given), z.optional(z.string(expectedText)));

/** An optional text input of limited length, such as a caller's key. */
export const keyInput = z.pipe(
  z.transform(given),
  z.optional(z.string(expectedText).check(z.maxLength(200, 'expected at most 200 characters'))),
);

/** A text input that the flow itself must set. */
export const neededInput = (what: string) =>
  z.pipe(
    z.transform(given),
    z.string(`expected ${what}`).check(z.maxLength(200, 'expected at most 200 characters')),
  );

const clampPage = (digits: string): number => Math.min(Math.max(Number(digits), 1), 1_000_000);

/** A page from 1; below it is 1, beyond the last it is the last. */
export const pageInput = z.pipe(
  z.pipe(
    z.transform(given),
    z._default(
      z.string('expected a whole number').check(z.regex(/^-?\d{1,15}$/, 'expected a whole number')),
      '1',
    ),
  ),
  z.transform(clampPage),
);

/** A person's name: control characters out (but the joiners of emoji and scripts), and no longer than a name is. */
export const personName = (value: unknown): string | undefined => {
  const text = given(value);
  if (typeof text !== 'string') return undefined;
  const clean = [...text.replace(/[\p{C}--[\u200c\u200d]]/gv, '').trim()].slice(0, 80).join('');
  return clean === '' ? undefined : clean;
};
