/** Preloads the code pool of a reward; known codes are skipped and counted. */
import { rewardIn } from '../../domain/program.ts';
import { done, type PlainVerb, parsed } from '../../platform/verb.ts';
import { conflict, notFound } from '../member-reply.ts';
import { body } from './contract.ts';

export const storeCodes: PlainVerb = async (call, ports) => {
  const reward = rewardIn(call.setting.program, call.path['id'] ?? '');
  const { codes } = parsed(body, call.body);
  if (reward === undefined) throw notFound('reward');
  if (reward.benefit.kind !== 'pool')
    throw conflict('The reward is not of the kind pool; its codes are made by us.');
  return done('stored', await ports.ledger.storeCodes(call.scope, reward.id, codes));
};
