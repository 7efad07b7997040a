import * as z from 'zod/mini';

export const inputs = z.object({});
export const extras = {};
export const results = ['left'] as const;
