/**
 * One operation of the Admin API: the token, the pace that Shopify sets by cost, and what its errors mean. Shopify says most of
 * what goes wrong in an answer with HTTP 200.
 */
import * as z from 'zod/mini';
import type { Trouble } from '../../../ports/shops.ts';
import { parseJson, reasonOf, trouble } from '../answers.ts';
import type { Connection, ShopResponse } from '../connection.ts';
import { rest } from '../retries.ts';
import { apiVersion } from './operations.ts';
import type { Tokens } from './token.ts';

export interface Answer<T> {
  readonly kind: 'answered';
  readonly data: T;
  /** The version that really answered: an expired one is answered by the oldest that is still served. */
  readonly version: string | undefined;
  /** The shop's own clock, as its answer says. */
  readonly date: string | undefined;
}

export type Ask = <T>(
  document: string,
  variables: Readonly<Record<string, unknown>>,
  shape: z.ZodMiniType<T>,
  signal: AbortSignal,
) => Promise<Answer<T> | Trouble>;

const graphqlError = z.object({
  message: z.optional(z.string()),
  path: z.optional(z.nullable(z.array(z.union([z.string(), z.int()])))),
  extensions: z.optional(z.object({ code: z.optional(z.string()), documentation: z.optional(z.string()) })),
});
type GraphqlError = z.infer<typeof graphqlError>;

const rate = z.number().check(z.gte(0), z.lte(1_000_000));
const throttleStatus = z.object({
  maximumAvailable: rate,
  currentlyAvailable: rate,
  restoreRate: rate.check(z.gt(0)),
});
/** Read only where it is needed: what it costs is no reason to refuse an answer. */
const cost = z.object({ cost: z.object({ requestedQueryCost: rate, throttleStatus }) });
const body = z.object({
  data: z.optional(z.unknown()),
  errors: z.optional(z.array(graphqlError)),
  extensions: z.optional(z.unknown()),
});
type Body = z.infer<typeof body>;

const byStatus = (status: number): Trouble => {
  const detail = `HTTP ${status}`;
  if (status === 404) return trouble('server_error', `${detail}: is there a shop under this address?`);
  if (status === 402 || status === 423) return trouble('server_error', `${detail}: the shop is closed`);
  return trouble(reasonOf(status), detail);
};

/** Shopify names the field, and the page about protected data; a plain missing scope has neither. */
const isAboutPeople = ({ message, path, extensions }: GraphqlError): boolean =>
  /not approved to (use|access) the/i.test(message ?? '') ||
  (extensions?.documentation ?? '').includes('protected-customer-data') ||
  ['email', 'customer'].includes(String(path?.at(-1)));

const codeOf = (error: GraphqlError): string => error.extensions?.code ?? 'no code';
const knownCode = /^[A-Za-z_]{1,60}$/;

/** Trouble of Shopify's own, or of the shop: a closed one is inactive. */
const theirOwn = new Set(['INTERNAL_SERVER_ERROR', 'TIMEOUT', 'SHOP_INACTIVE']);

const byErrors = (errors: readonly GraphqlError[]): Trouble => {
  const denied = errors.filter((error) => codeOf(error) === 'ACCESS_DENIED');
  const people = errors.filter(
    (error) => isAboutPeople(error) && ['ACCESS_DENIED', 'no code'].includes(codeOf(error)),
  );
  const codes = [...new Set(errors.map(codeOf))].filter((code) => knownCode.test(code)).join(', ');
  const at = String(denied[0]?.path?.[0] ?? 'a field');
  if (people.length > 0) return trouble('pii_not_granted', 'Shopify withholds protected customer data');
  if (denied.length > 0)
    return trouble('forbidden', `access denied for ${/^\w{1,60}$/.test(at) ? at : 'a field'}`);
  if (errors.some((error) => theirOwn.has(codeOf(error)))) return trouble('server_error', codes);
  return trouble('malformed', `Shopify refuses the request: ${codes === '' ? 'no code given' : codes}`);
};

const isThrottled = ({ errors }: Body): boolean =>
  errors?.some((error) => codeOf(error) === 'THROTTLED') === true;

/** How long until the bucket holds what the request costs; undefined where it never will, or Shopify does not say. */
const waitMs = ({ extensions }: Body): number | undefined => {
  const read = cost.safeParse(extensions);
  if (!read.success) return undefined;
  const { requestedQueryCost: requested, throttleStatus: bucket } = read.data.cost;
  if (requested > bucket.maximumAvailable) return undefined;
  return Math.ceil((Math.max(0, requested - bucket.currentlyAvailable) / bucket.restoreRate) * 1000);
};

/** A request that is throttled this often goes to somebody else's cost: the caller may come back. */
const mostWaits = 5;

/** Asks one shop. */
export const graphqlOver = (connection: Connection, tokens: Tokens): Ask => {
  const { store, call, stopwatch } = connection;
  const url = `${store.url}/admin/api/${apiVersion}/graphql.json`;
  /** With one more token where the first is refused: a refused request was not carried out. */
  const send = async (
    request: string,
    signal: AbortSignal,
    again = true,
  ): Promise<ShopResponse | Trouble> => {
    const token = await tokens.current(signal);
    if (token.kind === 'trouble') return token;
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      'x-shopify-access-token': token.token,
    };
    const answer = await call({ method: 'POST', url, headers, body: request }, signal);
    if (answer.kind === 'trouble') return trouble(answer.reason, answer.detail);
    return answer.status === 401 && again && tokens.renew(token) ? send(request, signal, false) : answer;
  };
  const settled = async (
    request: string,
    signal: AbortSignal,
    waits = 0,
  ): Promise<{ readonly response: ShopResponse; readonly body: Body } | Trouble> => {
    const response = await send(request, signal);
    if (response.kind === 'trouble') return response;
    if (response.status !== 200) return byStatus(response.status);
    const read = body.safeParse(parseJson(response.text)).data;
    if (read === undefined) return trouble('malformed', 'the answer is not one of GraphQL');
    if (!isThrottled(read)) return { response, body: read };
    const ms = waitMs(read);
    if (ms === undefined || waits >= mostWaits || !(await rest(stopwatch, ms, signal)))
      return trouble('throttled', 'Shopify asks to wait longer than there is time');
    return settled(request, signal, waits + 1);
  };
  return async (document, variables, shape, signal) => {
    const answer = await settled(JSON.stringify({ query: document, variables }), signal);
    if ('kind' in answer) return answer;
    const version = answer.response.headers['x-shopify-api-version'];
    const said = fallenForward(version);
    const errors = answer.body.errors ?? [];
    if (errors.length > 0) return withVersion(byErrors(errors), said);
    const data = shape.safeParse(answer.body.data);
    if (!data.success) return withVersion(trouble('malformed', 'the answer has another form'), said);
    return { kind: 'answered', data: data.data, version, date: answer.response.headers['date'] };
  };
};

/** What is wrong with the version that answered; undefined where it is the one that was asked for, or not told. */
export const fallenForward = (version: string | undefined): string | undefined => {
  if (version === undefined || version === apiVersion) return undefined;
  const told = /^[a-z0-9-]{1,20}$/.test(version) ? version : 'another';
  return `Shopify answered with version ${told} of its API and not with ${apiVersion}`;
};

const withVersion = (found: Trouble, said: string | undefined): Trouble =>
  said === undefined ? found : { ...found, detail: [found.detail, said].join('; ') };
