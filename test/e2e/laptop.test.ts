import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { enginePid, isGone, listening, openLaptop, startLaptop } from './laptop.ts';
import { endAll, start } from './spawned.ts';

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'loyalty-e2e-'));
});
afterEach(async () => {
  await endAll();
  await rm(data, { recursive: true, force: true });
});

const joined = { contact_id: '1001', email: 'you@example.com' };

/** Whether nothing answers there any more. */
const isClosed = async (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(1000) }).then(
    () => false,
    () => true,
  );

const within = async (ms: number, holds: () => boolean | Promise<boolean>): Promise<boolean> => {
  for (const end = performance.now() + ms; performance.now() < end; await pause(20))
    if (await holds()) return true;
  return false;
};

describe('npm start', () => {
  test('says where it listens, with which keys, and tells the story within 5 s', async () => {
    const running = start('npm', ['start', '--silent'], { PORT: '0', LOYALTY_DATA: data });
    const { url, said, child, ended } = await listening(running);
    const from = performance.now();
    await running.until(/the books are right[\s\S]*Ctrl-C ends/);
    expect(performance.now() - from).toBeLessThan(5000);
    for (const part of ['local-chat-demo', 'local-store-demo', 'local-admin-demo', 'data in'])
      expect(said.stdout).toContain(part);
    for (const part of [
      'enrolled',
      'credited',
      'already_claimed',
      'not_found',
      'issued',
      'already_used',
      'balance 30',
      '28 days pass',
      'the reminder  Juniper Home Rewards: You have 30 points.',
      'confirmed',
    ])
      expect(said.stdout).toContain(part);
    expect(said.stdout).not.toContain('\u001b[');
    expect(said.stderr).toBe('');
    const engine = await enginePid(data);
    child.kill('SIGTERM');
    await ended;
    expect(await within(5000, async () => (await isClosed(url)) && isGone(engine))).toBe(true);
  });

  test('tells the story of a new customer on a folder where it was told before', async () => {
    for (const members of [1, 2]) {
      const laptop = await openLaptop(data, { LOYALTY_STORY: 'on' });
      await laptop.until(/Ctrl-C ends/);
      expect(laptop.said.stdout).toContain('balance 30');
      expect((await laptop.request('GET', '/_local/audit')).json).toMatchObject({ ok: true, members });
      expect(await laptop.end()).toBe(0);
    }
  });

  test('tells no story where it is off', async () => {
    const laptop = await openLaptop(data);
    await laptop.until(/Try it/);
    expect(laptop.said.stdout).not.toContain('Ana');
    expect((await laptop.request('GET', '/_local/audit')).json).toEqual({
      ok: true,
      members: 0,
      entries: 0,
      orders: 0,
      coupons: 0,
      violations: [],
    });
  });

  test('shows a line to try that works as it is', async () => {
    const laptop = await openLaptop(data);
    const [, line = ''] = await laptop.until(/^ {2}(curl .*)$/m);
    const { code, stdout } = await start('/bin/sh', ['-c', line]).ended;
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ ok: true, result: 'enrolled' }),
    ]);
  });
});

describe('what was stored', () => {
  test('survives a restart, secrets included', async () => {
    const first = await openLaptop(data);
    await first.request('POST', '/v1/enroll', joined);
    expect(await first.end()).toBe(0);
    const second = await openLaptop(data);
    expect((await second.request('POST', '/v1/balance', joined)).json).toMatchObject({
      result: 'ok',
      points: 50,
    });
    // Found by e-mail: the key that hashes it is the same.
    const found = await second.request('POST', '/v1/admin/members/search', { email: joined.email });
    expect(found.json).toMatchObject({ ok: true, member_id: '1001' });
    expect((await second.request('GET', '/_local/audit')).json).toMatchObject({ ok: true, members: 1 });
  });

  test('survives a kill', async () => {
    const first = await openLaptop(data);
    await first.request('POST', '/v1/enroll', joined);
    await first.end('SIGKILL');
    const second = await openLaptop(data);
    expect((await second.request('POST', '/v1/balance', joined)).json).toMatchObject({ points: 50 });
  });

  test('is gone with the process where the data is in memory', async () => {
    const laptop = await openLaptop('memory');
    expect((await laptop.request('POST', '/v1/enroll', joined)).json).toMatchObject({ result: 'enrolled' });
    expect(await laptop.end()).toBe(0);
    expect(await readdir(data)).toEqual([]);
    expect(existsSync('memory')).toBe(false);
  });
});

