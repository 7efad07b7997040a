import { describe, expect, test } from '@jest/globals';
import type { Dossier } from '../../functions/domain/audit.ts';
import { auditCopies } from '../../functions/domain/audit-copies.ts';
import type { Coupon } from '../../functions/domain/coupon.ts';
import type { Entry } from '../../functions/domain/entry.ts';
import { type CouponKey, couponKey, type Instant } from '../../functions/domain/ids.ts';
import type { Member } from '../../functions/domain/member.ts';
import type { Claim, Order } from '../../functions/domain/order.ts';
import {
  audit,
  booksIn,
  dossier,
  inDebt,
  leftWithCoupon,
  rejoinedAndUndone,
  severalOrders,
  withBooks,
  withCoupon,
  withKey,
  withOrder,
} from './dossier.ts';
import { joinedTwice } from './joined-twice.ts';
import { ben, noon, plus } from './support.ts';

const copies = (given: Dossier): string[] =>
  auditCopies(given).map(({ invariant, message }) => `${invariant}: ${message}`);

const entryOf = ({ entries }: Dossier, seq: number): Entry => {
  const found = entries.find((entry) => entry.seq === seq);
  if (found === undefined) throw new Error(`there is no entry ${seq}`);
  return found;
};
const without = (given: Dossier, ...seqs: number[]): Dossier => ({
  ...given,
  entries: given.entries.filter(({ seq }) => !seqs.includes(seq)),
});
/** The coupon of one redemption changed. */
const withCouponOf = (seq: number, change: Partial<Coupon>, given = joinedTwice()): Dossier => ({
  ...given,
  coupons: given.coupons.map((coupon) => (coupon.seq === seq ? { ...coupon, ...change } : coupon)),
});
const withBooksOf = (change: Partial<Member>): Dossier => {
  const given = joinedTwice();
  return { ...given, books: { ...booksIn(given), ...change } };
};

describe('copies that were kept are no fault', () => {
  test.each<[string, () => Dossier]>([
    ['in a life of all kinds of entries', dossier],
    ['of someone who left with a coupon', leftWithCoupon],
    ['of someone in debt', inDebt],
    ['of someone who left and joined again', rejoinedAndUndone],
    ['of several orders, archived ones among them', severalOrders],
    ['of coupons that count once they are used, before and after leaving', joinedTwice],
  ])('%s', (_, life) => {
    expect(copies(life())).toEqual([]);
    expect(audit(life())).toEqual([]);
  });

  test('in the life that the tests below change', () => {
    const { entries, coupons } = joinedTwice();
    expect(entries.map(({ source }) => source.kind)).toEqual([
      ...['signup', 'adjustment', 'redemption', 'capture', 'redemption', 'redemption', 'reversal'],
      ...['redemption', 'redemption', 'redemption', 'reversal', 'leave'],
      ...['signup', 'adjustment', 'redemption', 'capture'],
    ]);
    expect(coupons.map(({ seq, state, captured, membership }) => [seq, state, captured, membership])).toEqual(
      [
        [3, 'used', true, 1],
        [5, 'used', true, 1],
        [6, 'cancelled', false, 1],
        [8, 'issued', false, 1],
        [9, 'issued', false, 1],
        [10, 'refused', false, 1],
        [15, 'used', true, 2],
      ],
    );
  });

  test('where there are no books, which another check tells', () => {
    expect(copies({ ...dossier(), books: undefined })).toEqual([]);
  });

  test('where nobody ever joined', () => {
    const { recent: _, ...books } = { ...booksIn(dossier()), counts: {} };
    const bare = { ...dossier(), books: { ...books, recent: {}, joinedAt: plus(noon, 1) } };
    expect(copies({ ...bare, entries: [], orders: [], coupons: [], keys: [] })).toEqual([]);
  });
});

test('what is found says where', () => {
  expect(auditCopies(withBooks({ joinedAt: plus(noon, 1) }))).toEqual([
    { invariant: 1, where: 'ana', message: 'joinedAt is not what follows from the entries' },
  ]);
});

