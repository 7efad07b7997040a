import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));

export const inputs = z.object({});
export const extras = {
  coupons: z
    .array(
      z.strictObject({
        code: text,
        reward: text,
        reward_name: text,
        url: text,
        expires_on: text,
        status: z.enum(['valid', 'used', 'expired', 'cancelled']),
      }),
    )
    .check(z.maxLength(10)),
  coupons_text: text,
};
export const results = ['ok'] as const;
