import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keys } from '../../functions/adapters/dynamodb/keys.ts';
import { storeKey } from '../../functions/adapters/dynamodb/registry.ts';
import { hashKey, makeKey, type Role } from '../../functions/domain/api-key.ts';
import { instant, programId } from '../../functions/domain/ids.ts';
import { systemChance } from '../../functions/wiring.ts';
import { localGate, localKey } from '../../local/gate.ts';
import { endAll, runFile } from '../e2e/spawned.ts';
import { type House, openHouse, type Shop } from '../support/house.ts';

let house: House;
let shop: Shop;
let reads = 0;
beforeAll(async () => {
  house = await openHouse();
  shop = await house.open();
  house.table.client.middlewareStack.add(
    (next) => (args) => {
      reads += 1;
      return next(args);
    },
    { step: 'initialize', name: 'counting' },
  );
});
afterAll(async () => {
  await endAll();
  await house.stop();
});

const paths = { chat: '/v1/balance', store: '/v1/store/coupons/check', admin: '/v1/admin/members/search' };
const bodies = { chat: { contact_id: '1' }, store: { code: 'X' }, admin: { email: 'a@example.com' } };
const roles: Role[] = ['chat', 'store', 'admin'];

/** How a key fares on the route of a role. */
const tried = async (role: Role, headers: Record<string, string>): Promise<string> => {
  const { status, json } = await shop.request('POST', paths[role], bodies[role], headers);
  return `${status} ${json.result}`;
};
const welcome = { chat: '200 not_member', store: '200 unknown', admin: '404 not_found' };

/** A key that really is in the table. */
const stored = async (role: Role, program = shop.id): Promise<string> => {
  const key = makeKey(programId.parse(program), role, systemChance.below);
  await storeKey(house.table, key, programId.parse(program), role, Date.now());
  return key;
};

describe('a key', () => {
  test.each(roles)('of the role %s opens its own room, and no other', async (role) => {
    const key = await stored(role);
    for (const room of roles) {
      const expected = room === role ? welcome[room] : '403 forbidden';
      expect(await tried(room, { 'x-api-key': key })).toBe(expected);
    }
  });

  test('is read as a bearer too, whatever the case of the word', async () => {
    const key = await stored('store');
    for (const authorization of [`Bearer ${key}`, `bearer  ${key}`, `BEARER ${key} `])
      expect(await tried('store', { 'x-api-key': '', authorization })).toBe(welcome.store);
    for (const authorization of [key, `Basic ${key}`, 'Bearer', `Bearer x ${key}`])
      expect(await tried('store', { 'x-api-key': '', authorization })).toBe('401 unauthorized');
  });

  test('that is malformed is refused without a look into the table', async () => {
    const key = await stored('store');
    const wrong = [
      '',
      'lk',
      key.slice(0, -1),
      `${key}0`,
      key.replace('_store_', '_admin_'),
      key.slice(0, -1) + (key.endsWith('0') ? '1' : '0'),
      key.toUpperCase(),
      `lk_${shop.id}_owner_${'0'.repeat(30)}`,
      `lk_../x_store_${'0'.repeat(30)}`,
      'local-store-',
      'x'.repeat(5000),
    ];
    const before = reads;
    for (const text of wrong) expect(await tried('store', { 'x-api-key': text })).toBe('401 unauthorized');
    expect(reads).toBe(before);
  });

  test('that was well made but never stored is refused', async () => {
    const key = makeKey(programId.parse(shop.id), 'store', systemChance.below);
    expect(await tried('store', { 'x-api-key': key })).toBe('401 unauthorized');
  });

  test('of a program that was never pushed is refused', async () => {
    expect(await tried('store', { 'x-api-key': await stored('store', 'never-pushed') })).toBe(
      '401 unauthorized',
    );
  });

  test('is one of two that are live at once, for as long as each is valid', async () => {
    const [old, fresh] = [
      await stored('store'),
      makeKey(programId.parse(shop.id), 'store', systemChance.below),
    ];
    const hash = hashKey(fresh);
    const row = { hash, program: shop.id, role: 'store', expiresAt: house.clock.now() + 60_000 };
    await house.table.client.send(
      new PutCommand({ TableName: house.table.name, Item: { ...keys.apiKey(hash), ...row } }),
    );
    for (const key of [old, fresh]) expect(await tried('store', { 'x-api-key': key })).toBe(welcome.store);
    house.clock.set(instant.parse(house.clock.now() + 61_000));
    expect(await tried('store', { 'x-api-key': fresh })).toBe('401 unauthorized');
    expect(await tried('store', { 'x-api-key': old })).toBe(welcome.store);
    house.clock.set(instant.parse(Date.now()));
  });

  test('is kept as its hash only', async () => {
    const key = await stored('admin');
    const items = JSON.stringify(await allItems());
    expect(items).toContain(hashKey(key));
    expect(items).not.toContain(key.split('_').at(-1));
  });

  test.each(roles)('of the role %s is made by the command, which shows it once', async (role) => {
    const options = ['--endpoint', house.engine.endpoint, '--role', role, '--program', shop.id];
    const { code, stdout, stderr } = await runFile('cli/loyalty.ts', ['key', 'create', ...options]);
    expect([code, stderr]).toEqual([0, '']);
    const found = stdout.match(/lk_[a-z0-9-]+_[a-z]+_[0-9a-z]{30}/g) ?? [];
    expect(found).toHaveLength(1);
    expect(await tried(role, { 'x-api-key': found[0] ?? '' })).toBe(welcome[role]);
    expect(await tried(role === 'chat' ? 'store' : 'chat', { 'x-api-key': found[0] ?? '' })).toBe(
      '403 forbidden',
    );
  });
});

const allItems = async (): Promise<unknown> => {
  const { ScanCommand } = await import('@aws-sdk/lib-dynamodb');
  return (await house.table.client.send(new ScanCommand({ TableName: house.table.name }))).Items;
};

describe('local keys', () => {
  test('open the laptop edition', async () => {
    for (const role of roles)
      expect(await tried(role, { 'x-api-key': localKey(role, shop.id) })).toBe(welcome[role]);
    expect(await tried('store', { 'x-api-key': localKey('store', 'unknown') })).toBe('401 unauthorized');
    expect(await tried('store', { 'x-api-key': localKey('chat', shop.id) })).toBe('403 forbidden');
  });

  test('are refused where the table is not on this machine, real ones are not', async () => {
    const asked: string[] = [];
    const real = {
      byKey: async (key: string) => void asked.push(key),
      byProgram: async (id: string) => {
        throw new Error(`the program ${id} was looked up`);
      },
    };
    const gate = localGate({ ...real, byKey: async (key) => (await real.byKey(key)) ?? undefined }, false);
    for (const role of roles) expect(await gate.byKey(localKey(role, 'demo'))).toBeUndefined();
    expect(asked).toEqual([]);
    await gate.byKey('lk_demo_chat_x');
    expect(asked).toEqual(['lk_demo_chat_x']);
  });
});
