/** What every answer must be, whatever was asked: the contract's first section. */
import { channels } from '../../functions/chat/caller.ts';
import { type BlockReply, blockProblems } from './block-rules.ts';
import { replyProblems } from './chat-contracts.ts';
import type { Target } from './every-route.ts';
import type { Answered, Shop } from './house.ts';

const resultOf: Readonly<Record<number, readonly string[]>> = {
  400: ['bad_request'],
  401: ['unauthorized'],
  403: ['forbidden'],
  404: ['not_found', 'no_such_route'],
  405: ['method_not_allowed'],
  409: ['conflict', 'email_in_use', 'key_reused'],
  413: ['too_large'],
};

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';

/** What is wrong with a refusal. */
export const refusalProblems = ({ status, json, text, headers }: Answered): string[] => {
  const { ok, result, message, errors = [], ...more } = json;
  return [
    ...(resultOf[status]?.includes(result) ? [] : [`${status} ${result}`]),
    ...(ok === false && isText(message) ? [] : ['no ok:false with a message']),
    ...(Object.keys(more).length === 0 ? [] : [`other keys: ${Object.keys(more)}`]),
    ...((status === 400) === errors.length > 0 ? [] : ['errors without 400, or 400 without errors']),
    ...errors.flatMap(({ path, message: said, ...other }: Record<string, unknown>) =>
      typeof path === 'string' && isText(said) && Object.keys(other).length === 0
        ? []
        : ['an error without path or message'],
    ),
    ...(/\bat \S+ \(|\.[tj]s:\d+|node_modules|Error:|ZodError/.test(text) ? ['a stack trace'] : []),
    ...(headers.get('content-type')?.startsWith('application/json') ? [] : ['no JSON']),
    ...(isText(headers.get('x-request-id')) ? [] : ['no request id']),
  ];
};

const chatProblems = ({ asBlock, route }: Target, { json }: Answered, { program }: Shop): string[] => {
  if (!asBlock)
    return [...replyProblems(route.verb, json), ...(json.result === 'try_again' ? ['a fault'] : [])];
  const block: BlockReply = json;
  const channel = channels.find((name) => name === block.content.type) ?? 'messenger';
  return blockProblems(block, channel, program, ['local-chat', 'secret@']);
};

/** What is wrong with an answer to a request that was let in and may be nonsense. */
export const answerProblems = (target: Target, answered: Answered, shop: Shop): string[] => {
  const { status, json } = answered;
  if (target.route.room === 'chat' && ![200, 400, 413].includes(status)) return [`status ${status}`];
  if (status !== 200) return refusalProblems(answered);
  if (target.route.room === 'chat') return chatProblems(target, answered, shop);
  return typeof json.ok === 'boolean' && isText(json.result) ? [] : ['no ok and result'];
};
