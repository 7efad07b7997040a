/**
 * Webhooks of WooCommerce. Their signature carries no time and their delivery ids repeat within a second, so neither tells a
 * replay: an order says itself when it changed, and an older one changes nothing.
 */
import type { AskedStore } from '../../../domain/store.ts';
import type { HookNews, HookRequest } from '../../../ports/shops.ts';
import { parseJson } from '../answers.ts';
import { isSigned } from '../signatures.ts';
import type { WooSecrets } from './calls.ts';
import { readWooOrder } from './order.ts';

/** What WooCommerce sends when a webhook is set up: a form, and unsigned. */
const pingForm = /^webhook_id=\d{1,20}$/;
/** Longer than the ping, and cheap to look at before anything is verified. */
const longestPing = 64;
const concerning = new Set(['order.created', 'order.updated', 'order.restored']);

export const readWooHook = (
  { headers, body }: HookRequest,
  { creditOn }: AskedStore,
  secrets: WooSecrets | undefined,
): HookNews => {
  if (body.length <= longestPing && pingForm.test(body.toString())) return { kind: 'nothing', topic: 'ping' };
  const known = [secrets?.webhook_secret, secrets?.previous_webhook_secret]
    .filter((secret) => secret !== undefined)
    .filter((secret) => secret !== '');
  if (known.length === 0)
    return { kind: 'unauthorized', detail: 'no webhook secret lies under the store’s name' };
  const signature = headers['x-wc-webhook-signature'];
  if (signature === undefined) return { kind: 'unauthorized', detail: 'no signature' };
  if (!isSigned(body, signature, known))
    return { kind: 'unauthorized', detail: 'the signature is of another secret or another body' };

  const topic = headers['x-wc-webhook-topic'] ?? 'none';
  if (!concerning.has(topic)) return { kind: 'nothing', topic };
  const read = readWooOrder(parseJson(body.toString()), creditOn);
  if (read.kind === 'malformed') return { kind: 'malformed', detail: read.detail };
  if (read.kind === 'nameless') return { kind: 'nothing', topic };
  // Which coupons an order uses, and which it let go of, stands in the order itself.
  return { kind: 'news', orders: [read.order], reread: [], used: [], released: [] };
};
