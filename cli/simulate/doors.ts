/** The ways in, as API Gateway hands requests over: the real rooms, without HTTP in front. */
import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { HttpEvent } from '../../functions/platform/http.ts';
import type { RoomHandler } from '../../functions/platform/room.ts';
import { localKey } from '../../local/gate.ts';
import type { Answered, Customer, Deed, Event, ToldOrder } from './events.ts';
import { store } from './terms.ts';

const reply = z.object({ result: z.string(), points: z._default(z.int(), 0) });

const eventOf = (path: string, key: string, body: object): HttpEvent => {
  const routeKey = `POST ${path}`;
  const now = Date.now();
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    requestContext: {
      accountId: 'simulated',
      apiId: 'simulated',
      domainName: 'loyalty.example',
      domainPrefix: 'loyalty',
      http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'simulation' },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      // The deadline of a request is real time.
      time: new Date(now).toUTCString(),
      timeEpoch: now,
    },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
};

const amount = (minor: number, decimals: number): string => (minor / 10 ** decimals).toFixed(decimals);

const orderBody = (order: ToldOrder, { email }: Customer) => ({
  order_number: order.number,
  email,
  total: order.total,
  currency: order.currency,
  status: order.status,
  placed_at: new Date(order.placedAt).toISOString(),
  ...(order.refundedMinor > 0 ? { refunded: amount(order.refundedMinor, order.decimals) } : {}),
});

/** ManyChat writes `UTC-08` and `UTC+05:30`. */
const asManyChat = (offset: string): string => `UTC${offset.replace(/:00$/, '')}`;

const known = ({ contact }: Customer, deed: Extract<Deed, { kind: 'profile' }>) => ({
  id: contact,
  ...(deed.optinEmail === undefined ? {} : { optin_email: deed.optinEmail }),
  ...(deed.optinPhone === undefined ? {} : { optin_phone: deed.optinPhone }),
  ...(deed.offset === undefined ? {} : { timezone: asManyChat(deed.offset) }),
});

/** Which route a deed calls, with what. */
const requestOf = (customer: Customer, deed: Deed): { path: string; body: object } => {
  const { contact, email, language } = customer;
  const chat = (verb: string, more: object = {}) => ({
    path: `/v1/${verb}`,
    body: { contact_id: contact, ...more },
  });
  switch (deed.kind) {
    case 'join':
      return chat('enroll', { email, language });
    case 'leave':
      return chat('leave');
    case 'say':
      return chat('preferences', { text: deed.text, medium: deed.medium });
    case 'push':
      return { path: '/v1/store/orders', body: { store, orders: [orderBody(deed.order, customer)] } };
    case 'claim':
      return chat('claim-order', { order_number: deed.number });
    case 'redeem':
      return chat('redeem', { reward: deed.reward });
    case 'chat':
      return chat('balance', { channel: deed.channel });
    case 'profile':
      return { path: '/v1/balance', body: { contact: known(customer, deed) } };
  }
};

/** Calls the room that serves a deed. @throws where it answers otherwise than with 200 */
export const calling =
  (rooms: { readonly chat: RoomHandler; readonly shop: RoomHandler }) =>
  async ({ customer, deed }: Event): Promise<Answered> => {
    const { path, body } = requestOf(customer, deed);
    const forShop = deed.kind === 'push';
    const key = localKey(forShop ? 'store' : 'chat', customer.program.id);
    const event = eventOf(path, key, body);
    const { statusCode, body: text = '' } = await (forShop ? rooms.shop : rooms.chat)(event, {});
    if (statusCode !== 200) throw new Error(`${path} was answered ${statusCode}: ${text}`);
    return reply.parse(JSON.parse(text));
  };
