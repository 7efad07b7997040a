import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Dossier } from '../../functions/domain/audit.ts';
import { auditMember } from '../../functions/domain/audit.ts';
import { type Entry, seal } from '../../functions/domain/entry.ts';
import type { ContactId } from '../../functions/domain/ids.ts';
import type { Order } from '../../functions/domain/order.ts';
import { owner, Squat, stranger } from './squat.ts';
import { anaMail, benMail, number } from './support.ts';

const numbers = ['1001', '1002', '1003'] as const;

describe('by chance', () => {
  type Step = (squat: Squat) => unknown;
  const which = fc.constantFrom(...numbers);
  const step: fc.Arbitrary<Step> = fc.oneof(
    which.map(
      (told): Step =>
        (squat) =>
          squat.claim(stranger, told),
    ),
    which.map(
      (told): Step =>
        (squat) =>
          squat.claim(owner, told),
    ),
    which.map(
      (told): Step =>
        (squat) =>
          squat.claim(owner, told, 'link'),
    ),
    fc.tuple(which, fc.integer({ min: 0, max: 7000 })).map(
      ([told, refundedMinor]): Step =>
        (squat) =>
          squat.tell(told, { refundedMinor }),
    ),
    which.map(
      (told): Step =>
        (squat) =>
          squat.tell(told, { status: 'cancelled' }),
    ),
    fc.integer({ min: 1, max: 3 }).map(
      (most): Step =>
        (squat) =>
          squat.passOn(anaMail, most),
    ),
    fc.integer({ min: 1, max: 5 }).map(
      (points): Step =>
        (squat) => {
          squat.program = { ...squat.program, rate: { per: 'amount', points, unitMinor: 100 } };
        },
    ),
    fc.constant<Step>((squat) => squat.enroll(owner, benMail)),
    fc.constant<Step>((squat) => squat.enroll(owner, anaMail)),
  );
  const leaving: fc.Arbitrary<Step> = fc.oneof(
    fc.constantFrom(stranger, owner).map(
      (who): Step =>
        (squat) =>
          squat.leave(who),
    ),
    fc.constant<Step>((squat) => squat.enroll(stranger, anaMail)),
  );

  const claims = ({ world }: Squat): Order[] => [...world.orders.values()].filter(({ claim }) => claim);
  const lines = ({ world }: Squat, who: ContactId, kinds: readonly string[]): number =>
    (world.entries.get(who) ?? [])
      .filter(({ source }) => kinds.includes(source.kind))
      .reduce((sum, { points }) => sum + points, 0);

  const begun = (): Squat => {
    const squat = new Squat();
    for (const told of numbers) squat.tell(told);
    squat.enroll(stranger, anaMail);
    return squat;
  };

  test('the points of both are what the orders are worth, at the rate at which each was claimed first', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const squat = begun();
        const rates = new Map<string, unknown>();
        for (const take of steps) {
          take(squat);
          expect(squat.violations()).toEqual([]);
          for (const { number: told, claim } of claims(squat)) {
            const first = rates.get(told) ?? claim?.rate;
            rates.set(told, first);
            expect(claim?.rate).toEqual(first);
          }
          const worth = claims(squat).reduce((sum, { claim }) => sum + (claim?.standing ?? 0), 0);
          const bonuses = [stranger, owner].map((who) => lines(squat, who, ['signup', 'email_moved']));
          expect(bonuses.every((bonus) => bonus === 0 || bonus === 50)).toBe(true);
          const all = squat.balance(stranger) + squat.balance(owner);
          expect(all).toBe(worth + bonuses.reduce((sum, bonus) => sum + bonus, 0));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('nothing is left with the stranger once all has passed on, and nothing passes twice', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), which, (steps, told) => {
        const squat = begun();
        for (const take of steps) take(squat);
        squat.enroll(owner, benMail);
        squat.tell('1004');
        squat.claim(owner, '1004', 'link');
        squat.passOn();
        expect(squat.balance(stranger)).toBe(0);
        expect(claims(squat).map(({ claim }) => claim?.contact)).not.toContain(stranger);
        const before = squat.balance(owner);
        expect(squat.passOn()).toBe(0);
        squat.claim(stranger, told);
        expect([squat.balance(stranger), squat.balance(owner)]).toEqual([0, before]);
        expect(squat.violations()).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('whoever leaves and joins again in between, the books are sound and nobody owes for another', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 4, arbitrary: step }, leaving), { maxLength: 40 }), (steps) => {
        const squat = begun();
        for (const take of steps) {
          take(squat);
          expect(squat.violations()).toEqual([]);
          // Nothing was spent, so nobody can owe anything.
          for (const who of [stranger, owner]) expect(squat.balance(who)).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the audit', () => {
  /** signup 1, orders 2 and 3, refund 4; the e-mail moves 5, both orders pass 6 and 7. */
  const moved = (): Squat => {
    const squat = new Squat();
    for (const told of ['1001', '1002']) squat.tell(told);
    squat.enroll(stranger, anaMail);
    for (const told of ['1001', '1002']) squat.claim(stranger, told);
    squat.tell('1001', { refundedMinor: 1000 });
    squat.enroll(owner, benMail);
    squat.claim(owner, '1001', 'link');
    squat.passOn();
    return squat;
  };
  const dossierOf = ({ world }: Squat, who: ContactId): Dossier => ({
    where: who,
    books: world.members.get(who),
    entries: world.entries.get(who) ?? [],
    orders: [...world.orders.values()].filter(
      ({ claim }) => claim?.contact === who || claim?.from?.contact === who,
    ),
    coupons: [],
    keys: [],
  });
  const found = (dossier: Dossier): string[] =>
    auditMember(dossier).map(({ invariant, message }) => `${invariant}: ${message}`);
  /** As if a line had been written otherwise, or not at all, from the start. */
  const rewritten = (dossier: Dossier, seq: number, change: Partial<Entry> | undefined): Dossier => {
    let previous = '-';
    let at = 0;
    let balance = 0;
    const entries = dossier.entries.flatMap((entry): Entry[] => {
      if (entry.seq === seq && change === undefined) return [];
      const { hash: _, ...content } = { ...entry, ...(entry.seq === seq ? change : {}), previous };
      at += 1;
      balance += content.points;
      const written = seal({ ...content, seq: at, balance });
      previous = written.hash;
      return [written];
    });
    const { books } = dossier;
    return { ...dossier, entries, ...(books && { books: { ...books, seq: at, head: previous } }) };
  };
  const withOrder = (dossier: Dossier, told: string, change: (order: Order) => Order): Dossier => ({
    ...dossier,
    orders: dossier.orders.map((order) => (order.number === number(told) ? change(order) : order)),
  });

  test('finds nothing where everything passed on', () => {
    const squat = moved();
    expect(squat.violations()).toEqual([]);
    expect(dossierOf(squat, stranger).entries.map(({ source }) => source.kind)).toEqual([
      'signup',
      'order',
      'order',
      'refund',
      'email_moved',
      'refund',
      'refund',
    ]);
    expect(squat.balance(stranger)).toBe(0);
  });

  test('finds an order that is claimed by another and was not taken back', () => {
    expect(found(rewritten(dossierOf(moved(), stranger), 7, undefined))).toContain(
      '3: entry 3 credits an order that does not carry its claim',
    );
  });

  test('finds one that was taken back in part only', () => {
    const dossier = dossierOf(moved(), stranger);
    expect(found(rewritten(dossier, 7, { points: -59, lots: { never: -59 } }))).toContain(
      '3: entry 3 credits an order that does not carry its claim',
    );
  });

  test('finds one that was taken back for another reason', () => {
    const dossier = dossierOf(moved(), stranger);
    const line = dossier.entries.find(({ seq }) => seq === 7);
    if (line?.source.kind !== 'refund') throw new Error('it is another line');
    expect(found(rewritten(dossier, 7, { source: { ...line.source, reason: 'refunded' } }))).toContain(
      '3: entry 3 credits an order that does not carry its claim',
    );
  });

  test('finds a prover’s claim of more than was credited', () => {
    const more = withOrder(dossierOf(moved(), owner), '1002', (order) => ({
      ...order,
      ...(order.claim && { claim: { ...order.claim, credited: order.claim.credited + 1 } }),
    }));
    expect(found(more)).toContain('3: order shop/1002 carries a claim that no entry credited');
  });

  test('finds a claim that came from somebody who had neither given it up nor left', () => {
    const squat = moved();
    squat.tell('1003');
    squat.enroll(stranger, anaMail);
    const line = dossierOf(squat, stranger).entries.find(({ seq }) => seq === 3);
    if (line?.source.kind !== 'order') throw new Error('it is another line');
    // As if the refund of the second order had been one of the first.
    const dossier = dossierOf(squat, stranger);
    const refund = dossier.entries.find(({ seq }) => seq === 7);
    if (refund?.source.kind !== 'refund') throw new Error('it is another line');
    const source = { ...refund.source, order: number('1001') };
    expect(found(rewritten(dossier, 7, { source }))).toContain(
      '3: entry 3 credits an order that does not carry its claim',
    );
  });

  test('finds a claim that names a line that did not credit its order', () => {
    const other = withOrder(
      dossierOf(moved(), stranger),
      '1002',
      (order) =>
        ({
          ...order,
          claim: order.claim && { ...order.claim, from: { contact: stranger, seq: 2 } },
        }) as Order,
    );
    expect(found(other)).toContain('3: order shop/1002 passed on from a line that did not credit it');
  });

  test('finds an order that passed on and is the stranger’s still', () => {
    const squat = moved();
    const dossier = dossierOf(squat, stranger);
    const before = squat.world.orders.get('shop 1002')?.claim;
    if (before?.from === undefined) throw new Error('it did not pass on');
    const { from, ...claim } = before;
    const back = withOrder(dossier, '1002', (order) => ({
      ...order,
      claim: { ...claim, contact: stranger, seq: from.seq },
    }));
    expect(found(back)).toContain('3: order shop/1002 passed on and is claimed still');
  });

  test('finds the prover’s order without its claim', () => {
    const dossier = dossierOf(moved(), owner);
    expect(found({ ...dossier, orders: dossier.orders.slice(1) })).toContain(
      '3: entry 2 credits an order that does not carry its claim',
    );
  });

  test.each([
    [-49, 'less'],
    [-51, 'more'],
  ])('finds a bonus of which %d was taken back, %s than was paid', (points) => {
    const dossier = dossierOf(moved(), stranger);
    expect(found(rewritten(dossier, 5, { points, lots: { never: points } }))).toContain(
      '3: entry 5 takes back a signup bonus that was not there',
    );
  });
});
