/** Shopify's webhooks as subscriptions of the app: only those are signed with the app's secret. */
import * as z from 'zod/mini';
import type { Connection } from '../../functions/adapters/shops/connection.ts';
import { type Ask, graphqlOver } from '../../functions/adapters/shops/shopify/graphql.ts';
import { readSecrets, tokensOf } from '../../functions/adapters/shops/shopify/token.ts';
import type { Trouble } from '../../functions/ports/shops.ts';
import { type Hooking, topics } from './hooks.ts';

/** Held against the official schema by a test, as the operations of the adapter are. */
export const listHooks = `query LoyaltyHooks($uri: String!) {
  webhookSubscriptions(first: 100, uri: $uri) { nodes { topic } }
}`;
export const makeHook = `mutation LoyaltyMakeHook($topic: WebhookSubscriptionTopic!, $hook: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $hook) { webhookSubscription { id } userErrors { message } }
}`;

const listed = z.object({
  webhookSubscriptions: z.object({ nodes: z.array(z.object({ topic: z.string() })) }),
});
const created = z.object({
  webhookSubscriptionCreate: z.nullable(
    z.object({
      webhookSubscription: z.nullable(z.object({ id: z.string() })),
      userErrors: z.array(z.object({ message: z.string() })),
    }),
  ),
});

const withinMs = 60_000;

const make = async (
  ask: Ask,
  topic: string,
  uri: string,
  signal: AbortSignal,
): Promise<Trouble | undefined> => {
  const answer = await ask(makeHook, { topic, hook: { uri, format: 'JSON' } }, created, signal);
  if (answer.kind === 'trouble') return answer;
  const done = answer.data.webhookSubscriptionCreate;
  if (done?.webhookSubscription != null) return undefined;
  const why = done?.userErrors[0]?.message ?? 'it says nothing more';
  return {
    kind: 'trouble',
    reason: 'malformed',
    detail: `Shopify makes no webhook ${topic}: ${why.slice(0, 200)}`,
  };
};

/** Makes what is missing; a second run finds everything there. */
export const hookShopify = async (connection: Connection, uri: string): Promise<Hooking> => {
  const secrets = readSecrets(connection.secrets);
  if (secrets === undefined) return { kind: 'trouble', reason: 'no_credentials' };
  const signal = AbortSignal.timeout(withinMs);
  const ask = graphqlOver(connection, tokensOf(connection, secrets));
  const found = await ask(listHooks, { uri }, listed, signal);
  if (found.kind === 'trouble') return found;
  const known = new Set(found.data.webhookSubscriptions.nodes.map(({ topic }) => topic));
  const made: string[] = [];
  for (const topic of topics.shopify.filter((one) => !known.has(one))) {
    const trouble = await make(ask, topic, uri, signal);
    if (trouble !== undefined) return trouble;
    made.push(topic);
  }
  return { kind: 'hooked', there: topics.shopify.filter((one) => known.has(one)), made, mended: [] };
};
