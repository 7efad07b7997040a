import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Newsroom, newsFile, openNewsroom } from './newsroom.ts';

let room: Newsroom;
beforeAll(async () => {
  room = await openNewsroom();
});
afterAll(async () => {
  const { violations } = await room.audit();
  await room.stop();
  expect([violations, room.logged.faults]).toEqual([[], []]);
});

/** What each thing that happens without a chat is told as; `{code}` and `{day}` as they come. */
const said = {
  en: {
    refund: 'Order {order} was refunded, so we took 100 points back. You have 250 points.',
    cancelled: 'Order {order} was cancelled, so we took 300 points back. You have 50 points.',
    lowered: 'The total of order {order} was lowered, so we took 10 points back. You have 340 points.',
    debt: 'Order {order} was refunded, so we took 300 points back. You have no points now: 150 points are still open and come off what you earn next.',
    undone: 'The shop cancelled the mug. You have your 200 points back. You have 350 points.',
    task: 'The shop cannot give you the tour. You have your 200 points back. You have 350 points.',
    expired: 'Your coupon for the mug expired unused. You have your 200 points back. You have 350 points.',
    late: 'Your coupon for the mug was used after its points had come back, so we took 200 points again. You have 150 points.',
    made: 'Your coupon for the lamp is ready: {code}, valid until {day}. You have 150 points.',
    failed: 'the lamp could not be made. You have your 200 points back. You have 350 points.',
  },
  ko: {
    refund: '주문 {order}이(가) 환불되어 100 포인트가 차감되었어요. 현재 250 포인트가 있어요.',
    cancelled: '주문 {order}이(가) 취소되어 300 포인트가 차감되었어요. 현재 50 포인트가 있어요.',
    lowered: '주문 {order}의 금액이 줄어 10 포인트가 차감되었어요. 현재 340 포인트가 있어요.',
    debt: '주문 {order}이(가) 환불되어 300 포인트가 차감되었어요. 지금은 포인트가 없어요. 150 포인트가 남아 있어서 다음 적립에서 먼저 빠져요.',
    undone: '쇼핑몰에서 mug 선물을(를) 취소하여 200 포인트를 돌려드렸어요. 현재 350 포인트가 있어요.',
    task: '쇼핑몰에서 tour 선물을(를) 드릴 수 없어 200 포인트를 돌려드렸어요. 현재 350 포인트가 있어요.',
    expired: 'mug 선물 쿠폰이 사용되지 않고 만료되어 200 포인트를 돌려드렸어요. 현재 350 포인트가 있어요.',
    late: '포인트를 돌려드린 뒤 mug 선물 쿠폰이 사용되어 200 포인트가 다시 차감되었어요. 현재 150 포인트가 있어요.',
    made: 'lamp 선물 쿠폰이 준비되었어요: {code}, {day}까지 사용하세요. 현재 150 포인트가 있어요.',
    failed: 'lamp 선물을(를) 발급하지 못해 200 포인트를 돌려드렸어요. 현재 350 포인트가 있어요.',
  },
  tr: {
    refund: '{order} numaralı sipariş iade edildi: 100 puan geri alındı. Bakiyeniz: 250 puan.',
    cancelled: '{order} numaralı sipariş iptal edildi: 300 puan geri alındı. Bakiyeniz: 50 puan.',
    lowered: '{order} numaralı siparişin tutarı düştü: 10 puan geri alındı. Bakiyeniz: 340 puan.',
    debt: '{order} numaralı sipariş iade edildi: 300 puan geri alındı. Şu anda puanınız yok: 150 puan borç kaldı; sonraki kazancınızdan düşülür.',
    undone: 'Mağaza mug ödülü ödülünü iptal etti; 200 puan hesabınıza geri döndü. Bakiyeniz: 350 puan.',
    task: 'Mağaza tour ödülü ödülünü veremiyor; 200 puan hesabınıza geri döndü. Bakiyeniz: 350 puan.',
    expired:
      'mug ödülü kuponunuzun süresi kullanılmadan doldu; 200 puan hesabınıza geri döndü. Bakiyeniz: 350 puan.',
    late: 'mug ödülü kuponunuz, puanları geri döndükten sonra kullanıldı: 200 puan yeniden düşüldü. Bakiyeniz: 150 puan.',
    made: 'lamp ödülü kuponunuz hazır: {code}, {day} tarihine kadar geçerli. Bakiyeniz: 150 puan.',
    failed: 'lamp ödülü hazırlanamadı; 200 puan hesabınıza geri döndü. Bakiyeniz: 350 puan.',
  },
} as const;

