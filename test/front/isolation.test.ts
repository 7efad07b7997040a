import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { canonical } from '../../functions/domain/entry.ts';
import { routes } from '../../functions/routes.ts';
import { localKey } from '../../local/gate.ts';
import { type Item, itemsOf, openFull } from '../adapters/audit-scene.ts';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';

let house: House;
/** Everything happened in it. */
let ours: Shop;
/** A program with the same rewards, in which nothing happened. */
let theirs: Shop;
let before: Item[];
let ids: { coupon: string; task: string };
beforeAll(async () => {
  house = await openHouse();
  ours = await openFull(house);
  theirs = await house.open((file) => file.rewards.push(...ours.program.rewards.slice(3).map(asFile)));
  before = await itemsOf(house.table, ours);
  const couponIn = (state: string) =>
    before.find((item) => item['sk'] === 'COUPON' && item['state'] === state);
  ids = { coupon: couponIn('issued')?.['code'], task: couponIn('requested')?.['key'] };
});
afterAll(() => house.stop());

/** The pool and the manual reward as the owner writes them. */
const asFile = ({ id, name, points, benefit }: Reply): Reply => {
  const terms = { url: 'https://shop.example/r', coupon: { prefix: 'FEW', expires_after_days: 30 } };
  return {
    id,
    name,
    points,
    kind: benefit.kind,
    ...(benefit.percent && { ...terms, value: benefit.percent }),
  };
};

const order = {
  order_number: '9',
  email: 'ana@example.com',
  total: '5.00',
  currency: 'USD',
  status: 'cancelled',
};

/** A request on each route that would find or change something of ours, were it let. */
const asked: Record<string, { id?: () => string; body?: () => Reply }> = {
  enroll: { body: () => ({ contact_id: '100' }) },
  leave: { body: () => ({ contact_id: '100' }) },
  'verify-order': { body: () => ({ contact_id: '100', order_number: '4' }) },
  'claim-order': { body: () => ({ contact_id: '100', order_number: '4' }) },
  credit: { body: () => ({ contact_id: '100', activity: 'visit' }) },
  balance: { body: () => ({ contact_id: '100' }) },
  history: { body: () => ({ contact_id: '100' }) },
  rewards: { body: () => ({ contact_id: '100' }) },
  redeem: { body: () => ({ contact_id: '100', reward: 'letter' }) },
  coupons: { body: () => ({ contact_id: '100' }) },
  preferences: { body: () => ({ contact_id: '100', action: 'status' }) },
  delivered: { body: () => ({ contact_id: '100', send_id: '1' }) },
  orders: {
    body: () => ({ store: 'shop', orders: [{ ...order, placed_at: '2026-11-20T10:00:00Z' }] }),
  },
  'check-coupon': { body: () => ({ code: ids.coupon }) },
  'use-coupon': { body: () => ({ code: ids.coupon, order_number: '1' }) },
  'release-coupon': { body: () => ({ code: ids.coupon, order_number: '77' }) },
  links: { body: () => ({ order_number: '4', purpose: 'claim' }) },
  'search-members': { body: () => ({ email: 'ana@example.com' }) },
  'show-member': { id: () => '100' },
  'list-entries': { id: () => '100' },
  adjust: { id: () => '100', body: () => ({ points: 5, reason: 'r', key: 'k-1' }) },
  'change-email': { id: () => '100', body: () => ({ email: 'other@example.com' }) },
  'cancel-coupon': { id: () => ids.coupon, body: () => ({ reason: 'r' }) },
  'store-codes': { id: () => 'cinema', body: () => ({ codes: ['FILM-3', 'NEW'] }) },
  'list-tasks': {},
  'close-task': { id: () => ids.task, body: () => ({ status: 'fulfilled' }) },
};

/** A webhook is let in by its signature, which is of one program and one store. */
const withKey = routes.filter(({ room, by }) => room !== 'front' && by === 'key');

describe('a key of another program', () => {
  test.each(withKey.map((route) => [route.verb, route] as const))(
    'sees and changes nothing: %s',
    async (verb, route) => {
      const request = asked[verb];
      // A new route needs a request here: what is not tried is not known.
      if (request === undefined) throw new Error(`there is no request for ${verb}`);
      const path = route.path.replace(/\{[^}]+\}/, () => encodeURIComponent(request.id?.() ?? ''));
      const role = ({ chat: 'chat', shop: 'store', admin: 'admin', front: 'chat' } as const)[route.room];
      const { status, json } = await asTheirs(route.method, path, request.body?.(), role);
      const text = JSON.stringify(json);
      for (const secret of ['Ana', 'ana@example.com', 'benjamin@example.com', ids.coupon, ids.task])
        expect(text).not.toContain(secret);
      expect(json.points ?? 0).toBe(0);
      expect(json.tasks ?? []).toEqual([]);
      expect(json.coupons ?? []).toEqual([]);
      const nothing = [
        'not_member',
        'unknown',
        'not_found',
        'email_needed',
        'stored',
        'ok',
        'bad_request',
        'stopped',
        'linked',
      ];
      expect([status, nothing]).toEqual([expect.any(Number), expect.arrayContaining([json.result])]);
      expect(sortedItems(await itemsOf(house.table, ours))).toEqual(sortedItems(before));
    },
  );

  test('may use the same ids, e-mails, order numbers and codes for its own', async () => {
    expect(await theirs.chat('enroll', { contact_id: '100', email: 'ana@example.com' })).toMatchObject({
      result: 'enrolled',
      points: 50,
    });
    await theirs.push({ order_number: '4' });
    expect(await theirs.chat('claim-order', { contact_id: '100', order_number: '4' })).toMatchObject({
      result: 'credited',
    });
    expect(sortedItems(await itemsOf(house.table, ours))).toEqual(sortedItems(before));
    expect((await house.audit()).violations).toEqual([]);
  });
});

const asTheirs = (method: string, path: string, body: Reply, role: 'chat' | 'store' | 'admin') =>
  theirs.request(method, path, body, { 'x-api-key': localKey(role, theirs.id) });

const sortedItems = (items: Item[]): string[] => items.map(canonical).sort();
