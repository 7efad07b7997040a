import * as z from 'zod/mini';
import { keyInput, textInput } from '../inputs.ts';

const text = z.string().check(z.minLength(1));

export const inputs = z.object({ reward: textInput, request_id: keyInput });
export const extras = {
  reward: text,
  reward_name: text,
  coupon_code: text,
  coupon_url: text,
  coupon_expires_on: text,
  points_short: z.int().check(z.gte(0)),
};
export const results = [
  'issued',
  'already_issued',
  'pending',
  'requested',
  'not_enough_points',
  'reward_unknown',
  'reward_unavailable',
  'sold_out',
  'limit_reached',
  'reward_needed',
  'key_reused',
] as const;
