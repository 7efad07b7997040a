import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { instant } from '../../functions/domain/ids.ts';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';
import { contentOf } from '../support/table-watch.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => house.clock.set(instant.parse(Date.now())));
afterAll(() => house.stop());

const ana = { contact_id: '1' };
const setClock = (text: string) => house.clock.set(instant.parse(Date.parse(text)));
const activities = (file: Reply) => {
  file.activities = [
    { id: 'survey', points: 5 },
    { id: 'review', points: 15, limit: { per_day: 1, per_member: 3 } },
    { id: 'share', points: 10, limit: { per_day: 2 } },
    { id: 'free', points: 0, limit: { per_member: 1 } },
  ];
};
const shopWithAna = async (change: (file: Reply) => void = activities): Promise<Shop> => {
  const shop = await house.open(change);
  await shop.chat('enroll', { ...ana, email: 'ana@example.com' });
  return shop;
};
const credit = (shop: Shop, activity: unknown, more: object = {}): Promise<Reply> =>
  shop.chat('credit', { ...ana, activity, ...more });
const results = async (shop: Shop, activity: string, times: number): Promise<string[]> => {
  const seen: string[] = [];
  for (let n = 0; n < times; n += 1) seen.push((await credit(shop, activity)).result);
  return seen;
};

describe('an activity', () => {
  test('pays what the program sets, whatever the request says', async () => {
    const shop = await shopWithAna();
    expect(await credit(shop, 'survey', { points: 1000, amount: 1000 })).toMatchObject({
      ok: true,
      result: 'credited',
      replayed: false,
      activity: 'survey',
      points: 55,
      points_change: 5,
    });
  });

  test('without a key and without a limit pays every time', async () => {
    const shop = await shopWithAna();
    expect(await results(shop, 'survey', 4)).toEqual(Array(4).fill('credited'));
    expect(await shop.chat('balance', ana)).toMatchObject({ points: 70, lifetime_points: 70 });
  });

  test.each(['knitting', 'Survey', ' survey', '__proto__', 'toString'])(
    '%j is unknown, and nothing moves',
    async (name) => {
      const shop = await shopWithAna();
      const before = await contentOf(house.table);
      expect(await credit(shop, name)).toMatchObject({
        ok: false,
        result: 'activity_unknown',
        activity: 'none',
        points: 50,
        points_change: 0,
      });
      expect(await contentOf(house.table)).toBe(before);
    },
  );

  test('that is not named is a 400, since the flow itself must set it', async () => {
    const shop = await shopWithAna();
    for (const activity of [undefined, null, '', '{{activity}}', true, {}, 'x'.repeat(201)]) {
      const { status, json } = await shop.request('POST', '/v1/credit', { ...ana, activity });
      expect([activity, status, json.errors[0].path]).toEqual([activity, 400, 'activity']);
    }
  });

  test('worth nothing is credited with 0 and still counts', async () => {
    const shop = await shopWithAna();
    expect(await credit(shop, 'free')).toMatchObject({ ok: true, result: 'credited', points_change: 0 });
    expect(await credit(shop, 'free')).toMatchObject({ ok: false, result: 'limit_reached' });
  });
});

