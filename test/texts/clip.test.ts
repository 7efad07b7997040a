import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bytes, clip, harmless, units } from '../../functions/texts/clip.ts';

const graphemes = (text: string) =>
  [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)].map(({ segment }) => segment);

const piece = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '👨‍👩‍👧‍👦',
    '한국어',
    'العربية',
    '🇹🇷',
    'é',
    '{{first_name}}',
    '${',
    '{',
    '$',
    ' ',
    '\n',
    '…',
  ),
);
const text = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
const measure = fc.constantFrom(units, bytes);

describe('clip', () => {
  test('never lets a text be longer than its measure allows', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 3, max: 200 }), measure, (whole, max, by) => {
        expect(by(clip(whole, max, by))).toBeLessThanOrEqual(max);
      }),
    );
  });

  test('leaves alone what fits', () => {
    fc.assert(fc.property(text, measure, (whole, by) => expect(clip(whole, by(whole), by)).toBe(whole)));
  });

  test('keeps whole characters from the beginning, and says with an ellipsis that there was more', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 3, max: 100 }), measure, (whole, max, by) => {
        const cut = clip(whole, max, by);
        if (cut === whole) return;
        expect(cut.endsWith('…')).toBe(true);
        const kept = cut.slice(0, -1);
        expect(whole.startsWith(kept)).toBe(true);
        const all = graphemes(whole);
        const starts = all.map((_, index) => all.slice(0, index).join('').trimEnd());
        expect(starts).toContain(kept);
      }),
    );
  });

  test('keeps as much as fits', () => {
    expect(clip('abcdef', 5)).toBe('abcd…');
    expect(clip('ab cdef', 4)).toBe('ab…');
    expect(clip('한국어입니다', 10, bytes)).toBe('한국…');
    expect(clip('👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 13)).toBe('👨‍👩‍👧‍👦…');
    expect(clip('👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 11)).toBe('…');
  });

  test('is done with a very long text at once', () => {
    const started = performance.now();
    expect(clip('word '.repeat(200_000), 640)).toHaveLength(640);
    expect(clip(`a${'\u0301'.repeat(200_000)}`, 640)).toBe('…');
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('harmless', () => {
  test('leaves no placeholder of ManyChat, whatever went in', () => {
    fc.assert(
      fc.property(text, (whole) => {
        expect(harmless(whole)).not.toMatch(/\{\{|\$\{/);
      }),
      { numRuns: 1000 },
    );
  });

  test('changes nothing but blanks within placeholders, and nothing twice', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const once = harmless(whole);
        expect(once.replaceAll(' ', '')).toBe(whole.replaceAll(' ', ''));
        expect(harmless(once)).toBe(once);
        if (!/\{\{|\$\{/.test(whole)) expect(once).toBe(whole);
      }),
    );
  });

  test.each([
    ['{{first_name}}', '{ {first_name}}'],
    [`$${'{{cuf_1}}'}`, '$ { {cuf_1}}'],
    ['{{{{x', '{ { { {x'],
    ['$${x}', '$$ {x}'],
  ])('makes %s into %s', (typed, said) => {
    expect(harmless(typed)).toBe(said);
  });

  test('stays true after clipping', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 3, max: 60 }), measure, (whole, max, by) => {
        expect(clip(harmless(whole), max, by)).not.toMatch(/\{\{|\$\{/);
      }),
    );
  });
});
