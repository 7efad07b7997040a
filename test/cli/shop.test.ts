import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { endAll, runFile, start } from '../e2e/spawned.ts';
import { openWooBench, type WooBench } from '../shops/woocommerce/bench.ts';
import { type House, openHouse, type Shop } from '../support/house.ts';

let house: House;
let woo: WooBench;
let shop: Shop;
/** Where the laptop keeps credentials. */
let folder: string;
beforeAll(async () => {
  house = await openHouse();
  woo = await openWooBench({ currency: 'USD' });
  shop = await house.open((file) => {
    file.stores.push({ id: 'web', ...woo.section });
    for (const reward of file.rewards) if (reward.products !== undefined) reward.products = ['10'];
  });
});
afterAll(async () => {
  await endAll();
  await woo.close();
  await house.stop();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loyalty-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const places = () => ['--program', shop.id, '--endpoint', house.engine.endpoint];
const env = () => ({ LOYALTY_SECRETS: folder });
const file = () => join(folder, `${shop.id}.web.json`);
const kept = () => JSON.parse(readFileSync(file(), 'utf8'));
const put = (secrets: unknown) => writeFileSync(file(), JSON.stringify(secrets));

/** In a process of its own, as the owner runs it. */
const run = (...args: string[]) => runFile('cli/shop.ts', args, env());

/** Piped in, as a password manager would. */
const piped = (given: string, args: readonly string[], more: Record<string, string> = {}) => {
  const command = `printf %s "$GIVEN" | node_modules/.bin/node cli/shop.ts secret ${args.join(' ')}`;
  return start('sh', ['-c', command], { ...env(), ...more, GIVEN: given }).ended;
};
const store = (secrets: unknown, ...args: string[]) =>
  piped(JSON.stringify(secrets), [...places(), '--store', 'web', ...args]);

const keys = { consumer_key: 'ck_abcdef0123', consumer_secret: 'cs_abcdef0123' };

describe('check', () => {
  test('says each step with a tick, and exits with 0', async () => {
    put(woo.secrets);
    const { code, stdout, stderr } = await run('check', ...places(), '--store', 'web');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Store web of the program ${shop.id}: WooCommerce, ${woo.fake.url}\n`);
    expect(stdout).toMatch(/^ {2}✓ currency: The shop sells in USD\.$/m);
    expect(stdout).toMatch(
      /^ {2}✓ coupon made: reward tea-towel, a product\n {2}✓ coupon found again: .*\n {2}✓ coupon cancelled: /m,
    );
    expect(stdout).toMatch(/\nAll \d+ steps are right\.\n$/);
    expect(stdout).not.toMatch(/GIFT-|ck_|cs_|whs-/);
  });

  test('says what is wrong with a cross and what to do, and exits with 1', async () => {
    put(keys);
    const { code, stdout, stderr } = await run('check', ...places(), '--store', 'web');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {2}✗ shop: The shop does not take the keys\. Look at WooCommerce > /m);
    expect(stdout).toMatch(/^ {2}✓ webhook secret: There is none yet: .* `npm run shop -- hooks` makes one/m);
    expect(stderr).toMatch(/^\n\d of \d steps are not right\. The guide: docs\/shops\.md\n$/);
    expect(stdout + stderr).not.toContain('abcdef0123');
  });

  test('without credentials says which command stores them', async () => {
    const { code, stdout, stderr } = await run('check', ...places(), '--store', 'web');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      `There are no credentials for the store web. Store them: npm run shop -- secret --program ${shop.id} --store web --endpoint ${house.engine.endpoint}\n`,
    );
  });

  test('with credentials of another form says what is expected, and repeats none', async () => {
    put({ consumer_key: 'cs_swapped0', consumer_secret: 'ck_swapped0' });
    const { code, stderr } = await run('check', ...places(), '--store', 'web');
    expect(code).toBe(1);
    expect(stderr).toContain('  consumer_key: expected ck_ and letters and digits\n');
    expect(stderr).not.toContain('swapped0');
  });

  test('of a store that is pushed to says what to do instead', async () => {
    const { code, stdout, stderr } = await run('check', ...places(), '--store', 'shop');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('there is nobody to ask');
    expect(stdout).toContain('POST /v1/store/orders');
    expect(stdout).toContain('Stores of the program that can be tried: web.');
  });

  test('of a store that the program does not have names those that it has', async () => {
    const { code, stderr } = await run('check', ...places(), '--store', 'ghost');
    expect([code, stderr]).toEqual([
      1,
      `The program ${shop.id} has no store ghost. Its stores: shop, web.\n`,
    ]);
  });
});

describe('of the laptop edition', () => {
  test('a folder that is named and has no data is told, whatever table the environment names', async () => {
    const { code, stderr } = await runFile(
      'cli/shop.ts',
      ['check', '--program', shop.id, '--store', 'web', '--data', folder],
      { TABLE_NAME: 'another' },
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining(`there is no data in the folder ${folder}`)]);
  });
});

describe('secret', () => {
  test('stores what is piped in where only the owner can read it, and shows none of it', async () => {
    const { code, stdout, stderr } = await store(keys);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`The credentials lie in ${file()}, which only you can read.\n`);
    expect(stdout).toContain(`Try them: npm run shop -- check --program ${shop.id} --store web`);
    expect(stdout).not.toContain('abcdef0123');
    expect(kept()).toEqual(keys);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  test('with --rotate goes on taking webhooks of the secret before, and without it no more', async () => {
    put({ ...keys, webhook_secret: 'the first one' });
    const rotated = await store({ ...keys, webhook_secret: 'the second one' }, '--rotate');
    expect(rotated.stdout).toContain('Webhooks signed with the secret before are still taken.');
    expect(kept()).toEqual({
      ...keys,
      webhook_secret: 'the second one',
      previous_webhook_secret: 'the first one',
    });
    await store({ ...keys, webhook_secret: 'the second one' });
    expect(kept()).toEqual({ ...keys, webhook_secret: 'the second one' });
  });

  test('keeps the secret that hooks made where it is left out, and says so', async () => {
    put({ ...keys, webhook_secret: 'made by hooks' });
    const others = { consumer_key: 'ck_another01', consumer_secret: 'cs_another01' };
    const { code, stdout } = await store(others);
    expect(code).toBe(0);
    expect(stdout).toContain('As it was stored before: webhook_secret.\n');
    expect(stdout).not.toContain('made by hooks');
    expect(kept()).toEqual({ ...others, webhook_secret: 'made by hooks' });
    expect((await store(keys, '--rotate')).stdout).not.toContain('the secret before');
    expect(kept()).toEqual({ ...keys, webhook_secret: 'made by hooks' });
  });

  test('mends a file that is of no use', async () => {
    writeFileSync(file(), '{"consumer_key":');
    expect((await store(keys)).code).toBe(0);
    expect(kept()).toEqual(keys);
  });

  test('of another form is refused, and nothing is stored', async () => {
    const { code, stdout, stderr } = await store({ ...keys, consumer_secret: 'ck_swapped0' });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('consumer_secret: expected cs_');
    expect(stderr).not.toContain('swapped0');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of a store that is pushed to is not wanted', async () => {
    const { code, stderr } = await piped('{}', [...places(), '--store', 'shop']);
    expect(code).toBe(1);
    expect(stderr).toContain('there is nobody to ask');
  });
});

describe('secret of a deployment', () => {
  /** Parameter Store as far as credentials need it. */
  let parameters: Server;
  const heard: { target: string; body: unknown }[] = [];
  beforeAll(async () => {
    parameters = createServer(async (request, response) => {
      const target = String(request.headers['x-amz-target']);
      heard.push({ target, body: await json(request) });
      const found = { Parameter: { Value: JSON.stringify({ ...keys, webhook_secret: 'made by hooks' }) } };
      response
        .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
        .end(JSON.stringify(target.endsWith('GetParameter') ? found : { Version: 1 }));
    });
    await new Promise<void>((listening) => parameters.listen(0, '127.0.0.1', listening));
  });
  afterAll(() => new Promise((closed) => parameters.close(closed)));

  test('goes to Parameter Store, encrypted, under the program and the store', async () => {
    const address: AddressInfo | string | null = parameters.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { code, stdout, stderr } = await piped(
      JSON.stringify(keys),
      ['--program', shop.id, '--store', 'web', '--table', 'loyalty'],
      {
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'x',
        AWS_SECRET_ACCESS_KEY: 'y',
        AWS_ENDPOINT_URL_SSM: `http://127.0.0.1:${port}`,
        AWS_ENDPOINT_URL_DYNAMODB: house.engine.endpoint,
      },
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).not.toContain('made by hooks');
    const name = `/manychat-loyalty-service/shops/${shop.id}/web`;
    expect(stdout).toContain(`The credentials lie under ${name}, encrypted.`);
    expect(stdout).not.toContain('abcdef0123');
    expect(heard.splice(0)).toEqual([
      { target: 'AmazonSSM.GetParameter', body: { Name: name, WithDecryption: true } },
      {
        target: 'AmazonSSM.PutParameter',
        body: {
          Name: name,
          Value: JSON.stringify({ ...keys, webhook_secret: 'made by hooks' }),
          Type: 'SecureString',
          Overwrite: true,
        },
      },
    ]);
  });
});

