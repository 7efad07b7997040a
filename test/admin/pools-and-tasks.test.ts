import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

const ana = { contact_id: '100' };
const clean = async () => expect((await house.audit()).violations).toEqual([]);

/** A rich member, pools `cinema` and `swim`, and a letter that the owner writes by hand. */
const withAna = async (change?: (file: Reply) => void): Promise<Shop> => {
  const shop = await house.open((file) => {
    change?.(file);
    file.signup_bonus = 1000;
    file.redeem.repeat_minutes = 0;
    for (const id of ['cinema', 'swim'])
      file.rewards.push({ id, name: { en: id }, points: 10, kind: 'pool' });
    file.rewards.push({ id: 'letter', name: { en: 'A letter' }, points: 100, kind: 'manual' });
  });
  await shop.chat('enroll', { ...ana, email: 'ana@example.com', first_name: 'Ana', last_name: 'Lee' });
  return shop;
};

const load = (shop: Shop, codes: unknown, reward = 'cinema') =>
  shop.admin('POST', `rewards/${reward}/codes`, { codes });
const take = (shop: Shop, reward = 'cinema', more: object = {}) =>
  shop.chat('redeem', { ...ana, reward, ...more });
const points = async (shop: Shop): Promise<number> => (await shop.chat('balance', ana)).points;

describe('a pool', () => {
  test('gives out each of its codes once, as it was loaded, and is sold out then', async () => {
    const shop = await withAna();
    expect((await load(shop, ['FILM-a1', ' film.B2 '])).json).toEqual({
      ok: true,
      result: 'stored',
      stored: 2,
      known: 0,
    });
    const told = [await take(shop), await take(shop)];
    expect(told.map(({ result }) => result)).toEqual(['issued', 'issued']);
    expect(told.map(({ coupon_code }) => coupon_code).sort()).toEqual(['FILM-a1', 'film.B2']);
    expect(await take(shop)).toMatchObject({
      ok: false,
      result: 'sold_out',
      points: 980,
      coupon_code: 'none',
    });
    expect(await shop.store('coupons/check', { code: 'filmA1' })).toMatchObject({
      result: 'valid',
      coupon: { code: 'FILM-a1', kind: 'pool', reward: 'cinema' },
    });
    await clean();
  });

  test('that was never loaded is sold out, takes no points and is not offered as ready', async () => {
    const shop = await withAna();
    expect(await take(shop)).toMatchObject({ ok: false, result: 'sold_out', points: 1000, points_change: 0 });
    const { rewards_ready_names } = await shop.chat('balance', ana);
    expect(rewards_ready_names).not.toContain('cinema');
    await load(shop, ['ONE']);
    expect(await take(shop)).toMatchObject({ result: 'issued' });
  });

  test('skips and counts codes that it knows, in one request and in the next', async () => {
    const shop = await withAna();
    const first = await load(shop, ['A-1', 'a1', 'A 1', 'B-2']);
    expect(first.json).toMatchObject({ stored: 2, known: 2 });
    expect((await load(shop, ['b2', 'C3'])).json).toMatchObject({ stored: 1, known: 1 });
  });

  test('takes no code again that it gave out', async () => {
    const shop = await withAna();
    await load(shop, ['ONCE']);
    expect(await take(shop)).toMatchObject({ result: 'issued', coupon_code: 'ONCE' });
    expect((await load(shop, ['once'])).json).toMatchObject({ stored: 0, known: 1 });
    expect((await load(shop, ['once'], 'swim')).json).toMatchObject({ stored: 0, known: 1 });
    expect(await take(shop)).toMatchObject({ result: 'sold_out' });
  });

  test('takes no code that another pool of the program has', async () => {
    const shop = await withAna();
    await load(shop, ['SAME', 'OTHER']);
    expect((await load(shop, ['same', 'own'], 'swim')).json).toMatchObject({ stored: 1, known: 1 });
    expect(await take(shop, 'swim')).toMatchObject({ result: 'issued', coupon_code: 'own' });
    expect(await take(shop, 'swim')).toMatchObject({ result: 'sold_out' });
    const elsewhere = await withAna();
    expect((await load(elsewhere, ['SAME'])).json).toMatchObject({ stored: 1, known: 0 });
  });

  test('never gives one code to two, however many want one at once', async () => {
    const shop = await withAna();
    await load(
      shop,
      Array.from({ length: 10 }, (_, index) => `RUSH-${index}`),
    );
    const tries = Array.from({ length: 15 }, (_, index) => ({ request_id: `r-${index}` }));
    const told = await Promise.all(tries.map((more) => take(shop, 'cinema', more)));
    const codes = told.flatMap(({ result, coupon_code }) => (result === 'issued' ? [coupon_code] : []));
    expect([codes.length, new Set(codes).size]).toEqual([10, 10]);
    expect(told.filter(({ result }) => result === 'sold_out')).toHaveLength(5);
    expect(await points(shop)).toBe(900);
    await clean();
  });

  test('is loaded once when two load the same at once', async () => {
    const shop = await withAna();
    const codes = Array.from({ length: 300 }, (_, index) => `BULK-${index}`);
    const [one, two] = await Promise.all([load(shop, codes), load(shop, codes.toReversed())]);
    expect(one.json.stored + two.json.stored).toBe(300);
    expect(one.json.known + two.json.known).toBe(300);
  });

  test.each([
    ['codes', undefined],
    ['codes', []],
    ['codes', 'FILM'],
    ['codes', Array(5001).fill('X')],
    ['codes[1]', ['A', '']],
    ['codes[1]', ['A', 'ä']],
    ['codes[0]', ['X'.repeat(65)]],
  ])('names %s when codes are wrong', async (path, codes) => {
    const shop = await withAna();
    const { status, json } = await load(shop, codes);
    expect([status, json.errors[0].path]).toEqual([400, path]);
    expect(await take(shop)).toMatchObject({ result: 'sold_out' });
  });

  test('is no reward of another kind, and none that does not exist', async () => {
    const shop = await withAna();
    expect(await load(shop, ['A'], 'tea-towel')).toMatchObject({ status: 409, json: { result: 'conflict' } });
    expect(await load(shop, ['A'], 'nothing')).toMatchObject({ status: 404, json: { result: 'not_found' } });
  });
});

