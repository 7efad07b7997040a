/** The ManyChat port over HTTP: paced, bounded, and never sent twice where it cannot be known what became of the first. */
import pRetry from 'p-retry';
import * as z from 'zod/mini';
import type { ContactId } from '../../domain/ids.ts';
import type { Pace } from '../../domain/program.ts';
import type { Stopwatch } from '../../ports/environment.ts';
import type { FieldValue, ManyChat, OpenManyChat, Outcome, Tokens } from '../../ports/manychat.ts';
import { readAnswer } from './answers.ts';
import { type Pacer, pacer } from './pacer.ts';

export const manychatApi = 'https://api.manychat.com';

/** ManyChat answers within a second as a rule; who waits longer blocks a turn. */
const patienceMs = 10_000;
/** A call that surely was not taken is tried so often, with a longer rest each time. */
const attempts = 4;
const restMs = 1_000;
/** ManyChat takes no more in one call. */
const mostFields = 20;

const anything = z.unknown();
const accountData = z.object({
  name: z.optional(z.nullable(z.string())),
  is_pro: z.optional(z.nullable(z.boolean())),
  timezone: z.optional(z.nullable(z.string())),
});
const flowsData = z.object({ flows: z.array(z.object({ ns: z.string(), name: z.string() })) });
const fieldsData = z.array(z.object({ name: z.string(), type: z.string() }));
const tagsData = z.array(z.object({ name: z.string() }));

/** Codes of the network that mean that nothing left this machine. */
const neverLeft = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
]);

/** Errors of the network by their form: those of `fetch` may be of another realm, and are no instances of our `Error` there. */
const errorForm = z.object({
  name: z.catch(z.string(), 'unknown'),
  code: z.catch(z.optional(z.string()), undefined),
  errors: z.catch(z.array(z.unknown()), []),
  cause: z.optional(z.unknown()),
});

const codesOf = (error: unknown): string[] => {
  const read = errorForm.safeParse(error);
  if (!read.success) return [];
  const { code, errors, cause } = read.data;
  return [...(code === undefined ? [] : [code]), ...errors.flatMap(codesOf), ...codesOf(cause)];
};

const networkOutcome = (error: unknown): Outcome<never> => {
  const codes = codesOf(error);
  const name = codes[0] ?? errorForm.safeParse(error).data?.name ?? 'unknown';
  return codes.some((code) => neverLeft.has(code))
    ? { kind: 'busy', message: `no connection (${name})` }
    : { kind: 'unknown', message: `the answer was lost (${name})` };
};

/** More than any list of flows and fields; what is longer is no answer of ManyChat's. */
const mostBytes = 1024 * 1024;

/** @throws where the answer has no end that is worth waiting for */
const textOf = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop closes the connection.
    if (bytes > mostBytes) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

/** Texts that were sent, inside of whatever. Short ones are words that say nothing of anybody. */
const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return value.length > 3 ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/** Field names and flows may be told; what fields hold may not. */
const secretsIn = (token: string, body: object | undefined): string[] => {
  const values = body !== undefined && 'fields' in body && Array.isArray(body.fields) ? body.fields : [];
  const held = values.flatMap((field) => textsIn(field?.field_value));
  const data = body !== undefined && 'data' in body ? textsIn(body.data) : [];
  return [token, ...token.split(':').filter((half) => half.length > 3), ...held, ...data];
};

