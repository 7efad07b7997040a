/** What a failed call means for the books: refused, surely not applied, or unknown. */
import pRetry from 'p-retry';
import * as z from 'zod/mini';
import { DeadlinePassed } from '../../ports/ledger.ts';

/** `refused`: a condition did not hold. `again`: surely not applied, worth another try. `unknown`: it may have been applied. `fatal`: a bug or a setting. */
export type FaultKind = 'refused' | 'again' | 'unknown' | 'fatal';

const named = z.object({
  name: z.string(),
  code: z.optional(z.unknown()),
  $metadata: z.optional(z.object({ httpStatusCode: z.optional(z.number()) })),
  CancellationReasons: z.optional(z.array(z.object({ Code: z.optional(z.string()) }))),
});

const throttles = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TransactionConflictException',
  'LimitExceededException',
]);
const passingReasons = new Set([
  'None',
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);
const lost = new Set([
  'TimeoutError',
  'AbortError',
  'InternalServerError',
  'TransactionInProgressException',
  'NetworkingError',
  'RequestTimeout',
]);

const cancelled = (codes: readonly string[]): FaultKind => {
  if (codes.includes('ConditionalCheckFailed')) return 'refused';
  return codes.every((code) => passingReasons.has(code)) ? 'again' : 'fatal';
};

/** Sorts an error of the SDK or of the network. */
export const faultKind = (error: unknown): FaultKind => {
  const parsed = named.safeParse(error);
  if (!parsed.success) return 'fatal';
  const { name, code, $metadata, CancellationReasons } = parsed.data;
  if (name === 'ConditionalCheckFailedException') return 'refused';
  if (name === 'TransactionCanceledException')
    return cancelled((CancellationReasons ?? []).map((reason) => reason.Code ?? 'None'));
  if (throttles.has(name)) return 'again';
  const status = $metadata?.httpStatusCode;
  const network = typeof code === 'string' && status === undefined;
  return lost.has(name) || network || (status !== undefined && status >= 500) ? 'unknown' : 'fatal';
};

/** Something moved on, or the engine was busy: load and decide again. */
export class MovedOn extends Error {
  override readonly name = 'MovedOn';
}

const policy = { retries: 200, minTimeout: 8, maxTimeout: 250, factor: 1.5, randomize: true } as const;

const passed = (signal: AbortSignal, cause: unknown): never => {
  throw new DeadlinePassed('the deadline passed before the outcome was known', {
    cause: signal.reason ?? cause,
  });
};

/**
 * Tries until it works or the signal aborts, with jitter between.
 * @param worthAnother which failures are worth another try
 * @throws DeadlinePassed when the signal aborts first
 */
export const retrying = async <T>(
  signal: AbortSignal,
  work: () => Promise<T>,
  worthAnother: (error: unknown) => boolean,
): Promise<T> => {
  try {
    return await pRetry(work, {
      ...policy,
      signal,
      shouldRetry: ({ error }) => worthAnother(error) && !signal.aborted,
    });
  } catch (error) {
    return signal.aborted || error instanceof DeadlinePassed ? passed(signal, error) : Promise.reject(error);
  }
};

/** Reading is safe to repeat, whatever happened to the answer. */
export const reading = <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> =>
  retrying(signal, work, (error) => ['again', 'unknown'].includes(faultKind(error)));
