import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  type CallbackToken,
  openToken,
  signToken,
  tokenLifetimeMs,
  tokenProgram,
} from '../../functions/domain/callback-token.ts';
import { ana, dayMs, demo, noon, plus } from './support.ts';

const secret = 'the key of the buttons';
const token: CallbackToken = {
  program: demo.id,
  contact: ana,
  route: '/v1/redeem/block',
  input: { reward: 'tea-towel', page: 2 },
  language: 'ko',
  expiresAt: plus(noon, tokenLifetimeMs),
  nonce: 'button-1',
};
const signed = signToken(token, secret);

const signBody = (body: string): string =>
  `${body}.${createHmac('sha256', secret).update(`callback.${body}`).digest('base64url')}`;
const encoded = (text: string): string => Buffer.from(text).toString('base64url');

describe('callback tokens', () => {
  test('say what was signed, for a day', () => {
    expect(tokenLifetimeMs).toBe(dayMs);
    expect(openToken(signed, secret, noon)).toEqual(token);
    expect(openToken(signed, secret, plus(noon, tokenLifetimeMs - 1))).toEqual(token);
  });

  test('are worth nothing once the day is over', () => {
    expect(openToken(signed, secret, plus(noon, tokenLifetimeMs))).toBeUndefined();
  });

  test('are worth nothing under another key', () => {
    expect(openToken(signed, 'another key', noon)).toBeUndefined();
  });

  test('say whose program they are of before anything is proven', () => {
    expect(tokenProgram(signed)).toBe(demo.id);
    expect(tokenProgram('nonsense')).toBeUndefined();
  });

  test.each([
    ['another contact', { contact: 'ben-2' }],
    ['another route', { route: '/v1/rewards/block' }],
    ['another reward', { input: { reward: 'linen-set' } }],
    ['a later end', { expiresAt: plus(noon, 2 * tokenLifetimeMs) }],
  ])('cannot be changed to %s', (_, change) => {
    const mac = signed.split('.')[1] ?? '';
    const forged = `${encoded(JSON.stringify({ ...token, ...change }))}.${mac}`;
    expect(openToken(forged, secret, noon)).toBeUndefined();
  });

  test('are worth nothing without the whole signature', () => {
    const [body = '', mac = ''] = signed.split('.');
    for (const text of [body, `${body}.`, `${body}.${mac.slice(0, 20)}`, `${body}.${mac}AAAA`]) {
      expect(openToken(text, secret, noon)).toBeUndefined();
    }
  });

  test('have two parts, not three', () => {
    expect(openToken(`${signed}.`, secret, noon)).toBeUndefined();
    expect(openToken(`${signed}.more`, secret, noon)).toBeUndefined();
  });

  test('of a signature for something else are worth nothing', () => {
    const [body = ''] = signed.split('.');
    const elsewhere = createHmac('sha256', secret).update(body).digest('base64url');
    expect(openToken(`${body}.${elsewhere}`, secret, noon)).toBeUndefined();
    expect(openToken(signBody(body), secret, noon)).toEqual(token);
  });

  test.each([
    ['no JSON', 'nonsense'],
    ['no object', '5'],
    ['no program', JSON.stringify({ ...token, program: undefined })],
    ['a bad contact', JSON.stringify({ ...token, contact: 'a b' })],
    ['an unknown language', JSON.stringify({ ...token, language: 'de' })],
    ['an end that is no instant', JSON.stringify({ ...token, expiresAt: 'tomorrow' })],
    ['inputs of another kind', JSON.stringify({ ...token, input: { reward: { id: 'x' } } })],
  ])('are worth nothing where the content is %s, even if signed', (_, content) => {
    expect(openToken(signBody(encoded(content)), secret, noon)).toBeUndefined();
  });

  test.each(['', '.', 'a.b', '..'])('are not read from %p', (text) => {
    expect(openToken(text, secret, noon)).toBeUndefined();
  });
});
