/** How the shipped files are set up, and what they send when an owner's code asks them to. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { shopCalls } from '../../../functions/adapters/shops/http.ts';
import { sign } from '../../../functions/adapters/shops/standard-webhooks.ts';
import { commands, type Site, type SiteLanguage, startSite } from './process.ts';
import { closeAll, openSite, patient, type Received, secret, serve } from './scene.ts';

const other = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const path = { PATH: process.env['PATH'] };
/** The order that the guide for shop owners shows. */
const example = ((): string => {
  const guide = readFileSync(new URL('../../../integrations/site/README.md', import.meta.url), 'utf8');
  const [, shown] = /cat > loyalty-data\/orders\/1001\.json <<'END'\n(.*?)\nEND/s.exec(guide) ?? [];
  if (shown === undefined) throw new Error('the guide shows no example');
  return shown;
})();
let site: Site | undefined;
const folders: string[] = [];
const folderOfOwn = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'loyalty-site-'));
  folders.push(folder);
  return folder;
};

afterEach(async () => {
  await site?.end();
  site = undefined;
  await closeAll();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe.each<SiteLanguage>(['php', 'node'])('the file for %s', (which) => {
  const pinged = async (by: string, env: NodeJS.ProcessEnv) => {
    await site?.end();
    site = await startSite(which, { ...path, ...env });
    const body = '{"type":"ping","data":{}}';
    const timestampS = Math.floor(Date.now() / 1000);
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(timestampS),
      'webhook-signature': sign('msg_1', timestampS, body, by),
    };
    const url = `http://127.0.0.1:${site.port}/`;
    const answer = await shopCalls({ loopback: true })({ method: 'POST', url, headers, body }, patient());
    return answer.kind === 'answered' ? answer.status : answer;
  };

  test('answers nobody until it has a secret', async () => {
    expect(await pinged('', {})).toBe(500);
    expect(await pinged(secret, { LOYALTY_SITE_SECRET: '' })).toBe(500);
  });

  test('takes the secret that is being replaced beside the new one', async () => {
    const both = { LOYALTY_SITE_SECRET: secret, LOYALTY_SITE_PREVIOUS_SECRET: other };
    expect(await pinged(other, both)).toBe(200);
    expect(await pinged(secret, both)).toBe(200);
    expect(await pinged(other, { LOYALTY_SITE_SECRET: secret })).toBe(401);
  });

  /** What it says by hand, and beside that. */
  const tried = async (words: readonly string[], hookUrl: string, env: NodeJS.ProcessEnv = {}) => {
    const { command, file } = commands[which];
    const settings = { ...path, LOYALTY_SITE_SECRET: secret, LOYALTY_HOOK_URL: hookUrl, ...env };
    return promisify(execFile)(command, [file, ...words], { env: settings }).then(
      ({ stdout, stderr }) => ({ said: stdout.trim(), why: stderr.trim(), code: 0 }),
      ({ stdout, stderr, code }) => ({ said: stdout.trim(), why: stderr.trim(), code }),
    );
  };
  const run = async (...given: Parameters<typeof tried>) => {
    const { said, code } = await tried(...given);
    return code === 0 ? said : `failed: ${said}`;
  };
  const read = ({ headers, body }: Received) => {
    const told = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    const { shop } = openSite('http://127.0.0.1:9', { nowMs: Date.now() });
    return shop.readHook({ headers: told, body: Buffer.from(body) });
  };

  test.each([
    ['redeemed', 'used'],
    ['released', 'released'],
  ])('tells that a coupon was %s', async (word, list) => {
    const { url, received } = await serve((_, response) => response.end('{"ok":true}'));
    expect(await run([word, 'LOY-1', '2001'], `${url}/v1/hooks/demo/own`)).toBe('taken');
    expect(received).toMatchObject([{ method: 'POST', url: '/v1/hooks/demo/own' }]);
    const at: unknown = expect.any(Number);
    expect(received.map(read)).toMatchObject([
      { kind: 'news', [list]: [{ code: 'LOY-1', order: '2001', at }] },
    ]);
    expect(received[0]?.body).toMatch(/"timestamp":"[\d-]{10}T[\d:]{8}\.\d{3}Z"/);
  });

  test('sends again what was not taken, under one id', async () => {
    const { url, received } = await serve((_, response, count) => {
      response.writeHead(count < 3 ? 503 : 200).end();
    });
    expect(await run(['redeemed', 'LOY-1', '2001'], url)).toBe('taken');
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(received).toHaveLength(3);
  });

  test.each([
    [401, 1],
    [302, 3],
    [500, 3],
  ])('gives up, and says so (%d)', async (status, tries) => {
    const { url, received } = await serve((_, response) => {
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    expect(await run(['redeemed', 'LOY-1', '2001'], url)).toBe('failed: not taken');
    expect(received).toHaveLength(tries);
    expect(new Set(received.map((one) => one.url))).toEqual(new Set(['/']));
  });

  const nowhere = 'http://127.0.0.1:9';
  const used = ['redeemed', 'LOY-1', '2001'];

  test('says that it cannot send before it is set up', async () => {
    const unset = { said: 'not taken', why: expect.stringContaining('Set LOYALTY_HOOK_URL'), code: 1 };
    expect(await tried(used, '')).toEqual(unset);
    expect(await tried(used, nowhere, { LOYALTY_SITE_SECRET: '' })).toEqual(unset);
  });

  test.each([
    [401, {}, /signature was refused.*secret.*clock/],
    [400, { errors: [{ message: 'expected what site sends: data.total' }] }, /cannot read.*data\.total/],
    [404, {}, /must be https:.*\/v1\/hooks/],
    [302, {}, /redirects/],
    [503, {}, /later/],
  ])('says why news were not taken, and what to do (%d)', async (status, body, why) => {
    const { url } = await serve((_, response) => response.writeHead(status).end(JSON.stringify(body)));
    expect(await tried(used, url)).toEqual({ said: 'not taken', why: expect.stringMatching(why), code: 1 });
  });

  test('says where nobody answers, and which order there is not', async () => {
    expect(await tried(used, nowhere)).toMatchObject({
      code: 1,
      why: expect.stringContaining('No answer from'),
    });
    const data = { LOYALTY_SITE_DATA: folderOfOwn() };
    const without = await tried(['push', '1001'], nowhere, data);
    expect(without).toEqual({ said: 'not taken', why: expect.stringContaining('no order "1001"'), code: 1 });
  });

  test.each([['foo'], ['push'], ['push', ''], ['redeemed', 'LOY-1'], ['lookup', '1001'], ['push', '1', '2']])(
    'says how it is used, and does nothing: %s %s',
    async (...words) => {
      const { said, why, code } = await tried(words, nowhere);
      expect([said, code]).toEqual(['', 2]);
      expect(why).toContain('redeemed CODE NUMBER');
    },
  );

  test('tries a look-up by hand, on an example as the guide shows it', async () => {
    const folder = folderOfOwn();
    mkdirSync(join(folder, 'orders'));
    writeFileSync(join(folder, 'orders', '1001.json'), example);
    const lookUp = async (email: string) => {
      const { said } = await tried(['lookup', '#1001', email], nowhere, { LOYALTY_SITE_DATA: folder });
      return JSON.parse(said);
    };
    expect(await lookUp('Ana@example.com')).toMatchObject({ found: true, amount: '60.00', linked: false });
    expect(await lookUp('ben@example.com')).toEqual({ found: false });
  });
});
