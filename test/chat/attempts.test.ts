import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Instant, instant } from '../../functions/domain/ids.ts';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';
import { contentOf } from '../support/table-watch.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => house.clock.set(instant.parse(Date.now())));
afterAll(() => house.stop());

const at = (text: string): Instant => instant.parse(Date.parse(text));
const ana = { contact_id: '1' };
const limit = 3;

const shopWithAna = async (): Promise<Shop> => {
  house.clock.set(at('2026-11-20T10:15:00Z'));
  const shop = await house.open((file) => {
    file.claims.attempts_per_hour = limit;
  });
  await shop.chat('enroll', { ...ana, email: 'ana@example.com' });
  await shop.push({ order_number: 'MINE' });
  return shop;
};
const resultOf = async (shop: Shop, verb: string, body: object): Promise<string> =>
  (await shop.chat(verb, { ...ana, ...body })).result;
const miss = (shop: Shop, verb = 'claim-order') => resultOf(shop, verb, { order_number: 'NOWHERE' });
const many = async (times: number, one: () => Promise<string>): Promise<string[]> => {
  const seen: string[] = [];
  for (let n = 0; n < times; n += 1) seen.push(await one());
  return seen;
};

describe('failed look-ups of orders', () => {
  test('are counted on verify and claim alike; past the limit both refuse, before anything else', async () => {
    const shop = await shopWithAna();
    expect(await miss(shop, 'verify-order')).toBe('not_found');
    expect(await many(2, () => miss(shop))).toEqual(['not_found', 'not_found']);
    const before = await contentOf(house.table);
    for (const verb of ['verify-order', 'claim-order'])
      for (const order_number of ['MINE', 'NOWHERE', undefined, '###'])
        expect(await resultOf(shop, verb, { order_number })).toBe('too_many_attempts');
    expect(await contentOf(house.table)).toBe(before);
    const { status, json } = await shop.request('POST', '/v1/claim-order', { ...ana, store: 'mall' });
    expect([status, json.result]).toEqual([400, 'bad_request']);
  });

  test('are forgotten when the hour on the clock ends, not an hour later', async () => {
    const shop = await shopWithAna();
    house.clock.set(at('2026-11-20T10:59:00Z'));
    await many(limit, () => miss(shop));
    expect(await resultOf(shop, 'claim-order', { order_number: 'MINE' })).toBe('too_many_attempts');
    house.clock.set(at('2026-11-20T10:59:55Z'));
    expect(await resultOf(shop, 'claim-order', { order_number: 'MINE' })).toBe('too_many_attempts');
    house.clock.set(at('2026-11-20T11:00:00Z'));
    expect(await many(limit + 1, () => miss(shop))).toEqual([
      ...Array(limit).fill('not_found'),
      'too_many_attempts',
    ]);
    house.clock.set(at('2026-11-20T12:00:00Z'));
    expect(await resultOf(shop, 'claim-order', { order_number: 'MINE' })).toBe('credited');
  });

  test('are the only ones that count', async () => {
    const shop = await shopWithAna();
    await shop.push({ order_number: 'UNPAID', status: 'pending' });
    await shop.push({ order_number: 'FOREIGN', currency: 'EUR' });
    for (let round = 0; round < limit + 1; round += 1) {
      for (const [order_number, result] of [
        ['MINE', 'valid'],
        ['UNPAID', 'not_paid'],
        ['FOREIGN', 'wrong_currency'],
        [undefined, 'order_number_needed'],
      ])
        expect(await resultOf(shop, 'verify-order', { order_number })).toBe(result);
    }
    expect(await miss(shop)).toBe('not_found');
  });

  test('are counted per person, one by one also when they come at the same time', async () => {
    const shop = await shopWithAna();
    await shop.chat('enroll', { contact_id: '2', email: 'bob@example.com' });
    const burst = await Promise.all(Array.from({ length: 12 }, () => miss(shop)));
    expect(burst.sort()).toEqual([
      ...Array(limit).fill('not_found'),
      ...Array(12 - limit).fill('too_many_attempts'),
    ]);
    expect(await resultOf(shop, 'claim-order', { contact_id: '2', order_number: 'NOWHERE' })).toBe(
      'not_found',
    );
  });

  test('do not keep the person from anything else', async () => {
    const shop = await shopWithAna();
    await many(limit, () => miss(shop));
    for (const verb of ['balance', 'history', 'rewards', 'coupons'])
      expect(await resultOf(shop, verb, {})).toBe('ok');
    expect(await resultOf(shop, 'credit', { activity: 'newsletter' })).toBe('credited');
    expect(await resultOf(shop, 'enroll', {})).toBe('already_member');
  });

  test('are answered with the member’s card all the same', async () => {
    const shop = await shopWithAna();
    await many(limit, () => miss(shop));
    const refused: Reply = await shop.chat('claim-order', { ...ana, order_number: 'MINE' });
    expect(refused).toMatchObject({
      ok: false,
      is_member: true,
      points: 50,
      points_change: 0,
      order_number: 'none',
    });
  });
});

describe('e-mails of others', () => {
  const tryTheirs = (shop: Shop) => resultOf(shop, 'enroll', { contact_id: '2', email: 'ana@example.com' });

  test('count as failed attempts, and past the limit only what would look one up is refused', async () => {
    const shop = await shopWithAna();
    expect(await many(limit + 1, () => tryTheirs(shop))).toEqual([
      ...Array(limit).fill('email_in_use'),
      'too_many_attempts',
    ]);
    const enroll = (email?: string) => resultOf(shop, 'enroll', { contact_id: '2', ...(email && { email }) });
    expect(await enroll('free@example.com')).toBe('too_many_attempts');
    expect(await enroll()).toBe('email_needed');
    expect(await enroll('nonsense')).toBe('email_invalid');
    house.clock.set(at('2026-11-20T11:00:00Z'));
    expect(await enroll('free@example.com')).toBe('enrolled');
  });

  test('and failed look-ups of orders are one and the same count', async () => {
    const shop = await shopWithAna();
    await many(limit, () => tryTheirs(shop));
    const order = { contact_id: '2', order_number: 'MINE' };
    expect(await resultOf(shop, 'verify-order', order)).toBe('too_many_attempts');
    expect(await resultOf(shop, 'claim-order', order)).toBe('too_many_attempts');
  });
});
