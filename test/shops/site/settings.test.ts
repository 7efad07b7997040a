/** How the shipped files are set up, and what they send when an owner's code asks them to. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { shopCalls } from '../../../functions/adapters/shops/http.ts';
import { sign } from '../../../functions/adapters/shops/standard-webhooks.ts';
import { commands, type Site, type SiteLanguage, startSite } from './process.ts';
import { closeAll, openSite, patient, type Received, secret, serve } from './scene.ts';

const other = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const path = { PATH: process.env['PATH'] };
let site: Site | undefined;

afterEach(async () => {
  await site?.end();
  site = undefined;
  await closeAll();
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

  const run = async (words: readonly string[], hookUrl: string, env: NodeJS.ProcessEnv = {}) => {
    const { command, file } = commands[which];
    const settings = { ...path, LOYALTY_SITE_SECRET: secret, LOYALTY_HOOK_URL: hookUrl, ...env };
    return promisify(execFile)(command, [file, ...words], { env: settings }).then(
      ({ stdout }) => stdout.trim(),
      ({ stdout }) => `failed: ${stdout.trim()}`,
    );
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

  test('says that it cannot send before it is set up', async () => {
    expect(await run(['redeemed', 'LOY-1', '2001'], '')).toMatch(/^failed/);
    expect(
      await run(['redeemed', 'LOY-1', '2001'], 'http://127.0.0.1:9', { LOYALTY_SITE_SECRET: '' }),
    ).toMatch(/^failed/);
  });
});
