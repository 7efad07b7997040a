import { afterEach, describe, expect, test } from '@jest/globals';
import { wooShop } from '../../../functions/adapters/shops/woocommerce/woocommerce.ts';
import type { Interception } from '../../shops/woocommerce/fake.ts';
import { closeAll, orderOf, patient, scene } from '../../shops/woocommerce/scene.ts';

afterEach(closeAll);

const page: Interception = { kind: 'answer', status: 200, body: '<html>Back soon</html>', type: 'text/html' };
const json = (status: number, body: unknown): Interception => ({
  kind: 'answer',
  status,
  body: JSON.stringify(body),
});

describe('a shop in trouble', () => {
  test.each([
    ['a maintenance page with 200', page, 'malformed'],
    ['a maintenance page with 503', { ...page, status: 503 }, 'server_error'],
    ['a page that does not exist', { ...page, status: 404 }, 'malformed'],
    ['WordPress without WooCommerce', json(404, { code: 'rest_no_route' }), 'malformed'],
    ['keys revoked', json(401, { code: 'woocommerce_rest_authentication_error' }), 'unauthorized'],
    ['keys without rights', json(403, { code: 'woocommerce_rest_cannot_view' }), 'forbidden'],
    ['a firewall', { ...page, status: 403 }, 'forbidden'],
    ['too many calls', { ...page, status: 429 }, 'throttled'],
    ['a redirect', { ...page, status: 302 }, 'redirected'],
    ['an answer over 1 MiB', { ...page, body: ' '.repeat(1024 * 1024 + 1) }, 'too_large'],
    ['a word', json(200, 'ok'), 'malformed'],
    ['null', json(200, null), 'malformed'],
    ['a lost connection', { kind: 'break' }, 'unreachable'],
  ] as const)('says so: %s', async (_, interception, reason) => {
    const { find, shop, row, fake } = await scene();
    row();
    fake.intercept(() => interception);
    expect(await find('11')).toMatchObject({ kind: 'trouble', reason });
    expect(await find('A-11')).toMatchObject({ kind: 'trouble', reason });
    expect(await shop.readOrder('11', patient())).toMatchObject({ kind: 'trouble', reason });
    expect(await shop.attachLink('11', 'ref', patient())).toMatchObject({ kind: 'trouble', reason });
  });

  test('never repeats what it was asked or answered in its trouble', async () => {
    const { find, fake } = await scene();
    fake.intercept(() => json(500, { code: 'x', message: 'ana@example.com', data: { ck: 'ck_0123' } }));
    const told = await find('A-11');
    expect(told).toEqual({ kind: 'trouble', reason: 'server_error', detail: '500 x' });
    fake.intercept(() => json(500, { code: 'ana@example.com' }));
    expect(JSON.stringify(await find('A-11'))).not.toContain('ana@');
    fake.intercept(() => json(200, [{ id: 'ana@example.com' }]));
    expect(JSON.stringify(await find('A-11'))).not.toContain('ana@');
  });

  test('that passes is asked once more, after a rest', async () => {
    const { find, row, fake, watch } = await scene();
    row();
    const ways: (Interception | undefined)[] = [{ ...page, status: 503 }, undefined];
    fake.intercept(() => ways.shift());
    expect(orderOf(await find('11')).id).toBe('11');
    expect(fake.calls).toHaveLength(2);
    expect(watch.waited).toEqual([300]);
  });

  test('is asked twice at most, and once where asking again is of no use', async () => {
    const { shop, fake } = await scene();
    fake.intercept(() => ({ ...page, status: 503 }));
    await shop.readOrder('11', patient());
    expect(fake.calls).toHaveLength(2);
    fake.intercept(() => page);
    await shop.readOrder('11', patient());
    expect(fake.calls).toHaveLength(3);
  });

  test('is not asked again once the time is over', async () => {
    const { shop, fake, watch } = await scene();
    const controller = new AbortController();
    fake.intercept(() => {
      controller.abort();
      return { kind: 'break' };
    });
    expect(await shop.readOrder('11', controller.signal)).toMatchObject({ kind: 'trouble' });
    expect(fake.calls).toHaveLength(1);
    expect(watch.waited).toEqual([]);
  });
});

describe('without keys', () => {
  test.each([[undefined], [{}], [{ consumer_key: 'ck' }], ['text'], [null]])(
    'everything is trouble that says so: %j',
    async (held) => {
      const { fake, connection } = await scene();
      const shop = wooShop({ ...connection, secrets: held });
      const signal = patient();
      const spec = { code: 'A', redemption: 'R' };
      for (const told of [
        await shop.readOrder('11', signal),
        await shop.findCoupon(spec, signal),
        await shop.cancelCoupon(spec, signal),
        await shop.attachLink('11', 'ref', signal),
      ])
        expect(told).toMatchObject({ kind: 'trouble', reason: 'no_credentials' });
      expect(fake.calls).toEqual([]);
    },
  );
});
