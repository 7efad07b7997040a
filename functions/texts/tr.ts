/** Turkish. */
import type { Catalogue } from './args.ts';

export const tr: Catalogue = {
  try_again: 'Bizden kaynaklanan bir sorun oldu. Lütfen bir dakika sonra tekrar deneyin.',
  not_member: 'Henüz üye değilsiniz. Önce katılın; yalnızca e-posta adresiniz yeterli.',
  too_many_attempts: 'Çok fazla deneme oldu. Lütfen bir sonraki saat başını bekleyip tekrar deneyin.',

  'enroll.enrolled':
    '{program} programına hoş geldiniz! {change_count, plural, =0 {Üyeliğiniz başladı.} other {Başlangıç hediyeniz: {change}.}} {outlook}',
  'enroll.already_member': 'Zaten üyesiniz. Bakiyeniz: {points}.',
  'enroll.email_needed': 'Mağazamızda hangi e-postayı kullanıyorsunuz? Siparişlerinizi bulmak için gerekli.',
  'enroll.email_invalid': 'Bu bir e-posta adresine benzemiyor. Lütfen kontrol edip tekrar gönderin.',
  'enroll.email_in_use': 'Bu e-posta burada kullanılamıyor. Lütfen kontrol edin veya mağazaya danışın.',
  'leave.left': '{program} programından ayrıldınız. Puanlarınız silindi; elinizdeki kuponlar geçerli kalır.',

  'order.order_number_needed': 'Sipariş numaranız nedir? Mağazanın e-postasında bulabilirsiniz.',
  'order.link_needed': 'Lütfen mağazanın sipariş e-postasındaki bağlantıyı açın: puanlarınız onunla eklenir.',
  'order.link_expired':
    'Bu bağlantının süresi doldu. Lütfen sipariş numaranızı gönderin veya mağazaya danışın.',
  'order.not_found':
    'Bu siparişi e-postanızla bulamadık. Lütfen numarayı kontrol edin. Yalnızca üye olduğunuz e-postayla verilen siparişler sayılır.',
  'order.claimed_by_other': 'Bu siparişin puanları daha önce verildi.',
  'order.not_paid':
    '{order} numaralı sipariş henüz ödenmedi. Ödendikten sonra tekrar deneyin; değeri: {worth}.',
  'order.cancelled': '{order} numaralı sipariş iptal edildiği için puan kazandırmıyor.',
  'order.refunded': '{order} numaralı sipariş iade edildiği için puan kazandırmıyor.',
  'order.too_old': '{order} numaralı sipariş puan kazanmak için çok eski.',
  'order.wrong_currency':
    '{order} numaralı sipariş başka bir para birimiyle ödendiği için puan kazandırmıyor.',
  'order.store_unavailable': 'Mağaza şu anda yanıt vermiyor. Lütfen birkaç dakika sonra tekrar deneyin.',
  'verify.valid': '{order} numaralı sipariş ({total}) şu değerde: {worth}. Ekleyelim mi?',
  'verify.already_claimed': '{order} numaralı siparişin puanlarını zaten aldınız: {worth}.',
  'claim.credited':
    'Teşekkürler! {order} numaralı sipariş ({total}) size {worth} kazandırdı. Bakiyeniz: {points}. {outlook}',
  'claim.already_claimed':
    '{order} numaralı siparişin puanlarını zaten aldınız: {worth}. Bakiyeniz: {points}.',

  'credit.credited': 'Teşekkürler! Kazandığınız: {change}. Bakiyeniz: {points}. {outlook}',
  'credit.already_credited': 'Bunun puanlarını zaten aldınız. Bakiyeniz: {points}.',
  'credit.limit_reached': 'Bundan şimdilik daha fazla kazanamazsınız. Bakiyeniz: {points}.',
  'credit.activity_unknown': 'Bu şu anda puan kazandırmıyor.',
  'credit.key_reused': 'Bu istek daha önce başka bir şey için sayıldı.',

  'balance.ok': 'Bakiyeniz: {points}. {outlook}',
  'balance.debt': 'Bakiyeniz: {points}. Bir iadeden sonra {debt} borç kaldı; sonraki kazancınızdan düşülür.',
  'outlook.ready': 'Alabileceğiniz {ready_count, plural, one {# ödül} other {# ödül}} var: {ready_names}.',
  'outlook.next': 'Yalnızca {to_next} kaldı: {next_reward}.',

  'history.ok': 'Son hareketleriniz:',
  'history.empty': 'Henüz bir hareketiniz yok.',
  'entry.line': '{day}: {text}',
  'entry.signup': '{points_count, plural, =0 {katılım → {points}} other {hoş geldin hediyesi → {points}}}',
  'entry.order': 'sipariş {order}: {total} → {points}',
  'entry.refund':
    'sipariş {order}: {reason, select, moved {e-postasının sahibine geçti} cancelled {iptal} lowered {değişti, kalan {total}} other {iade, kalan {total}}} → {points}',
  'entry.activity': 'etkinlik {activity} → {points}',
  'entry.redemption': 'ödül {reward} → {points}',
  'entry.reversal':
    'ödül {reward} {reason, select, failed {hazırlanamadı} expired {süresi doldu} refused {verilemedi} other {iptal edildi}}, puanlar geri → {points}',
  'entry.capture': 'ödül {reward} kullanıldı → {points}',
  'entry.late_use': 'ödül {reward} puanları geri alındıktan sonra kullanıldı → {points}',
  'entry.email_moved':
    '{points_count, plural, =0 {e-posta sahibince doğrulandı → {points}} other {hoş geldin hediyesi: e-posta sahibince doğrulandı → {points}}}',
  'entry.adjustment': 'mağaza düzeltmesi → {points}',
  'entry.leave': 'programdan ayrıldı → {points}',

  'rewards.ok': 'Bakiyeniz: {points}. Ödülleriniz:',
  'rewards.empty': 'Şu anda ödül yok.',
  'rewards.page': 'Sayfa {page} / {pages}',
  'rewards.take': 'Hangisini istersiniz?',
  'reward.line': '{number}. {reward}: {status}',
  'reward.ready': '{cost}, şimdi alabilirsiniz',
  'reward.short': '{cost}, {short} kaldı',
  'reward.gone': '{cost}, şu anda yok',

  'redeem.issued':
    'Buyurun! {reward}: {code} kodunu mağazada {expires_on} tarihine kadar kullanın. Kalan bakiyeniz: {points}.',
  'redeem.already_issued':
    '{reward}: kodunuz {code}. {status, select, used {Daha önce kullanıldı.} cancelled {İptal edildi.} expired {Son kullanma tarihi: {expires_on}.} other {{expires_on} tarihine kadar kullanın.}}',
  'redeem.already_requested': '{reward}: zaten istediniz, mağaza ilgileniyor.',
  'redeem.pending': '{reward}: mağaza kodunuzu hazırlıyor. Görmek için bir dakika sonra tekrar dokunun.',
  'redeem.requested': 'Tamam! {reward}: mağaza ilgilenip size yazacak. Kalan bakiyeniz: {points}.',
  'redeem.not_enough_points': '{reward} için {cost} gerekiyor. Eksik: {short}.',
  'redeem.reward_unknown': 'Bu ödülü bilmiyoruz. Lütfen listeye bakın.',
  'redeem.reward_unavailable': '{reward} şu anda alınamıyor.',
  'redeem.sold_out': '{reward} tükendi. Puanlarınız sizde kaldı.',
  'redeem.limit_reached': '{reward} için hakkınızın tamamını kullandınız.',
  'redeem.reward_needed': 'Hangi ödülü istersiniz?',
  'redeem.key_reused': 'Bu istek daha önce başka bir ödül için kullanıldı. Lütfen tekrar seçin.',

  'coupons.ok': 'Kuponlarınız:',
  'coupons.empty': 'Henüz kuponunuz yok.',
  'coupon.line':
    '{reward}: {code}, {status, select, used {kullanıldı} expired {{expires_on} tarihinde sona erdi} cancelled {iptal edildi} other {{expires_on} tarihine kadar geçerli}}',

  'preferences.stopped': 'Tamam: {program} artık mesaj göndermeyecek ({stopped}). Puanlarınız sizde kalır.',
  'preferences.started':
    'Yeniden hoş geldiniz! {stopped_count, plural, =0 {{program} mesajlarını tekrar alacaksınız.} other {Şunlar kapalı kalır: {stopped}.}}',
  'preferences.ok':
    '{stopped_count, plural, =0 {{program} mesajlarını alıyorsunuz. Durdurmak için DUR yazın.} other {Kapalı olanlar: {stopped}. Yeniden almak için BAŞLA yazın.}}',
  'preferences.not_understood': 'Mesajları durdurmak için DUR, yeniden almak için BAŞLA yazın.',
  'medium.email': 'e-posta',
  'medium.sms': 'kısa mesaj',
  'medium.messenger': 'Messenger',
  'medium.instagram': 'Instagram',
  'medium.whatsapp': 'WhatsApp',
  'medium.telegram': 'Telegram',
  'delivered.confirmed': 'Teşekkürler, not edildi.',
  'delivered.unknown_send': 'Böyle bir mesaj bulunamadı.',

  'reminder.message': '{program}: {points_line} {ready_line} {next_line} {won_line}',
  'reminder.points': '{points_count, plural, =0 {Henüz puanınız yok.} other {Bakiyeniz: {points}.}}',
  'reminder.debt': 'Puanınız yok: bir iadeden sonra {debt} borç kaldı.',
  'reminder.ready':
    '{ready_count, plural, =0 {Henüz alabileceğiniz bir ödül yok.} one {Alabileceğiniz ödül: {ready_names}.} other {Alabileceğiniz # ödül: {ready_names}.}}',
  'reminder.next': 'Yalnızca {to_next} kaldı: {next_reward}.',
  'reminder.top': 'Puanınızın yetmediği bir ödül yok.',
  'reminder.won':
    '{won_count, plural, =0 {Şimdiye kadar ödül almadınız.} one {Şimdiye kadar bir ödül aldınız.} other {Şimdiye kadar # ödül aldınız.}}',

  'news.refund':
    '{reason, select, moved {{order} numaralı sipariş artık e-postasının sahibine ait} cancelled {{order} numaralı sipariş iptal edildi} lowered {{order} numaralı siparişin tutarı düştü} other {{order} numaralı sipariş iade edildi}}: {change} geri alındı.',
  'news.reversal':
    '{reason, select, failed {{reward} hazırlanamadı} expired {{reward} kuponunuzun süresi kullanılmadan doldu} refused {Mağaza {reward} ödülünü veremiyor} other {Mağaza {reward} ödülünü iptal etti}}; {change} hesabınıza geri döndü.',
  'news.late_use': '{reward} kuponunuz, puanları geri döndükten sonra kullanıldı: {change} yeniden düşüldü.',
  'news.email_moved': 'Bir e-postanızın asıl sahibi belli oldu; hoş geldin hediyesi geri alındı: {change}.',
  'news.coupon': '{reward} kuponunuz hazır: {code}, {expires_on} tarihine kadar geçerli.',
  'news.points': '{points_count, plural, =0 {Şu anda puanınız yok.} other {Bakiyeniz: {points}.}}',
  'news.debt': 'Şu anda puanınız yok: {debt} borç kaldı; sonraki kazancınızdan düşülür.',

  'button.take': 'Al',
  'button.more': 'Daha fazla',
  'button.shop': 'Mağazayı aç',
  'quick.rewards': 'Ödüller',
  'quick.balance': 'Puanlarım',
  'quick.claim': 'Sipariş ekle',
  'list.more': '+{count}',
};
