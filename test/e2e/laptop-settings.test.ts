import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Engine, launchEngine } from '../../local/engine.ts';
import { type Laptop, openLaptop, startLaptop } from './laptop.ts';
import { endAll, root, runFile } from './spawned.ts';

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'loyalty-e2e-'));
});
afterEach(async () => {
  await endAll();
  await rm(data, { recursive: true, force: true });
});

/** The demo under another name, changed. */
const programFile = async (
  id: string,
  change: (yaml: string) => string = (yaml) => yaml,
): Promise<string> => {
  const path = join(data, `${id}.yaml`);
  const yaml = await readFile(join(root, 'programs/demo.yaml'), 'utf8');
  await writeFile(path, change(yaml.replace('program: demo', `program: ${id}`)));
  return path;
};

describe('LOYALTY_PROGRAM', () => {
  const broken = async (LOYALTY_PROGRAM: string): Promise<string> => {
    const { code, stdout, stderr } = await startLaptop(join(data, 'books'), { LOYALTY_PROGRAM }).ended;
    expect([code, stdout]).toEqual([1, '']);
    expect(await readdir(data)).not.toContain('books');
    return stderr;
  };

  test('that is broken stops the start with each path and what was expected there', async () => {
    const path = await programFile('tea', (yaml) =>
      yaml
        .replace('points: 200', 'points: lots')
        .replace('timezone: America/Los_Angeles', 'timezone: Mars/Olympus')
        .replace('signup_bonus: 50', 'signup_bonus: 50\nsignup_bonus_eur: 3'),
    );
    const told = await broken(path);
    expect(told).toContain(`${path} is not a program yet:`);
    expect(told).toMatch(/rewards\[0\]\.points: expected a whole number from 1 to/);
    expect(told).toContain('timezone: expected an IANA zone such as Europe/Berlin');
    expect(told).toContain('signup_bonus_eur: expected no such key');
  });

  test('that cannot be read, is no YAML or is told twice stops the start', async () => {
    expect(await broken(join(data, 'none.yaml'))).toContain('none.yaml is not a program yet:');
    expect(await broken(await programFile('open', () => 'name: "open'))).toMatch(/line 1: expected YAML/);
    const path = await programFile('tea');
    expect(await broken(`${path},${path}`)).toContain('two files are of the program tea');
  });

  test('may name several programs, each with its own keys and members', async () => {
    const LOYALTY_PROGRAM = `${await programFile('tea')}, ${await programFile('wine')}`;
    const laptop = await openLaptop('memory', { LOYALTY_PROGRAM });
    await laptop.until(/local-admin-wine/);
    const joined = { contact_id: '1', email: 'a@example.com' };
    for (const program of ['tea', 'wine']) {
      const key = { 'x-api-key': `local-chat-${program}` };
      const { json } = await laptop.request('POST', '/v1/enroll', joined, key);
      expect(json).toMatchObject({ result: 'enrolled', points: 50 });
    }
    const demo = await laptop.request('POST', '/v1/balance', joined);
    expect([demo.status, demo.json.result]).toEqual([401, 'unauthorized']);
    expect((await laptop.request('GET', '/_local/audit')).json).toMatchObject({
      ok: true,
      members: 2,
      entries: 2,
    });
  });

  test('that changed since the last start is in force', async () => {
    const path = await programFile('demo');
    const first = await openLaptop(join(data, 'books'), { LOYALTY_PROGRAM: path });
    await first.end();
    await programFile('demo', (yaml) => yaml.replace('signup_bonus: 50', 'signup_bonus: 77'));
    const second = await openLaptop(join(data, 'books'), { LOYALTY_PROGRAM: path });
    const { json } = await second.request('POST', '/v1/enroll', { contact_id: '1', email: 'a@example.com' });
    expect(json.points).toBe(77);
  });
});

describe('DYNAMODB_ENDPOINT', () => {
  let engine: Engine;
  beforeEach(async () => {
    engine = await launchEngine({ data: 'memory' });
  });
  afterEach(() => engine.stop());
  const joined = { contact_id: '1', email: 'a@example.com' };

  test('is the engine that is used, and it outlives the edition', async () => {
    const folder = join(data, 'books');
    const DYNAMODB_ENDPOINT = engine.endpoint;
    const first = await openLaptop(folder, { DYNAMODB_ENDPOINT });
    expect(first.said.stdout).not.toContain('embedded');
    expect((await first.request('POST', '/v1/enroll', joined)).json).toMatchObject({ result: 'enrolled' });
    expect(await first.end()).toBe(0);
    const second = await openLaptop(folder, { DYNAMODB_ENDPOINT });
    expect((await second.request('POST', '/v1/balance', joined)).json).toMatchObject({ points: 50 });
    expect(await readdir(data)).toEqual([]);
  });

  test('that is no loopback address refuses local keys; real ones open it', async () => {
    // This machine by a name that could be any: no loopback address, whatever answers there.
    const DYNAMODB_ENDPOINT = engine.endpoint.replace('127.0.0.1', '0.0.0.0');
    const laptop = await openLaptop('memory', { DYNAMODB_ENDPOINT, LOYALTY_STORY: 'on' });
    await laptop.until(/local keys are refused/);
    const { status, json } = await laptop.request('POST', '/v1/enroll', joined);
    expect([status, json.result]).toEqual([401, 'unauthorized']);
    expect(laptop.said.stdout).not.toMatch(/local-chat-demo|Ana/);
    const made = await runFile('cli/loyalty.ts', [
      ...['key', 'create', '--role', 'chat', '--program', 'demo'],
      ...['--endpoint', engine.endpoint],
    ]);
    const key = { 'x-api-key': made.stdout.split('\n')[0] ?? '' };
    expect((await laptop.request('POST', '/v1/enroll', joined, key)).json).toMatchObject({
      result: 'enrolled',
    });
    expect(laptop.said.stderr).toBe('');
  });
});

