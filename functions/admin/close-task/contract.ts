import * as z from 'zod/mini';
import { reasonField } from '../../platform/fields.ts';

export const body = z.discriminatedUnion(
  'status',
  [
    z.object({ status: z.literal('fulfilled') }),
    z.object({ status: z.literal('refused'), reason: reasonField }),
  ],
  'expected fulfilled, or refused with a reason',
);
