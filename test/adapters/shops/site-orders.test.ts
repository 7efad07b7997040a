import { afterEach, describe, expect, test } from '@jest/globals';
import { storedEmail } from '../../../functions/domain/email.ts';
import {
  ana,
  answering,
  closeAll,
  json,
  now,
  number,
  openSite,
  patient,
  questionOf,
  serve,
} from '../../shops/site/scene.ts';
import { full, order, without } from '../../shops/site/told.ts';

afterEach(closeAll);

const found = async (body: unknown, status = 200) => {
  const { url } = await answering(body, status);
  return openSite(url).shop.findOrder({ number: number('1001'), emails: [ana] }, patient());
};

describe('an order', () => {
  test('is read from the full answer', async () => {
    expect(await found(full)).toEqual({ kind: 'found', order });
  });

  test('brings its lines, its coupons and whether it carries its link', async () => {
    const more = {
      ...full,
      order_id: 7,
      updated_at: '2026-11-21T10:00:00.120+01:00',
      items: [{ total: '10.00' }, { total: 5 }],
      coupon_codes: ['LOY-1'],
      linked: true,
      test: true,
    };
    expect(await found(more)).toEqual({
      kind: 'found',
      order: {
        ...order,
        id: '7',
        itemsMinor: 1500,
        updatedAt: Date.UTC(2026, 10, 21, 9, 0, 0, 120),
        codes: ['LOY-1'],
        linked: true,
        test: true,
      },
    });
  });

  test.each([
    ['pending', 'pending'],
    ['paid', 'paid'],
    ['completed', 'fulfilled'],
    ['fulfilled', 'fulfilled'],
    ['cancelled', 'cancelled'],
    ['refunded', 'refunded'],
  ])('may be %s', async (status, read) => {
    expect(await found({ ...full, status })).toMatchObject({ order: { status: read } });
  });

  test('is read from the simplest answer: paid, now, and without an id that nobody told', async () => {
    expect(await found({ valid: true, amount: 45.1, currency: 'EUR' })).toEqual({
      kind: 'found',
      order: { ...order, id: undefined, totalMinor: 4510, refundedMinor: 0, placedAt: now },
    });
  });

  test('of the simplest answer may tell more', async () => {
    const more = { ...without('found', full), valid: true };
    expect(await found(more)).toEqual({ kind: 'found', order });
  });

  test.each([
    { found: false },
    { valid: false },
    { found: false, valid: true },
    { found: false, amount: 'x' },
  ])('is none where the site says so: %j', async (body) => {
    expect(await found(body)).toEqual({ kind: 'none' });
  });

  test.each([
    ['of another number', { ...full, order_number: '1002' }],
    ['of a number that nobody can type', { ...full, order_number: '10 01' }],
    ['under another e-mail', { ...full, email: 'bob@example.com' }],
    ['under no e-mail', { ...full, email: null }],
  ])('%s is not the one', async (_, body) => {
    expect(await found(body)).toEqual({ kind: 'none' });
  });

  test('is the one however its number and e-mail are written', async () => {
    const written = { ...full, order_number: ' #1001', email: ' ANA@example.com' };
    expect(await found(written)).toEqual({ kind: 'found', order });
    expect(await found({ ...full, order_number: 1001 })).toEqual({ kind: 'found', order });
  });

  test('is asked for under each e-mail, and found under the one that it has', async () => {
    const { url, received } = await serve((question, response) => {
      json(response, questionOf(question).data.email === 'ana@example.com' ? full : { found: false });
    });
    const { shop } = openSite(url);
    const emails = [storedEmail.parse('old@example.com'), ana];
    expect(await shop.findOrder({ number: number('1001'), emails }, patient())).toEqual({
      kind: 'found',
      order,
    });
    expect(received).toHaveLength(2);
    expect(await shop.findOrder({ number: number('1001'), emails: [] }, patient())).toEqual({ kind: 'none' });
  });

  test('is not said to be none where one of the e-mails could not be asked for', async () => {
    const { url } = await serve((question, response) => {
      if (questionOf(question).data.email === 'ana@example.com') json(response, { found: false });
      else json(response, {}, 500);
    });
    const { shop } = openSite(url);
    const emails = [ana, storedEmail.parse('old@example.com')];
    expect(await shop.findOrder({ number: number('1001'), emails }, patient())).toMatchObject({
      reason: 'server_error',
    });
  });
});

describe('an answer that cannot be right', () => {
  test.each([
    ['amount', { ...full, amount: '-45.00' }],
    ['amount', { ...full, amount: -1 }],
    ['amount', { ...full, amount: '45.001' }],
    ['amount', { ...full, amount: 0.1 + 0.2 }],
    ['amount', { ...full, amount: 1e21 }],
    ['amount', { ...full, amount: '1e3' }],
    ['amount', { ...full, amount: '45,00' }],
    ['amount', { ...full, amount: ' 45' }],
    ['amount', { ...full, amount: '' }],
    ['amount', { ...full, amount: '99999999999999' }],
    ['amount', { ...full, amount: '4500.5', currency: 'JPY', refunded_amount: '0' }],
    ['amount', { ...full, amount: null }],
    ['amount', without('amount', full)],
    ['refunded_amount', { ...full, refunded_amount: '-1' }],
    ['refunded_amount', { ...full, refunded_amount: '1.234' }],
    ['items', { ...full, items: [{ total: '1.00' }, { total: '-1' }] }],
    ['currency', { ...full, currency: 'XXQ' }],
    ['currency', { ...full, currency: 'eur' }],
    ['currency', without('currency', full)],
    ['status', { ...full, status: 'shipped' }],
    ['status', without('status', full)],
    ['placed_at', { ...full, placed_at: '20.11.2026' }],
    ['placed_at', { ...full, placed_at: '2026-11-20T10:00:00' }],
    ['placed_at', without('placed_at', full)],
    ['updated_at', { ...full, updated_at: 1795000000 }],
    ['test', { ...full, test: 'no' }],
    ['order_id', { ...full, order_id: '' }],
    ['order_id', { ...full, order_id: 'x'.repeat(201) }],
    ['coupon_codes', { ...full, coupon_codes: 'LOY-1' }],
    ['amount', { valid: true, currency: 'EUR' }],
    ['found', { ok: true }],
    ['found', { found: 'yes' }],
    ['found', { valid: 'yes', amount: '1', currency: 'EUR' }],
    ['not the keys of an answer', [full]],
    ['not the keys of an answer', null],
    ['not the keys of an answer', 'found'],
  ])('is trouble with its %s, never a missing order', async (detail, body) => {
    expect(await found(body)).toEqual({ kind: 'trouble', reason: 'malformed', detail });
  });

  test.each(['<html>Wartung</html>', '', '{"found":true', 'found', '{}{}', '\u0000'])(
    'is trouble where it is no JSON: %j',
    async (text) => {
      const { url, received } = await serve((_, response) => response.writeHead(200).end(text));
      const { shop } = openSite(url);
      const answer = await shop.findOrder({ number: number('1001'), emails: [ana] }, patient());
      expect(answer).toEqual({ kind: 'trouble', reason: 'malformed', detail: 'no JSON' });
      expect(received).toHaveLength(1);
    },
  );

  test('says nothing of what it holds', async () => {
    const leaky = {
      ...full,
      email: 'ana@example.com',
      amount: 'secret@example.com',
      status: 'ana@example.com',
    };
    expect(JSON.stringify(await found(leaky))).not.toMatch(/example|secret/);
  });
});
