import * as z from 'zod/mini';
import { textInput } from '../inputs.ts';

export const inputs = z.object({
  /** The field `loyalty_send_id`; without it the last message is meant. */
  send_id: textInput,
  /** The field itself, as the contact's data have it. */
  loyalty_send_id: textInput,
});
export const extras = {};
export const results = ['confirmed', 'unknown_send'] as const;
