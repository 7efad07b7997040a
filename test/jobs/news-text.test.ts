import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dynamoLedger } from '../../functions/adapters/dynamodb/ledger.ts';
import { type Entry, entry } from '../../functions/domain/entry.ts';
import { contactId } from '../../functions/domain/ids.ts';
import { answer } from '../../functions/domain/ledger.ts';
import type { Member } from '../../functions/domain/member.ts';
import { viewFor } from '../../functions/jobs/send/content.ts';
import { newsText } from '../../functions/jobs/send/news.ts';
import { speakerFor } from '../../functions/texts/speaker.ts';
import { systemChance } from '../../functions/wiring.ts';
import { type House, openHouse, type Shop } from '../support/house.ts';

let house: House;
let shop: Shop;
let books: Member;
beforeAll(async () => {
  house = await openHouse();
  shop = await house.open();
  await shop.chat('enroll', { contact_id: 'ana', email: 'ana@example.com' });
  const scope = {
    program: shop.program.id,
    operation: systemChance.operation(),
    signal: AbortSignal.timeout(10_000),
  };
  const found = await dynamoLedger(house.table, systemChance).decide(
    scope,
    { contact: contactId.parse('ana') },
    ({ member }) => answer(member),
  );
  if (found === undefined) throw new Error('Ana is no member');
  books = found;
});
afterAll(() => house.stop());

const line = (points: number, source: object): Entry =>
  entry.parse({
    seq: 2,
    points,
    balance: 50,
    lots: {},
    debt: 0,
    at: 1,
    operation: 'operation-1',
    programVersion: 1,
    source,
    previous: '-',
    hash: '-',
  });

const said = (language: 'en' | 'ko' | 'tr', entries: readonly Entry[]) => {
  const view = viewFor(shop.program, speakerFor(shop.program, language), books, new Set(), house.clock.now());
  return newsText(view, books, { entries, coupons: [] });
};

const moved = (seq: number) =>
  line(-seq, {
    kind: 'refund',
    store: 'shop',
    order: '1001',
    reason: 'moved',
    remainingMinor: 6000,
    currency: 'USD',
  });

test.each([
  [
    'en',
    'Order 1001 counts for the owner of its e-mail now, so we took 60 points back.',
    'An e-mail of yours was proven by its owner, so we took the welcome bonus of 50 points back.',
  ],
  [
    'ko',
    '주문 1001이(가) 이메일 주인에게 이전되어 60 points가 차감되었어요.',
    '등록하신 이메일의 실제 주인이 확인되어 가입 보너스 50 points가 차감되었어요.',
  ],
  [
    'tr',
    '1001 numaralı sipariş artık e-postasının sahibine ait: 60 points geri alındı.',
    'Bir e-postanızın asıl sahibi belli oldu; hoş geldin hediyesi geri alındı: 50 points.',
  ],
] as const)('in %s, what somebody else’s proof takes is told as such', (language, order, bonus) => {
  const text = said(language, [moved(60), line(-50, { kind: 'email_moved' })]);
  expect(text?.startsWith(`${order} ${bonus} `)).toBe(true);
});

test('where nothing was taken there is nothing to tell', () => {
  expect(said('en', [line(0, { kind: 'email_moved' })])).toBeUndefined();
  expect(said('en', [line(5, { kind: 'adjustment' })])).toBeUndefined();
  expect(said('en', [])).toBeUndefined();
});

test('a sentence of the owner’s own that is too long is cut, and stays one', async () => {
  const long = await house.open((file) => {
    file.texts = { en: { 'news.refund': `{order} ${'a long way to say it '.repeat(60)}` } };
  });
  const view = viewFor(long.program, speakerFor(long.program, 'en'), books, new Set(), house.clock.now());
  const text = newsText(view, books, { entries: [moved(1), moved(2)], coupons: [] }) ?? '';
  expect(text.length).toBeLessThanOrEqual(640);
  expect(text).toMatch(/^1001 a long way .*…$/);
});

test('of a reward that left the program its id is told', () => {
  const source = { kind: 'reversal', reward: 'old-one', coupon: 'GIFT1', reason: 'expired' };
  expect(said('en', [line(80, source)])).toBe(
    'Your coupon for old-one expired unused. You have your 80 points back. You have 50 points.',
  );
});