describe('a limit', () => {
  test('by day ends with the day of the program’s zone, not of the server’s', async () => {
    setClock('2026-07-01T18:00:00Z');
    const shop = await shopWithAna((file) => {
      activities(file);
      file.timezone = 'America/Los_Angeles';
    });
    expect(await results(shop, 'share', 3)).toEqual(['credited', 'credited', 'limit_reached']);
    setClock('2026-07-02T06:59:50Z');
    expect(await results(shop, 'share', 1)).toEqual(['limit_reached']);
    setClock('2026-07-02T07:00:00Z');
    expect(await results(shop, 'share', 3)).toEqual(['credited', 'credited', 'limit_reached']);
  });

  test.each([
    ['Asia/Seoul', '2026-03-01T14:59:50Z', '2026-03-01T15:00:00Z'],
    ['Europe/Istanbul', '2026-03-01T20:59:50Z', '2026-03-01T21:00:00Z'],
    ['America/New_York', '2026-03-09T03:59:50Z', '2026-03-09T04:00:00Z'],
    ['Pacific/Kiritimati', '2026-03-01T09:59:50Z', '2026-03-01T10:00:00Z'],
  ])('by day in %s ends at midnight there', async (timezone, lateEvening, midnight) => {
    setClock(lateEvening);
    const shop = await shopWithAna((file) => {
      activities(file);
      file.timezone = timezone;
    });
    expect(await results(shop, 'review', 2)).toEqual(['credited', 'limit_reached']);
    setClock(midnight);
    expect(await results(shop, 'review', 2)).toEqual(['credited', 'limit_reached']);
  });

  test('for good is not lifted by another day', async () => {
    const shop = await shopWithAna();
    const seen = [];
    for (let day = 1; day <= 5; day += 1) {
      setClock(`2027-01-0${day}T12:00:00Z`);
      seen.push(...(await results(shop, 'review', 1)));
    }
    expect(seen).toEqual([...Array(3).fill('credited'), ...Array(2).fill('limit_reached')]);
  });

  test('is kept by twenty at the same time', async () => {
    const shop = await shopWithAna();
    const all = await Promise.all(Array.from({ length: 20 }, () => credit(shop, 'share')));
    expect(all.filter(({ result }) => result === 'credited')).toHaveLength(2);
    expect(await shop.chat('balance', ana)).toMatchObject({ points: 70 });
  });

  test('counts what is done with a key too', async () => {
    const shop = await shopWithAna();
    expect((await credit(shop, 'review', { key: 'a' })).result).toBe('credited');
    expect((await credit(shop, 'review', { key: 'b' })).result).toBe('limit_reached');
    expect((await credit(shop, 'review', { key: 'a' })).result).toBe('already_credited');
    expect((await credit(shop, 'review')).result).toBe('limit_reached');
  });
});

describe('a key', () => {
  test('pays once for the same activity, at any time and in parallel', async () => {
    const shop = await shopWithAna();
    const all = await Promise.all(
      Array.from({ length: 20 }, () => credit(shop, 'survey', { key: 'order-7' })),
    );
    expect(all.map(({ result }) => result).sort()).toEqual([
      ...Array(19).fill('already_credited'),
      'credited',
    ]);
    expect(all.every(({ ok, points }) => ok && points === 55)).toBe(true);
    setClock('2030-01-01T00:00:00Z');
    expect(await credit(shop, 'survey', { key: 'order-7' })).toMatchObject({
      ok: true,
      result: 'already_credited',
      replayed: true,
      activity: 'survey',
      points_change: 0,
      points: 55,
    });
  });

  test('for another activity is key_reused, and nothing is written', async () => {
    const shop = await shopWithAna();
    await credit(shop, 'survey', { key: 'k' });
    const before = await contentOf(house.table);
    for (const other of ['share', 'knitting'])
      expect(await credit(shop, other, { key: 'k' })).toMatchObject({
        ok: false,
        result: 'key_reused',
        points: 55,
      });
    expect(await contentOf(house.table)).toBe(before);
  });

  test('is one of its member: another member may use the same', async () => {
    const shop = await shopWithAna();
    await shop.chat('enroll', { contact_id: '2', email: 'bob@example.com' });
    expect(await credit(shop, 'survey', { key: 'k' })).toMatchObject({ result: 'credited' });
    expect(await credit(shop, 'survey', { key: 'k', contact_id: '2' })).toMatchObject({ result: 'credited' });
  });

  test('is one of its verb: a redemption may use the same', async () => {
    const shop = await shopWithAna((file) => {
      activities(file);
      file.rewards[0].points = 10;
    });
    expect(await credit(shop, 'survey', { key: 'k' })).toMatchObject({ result: 'credited' });
    const taken = await shop.chat('redeem', { ...ana, reward: 'tea-towel', request_id: 'k' });
    expect(taken).toMatchObject({ result: 'issued' });
  });

  test.each([7, '7', 'x'.repeat(200), 'a b', '주문 7', '#', '\ud800'])('may be %j', async (key) => {
    const shop = await shopWithAna();
    expect(await credit(shop, 'survey', { key })).toMatchObject({ result: 'credited' });
    expect(await credit(shop, 'survey', { key })).toMatchObject({ result: 'already_credited' });
  });

  test.each([null, '', '{{key}}'])('that is %j is none: the activity pays again', async (key) => {
    const shop = await shopWithAna();
    for (const result of ['credited', 'credited'])
      expect(await credit(shop, 'survey', { key })).toMatchObject({ result });
  });

  test('that is too long or no text is a 400', async () => {
    const shop = await shopWithAna();
    for (const key of ['x'.repeat(201), true, {}, ['k'], 1.5]) {
      const { status, json } = await shop.request('POST', '/v1/credit', { ...ana, activity: 'survey', key });
      expect([status, json.errors[0].path]).toEqual([400, 'key']);
    }
  });
});
