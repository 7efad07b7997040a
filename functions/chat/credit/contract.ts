import * as z from 'zod/mini';
import { keyInput, neededInput } from '../inputs.ts';

export const inputs = z.object({ activity: neededInput('the id of an activity'), key: keyInput });
export const extras = { activity: z.string().check(z.minLength(1)) };
export const results = [
  'credited',
  'already_credited',
  'limit_reached',
  'activity_unknown',
  'key_reused',
] as const;
