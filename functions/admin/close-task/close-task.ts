/** Marks a manual reward fulfilled, or refuses it with the points back. */
import { decideFulfil } from '../../domain/coupon-use.ts';
import { type CouponKey, normalizeCouponCode } from '../../domain/ids.ts';
import { decideUndo } from '../../domain/undo.ts';
import type { Call, RoomPorts } from '../../platform/room.ts';
import { done, type PlainVerb, parsed } from '../../platform/verb.ts';
import { cardJson, conflict, notFound } from '../member-reply.ts';
import { body } from './contract.ts';

const fulfil = async (key: CouponKey, { scope, setting }: Call, { ledger }: RoomPorts) => {
  const { result, replayed } = await ledger.decide(scope, { coupons: [key] }, (found) =>
    decideFulfil(found, setting),
  );
  if (result === 'not_found') throw notFound('task');
  if (result === 'conflict') throw conflict('The task was refused already; its points are back.');
  return done('fulfilled', { replayed });
};

const refuse = async (key: CouponKey, reason: string, call: Call, ports: RoomPorts) => {
  const judge = (found: Parameters<typeof decideUndo>[0]) =>
    decideUndo(found, 'requested', reason, call.setting);
  const undone = await ports.ledger.decide(call.scope, { coupons: [key] }, judge);
  if (undone.result === 'not_found') throw notFound('task');
  if (undone.result === 'conflict') throw conflict('The task was fulfilled already.');
  const replayed = undone.result === 'already_undone';
  const card =
    undone.books === undefined || replayed ? {} : await cardJson(undone.books, undone.change, call, ports);
  return done('refused', { replayed, ...card });
};

export const closeTask: PlainVerb = (call, ports) => {
  const wanted = parsed(body, call.body);
  const key = normalizeCouponCode(call.path['id'] ?? '');
  if (key === undefined) throw notFound('task');
  return wanted.status === 'fulfilled' ? fulfil(key, call, ports) : refuse(key, wanted.reason, call, ports);
};
