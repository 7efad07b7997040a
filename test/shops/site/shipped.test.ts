/** The files that shop owners get, as they are: each promise holds in PHP and in Node. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { shopCalls } from '../../../functions/adapters/shops/http.ts';
import { sign } from '../../../functions/adapters/shops/standard-webhooks.ts';
import { storedEmail } from '../../../functions/domain/email.ts';
import { later } from '../../../functions/domain/ids.ts';
import { currency } from '../../../functions/domain/money.ts';
import type { Shop } from '../../../functions/ports/shops.ts';
import type { PlacedOrder, ShopBench } from '../bench.ts';
import { openSiteBench } from './bench.ts';
import type { SiteLanguage } from './process.ts';
import { ana, number, openSite, patient } from './scene.ts';

const usd = currency.parse('USD');
const call = shopCalls({ loopback: true });

describe.each<SiteLanguage>(['php', 'node'])('the file for %s', (which) => {
  let bench: ShopBench;
  let shop: Shop;
  let secret = '';
  let url = '';
  beforeAll(async () => {
    bench = await openSiteBench(which);
    url = String(bench.section['url']);
    secret = JSON.parse(JSON.stringify(bench.secrets)).secret;
    shop = openSite(url, { secrets: bench.secrets, nowMs: Date.now() }).shop;
  });
  afterAll(async () => bench?.close());

  const find = (order: PlacedOrder, email = ana) =>
    shop.findOrder({ number: number(order.number), emails: [email] }, patient());

  /** A request signed as told. */
  const post = async (body: string, changed: { lateS?: number; by?: string; sent?: string } = {}) => {
    const timestampS = Math.floor(Date.now() / 1000) - (changed.lateS ?? 0);
    const headers = {
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(timestampS),
      'webhook-signature': sign('msg_1', timestampS, body, changed.by ?? secret),
    };
    const answer = await call({ method: 'POST', url, headers, body: changed.sent ?? body }, patient());
    return answer.kind === 'answered' ? { status: answer.status, text: answer.text } : answer;
  };
  const ping = '{"type":"ping","data":{}}';

  test('passes the check from end to end', async () => {
    const lines = await shop.check(usd, patient());
    expect(lines.filter(({ ok }) => !ok)).toEqual([]);
    expect(lines.map(({ what }) => what)).toContain('look-up');
  });

  describe('a request', () => {
    test('with a right signature is answered', async () => {
      expect(await post(ping)).toEqual({ status: 200, text: '{"pong":true,"currency":"USD"}' });
      expect(await post(ping, { lateS: 290 })).toMatchObject({ status: 200 });
      expect(await post(ping, { lateS: -290 })).toMatchObject({ status: 200 });
    });

    test.each([
      ['that is old', { lateS: 310 }],
      ['of tomorrow', { lateS: -310 }],
      ['by another key', { by: `whsec_${Buffer.alloc(32).toString('base64')}` }],
      ['that was changed', { sent: '{"type":"ping","data":{} }' }],
    ])('%s is refused, with the time of the site', async (_, changed) => {
      const answer = await post(ping, changed);
      expect(answer).toMatchObject({ status: 401 });
      const { error, time } = JSON.parse('text' in answer ? answer.text : '{}');
      expect(error).toBe('unauthorized');
      expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000);
    });

    test('without a signature is refused', async () => {
      expect(await call({ method: 'POST', url, body: ping }, patient())).toMatchObject({ status: 401 });
      expect(await call({ method: 'GET', url }, patient())).toMatchObject({ status: 405 });
    });

    test('may carry signatures of several keys', async () => {
      const timestampS = Math.floor(Date.now() / 1000);
      const headers = {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(timestampS),
        'webhook-signature': `v1,AAAA ${sign('msg_1', timestampS, ping, secret)}`,
      };
      expect(await call({ method: 'POST', url, headers, body: ping }, patient())).toMatchObject({
        status: 200,
      });
    });

    test.each([
      ['{"type":"order.fly","data":{}}', 400, '{"error":"unknown_type"}'],
      [
        '{"type":"order.lookup","data":{"order_number":"1"}}',
        400,
        '{"error":"bad_request","missing":"email"}',
      ],
      [
        '{"type":"order.lookup","data":{"order_number":["1"],"email":"a"}}',
        400,
        '{"error":"bad_request","missing":"order_number"}',
      ],
      [
        '{"type":"coupon.cancel","data":{"code":"A"}}',
        400,
        '{"error":"bad_request","missing":"redemption_id"}',
      ],
      ['{"type":"ping"}', 400, '{"error":"bad_request"}'],
      ['{"type":5,"data":{}}', 400, '{"error":"bad_request"}'],
      ['{"type":"ping","data":', 400, '{"error":"bad_request"}'],
      ['"ping"', 400, '{"error":"bad_request"}'],
      ['null', 400, '{"error":"bad_request"}'],
      ['', 400, '{"error":"bad_request"}'],
    ])('that cannot be understood is told so: %s', async (body, status, text) => {
      expect(await post(body)).toEqual({ status, text });
    });

    test('of more than 64 KiB is refused', async () => {
      const body = JSON.stringify({ type: 'ping', data: { more: 'x'.repeat(65_536) } });
      expect(await post(body)).toEqual({ status: 413, text: '{"error":"too_large"}' });
    });

    test('is counted by the bench', async () => {
      const before = bench.calls();
      await post(ping);
      expect(bench.calls()).toBe(before + 1);
    });
  });

  describe('an order', () => {
    test('is found under its e-mail, and by nobody else', async () => {
      const order = await bench.place({ email: 'ANA@example.com', total: '60.5' });
      expect(await find(order)).toMatchObject({
        kind: 'found',
        order: {
          number: order.number,
          id: order.id,
          email: ana,
          totalMinor: 6050,
          currency: 'USD',
          status: 'paid',
        },
      });
      const stranger = storedEmail.parse('bob@example.com');
      const none = { kind: 'none' };
      expect(await find(order, stranger)).toEqual(none);
      expect(await find({ number: '424242', id: 'x' })).toEqual(none);
      const answers = await Promise.all(
        [order.number, '424242'].map((typed) =>
          post(JSON.stringify({ type: 'order.lookup', data: { order_number: typed, email: stranger } })),
        ),
      );
      // To the byte: a stranger does not learn which numbers there are.
      expect(answers[0]).toEqual(answers[1]);
    });

    test.each(['../coupons/X', '..', '.', '/', 'A/B', 'x'.repeat(300), 'A\\B', '*', ''])(
      'is no file of another name: %j',
      async (typed) => {
        const data = { order_number: typed, email: 'ana@example.com' };
        expect(await post(JSON.stringify({ type: 'order.lookup', data }))).toEqual({
          status: 200,
          text: '{"found":false}',
        });
      },
    );

    test.each(['pending', 'cancelled'] as const)('may be %s', async (status) => {
      const order = await bench.place({ email: ana, total: '60.00', status });
      expect(await find(order)).toMatchObject({ order: { status } });
    });

    test('of a test is told as one', async () => {
      expect(await find(await bench.place({ email: ana, total: '1.00', test: true }))).toMatchObject({
        order: { test: true },
      });
    });

    test('is read by its id after a refund', async () => {
      const order = await bench.place({ email: ana, total: '60.00' });
      await bench.refund(order, '10.00');
      expect(await shop.readOrder(order.id, patient())).toMatchObject({
        order: { email: ana, refundedMinor: 1000, totalMinor: 6000, status: 'paid' },
      });
      await bench.refund(order);
      expect(await find(order)).toMatchObject({ order: { refundedMinor: 6000, status: 'refunded' } });
      await expect(bench.refund(order, '0.01')).rejects.toThrow('more than was paid');
      expect(await shop.readOrder('424242', patient())).toEqual({ kind: 'none' });
    });

    test('keeps its signed link', async () => {
      const order = await bench.place({ email: ana, total: '60.00' });
      expect(await find(order)).toMatchObject({ order: { linked: false } });
      expect(await shop.attachLink(order.id, 'ref_1', patient())).toEqual({ kind: 'attached' });
      expect(await find(order)).toMatchObject({ order: { linked: true } });
      expect(await shop.readOrder(order.id, patient())).toMatchObject({ order: { linked: true } });
      expect(await shop.attachLink('424242', 'ref_1', patient())).toMatchObject({ kind: 'trouble' });
    });
  });

  test('tells of changed orders, each change once, oldest first, page by page', async () => {
    const old = await bench.place({ email: ana, total: '1.00' });
    const told = await find(old);
    if (told.kind !== 'found' || told.order.updatedAt === undefined) throw new Error('no order');
    const since = later(told.order.updatedAt, 1);
    const placed: PlacedOrder[] = [];
    for (let index = 0; index < 103; index++) placed.push(await bench.place({ email: ana, total: '2.00' }));
    const [first, second] = placed;
    if (first === undefined || second === undefined) throw new Error('no orders');
    // Changed last, and so it comes last.
    await bench.refund(first, '1.00');
    const page = await shop.changedOrders(since, undefined, patient());
    if (page.kind === 'trouble') throw new Error(page.reason);
    expect(page.orders).toHaveLength(100);
    expect(page.orders[0]?.id).toBe(second.id);
    const rest = await shop.changedOrders(since, page.next, patient());
    if (rest.kind === 'trouble') throw new Error(rest.reason);
    expect(rest.next).toBeUndefined();
    expect(rest.orders.at(-1)).toMatchObject({ id: first.id, refundedMinor: 100 });
    const ids = [...page.orders, ...rest.orders].map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set(placed.map(({ id }) => id)));
    expect(ids).toHaveLength(103);
    // A change at the very moment that was asked for is told too.
    const last = rest.orders.at(-1)?.updatedAt ?? since;
    expect(await shop.changedOrders(last, undefined, patient())).toMatchObject({
      orders: [{ id: first.id }],
    });
    expect(await shop.changedOrders(later(last, 1), undefined, patient())).toMatchObject({ orders: [] });
  });

  describe('what it sends', () => {
    const news = async (order: PlacedOrder) => {
      const sent = await bench.hook(order);
      if (sent === undefined) throw new Error('nothing was sent');
      const request = { headers: sent.headers, body: Buffer.from(sent.body) };
      return { type: JSON.parse(sent.body).type, read: shop.readHook(request), sent };
    };

    test('is signed, and tells of the order as it stands', async () => {
      const order = await bench.place({ email: ana, total: '60.00' });
      const paid = await news(order);
      expect(paid).toMatchObject({
        type: 'order.paid',
        read: {
          kind: 'news',
          orders: [{ number: order.number, id: order.id, email: ana, totalMinor: 6000 }],
        },
      });
      await bench.refund(order, '20.00');
      expect(await news(order)).toMatchObject({
        type: 'order.refunded',
        read: { orders: [{ refundedMinor: 2000 }] },
      });
      await bench.cancel(order);
      expect(await news(order)).toMatchObject({
        type: 'order.cancelled',
        read: { orders: [{ status: 'cancelled' }] },
      });
      const pending = await bench.place({ email: ana, total: '60.00', status: 'pending' });
      expect(await news(pending)).toMatchObject({
        type: 'order.updated',
        read: { orders: [{ status: 'pending' }] },
      });
    });

    test('says the same as a look-up does', async () => {
      const order = await bench.place({ email: ana, total: '60.00' });
      const found = await find(order);
      const { read } = await news(order);
      expect(read.kind === 'news' ? read.orders[0] : undefined).toEqual(
        found.kind === 'found' ? found.order : 'none',
      );
    });

    test('has an id of its own each time', async () => {
      const order = await bench.place({ email: ana, total: '60.00' });
      const ids = [await news(order), await news(order)].map(({ sent }) => sent.headers['webhook-id']);
      expect(new Set(ids).size).toBe(2);
    });
  });
});