describe('a claim that says otherwise than its entry is found:', () => {
  const claimedBy =
    (change: Partial<Claim>) =>
    (order: Order): Order =>
      order.claim === undefined ? order : { ...order, claim: { ...order.claim, ...change } };
  const claimWith = (change: Partial<Claim>): Dossier => {
    const given = dossier();
    return { ...given, orders: given.orders.map(claimedBy(change)) };
  };
  const terms = '3: order shop/1001 claims other terms than entry 2';

  test.each<Partial<Claim>>([
    { rate: { per: 'amount', points: 2, unitMinor: 100 } },
    { rate: { per: 'purchase', points: 60 } },
    { currency: 'EUR' },
    { baseMinor: 6001 },
    { at: plus(noon, 1) },
    { membership: 2 },
    { membership: 0 },
  ])('%j', (change) => {
    expect(copies(claimWith(change))).toEqual([terms]);
  });

  test('a rate is the same in whatever order it was stored', () => {
    expect(copies(claimWith({ rate: { unitMinor: 100, points: 1, per: 'amount' } }))).toEqual([]);
  });

  test('also of an order that lost its number to another one', () => {
    const given = severalOrders();
    const archived = given.orders.find(({ id }) => id === 'gid-4');
    const seq = archived?.claim?.seq;
    const orders = given.orders.map((order) =>
      order === archived ? claimedBy({ baseMinor: 1 })(order) : order,
    );
    expect(copies({ ...given, orders })).toEqual([`3: order shop/1003 claims other terms than entry ${seq}`]);
  });

  test('a claim of no credit is told by another check', () => {
    expect(copies(claimWith({ seq: 4, baseMinor: 1 }))).toEqual([]);
    expect(copies(claimWith({ seq: 99, baseMinor: 1 }))).toEqual([]);
  });

  test('the claims of others are not compared, nor orders without one', () => {
    expect(copies(claimWith({ contact: ben, baseMinor: 1 }))).toEqual([]);
    expect(copies(withOrder({ claim: undefined }))).toEqual([]);
  });
});

describe('a coupon that says otherwise than its entry is found:', () => {
  test.each<Partial<Coupon>>([
    { spent: { never: -39 } },
    { spent: {} },
    { issuedAt: plus(noon, 1) },
    { programVersion: 4 },
    { membership: 2 },
    { membership: 0 },
  ])('%j', (change) => {
    const found = '5: the coupon of entry 6 says otherwise than the entry';
    expect(copies(withCoupon('used', change))).toEqual([found]);
  });

  test('the membership is the one in which it was taken', () => {
    const found = (seq: number) => [`5: the coupon of entry ${seq} says otherwise than the entry`];
    expect(copies(withCouponOf(8, { membership: 2 }))).toEqual(found(8));
    expect(copies(withCouponOf(15, { membership: 1 }))).toEqual(found(15));
  });

  test('a coupon that nobody paid for is told by another check', () => {
    const given = dossier();
    const free = given.coupons.map((one) => ({ ...one, key: couponKey.parse('FREE'), membership: 9 }));
    expect(copies({ ...given, coupons: [...given.coupons, ...free] })).toEqual([]);
    expect(copies(without(joinedTwice(), 3))).toEqual([]);
  });
});

describe('a coupon is captured as it says, or found:', () => {
  const found = (seq: number) => [`5: the coupon of entry ${seq} is not captured as it says`];
  const again = (seq: number): Entry => ({ ...entryOf(joinedTwice(), seq), seq: 17 });

  test('by one entry, where it was used', () => {
    expect(copies(withCouponOf(3, { captured: false }))).toEqual(found(3));
    expect(copies(withCouponOf(3, { captureAtUse: false }))).toEqual(found(3));
    expect(copies(withCouponOf(3, { captured: false, captureAtUse: false }))).toEqual(found(3));
    const given = joinedTwice();
    expect(copies({ ...given, entries: [...given.entries, again(4)] })).toEqual(found(3));
  });

  test('by none, where it is open or counted when it was taken', () => {
    expect(copies(withCoupon('used', { captured: true }))).toEqual(found(6));
    expect(copies(withCouponOf(8, { captured: true, captureAtUse: false }))).toEqual(found(8));
    expect(copies(withCoupon('used', { captured: true, captureAtUse: true }))).toEqual(found(6));
    expect(copies(withCoupon('used', { captureAtUse: true }))).toEqual(found(6));
  });

  test('by none, where she left before she used it', () => {
    expect(copies(withCouponOf(5, { captureAtUse: false }))).toEqual(found(5));
    expect(copies(without(joinedTwice(), 12))).toEqual(found(5));
  });

  test('by an entry of its own, where she left before she took it', () => {
    expect(copies(without(joinedTwice(), 16))).toEqual(found(15));
  });

  test('by none of another one', () => {
    const given = joinedTwice();
    const source = { ...entryOf(given, 4).source, coupon: couponKey.parse('OTHER') } as Entry['source'];
    const moved = given.entries.map((entry) => (entry.seq === 16 ? { ...entry, source } : entry));
    expect(copies({ ...given, entries: moved })).toEqual(found(15));
  });
});

