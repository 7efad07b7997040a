import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import * as z from 'zod/mini';
import { dynamoGate } from '../../functions/adapters/dynamodb/gate.ts';
import { dynamoLedger } from '../../functions/adapters/dynamodb/ledger.ts';
import { dynamoShopRecords } from '../../functions/adapters/dynamodb/shop-records.ts';
import { lambdaLog } from '../../functions/platform/log.ts';
import { systemChance } from '../../functions/wiring.ts';
import { roomsOver } from '../../local/edition.ts';
import { localGate } from '../../local/gate.ts';
import { type RunningServer, serve } from '../../local/http-server.ts';
import { noShops } from '../../local/no-shops.ts';
import { hostileTexts, jsonOf, markersIn } from '../support/bad-values.ts';
import { shapesOf, takesBody, targets } from '../support/every-route.ts';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';
import { tour, tourProgram } from '../support/tour.ts';

/** The house's table behind rooms that log as they do in Lambda. */
let house: House;
let server: RunningServer;
const written: string[] = [];
const hear = (chunk: unknown): boolean => {
  written.push(String(chunk));
  return true;
};

beforeAll(async () => {
  jest.spyOn(process.stdout, 'write').mockImplementation(hear as never);
  jest.spyOn(process.stderr, 'write').mockImplementation(hear as never);
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const)
    jest
      .spyOn(console, name)
      .mockImplementation((...parts: unknown[]) => void hear(parts.map(String).join(' ')));
  house = await openHouse();
  const { table, clock } = house;
  const rooms = roomsOver({
    gate: localGate(dynamoGate(table, clock), true),
    ledger: dynamoLedger(table, systemChance),
    clock,
    chance: systemChance,
    log: lambdaLog('loyalty'),
    shops: noShops,
    records: dynamoShopRecords(table),
  });
  server = await serve({ rooms, port: 0, control: async () => undefined, log: () => undefined });
});
afterAll(async () => {
  jest.restoreAllMocks();
  await server.close();
  await house.stop();
});

/** What was logged since it was last asked, each line read as JSON. */
const lines = (): Reply[] => {
  const all = written.splice(0).join('').split('\n');
  return all.filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
};

