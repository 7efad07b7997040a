/** Says whether a coupon is valid now. */
import { checkCoupon } from '../../domain/coupon-use.ts';
import { normalizeCouponCode } from '../../domain/ids.ts';
import { answer } from '../../domain/ledger.ts';
import { type PlainVerb, parsed } from '../../platform/verb.ts';
import { couponReply } from '../coupon-reply.ts';
import { body } from './contract.ts';

export const checkCouponNow: PlainVerb = async ({ body: raw, scope, setting }, { ledger }) => {
  const key = normalizeCouponCode(parsed(body, raw).code);
  const { now } = setting.stamp;
  const found = await ledger.decide(scope, { coupons: key === undefined ? [] : [key] }, (loaded) =>
    answer(checkCoupon(loaded, now)),
  );
  return couponReply(found, 'valid', setting.program, now);
};
