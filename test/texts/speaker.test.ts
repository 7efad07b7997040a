import { describe, expect, test } from '@jest/globals';
import type { Entry } from '../../functions/domain/entry.ts';
import { type Program, readProgram } from '../../functions/domain/program.ts';
import { entryText } from '../../functions/texts/entry-text.ts';
import { speakerFor } from '../../functions/texts/speaker.ts';
import { demoFile, type Reply } from '../support/house.ts';

const programWith = (change: (file: Reply) => void = () => undefined): Program => {
  const file = demoFile();
  change(file);
  const read = readProgram(file);
  if (read.kind === 'broken') throw new Error(JSON.stringify(read.problems));
  return read.program;
};

const threeUnits = programWith((file) => {
  file.points.name = {
    en: { one: 'point', other: 'points' },
    ko: { other: '포인트' },
    tr: { one: 'puan', other: 'puan' },
  };
});

describe('points', () => {
  test.each([
    ['en', 0, '0 points'],
    ['en', 1, '1 point'],
    ['en', 2, '2 points'],
    ['en', 1234, '1,234 points'],
    ['en', -1, '-1 point'],
    ['en', -60, '-60 points'],
    ['en', 1_000_000, '1,000,000 points'],
    ['ko', 1, '1 포인트'],
    ['ko', 1234, '1,234 포인트'],
    ['tr', 1, '1 puan'],
    ['tr', 1234, '1.234 puan'],
  ] as const)('in %s, %d is %s', (language, count, said) => {
    expect(speakerFor(threeUnits, language).points(count)).toBe(said);
  });

  test.each(['en', 'ko', 'tr'] as const)(
    'in %s have the program’s own unit where they have none',
    (language) => {
      const speaker = speakerFor(programWith(), language);
      expect([1, 2, -1].map((count) => speaker.unit(count))).toEqual(['point', 'points', 'point']);
    },
  );

  test('have the plural forms of the language that the unit is in', () => {
    const miles = programWith((file) => {
      file.points.name = { en: { one: 'mile', other: 'miles' }, tr: { other: 'mil' } };
    });
    expect(speakerFor(miles, 'ko').points(1)).toBe('1 mile');
    expect(speakerFor(miles, 'ko').points(2)).toBe('2 miles');
    expect(speakerFor(miles, 'tr').points(1)).toBe('1 mil');
  });

  test('of a unit in a language that is not the program’s are still said', () => {
    const odd = programWith((file) => {
      file.points.name = { ko: { other: '포인트' } };
    });
    for (const language of ['en', 'ko', 'tr'] as const)
      expect(speakerFor(odd, language).points(1)).toBe('1 포인트');
  });
});

describe('money and days', () => {
  test.each([
    ['en', 6000, 'USD', '$60.00'],
    ['en', 123_456, 'EUR', '€1,234.56'],
    ['ko', 15_000, 'KRW', '₩15,000'],
    ['en', 15_000, 'JPY', '¥15,000'],
    ['tr', 123_456, 'TRY', '₺1.234,56'],
    ['en', 1500, 'KWD', 'KWD 1.500'],
    ['en', 1_000_000_000_000, 'USD', '$10,000,000,000.00'],
  ] as const)('in %s, %d minor units of %s are %s', (language, minor, code, said) => {
    expect(speakerFor(threeUnits, language).money(minor, code).replaceAll(/\s/g, ' ')).toBe(said);
  });

  test.each([
    ['en', 'Dec 31, 2026'],
    ['ko', '2026. 12. 31.'],
    ['tr', '31 Ara 2026'],
  ] as const)('in %s, the last day of 2026 is %s', (language, said) => {
    expect(speakerFor(threeUnits, language).day('2026-12-31')).toBe(said);
  });
});

describe('a name', () => {
  const names = { en: 'Tea towel', ko: '티타월' };
  test('is said in the language, else in the program’s, else in any', () => {
    expect(speakerFor(threeUnits, 'ko').name(names)).toBe('티타월');
    expect(speakerFor(threeUnits, 'tr').name(names)).toBe('Tea towel');
    expect(speakerFor(threeUnits, 'tr').name({ ko: '티타월' })).toBe('티타월');
  });
});

