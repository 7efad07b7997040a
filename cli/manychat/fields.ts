/** What a ManyChat account must have for a program: the fields that we write, those that the guide's flows use, and the tag. */
import { fieldTypes } from '../../functions/jobs/send/content.ts';
import type { Field, FieldType } from '../../functions/ports/manychat.ts';

export interface WantedField extends Field {
  readonly type: FieldType;
  readonly description: string;
}

/** The fields that the sender writes, and what they are for. */
const ours: Readonly<Record<string, string>> = {
  loyalty_points: 'Points that can be spent now',
  loyalty_rewards_ready_names: 'Rewards that can be taken now',
  loyalty_next_reward: 'The cheapest reward that is not affordable yet',
  loyalty_points_to_next: 'Points that are missing for it',
  loyalty_rewards_won: 'Rewards taken so far',
  loyalty_tier: 'The tier of the member',
  loyalty_points_expiring: 'Points that expire next',
  loyalty_points_expire_on: 'The day on which they expire',
  loyalty_message: 'The sentence of the reminder, in the language of the contact',
  loyalty_send_id: 'Names the reminder that was sent last',
};

/** Fields that only flows write and read. `docs/manychat.md` says in which step. */
const flowsOwn: readonly WantedField[] = [
  { name: 'loyalty_result', type: 'text', description: 'What the last request came to; flows branch on it' },
  { name: 'loyalty_reply', type: 'text', description: 'The sentence of the last reply' },
  { name: 'loyalty_email', type: 'text', description: 'The e-mail that the contact typed' },
  { name: 'loyalty_order_number', type: 'text', description: 'The order number that the contact typed' },
  { name: 'loyalty_reward', type: 'text', description: 'The id of the reward to take; buttons write it' },
  { name: 'loyalty_coupon_code', type: 'text', description: 'The code of the coupon that was issued last' },
  { name: 'loyalty_coupon_url', type: 'text', description: 'Where that code is used' },
];

export const wantedFields: readonly WantedField[] = [
  ...Object.entries(fieldTypes).map(([name, type]) => ({ name, type, description: ours[name] ?? '' })),
  ...flowsOwn,
];

export const wantedTags: readonly string[] = ['loyalty_member'];
