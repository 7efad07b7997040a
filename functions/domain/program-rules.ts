/** Rules of a program file that span several of its keys. */
import { parseMoney } from './money.ts';
import type { Problem } from './problems.ts';
import type { ProgramFile, RewardFile, StoreFile } from './program-file.ts';
import { isQuiet, quietOf } from './reminder-terms.ts';
import { whyNot } from './store.ts';

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
  return [...problems, ...makerProblems(reward, at, file)];
};

const earnProblems = (file: ProgramFile): Problem[] => {
  if (file.earn.per === 'purchase') {
    const { min_order: least, per_day: most = 1 } = file.earn;
    if (least === undefined)
      return most > 1
        ? [
            {
              path: 'earn.min_order',
              message:
                'expected the smallest order beside per_day: without it an order could be cut into many',
            },
          ]
        : [];
    return (parseMoney(least, file.currency) ?? 0) > 0
      ? []
      : [
          {
            path: 'earn.min_order',
            message: `expected an amount above 0 with the decimals of ${file.currency}`,
          },
        ];
  }
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

const makers = ({ stores }: ProgramFile): StoreFile[] =>
  stores.filter((store) => store.kind !== 'pushed' && (store.kind !== 'site' || store.coupons !== false));

/** The shop that makes a reward's coupons: the one that it names, else the only one that makes any; none where our own code counts. */
export const makerOf = (reward: RewardFile, file: ProgramFile): StoreFile | undefined => {
  if (reward.kind === 'manual' || reward.kind === 'pool') return undefined;
  const able = makers(file);
  return reward.store === undefined ? able[0] : able.find(({ id }) => id === reward.store);
};

const makerProblems = (reward: RewardFile, at: string, file: ProgramFile): Problem[] => {
  if (reward.kind === 'manual' || reward.kind === 'pool') return [];
  const named = reward.store;
  const known = file.stores.find(({ id }) => id === named);
  if (named !== undefined && known === undefined)
    return [{ path: `${at}.store`, message: 'expected the id of a store of the program' }];
  if (known?.kind === 'site' && known.coupons === false)
    return [{ path: `${at}.store`, message: 'expected a store that makes coupons, or none' }];
  if (named === undefined && makers(file).length > 1)
    return [{ path: `${at}.store`, message: 'expected the store that makes the coupon: there are several' }];
  const maker = makerOf(reward, file);
  const why = maker === undefined ? undefined : whyNot(maker.kind, reward);
  return why === undefined
    ? []
    : [{ path: `${at}.${'products' in reward ? 'products' : 'kind'}`, message: why }];
};

/** One host has many spellings: with a dot at its end, and mostly with `www.` in front. */
const hostOf = (url: string): string => {
  const { hostname, port } = new URL(url);
  return `${hostname.replace(/\.$/, '').replace(/^www\./, '')}:${port}`;
};

/** Two stores of one host would be two names for the same orders, which would earn twice. */
const storeProblems = ({ stores }: ProgramFile): Problem[] => {
  const hosts = stores.map((store) => (store.kind === 'pushed' ? undefined : hostOf(store.url)));
  return hosts.flatMap((host, index) =>
    host !== undefined && hosts.indexOf(host) < index
      ? [{ path: `stores[${index}].url`, message: 'expected a host that no other store has' }]
      : [],
  );
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
  ...storeProblems(file),
];
