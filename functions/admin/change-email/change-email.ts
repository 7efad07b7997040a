/** Gives a member another e-mail; the old one becomes free. */
import { hashEmail } from '../../domain/email.ts';
import { decideEmail } from '../../domain/membership.ts';
import { Refusal } from '../../platform/http.ts';
import { done, type PlainVerb, parsed } from '../../platform/verb.ts';
import { findMember, leftAlready, memberId, memberJson, notFound } from '../member-reply.ts';
import { body } from './contract.ts';

export const changeEmail: PlainVerb = async (call, ports) => {
  const contact = memberId(call);
  const { email } = parsed(body, call.body);
  const wanted = { contact, emails: [hashEmail(email, call.setting.emailKey)] };
  let known = false;
  const { result, replayed } = await ports.ledger.decide(call.scope, wanted, (found) => {
    known = found.member !== undefined;
    return decideEmail(found, email, call.setting);
  });
  if (result === 'not_found' && known) throw leftAlready();
  if (result === 'not_found') throw notFound('member');
  if (result === 'email_in_use')
    throw new Refusal(409, 'email_in_use', 'The e-mail belongs to another member.');
  return done('changed', {
    replayed,
    ...(await memberJson(await findMember(contact, call, ports), call, ports)),
  });
};
