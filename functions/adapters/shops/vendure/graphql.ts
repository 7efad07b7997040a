/**
 * One operation of the Admin API: who we are there, and what its errors mean. Vendure says most of what goes wrong in an answer
 * with HTTP 200, and FORBIDDEN both to strangers and to those who may not.
 */
import * as z from 'zod/mini';
import type { Reason, Trouble } from '../../../ports/shops.ts';
import { parseJson, reasonOf, trouble, whereWrong } from '../answers.ts';
import type { Connection, ShopResponse } from '../connection.ts';
import { askedTwice } from '../retries.ts';
import { login, whoAmI } from './operations.ts';

export interface Answer<T> {
  readonly kind: 'answered';
  readonly data: T;
  /** The shop's own clock, as its answer says. */
  readonly date: string | undefined;
}

/** The shop read the request, and did nothing: what we sent is nothing that it takes. */
export interface Rejected {
  readonly kind: 'rejected';
  readonly code: string;
}

export type Told<T> = Answer<T> | Rejected | Trouble;

type Operation<T> = readonly [
  document: string,
  variables: Readonly<Record<string, unknown>>,
  shape: z.ZodMiniType<T>,
  signal: AbortSignal,
];

export interface Admin {
  /** Reads: asked once more where the answer was lost; what the shop rejects of ours is trouble. */
  read<T>(...operation: Operation<T>): Promise<Answer<T> | Trouble>;
  /** Changes: sent once. A request that was refused for who we are was not carried out, and is sent with a new session. */
  change<T>(...operation: Operation<T>): Promise<Told<T>>;
}

const filled = z.string().check(z.minLength(1));
const secrets = z.union([
  z.object({ username: filled, password: filled }),
  z.object({ api_key: filled.check(z.regex(/^[\x21-\x7e]+$/)) }),
]);

const graphqlError = z.object({
  path: z.optional(z.nullable(z.array(z.union([z.string(), z.int()])))),
  extensions: z.optional(z.object({ code: z.optional(z.string()) })),
});
const body = z.object({
  data: z.optional(z.unknown()),
  errors: z.optional(z.array(graphqlError)),
});

const loggedIn = z.object({ login: z.object({ __typename: z.string() }) });
const anything = z.unknown();

/** Names in the schema, and nothing that somebody typed. */
const nameOf = (text: unknown): string =>
  typeof text === 'string' && /^\w{1,60}$/.test(text) ? text : 'unnamed';

const denial = new Set(['FORBIDDEN', 'UNAUTHORIZED', 'UNAUTHENTICATED']);
const rejection = new Set([
  'USER_INPUT_ERROR',
  'BAD_USER_INPUT',
  'ENTITY_NOT_FOUND',
  'GRAPHQL_VALIDATION_FAILED',
  'GRAPHQL_PARSE_FAILED',
]);

const byStatus = (status: number): Trouble =>
  trouble(
    reasonOf(status),
    `HTTP ${status}${status === 404 ? ': is this the address of the Admin API?' : ''}`,
  );

type Denied = { readonly kind: 'denied'; readonly at: string };

const readAnswer = <T>(response: ShopResponse, shape: z.ZodMiniType<T>): Told<T> | Denied => {
  const { status, text, headers } = response;
  if (status === 401) return { kind: 'denied', at: 'the request' };
  const read = body.safeParse(parseJson(text));
  // Apollo says with 400 what it could not parse, and says it in the form of GraphQL.
  if (status !== 200 && !(status === 400 && read.success)) return byStatus(status);
  if (!read.success) return trouble('malformed', 'the answer is not one of GraphQL');
  const { errors = [], data } = read.data;
  const [error] = errors;
  if (error !== undefined) {
    const denied = errors.find(({ extensions }) => denial.has(extensions?.code ?? ''));
    if (denied !== undefined) return { kind: 'denied', at: nameOf(denied.path?.[0]) };
    const code = error.extensions?.code ?? '';
    return rejection.has(code)
      ? { kind: 'rejected', code }
      : trouble('server_error', `an error at ${nameOf(error.path?.[0])}`);
  }
  const parsed = shape.safeParse(data);
  if (parsed.success) return { kind: 'answered', data: parsed.data, date: headers['date'] };
  return trouble('malformed', whereWrong(parsed.error));
};

