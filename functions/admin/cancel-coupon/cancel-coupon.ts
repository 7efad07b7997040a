/** Cancels an unused coupon; the points come back. */
import { normalizeCouponCode } from '../../domain/ids.ts';
import { decideUndo } from '../../domain/redemption.ts';
import { done, type PlainVerb, parsed } from '../../platform/verb.ts';
import { cardJson, conflict, notFound } from '../member-reply.ts';
import { body } from './contract.ts';

export const cancelCoupon: PlainVerb = async (call, ports) => {
  const { reason } = parsed(body, call.body);
  const key = normalizeCouponCode(call.path['code'] ?? '');
  if (key === undefined) throw notFound('coupon');
  const undone = await ports.ledger.decide(call.scope, { coupons: [key] }, (found) =>
    decideUndo(found, 'issued', reason, call.setting),
  );
  if (undone.result === 'not_found') throw notFound('coupon');
  if (undone.result === 'conflict')
    throw conflict('The coupon was used already; release it at the shop first.');
  const replayed = undone.result === 'already_undone';
  const card =
    undone.books === undefined || replayed ? {} : await cardJson(undone.books, undone.change, call, ports);
  return done('cancelled', { replayed, ...card });
};
