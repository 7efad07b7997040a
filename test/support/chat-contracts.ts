/** Every chat route with its contract, for tests that promise something of all of them. */
import * as balance from '../../functions/chat/balance/contract.ts';
import * as claimOrder from '../../functions/chat/claim-order/contract.ts';
import * as coupons from '../../functions/chat/coupons/contract.ts';
import * as credit from '../../functions/chat/credit/contract.ts';
import * as delivered from '../../functions/chat/delivered/contract.ts';
import * as enroll from '../../functions/chat/enroll/contract.ts';
import * as history from '../../functions/chat/history/contract.ts';
import * as leave from '../../functions/chat/leave/contract.ts';
import * as preferences from '../../functions/chat/preferences/contract.ts';
import * as redeem from '../../functions/chat/redeem/contract.ts';
import * as rewards from '../../functions/chat/rewards/contract.ts';
import { type ChatContract, replyOf } from '../../functions/chat/verb.ts';
import * as verifyOrder from '../../functions/chat/verify-order/contract.ts';
import { routes } from '../../functions/routes.ts';

export const contracts: Readonly<Record<string, ChatContract>> = {
  enroll,
  leave,
  'verify-order': verifyOrder,
  'claim-order': claimOrder,
  credit,
  balance,
  history,
  rewards,
  redeem,
  coupons,
  preferences,
  delivered,
};

/** The chat routes of the table; each must have a contract here. */
export const chatVerbs: readonly string[] = routes
  .filter(({ room }) => room === 'chat')
  .map(({ verb }) => verb);

export const contractOf = (verb: string): ChatContract => {
  const found = contracts[verb];
  if (found === undefined) throw new Error(`no contract for ${verb}`);
  return found;
};

/** Results of the contract that no request can bring about in this version: there are no shops to look orders up in. */
const notYet = new Set(['store_unavailable', 'pending']);

/** Everybody may join, and everybody may stop messages. */
const forAll = new Set(['enroll', 'preferences']);

/** What a route can answer now, `try_again` aside. */
export const reachable = (verb: string): string[] =>
  [...contractOf(verb).results, 'not_member'].filter(
    (result) => !notYet.has(result) && !(forAll.has(verb) && result === 'not_member'),
  );

/** What the route's own schema and the contract's rules find wrong with a flat reply; empty when it is right. */
export const replyProblems = (verb: string, reply: unknown): string[] => {
  const read = replyOf(contractOf(verb)).safeParse(reply);
  const wrong = read.success
    ? []
    : read.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
  return [...wrong, ...textsIn(reply).flatMap(({ path, text }) => textProblems(path, text))];
};

export const textsIn = (value: unknown, path = '$'): { path: string; text: string }[] => {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => textsIn(part, `${path}.${key}`));
};

const textProblems = (path: string, text: string): string[] => [
  ...(text.trim() === '' ? [`${path}: a text that is empty`] : []),
  ...(/\{\{|\$\{/.test(text) ? [`${path}: a placeholder of ManyChat`] : []),
  ...(/\bundefined\b|\bNaN\b|\[object /.test(text) ? [`${path}: a value that was not there`] : []),
];