/** Reads an answer. Its message may repeat what it answers: the token and what we wrote are cut out before anybody logs it. */
const without = <T>(
  secrets: readonly string[],
  status: number,
  text: string,
  data: z.ZodMiniType<T>,
): Outcome<T> => {
  const cut = (from: string) =>
    secrets
      .reduce((left, secret) => left.replaceAll(secret, '(withheld)'), from)
      .replace(/Bearer\s+[^\s"]+/gi, 'Bearer (withheld)');
  const outcome = readAnswer(status, text, data);
  if (outcome.kind === 'ok') return outcome;
  // Once before the message is shortened, so that no half is left, and once after escapes were read.
  const read = readAnswer(status, cut(text), data);
  return { ...outcome, message: cut(read.kind === 'ok' ? '' : read.message) };
};

const mapped = <T, U>(outcome: Outcome<T>, change: (data: T) => U): Outcome<U> =>
  outcome.kind === 'ok' ? { kind: 'ok', data: change(outcome.data) } : outcome;

/** Not an error of anybody: another try is wanted. */
class Again extends Error {
  override readonly name = 'Again';
  readonly outcome: Outcome<never>;
  constructor(outcome: Outcome<never>) {
    super('another try is wanted');
    this.outcome = outcome;
  }
}

type Operation = keyof Pace | 'read';

interface Request<T> {
  readonly operation: Operation;
  readonly path: string;
  readonly body?: object;
  readonly data: z.ZodMiniType<T>;
  /** The same call twice is the same as once. */
  readonly harmless: boolean;
}

/** Calls with one account's token, each kind at its own pace. */
const caller = (
  base: string,
  token: string,
  pacers: Readonly<Record<Operation, Pacer>>,
  withinMs: number,
) => {
  const once = async <T>({ path, body, data }: Request<T>): Promise<Outcome<T>> => {
    try {
      const response = await fetch(base + path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(withinMs),
      });
      return without(secretsIn(token, body), response.status, await textOf(response), data);
    } catch (error) {
      return networkOutcome(error);
    }
  };
  /** Tries again what surely was not taken, and what may be repeated. @param before done right before each try leaves */
  return async <T>(
    request: Request<T>,
    before?: () => Promise<boolean>,
  ): Promise<Outcome<T> | { readonly kind: 'withheld' }> => {
    const turns = pacers[request.operation];
    const attempt = async () => {
      if (!(await turns.turn(before))) return { kind: 'withheld' } as const;
      const outcome = await once(request);
      if (outcome.kind === 'busy') turns.rest(restMs);
      if (outcome.kind === 'busy' || (outcome.kind === 'unknown' && request.harmless))
        throw new Again(outcome);
      return outcome;
    };
    // Each try waits for its turn, and turns rest after a refusal: that is the pause between two tries.
    const tries = { retries: attempts - 1, minTimeout: 0, shouldRetry: onlyAgain };
    return pRetry(attempt, tries).catch((error: unknown) => {
      if (error instanceof Again) return error.outcome;
      throw error;
    });
  };
};

const onlyAgain = ({ error }: { readonly error: unknown }): boolean => error instanceof Again;

const withheldIsAFault = <T>(outcome: Outcome<T> | { readonly kind: 'withheld' }): Outcome<T> => {
  if (outcome.kind === 'withheld') throw new Error('a call without an intent was withheld');
  return outcome;
};

const clientOf = (call: ReturnType<typeof caller>): ManyChat => {
  const plain = async <T>(request: Request<T>) => withheldIsAFault(await call(request));
  const read = <T>(path: string, data: z.ZodMiniType<T>, operation: Operation = 'read') =>
    plain({ operation, path, data, harmless: true });
  return {
    setFields: async (contact: ContactId, fields: Readonly<Record<string, FieldValue>>) => {
      const list = Object.entries(fields).map(([name, value]) => ({ field_name: name, field_value: value }));
      if (list.length > mostFields) throw new Error(`ManyChat takes ${mostFields} fields at most`);
      return plain({
        operation: 'write',
        path: '/fb/subscriber/setCustomFields',
        body: { subscriber_id: contact, fields: list },
        data: anything,
        harmless: true,
      });
    },
    startFlow: (contact, flow, intend) =>
      call(
        {
          operation: 'sendFlow',
          path: '/fb/sending/sendFlow',
          body: { subscriber_id: contact, flow_ns: flow },
          data: anything,
          harmless: false,
        },
        intend,
      ),
    sendContent: (contact, content) =>
      plain({
        operation: 'sendContent',
        path: '/fb/sending/sendContent',
        body: { subscriber_id: contact, data: content },
        data: anything,
        harmless: false,
      }),
    account: async () =>
      mapped(await read('/fb/page/getInfo', accountData), ({ name, is_pro, timezone }) => ({
        name: name ?? 'without a name',
        isPro: is_pro ?? undefined,
        timezone: timezone ?? undefined,
      })),
    flows: async () => mapped(await read('/fb/page/getFlows', flowsData, 'write'), ({ flows }) => flows),
    fields: () => read('/fb/page/getCustomFields', fieldsData),
    tags: async () =>
      mapped(await read('/fb/page/getTags', tagsData), (tags) => tags.map(({ name }) => name)),
    createField: ({ name, type, description }) =>
      plain({
        operation: 'write',
        path: '/fb/page/createCustomField',
        body: { caption: name, type, description },
        data: anything,
        harmless: false,
      }),
    createTag: (name) =>
      plain({
        operation: 'write',
        path: '/fb/page/createTag',
        body: { name },
        data: anything,
        harmless: false,
      }),
  };
};

/** Reads of the account have a limit of 100 a second: never in the way. */
const readsPerSecond = 50;

/** The turns of one account. */
const pacersFor = (pace: Pace, stopwatch: Stopwatch): Record<Operation, Pacer> => ({
  sendFlow: pacer(pace.sendFlow, stopwatch),
  sendContent: pacer(pace.sendContent, stopwatch),
  write: pacer(pace.write, stopwatch),
  read: pacer(readsPerSecond, stopwatch),
});

/**
 * Opens accounts. One token has one set of turns in a process, by whatever names programs send through it.
 * @param base another address than ManyChat's own: the double
 * @param withinMs how long a call waits for its answer
 */
export const manychatOver = (
  tokens: Tokens,
  stopwatch: Stopwatch,
  base = manychatApi,
  withinMs = patienceMs,
): OpenManyChat => {
  const known = new Map<string, { pace: string; pacers: Record<Operation, Pacer> }>();
  return async (account, pace) => {
    const token = await tokens.manychat(account);
    if (token === undefined) return undefined;
    const held = known.get(token);
    const same = held?.pace === JSON.stringify(pace);
    const pacers = same && held !== undefined ? held.pacers : pacersFor(pace, stopwatch);
    known.set(token, { pace: JSON.stringify(pace), pacers });
    for (const turns of Object.values(pacers)) turns.begin();
    return clientOf(caller(base, token, pacers, withinMs));
  };
};
