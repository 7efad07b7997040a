/** English. Every sentence that a customer may read, as ICU messages; what they may be filled with stands in `args.ts`. */
export const en = {
  try_again: 'Something went wrong on our side. Please try again in a minute.',
  not_member: 'You are not a member yet. Join first, it takes only your e-mail.',
  too_many_attempts: 'That was a lot of tries. Please wait until the next full hour and try again.',

  'enroll.enrolled':
    'Welcome to {program}! {change_count, plural, =0 {You are in.} other {You start with {change}.}} {outlook}',
  'enroll.already_member': 'You are a member already. You have {points}.',
  'enroll.email_needed': 'Which e-mail do you use in our shop? We need it to find your orders.',
  'enroll.email_invalid': 'That does not look like an e-mail address. Please check it and send it again.',
  'enroll.email_in_use': 'We cannot use that e-mail here. Please check it, or ask the shop for help.',
  'leave.left': 'You have left {program}. Your points are gone; coupons that you have stay valid.',

  'order.order_number_needed': 'What is the number of your order? You find it in the shop’s e-mail.',
  'order.link_needed':
    'Please open the link in the shop’s e-mail about your order: it claims the points for you.',
  'order.link_expired':
    'That link has expired. Please send us the number of your order, or ask the shop for help.',
  'order.not_found':
    'We cannot find that order under your e-mail. Please check the number. Only orders placed with the e-mail you joined with count.',
  'order.claimed_by_other': 'Points for that order were given already.',
  'order.not_paid': 'Order {order} is not paid yet. Try again once it is: it is worth {worth}.',
  'order.cancelled': 'Order {order} was cancelled, so it earns nothing.',
  'order.refunded': 'Order {order} was refunded, so it earns nothing.',
  'order.too_old': 'Order {order} is too old to earn points.',
  'order.wrong_currency': 'Order {order} was paid in another currency, so it earns nothing here.',
  'order.store_unavailable': 'The shop does not answer just now. Please try again in a few minutes.',
  'verify.valid': 'Order {order} over {total} is worth {worth}. Shall we credit it?',
  'verify.already_claimed': 'You have your points for order {order} already: {worth}.',
  'claim.credited':
    'Thank you! Order {order} over {total} earned you {worth}. You have {points} now. {outlook}',
  'claim.already_claimed': 'You have your points for order {order} already: {worth}. You have {points}.',

  'credit.credited': 'Thank you! You earned {change}. You have {points} now. {outlook}',
  'credit.already_credited': 'You have your points for this already. You have {points}.',
  'credit.limit_reached': 'You have earned all there is for this, for now. You have {points}.',
  'credit.activity_unknown': 'This earns no points at the moment.',
  'credit.key_reused': 'This was counted for something else already.',

  'balance.ok': 'You have {points}. {outlook}',
  'balance.debt':
    'You have {points}. After a refund {debt} are still open; they are taken off what you earn next.',
  'outlook.ready': 'You can take {ready_count, plural, one {a reward} other {# rewards}}: {ready_names}.',
  'outlook.next': 'Only {to_next} more for: {next_reward}.',

  'history.ok': 'Your last entries:',
  'history.empty': 'There is nothing in your history yet.',
  'entry.line': '{day}: {text}',
  'entry.signup': '{points_count, plural, =0 {joined → {points}} other {welcome bonus → {points}}}',
  'entry.order': 'order {order}: {total} → {points}',
  'entry.refund':
    'order {order}: {reason, select, moved {passed to the owner of its e-mail} cancelled {cancelled} lowered {changed, {total} remain} other {refunded, {total} remain}} → {points}',
  'entry.activity': 'activity {activity} → {points}',
  'entry.redemption': 'reward {reward} → {points}',
  'entry.reversal':
    'reward {reward} {reason, select, failed {could not be made} expired {expired} refused {not possible} other {cancelled}}, points back → {points}',
  'entry.capture': 'reward {reward} used → {points}',
  'entry.late_use': 'reward {reward} used after its points had come back → {points}',
  'entry.email_moved':
    '{points_count, plural, =0 {e-mail proven by its owner → {points}} other {welcome bonus: the e-mail was proven by its owner → {points}}}',
  'entry.adjustment': 'corrected by the shop → {points}',
  'entry.leave': 'left the program → {points}',

  'rewards.ok': 'You have {points}. These are your rewards:',
  'rewards.empty': 'There are no rewards at the moment.',
  'rewards.page': 'Page {page} of {pages}',
  'rewards.take': 'Which one would you like?',
  'reward.line': '{number}. {reward}: {status}',
  'reward.ready': '{cost}, yours to take',
  'reward.short': '{cost}, {short} to go',
  'reward.gone': '{cost}, not available now',

  'redeem.issued':
    'Here you are! {reward}: use the code {code} in the shop until {expires_on}. You have {points} left.',
  'redeem.already_issued':
    '{reward}: your code is {code}. {status, select, used {It was used already.} cancelled {It was cancelled.} expired {It expired on {expires_on}.} other {Use it until {expires_on}.}}',
  'redeem.already_requested': '{reward}: you asked for it already, and the shop takes care of it.',
  'redeem.pending': '{reward}: the shop is making your code. Tap again in a minute to see it.',
  'redeem.requested': 'Done! {reward}: the shop takes care of it and writes to you. You have {points} left.',
  'redeem.not_enough_points': '{reward} costs {cost}. You need {short} more.',
  'redeem.reward_unknown': 'We do not know that reward. Have a look at the list.',
  'redeem.reward_unavailable': '{reward} is not available at the moment.',
  'redeem.sold_out': '{reward} is sold out. Your points are still yours.',
  'redeem.limit_reached': 'You have taken {reward} as often as you can.',
  'redeem.reward_needed': 'Which reward would you like?',
  'redeem.key_reused': 'This request was used for another reward already. Please choose again.',

  'coupons.ok': 'Your coupons:',
  'coupons.empty': 'You have no coupons yet.',
  'coupon.line':
    '{reward}: {code}, {status, select, used {used} expired {expired on {expires_on}} cancelled {cancelled} other {valid until {expires_on}}}',

  'preferences.stopped': 'Done: no more messages from {program} by {stopped}. You keep your points.',
  'preferences.started':
    'Welcome back! {stopped_count, plural, =0 {You get messages from {program} again.} other {Messages stay off by {stopped}.}}',
  'preferences.ok':
    '{stopped_count, plural, =0 {You get messages from {program}. Write STOP to end them.} other {Messages are off by {stopped}. Write START to get them again.}}',
  'preferences.not_understood': 'Write STOP to get no more messages, or START to get them again.',
  'medium.email': 'e-mail',
  'medium.sms': 'text message',
  'medium.messenger': 'Messenger',
  'medium.instagram': 'Instagram',
  'medium.whatsapp': 'WhatsApp',
  'medium.telegram': 'Telegram',
  'delivered.confirmed': 'Thank you, noted.',
  'delivered.unknown_send': 'We know no such message.',

  'reminder.message': '{program}: {points_line} {ready_line} {next_line} {won_line}',
  'reminder.points': '{points_count, plural, =0 {You have no points yet.} other {You have {points}.}}',
  'reminder.debt': 'You have no points: after a refund {debt} are still open.',
  'reminder.ready':
    '{ready_count, plural, =0 {No reward is within reach yet.} one {You can take: {ready_names}.} other {You can take # rewards: {ready_names}.}}',
  'reminder.next': 'Only {to_next} more for: {next_reward}.',
  'reminder.top': 'There is no reward that is out of your reach.',
  'reminder.won':
    '{won_count, plural, =0 {You have not taken a reward so far.} one {You have taken one reward so far.} other {You have taken # rewards so far.}}',

  'news.refund':
    '{reason, select, moved {Order {order} counts for the owner of its e-mail now} cancelled {Order {order} was cancelled} lowered {The total of order {order} was lowered} other {Order {order} was refunded}}, so we took {change} back.',
  'news.reversal':
    '{reason, select, failed {{reward} could not be made} expired {Your coupon for {reward} expired unused} refused {The shop cannot give you {reward}} other {The shop cancelled {reward}}}. You have your {change} back.',
  'news.late_use':
    'Your coupon for {reward} was used after its points had come back, so we took {change} again.',
  'news.email_moved':
    'An e-mail of yours was proven by its owner, so we took the welcome bonus of {change} back.',
  'news.coupon': 'Your coupon for {reward} is ready: {code}, valid until {expires_on}.',
  'news.points': '{points_count, plural, =0 {You have no points now.} other {You have {points}.}}',
  'news.debt': 'You have no points now: {debt} are still open and come off what you earn next.',

  'button.take': 'Take it',
  'button.more': 'More',
  'button.shop': 'Open the shop',
  'quick.rewards': 'Rewards',
  'quick.balance': 'My points',
  'quick.claim': 'Claim an order',
  'list.more': '+{count}',
} as const;
