/**
 * `npm run docs`: writes into the documents what the code knows best: the routes, the replies of the chat and its sentences.
 * With `--check` nothing is written, and what is stale is named.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import * as balance from '../functions/chat/balance/contract.ts';
import { type MemberCard, memberCard } from '../functions/chat/card.ts';
import * as claimOrder from '../functions/chat/claim-order/contract.ts';
import * as coupons from '../functions/chat/coupons/contract.ts';
import * as credit from '../functions/chat/credit/contract.ts';
import * as enroll from '../functions/chat/enroll/contract.ts';
import * as history from '../functions/chat/history/contract.ts';
import * as leave from '../functions/chat/leave/contract.ts';
import * as redeem from '../functions/chat/redeem/contract.ts';
import * as rewards from '../functions/chat/rewards/contract.ts';
import * as verifyOrder from '../functions/chat/verify-order/contract.ts';
import { type Route, rooms, routes } from '../functions/routes.ts';
import { type ArgName, argNames, argsOf, numericArgs, type TextKey } from '../functions/texts/args.ts';
import { en } from '../functions/texts/en.ts';

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

/** Every way in, as a table for the README. */
export const routeTable = (): string =>
  tableOf(
    ['route', 'key', 'as a block', 'what it does'],
    routes.map(({ method, path, room, block, does }) => [
      code(`${method} ${path}`),
      rooms[room].role,
      block ? code(`${path}/block`) : '',
      does,
    ]),
  );

/** What a result means, and whether the customer got what they asked for. */
interface Meaning {
  readonly ok: boolean;
  readonly says: string;
}
const yes = (says: string): Meaning => ({ ok: true, says });
const no = (says: string): Meaning => ({ ok: false, says });

const refusals = {
  already_claimed: yes('This member claimed the order before; `order_points` is what it was credited then.'),
  claimed_by_other: no('The order is under this member’s e-mail, but another contact claimed it first.'),
  not_found: no(
    'No order of that number under this member’s e-mail. Somebody else’s order gets the same answer. Counts as a failed try.',
  ),
  not_paid: no(
    'The order waits for its payment. Claim again later; `order_points` is what it will be worth.',
  ),
  cancelled: no('The order was cancelled and earns nothing.'),
  refunded: no('The order was refunded in full and earns nothing.'),
  too_old: no('The order is older than the program’s `claims.max_age_days`.'),
  wrong_currency: no('The order was paid in another currency than the program’s.'),
  too_many_attempts: no('Too many failed tries of this contact: closed until the next full hour.'),
  order_number_needed: no('No order number came along. Ask for it and call again.'),
  store_unavailable: no('Never answered in this version: pushed orders are in our own table.'),
};

