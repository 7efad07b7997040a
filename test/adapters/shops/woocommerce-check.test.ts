import { afterEach, describe, expect, test } from '@jest/globals';
import { wooShop } from '../../../functions/adapters/shops/woocommerce/woocommerce.ts';
import { currency } from '../../../functions/domain/money.ts';
import type { CheckLine } from '../../../functions/ports/shops.ts';
import type { Interception } from '../../shops/woocommerce/fake.ts';
import { closeAll, eur, patient, scene } from '../../shops/woocommerce/scene.ts';

afterEach(closeAll);

const bad = (lines: readonly CheckLine[]): string[] =>
  lines.filter(({ ok }) => !ok).map(({ detail }) => detail);
const page: Interception = {
  kind: 'answer',
  status: 404,
  body: '<html>Nothing here</html>',
  type: 'text/html',
};

describe('the check of a shop', () => {
  test('says what it found where all is well', async () => {
    const { shop } = await scene();
    expect(await shop.check(eur, patient())).toEqual([
      { what: 'shop', ok: true, detail: 'WooCommerce 11.0.1, order tables of its own.' },
      { what: 'currency', ok: true, detail: 'The shop sells in EUR.' },
      { what: 'read orders', ok: true, detail: 'The keys read orders.' },
      { what: 'read coupons', ok: true, detail: 'The keys read coupons.' },
      { what: 'clock', ok: true, detail: 'The shop’s clock is right.' },
      { what: 'webhook secret', ok: true, detail: 'There is one.' },
    ]);
  });

  test('names the currency that does not fit', async () => {
    const { shop } = await scene();
    const [line] = bad(await shop.check(currency.parse('USD'), patient()));
    expect(line).toContain('sells in EUR, the program counts in USD');
  });

  test('names wrong keys, and where they are made', async () => {
    const { connection, bench } = await scene();
    const secrets = { ...Object(bench.secrets), consumer_secret: 'cs_wrong' };
    const [line] = bad(await wooShop({ ...connection, secrets }).check(eur, patient()));
    expect(line).toContain('WooCommerce > Settings > Advanced > REST API');
    expect(line).toContain('401 woocommerce_rest_authentication_error');
  });

  test('guesses at a proxy that hides https', async () => {
    const { shop, fake } = await scene();
    fake.door.plainHttp = true;
    expect(bad(await shop.check(eur, patient()))[0]).toContain('X-Forwarded-Proto');
  });

  test('names rights that are missing', async () => {
    const { shop, fake } = await scene();
    fake.door.role = 'subscriber';
    expect(bad(await shop.check(eur, patient()))[0]).toContain('shop manager');
  });

  test.each([
    ['plain permalinks', page, 'Settings > Permalinks'],
    [
      'WordPress alone',
      { kind: 'answer', status: 404, body: '{"code":"rest_no_route"}' } as const,
      'Settings > Permalinks',
    ],
    ['a redirect', { ...page, status: 301 } as const, 'redirects'],
    ['maintenance', { ...page, status: 503 } as const, 'maintenance'],
    ['a page for an answer', { ...page, status: 200 } as const, 'in front of it'],
    ['nobody', { kind: 'break' } as const, 'Nobody answers'],
  ])('says what to do about %s', async (_, interception, words) => {
    const { shop, fake } = await scene();
    fake.intercept(() => interception);
    const lines = await shop.check(eur, patient());
    expect(bad(lines)).toHaveLength(4);
    for (const detail of bad(lines)) expect(detail).toContain(words);
  });

  test.each([
    [-300_000, '5 min ahead'],
    [7_200_000, '120 min behind'],
  ])('measures the clock: %d ms', async (clockOffMs, words) => {
    const { shop } = await scene({ clockOffMs: -clockOffMs });
    expect(bad(await shop.check(eur, patient()))[0]).toContain(words);
  });

  test('says how a webhook secret is made that is not there yet, and misses the keys', async () => {
    const { connection, bench } = await scene();
    const secrets = { ...Object(bench.secrets), webhook_secret: undefined };
    const lines = await wooShop({ ...connection, secrets }).check(eur, patient());
    expect(bad(lines)).toEqual([]);
    expect(lines.at(-1)).toMatchObject({
      what: 'webhook secret',
      detail: expect.stringContaining('npm run shop -- hooks'),
    });
    expect(bad(await wooShop({ ...connection, secrets: {} }).check(eur, patient()))).toEqual([
      expect.stringContaining('consumer_key'),
    ]);
  });

  test('writes nothing into the shop', async () => {
    const { shop, fake } = await scene();
    await shop.check(eur, patient());
    expect(fake.calls.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'GET']);
  });
});