const languages = ['en', 'ko', 'tr'] as const;

describe.each(languages)('in %s, the fields and a message say', (language) => {
  const sentences = said[language];
  const joined = () => room.member({ language });

  /** Both say it, once. */
  const told = async (id: string, text: string): Promise<void> => {
    const { messages, fields } = await room.heard(id);
    expect(messages).toEqual([text]);
    expect(fields?.['loyalty_message']).toBe(text);
    await room.run();
    expect(room.sent(id)).toEqual([]);
  };
  const number = ({ order }: { order: object }) => String(Reflect.get(order, 'order_number'));

  test.each([
    ['refund', { refunded: '100.00' }],
    ['cancelled', { status: 'cancelled' }],
    ['lowered', { total: '290.00' }],
  ] as const)('of an order: %s', async (what, news) => {
    const one = await joined();
    await room.shop.push({ ...one.order, ...news });
    await told(one.id, sentences[what].replace('{order}', number(one)));
  });

  test('of a refund of points that were spent: the debt', async () => {
    const one = await joined();
    await room.shop.chat('redeem', { contact_id: one.id, reward: 'mug' });
    await room.shop.push({ ...one.order, status: 'refunded' });
    await told(one.id, sentences.debt.replace('{order}', number(one)));
  });

  test('of a coupon that the owner cancelled, and of a task that they refused', async () => {
    const shop = await room.open((file) => {
      newsFile(room.bench)(file);
      file.redeem.expired_coupon = 'forfeit';
    });
    const { id } = await room.member({ language }, shop);
    const { coupon_code } = await shop.chat('redeem', { contact_id: id, reward: 'mug' });
    await shop.admin('POST', `coupons/${coupon_code}/cancel`, { reason: 'no longer made' });
    await told(id, sentences.undone);
    await shop.chat('redeem', { contact_id: id, reward: 'tour' });
    const { json } = await shop.admin('GET', 'tasks');
    await shop.admin('POST', `tasks/${json.tasks[0].id}`, { status: 'refused', reason: 'it rains' });
    await told(id, sentences.task);
  });

  test('of a coupon that expired with its points returned, and of its use after that', async () => {
    const { id } = await joined();
    const { coupon_code: code } = await room.shop.chat('redeem', { contact_id: id, reward: 'mug' });
    await room.pass('P1DT1H');
    await room.shop.chat('balance', { contact_id: id });
    await room.settle();
    await told(id, sentences.expired);
    expect(await room.use(code)).toBe('used_late');
    await told(id, sentences.late);
  });

  test('of a coupon that was made after its member had gone', async () => {
    const { id } = await joined();
    expect(await room.reserved(id)).toMatchObject({ result: 'pending', coupon_code: 'none' });
    await room.pass('PT2M');
    await room.settle();
    const { coupons } = await room.shop.chat('coupons', { contact_id: id });
    const [{ code, expires_on }] = coupons;
    const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(
      new Date(`${expires_on}T00:00:00Z`),
    );
    await told(id, sentences.made.replace('{code}', code).replace('{day}', day));
  });

  test('of a coupon that could not be made after its member had gone', async () => {
    const { id } = await joined();
    await room.reserved(id);
    await room.pass('PT2M');
    const body = JSON.stringify({
      code: 'woocommerce_rest_invalid_coupon',
      message: 'no',
      data: { status: 400 },
    });
    room.bench.fake.intercept(({ method }) =>
      method === 'POST' ? { kind: 'answer', status: 400, body } : undefined,
    );
    await room.settle();
    room.bench.fake.intercept(() => undefined);
    await told(id, sentences.failed);
  });
});