describe('the end', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s ends server and engine and frees the folder',
    async (signal) => {
      const laptop = await openLaptop(data);
      const engine = await enginePid(data);
      expect(isGone(engine)).toBe(false);
      expect(await laptop.end(signal)).toBe(0);
      expect([isGone(engine), await isClosed(laptop.url), existsSync(join(data, 'owner.json'))]).toEqual([
        true,
        true,
        false,
      ]);
      expect(laptop.said.stderr).toBe('');
    },
  );

  test('answers who asked before it', async () => {
    const laptop = await openLaptop(data);
    const asked = Array.from({ length: 20 }, (_, index) =>
      laptop.request('POST', '/v1/enroll', { contact_id: String(index), email: `a${index}@example.com` }),
    );
    await pause(30);
    const ended = laptop.end();
    const told = await Promise.allSettled(asked);
    expect(await ended).toBe(0);
    // What was not taken any more was not answered either; what was answered was done.
    const answered = told.flatMap((one) => (one.status === 'fulfilled' ? [one.value.json.result] : []));
    expect(new Set(answered.length === 0 ? ['enrolled'] : answered)).toEqual(new Set(['enrolled']));
  });

  test('of the server by a kill ends the engine too', async () => {
    const laptop = await openLaptop(data);
    const engine = await enginePid(data);
    await laptop.end('SIGKILL');
    expect(await within(5000, () => isGone(engine))).toBe(true);
  });

  test('of the engine is told at once, and then the server ends as failed', async () => {
    const laptop = await openLaptop(data);
    process.kill(await enginePid(data), 'SIGKILL');
    await laptop.until(/The database engine ended by itself \(exit code \d+\)/, 'stderr');
    expect((await laptop.ended).code).toBe(1);
    expect(await isClosed(laptop.url)).toBe(true);
    await openLaptop(data);
  });
});

describe('a start that cannot be', () => {
  const failed = async (env: Record<string, string>): Promise<string> => {
    const { code, stdout, stderr } = await startLaptop(data, env).ended;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).not.toMatch(/^\s+at /m);
    return stderr;
  };

  test('says that the port is in use, and leaves nothing running', async () => {
    const laptop = await openLaptop('memory');
    const port = new URL(laptop.url).port;
    expect(await failed({ PORT: port })).toContain(`port ${port} is in use; set PORT to another`);
    expect(existsSync(join(data, 'owner.json'))).toBe(false);
    expect((await laptop.request('GET', '/v1/health')).status).toBe(200);
  });

  test.each(['http', '-1', '65536', '80.5'])('says what PORT may be: %s', async (PORT) => {
    expect(await failed({ PORT })).toContain('PORT: expected a number from 0 to 65535');
  });

  test('says who has the folder', async () => {
    const laptop = await openLaptop(data);
    expect(await failed({})).toContain(`the folder ${data} is in use by process ${laptop.child.pid}`);
    expect((await laptop.request('GET', '/v1/health')).status).toBe(200);
  });

  test('says that nothing answers at DYNAMODB_ENDPOINT', async () => {
    expect(await failed({ DYNAMODB_ENDPOINT: 'localhost' })).toContain(
      'DYNAMODB_ENDPOINT must be an http or https URL',
    );
    expect(await failed({ DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' })).toContain(
      'nothing answers at DYNAMODB_ENDPOINT',
    );
  });
});
