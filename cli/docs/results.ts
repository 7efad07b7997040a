/** What each result of each chat route means. */
import type * as balance from '../../functions/chat/balance/contract.ts';
import type * as claimOrder from '../../functions/chat/claim-order/contract.ts';
import type * as coupons from '../../functions/chat/coupons/contract.ts';
import type * as credit from '../../functions/chat/credit/contract.ts';
import type * as delivered from '../../functions/chat/delivered/contract.ts';
import type * as enroll from '../../functions/chat/enroll/contract.ts';
import type * as history from '../../functions/chat/history/contract.ts';
import type * as leave from '../../functions/chat/leave/contract.ts';
import type * as preferences from '../../functions/chat/preferences/contract.ts';
import type * as redeem from '../../functions/chat/redeem/contract.ts';
import type * as rewards from '../../functions/chat/rewards/contract.ts';
import type * as verifyOrder from '../../functions/chat/verify-order/contract.ts';

/** What a result means, and whether the customer got what they asked for. */
export interface Meaning {
  readonly ok: boolean;
  readonly says: string;
}
const yes = (says: string): Meaning => ({ ok: true, says });
const no = (says: string): Meaning => ({ ok: false, says });

const refusals = {
  already_claimed: yes('This member claimed the order before; `order_points` is what it was credited then.'),
  claimed_by_other: no('The order is under this member’s e-mail, but another contact claimed it first.'),
  not_found: no(
    'No order of that number under this member’s e-mail. Somebody else’s order gets the same answer. Counts as a failed try.',
  ),
  not_paid: no(
    'The order waits for its payment. Claim again later; `order_points` is what it will be worth.',
  ),
  cancelled: no('The order was cancelled and earns nothing.'),
  refunded: no('The order was refunded in full and earns nothing.'),
  too_old: no('The order is older than the program’s `claims.max_age_days`.'),
  wrong_currency: no('The order was paid in another currency than the program’s.'),
  too_many_attempts: no('Too many failed tries of this contact: closed until the next full hour.'),
  order_number_needed: no(
    'No order number came along: ask for it and call again. Or the program takes only the link from the order’s mail, and a bare number came; `message` says which.',
  ),
  store_unavailable: no(
    'The shop does not answer just now. Nothing was written, and it is no failed try: call again in a few minutes.',
  ),
};

/** Each result of each chat route; a result that a contract gains or loses fails the type check here. */
export const meanings = {
  enroll: {
    enrolled: yes('Joined. `points_change` is the signup bonus; 0 where it was paid before.'),
    already_member: yes('Was a member already; nothing changed.'),
    email_needed: no('No e-mail came along. Ask for it and call again.'),
    email_invalid: no('What came along is no e-mail address. Ask again.'),
    email_in_use: no('Another contact joined with that e-mail. Nothing moved. Counts as a failed try.'),
    too_many_attempts: no('Too many failed tries of this contact: closed until the next full hour.'),
  } satisfies Record<(typeof enroll.results)[number], Meaning>,
  leave: {
    left: yes('Left. `points_change` says what was forfeited; the card is that of a non-member.'),
  } satisfies Record<(typeof leave.results)[number], Meaning>,
  'verify-order': {
    valid: yes('The order can be claimed; `order_points` is what it is worth. Nothing moved.'),
    ...refusals,
  } satisfies Record<(typeof verifyOrder.results)[number], Meaning>,
  'claim-order': {
    credited: yes('The points are on the balance; `order_points` says how many.'),
    ...refusals,
  } satisfies Record<(typeof claimOrder.results)[number], Meaning>,
  credit: {
    credited: yes('The activity’s points are on the balance.'),
    already_credited: yes('This `key` was credited before; nothing changed.'),
    limit_reached: no('The member did this as often as the program pays for it, today or in all.'),
    activity_unknown: no('The program has no such activity.'),
    key_reused: no('This `key` was used for another activity.'),
  } satisfies Record<(typeof credit.results)[number], Meaning>,
  balance: { ok: yes('The card says it all.') } satisfies Record<(typeof balance.results)[number], Meaning>,
  history: { ok: yes('The last lines of the ledger.') } satisfies Record<
    (typeof history.results)[number],
    Meaning
  >,
  rewards: { ok: yes('A page of the rewards.') } satisfies Record<(typeof rewards.results)[number], Meaning>,
  redeem: {
    issued: yes('The points are spent and `coupon_code` is the code.'),
    already_issued: yes('A repeat: the same code as before, and nothing spent again.'),
    requested: yes(
      'A manual reward: the points are spent, and the owner has a task. `coupon_code` is `none`.',
    ),
    pending: yes(
      'The points are held, and the shop is still making the code: `coupon_code` is `none`. The same request a minute later answers it, or the points come back.',
    ),
    not_enough_points: no('`points_short` says how many are missing.'),
    reward_unknown: no('The program has no reward of that id.'),
    reward_unavailable: no('The reward is switched off, or outside its first and last day.'),
    sold_out: no('Its stock or its pool of codes is empty.'),
    limit_reached: no('The member took it as often as they may.'),
    reward_needed: no('No reward id came along.'),
    key_reused: no('This `request_id` was used for another reward.'),
  } satisfies Record<(typeof redeem.results)[number], Meaning>,
  coupons: { ok: yes('The coupons, usable ones first.') } satisfies Record<
    (typeof coupons.results)[number],
    Meaning
  >,
  preferences: {
    stopped: yes(
      'No message goes out by these media any more, from now on. `replayed` where it was so already.',
    ),
    started: yes('Messages go out again; what the pause left out is not sent afterwards.'),
    ok: yes('`action` was `status`: nothing changed, `stopped` says what is off.'),
    not_understood: no('Neither a known `action`, nor one of the words alone in `text`. Nothing changed.'),
  } satisfies Record<(typeof preferences.results)[number], Meaning>,
  delivered: {
    confirmed: yes('The message is noted as arrived. `replayed` where it was noted already.'),
    unknown_send: no('The last message to this contact went out under another id, or there was none.'),
  } satisfies Record<(typeof delivered.results)[number], Meaning>,
};
