/** Korean. */
import type { Catalogue } from './args.ts';

export const ko: Catalogue = {
  try_again: '일시적인 문제가 생겼어요. 잠시 후 다시 시도해 주세요.',
  not_member: '아직 회원이 아니에요. 이메일만 알려 주시면 바로 가입할 수 있어요.',
  too_many_attempts: '시도가 너무 많았어요. 다음 정각 이후에 다시 시도해 주세요.',

  'enroll.enrolled':
    '{program}에 오신 것을 환영해요! {change_count, plural, =0 {가입이 완료되었어요.} other {시작 선물로 {change}를 드렸어요.}} {outlook}',
  'enroll.already_member': '이미 회원이세요. 현재 {points}가 있어요.',
  'enroll.email_needed': '쇼핑몰에서 사용하시는 이메일을 알려 주세요. 주문을 찾는 데 필요해요.',
  'enroll.email_invalid': '이메일 주소가 올바르지 않은 것 같아요. 확인 후 다시 보내 주세요.',
  'enroll.email_in_use': '이 이메일은 사용할 수 없어요. 다시 확인하시거나 쇼핑몰에 문의해 주세요.',
  'leave.left': '{program}에서 탈퇴하셨어요. 포인트는 사라졌지만 받으신 쿠폰은 계속 사용할 수 있어요.',

  'order.order_number_needed': '주문 번호가 무엇인가요? 쇼핑몰에서 보낸 이메일에 있어요.',
  'order.link_needed': '주문에 대한 쇼핑몰 이메일 속 링크를 열어 주세요. 포인트가 바로 적립됩니다.',
  'order.link_expired': '링크가 만료되었어요. 주문 번호를 보내 주시거나 쇼핑몰에 문의해 주세요.',
  'order.not_found':
    '회원님의 이메일로 된 주문을 찾을 수 없어요. 번호를 확인해 주세요. 가입하신 이메일로 주문한 것만 적립돼요.',
  'order.claimed_by_other': '이미 포인트가 적립된 주문이에요.',
  'order.not_paid':
    '주문 {order}은(는) 아직 결제되지 않았어요. 결제 후 다시 시도해 주세요: {worth}를 받을 수 있어요.',
  'order.cancelled': '주문 {order}은(는) 취소되어 적립되지 않아요.',
  'order.refunded': '주문 {order}은(는) 환불되어 적립되지 않아요.',
  'order.too_old': '주문 {order}은(는) 너무 오래되어 적립할 수 없어요.',
  'order.wrong_currency': '주문 {order}은(는) 다른 통화로 결제되어 적립되지 않아요.',
  'order.store_unavailable': '지금은 쇼핑몰이 응답하지 않아요. 몇 분 후 다시 시도해 주세요.',
  'verify.valid': '주문 {order} ({total})은(는) {worth}의 가치가 있어요. 적립할까요?',
  'verify.already_claimed': '주문 {order}의 포인트는 이미 받으셨어요: {worth}.',
  'claim.credited':
    '감사합니다! 주문 {order} ({total})으로 {worth}를 받으셨어요. 현재 {points}가 있어요. {outlook}',
  'claim.already_claimed': '주문 {order}의 포인트는 이미 받으셨어요: {worth}. 현재 {points}가 있어요.',

  'credit.credited': '감사합니다! {change}를 받으셨어요. 현재 {points}가 있어요. {outlook}',
  'credit.already_credited': '이미 적립된 활동이에요. 현재 {points}가 있어요.',
  'credit.limit_reached': '지금은 더 적립할 수 없어요. 현재 {points}가 있어요.',
  'credit.activity_unknown': '지금은 적립되지 않는 활동이에요.',
  'credit.key_reused': '이미 다른 활동으로 처리된 요청이에요.',

  'balance.ok': '현재 {points}가 있어요. {outlook}',
  'balance.debt': '현재 {points}가 있어요. 환불 후 {debt}가 남아 있어서 다음 적립에서 먼저 빠져요.',
  'outlook.ready': '받을 수 있는 선물이 {ready_count, plural, other {#개}} 있어요: {ready_names}.',
  'outlook.next': '{to_next}만 더 모으면: {next_reward}.',

  'history.ok': '최근 내역이에요:',
  'history.empty': '아직 내역이 없어요.',
  'entry.line': '{day}: {text}',
  'entry.signup': '{points_count, plural, =0 {가입 → {points}} other {가입 보너스 → {points}}}',
  'entry.order': '주문 {order}: {total} → {points}',
  'entry.refund':
    '주문 {order}: {reason, select, moved {이메일 주인에게 이전} cancelled {취소} lowered {변경, 남은 금액 {total}} other {환불, 남은 금액 {total}}} → {points}',
  'entry.activity': '활동 {activity} → {points}',
  'entry.redemption': '선물 {reward} → {points}',
  'entry.reversal':
    '선물 {reward} {reason, select, failed {발급 실패} expired {기간 만료} refused {제공 불가} other {취소}}, 포인트 반환 → {points}',
  'entry.capture': '선물 {reward} 사용 → {points}',
  'entry.late_use': '포인트 반환 후 선물 {reward} 사용 → {points}',
  'entry.email_moved':
    '{points_count, plural, =0 {이메일 실제 주인 확인 → {points}} other {가입 보너스: 이메일 실제 주인 확인 → {points}}}',
  'entry.adjustment': '쇼핑몰에서 정정 → {points}',
  'entry.leave': '탈퇴 → {points}',

  'rewards.ok': '현재 {points}가 있어요. 선물 목록이에요:',
  'rewards.empty': '지금은 선물이 없어요.',
  'rewards.page': '{pages}쪽 중 {page}쪽',
  'rewards.take': '어떤 선물을 받으시겠어요?',
  'reward.line': '{number}. {reward}: {status}',
  'reward.ready': '{cost}, 지금 받을 수 있어요',
  'reward.short': '{cost}, {short} 더 필요해요',
  'reward.gone': '{cost}, 지금은 받을 수 없어요',

  'redeem.issued':
    '여기 있어요! {reward}: {expires_on}까지 쇼핑몰에서 코드 {code}를 사용하세요. {points}가 남았어요.',
  'redeem.already_issued':
    '{reward}: 코드는 {code}예요. {status, select, used {이미 사용되었어요.} cancelled {취소되었어요.} expired {{expires_on}에 만료되었어요.} other {{expires_on}까지 사용하세요.}}',
  'redeem.already_requested': '{reward}: 이미 신청하셨고 쇼핑몰에서 준비하고 있어요.',
  'redeem.pending': '{reward}: 쇼핑몰에서 코드를 만들고 있어요. 잠시 후 다시 눌러 주세요.',
  'redeem.requested': '신청되었어요! {reward}: 쇼핑몰에서 준비해 연락드릴게요. {points}가 남았어요.',
  'redeem.not_enough_points': '{reward}에는 {cost}가 필요해요. {short} 더 모아 주세요.',
  'redeem.reward_unknown': '알 수 없는 선물이에요. 목록을 확인해 주세요.',
  'redeem.reward_unavailable': '{reward}은(는) 지금 받을 수 없어요.',
  'redeem.sold_out': '{reward}은(는) 모두 소진되었어요. 포인트는 그대로예요.',
  'redeem.limit_reached': '{reward}은(는) 받을 수 있는 횟수를 모두 사용하셨어요.',
  'redeem.reward_needed': '어떤 선물을 받으시겠어요?',
  'redeem.key_reused': '이 요청은 이미 다른 선물에 사용되었어요. 다시 선택해 주세요.',

  'coupons.ok': '내 쿠폰이에요:',
  'coupons.empty': '아직 쿠폰이 없어요.',
  'coupon.line':
    '{reward}: {code}, {status, select, used {사용 완료} expired {{expires_on} 만료} cancelled {취소} other {{expires_on}까지}}',

  'preferences.stopped':
    '처리했습니다. {program}의 메시지를 더 이상 보내지 않습니다: {stopped}. 포인트는 그대로 유지됩니다.',
  'preferences.started':
    '다시 오신 것을 환영합니다! {stopped_count, plural, =0 {{program}의 메시지를 다시 보내 드립니다.} other {다음 수신은 계속 중지됩니다: {stopped}.}}',
  'preferences.ok':
    '{stopped_count, plural, =0 {{program}의 메시지를 받고 계십니다. 그만 받으시려면 수신거부라고 보내 주세요.} other {수신이 중지되어 있습니다: {stopped}. 다시 받으시려면 시작이라고 보내 주세요.}}',
  'preferences.not_understood': '메시지를 그만 받으시려면 수신거부, 다시 받으시려면 시작이라고 보내 주세요.',
  'medium.email': '이메일',
  'medium.sms': '문자',
  'medium.messenger': '메신저',
  'medium.instagram': '인스타그램',
  'medium.whatsapp': '왓츠앱',
  'medium.telegram': '텔레그램',
  'delivered.confirmed': '확인했습니다. 감사합니다.',
  'delivered.unknown_send': '해당 메시지를 찾을 수 없습니다.',

  'reminder.message': '{program}: {points_line} {ready_line} {next_line} {won_line}',
  'reminder.points':
    '{points_count, plural, =0 {아직 모은 포인트가 없습니다.} other {현재 {points}가 있습니다.}}',
  'reminder.debt': '사용할 수 있는 포인트가 없습니다. 환불로 {debt}가 남아 있습니다.',
  'reminder.ready':
    '{ready_count, plural, =0 {아직 받을 수 있는 리워드가 없습니다.} other {받을 수 있는 리워드 #개: {ready_names}.}}',
  'reminder.next': '{next_reward}까지 {to_next} 남았습니다.',
  'reminder.top': '모든 리워드를 받을 수 있는 포인트입니다.',
  'reminder.won':
    '{won_count, plural, =0 {지금까지 받은 리워드는 없습니다.} other {지금까지 받은 리워드는 #개입니다.}}',

  'news.refund':
    '{reason, select, moved {주문 {order}이(가) 이메일 주인에게 이전되어} cancelled {주문 {order}이(가) 취소되어} lowered {주문 {order}의 금액이 줄어} other {주문 {order}이(가) 환불되어}} {change}가 차감되었어요.',
  'news.reversal':
    '{reason, select, failed {{reward}을(를) 발급하지 못해} expired {{reward} 쿠폰이 사용되지 않고 만료되어} refused {쇼핑몰에서 {reward}을(를) 드릴 수 없어} other {쇼핑몰에서 {reward}을(를) 취소하여}} {change}를 돌려드렸어요.',
  'news.late_use': '포인트를 돌려드린 뒤 {reward} 쿠폰이 사용되어 {change}가 다시 차감되었어요.',
  'news.email_moved': '등록하신 이메일의 실제 주인이 확인되어 가입 보너스 {change}가 차감되었어요.',
  'news.coupon': '{reward} 쿠폰이 준비되었어요: {code}, {expires_on}까지 사용하세요.',
  'news.points': '{points_count, plural, =0 {지금은 포인트가 없어요.} other {현재 {points}가 있어요.}}',
  'news.debt': '지금은 포인트가 없어요. {debt}가 남아 있어서 다음 적립에서 먼저 빠져요.',

  'button.take': '받기',
  'button.more': '더 보기',
  'button.shop': '쇼핑몰 열기',
  'quick.rewards': '선물',
  'quick.balance': '내 포인트',
  'quick.claim': '주문 적립',
  'list.more': '+{count}',
};
