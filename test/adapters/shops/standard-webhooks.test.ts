import { describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { sign, verify, webhookSecret } from '../../../functions/adapters/shops/standard-webhooks.ts';

const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const body = '{"type":"order.lookup"}';
const at = 1_795_000_000;
const headersAt = (timestampS: number, signature: string, id = 'msg_0001') => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestampS),
  'webhook-signature': signature,
});
const signed = headersAt(at, sign('msg_0001', at, body, secret));

test('signs the known vector', () => {
  expect(sign('msg_0001', at, body, secret)).toBe('v1,eNXb+dvTBZ/d0zqFSJwzKS07Ibs6qaBR61dvQSSNy7s=');
});

describe('beside the reference library', () => {
  test.each(['', '{"a":1}', '{"name":"Zoë 안녕"}', 'x'.repeat(10_000)])('signs alike', (text) => {
    expect(sign('msg_x.1', at, text, secret)).toBe(
      new Webhook(secret).sign('msg_x.1', new Date(at * 1000), text),
    );
    expect(sign('msg_x.1', at, Buffer.from(text), secret)).toBe(sign('msg_x.1', at, text, secret));
  });

  test('signs what it verifies', () => {
    const seconds = Math.floor(Date.now() / 1000);
    const headers = headersAt(seconds, sign('msg_1', seconds, body, secret), 'msg_1');
    expect(new Webhook(secret).verify(body, headers)).toEqual({ type: 'order.lookup' });
  });

  test('verifies what it signs', () => {
    const headers = headersAt(at, new Webhook(secret).sign('msg_1', new Date(at * 1000), body), 'msg_1');
    expect(verify(headers, Buffer.from(body), [secret], at * 1000)).toEqual({
      kind: 'verified',
      id: 'msg_1',
      timestampS: at,
    });
  });
});

describe('a signature', () => {
  const now = at * 1000;

  test('is found in a list, beside those of other keys and versions', () => {
    const list = `v1a,zzzz v1,${'A'.repeat(44)} ${sign('msg_0001', at, body, secret)} v2,x`;
    expect(verify(headersAt(at, list), body, [secret], now).kind).toBe('verified');
  });

  test('may be by any secret that is live', () => {
    expect(verify(signed, body, [other, secret], now).kind).toBe('verified');
    expect(verify(signed, body, [secret, other], now).kind).toBe('verified');
    expect(verify(signed, body, [other], now)).toEqual({ kind: 'refused', why: 'wrong' });
    expect(verify(signed, body, [], now)).toEqual({ kind: 'refused', why: 'wrong' });
  });

  test('is over the body, the id and the time', () => {
    const wrong = { kind: 'refused', why: 'wrong' };
    expect(verify(signed, `${body} `, [secret], now)).toEqual(wrong);
    expect(verify({ ...signed, 'webhook-id': 'msg_0002' }, body, [secret], now)).toEqual(wrong);
    expect(verify({ ...signed, 'webhook-timestamp': String(at + 1) }, body, [secret], now)).toEqual(wrong);
  });

  test.each([
    ['v1', 'v1a'],
    ['v1,', ''],
  ])('is of version 1 to the letter (%s)', (from, to) => {
    const changed = sign('msg_0001', at, body, secret).replace(from, to);
    expect(verify(headersAt(at, changed), body, [secret], now).kind).toBe('refused');
  });

  test('is not matched by its beginning', () => {
    const half = sign('msg_0001', at, body, secret).slice(0, -1);
    expect(verify(headersAt(at, half), body, [secret], now).kind).toBe('refused');
    expect(verify(headersAt(at, ' '), body, [secret], now).kind).toBe('refused');
  });

  test.each([
    [300_000, 'verified'],
    [300_999, 'verified'],
    [301_000, 'refused'],
    [-300_000, 'verified'],
    [-300_001, 'refused'],
  ])('counts for five minutes before and after (%d ms)', (late, kind) => {
    expect(verify(signed, body, [secret], now + late).kind).toBe(kind);
  });

  test('that is old is told from one that is wrong, and only where it is right', () => {
    expect(verify(signed, body, [secret], now + 301_000)).toEqual({ kind: 'refused', why: 'old' });
    expect(verify(signed, body, [other], now + 301_000)).toEqual({ kind: 'refused', why: 'wrong' });
  });

  test('counts for as long as it is told to', () => {
    expect(verify(signed, body, [secret], now + 11_000, 10).kind).toBe('refused');
    expect(verify(signed, body, [secret], now + 10_000, 10).kind).toBe('verified');
  });

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('needs %s', (name) => {
    const missing = { kind: 'refused', why: 'missing' };
    expect(verify({ ...signed, [name]: undefined }, body, [secret], now)).toEqual(missing);
    expect(verify({ ...signed, [name]: '' }, body, [secret], now)).toEqual(missing);
  });

  test.each(['-1', '1e9', '1795000000.5', ' 1795000000', '01795000000', 'NaN', '9'.repeat(13)])(
    'has a time in whole seconds, not %s',
    (time) => {
      const headers = { ...signed, 'webhook-timestamp': time };
      expect(verify(headers, body, [secret], now)).toEqual({ kind: 'refused', why: 'missing' });
    },
  );

  test.each(['', 'whsec_', 'whsec_AAAA', 'whsec_not base64'])('is never by a key as short as %s', (short) => {
    const forged = headersAt(at, sign('msg_0001', at, body, short));
    expect(verify(forged, body, [short], now).kind).toBe('refused');
  });
});

describe('a secret', () => {
  test.each([secret, other, `whsec_${Buffer.alloc(16).toString('base64')}`])('may be %s', (text) =>
    expect(webhookSecret.safeParse(text).success).toBe(true),
  );
  test.each([
    '',
    'whsec_',
    secret.slice(6),
    `whsec_${Buffer.alloc(15).toString('base64')}`,
    `${secret}\n`,
    `whsec_${'-'.repeat(44)}`,
  ])('may not be %j', (text) => expect(webhookSecret.safeParse(text).success).toBe(false));
});
