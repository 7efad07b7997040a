import { describe, expect, test } from '@jest/globals';
import { decideClaim } from '../../functions/domain/claim.ts';
import type { Loaded } from '../../functions/domain/ledger.ts';
import { balanceOf } from '../../functions/domain/lots.ts';
import type { Order } from '../../functions/domain/order.ts';
import type { OrderRequest } from '../../functions/domain/verify.ts';
import {
  ana,
  answered,
  ben,
  benMail,
  claimOf,
  foundOf,
  hashOf,
  heldBy,
  memberOf,
  noon,
  number,
  onlyPosting,
  operation,
  orderOf,
  personOf,
  settingOf,
} from './support.ts';

const request: OrderRequest = { contact: ana, number: number('1001') };
const books = memberOf({ lots: { never: 50 }, lifetime: 50, membership: 2 });
const seen = (...orders: Order[]): Loaded => foundOf({ member: books, contact: personOf(), orders });
const claim = (found: Loaded, setting = settingOf()) => answered(decideClaim(found, request, setting));

describe('claiming an order', () => {
  test('credits what it is worth and says so', () => {
    const { answer, change } = claim(seen(orderOf()));
    expect(answer).toMatchObject({ result: 'credited', points: 60 });
    expect(answer.order).toBe(change?.order?.after);
    expect(answer.books).toBe(onlyPosting(change).books);
    expect(answer.books).toMatchObject({ lots: { never: 110 }, lifetime: 110, seq: 5 });
  });

  test('is an entry that names the order, the sum and the rate', () => {
    const { entry } = onlyPosting(claim(seen(orderOf({ id: 'gid-1' }))).change);
    expect(entry).toMatchObject({ seq: 5, points: 60, balance: 110, lots: { never: 60 }, operation });
    expect(entry.source).toEqual({
      kind: 'order',
      store: 'shop',
      order: '1001',
      id: 'gid-1',
      baseMinor: 6000,
      currency: 'USD',
      rate: { per: 'amount', points: 1, unitMinor: 100 },
    });
  });

  test('marks the order as claimed, under the revision that was read', () => {
    const held = orderOf();
    const { change } = claim(seen(held));
    expect(Object.keys(change ?? {}).sort()).toEqual(['order', 'postings']);
    expect(change?.order).toEqual({
      archived: false,
      before: held,
      after: {
        ...held,
        rev: 6,
        operation,
        claim: {
          contact: ana,
          membership: 2,
          at: noon,
          seq: 5,
          rate: { per: 'amount', points: 1, unitMinor: 100 },
          basis: 'total',
          baseMinor: 6000,
          currency: 'USD',
          credited: 60,
          standing: 60,
          lot: 'never',
        },
      },
    });
  });

  test('of an order without an id names none', () => {
    expect('id' in onlyPosting(claim(seen(orderOf())).change).entry.source).toBe(false);
  });

  test('earns by the items where the program says so', () => {
    const { answer, change } = claim(seen(orderOf({ itemsMinor: 5000 })), settingOf({ basis: 'items' }));
    expect(answer.points).toBe(50);
    expect(change?.order?.after.claim).toMatchObject({ basis: 'items', baseMinor: 5000, credited: 50 });
  });

  test('credits only what remains after a refund, and keeps the whole sum to count from', () => {
    const { answer, change } = claim(seen(orderOf({ refundedMinor: 2000 })));
    expect(answer.points).toBe(40);
    expect(change?.order?.after.claim).toMatchObject({ baseMinor: 6000, credited: 40, standing: 40 });
  });

  test('pays a debt first', () => {
    const indebted = memberOf({ debt: 45 });
    const { answer } = claim({ ...seen(orderOf()), member: indebted });
    expect(answer.books).toMatchObject({ lots: { never: 15 }, debt: 0 });
    expect(answer.points).toBe(60);
  });

  test('credits an order worth nothing with nothing, once', () => {
    const { answer, change } = claim(seen(orderOf({ totalMinor: 99 })));
    expect(answer).toMatchObject({ result: 'credited', points: 0 });
    expect(onlyPosting(change).entry.points).toBe(0);
    expect(heldBy(onlyPosting(change).entry)).toEqual({ lots: {}, debt: 0 });
    const again = claim(seen(...(answer.order ? [answer.order] : [])));
    expect(again.answer).toMatchObject({ result: 'already_claimed', points: 0 });
  });

  test('never pays the same order twice, to the same member or to another', () => {
    const first = claim(seen(orderOf()));
    const claimed = first.answer.order;
    if (claimed === undefined || first.answer.books === undefined) throw new Error('it was not credited');
    const again = claim({ ...seen(claimed), member: first.answer.books });
    expect(again).toMatchObject({ answer: { result: 'already_claimed', points: 60 }, change: undefined });
    expect(balanceOf(again.answer.books ?? books)).toBe(110);
    const other = foundOf({
      member: memberOf({ contact: ben }),
      contact: personOf({ contact: ben }),
      orders: [claimed],
    });
    expect(claim(other)).toMatchObject({ answer: { result: 'claimed_by_other' }, change: undefined });
  });

  test.each([
    ['not_found', orderOf({ email: hashOf(benMail) })],
    ['not_paid', orderOf({ status: 'pending' })],
    ['cancelled', orderOf({ status: 'cancelled' })],
    ['refunded', orderOf({ status: 'refunded' })],
    ['wrong_currency', orderOf({ currency: 'EUR' })],
    ['already_claimed', orderOf({ claim: claimOf() })],
    ['claimed_by_other', orderOf({ claim: claimOf({ contact: ben }) })],
  ] as const)('that is %s moves no points', (result, order) => {
    const { answer, change } = claim(seen(order));
    expect(answer.result).toBe(result);
    expect(change?.postings).toBeUndefined();
    expect(change?.order).toBeUndefined();
  });

  test('that is not found counts as a failed attempt', () => {
    expect(claim(seen()).change?.contact?.set.attempts?.count).toBe(1);
  });

  test('before joining or without a number answers as verifying does', () => {
    expect(claim(foundOf()).answer.result).toBe('not_member');
    const nameless = decideClaim(seen(orderOf()), { contact: ana, number: undefined }, settingOf());
    expect(answered(nameless).answer.result).toBe('order_number_needed');
  });
});
