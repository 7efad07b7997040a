import { describe, expect, test } from '@jest/globals';
import type { Loaded, Wanted } from '../../functions/domain/ledger.ts';
import type { Member } from '../../functions/domain/member.ts';
import type { Order, OrderFacts } from '../../functions/domain/order.ts';
import { decideNews } from '../../functions/domain/order-news.ts';
import {
  ana,
  answered,
  ben,
  claimOf,
  factsOf,
  foundOf,
  heldBy,
  memberOf,
  number,
  onlyPosting,
  operation,
  orderOf,
  settingOf,
  shop,
  wantedBy,
} from './support.ts';

const asked: Wanted = { orders: [{ store: shop, number: number('1001') }] };
const known = (...orders: Order[]): Loaded => foundOf({ orders, asked });
const withBooks = (order: Order, member?: Member): Loaded => ({
  ...known(order),
  asked: { ...asked, contact: ana },
  ...(member === undefined ? {} : { member }),
});
const tell = (found: Loaded, news: OrderFacts) => answered(decideNews(found, news, settingOf()));

const earned = memberOf({ lots: { never: 60 }, lifetime: 60 });
const claimed = orderOf({ claim: claimOf() });

describe('news of an order that', () => {
  test('nobody knew are stored as they are', () => {
    const news = factsOf({ id: 'gid-1' });
    expect(tell(known(), news)).toEqual({
      answer: { result: 'stored', known: expect.any(Object) },
      change: { order: { before: undefined, after: { ...news, rev: 1, operation } } },
    });
  });

  test('is known are stored over it, under the revision that was read', () => {
    const held = orderOf();
    expect(tell(known(held), factsOf({ status: 'fulfilled' }))).toEqual({
      answer: { result: 'stored', known: expect.any(Object) },
      change: {
        postings: [],
        order: { before: held, after: { ...held, status: 'fulfilled', rev: 6, operation }, archived: false },
      },
    });
  });

  test('say nothing new change nothing', () => {
    expect(tell(known(orderOf()), factsOf())).toEqual({
      answer: { result: 'unchanged', known: expect.any(Object) },
      change: undefined,
    });
    expect(tell(known(claimed), factsOf())).toEqual({
      answer: { result: 'unchanged', known: expect.any(Object) },
      change: undefined,
    });
  });

  test('was claimed ask for the books only where points are lost', () => {
    expect(wantedBy(decideNews(known(claimed), factsOf({ refundedMinor: 100 }), settingOf()))).toEqual({
      contact: ana,
    });
    const { change } = tell(known(claimed), factsOf({ status: 'fulfilled' }));
    expect(change?.postings).toEqual([]);
    expect(change?.order?.after.claim).toEqual(claimOf());
  });
});

