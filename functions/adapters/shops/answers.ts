/** What the answers of all shops have in common: JSON or none, what a status means, and what is said of trouble. */
import type * as z from 'zod/mini';
import { pathText } from '../../domain/problems.ts';
import type { Reason, Trouble } from '../../ports/shops.ts';

/** Without what only the connection needs to know of it. */
export const trouble = (reason: Reason, detail?: string): Trouble => ({
  kind: 'trouble',
  reason,
  ...(detail === undefined ? {} : { detail }),
});

/** Undefined for what is no JSON. */
export const parseJson = (text: string, revive?: (key: string, value: unknown) => unknown): unknown => {
  try {
    return JSON.parse(text, revive);
  } catch {
    return undefined;
  }
};

/** What a status that is no success means, wherever a shop does not give it a meaning of its own. */
export const reasonOf = (status: number): Reason => {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 429) return 'throttled';
  return status >= 500 ? 'server_error' : 'malformed';
};

/** Where an answer first differs from what was expected; what stands there may be about people. Empty where all of it does. */
export const whereWrong = ({ issues }: z.core.$ZodError): string => pathText(issues[0]?.path ?? []);