/** Each result of each chat route; a result that a contract gains or loses fails the type check here. */
const meanings = {
  enroll: {
    enrolled: yes('Joined. `points_change` is the signup bonus; 0 where it was paid before.'),
    already_member: yes('Was a member already; nothing changed.'),
    email_needed: no('No e-mail came along. Ask for it and call again.'),
    email_invalid: no('What came along is no e-mail address. Ask again.'),
    email_in_use: no('Another contact joined with that e-mail. Nothing moved. Counts as a failed try.'),
    too_many_attempts: no('Too many failed tries of this contact: closed until the next full hour.'),
  } satisfies Record<(typeof enroll.results)[number], Meaning>,
  leave: {
    left: yes('Left. `points_change` says what was forfeited; the card is that of a non-member.'),
  } satisfies Record<(typeof leave.results)[number], Meaning>,
  'verify-order': {
    valid: yes('The order can be claimed; `order_points` is what it is worth. Nothing moved.'),
    ...refusals,
  } satisfies Record<(typeof verifyOrder.results)[number], Meaning>,
  'claim-order': {
    credited: yes('The points are on the balance; `order_points` says how many.'),
    ...refusals,
  } satisfies Record<(typeof claimOrder.results)[number], Meaning>,
  credit: {
    credited: yes('The activity’s points are on the balance.'),
    already_credited: yes('This `key` was credited before; nothing changed.'),
    limit_reached: no('The member did this as often as the program pays for it, today or in all.'),
    activity_unknown: no('The program has no such activity.'),
    key_reused: no('This `key` was used for another activity.'),
  } satisfies Record<(typeof credit.results)[number], Meaning>,
  balance: { ok: yes('The card says it all.') } satisfies Record<(typeof balance.results)[number], Meaning>,
  history: { ok: yes('The last lines of the ledger.') } satisfies Record<
    (typeof history.results)[number],
    Meaning
  >,
  rewards: { ok: yes('A page of the rewards.') } satisfies Record<(typeof rewards.results)[number], Meaning>,
  redeem: {
    issued: yes('The points are spent and `coupon_code` is the code.'),
    already_issued: yes('A repeat: the same code as before, and nothing spent again.'),
    requested: yes(
      'A manual reward: the points are spent, and the owner has a task. `coupon_code` is `none`.',
    ),
    pending: yes('Never answered in this version: codes are made by us, at once.'),
    not_enough_points: no('`points_short` says how many are missing.'),
    reward_unknown: no('The program has no reward of that id.'),
    reward_unavailable: no('The reward is switched off, or outside its first and last day.'),
    sold_out: no('Its stock or its pool of codes is empty.'),
    limit_reached: no('The member took it as often as they may.'),
    reward_needed: no('No reward id came along.'),
    key_reused: no('This `request_id` was used for another reward.'),
  } satisfies Record<(typeof redeem.results)[number], Meaning>,
  coupons: { ok: yes('The coupons, usable ones first.') } satisfies Record<
    (typeof coupons.results)[number],
    Meaning
  >,
};

const contracts = {
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
};

const cardSays: Record<keyof MemberCard | 'ok' | 'result' | 'message' | 'replayed', string> = {
  ok: 'The customer got what they asked for, on a repeat too.',
  result: 'What happened, from the route’s own list. Branch on it first.',
  message: 'A sentence that can be sent as it is, in the customer’s language, 1 to 640 characters.',
  replayed: 'This answers an earlier, identical request; nothing changed now.',
  is_member: 'Whether the contact is a member.',
  member_id: 'The contact id whose books these are; `none` for a non-member.',
  points: 'Can be spent now; never below 0.',
  points_pending: 'Earned but not to be spent yet. Always 0 in this version.',
  points_debt: 'Still open after a refund of points that were spent; later points pay it first.',
  points_change: 'What this call did to `points`, with its sign; 0 on a repeat.',
  points_name: 'The unit in the right form for `points`.',
  lifetime_points: 'Earned in this membership, bonuses included, refunds taken off.',
  tier: 'Always `none` in this version.',
  rewards_ready: 'How many rewards can be taken now.',
  rewards_ready_names: 'Their names, at most 5, then “+N”; `none` if there are none.',
  next_reward: 'The cheapest reward that is not affordable yet; `none` at the top.',
  next_reward_points: 'What it costs.',
  points_to_next: 'What is missing for it.',
  rewards_won: 'Rewards taken in this membership; cancelled ones do not count.',
  points_expiring: 'Points of the lot that expires next. Always 0 in this version: nothing expires.',
  points_expire_on: 'When it expires. Always `none` in this version.',
};

