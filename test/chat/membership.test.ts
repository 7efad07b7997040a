import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

const join = (shop: Shop, contact_id: string, email: unknown, more: object = {}): Promise<Reply> =>
  shop.chat('enroll', { contact_id, email, ...more });

describe('an e-mail', () => {
  test.each(['ana@example.com', '  Ana@Example.COM\n', 'a.b+tag@sub.example.co.kr', 'ISTANBUL@example.com'])(
    '%j is taken without blanks and case, and its orders are found',
    async (email) => {
      const shop = await house.open();
      expect(await join(shop, '1', email)).toMatchObject({ ok: true, result: 'enrolled', points: 50 });
      await shop.push({ email: email.trim().toUpperCase() });
      expect(await shop.chat('claim-order', { contact_id: '1', order_number: '1001' })).toMatchObject({
        result: 'credited',
      });
    },
  );

  test.each([
    'ana',
    'ana@',
    '@example.com',
    'a b@example.com',
    'ana@example',
    'ana@exa mple.com',
    42,
    'a@b@c.de',
    `${'x'.repeat(250)}@example.com`,
  ])('%j is not one, and the person may try again', async (email) => {
    const shop = await house.open();
    expect(await join(shop, '1', email)).toMatchObject({
      ok: false,
      result: 'email_invalid',
      is_member: false,
    });
    expect(await join(shop, '1', 'ana@example.com')).toMatchObject({ result: 'enrolled' });
  });

  test.each([undefined, null, '', '  ', '{{email}}'])('%j is none', async (email) => {
    const shop = await house.open();
    expect(await join(shop, '1', email)).toMatchObject({
      ok: false,
      result: 'email_needed',
      is_member: false,
    });
  });

  test.each([true, ['a@example.com'], { email: 'a@example.com' }, 1.5])('%j is a 400', async (email) => {
    const shop = await house.open();
    const { status, json } = await shop.request('POST', '/v1/enroll', { contact_id: '1', email });
    expect([status, json.errors[0].path]).toEqual([400, 'email']);
  });

  test('of another contact moves nothing, not in any spelling', async () => {
    const shop = await house.open();
    await join(shop, '1', 'ana@example.com');
    expect(await join(shop, '2', ' ANA@example.com ')).toMatchObject({
      ok: false,
      result: 'email_in_use',
      is_member: false,
      member_id: 'none',
      points: 0,
      points_change: 0,
    });
    expect(await shop.chat('balance', { contact_id: '2' })).toMatchObject({ result: 'not_member' });
    expect(await shop.chat('balance', { contact_id: '1' })).toMatchObject({ points: 50 });
  });

  test('is not needed of a member, and another one changes nothing', async () => {
    const shop = await house.open();
    await join(shop, '1', 'ana@example.com');
    for (const email of [undefined, 'ana', 'bob@example.com'])
      expect(await join(shop, '1', email)).toMatchObject({
        ok: true,
        result: 'already_member',
        points: 50,
        points_change: 0,
      });
    expect((await shop.admin('GET', 'members/1')).json.profile.emails).toEqual(['ana@example.com']);
    expect(await join(shop, '2', 'bob@example.com')).toMatchObject({ result: 'enrolled' });
  });
});

describe('the signup bonus', () => {
  test('is as high as the program says, also nothing', async () => {
    const shop = await house.open((file) => {
      file.signup_bonus = 0;
    });
    expect(await join(shop, '1', 'ana@example.com')).toMatchObject({
      result: 'enrolled',
      points: 0,
      points_change: 0,
    });
  });

  test('is paid once per contact and once per e-mail, ever, also after leaving', async () => {
    const shop = await house.open();
    expect(await join(shop, '1', 'ana@example.com')).toMatchObject({ points: 50 });
    await shop.chat('leave', { contact_id: '1' });
    expect(await join(shop, '1', 'ana@example.com')).toMatchObject({
      result: 'enrolled',
      points: 0,
      points_change: 0,
    });
    await shop.chat('leave', { contact_id: '1' });
    expect(await join(shop, '1', 'other@example.com')).toMatchObject({ result: 'enrolled', points: 0 });
    await shop.chat('leave', { contact_id: '1' });
    expect(await join(shop, '2', 'ana@example.com')).toMatchObject({ result: 'enrolled', points: 0 });
    expect(await join(shop, '3', 'other@example.com')).toMatchObject({ result: 'enrolled', points: 0 });
    expect(await join(shop, '4', 'new@example.com')).toMatchObject({ result: 'enrolled', points: 50 });
  });

  test('is paid once to twenty who ask at the same time', async () => {
    const shop = await house.open();
    const same = await Promise.all(Array.from({ length: 20 }, () => join(shop, '1', 'ana@example.com')));
    expect(same.map(({ result }) => result).sort()).toEqual([
      ...Array(19).fill('already_member'),
      'enrolled',
    ]);
    expect(same.every(({ ok, points }) => ok && points === 50)).toBe(true);
    const many = await Promise.all(
      Array.from({ length: 20 }, (_, n) => join(shop, `x${n}`, 'bob@example.com')),
    );
    expect(many.map(({ result }) => result).sort()).toEqual([...Array(19).fill('email_in_use'), 'enrolled']);
    expect(await house.audit()).toMatchObject({ ok: true, violations: [] });
  });
});