describe('a manual reward', () => {
  const tasks = async (shop: Shop): Promise<Reply[]> => (await shop.admin('GET', 'tasks')).json.tasks;
  const close = (shop: Shop, id: string, body: object) => shop.admin('POST', `tasks/${id}`, body);
  const refused = { status: 'refused', reason: 'no paper left' };

  test('is listed for the owner with whom it is for, oldest first, until it is closed', async () => {
    const shop = await withAna();
    expect(await take(shop, 'letter')).toMatchObject({
      ok: true,
      result: 'requested',
      coupon_code: 'none',
      points: 900,
    });
    await take(shop, 'letter');
    const [first, second, ...others] = await tasks(shop);
    expect(others).toEqual([]);
    expect(first).toEqual({
      id: expect.stringMatching(/^\S+$/),
      reward: 'letter',
      reward_name: 'A letter',
      points: 100,
      member_id: '100',
      first_name: 'Ana',
      last_name: 'Lee',
      emails: ['ana@example.com'],
      requested_at: expect.stringMatching(/Z$/),
      status: 'requested',
    });
    expect(first.requested_at <= second.requested_at).toBe(true);
    await close(shop, first.id, { status: 'fulfilled' });
    expect((await tasks(shop)).map(({ id }) => id)).toEqual([second.id]);
    await clean();
  });

  test('that is fulfilled stays so', async () => {
    const shop = await withAna();
    await take(shop, 'letter');
    const [{ id }] = await tasks(shop);
    expect((await close(shop, id, { status: 'fulfilled' })).json).toMatchObject({
      ok: true,
      result: 'fulfilled',
      replayed: false,
    });
    expect((await close(shop, id, { status: 'fulfilled' })).json).toMatchObject({ ok: true, replayed: true });
    expect(await close(shop, id, refused)).toMatchObject({ status: 409, json: { result: 'conflict' } });
    expect(await points(shop)).toBe(900);
    await clean();
  });

  test('that is refused gives the points back, once', async () => {
    const shop = await withAna();
    await take(shop, 'letter', { request_id: 'r-1' });
    const [{ id }] = await tasks(shop);
    const told = await Promise.all([1, 2, 3].map(() => close(shop, id, refused)));
    expect(told.map(({ json }) => json.result)).toEqual(['refused', 'refused', 'refused']);
    expect(told.find(({ json }) => json.replayed === false)?.json).toMatchObject({
      points: 1000,
      points_change: 100,
    });
    expect(await close(shop, id, { status: 'fulfilled' })).toMatchObject({ status: 409 });
    expect(await points(shop)).toBe(1000);
    expect(await take(shop, 'letter', { request_id: 'r-1' })).toMatchObject({ result: 'requested' });
    await clean();
  });

  test('is closed in one of two ways, and a refusal has a reason', async () => {
    const shop = await withAna();
    await take(shop, 'letter');
    const [{ id }] = await tasks(shop);
    for (const [body, path] of [
      [{}, 'status'],
      [{ status: 'done' }, 'status'],
      [{ status: 'refused' }, 'reason'],
      [{ status: 'refused', reason: ' ' }, 'reason'],
    ] as const) {
      const { status, json } = await close(shop, id, body);
      expect([status, json.errors[0].path]).toEqual([400, path]);
    }
    expect(await tasks(shop)).toHaveLength(1);
  });

  test('waits for the owner in a program that gives the points of expired coupons back', async () => {
    const shop = await withAna((file) => {
      file.redeem.expired_coupon = 'return_points';
    });
    await take(shop, 'letter');
    expect((await tasks(shop)).map(({ reward }) => reward)).toEqual(['letter']);
    await clean();
  });

  test('is known by its own id; a coupon’s code is no task, and a task’s id no coupon', async () => {
    const shop = await withAna();
    await take(shop, 'letter');
    const { coupon_code: code } = await take(shop, 'tea-towel');
    const [{ id }] = await tasks(shop);
    const missing = { status: 404, json: { ok: false, result: 'not_found' } };
    for (const other of [code, 'TASK-2222', '%3F']) {
      expect(await close(shop, other, { status: 'fulfilled' })).toMatchObject(missing);
      expect(await close(shop, other, refused)).toMatchObject(missing);
    }
    expect(await shop.admin('POST', `coupons/${id}/cancel`, { reason: 'r' })).toMatchObject(missing);
    expect(await tasks(shop)).toHaveLength(1);
  });
});
