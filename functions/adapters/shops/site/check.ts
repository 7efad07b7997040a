/** What `shop check` asks a shop's own site, and says in words. The coupon of a reward is tried beside it, at any kind of shop. */
import * as z from 'zod/mini';
import { storedEmail } from '../../../domain/email.ts';
import { instant, orderNumber } from '../../../domain/ids.ts';
import { currency } from '../../../domain/money.ts';
import type { CheckLine, Shop } from '../../../ports/shops.ts';
import { reasonOf, trouble } from '../answers.ts';
import { failing } from '../check-lines.ts';
import type { Connection } from '../connection.ts';
import { type Ask, minutesAhead, signed } from './request.ts';

const pong = z.object({ pong: z.literal(true), currency: z.optional(currency) });

const told = failing({
  no_credentials: 'there is no secret for this store, or it is not whsec_ and a key in base64',
  unauthorized: 'the site refused our signature: is the same secret on both sides?',
  malformed: 'something else answers there than the endpoint, or not as the guide says: is the url right?',
  unreachable: 'nobody answers at the address: is the url right, and does the server run?',
  timeout: 'no answer in time: is the server slow, or does a firewall drop our calls?',
  server_error: 'the endpoint fails: look into the error log of the server',
  throttled: 'the server takes no more calls at the moment: try again in a minute',
  too_large: 'the answer is longer than any that is expected: is the url right?',
  forbidden: 'something before the site refuses us: a firewall, or a bot filter',
});

/** Asks with a signature by nobody's key: a site that answers it answers anybody. */
const checkSignature = async (
  { store, call, nowMs }: Connection,
  signal: AbortSignal,
): Promise<readonly CheckLine[]> => {
  const what = 'signature';
  const body = JSON.stringify({ type: 'ping', timestamp: new Date(nowMs()).toISOString(), data: {} });
  const nobodys = `whsec_${Buffer.alloc(32).toString('base64')}`;
  const got = await call(
    { method: 'POST', url: store.url, headers: signed(body, nobodys, nowMs()), body },
    signal,
  );
  if (got.kind === 'trouble') return [told(what, got)];
  if (got.status === 429 || got.status >= 500)
    return [told(what, trouble(reasonOf(got.status), `HTTP ${got.status}`))];
  if (got.status !== 401) {
    const open =
      got.status === 200
        ? 'anybody could ask for orders and coupons'
        : 'the signature is to be looked at before anything else';
    return [
      {
        what,
        ok: false,
        detail: `a request with a wrong signature was answered with ${got.status}, not 401: ${open}`,
      },
    ];
  }
  const refused = { what, ok: true, detail: 'a wrong one is refused' };
  const minutes = minutesAhead(got.text, nowMs());
  if (minutes === undefined) return [refused];
  const off = Math.abs(minutes);
  const clock = `the site’s clock is ${off} minutes ${minutes > 0 ? 'ahead' : 'behind'}: set it, beyond 5 nothing is answered`;
  return [refused, { what: 'clock', ok: off < 2, detail: off < 2 ? 'right' : clock }];
};

const checkLookup = async (shop: Pick<Shop, 'findOrder'>, signal: AbortSignal): Promise<CheckLine> => {
  const what = 'look-up';
  const asked = {
    number: orderNumber.parse('LOYALTY-CHECK'),
    emails: [storedEmail.parse('check@loyalty.example')],
  };
  const found = await shop.findOrder(asked, signal);
  if (found.kind === 'trouble') return told(what, found);
  return found.kind === 'none'
    ? { what, ok: true, detail: 'an order that nobody placed is not found' }
    : { what, ok: false, detail: 'an order that nobody placed was found: every number would earn points' };
};

const checkChanges = async (
  ask: Ask,
  shop: Pick<Shop, 'changedOrders'>,
  now: number,
  signal: AbortSignal,
): Promise<CheckLine> => {
  const what = 'changed orders';
  const since = instant.parse(now);
  const asked = { since: new Date(now).toISOString(), cursor: null };
  const known = await ask('orders.changed', asked, z.unknown(), signal);
  if (known.kind === 'unknown_type')
    return { what, ok: true, detail: 'not answered: only what the site sends tells of refunds' };
  const page = await shop.changedOrders(since, undefined, signal);
  return page.kind === 'trouble' ? told(what, page) : { what, ok: true, detail: 'answered' };
};

export const checkSite =
  (connection: Connection, ask: Ask, shop: Pick<Shop, 'findOrder' | 'changedOrders'>): Shop['check'] =>
  async (of, signal) => {
    const greeted = await ask('ping', {}, pong, signal);
    if (greeted.kind === 'trouble' && greeted.reason === 'no_credentials') return [told('secret', greeted)];
    // Whatever else answers there says nothing of signatures; one that refuses all of ours may tell its time.
    if (greeted.kind === 'trouble' && greeted.reason !== 'unauthorized') return [told('ping', greeted)];
    const signature = await checkSignature(connection, signal);
    if (greeted.kind === 'trouble') return [told('ping', greeted), ...signature];
    const lines: CheckLine[] = [{ what: 'ping', ok: true, detail: 'answered' }, ...signature];
    const theirs = greeted.kind === 'told' ? greeted.data.currency : undefined;
    if (theirs !== undefined)
      lines.push({
        what: 'currency',
        ok: theirs === of,
        detail: theirs === of ? of : `the site sells in ${theirs}, the program is in ${of}`,
      });
    lines.push(await checkLookup(shop, signal));
    lines.push(await checkChanges(ask, shop, connection.nowMs(), signal));
    return lines;
  };
