import * as z from 'zod/mini';
import { textInput } from '../inputs.ts';

export const inputs = z.object({ email: textInput });
export const extras = {};
export const results = [
  'enrolled',
  'already_member',
  'email_needed',
  'email_invalid',
  'email_in_use',
  'too_many_attempts',
] as const;
