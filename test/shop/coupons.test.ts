import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { instant } from '../../functions/domain/ids.ts';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';
import { join, news, order, push } from './shopper.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());
afterEach(() => house.clock.set(instant.parse(Date.now())));

const days = (count: number): void => house.clock.set(instant.parse(house.clock.now() + count * 86_400_000));

interface Held {
  readonly shop: Shop;
  readonly code: string;
  check(code?: unknown): Promise<Reply>;
  use(order_number: unknown, code?: unknown): Promise<Reply>;
  release(order_number: unknown, code?: unknown): Promise<Reply>;
}

const rich = (file: Reply): void => {
  file.signup_bonus = 1000;
};

/** A member with a coupon for a tea towel. */
const held = async (change = rich, reward = 'tea-towel'): Promise<Held> => {
  const shop = await house.open((file) => {
    rich(file);
    change(file);
  });
  await join(shop);
  const { coupon_code: code } = await shop.chat('redeem', { contact_id: '100', reward });
  return {
    shop,
    code,
    check: (other = code) => shop.store('coupons/check', { code: other }),
    use: (order_number, other = code) => shop.store('coupons/use', { code: other, order_number }),
    release: (order_number, other = code) => shop.store('coupons/release', { code: other, order_number }),
  };
};

describe('a coupon', () => {
  test('is shown with everything that the shop needs to know', async () => {
    const { check, code } = await held();
    expect(await check()).toEqual({
      ok: true,
      result: 'valid',
      coupon: {
        code,
        reward: 'tea-towel',
        reward_name: 'Embroidered tea towel',
        member_id: '100',
        products: ['TT-01'],
        kind: 'product',
        value: 'none',
        currency: 'USD',
        expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        status: 'valid',
      },
    });
  });

  test.each([
    ['five-off', { kind: 'amount', value: '5.00', products: [] }],
    ['tenth', { kind: 'percent', value: 10, products: [] }],
    ['post', { kind: 'free_shipping', value: 'none', products: [] }],
  ])('says what %s is worth', async (reward, worth) => {
    const more = { name: { en: 'More' }, points: 10, url: 'https://shop.example/r' };
    const coupon = { prefix: 'MORE', expires_after_days: 30 };
    const { check } = await held((file) => {
      file.rewards.push({ ...more, coupon, id: 'tenth', kind: 'percent', value: 10 });
      file.rewards.push({ ...more, coupon, id: 'post', kind: 'free_shipping' });
    }, reward);
    expect((await check()).coupon).toMatchObject({ reward, ...worth });
  });

  test('is read without case, blanks and hyphens', async () => {
    const { check, code } = await held();
    const bare = code.replaceAll('-', '');
    for (const typed of [
      bare,
      code.toLowerCase(),
      `  ${code} `,
      bare.replace(/(.{3})/g, '$1 '),
      code.replaceAll('-', ' - '),
      code.replaceAll('-', '--').toLowerCase(),
    ])
      expect(await check(typed)).toMatchObject({ ok: true, result: 'valid', coupon: { code } });
  });

  test('that nobody was given is unknown, and nothing more is said', async () => {
    const { check, use, release, code } = await held();
    const other = code.slice(0, -1) + (code.endsWith('A') ? 'B' : 'A');
    for (const typed of [other, 'GIFT', '????', 'x'.repeat(500), 12345, '№']) {
      expect(await check(typed)).toEqual({ ok: false, result: 'unknown' });
      expect(await use('2001', typed)).toEqual({ ok: false, result: 'unknown' });
      expect(await release('2001', typed)).toEqual({ ok: false, result: 'unknown' });
    }
  });

  test('of a request that lacks something is a 400 that names it', async () => {
    const { shop, code } = await held();
    for (const [path, body, missing] of [
      ['check', {}, 'code'],
      ['check', { code: ' ' }, 'code'],
      ['check', { code: '{{coupon_code}}' }, 'code'],
      ['check', { code: ['x'] }, 'code'],
      ['use', { code }, 'order_number'],
      ['use', { code, order_number: '???' }, 'order_number'],
      ['use', { order_number: '1' }, 'code'],
      ['release', { code, order_number: '' }, 'order_number'],
    ] as const) {
      const { status, json } = await shop.request('POST', `/v1/store/coupons/${path}`, body);
      expect([status, json.result, json.errors[0].path]).toEqual([400, 'bad_request', missing]);
    }
  });
});

describe('the use of a coupon', () => {
  test('is by one order, once; the same order again is a replay', async () => {
    const { use, check } = await held();
    expect(await use('2001')).toMatchObject({ ok: true, result: 'used', coupon: { status: 'used' } });
    for (const typed of ['2001', ' #2001', 2001])
      expect(await use(typed)).toMatchObject({ ok: true, result: 'used', replayed: true });
    expect(await use('2002')).toMatchObject({ ok: false, result: 'already_used' });
    expect(await check()).toMatchObject({ ok: false, result: 'used', coupon: { status: 'used' } });
  });

  test('is by exactly one of many orders at once', async () => {
    const { use } = await held();
    const told = await Promise.all(Array.from({ length: 20 }, (_, index) => use(`R${index % 10}`)));
    const winners = told.flatMap(({ result }, index) => (result === 'used' ? [index % 10] : []));
    expect(new Set(winners).size).toBe(1);
    expect(told.filter(({ result }) => result === 'already_used')).toHaveLength(18);
    expect(told.filter(({ result, replayed }) => result === 'used' && replayed !== true)).toHaveLength(1);
  });

  test('of a coupon whose owner left is still possible', async () => {
    const { shop, use } = await held();
    await shop.chat('leave', { contact_id: '100' });
    expect(await use('2001')).toMatchObject({ ok: true, result: 'used' });
    expect((await house.audit()).violations).toEqual([]);
  });
});

