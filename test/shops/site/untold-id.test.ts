/** A site may tell an order's id in one place and not in another: it stays one order, and earns once. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod/mini';
import { type Market, openMarket, type Stand } from '../market.ts';
import { storeId } from '../stage.ts';
import { openSiteBench } from './bench.ts';

let market: Market;
let stand: Stand;
beforeAll(async () => {
  market = await openMarket((nowMs) => openSiteBench('node', { nowMs }));
}, 60_000);
beforeEach(async () => {
  stand = await market.stand();
});
afterEach(() => stand.close());
afterAll(async () => {
  const { violations } = await market.house.audit();
  await market.close();
  expect(violations).toEqual([]);
});

let told = 0;
const news = async (data: object): Promise<unknown> => {
  const { secret } = z.object({ secret: z.string() }).parse(market.bench.secrets);
  const at = new Date(market.house.clock.now());
  const body = JSON.stringify({ type: 'order.updated', data });
  told += 1;
  const id = `evt_${told}`;
  const path = `/v1/hooks/${stand.shop.id}/${storeId}`;
  const { status } = await stand.sound.request('POST', path, body, {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  });
  return status;
};
const member = async (email: string) => {
  const contact = await stand.join(email);
  return (order_number: string) => stand.sound.chat('claim-order', { contact_id: contact, order_number });
};
const orderOf = (email: string, number: string, more: object = {}) => ({
  order_number: number,
  email,
  total: '60.00',
  currency: 'USD',
  status: 'paid',
  placed_at: '2026-11-20T10:00:00Z',
  ...more,
});

describe('an order whose id is told sometimes', () => {
  test('and not by a webhook after its claim, earns once', async () => {
    const email = 'una@example.com';
    const claim = await member(email);
    const { number } = await market.bench.place({ email, total: '60.00' });
    expect(await claim(number)).toMatchObject({ result: 'credited', order_points: 60 });
    expect(await news(orderOf(email, number))).toBe(200);
    expect(await claim(number)).toMatchObject({ result: 'already_claimed', order_points: 60 });
  });

  test('and only after its claim, takes that id: another one is another order', async () => {
    const email = 'uma@example.com';
    const claim = await member(email);
    expect(await news(orderOf(email, 'U-1'))).toBe(200);
    expect(await claim('U-1')).toMatchObject({ result: 'credited', order_points: 60 });
    expect(await news(orderOf(email, 'U-1', { order_id: 'id-1' }))).toBe(200);
    expect(await claim('U-1')).toMatchObject({ result: 'already_claimed', order_points: 60 });
    expect(await news(orderOf(email, 'U-1', { order_id: 'id-2', total: '20.00' }))).toBe(200);
    expect(await claim('U-1')).toMatchObject({ result: 'credited', order_points: 20 });
  });
});
