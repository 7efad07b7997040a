/** The program: what earns, what rewards cost, and in which words. Parsed once, trusted inside. */
import type * as z from 'zod/mini';
import type { Benefit } from './coupon.ts';
import {
  type AccountId,
  type ActivityId,
  accountId,
  type ProgramId,
  type RewardId,
  type StoreId,
} from './ids.ts';
import type { Language, Localized } from './language.ts';
import { type Currency, parseMoney } from './money.ts';
import type { Rate } from './points.ts';
import { type ProgramFile, programFile, type RewardFile } from './program-file.ts';
import { isQuiet, type MessageCap, minutesOf, type Reminders } from './reminder-terms.ts';

export interface Reward {
  readonly id: RewardId;
  readonly name: Localized<string>;
  readonly points: number;
  readonly benefit: Benefit;
  readonly prefix: string;
  readonly expiresAfterDays: number;
  readonly url: string | undefined;
  readonly imageUrl: string | undefined;
  /** Pieces in all; undefined where there is no limit. */
  readonly stock: number | undefined;
  readonly limitPerMember: number | undefined;
  /** First and last day in the program's zone, both included. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly enabled: boolean;
}

export interface Activity {
  readonly id: ActivityId;
  readonly points: number;
  readonly limitPerMember: number | undefined;
  readonly limitPerDay: number | undefined;
}

/** The unit's name by plural category, as CLDR names them. */
export type PluralForms = { readonly other: string } & Partial<
  Readonly<Record<Intl.LDMLPluralRule, string | undefined>>
>;

export interface Program {
  readonly id: ProgramId;
  readonly name: string;
  readonly currency: Currency;
  readonly zone: string;
  readonly language: Language;
  readonly unitName: Localized<PluralForms>;
  readonly signupBonus: number;
  readonly rate: Rate;
  readonly basis: 'total' | 'items';
  readonly maxAgeDays: number;
  readonly attemptsPerHour: number;
  readonly signedLinksOnly: boolean;
  readonly rewards: readonly Reward[];
  readonly repeatMinutes: number;
  readonly capture: 'issue' | 'use';
  readonly activities: readonly Activity[];
  readonly flows: { readonly [button in 'redeem' | 'rewards' | 'balance' | 'claim']?: string | undefined };
  readonly texts: Localized<Readonly<Record<string, string>>>;
  readonly stores: readonly StoreId[];
  readonly reminders: Reminders | undefined;
  readonly cap: MessageCap | undefined;
  readonly manychat: { readonly account: AccountId; readonly pace: Pace };
}

/** Calls a second to ManyChat, by kind of call. */
export interface Pace {
  readonly sendFlow: number;
  readonly sendContent: number;
  /** Fields, tags and what else has ManyChat's lowest limit. */
  readonly write: number;
}

/** A tenth below ManyChat's own limits of 20, 25 and 10. */
export const defaultPace: Pace = { sendFlow: 18, sendContent: 22, write: 9 };

/** The version that is in force; noted on entries and coupons. */
export interface ProgramInForce {
  readonly program: Program;
  readonly version: number;
}

/** A wrong value: where it stands (`rewards[0].points`) and what was expected there. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

export type ReadProgram =
  | { readonly kind: 'read'; readonly program: Program; readonly file: ProgramFile }
  | { readonly kind: 'broken'; readonly problems: readonly Problem[] };

/** `['rewards', 0, 'points']` as `rewards[0].points`. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');

/** Zod's issues as problems; an unknown key is named with its own path. */
export const problemsOf = (issues: readonly z.core.$ZodIssue[]): Problem[] =>
  issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: pathText([...issue.path, key]),
        message: 'expected no such key; is it misspelt?',
      }));
    }
    return [{ path: pathText(issue.path), message: issue.message }];
  });

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

