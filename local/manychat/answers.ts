/** The shapes in which ManyChat answers. */
import type * as z from 'zod/mini';

export interface Answer {
  readonly status: number;
  readonly json: unknown;
}

export const success = (data: unknown = {}): Answer => ({ status: 200, json: { status: 'success', data } });

/** A call that can never succeed as it is. */
export const invalid = (...messages: readonly string[]): Answer => ({
  status: 400,
  json: {
    status: 'error',
    message: 'Validation error',
    details: { messages: messages.map((message) => ({ message })) },
  },
});

export const refused = (status: number, message: string, code?: number): Answer => ({
  status,
  json: { status: 'error', message, ...(code === undefined ? {} : { code }) },
});

/** What ManyChat says when it is its own fault. */
export const somethingWrong = { status: 'exception', message: 'Something went wrong' };

/** One sentence for each issue, with the path that it is about. */
export const sentences = (error: z.core.$ZodError): readonly string[] =>
  error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