const keySays: Readonly<Record<string, string>> = {
  order_number: 'The number as we keep it: `#1001` is `1001`.',
  order_total: 'Its total in its currency, such as 60 or 59.95.',
  order_currency: 'The currency, such as `USD`.',
  order_points: 'What the order is worth, or was credited.',
  activity: 'The activity’s id; `none` if it is not known.',
  history: 'At most 5 of `{date, text, points}`, newest first.',
  history_text: 'The same as one text.',
  rewards: 'At most 8 of `{id, name, points, affordable, points_short, url, image_url}`, cheapest first.',
  page: 'Which page this is.',
  pages: 'How many there are.',
  reward: 'The reward’s id.',
  reward_name: 'Its name in the customer’s language.',
  coupon_code: 'The code to be used in the shop; `none` for a manual reward.',
  coupon_url: 'The reward’s address in the shop; `none` if the program names none.',
  coupon_expires_on: 'The day on which the code expires, `YYYY-MM-DD`.',
  points_short: 'How many points are missing.',
  coupons: 'At most 10 of `{code, reward, reward_name, url, expires_on, status}`.',
  coupons_text: 'The same as one text.',
};

const typeNames: Readonly<Record<string, string>> = {
  string: 'Text',
  integer: 'Number',
  number: 'Number',
  boolean: 'True/False',
  array: 'list',
};
/** The custom field's type in ManyChat that a key must be mapped to. */
const typesOf = (shape: Record<string, z.ZodMiniType>): Map<string, string> => {
  const { properties = {} } = z.toJSONSchema(z.object(shape));
  const typeOf = (schema: unknown) =>
    typeof schema === 'object' && schema !== null && 'type' in schema ? String(schema.type) : '';
  return new Map(
    Object.entries(properties).map(([key, schema]) => [key, typeNames[typeOf(schema)] ?? 'Text']),
  );
};

const said = (says: Readonly<Record<string, string>>, name: string): string => {
  const text = says[name];
  if (text === undefined) throw new Error(`cli/docs.ts does not say yet what ${name} means`);
  return text;
};

const keyTable = (shape: Record<string, z.ZodMiniType>, says: Readonly<Record<string, string>>): string =>
  tableOf(
    ['key', 'field type', 'what it says'],
    [...typesOf(shape)].map(([key, type]) => [code(key), type, said(says, key)]),
  );

/** The keys that every chat reply has. */
export const cardTable = (): string =>
  keyTable(
    { ok: z.boolean(), result: z.string(), message: z.string(), replayed: z.boolean(), ...memberCard },
    cardSays,
  );

const byName = <T>(things: Readonly<Record<string, T>>, name: string): T => {
  const found = things[name];
  if (found === undefined) throw new Error(`cli/docs.ts does not know the chat route ${name} yet`);
  return found;
};

const replyOf = ({ verb, path, does }: Route): string => {
  const { inputs, extras, results } = byName<(typeof contracts)[keyof typeof contracts]>(contracts, verb);
  const means = byName<Readonly<Record<string, Meaning>>>(meanings, verb);
  const named = Object.keys(inputs.shape).map(code).join(', ') || 'none';
  return [
    `### ${code(path)}`,
    `${does} Inputs beside the contact: ${named}.`,
    tableOf(
      ['result', 'ok', 'what it means'],
      results.map((result) => [
        code(result),
        byName(means, result).ok ? 'yes' : 'no',
        byName(means, result).says,
      ]),
    ),
    ...(Object.keys(extras).length === 0 ? [] : [keyTable(extras, keySays)]),
  ].join('\n\n');
};

/** Results and further keys of each chat route. */
export const replies = (): string =>
  routes
    .filter(({ room }) => room === 'chat')
    .map(replyOf)
    .join('\n\n');

