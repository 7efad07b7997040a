import { describe, expect, test } from '@jest/globals';
import { storeId } from '../../functions/domain/ids.ts';
import type { Loaded } from '../../functions/domain/ledger.ts';
import type { Order } from '../../functions/domain/order.ts';
import type { Program } from '../../functions/domain/program.ts';
import { decideVerify, type OrderRequest, type OrderResult } from '../../functions/domain/verify.ts';
import {
  ana,
  answered,
  ben,
  benMail,
  claimOf,
  dayMs,
  foundOf,
  hashOf,
  memberOf,
  noon,
  number,
  orderOf,
  personOf,
  plus,
  settingOf,
} from './support.ts';

const request: OrderRequest = { contact: ana, number: number('1001') };
const seen = (...orders: Order[]): Loaded => foundOf({ member: memberOf(), contact: personOf(), orders });
const verify = (found: Loaded, program: Partial<Program> = {}, asked = request) =>
  answered(decideVerify(found, asked, settingOf(program)));

const failed = {
  contact: { contact: ana, set: { attempts: { hour: '2026-12-01T12', count: 1 } }, guard: ['attempts'] },
};
const claimedByAna = { claim: claimOf() };
const claimedByBen = { claim: claimOf({ contact: ben }) };

describe('verifying an order', () => {
  test('says what it is worth and moves nothing', () => {
    const order = orderOf({ totalMinor: 6050, refundedMinor: 1000 });
    const { answer, change } = verify(seen(order));
    expect(answer).toMatchObject({ result: 'valid', books: memberOf(), order, points: 50 });
    expect(change).toBeUndefined();
  });

  test.each<[OrderResult, string, Partial<Order>, number]>([
    ['already_claimed', 'with the points as credited then', { claim: claimOf({ standing: 10 }) }, 60],
    ['not_paid', 'with what it is worth', { status: 'pending' }, 60],
    ['cancelled', 'worth nothing', { status: 'cancelled' }, 0],
    ['refunded', 'worth nothing', { status: 'refunded' }, 0],
    ['refunded', 'by its sums alone', { refundedMinor: 6000 }, 0],
    ['too_old', 'worth nothing', { placedAt: plus(noon, -365 * dayMs - 1) }, 0],
    ['wrong_currency', 'worth nothing', { currency: 'EUR' }, 0],
    ['valid', 'even if it is fulfilled', { status: 'fulfilled' }, 60],
    ['valid', 'on the last day on which it may be claimed', { placedAt: plus(noon, -365 * dayMs) }, 60],
    ['valid', 'even if the shop’s clock is ahead of ours', { placedAt: plus(noon, dayMs) }, 60],
    ['valid', 'even if it is worth nothing', { totalMinor: 0 }, 0],
  ])('answers %s, %s', (result, _, order, points) => {
    const { answer, change } = verify(seen(orderOf(order)));
    expect(answer).toMatchObject({ result, books: memberOf(), order: orderOf(order), points });
    expect(change).toBeUndefined();
  });

  test('answers claimed_by_other without a word on the order, and counts no attempt', () => {
    const { answer, change } = verify(seen(orderOf(claimedByBen)));
    expect(answer).toEqual({ result: 'claimed_by_other', books: memberOf(), order: undefined, points: 0 });
    expect(change).toBeUndefined();
  });

  test.each<[string, Order[]]>([
    ['nobody knows', []],
    ['is under another e-mail', [orderOf({ email: hashOf(benMail) })]],
    ['is under another e-mail and claimed', [orderOf({ email: hashOf(benMail), ...claimedByBen })]],
    ['is a test', [orderOf({ test: true })]],
    ['is a test and claimed by another', [orderOf({ test: true, ...claimedByBen })]],
  ])('answers not_found for an order that %s, and counts one failed attempt', (_, orders) => {
    const { answer, change } = verify(seen(...orders));
    expect(answer).toEqual({ result: 'not_found', books: memberOf(), order: undefined, points: 0 });
    expect(change).toEqual(failed);
  });

  test('answers not_found for what cannot be an order number', () => {
    const { answer, change } = verify(seen(), {}, { contact: ana, number: 'invalid' });
    expect(answer.result).toBe('not_found');
    expect(change).toEqual(failed);
  });

  test('finds nothing for a person without e-mails', () => {
    const { emails: _, ...nameless } = personOf();
    const found = foundOf({ member: memberOf(), orders: [orderOf()] });
    expect(verify(found).answer.result).toBe('not_found');
    expect(verify({ ...found, contact: nameless }).answer.result).toBe('not_found');
  });

  test('finds orders under any e-mail of the person', () => {
    const [anaMail] = personOf().emails ?? [];
    const contact = personOf({ emails: [benMail, ...(anaMail ? [anaMail] : [])] });
    expect(verify({ ...seen(orderOf()), contact }).answer.result).toBe('valid');
  });
});