type Headers = Readonly<Record<string, string>>;

const post = async <T>(
  { store, call }: Connection,
  [document, variables, shape, signal]: Operation<T>,
  headers: Headers,
): Promise<{ readonly told: Told<T> | Denied; readonly token?: string | undefined }> => {
  const answer = await call(
    {
      method: 'POST',
      url: store.url,
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify({ query: document, variables }),
    },
    signal,
  );
  if (answer.kind === 'trouble') return { told: trouble(answer.reason, answer.detail) };
  return { told: readAnswer(answer, shape), token: answer.headers['vendure-auth-token'] };
};

interface Session {
  readonly kind: 'session';
  readonly headers: Headers;
  /** Whether a log-in would give another one. */
  readonly renewable: boolean;
}

const logIn = async (
  connection: Connection,
  held: { readonly username: string; readonly password: string },
  signal: AbortSignal,
): Promise<Session | Trouble> => {
  const { told, token } = await post(connection, [login, held, loggedIn, signal], {});
  if (told.kind === 'trouble') return told;
  if (told.kind !== 'answered' || told.data.login.__typename !== 'CurrentUser')
    return trouble('unauthorized', 'user name or password is wrong');
  if (!token)
    return trouble(
      'unauthorized',
      'the shop gives out no tokens: add "bearer" to its authOptions.tokenMethod',
    );
  return { kind: 'session', headers: { authorization: `Bearer ${token}` }, renewable: true };
};

/** Reads are asked once more after this. */
const restMs = 100;
const passing: ReadonlySet<Reason> = new Set(['unreachable', 'server_error', 'throttled']);

/** @param connection a session is kept with it: a shop is opened once in a process */
export const adminOver = (connection: Connection): Admin => {
  const { stopwatch } = connection;
  const read = secrets.safeParse(connection.secrets);
  let held: Session | undefined;
  const sessionFor = async (signal: AbortSignal): Promise<Session | Trouble> => {
    if (!read.success) return trouble('no_credentials');
    if ('api_key' in read.data)
      return { kind: 'session', headers: { 'vendure-api-key': read.data.api_key }, renewable: false };
    const session = await logIn(connection, read.data, signal);
    if (session.kind === 'session') held = session;
    return session;
  };
  /** A session that was just made is known; of a key only another question tells. */
  const whyDenied = async (session: Session, at: string, signal: AbortSignal): Promise<Trouble> => {
    const forbidden = trouble('forbidden', `a permission is missing for ${at}`);
    if (session.renewable) return forbidden;
    const { told } = await post(connection, [whoAmI, {}, anything, signal], session.headers);
    if (told.kind === 'trouble') return told;
    return told.kind === 'denied'
      ? trouble(
          'unauthorized',
          'the API key is wrong, or "api-key" is not in the shop’s authOptions.tokenMethod',
        )
      : forbidden;
  };
  const change: Admin['change'] = async (...operation) => {
    const signal = operation[3];
    const kept = held;
    const session = kept ?? (await sessionFor(signal));
    if (session.kind === 'trouble') return session;
    const { told } = await post(connection, operation, session.headers);
    if (told.kind !== 'denied') return told;
    if (kept === undefined) return whyDenied(session, told.at, signal);
    // The session may have ended. Another call may have renewed it meanwhile: that one is left.
    if (held === kept) held = undefined;
    return change(...operation);
  };
  const once: Admin['read'] = async (...operation) => {
    const told = await change(...operation);
    return told.kind === 'rejected' ? trouble('malformed', `the shop answers ${told.code}`) : told;
  };
  return {
    change,
    read: (...operation) =>
      askedTwice(() => once(...operation), { stopwatch, passing, restMs }, operation[3]),
  };
};