const argSays: Record<ArgName, string> = {
  program: 'the program’s name; every sentence of your own may use it',
  points: 'the balance, or the points of one ledger line, with the unit: “230 points”',
  points_count: 'the same as a bare number, for plurals',
  change: 'what was earned now, with the unit',
  change_count: 'the same as a bare number',
  debt: 'what is still open after a refund, with the unit',
  outlook: 'the sentence on what can be taken or what is missing (`outlook.…`), or nothing',
  ready_count: 'how many rewards can be taken',
  ready_names: 'their names',
  next_reward: 'the name of the next reward',
  to_next: 'what is missing for it, with the unit',
  order: 'the order’s number',
  total: 'the order’s sum, or what remains of it, as money',
  worth: 'what the order is worth, with the unit',
  activity: 'the activity’s id',
  reward: 'the reward’s name',
  reason: '`refunded`, `cancelled` or `lowered` of an order; `cancelled` or `refused` of a reward',
  code: 'the coupon’s code',
  expires_on: 'the day on which the coupon expires',
  status: '`valid`, `used`, `expired` or `cancelled` of a coupon; a ready text in a list of rewards',
  cost: 'what a reward costs, with the unit',
  short: 'what is missing for it, with the unit',
  day: 'the day of a ledger line',
  text: 'the ledger line itself',
  number: 'the number in a list',
  page: 'the page',
  pages: 'how many pages there are',
  count: 'how many more there are',
  stopped: 'the media that are stopped',
  stopped_count: 'how many media are stopped',
  points_line: 'the sentence on the balance (`reminder.points`, or `reminder.debt` while a refund is open)',
  ready_line: 'the sentence on what can be taken (`reminder.ready`)',
  next_line: 'the sentence on what is missing (`reminder.next`, or `reminder.top` where nothing is)',
  won_line: 'the sentence on what was taken so far (`reminder.won`)',
  won_count: 'how many rewards were taken so far',
};

/** What sentences may be filled with. */
export const argumentTable = (): string =>
  tableOf(
    ['argument', 'kind', 'what stands there'],
    argNames.map((name) => [code(`{${name}}`), numericArgs.has(name) ? 'number' : 'text', argSays[name]]),
  );

/** Every sentence, in the catalogue's order, with what a program's own one may be filled with. */
export const sentenceTable = (): string => {
  const keys = Object.keys(en) as TextKey[];
  return tableOf(
    ['key', 'in English', 'may be filled with'],
    keys.map((key) => [
      code(key),
      code(en[key]),
      argsOf(key)
        .filter((name) => name !== 'program')
        .map((name) => code(`{${name}}`))
        .join(' '),
    ]),
  );
};

/** Which parts of which documents are written by whom. */
const documents: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'README.md': { routes: routeTable },
  'docs/manychat.md': { card: cardTable, replies },
  'docs/texts.md': { arguments: argumentTable, sentences: sentenceTable },
};

/** The text between a pair of markers replaced. @throws where the document lost its markers */
export const withPart = (file: string, text: string, part: string, content: string): string => {
  const [begin, end] = [`<!-- ${part}:begin -->`, `<!-- ${part}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has lost its markers ${begin} and ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
};

/** Writes every document anew. @returns the files that were stale; with `check` they stay so */
export const writeDocuments = async (root: string, check: boolean): Promise<string[]> => {
  const stale: string[] = [];
  for (const [file, parts] of Object.entries(documents)) {
    const before = await readFile(join(root, file), 'utf8');
    const after = Object.entries(parts).reduce(
      (text, [part, content]) => withPart(file, text, part, content()),
      before,
    );
    if (after === before) continue;
    stale.push(file);
    if (!check) await writeFile(join(root, file), after);
  }
  return stale;
};

/** @returns the exit code */
export const run = async (
  root: string,
  args: readonly string[],
  say: (line: string) => void,
): Promise<number> => {
  const { values } = parseArgs({ args: [...args], options: { check: { type: 'boolean', default: false } } });
  const stale = await writeDocuments(root, values.check);
  for (const file of stale) {
    say(
      values.check ? `${file} no longer says what the code says: run "npm run docs".` : `${file} is written.`,
    );
  }
  if (stale.length === 0) say('The documents say what the code says.');
  return values.check && stale.length > 0 ? 1 : 0;
};

if (import.meta.main) {
  process.exitCode = await run(join(import.meta.dirname, '..'), process.argv.slice(2), console.log);
}