describe('what is said first of an order that several things are true of:', () => {
  const old = { placedAt: plus(noon, -400 * dayMs) };
  test.each<[OrderResult, string, Partial<Order>]>([
    ['already_claimed', 'under another e-mail', { ...claimedByAna, email: hashOf(benMail) }],
    ['already_claimed', 'now a test', { ...claimedByAna, test: true }],
    ['already_claimed', 'cancelled', { ...claimedByAna, status: 'cancelled' }],
    ['already_claimed', 'refunded', { ...claimedByAna, status: 'refunded', ...old }],
    ['claimed_by_other', 'cancelled', { ...claimedByBen, status: 'cancelled' }],
    ['claimed_by_other', 'too old', { ...claimedByBen, ...old }],
    ['not_paid', 'too old and in another currency', { status: 'pending', currency: 'EUR', ...old }],
    ['not_paid', 'refunded already', { status: 'pending', refundedMinor: 6000 }],
    ['cancelled', 'refunded', { status: 'cancelled', refundedMinor: 6000 }],
    ['refunded', 'too old', { status: 'refunded', ...old }],
    ['too_old', 'in another currency', { currency: 'EUR', ...old }],
  ])('%s, though it is %s', (result, _, order) => {
    expect(verify(seen(orderOf(order))).answer.result).toBe(result);
  });

  test('an unpaid order in another currency is worth nothing', () => {
    expect(verify(seen(orderOf({ status: 'pending', currency: 'EUR' }))).answer.points).toBe(0);
  });
});

describe('too many attempts', () => {
  const hour = '2026-12-01T12';
  const tired = { contact: personOf({ attempts: { hour, count: 10 } }) };

  test('are said before anything else', () => {
    const { answer, change } = verify({ ...seen(orderOf()), ...tired });
    expect(answer).toEqual({ result: 'too_many_attempts', books: memberOf(), order: undefined, points: 0 });
    expect(change).toBeUndefined();
    expect(verify({ ...seen(orderOf(claimedByAna)), ...tired }).answer.result).toBe('too_many_attempts');
    expect(verify(foundOf(tired)).answer).toMatchObject({ result: 'too_many_attempts', books: undefined });
    expect(verify(foundOf(tired), {}, { contact: ana, number: undefined }).answer.result).toBe(
      'too_many_attempts',
    );
  });

  test('are as many as the program says, in this hour', () => {
    expect(verify({ ...seen(orderOf()), ...tired }, { attemptsPerHour: 11 }).answer.result).toBe('valid');
    const earlier = personOf({ attempts: { hour: '2026-12-01T11', count: 10 } });
    expect(verify({ ...seen(orderOf()), contact: earlier }).answer.result).toBe('valid');
  });

  test('are reached one failure after the other', () => {
    const contact = personOf({ attempts: { hour, count: 9 } });
    const { answer, change } = verify({ ...seen(), contact });
    expect(answer.result).toBe('not_found');
    expect(change?.contact?.set.attempts).toEqual({ hour, count: 10 });
  });
});

describe('before any order is looked at,', () => {
  test('nobody but a member learns anything, and nothing is counted', () => {
    const left = memberOf({ status: 'left' });
    for (const found of [foundOf({ orders: [orderOf()] }), { ...seen(orderOf()), member: left }]) {
      const { answer, change } = verify(found);
      expect(answer).toEqual({ result: 'not_member', books: undefined, order: undefined, points: 0 });
      expect(change).toBeUndefined();
    }
  });

  test('a missing number is asked for, and nothing is counted', () => {
    const { answer, change } = verify(seen(), {}, { contact: ana, number: undefined });
    expect(answer).toEqual({ result: 'order_number_needed', books: memberOf(), order: undefined, points: 0 });
    expect(change).toBeUndefined();
    expect(verify(foundOf(), {}, { contact: ana, number: undefined }).answer.result).toBe('not_member');
  });
});

describe('a number that several shops know', () => {
  const store = storeId.parse('other');
  const ranked: [OrderResult, Partial<Order>][] = [
    ['valid', {}],
    ['already_claimed', claimedByAna],
    ['not_paid', { status: 'pending' }],
    ['too_old', { placedAt: plus(noon, -400 * dayMs) }],
    ['wrong_currency', { currency: 'EUR' }],
    ['refunded', { status: 'refunded' }],
    ['cancelled', { status: 'cancelled' }],
    ['claimed_by_other', claimedByBen],
    ['not_found', { test: true }],
  ];
  const pairs = ranked.slice(1).map((worse, index) => [ranked[index] ?? worse, worse] as const);

  test.each(pairs)('is judged by the order that helps most: %j before %j', ([better, a], [, b]) => {
    const [first, second] = [orderOf(a), orderOf({ ...b, store })];
    expect(verify(seen(first, second)).answer.result).toBe(better);
    expect(verify(seen(second, first)).answer.result).toBe(better);
  });
});
