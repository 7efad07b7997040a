/** The adapter against a real Vendure. One file, because the shop takes a while and 235 MB to start. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { storedEmail } from '../../../functions/domain/email.ts';
import { type Instant, instant } from '../../../functions/domain/ids.ts';
import { currency } from '../../../functions/domain/money.ts';
import type { Shop } from '../../../functions/ports/shops.ts';
import type { PlacedOrder } from '../../shops/bench.ts';
import { openVendureBench, type VendureBench } from '../../shops/vendure/bench.ts';
import { promiseCoupons } from '../../shops/vendure/coupon-promises.ts';
import { ana, couponSpec, number, openShopAt, orderOf, patient, usd } from '../../shops/vendure/scene.ts';

let bench: VendureBench;
let shop: Shop;

beforeAll(async () => {
  bench = await openVendureBench();
  shop = openShopAt(`${bench.door.url}/admin-api`, bench.secrets);
}, 150_000);
afterAll(() => bench?.close(), 30_000);
afterEach(() => bench?.door.fail(undefined));

const opened = (secrets: unknown): Shop => openShopAt(`${bench.door.url}/admin-api`, secrets);

/** What remains of an order, and what it is called. */
const standing = async (placed: PlacedOrder) => {
  const { totalMinor, refundedMinor, status } = await orderOf(shop, placed);
  return { totalMinor, refundedMinor, status };
};

const changedSince = async (since: Instant): Promise<{ ids: string[]; pages: number }> => {
  const ids: string[] = [];
  let from: string | undefined;
  for (let pages = 1; ; pages++) {
    const page = await shop.changedOrders(since, from, patient());
    if (page.kind === 'trouble') throw new Error(JSON.stringify(page));
    ids.push(...page.orders.map(({ id }) => String(id)));
    from = page.next;
    if (from === undefined) return { ids, pages };
  }
};

describe('orders', () => {
  test('are found by number and one of the e-mails, whatever the case that was typed', async () => {
    const placed = await bench.place({ email: 'Ana@Example.com', total: '60.50' });
    const emails = [storedEmail.parse('zed@example.com'), ana];
    const found = await shop.findOrder({ number: number(placed.number), emails }, patient());
    const placedAt = expect.any(Number);
    expect(found).toEqual({
      kind: 'found',
      order: {
        number: placed.number,
        id: placed.id,
        email: 'ana@example.com',
        totalMinor: 6050,
        // Without the 20 % tax, which Vendure rounds line by line.
        itemsMinor: 5042,
        refundedMinor: 0,
        currency: 'USD',
        status: 'paid',
        placedAt,
        updatedAt: placedAt,
        test: false,
        codes: [],
        linked: false,
      },
    });
  });

  test('are none under another e-mail, and none under a part of the number', async () => {
    const placed = await bench.place({ email: ana, total: '60.00' });
    const zed = storedEmail.parse('zed@example.com');
    const asked = [
      { number: number(placed.number), emails: [zed] },
      { number: number(placed.number.slice(0, 8)), emails: [ana] },
      { number: number('1001'), emails: [ana] },
    ];
    for (const one of asked) expect(await shop.findOrder(one, patient())).toEqual({ kind: 'none' });
    expect(await shop.readOrder('999999', patient())).toEqual({ kind: 'none' });
  });

  test('are pending until paid, paid until shipped, and cancelled for good', async () => {
    const later = await bench.place({ email: ana, total: '60.00', status: 'pending' });
    expect(await standing(later)).toEqual({ totalMinor: 6000, refundedMinor: 0, status: 'pending' });
    const cart = await bench.buy({ email: ana, total: '60.00', unpaid: true });
    expect(await standing(cart)).toMatchObject({ status: 'pending' });
    const shipped = await bench.place({ email: ana, total: '60.00' });
    await bench.ship(shipped);
    expect(await standing(shipped)).toMatchObject({ status: 'fulfilled' });
    const cancelled = await bench.place({ email: ana, total: '60.00', status: 'cancelled' });
    expect(await standing(cancelled)).toMatchObject({ status: 'cancelled' });
  });

  test('count settled refunds, part by part, until nothing remains', async () => {
    const placed = await bench.place({ email: ana, total: '60.00' });
    await bench.refund(placed, '10.00');
    expect(await standing(placed)).toEqual({ totalMinor: 6000, refundedMinor: 1000, status: 'paid' });
    await bench.refund(placed, '20.00');
    expect(await standing(placed)).toEqual({ totalMinor: 6000, refundedMinor: 3000, status: 'paid' });
    await bench.refund(placed);
    expect(await standing(placed)).toEqual({ totalMinor: 6000, refundedMinor: 6000, status: 'refunded' });
  });

  test('do not count a refund while it is pending', async () => {
    const placed = await bench.buy({ email: ana, total: '60.00', cash: true });
    await bench.refund(placed, '10.00');
    expect(await standing(placed)).toMatchObject({ refundedMinor: 0 });
    await bench.settleRefunds(placed);
    expect(await standing(placed)).toMatchObject({ refundedMinor: 1000 });
  });

  test('count goods that were taken out and paid back once', async () => {
    const placed = await bench.place({ email: ana, total: '60.00' });
    await bench.cancelPieces(placed, 20);
    expect(await standing(placed)).toEqual({ totalMinor: 6000, refundedMinor: 2000, status: 'paid' });
    await bench.refund(placed, '20.00');
    const { itemsMinor, ...rest } = await orderOf(shop, placed);
    expect(rest).toMatchObject({ totalMinor: 6000, refundedMinor: 2000, status: 'paid' });
    // As before, but for what Vendure rounds.
    expect(Math.abs((itemsMinor ?? 0) - 5000)).toBeLessThan(20);
  });
});

