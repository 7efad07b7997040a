import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

/** A program with one member. */
const withAna = async (change?: (file: Reply) => void): Promise<Shop> => {
  const shop = await house.open(change);
  await shop.chat('enroll', {
    contact_id: '0100',
    email: 'Ana@Example.com',
    first_name: 'Ana',
    last_name: 'Lee',
    language: 'ko',
  });
  return shop;
};

const search = (shop: Shop, email: unknown) => shop.admin('POST', 'members/search', { email });
const show = (shop: Shop, id = '0100') => shop.admin('GET', `members/${id}`);
const entries = (shop: Shop, rest = '') => shop.admin('GET', `members/0100/entries${rest}`);
const adjust = (shop: Shop, body: Record<string, unknown>) => shop.admin('POST', 'members/0100/adjust', body);
const changeEmail = (shop: Shop, email: unknown, id = '0100') =>
  shop.admin('POST', `members/${id}/email`, { email });

const notFound = { status: 404, json: { ok: false, result: 'not_found', message: expect.any(String) } };

describe('a member', () => {
  test('is found by e-mail however it is typed, and shown with card and profile', async () => {
    const shop = await withAna();
    const { status, json } = await search(shop, ' ANA@example.COM ');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      ok: true,
      result: 'ok',
      is_member: true,
      member_id: '0100',
      points: 50,
      points_change: 0,
      points_name: 'points',
      lifetime_points: 50,
      next_reward: 'Embroidered tea towel',
      points_to_next: 150,
      profile: {
        status: 'member',
        first_name: 'Ana',
        last_name: 'Lee',
        emails: ['ana@example.com'],
        language: 'ko',
        joined_at: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    });
    expect((await show(shop)).json).toEqual(json);
  });

  test('who left is shown by id as someone who left, and no e-mail leads to them', async () => {
    const shop = await withAna();
    await shop.chat('leave', { contact_id: '0100' });
    const { status, json } = await show(shop);
    expect([status, json.is_member, json.points, json.profile.status]).toEqual([200, false, 0, 'left']);
    expect(json.profile.emails).toEqual([]);
    expect(await search(shop, 'ana@example.com')).toMatchObject(notFound);
    expect((await entries(shop)).json.entries).toHaveLength(2);
  });

  test('that there is none of is 404 on every route', async () => {
    const shop = await withAna();
    // Someone who only tried is no member.
    await shop.chat('claim-order', { contact_id: '300', order_number: '1' });
    for (const id of ['nobody', '100', '300', 'ä', 'x'.repeat(65), '%23', '..%2F0100']) {
      expect(await show(shop, id)).toMatchObject(notFound);
      expect(await shop.admin('GET', `members/${id}/entries`)).toMatchObject(notFound);
      const correction = { points: 1, reason: 'r', key: 'k' };
      expect(await shop.admin('POST', `members/${id}/adjust`, correction)).toMatchObject(notFound);
      expect(await changeEmail(shop, 'new@example.com', id)).toMatchObject(notFound);
    }
    expect(await search(shop, 'nobody@example.com')).toMatchObject(notFound);
  });

  test('is searched by an e-mail and by nothing else', async () => {
    const shop = await withAna();
    for (const email of ['', 'ana', undefined, ['ana@example.com'], '{{email}}']) {
      const { status, json } = await search(shop, email);
      expect([status, json.result, json.errors[0].path]).toEqual([400, 'bad_request', 'email']);
    }
  });
});