describe('hooks', () => {
  test('says where webhooks go and which, and with --print makes none', async () => {
    const calls = woo.fake.calls.length;
    const { code, stdout, stderr } = await run(
      'hooks',
      ...places(),
      '--store',
      'web',
      '--url',
      'https://api.example',
      '--print',
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`\n  https://api.example/v1/hooks/${shop.id}/web\n`);
    expect(stdout).toContain('Topics: order.created, order.updated\n');
    expect(stdout).toMatch(/^1\. In WordPress: WooCommerce > Settings > Advanced > Webhooks/m);
    expect(woo.fake.calls.length).toBe(calls);
  });

  test('makes them with a secret that it makes and stores first, and never shows', async () => {
    put(keys);
    // The shop breaks off at the first call: what was stored before is stored nevertheless.
    const { code, stdout, stderr } = await run(
      'hooks',
      ...places(),
      '--store',
      'web',
      '--url',
      'https://api.example',
    );
    expect(code).toBe(1);
    const secret = kept().webhook_secret;
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(stdout).toContain('A secret for the webhooks was made and stored with the credentials.');
    expect(stderr).toContain('WooCommerce: The shop does not take the credentials');
    expect(stdout + stderr).not.toContain(secret);
    expect(stdout + stderr).not.toContain('abcdef0123');
  });
});

describe('a mistake on the command line', () => {
  test.each([
    ['', 'Usage: shop'],
    ['check --store web', "required option '--program <id>' not specified"],
    ['check --program demo', "required option '--store <id>' not specified"],
    ['check --program demo --store WEB', 'expected 1 to 40 of a-z, 0-9 and -'],
    ['check --program demo --store web --data d --table t', '--data is of the laptop edition'],
    ['secret --program demo --store web ck_1', 'too many arguments'],
    ['hooks --program demo --store web', "required option '--url <url>' not specified"],
    ['hooks --program demo --store web --url api', 'expected an http or https URL'],
  ])('is a sentence and exit code 2: %s', async (line, told) => {
    const { code, stdout, stderr } = await run(...line.split(' ').filter(Boolean));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(told);
  });

  test('is none: --help of secret says what becomes of what is left out', async () => {
    expect((await run('secret', '--help')).stdout).toContain('stays as it is stored');
  });

  test('is none: --help of each command has an example', async () => {
    for (const name of ['check', 'secret', 'hooks']) {
      const { code, stdout } = await run(name, '--help');
      expect([code, stdout]).toEqual([
        0,
        expect.stringContaining(`\n  npm run shop -- ${name} --program demo`),
      ]);
    }
  });
});