describe('changed orders', () => {
  test('come page by page, all of them, and carts do not', async () => {
    const since = instant.parse(Date.now());
    const placed: string[] = [];
    for (let batch = 0; batch < 51; batch++)
      placed.push((await bench.place({ email: ana, total: '1.00' })).id);
    const cart = await bench.buy({ email: ana, total: '60.00', unpaid: true });
    const { ids, pages } = await changedSince(since);
    expect(placed.filter((id) => !ids.includes(id))).toEqual([]);
    expect(ids).not.toContain(cart.id);
    expect(pages).toBeGreaterThan(2);
    // Fifty-one purchases, each of some eight calls: on a busy machine they take their time.
  }, 240_000);

  test('include those of which only a refund is new, though Vendure leaves their time as it was', async () => {
    const placed = await bench.place({ email: ana, total: '60.00' });
    const { updatedAt: before = 0 } = await orderOf(shop, placed);
    // SQLite keeps whole seconds: from the next one on, only the refund is new.
    const since = instant.parse(before + 1_500);
    while (Date.now() < before + 1_100) await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await changedSince(since)).ids).not.toContain(placed.id);
    await bench.refund(placed, '10.00');
    expect((await changedSince(since)).ids).toContain(placed.id);
    const { updatedAt: after } = await orderOf(shop, placed);
    expect(after).toBeGreaterThan(before);
  });

  test('do not go on from where no page said', async () => {
    const page = await shop.changedOrders(instant.parse(0), 'changed:x', patient());
    expect(page).toMatchObject({ kind: 'trouble', reason: 'malformed' });
  });
});

promiseCoupons(() => ({ bench, shop }));

const made = z.object({ createRole: z.object({ id: z.string() }) });
const role = async (code: string, permissions: readonly string[]): Promise<string> => {
  const { createRole } = await bench.admin(
    'mutation ($input: CreateRoleInput!) { createRole(input: $input) { id } }',
    made,
    { input: { code, description: code, permissions } },
  );
  return createRole.id;
};

const apiKey = async (roleId: string): Promise<string> => {
  const created = z.object({ createApiKey: z.object({ apiKey: z.string() }) });
  const { createApiKey } = await bench.admin(
    'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey } }',
    created,
    { input: { roleIds: [roleId], translations: [{ languageCode: 'en', name: 'loyalty' }] } },
  );
  return createApiKey.apiKey;
};

const askFor = { number: number('1001'), emails: [ana] };

const administrator = (emailAddress: string, password: string, roleId: string) =>
  bench.admin(
    'mutation ($input: CreateAdministratorInput!) { createAdministrator(input: $input) { id } }',
    z.unknown(),
    { input: { firstName: 'A', lastName: 'B', emailAddress, password, roleIds: [roleId] } },
  );

