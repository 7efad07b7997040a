/** Corrects points with a reason, once per key. */
import { type AdjustmentAnswer, decideAdjustment } from '../../domain/correction.ts';
import { spendable } from '../../domain/lots.ts';
import { hashed } from '../../platform/hashed.ts';
import { Refusal } from '../../platform/http.ts';
import { done, type PlainVerb, parsed } from '../../platform/verb.ts';
import { cardJson, conflict, leftAlready, memberId, notFound } from '../member-reply.ts';
import { body } from './contract.ts';

const refuse = (result: Exclude<AdjustmentAnswer['result'], 'adjusted'>): Refusal => {
  if (result === 'not_found') return notFound('member');
  if (result === 'key_reused')
    return new Refusal(409, 'key_reused', 'The key was used for another correction.');
  return conflict('The points would fall below 0. Send "allow_debt": true to let the rest become a debt.');
};

export const adjust: PlainVerb = async (call, ports) => {
  const contact = memberId(call);
  const { points, reason, key: typed, allow_debt } = parsed(body, call.body);
  const key = hashed(typed) ?? typed;
  const wanted = { contact, key: { contact, verb: 'adjust' as const, key } };
  let before = 0;
  let known = false;
  const { result, books, replayed } = await ports.ledger.decide(call.scope, wanted, (found) => {
    known = found.member !== undefined;
    before = found.member === undefined ? 0 : spendable(found.member);
    return decideAdjustment(
      found,
      { contact, points, reason, allowDebt: allow_debt ?? false, key },
      call.setting,
    );
  });
  if (result === 'not_found' && known) throw leftAlready();
  if (result !== 'adjusted' || books === undefined)
    throw refuse(result === 'adjusted' ? 'not_found' : result);
  return done('adjusted', {
    replayed,
    ...(await cardJson(books, replayed ? 0 : spendable(books) - before, call, ports)),
  });
};
