import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { signToken } from '../../functions/domain/callback-token.ts';
import { instant } from '../../functions/domain/ids.ts';
import { type Button, buttonsOf } from '../support/block-rules.ts';
import { ana, block, cheapest, press, shopWithAna, tap, tokenOf } from '../support/buttons.ts';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';
import { contentOf } from '../support/table-watch.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => house.clock.set(instant.parse(Date.now())));
afterAll(() => house.stop());

describe('a token', () => {
  const secretOf = async ({ id }: Shop): Promise<string> => {
    const { GetCommand } = await import('@aws-sdk/lib-dynamodb');
    const Key = { pk: `P#${id}`, sk: 'SECRETS' };
    return String(
      (await house.table.client.send(new GetCommand({ TableName: house.table.name, Key }))).Item?.[
        'callbackKey'
      ],
    );
  };
  const contentsOf = (button: Button): Reply =>
    JSON.parse(Buffer.from(tokenOf(button).split('.')[0] ?? '', 'base64url').toString());
  const send = (button: Button, token: string) => press(house, button, { 'X-Loyalty-Token': token });

  test('holds the program, the contact, the route and the input, and is signed by the program’s key', async () => {
    const shop = await shopWithAna(house);
    const button = await cheapest(shop);
    const token = contentsOf(button);
    expect(token).toMatchObject({
      program: shop.id,
      contact: '1',
      route: '/v1/redeem/block',
      input: { reward: 'r1' },
      language: 'en',
    });
    expect(Math.abs(token.expiresAt - house.clock.now() - 86_400_000)).toBeLessThan(10_000);
    expect(signToken(token, await secretOf(shop))).toBe(tokenOf(button));
  });

  test('is refused after a day', async () => {
    const shop = await shopWithAna(house);
    const button = await cheapest(shop);
    house.clock.set(instant.parse(contentsOf(button).expiresAt - 5_000));
    expect((await tap(house, button)).status).toBe(200);
    house.clock.set(instant.parse(contentsOf(button).expiresAt));
    const before = await contentOf(house.table);
    const late = await tap(house, button);
    expect([late.status, late.json.result]).toEqual([401, 'unauthorized']);
    expect(await contentOf(house.table)).toBe(before);
  });

  test('is refused when anything in it was changed, and nothing is written', async () => {
    const shop = await shopWithAna(house);
    const stranger = await shopWithAna(house);
    const button = await cheapest(shop);
    const [body = '', mac = ''] = tokenOf(button).split('.');
    const changed = (more: object) =>
      Buffer.from(JSON.stringify({ ...contentsOf(button), ...more })).toString('base64url');
    const forged = [
      `${changed({ input: { reward: 'r20' } })}.${mac}`,
      `${changed({ contact: '2' })}.${mac}`,
      `${changed({ expiresAt: 9_999_999_999_999 })}.${mac}`,
      `${changed({ program: stranger.id })}.${mac}`,
      `${changed({ program: 'no-such-program' })}.${mac}`,
      `${body}.`,
      body,
      `.${mac}`,
      `${body}.${mac}.${mac}`,
      `${body}.${mac.slice(0, -1)}`,
      `${body}.${mac.startsWith('A') ? 'B' : 'A'}${mac.slice(1)}`,
      signToken(contentsOf(button), await secretOf(stranger)),
      signToken(contentsOf(button), ''),
      '{}',
      'x'.repeat(5000),
    ];
    const before = await contentOf(house.table);
    for (const token of forged) {
      const { status, json } = await send(button, token);
      expect([token.slice(0, 80), status, json.result]).toEqual([token.slice(0, 80), 401, 'unauthorized']);
    }
    expect(await contentOf(house.table)).toBe(before);
  });

  test('opens its own route only', async () => {
    const shop = await shopWithAna(house);
    const button = await cheapest(shop);
    const at = (path: string) =>
      press(house, { ...button, url: `https://loyalty.local${path}` }, button.headers);
    for (const path of ['rewards', 'balance', 'leave', 'claim-order', 'enroll'])
      expect([path, (await at(`/v1/${path}/block`)).status]).toEqual([path, 403]);
    for (const path of ['/v1/redeem', '/v1/leave', '/v1/store/orders', '/v1/admin/tasks/x'])
      expect([path, (await at(path)).status]).toEqual([path, 401]);
    expect((await at('/v1/nowhere/block')).status).toBe(404);
    expect(await shop.chat('balance', ana)).toMatchObject({ is_member: true, points: 50 });
  });

  test('is one of its own for every button', async () => {
    const shop = await shopWithAna(house);
    const tokens = [
      ...buttonsOf(await block(shop, 'rewards')),
      ...buttonsOf(await block(shop, 'rewards')),
    ].map(tokenOf);
    expect(new Set(tokens).size).toBe(tokens.length);
  });
});