const crossProblems = (file: ProgramFile): Problem[] => [
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

const benefitOf = (reward: RewardFile, code: Currency): Benefit => {
  switch (reward.kind) {
    case 'product':
      return { kind: 'product', products: reward.products };
    case 'amount':
      return {
        kind: 'amount',
        valueMinor: parseMoney(reward.value, code) ?? 0,
        products: reward.products ?? [],
      };
    case 'percent':
      return { kind: 'percent', percent: reward.value, products: reward.products ?? [] };
    case 'pool':
      return { kind: 'pool', products: reward.products ?? [] };
    case 'free_shipping':
    case 'manual':
      return { kind: reward.kind };
  }
};

/** A manual reward has no code and a pool may leave its terms out: these stand in. */
const defaultTerms = { prefix: 'TASK', expires_after_days: 30 };

const rewardOf = (reward: RewardFile, code: Currency): Reward => {
  const terms = { ...defaultTerms, ...('coupon' in reward ? reward.coupon : {}) };
  return {
    id: reward.id,
    name: reward.name,
    points: reward.points,
    benefit: benefitOf(reward, code),
    prefix: terms.prefix,
    expiresAfterDays: terms.expires_after_days,
    url: reward.url,
    imageUrl: reward.image_url,
    stock: 'stock' in reward ? reward.stock : undefined,
    limitPerMember: reward.limit?.per_member,
    from: reward.from,
    to: reward.to,
    enabled: reward.enabled ?? true,
  };
};

const quietOf = ({ from, to }: { from: string; to: string }) => ({
  from: minutesOf(from),
  to: minutesOf(to),
});

const remindersOf = ({ reminders }: ProgramFile): Reminders | undefined =>
  reminders && {
    everyDays: reminders.every_days,
    hour: reminders.hour,
    flow: reminders.flow,
    channel: reminders.channel,
    spreadMinutes: reminders.spread_minutes ?? 0,
    quiet: reminders.quiet && quietOf(reminders.quiet),
    clock: reminders.clock ?? 'program',
    postponedByActivity: reminders.postponed_by_activity ?? false,
  };

/** A program that names no account has one of its own. */
const manychatOf = ({ program, manychat }: ProgramFile): Program['manychat'] => ({
  account: manychat?.account ?? accountId.parse(program),
  pace: {
    sendFlow: manychat?.pace?.send_flow ?? defaultPace.sendFlow,
    sendContent: manychat?.pace?.send_content ?? defaultPace.sendContent,
    write: manychat?.pace?.write ?? defaultPace.write,
  },
});

const unitNames = ({ language, points }: ProgramFile): Localized<PluralForms> => {
  const { en, ko, tr, other, ...forms } = points.name;
  if (other !== undefined) return { [language]: { ...forms, other } };
  return Object.fromEntries(
    Object.entries({ en, ko, tr }).flatMap(([code, name]) => (name ? [[code, name]] : [])),
  );
};

const programOf = (file: ProgramFile): Program => ({
  id: file.program,
  name: file.name,
  currency: file.currency,
  zone: file.timezone,
  language: file.language,
  unitName: unitNames(file),
  signupBonus: file.signup_bonus,
  rate:
    file.earn.per === 'amount'
      ? { per: 'amount', points: file.earn.points, unitMinor: parseMoney(file.earn.unit, file.currency) ?? 1 }
      : { per: 'purchase', points: file.earn.points },
  basis: file.earn.per === 'amount' ? file.earn.basis : 'total',
  maxAgeDays: file.claims.max_age_days,
  attemptsPerHour: file.claims.attempts_per_hour,
  signedLinksOnly: file.claims.signed_links_only ?? false,
  rewards: file.rewards.map((reward) => rewardOf(reward, file.currency)),
  repeatMinutes: file.redeem.repeat_minutes,
  capture: file.redeem.capture ?? 'issue',
  activities: (file.activities ?? []).map(({ id, points, limit }) => ({
    id,
    points,
    limitPerMember: limit?.per_member,
    limitPerDay: limit?.per_day,
  })),
  flows: file.flows ?? {},
  texts: file.texts ?? {},
  stores: file.stores.map(({ id }) => id),
  reminders: remindersOf(file),
  cap: file.messages && { max: file.messages.max, perDays: file.messages.per_days },
  manychat: manychatOf(file),
});

/** Reads a program file that was already parsed from YAML or JSON. Problems name every wrong value at once. */
export const readProgram = (raw: unknown): ReadProgram => {
  const parsed = programFile.safeParse(raw);
  if (!parsed.success) return { kind: 'broken', problems: problemsOf(parsed.error.issues) };
  const problems = crossProblems(parsed.data);
  return problems.length > 0
    ? { kind: 'broken', problems }
    : { kind: 'read', program: programOf(parsed.data), file: parsed.data };
};

/** More days than this between two messages, and people have forgotten the shop. */
const longInterval = 60;

/** What is allowed and seldom meant: said where a program is checked, and never in the way. */
export const programAdvice = ({ reminders, cap }: Program): Problem[] => [
  ...(reminders !== undefined && reminders.everyDays > longInterval
    ? [
        {
          path: 'reminders.every_days',
          message: `${reminders.everyDays} days are long: shops hear of themselves at least every ${longInterval} days`,
        },
      ]
    : []),
  ...(reminders?.quiet !== undefined &&
  reminders.spreadMinutes > 0 &&
  isQuiet(reminders.hour * 60 + reminders.spreadMinutes - 1, reminders.quiet)
    ? [
        {
          path: 'reminders.spread_minutes',
          message:
            'the spread reaches into the quiet hours: whom they cut off is written to a day later, each time',
        },
      ]
    : []),
  ...(cap !== undefined && reminders !== undefined && cap.perDays / cap.max > reminders.everyDays
    ? [
        {
          path: 'messages',
          message: `${cap.max} in ${cap.perDays} days are fewer than the reminders: some are skipped as capped`,
        },
      ]
    : []),
];

export const rewardIn = (program: Program, id: string): Reward | undefined =>
  program.rewards.find((reward) => reward.id === id);
