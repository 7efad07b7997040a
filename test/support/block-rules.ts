/** What a Dynamic Block must be: the JSON schema, and what a schema cannot say. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Channel } from '../../functions/chat/caller.ts';
import type { Program } from '../../functions/domain/program.ts';
import { textsIn } from './chat-contracts.ts';

export interface Action {
  action: string;
  field_name: string;
  value: string;
}
export interface Button {
  type: string;
  caption: string;
  url?: string;
  target?: string;
  method?: string;
  headers?: Record<string, string>;
  actions?: Action[];
}
export interface Message {
  type: string;
  text?: string;
  buttons?: Button[];
  elements?: { title: string; subtitle: string; buttons?: Button[] }[];
}
export interface BlockReply {
  version: string;
  content: { type?: string; messages: Message[]; quick_replies?: Button[] };
}

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
formats.default(ajv);
const schemaFile = new URL('./manychat-dynamic-block.schema.json', import.meta.url);
const validate = ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')));

export const buttonsOf = ({ content }: BlockReply): Button[] =>
  content.messages.flatMap(({ buttons = [], elements = [] }) => [
    ...buttons,
    ...elements.flatMap((element) => element.buttons ?? []),
  ]);

const longest: Record<Channel, (text: string) => boolean> = {
  messenger: (text) => text.length <= 2000,
  instagram: (text) => Buffer.byteLength(text) <= 1000,
  whatsapp: (text) => text.length <= 1024,
  telegram: (text) => text.length <= 2000,
};

const messageProblems = ({ text = 'x', buttons = [] }: Message, channel: Channel): string[] => [
  ...(longest[channel](text) ? [] : [`a text of ${text.length} characters on ${channel}`]),
  ...(text.trim() === '' ? ['a text that is empty'] : []),
  ...(buttons.length > 0 && text.length > 640 ? ['a text over buttons that is too long'] : []),
];

const callbackProblems = ({ url = '', headers = {}, method }: Button): string[] => [
  ...(/^https:\/\/loyalty\.local\/v1\/(redeem|rewards)\/block$/.test(url) ? [] : [`a callback to ${url}`]),
  ...(method === 'post' ? [] : ['a callback that is no POST']),
  ...(Object.keys(headers).join() === 'X-Loyalty-Token' ? [] : ['other headers than the token']),
];

const buttonProblems = (button: Button, channel: Channel, program: Program): string[] => {
  if (button.type === 'dynamic_block_callback')
    return channel === 'messenger' ? callbackProblems(button) : [`a callback on ${channel}`];
  if (button.type !== 'flow') return [];
  const [{ action, field_name, value } = { action: '', field_name: '', value: '' }, ...more] =
    button.actions ?? [];
  const right = action === 'set_field_value' && field_name === 'loyalty_reward' && more.length === 0;
  return [
    ...(right && program.rewards.some(({ id }) => id === value) ? [] : ['a flow button without its reward']),
    ...(button.target === program.flows.redeem ? [] : ['a flow that the program does not name']),
  ];
};

const quickReplyProblems = (replies: Button[], channel: Channel, { flows }: Program): string[] => {
  const named = [flows.rewards, flows.balance, flows.claim].filter((flow) => flow !== undefined);
  const expected = channel === 'messenger' || channel === 'instagram' ? named : [];
  const targets = replies.map(({ target }) => target);
  return targets.join() === expected.join() ? [] : [`quick replies to ${targets}`];
};

const secretProblems = (block: BlockReply, secrets: readonly string[]): string[] => {
  const tokens = buttonsOf(block).flatMap(({ headers = {} }) => Object.values(headers));
  const opened = tokens.map((token) => Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
  const all = [JSON.stringify(block), ...opened].join('\n');
  return secrets.filter((secret) => all.includes(secret)).map((secret) => `the secret ${secret} is in it`);
};

/** @param secrets texts that may be nowhere in it, not inside a token either */
export const blockProblems = (
  block: BlockReply,
  channel: Channel,
  program: Program,
  secrets: readonly string[],
): string[] => {
  const valid = validate(block);
  const type = channel === 'messenger' ? undefined : channel;
  const texts = textsIn(block).filter(({ path }) => !path.endsWith('.X-Loyalty-Token'));
  const { messages, quick_replies = [] } = block.content;
  const captions = [...buttonsOf(block), ...quick_replies].map(({ caption }) => caption);
  return [
    ...(valid
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`)),
    ...(block.content.type === type ? [] : [`the type ${block.content.type}`]),
    ...(messages.length > 0 ? [] : ['no message at all']),
    ...messages.flatMap((message) => messageProblems(message, channel)),
    ...captions
      .filter((caption) => caption.length > 20 || caption.trim() === '')
      .map((caption) => `the caption ${caption}`),
    ...texts.filter(({ text }) => /\{\{|\$\{/.test(text)).map(({ path }) => `${path}: a placeholder`),
    ...texts.filter(({ text }) => /\bundefined\b|\bNaN\b/.test(text)).map(({ path }) => `${path}: nothing`),
    ...buttonsOf(block).flatMap((button) => buttonProblems(button, channel, program)),
    ...quickReplyProblems(quick_replies, channel, program),
    ...secretProblems(block, secrets),
  ];
};
