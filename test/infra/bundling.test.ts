import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { jobs, rooms } from '../../functions/routes.ts';
import { bundle } from '../../infra/bundling.ts';
import { logicalId, stacks } from './stacks.ts';

const folder = mkdtempSync(join(tmpdir(), 'loyalty-bundles-'));
afterAll(() => rmSync(folder, { recursive: true }));

const outfile = (name: string) => join(folder, `${name}.mjs`);
/** Every function's name with its way in. */
const entries: readonly (readonly [string, string])[] = [
  ...Object.keys(rooms).map((room) => [room, `functions/${room}/main.ts`] as const),
  ...Object.keys(jobs).map((job) => [job, `functions/jobs/${job}/main.ts`] as const),
];
/** Functions that ask shops, and so carry what speaks to them beside their bundle. */
const asking = [...Object.entries(rooms), ...Object.entries(jobs)]
  .filter(([, { shops }]) => shops)
  .map(([name]) => name);
/** A cold start reads and parses all of it. */
const maxBytes = 450_000;

describe.each(entries)('the bundle of %s', (name, entry) => {
  let inputs: readonly string[] = [];
  let text = '';
  beforeAll(async () => {
    const made = await bundle(entry, outfile(name));
    ({ inputs } = made);
    text = readFileSync(outfile(name), 'utf8');
    expect(made.bytes).toBe(Buffer.byteLength(text));
  });

  test('holds the way in and exports its handler', () => {
    expect(inputs).toContain(entry);
    expect(text).toMatch(/export\{[^}]*\bhandler\b[^}]*\}/);
  });

  test('holds nothing of the laptop edition, the commands, the deployment, the measurements or the tests', () => {
    const strangers = inputs.filter((file) => !/^(functions|node_modules)\//.test(file));
    expect(strangers.filter((file) => !/^infra\/lambda-[a-z-]+\.ts$/.test(file))).toEqual([]);
    expect(text).not.toContain('local-chat-');
    expect(text).not.toContain('/_local/');
    expect(text).not.toContain('fauxqs');
  });

  test(`has at most ${maxBytes} bytes`, () => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
  });

  test('looks for credentials in the environment only', () => {
    expect(inputs.filter((file) => file.includes('/credential-provider-'))).toEqual([]);
    expect(inputs.some((file) => file.includes('/client-dynamodb/'))).toBe(
      inputs.includes('infra/lambda-credentials.ts'),
    );
  });
});

test('what speaks to shops lies beside the bundles, holds no client of AWS, and knows every kind of shop', async () => {
  const { bytes, inputs } = await bundle('functions/shops/main.ts', outfile('shops'));
  expect(bytes).toBeLessThanOrEqual(200_000);
  expect(inputs.filter((file) => file.includes('@aws-sdk'))).toEqual([]);
  const { openShops, shopCalls } = await import(outfile('shops'));
  const outside = {
    secrets: { of: async () => undefined },
    call: shopCalls({ loopback: false }),
    stopwatch: { nowMs: () => 0, until: async () => undefined },
    nowMs: () => 0,
  };
  const open = openShops(outside);
  for (const kind of ['shopify', 'woocommerce', 'site', 'vendure']) {
    const url = 'https://shop.example';
    const store = { id: 'shop', kind, url, makesCoupons: true, creditOn: 'paid', links: false };
    const asked = { number: '1001', emails: ['ana@example.com'] };
    const answer = await (await open('demo', store)).findOrder(asked, AbortSignal.timeout(1000));
    expect(answer).toMatchObject({ kind: 'trouble', reason: 'no_credentials' });
  }
});

test('what CDK deploys is what `bundle` makes, byte for byte', async () => {
  const { app, service } = stacks(['Service']);
  await bundle('functions/shops/main.ts', outfile('shops'));
  const functions = Template.fromStack(service).findResources('AWS::Lambda::Function');
  for (const [name] of entries) {
    const hash = functions[logicalId(service, name, 'Function')]?.Properties.Code.S3Key.replace('.zip', '');
    const deployed = readFileSync(join(app.outdir, `asset.${hash}`, 'index.mjs'));
    expect(deployed.equals(readFileSync(outfile(name)))).toBe(true);
    const beside = join(app.outdir, `asset.${hash}`, 'shops.mjs');
    expect(existsSync(beside)).toBe(asking.includes(name));
    if (existsSync(beside)) expect(readFileSync(beside).equals(readFileSync(outfile('shops')))).toBe(true);
  }
  // Ten bundles, each by a process of its own.
}, 180_000);

test.each(Object.keys(jobs))(
  'the bundle of %s starts, and says at the first event what it is not told',
  async (job) => {
    const event = { time: '2027-01-01T00:00:00Z', Records: [] };
    const call = `(await import(${JSON.stringify(outfile(job))})).handler(${JSON.stringify(event)})`;
    const started = promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', `await ${call}`],
      {
        env: {},
      },
    );
    await expect(started).rejects.toThrow('TABLE_NAME is not set');
  },
);

describe.each(['dynamodb', 'sqs', 'ssm'])('a bundled client of %s', (of) => {
  const requests: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers);
    response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}');
  });
  let endpoint = '';
  beforeAll(async () => {
    await bundle('test/infra/signing-probe.ts', outfile('signing-probe'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address === 'object' && address) endpoint = `http://127.0.0.1:${address.port}`;
  });
  afterAll(() => {
    server.close();
  });

  const credentials = {
    AWS_ACCESS_KEY_ID: 'AKIDPROBE',
    AWS_SECRET_ACCESS_KEY: 'a-secret-of-nobody',
    AWS_SESSION_TOKEN: 'a-session-token',
  };
  const run = (environment: Record<string, string>) =>
    promisify(execFile)(process.execPath, [outfile('signing-probe'), of], {
      env: { AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: endpoint, ...environment },
    });

  test('signs with the role that Lambda put into the environment', async () => {
    await run(credentials);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.authorization?.replace(/\d{8}/, 'DAY')).toMatch(
      `AWS4-HMAC-SHA256 Credential=AKIDPROBE/DAY/eu-central-1/${of}/aws4_request`,
    );
    expect(requests[0]?.['x-amz-security-token']).toBe('a-session-token');
  });

  test.each(Object.keys(credentials))('sends nothing and says what is absent without %s', async (absent) => {
    const before = requests.length;
    await expect(run({ ...credentials, [absent]: '' })).rejects.toThrow(`${absent} is not set`);
    expect(requests).toHaveLength(before);
  });
});
