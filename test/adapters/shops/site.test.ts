import { afterEach, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
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
  secret,
  serve,
} from '../../shops/site/scene.ts';
import { full, order } from '../../shops/site/told.ts';

afterEach(closeAll);

const found = async (body: unknown, status = 200) => {
  const { url } = await answering(body, status);
  return openSite(url).shop.findOrder({ number: number('1001'), emails: [ana] }, patient());
};

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
      expect(shop.readHook({ headers: {}, body: Buffer.from('{}') }).kind).toBe('unauthorized');
      expect(received).toEqual([]);
    },
  );
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
