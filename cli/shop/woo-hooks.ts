/** WooCommerce's webhooks. WooCommerce switches one off after failures and tells nobody; here it is switched on again. */
import * as z from 'zod/mini';
import type { Connection } from '../../functions/adapters/shops/connection.ts';
import {
  denied,
  type WooCalls,
  wooCalls,
  wooSecrets,
} from '../../functions/adapters/shops/woocommerce/calls.ts';
import type { Trouble } from '../../functions/ports/shops.ts';
import { type Hooking, topics } from './hooks.ts';

const hook = z.object({
  id: z.int(),
  topic: z.string(),
  status: z.string(),
  delivery_url: z.string(),
});
type Hook = z.infer<typeof hook>;
const written = z.object({ id: z.int() });

const withinMs = 60_000;

const write = async (
  calls: WooCalls,
  request: Parameters<WooCalls['write']>[0],
  signal: AbortSignal,
): Promise<Trouble | undefined> => {
  const told = await calls.write(request, {}, written, signal);
  if (told.kind === 'told') return undefined;
  return told.kind === 'denied' ? denied(told) : told;
};

/** The secret cannot be read there, so it is set again: ours and theirs are the same afterwards. */
const settle = (calls: WooCalls, known: Hook, secret: string, signal: AbortSignal) =>
  write(calls, { method: 'PUT', path: `webhooks/${known.id}`, body: { status: 'active', secret } }, signal);

const make = (calls: WooCalls, topic: string, url: string, secret: string, signal: AbortSignal) => {
  const body = { name: `Loyalty ${topic}`, topic, delivery_url: url, secret, status: 'active' };
  return write(calls, { method: 'POST', path: 'webhooks', body }, signal);
};

/** Makes what is missing and mends what was switched off. @param connection whose credentials have a `webhook_secret` */
export const hookWoo = async (connection: Connection, url: string): Promise<Hooking> => {
  const secrets = wooSecrets.safeParse(connection.secrets);
  const secret = secrets.data?.webhook_secret;
  if (!secrets.success || secret === undefined) return { kind: 'trouble', reason: 'no_credentials' };
  const signal = AbortSignal.timeout(withinMs);
  const calls = wooCalls(connection, secrets.data);
  const fields = { per_page: '100', _fields: 'id,topic,status,delivery_url' };
  const found = await calls.read('webhooks', fields, z.array(hook), signal);
  if (found.kind !== 'told') return found.kind === 'denied' ? denied(found) : found;
  const [there, made, mended]: [string[], string[], string[]] = [[], [], []];
  for (const topic of topics.woocommerce) {
    const known = found.data.find((one) => one.topic === topic && one.delivery_url === url);
    const trouble = await (known === undefined
      ? make(calls, topic, url, secret, signal)
      : settle(calls, known, secret, signal));
    if (trouble !== undefined) return trouble;
    (known === undefined ? made : known.status === 'active' ? there : mended).push(topic);
  }
  return { kind: 'hooked', there, made, mended };
};
