import * as z from 'zod/mini';

export const body = z.object({});
