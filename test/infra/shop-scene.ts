/** Everything that rooms and jobs do for shops, each in a process of its own, so that it shows what each does to the table. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sign } from '../../functions/adapters/shops/standard-webhooks.ts';
import type { JobName, RoomName } from '../../functions/routes.ts';
import { emailsOf, refOf } from '../chat/squatter-scene.ts';
import { dayMs, forward, minuteMs, openProcess, type Process } from '../shops/stage.ts';
import { openWooBench, type WooBench } from '../shops/woocommerce/bench.ts';
import type { House, Reply, Shop } from '../support/house.ts';
import { watchedFrom } from './watched.ts';

const plantsSecret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** A Vendure shop that has not one order. */
const openPlants = async () => {
  const data = {
    order: null,
    orders: { items: [] },
    globalSettings: { serverConfig: { moneyStrategyPrecision: 2 } },
  };
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ data })),
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/admin-api`,
    close: () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  };
};

const made = { url: 'https://shop.example/cart', coupon: { prefix: 'GIFT', expires_after_days: 3 } };

const fileWith = (woo: WooBench, plantsUrl: string) => (file: Reply) => {
  file.currency = 'EUR';
  file.timezone = 'UTC';
  file.signup_bonus = 1000;
  file.redeem = { repeat_minutes: 0, expired_coupon: 'return_points' };
  file.stores = [
    { id: 'shop', kind: 'pushed' },
    { id: 'woo', ...woo.section, links: true },
    { id: 'plants', kind: 'vendure', url: plantsUrl },
  ];
  file.rewards = [
    {
      id: 'lamp',
      name: { en: 'Lamp' },
      points: 10,
      kind: 'amount',
      value: '5.00',
      store: 'woo',
      stock: 50,
      ...made,
    },
    { id: 'ticket', name: { en: 'Ticket' }, points: 10, kind: 'pool' },
    { id: 'call', name: { en: 'Call' }, points: 10, kind: 'manual' },
  ];
};

/** More orders than a claim by the prover takes along: the job does the others. */
const claimedByStranger = 21;

interface Stage {
  readonly house: House;
  readonly shop: Shop;
  readonly woo: WooBench;
  readonly chat: Process;
  readonly hook: Process;
}

let taken = 0;
const takeLamp = (chat: Process, contact: string) => {
  taken += 1;
  return chat.chat('redeem', { contact_id: contact, reward: 'lamp', request_id: `tap-${taken}` });
};

/** The shop breaks every connection while it is asked. */
const reserved = async ({ woo, chat }: Stage, contact: string): Promise<void> => {
  woo.fake.intercept(() => ({ kind: 'break' }));
  await takeLamp(chat, contact);
  woo.fake.intercept(() => undefined);
};

/** A stranger joined with somebody's e-mail and claimed their orders; the owner comes by a signed link. */
const squatted = async ({ house, shop, chat, hook }: Stage, name: string): Promise<void> => {
  const email = `${name}@example.com`;
  const numbers = Array.from({ length: claimedByStranger + 1 }, (_, index) => `${name}-${index}`);
  const orders = numbers.map((order_number) => ({
    order_number,
    email,
    total: '60.00',
    currency: 'EUR',
    status: 'paid',
    placed_at: new Date(house.clock.now()).toISOString(),
  }));
  await hook.request('POST', '/v1/store/orders', { store: 'shop', orders });
  const stranger = { contact_id: `stranger-of-${name}` };
  const owner = { contact_id: name };
  await chat.chat('enroll', { ...stranger, email });
  for (const order_number of numbers.slice(1)) await chat.chat('claim-order', { ...stranger, order_number });
  await chat.chat('enroll', { ...owner, email: `own-${email}` });
  const ref = await refOf(shop, `${name}-0`, { store: 'shop' });
  await chat.chat('claim-order', { ...owner, order_number: ref });
  if (!(await emailsOf(shop, owner)).includes(email)) throw new Error('the owner has not proven the e-mail');
};

/** A webhook of each shop: one tells of an order, the other only names one. */
const hooks = async ({ house, shop, woo, hook }: Stage, email: string): Promise<void> => {
  const placed = await woo.place({ email, total: '40.00' });
  const told = await woo.hook(placed);
  if (told === undefined) throw new Error('the shop sends no webhook');
  await hook.request('POST', `/v1/hooks/${shop.id}/woo`, told.body, { ...told.headers });
  const order = { order_number: 'V1', order_id: '7', email, total: '1.00', currency: 'EUR', status: 'paid' };
  const data = { ...order, placed_at: new Date(house.clock.now()).toISOString() };
  const body = JSON.stringify({ type: 'order.updated', data });
  const atS = Math.floor(house.clock.now() / 1000);
  await hook.request('POST', `/v1/hooks/${shop.id}/plants`, body, {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(atS),
    'webhook-signature': sign('msg_1', atS, body, plantsSecret),
  });
};

/** Leaves everything open that a job may find, and lets it work. @returns what it came to, all runs together */
const rounds = async <Came>(stage: Stage, name: string, run: () => Promise<Came>): Promise<Came[]> => {
  const { house, woo, chat } = stage;
  const came: Came[] = [];
  const after = async (ms: number): Promise<void> => {
    forward(house, ms);
    came.push(await run());
  };
  await squatted(stage, name);
  await hooks(stage, `${name}-woo@example.com`);
  // One that the shop makes after all, and one that it refuses.
  await reserved(stage, name);
  await after(2 * minuteMs);
  await reserved(stage, name);
  const no = JSON.stringify({ code: 'rest_invalid_param', message: 'no', data: { status: 400 } });
  woo.fake.intercept(({ method }) =>
    method === 'POST' ? { kind: 'answer', status: 400, body: no } : undefined,
  );
  await after(2 * minuteMs);
  woo.fake.intercept(() => undefined);
  // One is deleted in the shop, and one expires there.
  const { coupon_code: deleted } = await takeLamp(chat, name);
  const rows = woo.fake.coupons.rows;
  rows.splice(
    rows.findIndex(({ code }) => code === deleted.toLowerCase()),
    1,
  );
  await after(dayMs + minuteMs);
  await takeLamp(chat, name);
  await after(4 * dayMs);
  return came;
};

/** What customers and the owner do beside that. */
const talk = async (stage: Stage, admin: Process): Promise<void> => {
  const { house, chat, hook } = stage;
  const me = { contact_id: 'bea' };
  const ask = (method: string, path: string, body?: object) =>
    admin.request(method, `/v1/admin/${path}`, body);
  await ask('POST', 'rewards/ticket/codes', { codes: ['T-1', 'T-2'] });
  await chat.chat('enroll', { ...me, email: 'bea@example.com' });
  await chat.chat('redeem', { ...me, reward: 'ticket' });
  await chat.chat('redeem', { ...me, reward: 'call' });
  await chat.chat('coupons', me);
  const { coupon_code: code } = await takeLamp(chat, 'bea');
  const { coupon_code: own } = await takeLamp(chat, 'bea');
  for (const verb of ['check', 'use', 'release', 'use'])
    await hook.request('POST', `/v1/store/coupons/${verb}`, { code: own, order_number: 'B1' });
  await ask('POST', `coupons/${code}/cancel`, { reason: 'a mistake' });
  await ask('POST', 'members/search', { email: 'bea@example.com' });
  await ask('GET', 'members/bea/entries');
  await ask('POST', 'members/bea/adjust', { points: 5, reason: 'a present', key: 'k' });
  await ask('POST', 'members/bea/email', { email: 'bea.new@example.com' });
  forward(house, minuteMs);
  const { json } = await ask('GET', 'tasks');
  await ask('POST', `tasks/${json.tasks[0].id}`, { status: 'refused', reason: 'booked' });
  const order = { order_number: 'B2', email: 'bea.new@example.com', total: '60.00', currency: 'EUR' };
  const paid = { ...order, status: 'paid', placed_at: new Date(house.clock.now()).toISOString() };
  for (const refunded of ['0.00', '10.00']) {
    await hook.request('POST', '/v1/store/orders', { store: 'shop', orders: [{ ...paid, refunded }] });
    await chat.chat('claim-order', { ...me, order_number: 'B2' });
  }
  await hook.request('POST', '/v1/store/links', { store: 'shop', order_number: 'B2', purpose: 'claim' });
};

/** @returns what each did to the table, and what each job came to */
export const playShops = async (house: House) => {
  const woo = await openWooBench({ nowMs: () => house.clock.now() });
  const plants = await openPlants();
  const done: Partial<Record<RoomName | JobName, ReadonlySet<string>>> = {};
  const opened: Process[] = [];
  try {
    const shop = await house.open(fileWith(woo, plants.url));
    const secrets = { woo: woo.secrets, plants: { api_key: 'key', webhook_secret: plantsSecret } };
    const process = (name: RoomName | JobName): Process => {
      const one = openProcess(house, shop, { secrets });
      done[name] = watchedFrom(one.table);
      opened.push(one);
      return one;
    };
    const stage: Stage = { house, shop, woo, chat: process('chat'), hook: process('shop') };
    const [settle, reconcile] = [process('settle'), process('reconcile')];
    await talk(stage, process('admin'));
    const settled = await rounds(stage, 'ana', settle.settle);
    const reconciled = await rounds(stage, 'cleo', reconcile.reconcile);
    return { done: { ...done, front: new Set<string>() }, settled, reconciled };
  } finally {
    for (const one of opened) one.close();
    await plants.close();
    await woo.close();
  }
};
