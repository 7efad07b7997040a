/** The four programs of the simulated year: different in all that a reminder goes by, and all on one ManyChat account. */
import { type ProgramFile, programFile } from '../../functions/domain/program-file.ts';

/** A program as the reference model knows it: read off the table below, not off the product's own reading of a file. */
export interface Terms {
  readonly id: string;
  readonly zone: string;
  readonly channel: 'email' | 'sms' | 'messenger';
  readonly everyDays: number;
  readonly hour: number;
  readonly spread: number;
  /** `HH:MM` */
  readonly quiet?: { readonly from: string; readonly to: string };
  readonly clock: 'program' | 'member';
  readonly postponed: boolean;
  readonly cap?: { readonly max: number; readonly perDays: number };
  /** Of every twenty customers so many are this program's. */
  readonly customers: number;
  /** Nobody can join before this day of the year; then everybody does at once who bought before. */
  readonly opensOnDay: number;
}

export const programs: readonly [Terms, ...Terms[]] = [
  {
    // At night, where the clock leaps and repeats an hour.
    id: 'sim-night',
    customers: 3,
    zone: 'America/Los_Angeles',
    channel: 'email',
    everyDays: 28,
    hour: 1,
    spread: 120,
    clock: 'program',
    postponed: false,
    opensOnDay: 0,
  },
  {
    // A crowd that runs into the quiet hours: all are due at the same instant, and a cap as long as three periods meets it to the
    // millisecond.
    id: 'sim-noon',
    customers: 11,
    zone: 'Europe/Berlin',
    channel: 'sms',
    everyDays: 28,
    hour: 12,
    spread: 0,
    quiet: { from: '12:01', to: '08:00' },
    clock: 'program',
    postponed: false,
    cap: { max: 2, perDays: 84 },
    opensOnDay: 75,
  },
  {
    // Within the day after a chat only, off the hours of the night, and later for who was active.
    id: 'sim-talk',
    customers: 3,
    zone: 'Australia/Sydney',
    channel: 'messenger',
    everyDays: 21,
    hour: 19,
    spread: 90,
    quiet: { from: '20:00', to: '09:30' },
    clock: 'program',
    postponed: true,
    opensOnDay: 0,
  },
  {
    // On each member's own clock.
    id: 'sim-home',
    customers: 3,
    zone: 'America/New_York',
    channel: 'email',
    everyDays: 24,
    hour: 20,
    spread: 90,
    quiet: { from: '21:00', to: '09:00' },
    clock: 'member',
    postponed: false,
    cap: { max: 1, perDays: 10 },
    opensOnDay: 0,
  },
];

export const account = 'simulated';
/** Calls a second; of all programs, since they share the account. */
export const pace = { send_flow: 18, write: 9 };
export const bonus = 50;
export const store = 'shop';
export const rewards = [
  { id: 'small', points: 60 },
  { id: 'middle', points: 150 },
  { id: 'large', points: 400 },
] as const;
export type RewardName = (typeof rewards)[number]['id'];

/** ManyChat's name for a program's flow. */
export const flowOf = ({ id }: Terms): string => `content_${id.replaceAll('-', '_')}`;

const reward = ({ id, points }: (typeof rewards)[number]) => ({
  id,
  points,
  name: { en: `A ${id} gift`, ko: `선물 ${id}`, tr: `Hediye ${id}` },
  kind: 'product',
  products: [id],
  url: `https://shop.example/${id}`,
  coupon: { prefix: 'SIM', expires_after_days: 3650 },
});

/** A program as its owner writes it. */
export const fileOf = (terms: Terms, currency: string): ProgramFile =>
  programFile.parse({
    program: terms.id,
    name: terms.id,
    currency,
    timezone: terms.zone,
    language: 'en',
    points: { name: { en: { one: 'point', other: 'points' } } },
    signup_bonus: bonus,
    earn: { per: 'amount', points: 1, unit: '1', basis: 'total' },
    claims: { max_age_days: 1_000_000, attempts_per_hour: 10 },
    rewards: rewards.map(reward),
    redeem: { repeat_minutes: 0 },
    reminders: {
      every_days: terms.everyDays,
      hour: terms.hour,
      flow: flowOf(terms),
      channel: terms.channel,
      spread_minutes: terms.spread,
      ...(terms.quiet === undefined ? {} : { quiet: terms.quiet }),
      clock: terms.clock,
      postponed_by_activity: terms.postponed,
    },
    manychat: { account, pace },
    ...(terms.cap === undefined ? {} : { messages: { max: terms.cap.max, per_days: terms.cap.perDays } }),
    stores: [{ id: store, kind: 'pushed' }],
  });
