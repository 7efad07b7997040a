/** Cancels an unused coupon; the points come back. */
import { type CouponKey, normalizeCouponCode } from '../../domain/ids.ts';
import { answer } from '../../domain/ledger.ts';
import { decideCancelling, type ShopCouponAnswer } from '../../domain/shop-coupon.ts';
import { byUnknownOrder, decideShopUse } from '../../domain/shop-use.ts';
import { decideUndo } from '../../domain/undo.ts';
import { Refusal } from '../../platform/http.ts';
import type { Call, RoomPorts } from '../../platform/room.ts';
import { done, type PlainVerb, parsed } from '../../platform/verb.ts';
import { tellTrouble } from '../../shops/look-up.ts';
import { makerOf, specOf } from '../../shops/making.ts';
import { cardJson, conflict, notFound } from '../member-reply.ts';
import { body } from './contract.ts';

/**
 * A coupon that a shop made is ended there first: noted, so that `settle` finishes what this request does not.
 * @throws Refusal 409 where it was used, 503 where the shop gives no answer; it is cancelled then as soon as it does
 */
const endAtShop = async (
  key: CouponKey,
  reason: string,
  { scope, setting, shopSignal }: Call,
  { ledger, shops, chance, log }: RoomPorts,
): Promise<void> => {
  const operation = chance.operation();
  const own = { ...setting, stamp: { ...setting.stamp, operation } };
  const { result, coupon } = await ledger.decide({ ...scope, operation }, { coupons: [key] }, (found) =>
    found.coupons[0]?.store === undefined
      ? answer<ShopCouponAnswer>({ result: 'gone', coupon: undefined, books: undefined })
      : decideCancelling(found, reason, own),
  );
  if (result === 'gone' || coupon?.store === undefined) return;
  const shop = await makerOf(coupon, setting, shops);
  // A store that left the program cannot be asked any more: the owner knows what they do.
  if (shop === undefined) return;
  const ended = await shop.cancelCoupon(specOf(coupon), shopSignal());
  if (ended.kind === 'trouble') {
    tellTrouble(log, setting.program, coupon.store, 'cancel', ended);
    throw new Refusal(
      503,
      'try_again',
      'The shop does not answer. The coupon is cancelled as soon as it does.',
    );
  }
  if (ended.kind !== 'used') return;
  const used = chance.operation();
  const after = { ...setting, stamp: { ...setting.stamp, operation: used } };
  await ledger.decide({ ...scope, operation: used }, { coupons: [key] }, (found) =>
    decideShopUse(found, byUnknownOrder, after),
  );
};

export const cancelCoupon: PlainVerb = async (call, ports) => {
  const { reason } = parsed(body, call.body);
  const key = normalizeCouponCode(call.path['code'] ?? '');
  if (key === undefined) throw notFound('coupon');
  await endAtShop(key, reason, call, ports);
  const undone = await ports.ledger.decide(call.scope, { coupons: [key] }, (found) =>
    decideUndo(found, 'issued', reason, call.setting),
  );
  if (undone.result === 'not_found') throw notFound('coupon');
  if (undone.result === 'conflict')
    throw conflict(
      undone.coupon?.state === 'reserved'
        ? 'The coupon is still being made at its shop; once it is there it can be cancelled.'
        : 'The coupon was used already; release it at the shop first.',
    );
  const replayed = undone.result === 'already_undone';
  const card =
    undone.books === undefined || replayed ? {} : await cardJson(undone.books, undone.change, call, ports);
  return done('cancelled', { replayed, ...card });
};
