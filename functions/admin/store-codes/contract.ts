import * as z from 'zod/mini';
import { poolCodeField } from '../../platform/fields.ts';

const count = 'expected 1 to 5000 codes';
export const body = z.object({
  codes: z.array(poolCodeField, count).check(z.minLength(1, count), z.maxLength(5000, count)),
});