describe('credentials', () => {
  test('log in once for many calls, and once more when the session ends', async () => {
    await administrator('l@example.com', 'leaves', await role('leavers', ['ReadOrder']));
    const once = opened({ username: 'l@example.com', password: 'leaves' });
    const logins = () => bench.door.asked.filter((operation) => operation === 'LoyaltyLogin').length;
    const before = logins();
    for (let calls = 0; calls < 3; calls++) await once.findOrder(askFor, patient());
    expect(logins() - before).toBe(1);
    // Somebody logs out: Vendure ends all sessions of the same user.
    await fetch(`${bench.door.url}/admin-api`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: bench.door.authorization() ?? '' },
      body: JSON.stringify({ query: 'mutation { logout { success } }' }),
    });
    expect(await once.findOrder(askFor, patient())).toEqual({ kind: 'none' });
    expect(logins() - before).toBe(2);
  });

  test('that are wrong, or missing, are told from a missing permission', async () => {
    const readers = await role('readers', ['ReadOrder']);
    await administrator('r@example.com', 'reader', readers);
    const cases = [
      [{ username: 'superadmin', password: 'wrong' }, 'unauthorized'],
      [{ api_key: 'nonsense' }, 'unauthorized'],
      [undefined, 'no_credentials'],
      [{ api_key: 'of two\nlines' }, 'no_credentials'],
      [{ username: 'r@example.com', password: 'reader' }, 'forbidden'],
      [{ api_key: await apiKey(readers) }, 'forbidden'],
    ] as const;
    for (const [secrets, reason] of cases) {
      const theirs = opened(secrets);
      expect(await theirs.makeCoupon(couponSpec(), false, patient())).toMatchObject({
        kind: 'trouble',
        reason,
      });
      const found = await theirs.findOrder(askFor, patient());
      expect(found).toMatchObject(reason === 'forbidden' ? { kind: 'none' } : { kind: 'trouble', reason });
    }
  });

  test('may be an API key', async () => {
    const verbs = ['ReadOrder', 'ReadPromotion', 'CreatePromotion', 'UpdatePromotion', 'DeletePromotion'];
    const byKey = opened({ api_key: await apiKey(await role('loyalty', verbs)) });
    const spec = couponSpec();
    expect(await byKey.makeCoupon(spec, false, patient())).toEqual({ kind: 'made' });
    expect(await byKey.cancelCoupon(spec, patient())).toEqual({ kind: 'cancelled' });
    const lines = await byKey.check(usd, patient());
    expect(lines.filter(({ ok }) => !ok)).toEqual([]);
  });
});

describe('check', () => {
  test('finds nothing wrong with a shop that is set up', async () => {
    const lines = await shop.check(usd, patient());
    expect(lines.map(({ what, ok }) => `${what} ${ok}`)).toEqual([
      'log-in true',
      'clock true',
      'permissions true',
      'currency true',
      'look-up true',
    ]);
  });

  test('names the currency and the permissions that are wrong', async () => {
    const reader = opened({ username: 'r@example.com', password: 'reader' });
    const wrong = (await reader.check(currency.parse('EUR'), patient())).filter(({ ok }) => !ok);
    expect(wrong.map(({ what }) => what)).toEqual(['permissions', 'currency', 'amounts']);
    expect(wrong[0]?.detail).toBe(
      'missing: ReadPromotion, CreatePromotion, UpdatePromotion, DeletePromotion',
    );
  });

  test('says what is wrong with a password', async () => {
    const lines = await opened({ username: 'superadmin', password: 'wrong' }).check(usd, patient());
    expect(lines).toEqual([
      { what: 'log-in', ok: false, detail: 'unauthorized (user name or password is wrong)' },
    ]);
  });
});

test('reads are asked once more when an answer is lost', async () => {
  let lost = 0;
  bench.door.fail((operation) =>
    operation === 'LoyaltyOrders' && lost++ === 0 ? { status: 503, after: true } : undefined,
  );
  expect(await shop.findOrder(askFor, patient())).toEqual({ kind: 'none' });
  expect(lost).toBe(2);
});

test('a link is attached without a call', async () => {
  const before = bench.calls();
  expect(await shop.attachLink('1', 'ref', patient())).toEqual({ kind: 'attached' });
  expect(bench.calls()).toBe(before);
});
