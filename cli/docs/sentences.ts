/** The sentences, and what they may be filled with. */
import { type ArgName, argNames, argsOf, numericArgs, type TextKey } from '../../functions/texts/args.ts';
import { en } from '../../functions/texts/en.ts';
import { code, tableOf } from './table.ts';

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
