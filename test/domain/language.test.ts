import { describe, expect, test } from '@jest/globals';
import { inLanguage, readLanguage } from '../../functions/domain/language.ts';

describe('languages', () => {
  test.each([
    ['en', 'en'],
    ['ko', 'ko'],
    ['tr', 'tr'],
    ['ko_KR', 'ko'],
    ['ko-KR', 'ko'],
    ['EN_US', 'en'],
    [' tr ', 'tr'],
  ])('are read from %p', (tag, language) => {
    expect(readLanguage(tag)).toBe(language);
  });

  test.each(['de', 'english', '', '_ko', 'kor'])('that we do not speak are not read from %p', (tag) => {
    expect(readLanguage(tag)).toBeUndefined();
  });

  test('fall back from the wanted one to the program’s, then to any', () => {
    expect(inLanguage({ en: 'towel', ko: '타월' }, 'ko', 'en')).toBe('타월');
    expect(inLanguage({ en: 'towel', ko: '타월' }, 'tr', 'ko')).toBe('타월');
    expect(inLanguage({ ko: '타월' }, 'tr', 'en')).toBe('타월');
    expect(inLanguage({}, 'tr', 'en')).toBeUndefined();
  });
});