/** The same shop, spoken to through the rooms that log. */
const through =
  (shop: Shop): Shop['request'] =>
  async (method, path, body, headers = {}) => {
    const role = path.startsWith('/v1/store') ? 'store' : path.startsWith('/v1/admin') ? 'admin' : 'chat';
    const response = await fetch(server.url + path, {
      method,
      headers: { 'x-api-key': `local-${role}-${shop.id}`, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, json: JSON.parse(text), headers: response.headers, text };
  };

const secret = /secret|\w@\w|GIFT-|POOL-|local-(chat|store|admin)-|example\.com|Ana\b/i;

const expectSilence = (told: readonly Reply[], typed: readonly string[]): void => {
  const text = JSON.stringify(told);
  expect(secret.exec(text)).toBeNull();
  expect(typed.filter((one) => text.includes(JSON.stringify(one).slice(1, -1)))).toEqual([]);
};

test('Lambda’s log tells of every request by route, result and time, and nothing of the person', async () => {
  const shop = await house.open(tourProgram);
  const request = through(shop);
  const codes: string[] = [];
  let requests = 0;
  await tour(
    shop,
    'secret',
    { first_name: 'Ana', last_name: 'Secretson' },
    async ({ verb, result, body }) => {
      const { json } = await request('POST', `/v1/${verb}`, body);
      expect(json.result).toBe(result);
      if (json.coupon_code !== undefined && json.coupon_code !== 'none') codes.push(json.coupon_code);
      requests += 1;
    },
  );
  const told = lines().filter(({ message }) => message === 'request');
  expect(told).toHaveLength(requests);
  for (const line of told)
    expect(line).toMatchObject({
      level: 'INFO',
      service: 'loyalty',
      status: 200,
      program: shop.id,
      route: expect.stringMatching(/^POST \/v1\//),
    });
  expect(codes.length).toBeGreaterThan(3);
  expectSilence(told, [...codes, ...codes.map((code) => code.replaceAll('-', ''))]);
});

test('Lambda’s log tells nothing of what was typed wrong, nor of keys', async () => {
  const shop = await house.open();
  const request = through(shop);
  const recognizable = hostileTexts.filter((text) => markersIn(text).length > 0);
  lines();
  for (const target of targets.filter(takesBody)) {
    for (const text of recognizable) {
      const spoiled = shapesOf(target).map((shape) =>
        Object.fromEntries(Object.keys(shape).map((key) => [key, text])),
      );
      for (const body of [...spoiled, `${jsonOf(target.body)} a secret behind it`])
        await request(target.route.method, target.path, body);
    }
    await request(target.route.method, target.path, target.body, { 'x-api-key': 'a-secret-key' });
    await request(target.route.method, `/v1/secret-place/${target.path}`, target.body);
  }
  const told = lines();
  expect(told.length).toBeGreaterThan(500);
  expectSilence(told, recognizable.flatMap(markersIn));
});

test('Lambda’s log tells a fault by name, message and stack, never by the data that it met', async () => {
  const shop = await house.open();
  const put = (sk: string, more: object) =>
    house.table.client.send(
      new PutCommand({
        TableName: house.table.name,
        Item: { pk: `P#${shop.id}#M#broken`, sk, contact: 'broken', ...more },
      }),
    );
  await put('@CONTACT', {
    emails: ['secret@example'],
    firstName: { secret: 'Ana' },
    language: 'secret tongue',
  });
  lines();
  const request = through(shop);
  for (const path of ['/v1/balance', '/v1/balance/block', '/v1/enroll']) {
    const { status } = await request('POST', path, { contact_id: 'broken', email: 'ana.secret@example.com' });
    expect(status).toBe(200);
  }
  await put('@MEMBER', { head: 'secret head' });
  expect((await request('GET', '/v1/admin/members/broken', undefined)).status).toBe(503);
  const told = lines();
  const faults = told.filter(({ message }) => message === 'fault');
  expect(faults).toHaveLength(4);
  for (const { level, route, requestId, error } of faults)
    expect([level, typeof route, typeof requestId, typeof error.name, typeof error.message]).toEqual([
      'ERROR',
      ...Array(4).fill('string'),
    ]);
  expect(JSON.stringify(faults[0].error.stack)).toContain('functions/');
  expect(told.filter(({ _aws }) => _aws !== undefined).length).toBe(4);
  expectSilence(told, ['secret tongue', 'secret head']);
});

test('Lambda’s log withholds messages that are made of data, causes included, and what is no error at all', () => {
  lines();
  const log = lambdaLog('loyalty');
  const parsing = (() => {
    try {
      return JSON.parse('secret@example.com');
    } catch (error) {
      return error;
    }
  })();
  const issues = z
    .object({ language: z.enum(['en']) })
    .safeParse({ language: 'x' }, { error: () => 'secret input' }).error;
  const listed = new Error('[{"email":"secret@example.com"}]');
  const wrapped = new Error('it failed', { cause: new Error('and failed', { cause: parsing }) });
  const reasons = Object.assign(new Error('cancelled'), {
    CancellationReasons: [{ Item: { email: 'secret@example.com' } }],
  });
  for (const error of [
    parsing,
    issues,
    listed,
    wrapped,
    reasons,
    { email: 'secret@example.com' },
    'secret@example.com',
    undefined,
  ])
    log.fault('request-1', 'POST /v1/balance', error);
  const told = lines().filter(({ message }) => message === 'fault');
  expect(told.map(({ error }) => error.name)).toEqual([
    'SyntaxError',
    expect.stringMatching(/ZodError$/),
    'Error',
    'Error',
    'Error',
    ...Array(3).fill('NotAnError'),
  ]);
  expect(told[3].error).toMatchObject({
    message: 'it failed',
    cause: { message: 'and failed', cause: { name: 'SyntaxError' } },
  });
  expectSilence(told, []);
});
