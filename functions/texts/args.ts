/** What sentences may be filled with. A program's own sentences may use the same. */
import type { en } from './en.ts';

export type TextKey = keyof typeof en;
export type Catalogue = Readonly<Record<TextKey, string>>;

/** Texts arrive ready: amounts with their unit, days and money in the customer's form. `*_count` are the bare numbers. */
export interface Args {
  readonly program?: string;
  readonly points?: string;
  readonly points_count?: number;
  readonly change?: string;
  readonly change_count?: number;
  readonly debt?: string;
  readonly outlook?: string;
  readonly ready_count?: number;
  readonly ready_names?: string;
  readonly next_reward?: string;
  readonly to_next?: string;
  readonly order?: string;
  readonly total?: string;
  readonly worth?: string;
  readonly activity?: string;
  readonly reward?: string;
  readonly reason?: string;
  readonly code?: string;
  readonly expires_on?: string;
  readonly status?: string;
  readonly cost?: string;
  readonly short?: string;
  readonly day?: string;
  readonly text?: string;
  readonly number?: number;
  readonly page?: number;
  readonly pages?: number;
  readonly count?: number;
  readonly stopped?: string;
  readonly stopped_count?: number;
  readonly points_line?: string;
  readonly ready_line?: string;
  readonly next_line?: string;
  readonly won_line?: string;
  readonly won_count?: number;
}

export type ArgName = keyof Args;

/** All names, in the order in which they are explained. */
export const argNames: readonly ArgName[] = [
  'program',
  'points',
  'points_count',
  'change',
  'change_count',
  'debt',
  'outlook',
  'ready_count',
  'ready_names',
  'next_reward',
  'to_next',
  'order',
  'total',
  'worth',
  'activity',
  'reward',
  'reason',
  'code',
  'expires_on',
  'status',
  'cost',
  'short',
  'day',
  'text',
  'number',
  'page',
  'pages',
  'count',
  'stopped',
  'stopped_count',
  'points_line',
  'ready_line',
  'next_line',
  'won_line',
  'won_count',
];

/** Arguments that are numbers, fit for plurals; all others are ready texts. */
export const numericArgs: ReadonlySet<string> = new Set<ArgName>([
  'points_count',
  'change_count',
  'ready_count',
  'number',
  'page',
  'pages',
  'count',
  'stopped_count',
  'won_count',
]);

const membership: readonly ArgName[] = ['points', 'change', 'change_count', 'outlook'];
const order: readonly ArgName[] = ['order', 'total', 'worth', 'points', 'outlook'];
const balance: readonly ArgName[] = ['points', 'points_count', 'debt', 'outlook'];
const entry: readonly ArgName[] = ['points', 'points_count'];
const redeem: readonly ArgName[] = ['reward', 'cost', 'short', 'points', 'code', 'expires_on', 'status'];

/** What the sentences of a group are filled with, by the first part of their key. */
const groups: Readonly<Record<string, readonly ArgName[]>> = {
  enroll: membership,
  credit: membership,
  order,
  verify: order,
  claim: order,
  balance,
  entry,
  redeem,
  preferences: ['stopped', 'stopped_count'],
};

/** What single sentences are filled with. */
const single: { readonly [key in TextKey]?: readonly ArgName[] } = {
  'outlook.ready': ['ready_count', 'ready_names'],
  'outlook.next': ['to_next', 'next_reward'],
  'entry.line': ['day', 'text'],
  'entry.order': [...entry, 'order', 'total'],
  'entry.refund': [...entry, 'order', 'total', 'reason'],
  'entry.activity': [...entry, 'activity'],
  'entry.redemption': [...entry, 'reward'],
  'entry.reversal': [...entry, 'reward', 'reason'],
  'entry.capture': [...entry, 'reward'],
  'entry.late_use': [...entry, 'reward'],
  'rewards.ok': ['points'],
  'rewards.empty': ['points'],
  'rewards.page': ['page', 'pages'],
  'reward.line': ['number', 'reward', 'status'],
  'reward.ready': ['cost'],
  'reward.short': ['cost', 'short'],
  'reward.gone': ['cost'],
  'coupon.line': ['code', 'reward', 'expires_on', 'status'],
  'list.more': ['count'],
  'reminder.message': ['points_line', 'ready_line', 'next_line', 'won_line'],
  'reminder.points': ['points', 'points_count'],
  'reminder.debt': ['debt'],
  'reminder.ready': ['ready_count', 'ready_names'],
  'reminder.next': ['to_next', 'next_reward'],
  'reminder.won': ['won_count'],
  'news.refund': ['order', 'reason', 'change'],
  'news.reversal': ['reward', 'reason', 'change'],
  'news.late_use': ['reward', 'change'],
  'news.email_moved': ['change'],
  'news.coupon': ['reward', 'code', 'expires_on'],
  'news.points': ['points', 'points_count'],
  'news.debt': ['debt'],
};

/** What a program's own sentence may be filled with, so that one with another argument is refused before it is in force. */
export const argsOf = (key: TextKey): readonly ArgName[] => [
  'program',
  ...(single[key] ?? groups[key.split('.')[0] ?? ''] ?? []),
];