describe('who may call', () => {
  /** A request that says of itself what a browser or a name server would say. */
  const knock = ({ url }: Laptop, path: string, headers: Record<string, string>) =>
    new Promise<number | undefined>((answered, failed) => {
      const { port } = new URL(url);
      const request = httpRequest({ host: '127.0.0.1', port, path, headers }, (response) => {
        response.resume();
        answered(response.statusCode);
      });
      request.on('error', failed);
      request.end();
    });

  test('is this machine by its own names, and no page from elsewhere', async () => {
    const laptop = await openLaptop('memory');
    const { host } = new URL(laptop.url);
    const local = host.replace('127.0.0.1', 'localhost');
    for (const path of ['/v1/health', '/_local/audit']) {
      expect(await knock(laptop, path, { host })).toBe(200);
      expect(await knock(laptop, path, { host: local, origin: `http://${local}` })).toBe(200);
      for (const foreign of [
        'evil.example',
        `evil.example:${laptop.url.split(':').at(-1)}`,
        '127.0.0.1.evil.example',
        '0.0.0.0',
      ])
        expect([foreign, await knock(laptop, path, { host: foreign })]).toEqual([foreign, 403]);
      for (const origin of ['https://evil.example', 'null', `https://${host}`, 'http://127.0.0.1:1'])
        expect([origin, await knock(laptop, path, { host, origin })]).toEqual([origin, 403]);
      expect(await knock(laptop, path, { host, 'sec-fetch-site': 'cross-site' })).toBe(403);
    }
  });
});

describe('the control routes', () => {
  test('move the clock that handlers read, forward and back', async () => {
    const laptop = await openLaptop('memory');
    const clock = async (body: unknown) => (await laptop.request('POST', '/_local/clock', body)).json.now;
    const health = async () => (await laptop.request('GET', '/v1/health')).json.time;
    expect(await clock({ now: '2026-12-01T09:00:00Z' })).toMatch(/^2026-12-01T09:00:00/);
    expect(await health()).toMatch(/^2026-12-01T09:00:0/);
    expect(await clock({ advance: 'P28D' })).toMatch(/^2026-12-29T09:00:/);
    expect(await clock({ advance: 'PT90M' })).toMatch(/^2026-12-29T10:30:/);
    expect(await clock({ advance: '-P1D' })).toMatch(/^2026-12-28T10:30:/);
    expect(await clock({ now: '2020-02-29T23:59:00+09:00' })).toMatch(/^2020-02-29T14:59:/);
    expect(await health()).toMatch(/^2020-02-29T14:59:/);
  });

  test('let a coupon expire', async () => {
    const laptop = await openLaptop('memory');
    const me = { contact_id: '1', email: 'a@example.com' };
    await laptop.request('POST', '/v1/enroll', me);
    await laptop.request('POST', '/v1/admin/members/1/adjust', { points: 200, reason: 'gift', key: 'g' });
    const { json } = await laptop.request('POST', '/v1/redeem', { ...me, reward: 'tea-towel' });
    const check = async () =>
      (await laptop.request('POST', '/v1/store/coupons/check', { code: json.coupon_code })).json.result;
    expect(await check()).toBe('valid');
    await laptop.request('POST', '/_local/clock', { advance: 'P30D' });
    expect(await check()).toBe('expired');
  });

  test('refuse a clock that cannot be read', async () => {
    const laptop = await openLaptop('memory');
    const wrong = ['{}', '[]', '', 'soon', 'null', '{"now":"tomorrow"}', '{"now":1}', '{"now":""}'];
    wrong.push('{"advance":"28 days"}', '{"advance":28}', '{"advance":"P9999Y"}');
    wrong.push('{"now":"9999-12-31T23:59:59Z"}', '{"now":"1969-12-31T00:00:00Z"}');
    for (const body of wrong) {
      const { status, json } = await laptop.request('POST', '/_local/clock', body);
      expect([body, status, json.ok, json.result]).toEqual([body, 400, false, 'bad_request']);
    }
  });

  test('are named by their own methods only', async () => {
    const laptop = await openLaptop('memory');
    expect((await laptop.request('GET', '/_local/clock')).status).toBe(405);
    expect((await laptop.request('POST', '/_local/audit', {})).status).toBe(405);
    expect((await laptop.request('GET', '/_local/nothing')).json.result).toBe('no_such_route');
  });
});
