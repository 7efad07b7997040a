import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));

export const inputs = z.object({});
export const extras = {
  history: z.array(z.strictObject({ date: text, text, points: z.int() })).check(z.maxLength(5)),
  history_text: text,
};
export const results = ['ok'] as const;
