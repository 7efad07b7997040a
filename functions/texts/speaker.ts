/** Speaks to one customer: fills the sentences of a language, with plurals, numbers, money and days in its forms. */
import { IntlMessageFormat } from 'intl-messageformat';
import { inLanguage, type Language, type Localized } from '../domain/language.ts';
import { currency, decimalsOf } from '../domain/money.ts';
import type { PluralForms, Program } from '../domain/program.ts';
import type { Args, Catalogue, TextKey } from './args.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';
import { tr } from './tr.ts';

export const catalogues: Readonly<Record<Language, Catalogue>> = { en, ko, tr };

/** Making a formatter costs far more than using it: each is made once in a process. */
const kept = <K extends unknown[], V>(make: (...key: K) => V): ((...key: K) => V) => {
  const made = new Map<string, V>();
  return (...key) => {
    const name = JSON.stringify(key);
    const known = made.get(name);
    if (known !== undefined) return known;
    const value = make(...key);
    made.set(name, value);
    return value;
  };
};

const message = kept(
  (text: string, language: Language) => new IntlMessageFormat(text, language, undefined, { ignoreTag: true }),
);
const numbers = kept((language: Language) => new Intl.NumberFormat(language));
const plurals = kept((language: Language) => new Intl.PluralRules(language));
/** With the decimals of ISO 4217, which for some currencies are not those that the runtime would show. */
const money = kept((language: Language, code: string, decimals: number) => {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat(language, { style: 'currency', currency: code, ...digits });
});
const days = kept(
  (language: Language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }),
);

export interface Speaker {
  readonly language: Language;
  say(key: TextKey, args?: Args): string;
  /** A number of points with its unit, "230 points". */
  points(count: number): string;
  /** The unit alone in the form for so many. */
  unit(count: number): string;
  money(minor: number, code: string): string;
  /** A day `YYYY-MM-DD` as people write it. */
  day(iso: string): string;
  /** A name by language; what lacks one falls back to the program's. */
  name(names: Localized<string>): string;
}

const unitOf = (forms: PluralForms | undefined, count: number, language: Language): string =>
  forms?.[plurals(language).select(Math.abs(count))] ?? forms?.other ?? '';

/** Blanks that an empty part leaves behind. */
const tidy = (text: string): string => text.replace(/[^\S\n]{2,}/g, ' ').trim();

export const speakerFor = (program: Program, language: Language): Speaker => {
  const own = program.texts[language] ?? {};
  const unitLanguage = program.unitName[language] === undefined ? program.language : language;
  const unit = (count: number) =>
    unitOf(inLanguage(program.unitName, language, program.language), count, unitLanguage);
  const fill = (text: string, args: Args): string =>
    tidy(String(message(text, language).format({ ...args })));
  return {
    language,
    say: (key, args = {}) => {
      const text = own[key];
      const said = text === undefined ? '' : fill(text, { program: program.name, ...args });
      // The owner's sentence may hold nothing but a part that is empty this time; a reply is never empty.
      return said === '' ? fill(catalogues[language][key], args) : said;
    },
    points: (count) => tidy(`${numbers(language).format(count)} ${unit(count)}`),
    unit,
    money: (minor, code) => {
      const decimals = decimalsOf(currency.parse(code));
      return money(language, code, decimals).format(minor / 10 ** decimals);
    },
    day: (iso) => days(language).format(new Date(`${iso}T00:00:00Z`)),
    name: (names) => inLanguage(names, language, program.language) ?? '',
  };
};
