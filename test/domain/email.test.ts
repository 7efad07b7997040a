import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { emailHash, hashEmail, normalizeEmail } from '../../functions/domain/email.ts';
import { address, anaMail, benMail, emailKey } from './support.ts';

describe('e-mails', () => {
  test.each([
    ['ana@example.com', 'ana@example.com'],
    ['  Ana@Example.COM \n', 'ana@example.com'],
    ['ANA+shop@mail.example.co.uk', 'ana+shop@mail.example.co.uk'],
    ['INFO@EXAMPLE.COM', 'info@example.com'],
  ])('are one address however they are typed: %p', (typed, email) => {
    expect(normalizeEmail(typed)).toBe(email);
  });

  test.each(['', 'ana', 'ana@', '@example.com', 'a b@example.com', 'ana@example', `${'a'.repeat(250)}@b.co`])(
    'are refused where they are none: %p',
    (typed) => {
      expect(normalizeEmail(typed)).toBeUndefined();
    },
  );

  test('may have 254 characters and no more', () => {
    const domain = `${'d'.repeat(60)}.${'d'.repeat(60)}.${'d'.repeat(60)}.com`;
    const longest = `${'a'.repeat(253 - domain.length)}@${domain}`;
    expect(normalizeEmail(longest)).toBe(longest);
    expect(normalizeEmail(`a${longest}`)).toBeUndefined();
  });

  test('leave nothing but a keyed hash', () => {
    const hash = hashEmail(anaMail, emailKey);
    expect(hash).toBe(createHmac('sha256', emailKey).update('ana@example.com').digest('base64url'));
    expect(emailHash.safeParse(hash).success).toBe(true);
    expect(emailHash.safeParse(`${hash}=`).success).toBe(false);
  });

  test('are told apart by their hash, and so are programs by their key', () => {
    expect(hashEmail(address(' ANA@example.com'), emailKey)).toBe(hashEmail(anaMail, emailKey));
    expect(hashEmail(benMail, emailKey)).not.toBe(hashEmail(anaMail, emailKey));
    expect(hashEmail(anaMail, 'another key')).not.toBe(hashEmail(anaMail, emailKey));
  });
});
