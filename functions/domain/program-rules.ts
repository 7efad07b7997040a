/** Rules of a program file that span several of its keys. */
import { parseMoney } from './money.ts';
import type { Problem } from './problems.ts';
import type { ProgramFile, RewardFile } from './program-file.ts';
import { isQuiet, quietOf } from './reminder-terms.ts';

const duplicates = (list: string, ids: readonly string[]): Problem[] =>
  ids.flatMap((id, index) =>
    ids.indexOf(id) < index
      ? [{ path: `${list}[${index}].id`, message: 'expected an id that is not used twice' }]
      : [],
  );

/** Rules that span several keys of one reward. */
const rewardProblems = (reward: RewardFile, index: number, file: ProgramFile): Problem[] => {
  const at = `rewards[${index}]`;
  const problems: Problem[] = [];
  if (reward.name[file.language] === undefined) {
    problems.push({
      path: `${at}.name.${file.language}`,
      message: "expected the name in the program's language",
    });
  }
  if (reward.from !== undefined && reward.to !== undefined && reward.from > reward.to) {
    problems.push({ path: `${at}.to`, message: 'expected a day that is not before "from"' });
  }
  if (reward.kind === 'amount' && !((parseMoney(reward.value, file.currency) ?? 0) > 0)) {
    problems.push({
      path: `${at}.value`,
      message: `expected an amount above 0 with the decimals of ${file.currency}`,
    });
  }
  return problems;
};

const earnProblems = (file: ProgramFile): Problem[] => {
  if (file.earn.per !== 'amount') return [];
  const unit = parseMoney(file.earn.unit, file.currency) ?? 0;
  if (unit === 0)
    return [
      { path: 'earn.unit', message: `expected an amount above 0 with the decimals of ${file.currency}` },
    ];
  // The largest order must still earn an exact integer.
  if (file.earn.points / unit > 9_000)
    return [{ path: 'earn.points', message: 'expected at most 9,000 points for each minor unit' }];
  return [];
};

const minutesOfADay = 1440;

const reminderProblems = ({ reminders }: ProgramFile): Problem[] => {
  if (reminders === undefined) return [];
  const { hour, spread_minutes: spread = 0, quiet } = reminders;
  const problems: Problem[] = [];
  // Past midnight it would be another day, and the days to the next one would be counted from that.
  const most = minutesOfADay - hour * 60;
  if (spread > most)
    problems.push({
      path: 'reminders.spread_minutes',
      message: `expected at most ${most}, so that the spread ends with the day`,
    });
  if (quiet !== undefined && quiet.from === quiet.to)
    problems.push({ path: 'reminders.quiet.to', message: 'expected another time than "from"' });
  if (quiet !== undefined && isQuiet(hour * 60, quietOf(quiet)))
    problems.push({
      path: 'reminders.hour',
      message: `expected an hour outside the quiet hours from ${quiet.from} to ${quiet.to}`,
    });
  return problems;
};

/** Everything that is wrong with a file whose single values are right. */
export const crossProblems = (file: ProgramFile): Problem[] => [
  ...earnProblems(file),
  ...reminderProblems(file),
  ...duplicates(
    'rewards',
    file.rewards.map(({ id }) => id),
  ),
  ...duplicates(
    'activities',
    (file.activities ?? []).map(({ id }) => id),
  ),
  ...duplicates(
    'stores',
    file.stores.map(({ id }) => id),
  ),
  ...file.rewards.flatMap((reward, index) => rewardProblems(reward, index, file)),
  ...(file.redeem.expired_coupon === 'return_points'
    ? [
        {
          path: 'redeem.expired_coupon',
          message: 'expected forfeit; return_points is not offered by this version',
        },
      ]
    : []),
  ...(file.claims.signed_links_only === true
    ? [
        {
          path: 'claims.signed_links_only',
          message: 'expected false; signed order links are not offered by this version',
        },
      ]
    : []),
];
