import * as z from 'zod/mini';
import { media } from '../../domain/media.ts';
import { given, textInput } from '../inputs.ts';

const expectedMedium = 'expected email, sms, messenger, instagram, whatsapp, telegram or all';

export const inputs = z.object({
  /** `stop`, `start` or `status`. */
  action: textInput,
  /** What the customer typed. */
  text: textInput,
  medium: z.pipe(
    z.transform((value) => {
      const text = given(value);
      return typeof text === 'string' ? text.trim().toLowerCase() : text;
    }),
    z._default(z.enum([...media, 'all'], expectedMedium), 'all'),
  ),
});
export const extras = { stopped: z.string().check(z.minLength(1)) };
export const results = ['stopped', 'started', 'ok', 'not_understood'] as const;
