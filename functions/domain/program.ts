/** The program: what earns, what rewards cost, and in which words. Parsed once, trusted inside. */
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
import { type Problem, problemsOf } from './problems.ts';
import { type ProgramFile, programFile, type RewardFile, type StoreFile } from './program-file.ts';
import { crossProblems, makerOf } from './program-rules.ts';
import { type MessageCap, quietOf, type Reminders } from './reminder-terms.ts';
import type { Store } from './store.ts';

export interface Reward {
  readonly id: RewardId;
  readonly name: Localized<string>;
  readonly points: number;
  readonly benefit: Benefit;
  /** The shop that makes its coupons; undefined where the code is ours alone. */
  readonly store: StoreId | undefined;
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
  /** So many purchases of one day earn, where purchases are counted; undefined where money earns. */
  readonly purchasesPerDay: number | undefined;
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
  readonly requireProof: boolean;
  readonly expiredCoupon: 'forfeit' | 'return_points';
  readonly stores: readonly Store[];
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

export type ReadProgram =
  | { readonly kind: 'read'; readonly program: Program; readonly file: ProgramFile }
  | { readonly kind: 'broken'; readonly problems: readonly Problem[] };

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

const rewardOf = (reward: RewardFile, file: ProgramFile): Reward => {
  const code = file.currency;
  const terms = { ...defaultTerms, ...('coupon' in reward ? reward.coupon : {}) };
  return {
    id: reward.id,
    name: reward.name,
    points: reward.points,
    benefit: benefitOf(reward, code),
    store: makerOf(reward, file)?.id,
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

const storeOf = (store: StoreFile): Store =>
  store.kind === 'pushed'
    ? { id: store.id, kind: 'pushed' }
    : {
        id: store.id,
        kind: store.kind,
        url: store.url.replace(/\/+$/, ''),
        makesCoupons: store.kind !== 'site' || (store.coupons ?? true),
        creditOn: store.kind === 'woocommerce' ? (store.credit_on ?? 'paid') : 'paid',
        links: store.kind !== 'vendure' && (store.links ?? false),
      };

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
      : {
          per: 'purchase',
          points: file.earn.points,
          ...(file.earn.min_order === undefined
            ? {}
            : { minMinor: parseMoney(file.earn.min_order, file.currency) ?? 0 }),
        },
  purchasesPerDay: file.earn.per === 'purchase' ? (file.earn.per_day ?? 1) : undefined,
  basis: file.earn.per === 'amount' ? file.earn.basis : 'total',
  maxAgeDays: file.claims.max_age_days,
  attemptsPerHour: file.claims.attempts_per_hour,
  signedLinksOnly: file.claims.signed_links_only ?? false,
  requireProof: file.claims.require_proof ?? false,
  rewards: file.rewards.map((reward) => rewardOf(reward, file)),
  repeatMinutes: file.redeem.repeat_minutes,
  capture: file.redeem.capture ?? 'issue',
  expiredCoupon: file.redeem.expired_coupon ?? 'forfeit',
  activities: (file.activities ?? []).map(({ id, points, limit }) => ({
    id,
    points,
    limitPerMember: limit?.per_member,
    limitPerDay: limit?.per_day,
  })),
  flows: file.flows ?? {},
  texts: file.texts ?? {},
  stores: file.stores.map(storeOf),
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

export const rewardIn = (program: Program, id: string): Reward | undefined =>
  program.rewards.find((reward) => reward.id === id);