describe('the entries of a member', () => {
  test('explain themselves, newest first', async () => {
    const shop = await withAna();
    await shop.push();
    await shop.chat('claim-order', { contact_id: '0100', order_number: '1001' });
    await adjust(shop, { points: -10, reason: 'a complaint', key: 'k' });
    const { json } = await entries(shop);
    expect(json).toMatchObject({ ok: true, result: 'ok', next_cursor: null });
    expect(json.entries).toEqual([
      expect.objectContaining({ seq: 3, kind: 'adjustment', points: -10, balance: 100 }),
      expect.objectContaining({ seq: 2, kind: 'order', points: 60, balance: 110 }),
      expect.objectContaining({ seq: 1, kind: 'signup', points: 50, balance: 50 }),
    ]);
    expect(json.entries[0].text).toContain('a complaint');
    for (const { at } of json.entries) expect(new Date(at).toISOString()).toBe(at);
  });

  test('come 50 a page, each once, until next_cursor is null', async () => {
    const shop = await withAna();
    for (let count = 1; count <= 120; count += 1)
      await adjust(shop, { points: 1, reason: 'r', key: `k${count}` });
    const pages: number[][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { json }: { json: Reply } = await entries(shop, `?cursor=${cursor}`);
      pages.push(json.entries.map(({ seq }: { seq: number }) => seq));
      cursor = json.next_cursor;
    }
    expect(pages.map(({ length }) => length)).toEqual([50, 50, 21]);
    expect(pages.flat()).toEqual(Array.from({ length: 121 }, (_, index) => 121 - index));
    expect((await entries(shop)).json.entries[0].seq).toBe(121);
  });

  test('of exactly one page have no further one', async () => {
    const shop = await withAna();
    for (let count = 1; count < 50; count += 1)
      await adjust(shop, { points: 1, reason: 'r', key: `k${count}` });
    const { json } = await entries(shop);
    expect([json.entries.length, json.next_cursor]).toEqual([50, null]);
  });

  test('after new ones arrived go on where the cursor was', async () => {
    const shop = await withAna();
    for (let count = 1; count < 60; count += 1)
      await adjust(shop, { points: 1, reason: 'r', key: `k${count}` });
    const { json } = await entries(shop);
    await adjust(shop, { points: 1, reason: 'r', key: 'late' });
    const next = await entries(shop, `?cursor=${json.next_cursor}`);
    expect(next.json.entries.map(({ seq }: { seq: number }) => seq)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  test.each(['x', '-1', '0', '1.5', '99999999999'])('know no cursor %s', async (cursor) => {
    const shop = await withAna();
    const { status, json } = await entries(shop, `?cursor=${cursor}`);
    expect([status, json.errors[0].path]).toEqual([400, 'cursor']);
  });
});

describe('another e-mail', () => {
  test('is the one that finds the member, whose orders are theirs, and the old one is free', async () => {
    const shop = await withAna();
    expect((await changeEmail(shop, ' New@Example.com')).json).toMatchObject({
      ok: true,
      result: 'changed',
      replayed: false,
      member_id: '0100',
      profile: { emails: ['new@example.com'] },
    });
    expect(await search(shop, 'ana@example.com')).toMatchObject(notFound);
    expect((await search(shop, 'new@example.com')).json.member_id).toBe('0100');
    await shop.push({ order_number: 'OLD' });
    await shop.push({ order_number: 'NEW', email: 'new@example.com' });
    const claim = (order_number: string) => shop.chat('claim-order', { contact_id: '0100', order_number });
    expect(await claim('OLD')).toMatchObject({ result: 'not_found' });
    expect(await claim('NEW')).toMatchObject({ result: 'credited' });
    const ben = await shop.chat('enroll', { contact_id: '200', email: 'ana@example.com' });
    // The bonus of that e-mail was paid to its first owner.
    expect(ben).toMatchObject({ ok: true, result: 'enrolled', points: 0 });
    expect((await house.audit()).violations).toEqual([]);
  });

  test('told again is a replay', async () => {
    const shop = await withAna();
    await changeEmail(shop, 'new@example.com');
    expect((await changeEmail(shop, 'NEW@example.com')).json).toMatchObject({
      result: 'changed',
      replayed: true,
    });
  });

  test('that belongs to another member is a conflict and changes nothing', async () => {
    const shop = await withAna();
    await shop.chat('enroll', { contact_id: '200', email: 'ben@example.com' });
    const { status, json } = await changeEmail(shop, 'BEN@example.com');
    expect([status, json.ok, json.result]).toEqual([409, false, 'email_in_use']);
    expect((await search(shop, 'ana@example.com')).json.member_id).toBe('0100');
    expect((await search(shop, 'ben@example.com')).json.member_id).toBe('200');
  });

  test('brings no second bonus, neither to the member nor to who joins with it later', async () => {
    const shop = await withAna();
    await changeEmail(shop, 'new@example.com');
    await changeEmail(shop, 'third@example.com');
    const ben = await shop.chat('enroll', { contact_id: '200', email: 'new@example.com' });
    expect(ben).toMatchObject({ result: 'enrolled', points: 0 });
    expect((await show(shop)).json.points).toBe(50);
  });

  test('goes to one member only when two want it at once', async () => {
    const shop = await withAna();
    await shop.chat('enroll', { contact_id: '200', email: 'ben@example.com' });
    const told = await Promise.all([
      changeEmail(shop, 'one@example.com'),
      changeEmail(shop, 'one@example.com', '200'),
      changeEmail(shop, 'one@example.com'),
    ]);
    expect(new Set(told.map(({ json }) => json.result))).toEqual(new Set(['changed', 'email_in_use']));
    const { json } = await search(shop, 'one@example.com');
    expect(json.profile.emails).toEqual(['one@example.com']);
    expect((await house.audit()).violations).toEqual([]);
  });

  test('cannot be given to someone who left', async () => {
    const shop = await withAna();
    await shop.chat('leave', { contact_id: '0100' });
    const { status, json } = await changeEmail(shop, 'new@example.com');
    expect([status, json.result]).toEqual([409, 'conflict']);
  });
});
