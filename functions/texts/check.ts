/** Checks a program's own sentences before they are in force: known keys, ICU that parses, arguments that exist. */
import { IntlMessageFormat } from 'intl-messageformat';
import type { Problem, Program } from '../domain/program.ts';
import { type Args, argNames } from './args.ts';
import { en } from './en.ts';

type Element = IntlMessageFormat['getAst'] extends () => (infer E)[] ? E : never;

/** Names of all arguments, also of those inside plural and select branches. */
const argumentsOf = (elements: readonly Element[]): string[] =>
  elements.flatMap((element) => {
    const inner =
      'options' in element ? Object.values(element.options).flatMap(({ value }) => argumentsOf(value)) : [];
    const literalOrPound = element.type === 0 || element.type === 7;
    return [...(literalOrPound || !('value' in element) ? [] : [String(element.value)]), ...inner];
  });

const known = (name: string): name is keyof Args & string => argNames.some((arg) => arg === name);

const problemOf = (key: string, text: string, language: string): string | undefined => {
  if (!(key in en)) return 'expected a sentence that exists; docs/manychat.md lists them';
  if (text.includes('{{') || text.includes('${')) return 'expected no {{ or ${, which ManyChat would replace';
  try {
    const unknown = argumentsOf(
      new IntlMessageFormat(text, language, undefined, { ignoreTag: true }).getAst(),
    ).find((name) => !known(name));
    return unknown === undefined ? undefined : `expected one of the arguments ${argNames.join(', ')}`;
  } catch {
    return 'expected an ICU message, such as "You have {points}."';
  }
};

export const textProblems = (program: Program): Problem[] =>
  Object.entries(program.texts).flatMap(([language, texts]) =>
    Object.entries(texts).flatMap(([key, text]) => {
      const message = problemOf(key, text, language);
      return message === undefined ? [] : [{ path: `texts.${language}.${key}`, message }];
    }),
  );
