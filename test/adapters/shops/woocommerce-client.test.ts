/** The fake shop speaks the protocol that WooCommerce's own client speaks: that client drives it here. */
import { type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import woocommerce from '@woocommerce/woocommerce-rest-api';
import * as z from 'zod/mini';
import { keys } from '../../shops/woocommerce/fake.ts';
import { closeAll, scene } from '../../shops/woocommerce/scene.ts';

afterEach(closeAll);

/** Stands for the proxy that takes TLS off: what the client sends to https arrives at the fake as it is. */
const withoutTls = {
  request: (options: RequestOptions, answered: (response: IncomingMessage) => void) =>
    plainRequest({ ...options, agent: undefined, protocol: 'http:' }, answered),
};

const client = (url: string, changes: object = {}) =>
  new woocommerce.default({
    url: url.replace('http:', 'https:'),
    ...keys,
    version: 'wc/v3',
    axiosConfig: { transport: withoutTls, proxy: false, validateStatus: () => true },
    ...changes,
  });

/** Over plain http this client signs with OAuth. */
const overHttp = (url: string, changes: object = {}) =>
  client(url, { url, axiosConfig: { proxy: false, validateStatus: () => true }, ...changes });

const coupon = z.object({ id: z.int(), code: z.string(), date_expires_gmt: z.nullable(z.string()) });
const code = z.object({ code: z.string() });
const order = z.object({ id: z.int(), number: z.string(), status: z.string(), total: z.string() });

describe('keys', () => {
  test('go in the header over https, and a wrong secret is told', async () => {
    const { fake } = await scene();
    const right = await client(fake.url).get('orders');
    expect([right.status, right.data]).toEqual([200, []]);
    expect(fake.calls[0]?.authorization).toMatch(/^Basic /);
    const wrong = await client(fake.url, { consumerSecret: 'cs_wrong' }).get('orders');
    expect([wrong.status, code.parse(wrong.data).code]).toEqual([
      401,
      'woocommerce_rest_authentication_error',
    ]);
  });

  test('may go in the query, which is why ours never do', async () => {
    const { fake } = await scene();
    const answer = await client(fake.url, { queryStringAuth: true }).get('orders');
    expect(answer.status).toBe(200);
    expect(fake.calls[0]?.query.get('consumer_secret')).toBe(keys.consumerSecret);
  });

  test('over plain http only a signature is taken', async () => {
    const { fake } = await scene();
    fake.door.plainHttp = true;
    expect((await overHttp(fake.url).get('orders', { per_page: 1 })).status).toBe(200);
    const basic = await client(fake.url).get('orders');
    expect([basic.status, code.parse(basic.data).code]).toEqual([401, 'woocommerce_rest_cannot_view']);
    const wrong = await overHttp(fake.url, { consumerSecret: 'cs_wrong' }).get('orders');
    expect(wrong.status).toBe(401);
  });

  test('that may only read write nothing', async () => {
    const { fake } = await scene();
    fake.door.permission = 'read';
    const answer = await client(fake.url).post('coupons', { code: 'A' });
    expect([answer.status, code.parse(answer.data).code]).toEqual([
      401,
      'woocommerce_rest_authentication_error',
    ]);
    expect(fake.coupons.rows).toEqual([]);
  });
});

describe('orders', () => {
  test('are bought, read by field, refunded in parts and in full', async () => {
    const { fake } = await scene();
    const api = client(fake.url);
    const bought = await api.post('orders', {
      set_paid: true,
      billing: { email: 'ana@example.com' },
      line_items: [{ product_id: 10, quantity: 1 }],
    });
    expect(bought.status).toBe(201);
    const { id } = order.parse(bought.data);
    const fields = 'id,number,status,total,currency,billing.email,refunds,date_paid_gmt,coupon_lines';
    const read = await api.get(`orders/${id}`, { _fields: fields });
    expect(read.data).toEqual({
      id: 11,
      number: '11',
      status: 'processing',
      currency: 'EUR',
      total: '45.00',
      billing: { email: 'ana@example.com' },
      refunds: [],
      date_paid_gmt: '2026-11-21T19:16:10',
      coupon_lines: [],
    });
    await api.post(`orders/${id}/refunds`, { amount: '10.00', reason: 'part' });
    const part = await api.get(`orders/${id}`, { _fields: 'status,total,refunds' });
    expect(part.data).toMatchObject({
      status: 'processing',
      total: '45.00',
      refunds: [{ reason: 'part', total: '-10.00' }],
    });
    await api.post(`orders/${id}/refunds`, { amount: '35.00' });
    expect((await api.get(`orders/${id}`)).data).toMatchObject({ status: 'refunded', total: '45.00' });
  });

  test('that do not exist are told by WooCommerce’s code', async () => {
    const { fake } = await scene();
    const missing = await client(fake.url).get('orders/999');
    expect([missing.status, code.parse(missing.data).code]).toEqual([
      404,
      'woocommerce_rest_shop_order_invalid_id',
    ]);
  });

  test('are found by parts of any field, never by a hash sign or a number that a plugin prints', async () => {
    const { fake, row } = await scene({ numbering: (id) => `SO-${1000 + id}` });
    row();
    row({ email: 'zed@anaheim.example' });
    const found = async (search: string) =>
      (await client(fake.url).get('orders', { search })).headers['x-wp-total'];
    expect(await found('11')).toBe('1');
    expect(await found('ANA')).toBe('2');
    expect([await found('#11'), await found('SO-1011')]).toEqual(['0', '0']);
  });

  test('are listed by change, counted by page, at most 100 a page', async () => {
    const { fake, row, clock } = await scene();
    const first = row();
    clock.ms += 5000;
    row();
    clock.ms += 5000;
    fake.orders.refund(first, '1.00', '');
    const query = {
      modified_after: '2026-11-21T19:16:09',
      dates_are_gmt: true,
      orderby: 'modified',
      order: 'asc',
    };
    const { data, headers } = await client(fake.url).get('orders', { ...query, per_page: 1, _fields: 'id' });
    expect([data, headers['x-wp-total'], headers['x-wp-totalpages']]).toEqual([[{ id: 12 }], '2', '2']);
    const after = { ...query, modified_after: '2026-11-21T19:16:15', _fields: 'id' };
    expect((await client(fake.url).get('orders', after)).data).toEqual([{ id: 11 }]);
    // A zone in the bound moves it onto the shop's clock, an hour ahead of UTC in Madrid.
    const zoned = { ...query, modified_after: '2026-11-21T19:16:09Z' };
    expect((await client(fake.url).get('orders', zoned)).data).toEqual([]);
    expect((await client(fake.url).get('orders', { per_page: 101 })).status).toBe(400);
  });
});

describe('coupons', () => {
  test('end by date_expires with Z; date_expires_gmt does nothing, and other forms are the shop’s own time', async () => {
    const { fake } = await scene();
    const end = async (name: string, body: object) =>
      coupon.parse((await client(fake.url).post('coupons', { code: name, ...body })).data).date_expires_gmt;
    expect(await end('a', { date_expires: '2026-12-21T23:59:59Z' })).toBe('2026-12-21T23:59:59');
    expect(await end('b', { date_expires_gmt: '2026-12-21T23:59:59' })).toBeNull();
    expect(await end('c', { date_expires: '2026-12-21T23:59:59' })).toBe('2026-12-21T22:59:59');
    expect(await end('d', { date_expires: '2026-12-21' })).toBe('2026-12-20T23:00:00');
    expect(await end('e', { date_expires: '2026-12-21T23:59:59.000Z' })).toBe('2026-12-21T22:59:59');
  });

  test('come back in lower case, are looked up without case, and are refused twice', async () => {
    const { fake } = await scene();
    const api = client(fake.url);
    const made = await api.post('coupons', { code: 'LOY-AB', amount: '15.00' });
    expect([made.status, coupon.parse(made.data).code]).toEqual([201, 'loy-ab']);
    expect((await api.get('coupons', { code: 'Loy-aB', _fields: 'code' })).data).toEqual([
      { code: 'loy-ab' },
    ]);
    const again = await api.post('coupons', { code: 'loy-AB' });
    expect([again.status, code.parse(again.data).code]).toEqual([
      400,
      'woocommerce_rest_coupon_code_already_exists',
    ]);
  });

  test('four creations at once make two of one code, of which the look-up shows one', async () => {
    const { fake } = await scene();
    fake.coupons.race(2);
    const four = await Promise.all(
      [1, 2, 3, 4].map(() => client(fake.url).post('coupons', { code: 'TWIN' })),
    );
    expect(four.map(({ status }) => status).toSorted()).toEqual([201, 201, 400, 400]);
    expect(fake.coupons.rows.map((row) => row.code)).toEqual(['twin', 'twin']);
    expect((await client(fake.url).get('coupons', { code: 'TWIN', _fields: 'id' })).data).toEqual([
      { id: 12 },
    ]);
  });

  test('are checked for percent and type, not for addresses', async () => {
    const { fake } = await scene();
    const tried = async (body: object) => {
      const { status, data } = await client(fake.url).post('coupons', { code: 'X', ...body });
      return [status, code.parse(data).code];
    };
    expect(await tried({ discount_type: 'percent', amount: '101' })).toEqual([400, 'coupon_invalid_amount']);
    expect(await tried({ discount_type: 'gift' })).toEqual([400, 'rest_invalid_param']);
    expect(await tried({ email_restrictions: ['nobody'] })).toEqual([201, 'x']);
  });

  test('are used once, given back by a cancelled order, and gone by force', async () => {
    const { fake } = await scene();
    const api = client(fake.url);
    const made = await api.post('coupons', { code: 'ONCE', usage_limit: 1 });
    const { id } = coupon.parse(made.data);
    const buy = () =>
      api.post('orders', {
        set_paid: true,
        billing: { email: 'ana@example.com' },
        line_items: [{ product_id: 10, quantity: 2 }],
        coupon_lines: [{ code: 'ONCE' }],
      });
    const bought = order.parse((await buy()).data);
    expect((await api.get(`coupons/${id}`)).data).toMatchObject({
      usage_count: 1,
      used_by: ['ana@example.com'],
    });
    const second = await buy();
    expect([second.status, code.parse(second.data).code]).toEqual([400, 'woocommerce_rest_invalid_coupon']);
    await api.put(`orders/${bought.id}`, { status: 'cancelled' });
    expect((await api.get(`coupons/${id}`)).data).toMatchObject({ usage_count: 0, used_by: [] });
    await api.put(`coupons/${id}`, { status: 'draft' });
    expect((await api.get('coupons', { code: 'ONCE' })).data).toEqual([]);
    expect((await api.delete(`coupons/${id}`, { force: true })).status).toBe(200);
    expect((await api.get(`coupons/${id}`)).status).toBe(404);
  });
});

test('the shop tells its version and currency', async () => {
  const { fake } = await scene({ currency: 'JPY' });
  const fields = { _fields: 'environment.version,settings.currency,settings.HPOS_enabled' };
  expect((await client(fake.url).get('system_status', fields)).data).toEqual({
    environment: { version: '11.0.1' },
    settings: { currency: 'JPY', HPOS_enabled: true },
  });
  expect((await client(fake.url).get('data/currencies/current', { _fields: 'code' })).data).toEqual({
    code: 'JPY',
  });
  expect((await client(fake.url).get('nowhere')).data).toMatchObject({ code: 'rest_no_route' });
});