describe('a request id that is not the coupon’s is found:', () => {
  const found = (seq: number) => [`4: the request id of entry ${seq} is not the coupon's`];

  test('changed on either side', () => {
    expect(copies(withCouponOf(9, { request: 'other' }))).toEqual(found(9));
    expect(copies(withKey('redeem', { key: 'other' }))).toEqual(found(6));
  });

  test('missing on either side', () => {
    const given = joinedTwice();
    expect(copies({ ...given, keys: given.keys.filter(({ key }) => key !== 'five') })).toEqual(found(9));
    const silent = given.coupons.map(({ request, ...rest }) =>
      request === 'five' ? rest : { ...rest, ...(request === undefined ? {} : { request }) },
    );
    expect(copies({ ...given, coupons: silent })).toEqual(found(9));
  });

  test('held twice', () => {
    const given = joinedTwice();
    const twice = given.keys.flatMap((key) => (key.key === 'five' ? [key, { ...key, key: 'more' }] : [key]));
    expect(copies({ ...given, keys: twice })).toEqual(found(9));
  });

  test.each<[Coupon['state'], number]>([
    ['cancelled', 6],
    ['refused', 10],
  ])('still held by what was %s', (state, seq) => {
    const given = joinedTwice();
    const [first] = given.keys.filter(({ verb }) => verb === 'redeem');
    const undone = given.coupons.find((one) => one.state === state);
    if (first === undefined || undone?.request === undefined) throw new Error('nothing was undone');
    const held = { ...first, key: undone.request, coupon: undone.key };
    expect(copies({ ...given, keys: [...given.keys, held] })).toEqual(found(seq));
  });
});

describe('books that say otherwise are found:', () => {
  test('the day of joining is that of the last time', () => {
    const wrong = ['1: joinedAt is not what follows from the entries'];
    const { at } = entryOf(joinedTwice(), 13);
    expect(copies(withBooksOf({ joinedAt: at }))).toEqual([]);
    expect(copies(withBooksOf({ joinedAt: entryOf(joinedTwice(), 1).at }))).toEqual(wrong);
    expect(copies(withBooksOf({ joinedAt: plus(at, 1) }))).toEqual(wrong);
  });

  const counter = (name: string) => [`1: the counter reward:${name} is not what follows from the coupons`];
  const towels = { total: 4 };

  test('counters of limited rewards are what was taken and not given back', () => {
    expect(booksIn(joinedTwice()).counts).toMatchObject({
      'reward:tea-towel': towels,
      'reward:letter': { total: 0 },
    });
    expect(copies(withBooksOf({ counts: { 'reward:tea-towel': towels } }))).toEqual([]);
    expect(copies(withBooksOf({ counts: {} }))).toEqual(counter('tea-towel'));
    expect(copies(withBooksOf({ counts: { 'reward:tea-towel': { total: 3 } } }))).toEqual(
      counter('tea-towel'),
    );
    expect(
      copies(withBooksOf({ counts: { 'reward:tea-towel': towels, 'reward:letter': { total: 1 } } })),
    ).toEqual(counter('letter'));
    expect(
      copies(withBooksOf({ counts: { 'reward:tea-towel': towels, 'reward:sticker': { total: 1 } } })),
    ).toEqual(counter('sticker'));
  });

  test('counters of activities do not follow from coupons', () => {
    const counts = { 'reward:tea-towel': towels, 'activity:review': { total: 5 } };
    expect(copies(withBooksOf({ counts }))).toEqual([]);
  });

  test('a coupon that counted, or not, is found by the counter', () => {
    expect(copies(withCouponOf(9, { counted: true }))).toEqual(counter('sticker'));
    expect(copies(withCouponOf(8, { counted: false }))).toEqual(counter('tea-towel'));
  });

  test('what a second tap may repeat is what was taken then', () => {
    const [first, second] = joinedTwice().coupons;
    const sticker = joinedTwice().coupons.find(({ seq }) => seq === 9);
    if (first === undefined || second === undefined || sticker === undefined)
      throw new Error('nothing was taken');
    const recent = (reward: string, coupon: CouponKey, at: Instant) =>
      copies(withBooksOf({ recent: { [reward]: { coupon, at } } }));
    const none = (name: string) => [`4: the last ${name} is none that was taken`];
    expect(recent('tea-towel', first.key, first.issuedAt)).toEqual([]);
    expect(recent('sticker', sticker.key, sticker.issuedAt)).toEqual([]);
    expect(recent('tea-towel', first.key, second.issuedAt)).toEqual(none('tea-towel'));
    expect(recent('tea-towel', couponKey.parse('OTHER'), first.issuedAt)).toEqual(none('tea-towel'));
    expect(recent('sticker', first.key, first.issuedAt)).toEqual(none('sticker'));
    // The capture names reward and coupon, too, but took nothing.
    expect(recent('tea-towel', first.key, entryOf(joinedTwice(), 4).at)).toEqual(none('tea-towel'));
  });
});
