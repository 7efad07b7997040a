import * as z from 'zod/mini';
import { reasonField } from '../../platform/fields.ts';

export const body = z.object({ reason: reasonField });
