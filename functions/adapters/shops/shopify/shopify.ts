/** A shop on Shopify, by its Admin API (GraphQL). What was decided about it and why: docs/decisions/shopify.md. */
import * as z from 'zod/mini';
import type { Shop, Trouble } from '../../../ports/shops.ts';
import { trouble } from '../answers.ts';
import { closedShop } from '../closed.ts';
import type { Connection } from '../connection.ts';
import { askedTwice } from '../retries.ts';
import { checkShop } from './check.ts';
import { cancelIn, currencyOf, findIn as findCouponIn, makeIn } from './coupons.ts';
import { type Ask, graphqlOver } from './graphql.ts';
import { hookReader } from './hooks.ts';
import { setLink } from './operations.ts';
import { changedIn, findIn, orderId, readIn } from './orders.ts';
import { hookSecrets, readSecrets, tokensOf } from './token.ts';

const linkErrors = z.array(z.object({ code: z.nullable(z.string()) }));
const linked = z.object({ metafieldsSet: z.nullable(z.object({ userErrors: linkErrors })) });

const attach = async (
  ask: Ask,
  ownerId: string,
  ref: string,
  signal: AbortSignal,
): Promise<{ readonly kind: 'attached' } | Trouble> => {
  if (!orderId.safeParse(ownerId).success) return trouble('malformed', 'not the id of an order');
  const field = { ownerId, namespace: 'loyalty', key: 'ref', type: 'single_line_text_field', value: ref };
  const answer = await ask(setLink, { metafields: [field] }, linked, signal);
  if (answer.kind === 'trouble') return answer;
  const codes = answer.data.metafieldsSet?.userErrors.map(({ code }) => code ?? 'no code');
  if (codes === undefined) return trouble('malformed', 'nothing was written');
  if (codes.length === 0) return { kind: 'attached' };
  const detail = `Shopify writes no metafield: ${codes
    .join(', ')
    .replace(/[^A-Za-z_, ]/g, '')
    .slice(0, 100)}`;
  if (codes.includes('APP_NOT_AUTHORIZED')) return trouble('forbidden', detail);
  return trouble(codes.includes('INTERNAL_ERROR') ? 'server_error' : 'malformed', detail);
};

/** What may be over a moment later, on a call that changes nothing. */
const passing: ReadonlySet<Trouble['reason']> = new Set(['unreachable', 'server_error']);
const restMs = 250;

/** Reads are tried twice. */
const retried =
  (ask: Ask, { stopwatch }: Connection): Ask =>
  (document, variables, shape, signal) =>
    askedTwice(() => ask(document, variables, shape, signal), { stopwatch, passing, restMs }, signal);

export const shopifyShop = (connection: Connection): Shop => {
  const secrets = readSecrets(connection.secrets);
  if (secrets === undefined) return closedShop('expected client_id and client_secret, or token');
  const ask = graphqlOver(connection, tokensOf(connection, secrets));
  const read = retried(ask, connection);
  const sellsIn = currencyOf(read);
  return {
    findOrder: (asked, signal) => findIn(read, asked, signal),
    readOrder: (id, signal) => readIn(read, id, signal),
    changedOrders: (since, from, signal) => changedIn(read, since, from, signal),
    makeCoupon: (spec, again, signal) =>
      makeIn(ask, spec, again, { sellsIn, nowMs: connection.nowMs() }, signal),
    findCoupon: (spec, signal) => findCouponIn(read, spec, signal),
    cancelCoupon: (spec, signal) => cancelIn(ask, spec, signal),
    attachLink: (id, ref, signal) => attach(ask, id, ref, signal),
    readHook: hookReader(connection.store, hookSecrets(secrets)),
    check: (currency, signal) => checkShop(connection, ask, secrets, currency, signal),
  };
};
