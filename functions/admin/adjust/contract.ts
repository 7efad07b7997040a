import * as z from 'zod/mini';
import { reasonField } from '../../platform/fields.ts';

const points = 'expected a whole number other than 0, from -1000000000 to 1000000000';
const key = 'expected a key of 1 to 200 characters that names this correction';
export const body = z.object({
  points: z.int(points).check(
    z.gte(-1_000_000_000, points),
    z.lte(1_000_000_000, points),
    z.refine((n) => n !== 0, points),
  ),
  reason: reasonField,
  key: z.string(key).check(z.minLength(1, key), z.maxLength(200, key)),
  allow_debt: z.optional(z.boolean('expected true or false')),
});
