import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { problemsOf, withLeftOut, withPrevious } from '../../cli/shop/forms.ts';
import { type Keyboard, readCredentials } from '../../cli/shop/reading.ts';

const site = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** Somebody at a terminal, who pastes these lines. */
const typing = (...lines: string[]) => {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const said: string[] = [];
  const keyboard: Keyboard = { input, say: (text) => void said.push(text) };
  input.write(lines.map((line) => `${line}\n`).join(''));
  input.end();
  return { keyboard, said };
};

const piping = (text: string): Keyboard => {
  const input = new PassThrough();
  input.end(text);
  return { input, say: () => undefined };
};

describe('credentials that are typed', () => {
  test('are asked for one by one, without blanks around them and without being shown', async () => {
    const { keyboard, said } = typing(' client-1 ', 'secret-1');
    expect(await readCredentials('shopify', keyboard)).toEqual({
      client_id: 'client-1',
      client_secret: 'secret-1',
    });
    expect(said.join('')).toContain('Client ID');
    expect(said.join('')).not.toMatch(/client-1|secret-1/);
  });

  test('may be those of an older app, where the first question is left empty', async () => {
    const { keyboard } = typing('', 'shpat_1', '');
    expect(await readCredentials('shopify', keyboard)).toEqual({ token: 'shpat_1' });
  });

  test('may leave out what is optional', async () => {
    const { keyboard, said } = typing('ck_01234567', 'cs_01234567', '');
    expect(await readCredentials('woocommerce', keyboard)).toEqual({
      consumer_key: 'ck_01234567',
      consumer_secret: 'cs_01234567',
    });
    expect(said.join('')).toContain('empty: the one that is stored stays');
  });

  test('of a wrong form are refused at once, without being repeated', async () => {
    const { keyboard, said } = typing('cs_swapped0', 'ck_swapped0', '');
    const failed = readCredentials('woocommerce', keyboard);
    await expect(failed).rejects.toThrow(
      'consumer_key: expected ck_ and letters and digits. Nothing was stored.',
    );
    await expect(failed).rejects.not.toThrow('swapped0');
    expect(said.join('')).not.toContain('Consumer secret');
  });

  test('that break off store nothing', async () => {
    const { keyboard } = typing('client-1');
    await expect(readCredentials('shopify', keyboard)).rejects.toThrow('nothing was stored');
  });

  test('that stay away altogether store nothing', async () => {
    const { keyboard } = typing('', '');
    await expect(readCredentials('vendure', keyboard)).rejects.toThrow('api_key: expected');
  });
});

describe('credentials from a pipe', () => {
  test('are one JSON object', async () => {
    expect(await readCredentials('site', piping(JSON.stringify({ secret: `${site}\n` })))).toEqual({
      secret: site,
    });
  });

  test.each([
    ['', 'No credentials came in: expected one JSON object of {secret}'],
    [site, 'This is no JSON'],
    [`["${site}"]`, 'This is not what was expected'],
    ['{"secret": 5}', 'This is not what was expected'],
  ])('are told what is expected instead of %j, and not repeated', async (text, told) => {
    const failed = readCredentials('site', piping(text));
    await expect(failed).rejects.toThrow(told);
    await expect(failed).rejects.not.toThrow('whsec_Bw');
  });
});

describe('the form of credentials', () => {
  test.each([
    ['shopify', { client_id: 'a', client_secret: 'b' }],
    ['shopify', { client_id: 'a', client_secret: 'b', previous_client_secret: 'c' }],
    ['shopify', { token: 'shpat_1', webhook_secret: 'b' }],
    ['woocommerce', { consumer_key: 'ck_01234567', consumer_secret: 'cs_01234567' }],
    ['site', { secret: site, previous_secret: site }],
    ['vendure', { username: 'loyalty', password: 'a b c' }],
    ['vendure', { api_key: 'k', webhook_secret: site }],
  ] as const)('of %s: %j', (kind, given) => {
    expect(problemsOf(kind, given)).toEqual([]);
  });

  test.each([
    ['shopify', { client_id: 'a' }, ['client_secret is missing']],
    ['shopify', { client_id: 'a', client_secret: 'b c' }, ['client_secret: expected a text without blanks']],
    [
      'woocommerce',
      { consumer_key: 'ck_01234567', consumer_secret: 'ck_01234567' },
      ['consumer_secret: expected cs_ and letters and digits'],
    ],
    ['site', { secret: 'whsec_c2hvcnQ=' }, ['secret: expected whsec_ and at least 16 bytes in base64']],
    [
      'site',
      { secret: site, 'a-secret-in-the-wrong-place': 'x' },
      ['1 of the keys do not belong there: expected secret'],
    ],
    [
      'vendure',
      { api_key: 'k', webhook_secret: 'short' },
      ['webhook_secret: expected whsec_ and at least 16 bytes in base64'],
    ],
  ] as const)('of %s is not %j', (kind, given, problems) => {
    expect(problemsOf(kind, given)).toEqual(problems);
  });

  test('takes the secret before along, where it was another', () => {
    const before = { client_id: 'a', client_secret: 'old' };
    expect(withPrevious('shopify', { client_id: 'a', client_secret: 'new' }, before)).toEqual({
      client_id: 'a',
      client_secret: 'new',
      previous_client_secret: 'old',
    });
    expect(withPrevious('shopify', before, before)).toEqual(before);
    expect(
      withPrevious('woocommerce', { consumer_key: 'ck_2' }, { consumer_key: 'ck_1', webhook_secret: 'old' }),
    ).toEqual({
      consumer_key: 'ck_2',
    });
  });

  test.each([
    ['vendure', { username: 'l', password: 'p', webhook_secret: site }, { api_key: 'k' }, site],
    ['shopify', { token: 'shpat_1', webhook_secret: 'w' }, { token: 'shpat_2' }, 'w'],
    ['vendure', { api_key: 'k', webhook_secret: 'short' }, { api_key: 'k' }, undefined],
    ['shopify', { token: 'shpat_1', webhook_secret: 'w' }, { client_id: 'a', client_secret: 'b' }, undefined],
  ] as const)(
    'of %s keeps of %j what %j leaves out, if it still belongs there',
    (kind, before, given, kept) => {
      const whole = withLeftOut(kind, given, before);
      expect(whole).toEqual(kept === undefined ? given : { ...given, webhook_secret: kept });
      expect(problemsOf(kind, whole)).toEqual([]);
    },
  );

  test('takes the given one where both are there', () => {
    const before = { token: 'shpat_1', webhook_secret: 'old' };
    const given = { token: 'shpat_1', webhook_secret: 'new' };
    expect(withLeftOut('shopify', given, before)).toEqual(given);
  });
});
