import { orderExtras, orderInputs, refusals } from '../order-reply.ts';

export const inputs = orderInputs;
export const extras = orderExtras;
export const results = ['credited', ...refusals] as const;
