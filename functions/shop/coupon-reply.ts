/** A coupon as the shop sees it. */
import * as z from 'zod/mini';
import { type Coupon, statusOf } from '../domain/coupon.ts';
import type { CouponAnswer } from '../domain/coupon-use.ts';
import type { Instant } from '../domain/ids.ts';
import { currency, formatMinor } from '../domain/money.ts';
import { type Program, rewardIn } from '../domain/program.ts';
import { codeField, orderNumberField } from '../platform/fields.ts';
import type { Answer } from '../platform/room.ts';
import { done, said } from '../platform/verb.ts';

export const codeBody = z.object({ code: codeField });
export const useBody = z.object({ code: codeField, order_number: orderNumberField });

const worthOf = ({ benefit, currency: code }: Coupon): string | number => {
  if (benefit.kind === 'amount') return formatMinor(benefit.valueMinor, currency.parse(code));
  return benefit.kind === 'percent' ? benefit.percent : 'none';
};

const couponJson = (held: Coupon, program: Program, now: Instant) => ({
  code: held.code,
  reward: held.reward,
  reward_name: rewardIn(program, held.reward)?.name[program.language] ?? held.reward,
  member_id: held.contact,
  products: 'products' in held.benefit ? held.benefit.products : [],
  kind: held.benefit.kind,
  value: worthOf(held),
  currency: held.currency,
  expires_at: new Date(held.expiresAt).toISOString(),
  status: statusOf(held, now),
});

/** @param good the results that are what the shop asked for */
export const couponReply = (
  { result, coupon, replayed }: CouponAnswer,
  good: string,
  program: Program,
  now: Instant,
): Answer => {
  const rest = {
    ...(replayed ? { replayed } : {}),
    ...(coupon === undefined ? {} : { coupon: couponJson(coupon, program, now) }),
  };
  return result === good ? done(result, rest) : said(result, rest);
};
