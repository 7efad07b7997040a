import { afterEach, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { storedEmail } from '../../../functions/domain/email.ts';
import { instant } from '../../../functions/domain/ids.ts';
import {
  ana,
  answering,
  closeAll,
  closedPort,
  json,
  now,
  number,
  openSite,
  patient,
  questionOf,
  secret,
  serve,
} from '../../shops/site/scene.ts';

afterEach(closeAll);

const full = {
  found: true,
  order_id: 'A-7',
  order_number: '1001',
  status: 'paid',
  amount: '45.00',
  currency: 'EUR',
  refunded_amount: '5.50',
  test: false,
  placed_at: '2026-11-20T10:00:00Z',
  paid_at: '2026-11-20T10:00:05Z',
};
const order = {
  number: '1001',
  id: 'A-7',
  email: ana,
  totalMinor: 4500,
  itemsMinor: undefined,
  refundedMinor: 550,
  currency: 'EUR',
  status: 'paid',
  placedAt: Date.UTC(2026, 10, 20, 10),
  updatedAt: undefined,
  test: false,
  codes: [],
  linked: false,
};
const pushed = {
  order_number: '1001',
  order_id: 'A-7',
  email: 'Ana@Example.com ',
  total: '45.00',
  refunded: '5.50',
  currency: 'EUR',
  status: 'paid',
  placed_at: '2026-11-20T10:00:00Z',
};

const found = async (body: unknown, status = 200) => {
  const { url } = await answering(body, status);
  return openSite(url).shop.findOrder({ number: number('1001'), emails: [ana] }, patient());
};
const without = (name: string, from: object = full) =>
  Object.fromEntries(Object.entries(from).filter(([key]) => key !== name));

describe('a question', () => {
  test('is signed as Standard Webhooks are', async () => {
    const { url, received } = await answering(full);
    const nowMs = Date.now();
    await openSite(`${url}/loyalty.php?x=1`, { nowMs }).shop.findOrder(
      { number: number('1001'), emails: [ana] },
      patient(),
    );
    const [question] = received;
    expect(question).toMatchObject({ method: 'POST', url: '/loyalty.php?x=1' });
    expect(question?.headers['content-type']).toBe('application/json');
    const headers = Object.fromEntries(
      Object.entries(question?.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    expect(new Webhook(secret).verify(question?.body ?? '', headers)).toEqual({
      type: 'order.lookup',
      timestamp: new Date(nowMs).toISOString(),
      data: { order_number: '1001', email: 'ana@example.com' },
    });
  });

  test('is asked three times under one id where the answer is lost, with a rest between', async () => {
    const { url, received } = await serve((_, response, count) => {
      if (count < 3) response.destroy();
      else json(response, full);
    });
    const { shop, stopwatch } = openSite(url);
    const answer = await shop.findOrder({ number: number('1001'), emails: [ana] }, patient());
    expect(answer).toEqual({ kind: 'found', order });
    expect(received).toHaveLength(3);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    expect(stopwatch.waited).toEqual([100, 200]);
  });

  test('is given up after the third time', async () => {
    const { url, received } = await answering({ error: 'database' }, 503);
    const { shop } = openSite(url);
    expect(await shop.findOrder({ number: number('1001'), emails: [ana] }, patient())).toEqual({
      kind: 'trouble',
      reason: 'server_error',
      detail: 'HTTP 503',
    });
    expect(received).toHaveLength(3);
  });

  test('another one has another id', async () => {
    const { url, received } = await answering(full);
    const { shop } = openSite(url);
    await shop.findOrder({ number: number('1001'), emails: [ana] }, patient());
    await shop.findOrder({ number: number('1002'), emails: [ana] }, patient());
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
  });

  test.each([
    [400, { error: 'bad_request' }, 'malformed', 'HTTP 400'],
    [400, { error: 'unknown_type' }, 'malformed', 'the site does not answer order.lookup'],
    [401, 'nonsense', 'unauthorized', 'the site did not take the signature'],
    [403, {}, 'forbidden', 'HTTP 403'],
    [404, { error: 'unknown_type' }, 'malformed', 'HTTP 404'],
    [429, {}, 'throttled', 'HTTP 429'],
    [204, undefined, 'malformed', 'HTTP 204'],
    [201, full, 'malformed', 'HTTP 201'],
  ])('that is answered with %d is not repeated', async (status, body, reason, detail) => {
    const { url, received } = await answering(body, status);
    const { shop } = openSite(url);
    const answer = await shop.findOrder({ number: number('1001'), emails: [ana] }, patient());
    expect(answer).toEqual({ kind: 'trouble', reason, detail });
    expect(received).toHaveLength(1);
  });

  test.each([
    ['2026-11-21T19:32:10Z', 'the site’s clock is 12 minutes ahead of ours'],
    ['2026-11-21T20:13:00+01:00', 'the site’s clock is 7 minutes behind ours'],
    ['2026-11-21T19:24:00Z', 'the site did not take the signature'],
    ['yesterday', 'the site did not take the signature'],
  ])('that is refused at %s says whose clock is off', async (time, detail) => {
    expect(await found({ error: 'unauthorized', time }, 401)).toMatchObject({
      reason: 'unauthorized',
      detail,
    });
  });

  test('each try of which takes too long is ended, and then the question', async () => {
    const { url, received } = await serve(() => undefined);
    const { shop } = openSite(url, { withinMs: 20 });
    const answer = await shop.findOrder({ number: number('1001'), emails: [ana] }, patient());
    expect(answer).toEqual({ kind: 'trouble', reason: 'timeout' });
    expect(received.length).toBeLessThanOrEqual(3);
  });

  test('is not asked again once the time is up', async () => {
    const controller = new AbortController();
    const { url, received } = await serve((_, response) => {
      controller.abort();
      response.destroy();
    });
    const { shop } = openSite(url);
    const answer = await shop.findOrder({ number: number('1001'), emails: [ana] }, controller.signal);
    expect(answer).toMatchObject({ kind: 'trouble' });
    expect(received).toHaveLength(1);
  });
});

describe('without a secret that can sign', () => {
  test.each([undefined, {}, { secret: '' }, { secret: 'whsec_' }, { secret: 'password' }, 'whsec_x', null])(
    'nothing is asked and nothing is believed (%j)',
    async (secrets) => {
      const { url, received } = await answering(full);
      const { shop } = openSite(url, { secrets });
      const none = { kind: 'trouble', reason: 'no_credentials' };
      const spec = { code: 'A-1', redemption: 'r' };
      expect(await shop.findOrder({ number: number('1001'), emails: [ana] }, patient())).toEqual(none);
      expect(await shop.readOrder('1', patient())).toEqual(none);
      expect(await shop.changedOrders(now, undefined, patient())).toEqual(none);
      expect(await shop.findCoupon(spec, patient())).toEqual(none);
      expect(await shop.cancelCoupon(spec, patient())).toEqual(none);
      expect(await shop.attachLink('1', 'ref', patient())).toEqual(none);
      expect(shop.readHook({ headers: {}, body: Buffer.from('{}'), now }).kind).toBe('unauthorized');
      expect(received).toEqual([]);
    },
  );
});

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

  test('is read from the simplest answer: paid, now, and named by its number', async () => {
    expect(await found({ valid: true, amount: 45.1, currency: 'EUR' })).toEqual({
      kind: 'found',
      order: { ...order, id: '1001', totalMinor: 4510, refundedMinor: 0, placedAt: now },
    });
  });

  test('of the simplest answer may tell more', async () => {
    const more = { ...without('found'), valid: true };
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
    ['amount', without('amount')],
    ['refunded_amount', { ...full, refunded_amount: '-1' }],
    ['refunded_amount', { ...full, refunded_amount: '1.234' }],
    ['items', { ...full, items: [{ total: '1.00' }, { total: '-1' }] }],
    ['currency', { ...full, currency: 'XXQ' }],
    ['currency', { ...full, currency: 'eur' }],
    ['currency', without('currency')],
    ['status', { ...full, status: 'shipped' }],
    ['status', without('status')],
    ['placed_at', { ...full, placed_at: '20.11.2026' }],
    ['placed_at', { ...full, placed_at: '2026-11-20T10:00:00' }],
    ['placed_at', without('placed_at')],
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

describe('a hostile site', () => {
  const asked = async (answer: Parameters<typeof serve>[0]) => {
    const { url, received } = await serve(answer);
    const { shop } = openSite(url);
    const told = await shop.findOrder({ number: number('1001'), emails: [ana] }, patient());
    return { told, tries: received.length };
  };

  test('that redirects is not followed, and not asked again', async () => {
    const elsewhere = await answering(full);
    const redirect: Parameters<typeof serve>[0] = (_, response) =>
      response.writeHead(307, { location: elsewhere.url }).end();
    expect(await asked(redirect)).toEqual({
      told: { kind: 'trouble', reason: 'redirected', detail: 'HTTP 307' },
      tries: 1,
    });
    expect(elsewhere.received).toEqual([]);
  });

  test('that sends 2 MiB is not read to the end', async () => {
    const { told, tries } = await asked((_, response) => {
      response.end(JSON.stringify({ ...full, note: 'x'.repeat(2 * 1024 * 1024) }));
    });
    expect(told).toMatchObject({ reason: 'too_large' });
    expect(tries).toBe(1);
  });

  test('that breaks off each time has not answered', async () => {
    const { told, tries } = await asked((_, response) => {
      response.writeHead(200, { 'content-length': '500' });
      response.write('{"found":true', () => response.destroy());
    });
    expect(told).toMatchObject({ reason: 'unreachable', detail: 'ECONNRESET' });
    expect(tries).toBe(3);
  });

  test('that nobody serves is unreachable', async () => {
    const { shop } = openSite(`http://127.0.0.1:${await closedPort()}`);
    expect(await shop.findOrder({ number: number('1001'), emails: [ana] }, patient())).toEqual({
      kind: 'trouble',
      reason: 'unreachable',
      detail: 'ECONNREFUSED',
    });
  });
});

describe('an order that is read again', () => {
  const reading = async (body: unknown, status = 200) => {
    const { url, received } = await answering(body, status);
    return { told: await openSite(url).shop.readOrder('A-7', patient()), received };
  };

  test('is asked for by its id, and brings its own e-mail', async () => {
    const { told, received } = await reading({ found: true, order: pushed });
    expect(told).toEqual({ kind: 'found', order });
    expect(received.map(questionOf)).toMatchObject([{ type: 'order.read', data: { order_id: 'A-7' } }]);
  });

  test.each([
    [{ found: false }, 200],
    [{ valid: false }, 200],
    [{ error: 'unknown_type' }, 400],
  ])('is none where the site has it not, or does not know the question: %j', async (body, status) => {
    expect((await reading(body, status)).told).toEqual({ kind: 'none' });
  });

  test('may be under no e-mail', async () => {
    const told = (await reading({ found: true, order: without('email', pushed) })).told;
    expect(told).toMatchObject({ kind: 'found', order: { email: undefined } });
  });

  test('is not another one', async () => {
    const other = { found: true, order: { ...pushed, order_id: 'A-8' } };
    expect((await reading(other)).told).toMatchObject({ reason: 'malformed', detail: 'another order' });
  });

  test('is trouble where its sums are wrong', async () => {
    const wrong = { found: true, order: { ...pushed, total: '45.001' } };
    expect((await reading(wrong)).told).toEqual({
      kind: 'trouble',
      reason: 'malformed',
      detail: 'order.total',
    });
  });
});

describe('changed orders', () => {
  const since = instant.parse(Date.UTC(2026, 10, 20));
  const changed = async (body: unknown, status = 200, from?: string) => {
    const { url, received } = await answering(body, status);
    return { told: await openSite(url).shop.changedOrders(since, from, patient()), received };
  };

  test('come page by page', async () => {
    const first = await changed({ orders: [pushed], next: 'p2' });
    expect(first.told).toEqual({ kind: 'page', orders: [order], next: 'p2' });
    expect(first.received.map(questionOf)).toMatchObject([
      { type: 'orders.changed', data: { since: '2026-11-20T00:00:00.000Z', cursor: null } },
    ]);
    const last = await changed({ orders: [], next: null }, 200, 'p2');
    expect(last.told).toEqual({ kind: 'page', orders: [], next: undefined });
    expect(last.received.map(questionOf)).toMatchObject([{ data: { cursor: 'p2' } }]);
  });

  test.each([
    [{ error: 'unknown_type' }, 400],
    [{ valid: false }, 200],
  ])('are none where the site does not know the question: %j', async (body, status) => {
    expect((await changed(body, status)).told).toEqual({ kind: 'page', orders: [], next: undefined });
  });

  test('leave out those that nobody could claim by number', async () => {
    const told = (await changed({ orders: [{ ...pushed, order_number: 'A B' }, pushed] })).told;
    expect(told).toEqual({ kind: 'page', orders: [order], next: undefined });
  });

  test.each([
    ['orders[1]', { orders: [pushed, { ...pushed, total: '-1' }] }],
    ['orders[0].currency', { orders: [{ ...pushed, currency: 'EURO' }] }],
    ['orders', { orders: 'none' }],
    ['orders', { orders: Array.from({ length: 501 }, () => pushed) }],
    ['next', { orders: [], next: '' }],
  ])('are trouble where they are wrong, by place: %s', async (detail, body) => {
    expect((await changed(body)).told).toEqual({ kind: 'trouble', reason: 'malformed', detail });
  });

  test('do not lead from a page to itself', async () => {
    const { told } = await changed({ orders: [pushed], next: 'p2' }, 200, 'p2');
    expect(told).toEqual({ kind: 'trouble', reason: 'malformed', detail: 'next' });
  });
});

describe('a signed link', () => {
  const attached = async (body: unknown, status = 200) => {
    const { url, received } = await answering(body, status);
    return { told: await openSite(url).shop.attachLink('A-7', 'ref_1', patient()), received };
  };

  test('is told to the site beside the order', async () => {
    const { told, received } = await attached({ linked: true });
    expect(told).toEqual({ kind: 'attached' });
    expect(received.map(questionOf)).toMatchObject([
      { type: 'order.link', data: { order_id: 'A-7', ref: 'ref_1' } },
    ]);
  });

  test('has no place at a site that does not know the question', async () => {
    expect((await attached({ error: 'unknown_type' }, 400)).told).toEqual({ kind: 'attached' });
  });

  test('is trouble where the site does not find the order', async () => {
    expect((await attached({ linked: false })).told).toMatchObject({ reason: 'malformed' });
  });
});