describe('a refund of a claimed order', () => {
  test('takes back what it must before it is stored', () => {
    const { answer, change } = tell(withBooks(claimed, earned), factsOf({ refundedMinor: 2050 }));
    expect(answer.result).toBe('stored');
    const { books, entry } = onlyPosting(change);
    expect(books).toMatchObject({ lots: { never: 39 }, lifetime: 39, debt: 0 });
    expect(entry).toMatchObject({ points: -21, balance: 39 });
    expect(entry.source).toStrictEqual({
      kind: 'refund',
      store: 'shop',
      order: '1001',
      reason: 'refunded',
      remainingMinor: 3950,
      currency: 'USD',
    });
    expect(change?.order?.after).toMatchObject({ refundedMinor: 2050, rev: 6 });
    expect(change?.order?.after.claim).toEqual(claimOf({ standing: 39 }));
  });

  test('of one that has an id names it', () => {
    const order = orderOf({ id: 'gid-1', claim: claimOf() });
    const { change } = tell(withBooks(order, earned), factsOf({ refundedMinor: 6000 }));
    expect(onlyPosting(change).entry.source).toMatchObject({ id: 'gid-1' });
  });

  test('becomes a debt where the points were spent', () => {
    const spent = memberOf({ lots: { never: 10 } });
    const { books } = onlyPosting(tell(withBooks(claimed, spent), factsOf({ status: 'refunded' })).change);
    expect(heldBy(books)).toEqual({ lots: {}, debt: 50 });
  });

  test('takes from the lot that it was credited to first', () => {
    const order = orderOf({ claim: claimOf({ lot: '2027-01' }) });
    const books = memberOf({ lots: { '2026-12': 60, '2027-01': 60 } });
    const { entry } = onlyPosting(tell(withBooks(order, books), factsOf({ refundedMinor: 1000 })).change);
    expect(entry.lots).toEqual({ '2027-01': -10 });
  });

  test('takes only the rest of what earlier refunds left', () => {
    const order = orderOf({ refundedMinor: 2000, claim: claimOf({ standing: 40 }) });
    const { change } = tell(withBooks(order, earned), factsOf({ refundedMinor: 3000 }));
    expect(onlyPosting(change).entry.points).toBe(-10);
    expect(change?.order?.after.claim).toMatchObject({ credited: 60, standing: 30 });
  });

  test.each([
    ['cancelled', factsOf({ status: 'cancelled' }), 0],
    ['lowered', factsOf({ totalMinor: 4000 }), 40],
  ] as const)('is called %s where that is what happened', (reason, news, left) => {
    const { change } = tell(withBooks(claimed, earned), news);
    expect(onlyPosting(change).entry.source).toMatchObject({ kind: 'refund', reason });
    expect(change?.order?.after.claim?.standing).toBe(left);
  });

  test('counts a lower total once, and gives nothing back when it rises again', () => {
    const { change } = tell(withBooks(claimed, earned), factsOf({ totalMinor: 4000 }));
    const lowered = change?.order?.after ?? claimed;
    expect(lowered.claim).toEqual(claimOf({ standing: 40 }));
    expect(tell(known(lowered), factsOf({ totalMinor: 4000 })).answer.result).toBe('unchanged');
    const risen = tell(withBooks(lowered, earned), factsOf({ totalMinor: 9000 }));
    expect(risen.change?.postings).toEqual([]);
    expect(risen.change?.order?.after.claim?.standing).toBe(40);
  });

  test.each<[string, Member | undefined]>([
    ['left', memberOf({ status: 'left' })],
    ['left and joined again', memberOf({ membership: 2, lots: { never: 500 } })],
    ['has no books any more', undefined],
  ])('moves nothing of someone who %s', (_, member) => {
    const { answer, change } = tell(withBooks(claimed, member), factsOf({ refundedMinor: 1000 }));
    expect(answer.result).toBe('stored');
    expect(change?.postings).toEqual([]);
    expect(change?.order?.after).toMatchObject({ refundedMinor: 1000, claim: { standing: 60 } });
  });

  test('that lost nothing is no entry, even where the books are at hand', () => {
    const { change } = tell(withBooks(claimed, earned), factsOf({ status: 'fulfilled' }));
    expect(change?.postings).toEqual([]);
  });

  test('asks for the right member’s books', () => {
    const found = { ...withBooks(orderOf({ claim: claimOf({ contact: ben }) }), earned) };
    expect(wantedBy(decideNews(found, factsOf({ refundedMinor: 100 }), settingOf()))).toEqual({
      contact: ben,
    });
  });
});

describe('news that name another id', () => {
  const first = orderOf({ id: 'gid-1', claim: claimOf() });
  const second = factsOf({ id: 'gid-2', totalMinor: 2000 });
  const lookedUp: Wanted = { ...asked, archived: { store: shop, number: number('1001'), id: 'gid-2' } };

  test('ask whether that order is known from before', () => {
    expect(wantedBy(decideNews(known(first), second, settingOf()))).toEqual({ archived: lookedUp.archived });
  });

  test('give the number to the other order and keep the first with its claim', () => {
    expect(tell({ ...known(first), asked: lookedUp }, second)).toEqual({
      answer: { result: 'stored', known: expect.any(Object) },
      change: { order: { before: first, after: { ...second, rev: 6, operation } }, archive: first },
    });
  });

  test('of an order that lost its number change it where it is kept', () => {
    const archived = orderOf({ id: 'gid-2', rev: 8, totalMinor: 2000 });
    const { answer, change } = tell(
      { ...known(first), archived, asked: lookedUp },
      { ...second, status: 'fulfilled' },
    );
    expect(answer.result).toBe('stored');
    expect(change?.archive).toBeUndefined();
    expect(change?.order).toEqual({
      before: archived,
      after: { ...archived, status: 'fulfilled', rev: 9, operation },
      archived: true,
    });
  });

  test('of an order that lost its number take back what it earned', () => {
    const archived = orderOf({
      id: 'gid-2',
      totalMinor: 2000,
      claim: claimOf({ baseMinor: 2000, standing: 20 }),
    });
    const found = { ...known(first), archived, member: earned, asked: { ...lookedUp, contact: ana } };
    const { change } = tell(found, { ...second, status: 'cancelled' });
    expect(onlyPosting(change).entry.points).toBe(-20);
    expect(change?.order).toMatchObject({ archived: true, after: { id: 'gid-2', claim: { standing: 0 } } });
  });

  test('that are the same as what is kept change nothing', () => {
    const archived = orderOf({ id: 'gid-2', totalMinor: 2000 });
    expect(tell({ ...known(first), archived, asked: lookedUp }, second).answer.result).toBe('unchanged');
  });

  test('are of the same order where it had no id before', () => {
    const { change } = tell(known(orderOf()), factsOf({ id: 'gid-1' }));
    expect(change?.order?.after).toMatchObject({ id: 'gid-1', rev: 6 });
    expect(change?.archive).toBeUndefined();
  });
});
