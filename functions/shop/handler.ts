/** The shop room: what the shop's server calls. */

import { withoutPlaceholders } from '../platform/placeholders.ts';
import { type RoomHandler, type RoomPorts, room } from '../platform/room.ts';
import { faultAnswer, verbNamed } from '../platform/verb.ts';
import { checkCouponNow } from './check-coupon/check-coupon.ts';
import { hooks } from './hooks/hooks.ts';
import { links } from './links/links.ts';
import { orders } from './orders/orders.ts';
import { releaseCoupon } from './release-coupon/release-coupon.ts';
import { useCoupon } from './use-coupon/use-coupon.ts';

const verbs = {
  orders,
  'check-coupon': checkCouponNow,
  'use-coupon': useCoupon,
  'release-coupon': releaseCoupon,
  links,
  hooks,
};

export const shopRoom = (ports: () => RoomPorts): RoomHandler =>
  room('shop', ports, {
    handle: (call, given) =>
      verbNamed(verbs, call.route.verb)({ ...call, body: withoutPlaceholders(call.body) }, given),
    fault: faultAnswer,
  });