describe('somebody who leaves', () => {
  test('forfeits the points, keeps the coupons and frees the e-mail; the card is that of a stranger', async () => {
    const shop = await house.open();
    await join(shop, '1', 'ana@example.com');
    await shop.push({ total: '200' });
    await shop.chat('claim-order', { contact_id: '1', order_number: '1001' });
    const { coupon_code: code } = await shop.chat('redeem', { contact_id: '1', reward: 'tea-towel' });
    expect(await shop.chat('leave', { contact_id: '1' })).toMatchObject({
      ok: true,
      result: 'left',
      replayed: false,
      is_member: false,
      member_id: 'none',
      points: 0,
      points_change: -50,
      points_name: 'none',
      rewards_won: 0,
    });
    expect(await shop.store('coupons/check', { code })).toMatchObject({ ok: true, result: 'valid' });
    expect(await shop.chat('leave', { contact_id: '1' })).toMatchObject({
      ok: false,
      result: 'not_member',
      points_change: 0,
    });
    expect(await join(shop, '2', 'ana@example.com')).toMatchObject({ result: 'enrolled' });
    const { json } = await shop.admin('GET', 'members/1/entries');
    expect(json.entries[0]).toMatchObject({ text: 'left the program → -50 points', balance: 0 });
  });

  test('starts at 0 when joining again, whatever was owed or counted before', async () => {
    const shop = await house.open((file) => {
      file.rewards[0].limit = { per_member: 1 };
    });
    await join(shop, '1', 'ana@example.com');
    await shop.push({ total: '200' });
    await shop.chat('claim-order', { contact_id: '1', order_number: '1001' });
    await shop.chat('redeem', { contact_id: '1', reward: 'tea-towel' });
    await shop.push({ total: '200', refunded: '200.00' });
    expect(await shop.chat('balance', { contact_id: '1' })).toMatchObject({ points: 0, points_debt: 150 });
    expect(await shop.chat('leave', { contact_id: '1' })).toMatchObject({ points_change: 0, points_debt: 0 });
    expect(await join(shop, '1', 'ana@example.com')).toMatchObject({
      result: 'enrolled',
      points: 0,
      points_debt: 0,
      lifetime_points: 0,
      rewards_won: 0,
    });
    expect(await house.audit()).toMatchObject({ ok: true, violations: [] });
  });

  test('loses nothing more by a refund that comes later, also after joining again', async () => {
    const shop = await house.open();
    await join(shop, '1', 'ana@example.com');
    await shop.push({});
    await shop.chat('claim-order', { contact_id: '1', order_number: '1001' });
    await shop.chat('leave', { contact_id: '1' });
    await join(shop, '1', 'ana@example.com');
    await shop.chat('credit', { contact_id: '1', activity: 'newsletter' });
    expect(await shop.push({ refunded: '60.00' })).toMatchObject({ stored: 1 });
    expect(await shop.chat('balance', { contact_id: '1' })).toMatchObject({ points: 20, points_debt: 0 });
    const again = await shop.chat('claim-order', { contact_id: '1', order_number: '1001' });
    expect(again).toMatchObject({
      result: 'already_claimed',
      order_points: 60,
      points: 20,
      points_change: 0,
    });
    expect(await house.audit()).toMatchObject({ ok: true, violations: [] });
  });

  test('is told nothing by the other routes, and the e-mail’s next owner cannot claim the orders again', async () => {
    const shop = await house.open();
    await join(shop, '1', 'ana@example.com');
    await shop.push({});
    await shop.chat('claim-order', { contact_id: '1', order_number: '1001' });
    await shop.chat('leave', { contact_id: '1' });
    for (const verb of ['balance', 'history', 'rewards', 'coupons', 'verify-order', 'claim-order', 'redeem'])
      expect(await shop.chat(verb, { contact_id: '1', order_number: '1001' })).toMatchObject({
        result: 'not_member',
      });
    await join(shop, '2', 'ana@example.com');
    expect(await shop.chat('claim-order', { contact_id: '2', order_number: '1001' })).toMatchObject({
      ok: false,
      result: 'claimed_by_other',
      order_number: 'none',
      order_points: 0,
    });
  });
});
