import { describe, expect, test } from '@jest/globals';
import type { Dossier } from '../../functions/domain/audit.ts';
import { storeId } from '../../functions/domain/ids.ts';
import type { Claim, Order } from '../../functions/domain/order.ts';
import { audit, booksIn, dossier, severalOrders, withOrder } from './dossier.ts';
import { ben, number } from './support.ts';

describe('an audit of the orders finds', () => {
  const claimedBy = (change: Partial<Claim>): Dossier => {
    const [order] = dossier().orders;
    if (order?.claim === undefined) throw new Error('the order is not claimed');
    return withOrder({ claim: { ...order.claim, ...change } });
  };
  const unclaimed = '3: entry 2 credits an order that does not carry its claim';
  const uncredited = '3: order shop/1001/gid-1 carries a claim that no entry credited';

  test('a credit whose order is missing', () => {
    expect(audit({ ...dossier(), orders: [] })).toEqual([unclaimed]);
  });

  test('a claim of another entry', () => {
    expect(audit(claimedBy({ seq: 4 }))).toEqual([unclaimed, uncredited]);
    expect(audit(claimedBy({ seq: 99 }))).toEqual([unclaimed, uncredited]);
  });

  test('a claim of other points than were credited', () => {
    expect(audit(claimedBy({ credited: 61 }))).toEqual([uncredited]);
  });

  test.each<[string, Partial<Order>]>([
    ['number', { number: number('1002') }],
    ['shop', { store: storeId.parse('other') }],
  ])('a claim that moved to an order of another %s', (_, change) => {
    const [violation] = audit(withOrder(change));
    expect(violation).toMatch(/^3: order .* carries a claim that no entry credited$/);
  });

  test('an order that was copied with its claim', () => {
    const copies = dossier().orders.flatMap((order) => [order, { ...order, number: number('1002') }]);
    expect(audit({ ...dossier(), orders: copies })[0]).toBe(unclaimed);
  });

  test('points that stand where they were taken back', () => {
    expect(audit(claimedBy({ standing: 60 }))).toEqual([
      '6: order shop/1001/gid-1 stands at other points than were credited less taken back',
      '6: order shop/1001/gid-1 is worth other points than it stands at',
    ]);
  });

  test('a refund that took nothing back', () => {
    expect(audit(withOrder({ refundedMinor: 2000 }))).toEqual([
      '6: order shop/1001/gid-1 is worth other points than it stands at',
    ]);
    expect(
      audit({ ...withOrder({ refundedMinor: 2000 }), books: { ...booksIn(dossier()), membership: 2 } }),
    ).toEqual(['1: membership is not what follows from the entries']);
  });

  test('an order without an id by its number', () => {
    const [order] = dossier().orders;
    if (order?.claim === undefined) throw new Error('the order is not claimed');
    const { id: _, ...nameless } = { ...order, number: number('1004'), claim: { ...order.claim, seq: 99 } };
    expect(audit({ ...dossier(), orders: [order, nameless] })).toEqual([
      '3: order shop/1004 carries a claim that no entry credited',
    ]);
  });

  test('no fault in refunds of several orders, before and after one got its id', () => {
    const given = severalOrders();
    expect(audit(given)).toEqual([]);
    const standing = given.orders.map(({ store, number, id, claim }) => [store, number, id, claim?.standing]);
    expect(standing).toEqual([
      ['shop', '1001', 'gid-1', 50],
      ['shop', '1002', 'gid-2', 30],
      ['other', '1002', undefined, 40],
      ['shop', '1005', undefined, 10],
      ['shop', '1003', 'gid-5', 20],
      ['shop', '1003', 'gid-4', 50],
    ]);
  });

  test('nothing in orders of others, or of nobody', () => {
    const [order] = dossier().orders;
    if (order?.claim === undefined) throw new Error('the order is not claimed');
    const { claim, ...free } = { ...order, number: number('1003') };
    const theirs = { ...free, claim: { ...claim, contact: ben } };
    expect(audit({ ...dossier(), orders: [order, free, theirs] })).toEqual([]);
  });
});
