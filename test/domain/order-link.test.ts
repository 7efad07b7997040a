import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { signToken } from '../../functions/domain/callback-token.ts';
import { orderNumber, programId, storeId } from '../../functions/domain/ids.ts';
import { lastDayOf, type OrderLink, openLink, signLink } from '../../functions/domain/order-link.ts';
import { ana, at, noon, shop } from './support.ts';

const program = programId.parse('demo');
const key = 'the key of the links';
const zone = 'Europe/Berlin';
const link: OrderLink = {
  purpose: 'claim',
  lastDay: '2027-03-01',
  store: shop,
  number: orderNumber.parse('1001'),
  id: 'gid://shop/Order/1',
};
const ref = signLink(link, program, key);
const open = (text: string, now = noon, of = program, by = key) => openLink(text, of, by, now, zone);

const numbers = fc.stringMatching(/^[A-Z0-9._/-]{1,32}$/).map((text) => orderNumber.parse(text));
const stores = fc
  .stringMatching(/^[a-z0-9-]{1,40}$/)
  .filter((id) => id !== 'constructor')
  .map((id) => storeId.parse(id));
const ids = fc.option(fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }), { nil: undefined });

describe('a signed link', () => {
  test('is a ref of letters, digits and _, and is read as what it was made of', () => {
    fc.assert(
      fc.property(stores, numbers, ids, (store, number, id) => {
        const made = signLink({ ...link, store, number, id }, program, key);
        expect(made).toMatch(/^order_[a-z0-9]+$/);
        expect(made.length).toBeLessThan(2_083);
        const read = open(made);
        expect(read).toEqual({ kind: 'link', link: { ...link, store, number, id } });
      }),
    );
  });

  test('is read with blanks around it', () => {
    expect(open(` ${ref}\n`)).toEqual({ kind: 'link', link });
  });

  test('is no order number, and no order number is one', () => {
    expect(orderNumber.safeParse(ref.toUpperCase()).success).toBe(false);
    fc.assert(fc.property(numbers, (number) => open(number).kind === 'number'));
    expect(open('')).toEqual({ kind: 'number' });
  });

  test('is bad with any sign changed, left out or added', () => {
    for (let at = 'order_'.length; at < ref.length; at += 1) {
      const other = ref[at] === 'a' ? 'b' : 'a';
      expect(open(ref.slice(0, at) + other + ref.slice(at + 1)).kind).toBe('bad');
      expect(open(ref.slice(0, at) + ref.slice(at + 1)).kind).toBe('bad');
      expect(open(ref.slice(0, at) + ref[at] + ref.slice(at)).kind).toBe('bad');
    }
    fc.assert(fc.property(fc.string(), (rest) => open(`order_${rest}`).kind === 'bad'));
  });

  test('is bad in another program, and under another key', () => {
    expect(open(ref, noon, programId.parse('other'))).toEqual({ kind: 'bad' });
    expect(open(ref, noon, program, 'another key')).toEqual({ kind: 'bad' });
  });

  test('is bad for another purpose', () => {
    const other = { ...link, purpose: 'refer' } as unknown as OrderLink;
    expect(open(signLink(other, program, key))).toEqual({ kind: 'bad' });
  });

  test('is none that a button’s token under the same key could be taken for', () => {
    const token = signToken(
      {
        program,
        contact: ana,
        route: '/v1/redeem/block',
        input: {},
        language: 'en',
        expiresAt: noon,
        nonce: '1',
      },
      key,
    );
    const [body = '', mac = ''] = token.split('.');
    const hex = (text: string) => Buffer.from(text, 'base64url').toString('hex');
    expect(open(`order_${Buffer.from(body).toString('hex')}${hex(mac).slice(0, 32)}`).kind).toBe('bad');
  });

  test.each([
    ['2027-03-01T22:59:59Z', 'link'],
    ['2027-03-01T23:00:00Z', 'expired'],
    ['2028-01-01T00:00:00Z', 'expired'],
  ])('at %s is %s: its last day ends where the program is', (now, kind) => {
    expect(open(ref, at(now)).kind).toBe(kind);
  });

  test.each([
    ['2026-12-01T12:00:00Z', zone, '2027-03-01'],
    ['2026-12-01T23:30:00Z', zone, '2027-03-02'],
    ['2026-12-01T23:30:00Z', 'America/New_York', '2027-03-01'],
    ['2027-12-01T12:00:00Z', 'UTC', '2028-02-29'],
  ])('made at %s in %s is good until the %s', (now, where, lastDay) => {
    expect(lastDayOf(at(now), where)).toBe(lastDay);
  });
});
