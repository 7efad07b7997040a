import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Medium,
  media,
  medium,
  readWish,
  stoppedAfter,
  type Wish,
} from '../../functions/domain/media.ts';

const stops = [
  ...['STOP', 'STOPALL', 'STOP ALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'OPTOUT', 'OPT OUT', 'REVOKE'],
  ...['수신거부', '수신 거부', '거부', '중지', '그만', '구독취소', '해지'],
  ...['DUR', 'DURDUR', 'İPTAL', 'ÇIK', 'RET', 'İSTEMİYORUM', 'ABONELİKTEN ÇIK'],
];
const starts = [
  ...['START', 'UNSTOP', 'SUBSCRIBE', 'RESUME', 'YES', 'OPTIN', 'OPT IN'],
  ...['수신동의', '수신 동의', '시작', '재개', '구독'],
  ...['BAŞLA', 'BAŞLAT', 'DEVAM', 'EVET', 'ABONE OL'],
];
const words: readonly (readonly [string, Wish])[] = [
  ...stops.map((word) => [word, 'stop'] as const),
  ...starts.map((word) => [word, 'start'] as const),
];

const capitalized = (word: string, locale: string): string =>
  word.slice(0, 1).toLocaleUpperCase(locale) + word.slice(1).toLocaleLowerCase(locale);

/** As phones, carriers and keyboards write one and the same word. */
const spellings = (word: string): readonly string[] => [
  word,
  word.toLowerCase(),
  word.toLocaleLowerCase('tr'),
  word.toUpperCase(),
  word.toLocaleUpperCase('tr'),
  capitalized(word, 'en'),
  capitalized(word, 'tr'),
  word.normalize('NFD'),
  word.toLocaleLowerCase('tr').normalize('NFD'),
  // Full-width letters, as East Asian keyboards write them.
  word.replace(/[A-Z]/g, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0)),
  // Without the marks that many Turkish phones leave away.
  word.normalize('NFKD').replace(/\p{M}/gu, '').normalize('NFC'),
  [...word].join(' '),
];

const around = (word: string): readonly string[] => [
  `  ${word}\n`,
  `${word}.`,
  `${word}!!!`,
  `"${word}"`,
  `\u00a0${word}\u3000`,
  `\u200b${word}\ufeff`,
  `«${word}» 🙏`,
  `\t${word} ?`,
];

describe('what customers say is understood in any case, with stray blanks and signs:', () => {
  test.each(words)('%s is to %s', (word, wish) => {
    for (const spelling of spellings(word))
      for (const typed of [spelling, ...around(spelling)])
        expect([typed, readWish(typed)]).toEqual([typed, wish]);
  });

  test.each([
    ['stop', 'stop'],
    ['StOpAlL', 'stop'],
    ['s t o p', 'stop'],
    ['STOP-ALL', 'stop'],
    ['opt-out', 'stop'],
    ['iptal', 'stop'],
    ['ıptal', 'stop'],
    ['IPTAL', 'stop'],
    ['İptal', 'stop'],
    ['i\u0307ptal', 'stop'],
    ['istemiyorum', 'stop'],
    ['ISTEMIYORUM', 'stop'],
    ['abonelikten cik', 'stop'],
    ['ABONELIKTEN ÇIK', 'stop'],
    ['수신\u00a0거부', 'stop'],
    ['수신거부.', 'stop'],
    ['ＳＴＯＰ', 'stop'],
    ['unstop', 'start'],
    ['basla', 'start'],
    ['baslat', 'start'],
    ['BAŞLAT', 'start'],
    ['Başla!', 'start'],
  ])('%j is to %s', (typed, wish) => {
    expect(readWish(typed)).toBe(wish);
  });

  test('letters and signs between words change nothing, wherever they stand', () => {
    const stray = fc.string({
      unit: fc.constantFrom(' ', '\n', '.', '!', '-', '"', '\u00a0', '\u200b', '🙂'),
    });
    const typed = fc
      .tuple(fc.constantFrom(...words), stray, stray)
      .map(([[word, wish], before, after]) => ({ typed: before + word + after, wish }));
    fc.assert(fc.property(typed, (given) => expect(readWish(given.typed)).toBe(given.wish)));
  });
});

describe('nothing else is understood:', () => {
  test.each([
    '',
    ' ',
    '!!!',
    '🙂',
    'hello',
    'please stop',
    'stop it',
    'do not stop',
    'don’t stop now',
    'stop sending me these',
    'when does the sale end?',
    'the end',
    'cancel my order',
    'cancellation',
    'I want to cancel',
    'starting',
    'how do I start?',
    'yes please',
    'STOP START',
    'ENDE',
    'stopp',
    'stop1',
    '수신거부 해주세요',
    '구독 취소 방법',
    '시작하기',
    'durum',
    'siparişimi iptal et',
    'evet lütfen',
    'constructor',
    '__proto__',
    '{{last_input_text}}',
  ])('%j', (typed) => {
    expect(readWish(typed)).toBeUndefined();
  });

  test('a word among others', () => {
    const sentence = fc.tuple(
      fc.constantFrom(...words),
      fc.constantFrom('order', 'please', '주세요', 'lütfen', 'x'),
    );
    fc.assert(
      fc.property(sentence, fc.boolean(), ([[word], other], first) => {
        expect(readWish(first ? `${other} ${word}` : `${word} ${other}`)).toBeUndefined();
      }),
    );
  });

  test('texts of all kinds are read without a fault', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        expect([undefined, 'stop', 'start']).toContain(readWish(typed));
      }),
    );
  });
});

describe('media', () => {
  test('stand in the order of the contract', () => {
    expect(media).toEqual(['email', 'sms', 'messenger', 'instagram', 'whatsapp', 'telegram']);
    expect(medium.safeParse('sms').success).toBe(true);
    expect(medium.safeParse('all').success).toBe(false);
  });

  const some = fc
    .subarray([...media])
    .chain((subset) => fc.shuffledSubarray(subset, { minLength: subset.length }));

  test('are stopped and started one by one, and told in their order whatever order they came in', () => {
    fc.assert(
      fc.property(some, some, fc.constantFrom<Wish>('stop', 'start'), (stopped, which, wish) => {
        const after = new Set<Medium>(stopped);
        for (const one of which) {
          if (wish === 'stop') after.add(one);
          else after.delete(one);
        }
        expect(stoppedAfter(stopped, wish, which)).toEqual(
          ['email', 'sms', 'messenger', 'instagram', 'whatsapp', 'telegram'].filter((one) =>
            [...after].some((name) => name === one),
          ),
        );
      }),
    );
  });

  test('all stop at once, and start at once', () => {
    expect(stoppedAfter([], 'stop', media)).toEqual(media);
    expect(stoppedAfter(['telegram', 'email'], 'start', media)).toEqual([]);
    expect(stoppedAfter(['whatsapp'], 'stop', ['email'])).toEqual(['email', 'whatsapp']);
    expect(stoppedAfter(['whatsapp', 'email'], 'start', ['whatsapp'])).toEqual(['email']);
  });
});
