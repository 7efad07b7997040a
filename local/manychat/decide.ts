/** What a call is answered: the gates in front of every operation, then the operation. */
import { performance } from 'node:perf_hooks';
import type { Instant } from '../../functions/domain/ids.ts';
import type { Account } from './account.ts';
import { type Answer, refused, somethingWrong } from './answers.ts';
import type { Fault, Faults } from './faults.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';

export interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string;
  /** Undefined when it was longer than what is kept. */
  readonly body: string | undefined;
  readonly now: Instant;
}

export interface Outcome {
  readonly answer: Answer;
  readonly fault?: Fault;
}

/** By token. */
export type Accounts = ReadonlyMap<string, Account>;

export const decide = (arrival: Arrival, accounts: Accounts, faults: Faults): Outcome => {
  const operation = operations[arrival.path];
  if (operation === undefined) return { answer: refused(404, 'Not found') };
  if (operation.method !== arrival.method) return { answer: refused(405, 'Method not allowed') };
  const account = accounts.get(arrival.authorization.replace(/^Bearer /, ''));
  if (account === undefined || account.revoked || !arrival.authorization.startsWith('Bearer ')) {
    return { answer: refused(401, 'Wrong token') };
  }
  if (account.plan === 'free') return { answer: refused(403, 'The API is available on the Pro plan only') };
  if (!account.limits.take(arrival.path, operation.perSecond, performance.now())) {
    return { answer: refused(429, `No more than ${operation.perSecond} calls a second`) };
  }
  if (arrival.body === undefined) return { answer: refused(413, 'The body is longer than 1 MB') };
  const input = operation.method === 'GET' ? arrival.query : readJson(arrival.body);
  if (input === undefined) return { answer: refused(400, 'The body is not JSON') };
  return applied(
    operation,
    { account, input, now: arrival.now },
    faults.take(arrival.path, contactOf(input)),
  );
};

const applied = (
  operation: Operation,
  call: Parameters<Operation['answer']>[0],
  fault: Fault | undefined,
): Outcome => {
  if (fault === undefined) return { answer: operation.answer(call) };
  if (fault.kind === 'status') {
    return { answer: { status: fault.status ?? 500, json: fault.body ?? somethingWrong }, fault };
  }
  return { answer: fault.kind === 'drop before' ? { status: 0, json: null } : operation.answer(call), fault };
};

const contactOf = (input: unknown): string | undefined => {
  const given = typeof input === 'object' && input !== null ? Reflect.get(input, 'subscriber_id') : undefined;
  return given === undefined ? undefined : String(given);
};

/** @returns undefined where it is none, which no JSON is */
export const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