describe('a sentence', () => {
  test('leaves no blanks where a part of it is empty', () => {
    const { say } = speakerFor(threeUnits, 'en');
    expect(say('balance.ok', { points: '5 points', outlook: '' })).toBe('You have 5 points.');
    expect(say('enroll.enrolled', { program: 'X', change: '0 points', change_count: 0, outlook: '' })).toBe(
      'Welcome to X! You are in.',
    );
  });

  test('takes what it is filled with as it is: no tags, no placeholders, no formats', () => {
    const { say } = speakerFor(threeUnits, 'en');
    for (const reward of ['<b>x</b>', "it's '{points}'", '# {0} {', '50% off', '\\u0041'])
      expect(say('redeem.sold_out', { reward })).toBe(`${reward} is sold out. Your points are still yours.`);
  });

  test('counts rewards in one and in many', () => {
    const { say } = speakerFor(threeUnits, 'en');
    expect(say('outlook.ready', { ready_count: 1, ready_names: 'A' })).toBe('You can take a reward: A.');
    expect(say('outlook.ready', { ready_count: 2, ready_names: 'A, B' })).toBe(
      'You can take 2 rewards: A, B.',
    );
    expect(say('outlook.ready', { ready_count: 1234, ready_names: 'A' })).toContain('1,234 rewards');
    expect(speakerFor(threeUnits, 'ko').say('outlook.ready', { ready_count: 2, ready_names: 'A, B' })).toBe(
      '받을 수 있는 선물이 2개 있어요: A, B.',
    );
  });
});

describe('an entry', () => {
  const told = (points: number, source: unknown, language: 'en' | 'ko' | 'tr' = 'en') =>
    entryText({ points, source } as Entry, threeUnits, speakerFor(threeUnits, language));
  const order = { kind: 'order', store: 'shop', order: '1001', baseMinor: 6000, currency: 'USD' };
  const refund = { kind: 'refund', store: 'shop', order: '1001', remainingMinor: 2000, currency: 'USD' };
  const towel = { reward: 'tea-towel', coupon: 'X' };

  test.each([
    [50, { kind: 'signup' }, 'welcome bonus → 50 points'],
    [0, { kind: 'signup' }, 'joined → 0 points'],
    [60, order, 'order 1001: $60.00 → 60 points'],
    [-40, { ...refund, reason: 'refunded' }, 'order 1001: refunded, $20.00 remain → -40 points'],
    [-60, { ...refund, reason: 'cancelled' }, 'order 1001: cancelled → -60 points'],
    [-1, { ...refund, reason: 'lowered' }, 'order 1001: changed, $20.00 remain → -1 point'],
    [15, { kind: 'activity', activity: 'review' }, 'activity review → 15 points'],
    [-200, { kind: 'redemption', ...towel }, 'reward Embroidered tea towel → -200 points'],
    [0, { kind: 'capture', ...towel }, 'reward Embroidered tea towel used → 0 points'],
    [
      200,
      { kind: 'reversal', ...towel, reason: 'cancelled' },
      'reward Embroidered tea towel cancelled, points back → 200 points',
    ],
    [
      200,
      { kind: 'reversal', ...towel, reason: 'refused' },
      'reward Embroidered tea towel not possible, points back → 200 points',
    ],
    [-5, { kind: 'adjustment' }, 'corrected by the shop → -5 points'],
    [-30, { kind: 'leave' }, 'left the program → -30 points'],
  ])('of %d points reads as what happened', (points, source, said) => {
    expect(told(points, source)).toBe(said);
  });

  test('is told in the reader’s language', () => {
    expect(told(60, order, 'ko')).toBe('주문 1001: US$60.00 → 60 포인트');
    expect(told(-200, { kind: 'redemption', ...towel }, 'tr')).toBe(
      'ödül İşlemeli kurulama bezi → -200 puan',
    );
  });

  test('names a reward that the program no longer has by its id', () => {
    expect(told(-5, { kind: 'redemption', reward: 'old-mug', coupon: 'X' })).toBe(
      'reward old-mug → -5 points',
    );
  });
});
