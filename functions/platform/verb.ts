/** What shop and owner routes have in common: a parsed body in, a status and JSON out. */
import type * as z from 'zod/mini';
import { problemsOf } from '../domain/problems.ts';
import { clean } from '../texts/clip.ts';
import { badRequest } from './http.ts';
import type { Answer, Call, RoomPorts } from './room.ts';

export type PlainVerb = (call: Call, ports: RoomPorts) => Promise<Answer>;

/** More wrong values than this nobody reads at once. */
export const mostProblems = 100;

/** @throws Refusal 400 that names each wrong value by its path */
export const parsed = <T>(schema: z.ZodMiniType<T>, value: unknown): T => {
  const read = schema.safeParse(value);
  if (!read.success) throw badRequest(problemsOf(read.error.issues.slice(0, mostProblems)));
  return read.data;
};

export const done = (result: string, rest: object = {}): Answer => ({
  status: 200,
  result,
  json: clean({ ok: true, result, ...rest }),
});

/** An outcome that is none of the caller's mistakes and none of our faults. */
export const said = (result: string, rest: object = {}): Answer => ({
  status: 200,
  result,
  json: clean({ ok: false, result, ...rest }),
});

/** A fault of ours on routes whose callers send again. */
export const faultAnswer = (): Answer => ({
  status: 503,
  result: 'try_again',
  json: {
    ok: false,
    result: 'try_again',
    message: 'Something failed on our side. The same request may be sent again.',
  },
});

/** The verb of a row, by name. */
export const verbNamed = (verbs: Readonly<Record<string, PlainVerb>>, name: string): PlainVerb => {
  const verb = verbs[name];
  if (verb === undefined) throw new Error(`there is no verb ${name}`);
  return verb;
};
