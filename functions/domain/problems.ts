/** Wrong values, told by where they stand and what was expected there. */
import type * as z from 'zod/mini';

/** A wrong value: where it stands (`rewards[0].points`) and what was expected there. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** `['rewards', 0, 'points']` as `rewards[0].points`. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');

/** Zod's issues as problems; an unknown key is named with its own path. */
export const problemsOf = (issues: readonly z.core.$ZodIssue[]): Problem[] =>
  issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: pathText([...issue.path, key]),
        message: 'expected no such key; is it misspelt?',
      }));
    }
    return [{ path: pathText(issue.path), message: issue.message }];
  });
