/** Marks a coupon used by one order, once. */
import { decideUse } from '../../domain/coupon-use.ts';
import { normalizeCouponCode } from '../../domain/ids.ts';
import { type PlainVerb, parsed } from '../../platform/verb.ts';
import { couponReply } from '../coupon-reply.ts';
import { body } from './contract.ts';

export const useCoupon: PlainVerb = async ({ body: raw, scope, setting }, { ledger }) => {
  const { code, order_number } = parsed(body, raw);
  const key = normalizeCouponCode(code);
  const wanted = { coupons: key === undefined ? [] : [key] };
  const found = await ledger.decide(scope, wanted, (loaded) => decideUse(loaded, order_number, setting));
  return couponReply(found, 'used', setting.program, setting.stamp.now);
};
