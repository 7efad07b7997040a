/** Finds a member by e-mail. */
import { hashEmail } from '../../domain/email.ts';
import { answer, emailIn } from '../../domain/ledger.ts';
import { done, type PlainVerb, parsed } from '../../platform/verb.ts';
import { findMember, memberJson, notFound } from '../member-reply.ts';
import { body } from './contract.ts';

export const searchMembers: PlainVerb = async (call, ports) => {
  const { email } = parsed(body, call.body);
  const hash = hashEmail(email, call.setting.emailKey);
  const owner = await ports.ledger.decide(call.scope, { emails: [hash] }, (found) =>
    answer(emailIn(found, hash)?.owner),
  );
  if (owner === undefined) throw notFound('member');
  return done('ok', await memberJson(await findMember(owner, call, ports), call, ports));
};
