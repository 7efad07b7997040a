import * as z from 'zod/mini';
import { emailField } from '../../platform/fields.ts';

export const body = z.object({ email: emailField });
