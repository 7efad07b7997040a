import { describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { later } from '../../../functions/domain/ids.ts';
import { now, openSite, secret } from '../../shops/site/scene.ts';

const previous = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const { shop } = openSite('http://127.0.0.1:9', { secrets: { secret, previous_secret: previous } });

/** A webhook as the reference library signs it. */
const delivery = (body: string, by = secret, at: number = now) => ({
  headers: {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': new Webhook(by).sign('evt_1', new Date(at), body),
  },
  body: Buffer.from(body),
});
const read = (event: unknown) => shop.readHook(delivery(JSON.stringify(event)));

const order = {
  order_number: '#1001',
  order_id: 'A-7',
  email: 'ana@example.com',
  total: '60.00',
  currency: 'USD',
  status: 'paid',
  placed_at: '2026-11-20T10:00:00Z',
  coupon_codes: ['LOY-1'],
};
const without = (name: string) => Object.fromEntries(Object.entries(order).filter(([key]) => key !== name));
const nothingNew = { kind: 'news', orders: [], reread: [], used: [], released: [] };

describe('a webhook of a site', () => {
  test.each([
    ['order.paid', {}, { status: 'paid', refundedMinor: 0 }],
    ['order.updated', { status: 'pending' }, { status: 'pending' }],
    [
      'order.updated',
      { total: '50', items: [{ sku: 'A', quantity: 1, total: '45' }] },
      { totalMinor: 5000, itemsMinor: 4500 },
    ],
    ['order.refunded', { refunded: '10.00' }, { status: 'paid', refundedMinor: 1000 }],
    ['order.refunded', { status: 'refunded' }, { status: 'refunded' }],
    ['order.cancelled', { status: 'cancelled' }, { status: 'cancelled' }],
    ['order.paid', { email: null }, { email: undefined }],
    ['order.paid', { email: 'at the counter' }, { email: undefined }],
    [
      'order.paid',
      { test: true, linked: true, updated_at: '2026-11-20T10:00:01Z' },
      { test: true, linked: true },
    ],
  ])('tells of an order: %s %j', (type, changed, seen) => {
    const news = read({ type, data: { ...order, ...changed } });
    expect(news).toMatchObject({
      ...nothingNew,
      orders: [{ number: '1001', id: 'A-7', codes: ['LOY-1'], ...seen }],
    });
  });

  test('tells of a coupon that was used, and of one that is free again', () => {
    const data = { code: 'loy-1', order_number: 2001 };
    const told = [{ code: 'loy-1', order: '2001' }];
    expect(read({ type: 'coupon.redeemed', data })).toEqual({ ...nothingNew, used: told });
    expect(read({ type: 'coupon.released', data })).toEqual({ ...nothingNew, released: told });
    const dated = read({ type: 'coupon.released', timestamp: '2026-11-21T19:20:00.120Z', data });
    expect(dated).toEqual({ ...nothingNew, released: [{ ...told[0], at: later(now, 120) }] });
  });

  test.each(['ping', 'product.updated', 'Order.paid', ''])('of the topic %j is none of ours', (type) => {
    expect(read({ type })).toEqual({ kind: 'nothing', topic: type });
  });

  test.each([
    ['order.paid', without('order_number'), 'data.order_number'],
    ['order.paid', { ...order, order_number: 'A B' }, 'data.order_number'],
    ['order.paid', without('total'), 'data.total'],
    ['order.paid', { ...order, total: '-60.00' }, 'data.total'],
    ['order.paid', { ...order, total: '60.001' }, 'data.total'],
    ['order.paid', { ...order, refunded: 'all' }, 'data.refunded'],
    ['order.paid', without('currency'), 'data.currency'],
    ['order.paid', { ...order, currency: 'dollars' }, 'data.currency'],
    ['order.paid', without('status'), 'data.status'],
    ['order.paid', { ...order, status: 'lost' }, 'data.status'],
    ['order.paid', without('placed_at'), 'data.placed_at'],
    ['order.paid', { ...order, placed_at: 'today' }, 'data.placed_at'],
    ['order.paid', { ...order, items: [{ total: '1.234' }] }, 'data.items'],
    ['order.paid', undefined, 'data'],
    ['order.paid', [], 'data'],
    ['order.paid', 'x', 'data'],
    ['order.cancelled', order, 'data.status'],
    ['order.cancelled', { ...order, status: 'refunded' }, 'data.status'],
    ['order.refunded', order, 'data.refunded'],
    ['order.refunded', { ...order, refunded: '0.00' }, 'data.refunded'],
    ['coupon.redeemed', { order_number: '2001' }, 'data.code'],
    ['coupon.redeemed', { code: '', order_number: '2001' }, 'data.code'],
    ['coupon.redeemed', { code: 'LOY-1' }, 'data.order_number'],
    ['coupon.released', { code: 'LOY-1', order_number: '?' }, 'data.order_number'],
    ['coupon.released', undefined, 'data'],
  ])('cannot be read without what it needs: %s %j', (type, data, detail) => {
    expect(read({ type, data })).toEqual({ kind: 'malformed', detail });
  });

  test.each([
    '',
    'null',
    '[]',
    '"order.paid"',
    '{"type":1}',
    '{"data":{}}',
    '{"type":"order.paid"',
    '<xml/>',
  ])('cannot be read where it is none: %j', (body) => {
    expect(shop.readHook(delivery(body))).toMatchObject({ kind: 'malformed' });
  });

  test('may be signed by the secret that is being replaced', () => {
    const body = JSON.stringify({ type: 'order.paid', data: order });
    expect(shop.readHook(delivery(body, previous)).kind).toBe('news');
    const alone = openSite('http://127.0.0.1:9').shop;
    expect(alone.readHook(delivery(body)).kind).toBe('news');
    expect(alone.readHook(delivery(body, previous))).toEqual({ kind: 'unauthorized', detail: 'wrong' });
  });

  test('is verified before anything is read of it', () => {
    const forged = delivery('not even JSON');
    expect(shop.readHook({ ...forged, body: Buffer.from('other') })).toEqual({
      kind: 'unauthorized',
      detail: 'wrong',
    });
    expect(shop.readHook({ ...forged, headers: {} })).toEqual({ kind: 'unauthorized', detail: 'missing' });
  });

  test('counts for five minutes, and never with another body', () => {
    const body = JSON.stringify({ type: 'order.paid', data: order });
    const sent = delivery(body);
    const readLater = (ms: number) =>
      openSite('http://127.0.0.1:9', { nowMs: later(now, ms) }).shop.readHook(sent);
    expect(readLater(300_000).kind).toBe('news');
    expect(readLater(301_000)).toEqual({ kind: 'unauthorized', detail: 'old' });
    const replayed = Buffer.from(body.replace('60.00', '90.00'));
    expect(shop.readHook({ ...sent, body: replayed })).toEqual({ kind: 'unauthorized', detail: 'wrong' });
  });
});
