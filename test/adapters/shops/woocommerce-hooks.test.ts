import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { wooShop } from '../../../functions/adapters/shops/woocommerce/woocommerce.ts';
import { closeAll, request, scene, startMs } from '../../shops/woocommerce/scene.ts';

afterEach(closeAll);

const sign = (body: string, secret: string) => createHmac('sha256', secret).update(body).digest('base64');

describe('a webhook', () => {
  test('of an order tells the order, by the signature that the shop makes', async () => {
    const { shop, fake, row } = await scene();
    fake.orders.refund(row({ coupons: [] }), '10.00', 'part');
    const news = shop.readHook(request(fake.delivery(11)));
    expect(news).toEqual({
      kind: 'news',
      orders: [
        expect.objectContaining({
          id: '11',
          number: '11',
          email: 'ana@example.com',
          status: 'paid',
          totalMinor: 4500,
          refundedMinor: 1000,
          updatedAt: startMs,
        }),
      ],
      reread: [],
      used: [],
      released: [],
    });
  });

  test('is verified by the recorded signature of a real shop', async () => {
    const { shop } = await scene();
    const hook = {
      body: '{"id":11,"number":"11","status":"processing"}',
      headers: {
        'x-wc-webhook-signature': 'NG99zfqpsooW20NeXbZvWrEKRgFZ5Q9//cw1+2n1Ib8=',
        'x-wc-webhook-topic': 'product.updated',
      },
    };
    expect(shop.readHook(request(hook))).toEqual({ kind: 'nothing', topic: 'product.updated' });
    expect(shop.readHook(request({ ...hook, body: `${hook.body} ` }))).toMatchObject({
      kind: 'unauthorized',
    });
    // As an order it is too little.
    const asOrder = { ...hook, headers: { ...hook.headers, 'x-wc-webhook-topic': 'order.updated' } };
    expect(shop.readHook(request(asOrder))).toMatchObject({ kind: 'malformed' });
  });

  test('that is the unsigned ping means nothing', async () => {
    const { shop, fake } = await scene();
    expect(shop.readHook(request(fake.ping()))).toEqual({ kind: 'nothing', topic: 'ping' });
    const odd = { ...fake.ping(), body: 'webhook_id=1&order=2' };
    expect(shop.readHook(request(odd))).toMatchObject({ kind: 'unauthorized' });
  });

  test('by the secret before is taken as long as it is kept, by any other never', async () => {
    const { fake, row, connection } = await scene();
    row();
    const held = { consumer_key: 'ck', consumer_secret: 'cs' };
    const read = (secrets: object) =>
      wooShop({ ...connection, secrets: { ...held, ...secrets } }).readHook(request(fake.delivery(11))).kind;
    expect(read({ webhook_secret: 'new', previous_webhook_secret: 'whs-secret-123' })).toBe('news');
    expect(read({ webhook_secret: 'new' })).toBe('unauthorized');
    expect(read({ webhook_secret: '', previous_webhook_secret: '' })).toBe('unauthorized');
    expect(read({})).toBe('unauthorized');
  });

  test.each([[undefined], [''], ['x'], ['*'.repeat(44)], [sign('other', 'whs-secret-123')], [sign('', '')]])(
    'with the signature %j is not taken',
    async (signature) => {
      const { shop, fake, row } = await scene();
      row();
      const { body, headers } = fake.delivery(11);
      const { 'x-wc-webhook-signature': _, ...others } = headers;
      const changed = signature === undefined ? others : { ...others, 'x-wc-webhook-signature': signature };
      expect(shop.readHook(request({ body, headers: changed }))).toMatchObject({ kind: 'unauthorized' });
    },
  );

  test('over an empty body with an empty secret is not taken', async () => {
    const { connection } = await scene();
    const shop = wooShop({
      ...connection,
      secrets: { consumer_key: 'a', consumer_secret: 'b', webhook_secret: '' },
    });
    const hook = { body: '', headers: { 'x-wc-webhook-signature': sign('', '') } };
    expect(shop.readHook(request(hook))).toMatchObject({ kind: 'unauthorized' });
  });

  test('is judged by its bytes, and not by its delivery id, which others of the same second share', async () => {
    const { shop, fake, row } = await scene();
    row();
    row({ email: 'zed@example.com' });
    const first = fake.delivery(11);
    const second = fake.delivery(12);
    expect(first.headers['x-wc-webhook-delivery-id']).toBe(second.headers['x-wc-webhook-delivery-id']);
    const ids = [first, second].map((hook) => {
      const news = shop.readHook(request(hook));
      return news.kind === 'news' ? news.orders[0]?.id : news.kind;
    });
    expect(ids).toEqual(['11', '12']);
  });

  test.each(['order.deleted', 'coupon.updated', 'coupon.created', 'customer.created', 'action.x'])(
    'of the topic %s means nothing to us',
    async (topic) => {
      const { shop, fake } = await scene();
      expect(shop.readHook(request(fake.delivery(99, topic)))).toEqual({ kind: 'nothing', topic });
    },
  );

  test('of a draft or an unpaid order tells a pending one', async () => {
    const { shop, fake, row } = await scene();
    row({ status: 'checkout-draft' }).email = '';
    const news = shop.readHook(request(fake.delivery(11, 'order.created')));
    expect(news).toMatchObject({ kind: 'news', orders: [{ status: 'pending', email: undefined }] });
  });

  test('of an order whose number nobody could type means nothing', async () => {
    const { shop, fake, row } = await scene({ numbering: () => '№ ∞' });
    row();
    expect(shop.readHook(request(fake.delivery(11)))).toEqual({ kind: 'nothing', topic: 'order.updated' });
  });

  test.each(['', 'null', '[]', '<html>', '{"id":"x"}', '{"id":11,"number":"11","total":"-5"}'])(
    'signed, and not an order, is malformed: %j',
    async (body) => {
      const { shop } = await scene();
      const headers = {
        'x-wc-webhook-signature': sign(body, 'whs-secret-123'),
        'x-wc-webhook-topic': 'order.updated',
      };
      expect(shop.readHook(request({ body, headers }))).toMatchObject({ kind: 'malformed' });
    },
  );
});

describe('coupons in a webhook', () => {
  test('are those that the order uses', async () => {
    const { shop, fake, row } = await scene();
    fake.coupons.add('LOY-A');
    const order = row({ coupons: ['LOY-A'] });
    const read = () => shop.readHook(request(fake.delivery(12)));
    expect(read()).toMatchObject({ orders: [{ codes: ['loy-a'], status: 'paid' }], released: [] });
    fake.orders.move(order, 'cancelled');
    expect(read()).toMatchObject({ orders: [{ codes: ['loy-a'], status: 'cancelled' }], released: [] });
  });

  test('are free again once the payment failed, though the order may still be paid', async () => {
    const { shop, fake, row } = await scene();
    fake.coupons.add('LOY-A', { usage_limit: 1 });
    const order = row({ status: 'pending', coupons: ['LOY-A'] });
    fake.orders.move(order, 'failed');
    expect(shop.readHook(request(fake.delivery(12)))).toMatchObject({
      orders: [{ codes: [], freedCodes: ['loy-a'], status: 'pending' }],
      // The order tells it, so that a replay of old news frees nothing.
      released: [],
    });
    fake.orders.move(order, 'processing');
    const paid = shop.readHook(request(fake.delivery(12)));
    expect(paid).toMatchObject({ orders: [{ codes: ['loy-a'], status: 'paid' }], released: [] });
    expect(paid.kind === 'news' && paid.orders[0]?.freedCodes).toBeUndefined();
  });
});
