/** What each key of a chat reply says, and each custom field that we write. */
import type { MemberCard } from '../../functions/chat/card.ts';

export const cardSays: Record<keyof MemberCard | 'ok' | 'result' | 'message' | 'replayed', string> = {
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

export const keySays: Readonly<Record<string, string>> = {
  order_number: 'The number as we keep it: `#1001` is `1001`. For a link, the number of its order.',
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
  coupon_code:
    'The code to be used in the shop; `none` for a manual reward, and while the shop still makes it.',
  coupon_url: 'The reward’s address in the shop; `none` if the program names none.',
  coupon_expires_on: 'The day on which the code expires, `YYYY-MM-DD`.',
  points_short: 'How many points are missing.',
  coupons: 'At most 10 of `{code, reward, reward_name, url, expires_on, status}`.',
  coupons_text: 'The same as one text.',
  stopped: 'The media that are stopped, such as `email, sms`; `none` if none is.',
};

/** The custom fields that we write by ourselves; each holds what the key of its name holds in a reply. */
export const fieldSays: Readonly<Record<string, string>> = {
  loyalty_points: 'what can be spent now',
  loyalty_rewards_ready_names:
    'the rewards that can be taken now, at most 5, then “+N”; `none` if there are none',
  loyalty_next_reward: 'the cheapest reward that is not affordable yet; `none` at the top',
  loyalty_points_to_next: 'what is missing for it; 0 if there is none',
  loyalty_rewards_won: 'rewards taken in this membership',
  loyalty_tier: 'always `none` in this version',
  loyalty_points_expiring: 'always 0 in this version',
  loyalty_points_expire_on: 'always `none` in this version',
  loyalty_message:
    'the ready sentence of the reminder, or of what changed without a chat, such as a refund; at most 640 characters',
  loyalty_send_id: 'the name of the message; goes back to `/v1/delivered`',
};
