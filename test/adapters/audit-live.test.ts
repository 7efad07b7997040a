import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AuditReport } from '../../functions/adapters/dynamodb/audit.ts';
import { type House, openHouse, type Shop } from '../support/house.ts';
import { itemsOf, overwrite } from './audit-scene.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
  // A real scan comes in pages, and the table moves between two of them.
  house.table.client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'ScanCommand') Object.assign(args.input, { Limit: 100 });
        return next(args);
      },
    { step: 'initialize', name: 'pages', priority: 'high' },
  );
});
afterAll(() => house.stop());

const placedAt = new Date().toISOString();
const members = Array.from({ length: 20 }, (_, index) => `m${index}`);

const withMembers = async (): Promise<Shop> => {
  const shop = await house.open((file) => {
    file.signup_bonus = 500;
    file.redeem = { repeat_minutes: 0, capture: 'use' };
    Object.assign(file.rewards[0], { points: 20, stock: 300, limit: { per_member: 100 } });
    file.rewards.push({ id: 'cinema', name: { en: 'A cinema ticket' }, points: 15, kind: 'pool' });
  });
  await Promise.all(members.map((id) => shop.chat('enroll', { contact_id: id, email: `${id}@example.com` })));
  const codes = Array.from({ length: 100 }, (_, index) => `FILM-${index}`);
  await shop.admin('POST', 'rewards/cinema/codes', { codes });
  for (const id of members) {
    const told = {
      email: `${id}@example.com`,
      total: '60.00',
      currency: 'USD',
      status: 'paid',
      placed_at: placedAt,
    };
    const orders = Array.from({ length: 10 }, (_, index) => ({ ...told, order_number: `${id}-${index}` }));
    await shop.store('orders', { store: 'shop', orders });
  }
  return shop;
};

/** Everything that moves books, e-mails, coupons and stock of one member. */
const busy = async (shop: Shop, id: string): Promise<void> => {
  const me = { contact_id: id };
  const turn = async (index: number): Promise<void> => {
    const reward = index % 3 === 0 ? 'cinema' : 'tea-towel';
    const [, taken] = await Promise.all([
      shop.chat('claim-order', { ...me, order_number: `${id}-${index}` }),
      shop.chat('redeem', { ...me, reward, request_id: `r-${index}` }),
    ]);
    const code = taken.coupon_code;
    if (index % 2 === 0) await shop.admin('POST', `coupons/${code}/cancel`, { reason: 'changed mind' });
    else await shop.store('coupons/use', { code, order_number: `u-${index}` });
    await shop.push({ order_number: `${id}-${index}`, email: `${id}@example.com`, refunded: `${index}.00` });
  };
  for (let index = 0; index < 10; index += 1) await turn(index);
  await shop.admin('POST', `members/${id}/email`, { email: `${id}.new@example.com` });
  await shop.chat('leave', me);
  await shop.chat('enroll', { ...me, email: `${id}@example.com` });
};

test('audit finds nothing while 200 claims and redemptions run, and what is wrong then', async () => {
  const shop = await withMembers();
  let running = true;
  const work = Promise.all(members.map((id) => busy(shop, id))).finally(() => {
    running = false;
  });
  const reports: AuditReport[] = [];
  const look = async () => {
    for (; running; await pause(50)) reports.push(await house.audit());
  };
  await Promise.all([work, look()]);
  expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
  expect(reports.length).toBeGreaterThan(0);
  const last = await house.audit();
  expect(last).toMatchObject({ ok: true, members: 20, orders: 200 });
  expect(last.entries).toBeGreaterThan(20 * 23);

  const items = await itemsOf(house.table, shop);
  const counter = items.find(({ sk }) => String(sk).startsWith('STOCK#'));
  if (counter === undefined) throw new Error('nothing was taken');
  await overwrite(house.table, { ...counter, taken: counter['taken'] + 1 });
  expect((await house.audit()).violations).toEqual([
    { invariant: 5, where: `${shop.id}/tea-towel`, message: expect.stringMatching(/^stock counter/) },
  ]);
  expect(house.logged.faults).toEqual([]);
}, 240_000);

test('audit finds nothing while one member never stands still', async () => {
  const shop = await house.open();
  await shop.chat('enroll', { contact_id: '1', email: 'one@example.com' });
  let running = true;
  const work = (async () => {
    for (let index = 0; index < 150; index += 1)
      await shop.admin('POST', 'members/1/adjust', { points: 1, reason: 'r', key: `k-${index}` });
  })().finally(() => {
    running = false;
  });
  const found: unknown[] = [];
  while (running)
    found.push(...(await house.audit()).violations.filter(({ where }) => where.startsWith(shop.id)));
  await work;
  expect(found).toEqual([]);
}, 240_000);
