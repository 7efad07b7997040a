/** Whose trouble a refusal is: one contact's, one program's or the whole account's. Only the first ends a period. */
import type { Refusal } from '../../domain/message.ts';
import type { Program } from '../../domain/program.ts';
import type { ManyChat, Refused } from '../../ports/manychat.ts';
import { fieldTypes } from './content.ts';

export type Trouble =
  /** ManyChat will never take a message for this contact, or not this one. */
  | { readonly of: 'contact'; readonly reason: Refusal }
  /** The owner must mend something before any member of the program can be written to. */
  | { readonly of: 'program'; readonly sentence: string }
  | { readonly of: 'account'; readonly sentence: string };

/** Documented as 3011 (24 hours are over), 3021, 3031 and 304x (not over this channel). */
const isWindowCode = (code: number | undefined): boolean =>
  code !== undefined && code >= 3011 && code <= 3049;

const contactReason = ({ code, message }: Refused): Refusal => {
  if (isWindowCode(code)) return 'window_closed';
  if (/block/i.test(message)) return 'blocked';
  if (/(subscriber|contact)\b.*\b(not|no|unknown|exist|found)/i.test(message)) return 'contact_unknown';
  return 'refused';
};

/** What is missing in the account, asked of ManyChat itself: its messages are not documented, its lists are. */
const missing = async (manychat: ManyChat, program: Program): Promise<string | undefined> => {
  const { reminders, id } = program;
  const [flows, fields] = [await manychat.flows(), await manychat.fields()];
  const setup = `npm run manychat -- setup --program ${id}`;
  if (flows.kind === 'ok' && reminders !== undefined && !flows.data.some(({ ns }) => ns === reminders.flow))
    return `the flow ${reminders.flow} is not in the ManyChat account: correct reminders.flow in the program file, or restore the flow`;
  if (fields.kind !== 'ok') return undefined;
  for (const [name, type] of Object.entries(fieldTypes)) {
    const found = fields.data.find((field) => field.name.toLowerCase() === name);
    if (found === undefined) return `the custom field ${name} is not in the ManyChat account: run ${setup}`;
    if (found.type !== type)
      return `the custom field ${name} is of type ${found.type} and must be ${type}: delete it in ManyChat and run ${setup}`;
  }
  return undefined;
};

/** Asks ManyChat at most once in a run what is missing in a program's account. */
export const diagnosing = (manychat: ManyChat, program: Program) => {
  let asked: Promise<string | undefined> | undefined;
  return async (refused: Refused): Promise<Trouble> => {
    const { status, message } = refused;
    if (status === 401 || status === 403)
      return {
        of: 'account',
        sentence: `ManyChat does not accept the token of the account ${program.manychat.account} (HTTP ${status}: ${message}): store a new one with npm run manychat -- token`,
      };
    const reason = contactReason(refused);
    if (reason === 'window_closed' || reason === 'blocked') return { of: 'contact', reason };
    asked ??= missing(manychat, program);
    const sentence = await asked;
    return sentence === undefined ? { of: 'contact', reason } : { of: 'program', sentence };
  };
};
