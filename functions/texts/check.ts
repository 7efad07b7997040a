/** Checks a program's own sentences before they are in force: known keys, ICU that parses, arguments that exist. */
import { IntlMessageFormat } from 'intl-messageformat';
import type { Problem } from '../domain/problems.ts';
import type { Program } from '../domain/program.ts';
import { argsOf, numericArgs, type TextKey } from './args.ts';
import { en } from './en.ts';

type Element = IntlMessageFormat['getAst'] extends () => (infer E)[] ? E : never;

/** Kinds of elements, as the parser numbers them. */
const literal = 0;
const plain = 1;
const dateOrTime: readonly number[] = [3, 4];
const select = 5;
const pound = 7;

/** All elements, also those inside plural and select branches. */
const flat = (elements: readonly Element[]): Element[] =>
  elements.flatMap((element) => [
    element,
    ...('options' in element ? Object.values(element.options).flatMap(({ value }) => flat(value)) : []),
  ]);

const known = (key: string): key is TextKey => Object.hasOwn(en, key);

const forManyChat = 'expected no {{ or ${, which ManyChat would replace';

const elementProblem = (element: Element, allowed: readonly string[]): string | undefined => {
  if (element.type === pound || !('value' in element)) return undefined;
  const name = String(element.value);
  if (element.type === literal) return /\{\{|\$\{/.test(name) ? forManyChat : undefined;
  if (!allowed.includes(name)) return `expected only these arguments: ${allowed.join(', ')}`;
  const asNumber = element.type !== plain && element.type !== select;
  if (dateOrTime.includes(element.type) || (asNumber && !numericArgs.has(name)))
    return `expected {${name}} as it is: it is a text, not a number or a date`;
  return undefined;
};

const problemOf = (key: string, text: string, language: string): string | undefined => {
  if (!known(key)) return 'expected a sentence that exists; docs/texts.md lists them';
  if (text.includes('${')) return forManyChat;
  try {
    const elements = flat(new IntlMessageFormat(text, language, undefined, { ignoreTag: true }).getAst());
    const allowed = argsOf(key);
    return elements
      .map((element) => elementProblem(element, allowed))
      .find((problem) => problem !== undefined);
  } catch {
    // Braces inside the branches of a plural are ICU's; a pair of them elsewhere is no ICU.
    return text.includes('{{') ? forManyChat : 'expected an ICU message, such as "You have {points}."';
  }
};

export const textProblems = (program: Program): Problem[] =>
  Object.entries(program.texts).flatMap(([language, texts]) =>
    Object.entries(texts).flatMap(([key, text]) => {
      const message = problemOf(key, text, language);
      return message === undefined ? [] : [{ path: `texts.${language}.${key}`, message }];
    }),
  );
