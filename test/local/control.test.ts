import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Shop } from '../support/house.ts';

let house: House;
let shop: Shop;
beforeAll(async () => {
  house = await openHouse();
  shop = await house.open();
  for (const id of ['1', '2']) await shop.chat('enroll', { contact_id: id, email: `a${id}@example.com` });
});
afterAll(() => house.stop());

const flows = () => house.manychat.outbox().filter(({ path }) => path.endsWith('/sendFlow'));

describe('POST /_local/run/remind', () => {
  test('answers a summary when nothing is due any more', async () => {
    expect((await shop.request('POST', '/_local/run/remind')).json).toEqual({
      ok: true,
      result: 'done',
      job: 'remind',
      sent: 0,
      unconfirmed: 0,
      skipped: {},
      closed: {},
      later: 0,
      mirrored: 0,
      held: 0,
      troubles: [],
    });
  });

  test('reminds one member alone, as if their day had come', async () => {
    const { status, json } = await shop.request('POST', '/_local/run/remind', {
      program: shop.id,
      contact: '1',
    });
    expect([status, json.sent]).toEqual([200, 1]);
    expect(flows().map(({ body }) => (body as { subscriber_id: string }).subscriber_id)).toEqual(['1']);
    const again = await shop.request('POST', '/_local/run/remind', { program: shop.id, contact: 'nobody' });
    expect(again.json.sent).toBe(0);
  });

  test.each(['{', '[]', '{"contact":"1"}', '"x"'])(
    'with the body %s is told what was expected',
    async (body) => {
      const { status, json } = await shop.request('POST', '/_local/run/remind', body);
      expect([status, json.result, json.message]).toEqual([
        400,
        'bad_request',
        'expected no body, or {"program": "demo", "contact": "1001"}',
      ]);
    },
  );

  test('starts nothing by moving the clock alone', async () => {
    const before = flows().length;
    await shop.request('POST', '/_local/clock', { advance: 'P60D' });
    expect(flows()).toHaveLength(before);
    await shop.request('POST', '/_local/run/remind', {});
    // Each of the two once: the one who was reminded above is due again.
    expect(flows()).toHaveLength(before + 2);
  });
});

describe('POST /_local/run/settle and reconcile', () => {
  const nothing = {
    ok: true,
    result: 'done',
    issued: 0,
    reversed: 0,
    returned: 0,
    cancelled: 0,
    looked: 0,
    read: 0,
    linked: 0,
    moved: 0,
    open: 0,
    findings: 0,
  };

  test('answer what they came to', async () => {
    const settled = await shop.request('POST', '/_local/run/settle');
    expect(settled.json).toEqual({ ...nothing, job: 'settle' });
    const reconciled = await shop.request('POST', '/_local/run/reconcile');
    expect(reconciled.json).toEqual({
      ...nothing,
      job: 'reconcile',
      orders: 0,
      repaired: 0,
      unreadable: 0,
      unfinished: [],
      listed: [],
    });
  });
});

describe('the other control routes', () => {
  test('show what ManyChat received, oldest first, without the token', async () => {
    const { status, json, text } = await shop.request('GET', '/_local/outbox');
    expect([status, json.ok, json.messages.length > 0]).toEqual([200, true, true]);
    for (const message of json.messages)
      expect(Object.keys(message).sort()).toEqual(['at', 'body', 'path', 'status']);
    const times = json.messages.map(({ at }: { at: string }) => at);
    expect(times).toEqual([...times].sort());
    expect(text).not.toContain(house.manychat.token);
  });

  test('know no other job, and take no other method', async () => {
    expect((await shop.request('POST', '/_local/run/sweep')).status).toBe(404);
    expect((await shop.request('GET', '/_local/run/settle')).status).toBe(405);
    expect((await shop.request('GET', '/_local/run/remind')).status).toBe(405);
    expect((await shop.request('POST', '/_local/outbox')).status).toBe(405);
  });
});