describe('the expiry of a coupon', () => {
  test('is at the instant that it says, by the clock', async () => {
    const { check, use } = await held();
    const { coupon } = await check();
    const end = Date.parse(coupon.expires_at);
    house.clock.set(instant.parse(end - 5_000));
    expect(await check()).toMatchObject({ result: 'valid' });
    house.clock.set(instant.parse(end));
    expect(await check()).toMatchObject({ ok: false, result: 'expired', coupon: { status: 'expired' } });
    expect(await use('2001')).toMatchObject({ ok: false, result: 'expired' });
    house.clock.set(instant.parse(end - 5_000));
    expect(await use('2001')).toMatchObject({ ok: true, result: 'used' });
  });

  test('never befalls a used one', async () => {
    const { check, use } = await held();
    await use('2001');
    days(365);
    expect(await check()).toMatchObject({ ok: false, result: 'used', coupon: { status: 'used' } });
    expect(await use('2001')).toMatchObject({ ok: true, result: 'used', replayed: true });
    expect(await use('2002')).toMatchObject({ ok: false, result: 'already_used' });
  });
});

describe('the release of a coupon', () => {
  test('makes it valid again, for another order too', async () => {
    const { check, use, release } = await held();
    await use('2001');
    expect(await release('2002')).toMatchObject({ ok: false, result: 'not_used_by_this_order' });
    expect(await release('#2001')).toMatchObject({
      ok: true,
      result: 'released',
      coupon: { status: 'valid' },
    });
    expect(await release('2001')).toMatchObject({ ok: true, result: 'released', replayed: true });
    expect(await check()).toMatchObject({ ok: true, result: 'valid' });
    expect(await use('2002')).toMatchObject({ ok: true, result: 'used' });
    expect(await release('2001')).toMatchObject({ ok: false, result: 'not_used_by_this_order' });
    expect(await release('2002')).toMatchObject({ ok: true, result: 'released' });
    expect(await use('2002')).toMatchObject({ ok: true, result: 'used' });
    expect((await house.audit()).violations).toEqual([]);
  });

  test('of one that no order used is refused', async () => {
    const { release } = await held();
    expect(await release('2001')).toMatchObject({ ok: false, result: 'not_used_by_this_order' });
  });

  test('does not give it more time', async () => {
    const { check, use, release } = await held();
    await use('2001');
    days(31);
    expect(await release('2001')).toMatchObject({
      ok: true,
      result: 'released',
      coupon: { status: 'expired' },
    });
    expect(await check()).toMatchObject({ ok: false, result: 'expired' });
    expect(await use('2001')).toMatchObject({ ok: false, result: 'expired' });
  });
});

describe('a coupon that is none for the shop', () => {
  test('was cancelled by the owner', async () => {
    const { shop, code, check, use, release } = await held();
    await shop.admin('POST', `coupons/${code}/cancel`, { reason: 'mistake' });
    expect(await check()).toMatchObject({ ok: false, result: 'cancelled', coupon: { status: 'cancelled' } });
    expect(await use('2001')).toMatchObject({ ok: false, result: 'cancelled' });
    expect(await release('2001')).toMatchObject({ ok: false, result: 'not_used_by_this_order' });
  });

  test('is the task of a manual reward: its id is unknown', async () => {
    const { shop, check, use, release } = await held((file) => {
      file.rewards.push({ id: 'letter', name: { en: 'A letter' }, points: 10, kind: 'manual' });
    }, 'letter');
    const { json } = await shop.admin('GET', 'tasks');
    const [{ id }] = json.tasks;
    for (const told of [await check(id), await use('2001', id), await release('2001', id)])
      expect(told).toEqual({ ok: false, result: 'unknown' });
  });
});

describe('points that count as spent at use', () => {
  test('leave at issue and are captured by the first use, by one entry that moves nothing', async () => {
    const { shop, use, release } = await held((file) => {
      file.redeem.capture = 'use';
    });
    const kinds = async () => {
      const { json } = await shop.admin('GET', 'members/100/entries');
      return json.entries.map((line: Reply) => [line.kind, line.points, line.balance]).toReversed();
    };
    const issued = [
      ['signup', 1000, 1000],
      ['redemption', -200, 800],
    ];
    expect(await kinds()).toEqual(issued);
    await Promise.all([use('2001'), use('2001'), use('2001')]);
    const captured = [...issued, ['capture', 0, 800]];
    expect(await kinds()).toEqual(captured);
    await release('2001');
    await use('2002');
    expect(await kinds()).toEqual(captured);
    await release('2002');
    expect((await house.audit()).violations).toEqual([]);
  });

  test('are captured without an entry where the member left', async () => {
    const { shop, use } = await held((file) => {
      file.redeem.capture = 'use';
    });
    await shop.chat('leave', { contact_id: '100' });
    await join(shop);
    expect(await use('2001')).toMatchObject({ ok: true, result: 'used' });
    expect((await house.audit()).violations).toEqual([]);
  });
});

test('an order that used a coupon and is refunded leaves the coupon as it is', async () => {
  const { shop, use, check } = await held();
  await push(shop, order({ order_number: '2001' }));
  await use('2001');
  await news(shop, { order_number: '2001', status: 'cancelled' });
  expect(await check()).toMatchObject({ result: 'used' });
});
