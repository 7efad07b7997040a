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
}

/** The names, so that a program's own sentence with a misspelt one is refused before it is in force. */
export const argNames: readonly (keyof Args)[] = [
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
];
