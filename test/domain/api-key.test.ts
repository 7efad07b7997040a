import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { hashKey, makeKey, readKey } from '../../functions/domain/api-key.ts';
import { programId } from '../../functions/domain/ids.ts';
import { always, chanceOf } from './support.ts';

const program = programId.parse('demo-2');
const key = makeKey(program, 'chat', chanceOf(1));

describe('API keys', () => {
  test.each(['chat', 'store', 'admin'] as const)('of role %s tell their program and role', (role) => {
    const made = makeKey(program, role, chanceOf(2));
    expect(made).toMatch(new RegExp(`^lk_demo-2_${role}_[0-9a-hjkmnp-tv-z]{30}$`));
    expect(readKey(made)).toEqual({ program, role, hash: hashKey(made) });
  });

  test('are kept as a SHA-256 only', () => {
    expect(hashKey(key)).toBe(createHash('sha256').update(key).digest('hex'));
  });

  test('draw 26 symbols from the whole alphabet of 32', () => {
    const asked: number[] = [];
    const made = makeKey(program, 'chat', (n) => asked.push(n) - 1);
    expect(asked).toEqual(Array.from({ length: 26 }, () => 32));
    expect(made).toContain('_chat_0123456789abcdefghjkmnpqrs');
    expect(makeKey(program, 'chat', always(31))).toContain('_zzzzzzzzzzzzzzzzzzzzzzzzzz');
  });

  test('end with a check that others can compute', () => {
    const body = key.slice(0, -4);
    const bytes = createHash('sha256').update(body).digest();
    const symbols = '0123456789abcdefghjkmnpqrstvwxyz';
    const check = [0, 1, 2, 3].map((index) => symbols[(bytes[index] ?? 0) % 32]).join('');
    expect(key.slice(-4)).toBe(check);
  });

  test('with a typo are known without a look into the table', () => {
    for (const index of Array.from(key, (_, place) => place)) {
      const other = key.charAt(index) === 'x' ? 'y' : 'x';
      expect(readKey(key.slice(0, index) + other + key.slice(index + 1))).toBeUndefined();
    }
  });

  test('of another form are not read, even if their check is right', () => {
    const body = `lk_demo-2_owner_${'0'.repeat(26)}`;
    const bytes = createHash('sha256').update(body).digest().subarray(0, 4);
    const check = [...bytes].map((byte) => '0123456789abcdefghjkmnpqrstvwxyz'.charAt(byte % 32)).join('');
    expect(readKey(body + check)).toBeUndefined();
  });

  test.each([
    '',
    'lk_demo-2_chat_',
    `x${key}`,
    `${key}0`,
    `${key}\n`,
    key.toUpperCase(),
    key.replace('_chat_', '_owner_'),
    'local-chat-demo',
  ])('are not read from %p', (text) => {
    expect(readKey(text)).toBeUndefined();
  });
});
