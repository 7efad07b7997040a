import { describe, expect, test } from '@jest/globals';
import { IntlMessageFormat } from 'intl-messageformat';
import { languages } from '../../functions/domain/language.ts';
import { readProgram } from '../../functions/domain/program.ts';
import {
  type ArgName,
  type Args,
  argNames,
  argsOf,
  numericArgs,
  type TextKey,
} from '../../functions/texts/args.ts';
import { en } from '../../functions/texts/en.ts';
import { catalogues, speakerFor } from '../../functions/texts/speaker.ts';
import { demoFile } from '../support/house.ts';

const textKeys = Object.keys(en) as TextKey[];

const program = (() => {
  const read = readProgram(demoFile());
  if (read.kind === 'broken') throw new Error('the demo is broken');
  return read.program;
})();

/** Every argument with a value of its own, so that it is found again in the sentence. */
const sample = (count: number): Args =>
  Object.fromEntries(argNames.map((name) => [name, numericArgs.has(name) ? count : `<${name}>`]));

/** The arguments of a sentence, also inside plural and select branches. */
const namesIn = (text: string, language: string): ArgName[] => {
  const walk = (elements: readonly unknown[]): string[] =>
    elements.flatMap((element) => {
      const { type, value, options = {} } = element as { type: number; value?: string; options?: object };
      const inner = Object.values(options).flatMap((option: { value: unknown[] }) => walk(option.value));
      return type === 0 || type === 7 ? inner : [String(value), ...inner];
    });
  const parsed = new IntlMessageFormat(text, language, undefined, { ignoreTag: true }).getAst();
  return [...new Set(walk(parsed))].sort() as ArgName[];
};

describe.each(languages)('the sentences in %s', (language) => {
  test('are the same as in English, no more and no fewer', () => {
    expect(Object.keys(catalogues[language])).toEqual(textKeys);
  });

  test.each(textKeys)('%s parses, and formats with its arguments, for any count', (key) => {
    for (const count of [0, 1, 2, 5, 11, 21, 1234, -60]) {
      const said = speakerFor(program, language).say(key, sample(count));
      expect(said).not.toBe('');
      expect(said).toBe(said.trim());
      expect(said).not.toMatch(/\{|\}|undefined|NaN|\$\{/);
    }
  });

  test.each(textKeys)('%s uses only what it is filled with', (key) => {
    const names = namesIn(catalogues[language][key], language);
    expect(names.filter((name) => !argsOf(key).includes(name))).toEqual([]);
  });

  test.each(textKeys)('%s says as much as in English', (key) => {
    expect(namesIn(catalogues[language][key], language)).toEqual(namesIn(en[key], 'en'));
  });

  test('are short enough for where they stand', () => {
    const speaker = speakerFor(program, language);
    for (const key of textKeys.filter((name) => /^(button|quick)\./.test(name)))
      expect([key, speaker.say(key).length <= 20]).toEqual([key, true]);
    for (const key of textKeys) expect(catalogues[language][key].length).toBeLessThan(400);
  });

  test('say each reason and status of a coupon and of a refund in words of its own', () => {
    const { say } = speakerFor(program, language);
    const statuses = ['valid', 'used', 'expired', 'cancelled'];
    for (const key of ['coupon.line', 'redeem.already_issued'] as const) {
      const said = statuses.map((status) => say(key, { ...sample(1), status }));
      expect(new Set(said).size).toBe(statuses.length);
    }
    const reasons = ['refunded', 'cancelled', 'lowered'].map((reason) =>
      say('entry.refund', { ...sample(1), reason }),
    );
    expect(new Set(reasons).size).toBe(3);
    const back = ['cancelled', 'refused'].map((reason) => say('entry.reversal', { ...sample(1), reason }));
    expect(new Set(back).size).toBe(2);
  });
});

test('no two languages share a sentence, so that none was left untranslated', () => {
  // English and Turkish write the names of the networks alike.
  const names: TextKey[] = ['medium.messenger', 'medium.instagram', 'medium.whatsapp', 'medium.telegram'];
  const shared = new Set<TextKey>(['entry.line', 'reward.line', 'list.more', 'reminder.message', ...names]);
  for (const key of textKeys.filter((name) => !shared.has(name)))
    expect([key, new Set(languages.map((language) => catalogues[language][key])).size]).toEqual([key, 3]);
});
