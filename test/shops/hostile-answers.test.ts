import { describe, expect, test } from '@jest/globals';
import {
  atMarket,
  customer,
  kinds,
  market,
  reasonsIn,
  stand,
  survives,
  unavailable,
} from './hostile-scene.ts';
import { expectEven, redeem } from './market.ts';
import type { Instead, Way } from './proxy.ts';
import { forward, minuteMs, storeId } from './stage.ts';

const huge = 'x'.repeat(1024 * 1024);
const bad: readonly [string, Way | Instead, string][] = [
  ['redirects to another address', 'redirect before', 'redirected'],
  [
    'redirects to the cloud’s own data',
    { status: 301, body: '', headers: { location: 'http://169.254.169.254/' } },
    'redirected',
  ],
  ['answers with 2 MiB', { status: 200, body: huge + huge }, 'too_large'],
  ['answers without an end', { status: 200, body: huge, endless: true }, 'too_large'],
  [
    'answers with packed bytes',
    { status: 200, body: huge, headers: { 'content-encoding': 'gzip' } },
    'too_large',
  ],
  [
    'answers with headers without an end',
    { status: 200, body: '{}', headers: { 'x-a': 'y'.repeat(32_768) } },
    'too_large',
  ],
  ['answers with a page for people', 'garbage before', 'malformed'],
  ['answers with nothing', { status: 200, body: '' }, 'malformed'],
  ['answers with another form', { status: 200, body: '{"data":[{"orders":7}]}' }, 'malformed'],
  ['cuts its answer off', 'truncated after', 'unreachable'],
  ['hangs', 'hang before', 'timeout'],
  ['is broken', 'error 500 before', 'server_error'],
  ['wants us to wait', 'error 429 before', 'throttled'],
  ['forbids it', 'error 403 before', 'forbidden'],
  ['refuses the connection', 'refused before', 'unreachable'],
];

describe.each(kinds)('%s that', (kind) => {
  atMarket(kind);

  test.each(bad)('%s is away for the customer, and the owner reads why', async (_, way, reason) => {
    const someone = await customer();
    // The token of Shopify is had already: it is its answer about the order that is bad.
    market.bench.proxy.fail((call) => (call.path.endsWith('/access_token') ? 'well' : way));
    await survives(someone, [reason], () => market.bench.proxy.fail());
  });

  test('revoked our keys is away until they are given again; a coupon that waits for it is made then', async () => {
    const someone = await customer();
    market.bench.proxy.fail(() => 'error 401 before');
    expect(await redeem(stand.sound, someone.contact)).toMatchObject({ result: 'pending', points: 800 });
    expect(reasonsIn(stand.sound)).toEqual(['unauthorized']);
    market.bench.proxy.fail();
    forward(market.house, 2 * minuteMs);
    expect(await stand.sound.settle()).toMatchObject({ issued: 1, open: 0 });
    expect(await redeem(stand.sound, someone.contact)).toMatchObject({
      result: 'already_issued',
      points: 800,
    });
    await expectEven(stand);
  });

  test('has no credentials here is away, and the owner reads that', async () => {
    const { claim } = await customer();
    const keyless = stand.process({ secrets: {} });
    expect(await claim(keyless)).toMatchObject(unavailable);
    const broken = stand.process({ secrets: { [storeId]: { nonsense: true } } });
    expect(await claim(broken)).toMatchObject(unavailable);
    expect([...reasonsIn(keyless), ...reasonsIn(broken)]).toEqual(['no_credentials', 'no_credentials']);
    expect(await claim(stand.sound)).toMatchObject({ result: 'credited' });
  });
});
