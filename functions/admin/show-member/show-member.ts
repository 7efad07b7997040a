/** Shows a member with profile. */
import { done, type PlainVerb } from '../../platform/verb.ts';
import { findMember, memberId, memberJson } from '../member-reply.ts';

export const showMember: PlainVerb = async (call, ports) =>
  done('ok', await memberJson(await findMember(memberId(call), call, ports), call, ports));
