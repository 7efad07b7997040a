import * as z from 'zod/mini';
import { pageInput } from '../inputs.ts';

const text = z.string().check(z.minLength(1));
const count = z.int().check(z.gte(0));

export const inputs = z.object({ page: pageInput });
export const extras = {
  rewards: z
    .array(
      z.strictObject({
        id: text,
        name: text,
        points: count,
        affordable: z.boolean(),
        points_short: count,
        url: text,
        image_url: text,
      }),
    )
    .check(z.maxLength(8)),
  page: count,
  pages: count,
};
export const results = ['ok'] as const;
