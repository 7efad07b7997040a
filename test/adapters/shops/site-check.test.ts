import { afterEach, describe, expect, test } from '@jest/globals';
import { currency } from '../../../functions/domain/money.ts';
import {
  answering,
  closeAll,
  closedPort,
  type Given,
  json,
  openSite,
  patient,
  questionOf,
  serve,
} from '../../shops/site/scene.ts';

afterEach(closeAll);

const usd = currency.parse('USD');

/** A site that does everything right, but for what a test changes. */
const right: Readonly<Record<string, object>> = {
  ping: { pong: true, currency: 'USD' },
  'order.lookup': { found: false },
  'orders.changed': { orders: [], next: null },
};
const refusal = { error: 'unauthorized', time: '2026-11-21T19:20:30Z' };

const checked = async (
  changed: Readonly<Record<string, object>> = {},
  refused: object = refusal,
  given: Given = {},
) => {
  const asked: { type: string; signature: string }[] = [];
  const { url } = await serve((request, response) => {
    const { type } = questionOf(request);
    const signature = String(request.headers['webhook-signature']);
    asked.push({ type, signature });
    // The first is signed rightly, the second by nobody's key.
    if (type === 'ping' && asked.filter((one) => one.type === 'ping').length === 2)
      return 'pong' in refused ? json(response, refused) : json(response, refused, 401);
    const answers: Readonly<Record<string, object>> = { ...right, ...changed };
    const answer = answers[type];
    return answer === undefined
      ? json(response, { error: 'unknown_type' }, 400)
      : json(response, answer, 'error' in answer ? 400 : 200);
  });
  const lines = await openSite(url, given).shop.check(usd, patient());
  return { lines, asked, wrong: lines.filter(({ ok }) => !ok) };
};

describe('a check of a site', () => {
  test('says of everything that it is right', async () => {
    const { lines, asked } = await checked();
    expect(lines.map(({ what, ok }) => [what, ok])).toEqual([
      ['ping', true],
      ['signature', true],
      ['clock', true],
      ['currency', true],
      ['look-up', true],
      ['changed orders', true],
    ]);
    expect(asked[0]?.signature).not.toBe(asked[1]?.signature);
  });

  test('makes no coupon', async () => {
    const { asked } = await checked();
    expect(asked.some(({ type }) => type.startsWith('coupon.'))).toBe(false);
  });

  test('says that a site which answers a wrong signature answers anybody', async () => {
    const { wrong } = await checked({}, { pong: true });
    expect(wrong).toMatchObject([
      { what: 'signature', detail: expect.stringContaining('answered with 200, not 401') },
    ]);
  });

  test.each([
    [400, 'answered with 400, not 401: the signature is to be looked at before anything else'],
    [503, 'look into the error log of the server (HTTP 503)'],
  ])('raises no alarm over a wrong signature that is answered with %d', async (status, detail) => {
    let pings = 0;
    const { url } = await serve((request, response) => {
      const { type } = questionOf(request);
      if (type === 'ping' && ++pings === 2) return json(response, { error: 'no' }, status);
      json(response, right[type] ?? {});
    });
    const lines = await openSite(url).shop.check(usd, patient());
    expect(lines.filter(({ ok }) => !ok)).toEqual([
      { what: 'signature', ok: false, detail: expect.stringContaining(detail) },
    ]);
  });

  test.each([
    ['2026-11-21T19:32:10Z', 'the site’s clock is 12 minutes ahead: set it, beyond 5 nothing is answered'],
    ['2026-11-21T19:17:00Z', 'the site’s clock is 3 minutes behind: set it, beyond 5 nothing is answered'],
  ])('says by how much the clock is off (%s)', async (time, detail) => {
    const { wrong } = await checked({}, { error: 'unauthorized', time });
    expect(wrong).toEqual([{ what: 'clock', ok: false, detail }]);
  });

  test('says nothing of a clock that it is not told', async () => {
    const { lines } = await checked({}, { error: 'unauthorized' });
    expect(lines.map(({ what }) => what)).not.toContain('clock');
  });

  test.each([
    [
      'an order that nobody placed',
      { 'order.lookup': { valid: true, amount: '1', currency: 'USD' } },
      { what: 'look-up', detail: 'an order that nobody placed was found: every number would earn points' },
    ],
    [
      'another currency',
      { ping: { pong: true, currency: 'EUR' } },
      { what: 'currency', detail: 'the site sells in EUR, the program is in USD' },
    ],
    ['changed orders that cannot be read', { 'orders.changed': { orders: 1 } }, { what: 'changed orders' }],
  ])('tells of %s', async (_, changed, line) => {
    const { wrong } = await checked(changed);
    expect(wrong).toMatchObject([line]);
  });

  test('says what a site without a list of changed orders means', async () => {
    const { lines } = await checked({ 'orders.changed': { error: 'unknown_type' } });
    expect(lines).toContainEqual({
      what: 'changed orders',
      ok: true,
      detail: 'not answered: only what the site sends tells of refunds',
    });
  });

  test('does without a ping, which the simplest site does not know', async () => {
    const { wrong } = await checked({ ping: { error: 'unknown_type' } });
    expect(wrong).toEqual([]);
  });

  test('asks nothing without a secret', async () => {
    const { lines, asked } = await checked({}, refusal, { secrets: undefined });
    expect(lines).toMatchObject([{ what: 'secret', ok: false }]);
    expect(asked).toEqual([]);
  });

  test('says once why nothing is answered, and the clock where that is why', async () => {
    const { url } = await answering({ error: 'unauthorized', time: '2026-11-21T18:20:00Z' }, 401);
    const lines = await openSite(url).shop.check(usd, patient());
    expect(lines).toEqual([
      {
        what: 'ping',
        ok: false,
        detail:
          'the site refused our signature: is the same secret on both sides? (the site’s clock is 60 minutes behind ours)',
      },
      { what: 'signature', ok: true, detail: 'a wrong one is refused' },
      {
        what: 'clock',
        ok: false,
        detail: 'the site’s clock is 60 minutes behind: set it, beyond 5 nothing is answered',
      },
    ]);
  });

  test.each([
    ['a page of HTML', '<html>Welcome</html>', 200, 'something else answers there'],
    ['a fault of the site', '', 500, 'error log'],
    ['a limit', '', 429, 'in a minute'],
  ])('says what to do about %s, and nothing of signatures', async (_, text, status, advice) => {
    const { url } = await serve((__, response) => response.writeHead(status).end(text));
    const lines = await openSite(url).shop.check(usd, patient());
    expect(lines).toEqual([{ what: 'ping', ok: false, detail: expect.stringContaining(advice) }]);
  });

  test('says what to do where nobody answers', async () => {
    const lines = await openSite(`http://127.0.0.1:${await closedPort()}`).shop.check(usd, patient());
    expect(lines).toMatchObject([{ what: 'ping', detail: expect.stringContaining('nobody answers') }]);
  });

  test('says of an address that must not be called that it must be public', async () => {
    const lines = await openSite('http://10.0.0.1/').shop.check(usd, patient());
    expect(lines[0]).toMatchObject({
      what: 'ping',
      ok: false,
      detail: expect.stringContaining('https and public'),
    });
  });
});
