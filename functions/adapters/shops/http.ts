/**
 * The one way out to shops. An owner writes the address, and whoever runs the shop's DNS decides where it leads: so every
 * address is checked, and the connection goes to the very address that was. Why not `fetch`: docs/decisions/shop-network.md.
 */
import { lookup as systemLookup } from 'node:dns/promises';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Reason } from '../../ports/shops.ts';
import { isPublic, isThisMachine } from './addresses.ts';
import type { CallShop, ShopRequest, ShopResponse } from './connection.ts';

/** More than any page of orders; what is longer is no answer that we asked for. */
const mostBytes = 1024 * 1024;
/** Whatever the caller's signal says. */
const patienceMs = 10_000;
const mostHeaderBytes = 16 * 1024;

interface Address {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name. @throws with a `code` where there are none */
export type Lookup = (host: string) => Promise<readonly Address[]>;

type Outcome = Awaited<ReturnType<CallShop>>;

const trouble = (reason: Reason, sent: boolean, detail?: string): Outcome => ({
  kind: 'trouble',
  reason,
  sent,
  ...(detail === undefined ? {} : { detail }),
});

class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
}

/** Errors of the network are told by their code: messages hold addresses. */
const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'unknown';

/** The names of this machine that a program file may hold. A dot at the end, or another spelling, is none of them. */
const loopbackNames = new Set(['127.0.0.1', '[::1]', 'localhost']);

interface Destination {
  readonly url: URL;
  readonly host: string;
  readonly allowed: (address: string) => boolean;
}

/** @returns undefined for an address that must not be called, whatever its name resolves to */
const destinationOf = (text: string, loopback: boolean): Destination | undefined => {
  if (!URL.canParse(text)) return undefined;
  // Odd spellings of an IPv4 address (octal, hexadecimal, one number) come out in four decimal parts.
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const local = loopback && loopbackNames.has(url.hostname);
  const allowed = local ? isThisMachine : isPublic;
  if (!local && (url.protocol !== 'https:' || url.port !== '')) return undefined;
  if (local && url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  // Nobody looks up what is an address already.
  if (isIP(host) !== 0 && !allowed(host)) return undefined;
  return { url, host, allowed };
};

/** Resolves as a socket asks for it, and refuses a name if any of its addresses may not be called. */
const checkedLookup =
  (lookup: Lookup, allowed: (address: string) => boolean): LookupFunction =>
  (host, options, done) => {
    const refused = (error: NodeJS.ErrnoException): void => done(error, '', 0);
    lookup(host).then((found) => {
      const [first] = found;
      if (first === undefined) return refused(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }));
      if (!found.every(({ address }) => allowed(address))) return refused(new AddressRefused());
      return options.all ? done(null, [...found]) : done(null, first.address, first.family);
    }, refused);
  };

const headersOf = (response: IncomingMessage): ShopResponse['headers'] =>
  Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );

/** Why an answer is not read at all. */
const refusalOf = ({ statusCode = 0, headers }: IncomingMessage): Outcome | undefined => {
  if (statusCode >= 300 && statusCode < 400) return trouble('redirected', true, `HTTP ${statusCode}`);
  // Asked for plain text: what is packed nevertheless may unpack to any size.
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    return trouble('too_large', true, 'content-encoding');
  if (Number(headers['content-length'] ?? 0) > mostBytes) return trouble('too_large', true);
  return undefined;
};

/** @throws what the connection breaks by */
const read = async (response: IncomingMessage): Promise<Outcome> => {
  const refusal = refusalOf(response);
  if (refusal !== undefined) return refusal;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) return trouble('too_large', true);
    chunks.push(chunk);
  }
  // A byte order mark, which editors put before a script's first line, is taken off.
  const text = new TextDecoder().decode(Buffer.concat(chunks));
  return { kind: 'answered', status: response.statusCode ?? 0, headers: headersOf(response), text };
};

const failureOf = (error: unknown, sent: boolean, signal: AbortSignal): Outcome => {
  if (signal.aborted) return trouble('timeout', sent);
  const code = codeOf(error);
  if (code === 'ADDRESS_REFUSED') return trouble('address_refused', false);
  return trouble(code === 'HPE_HEADER_OVERFLOW' ? 'too_large' : 'unreachable', sent, code);
};

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

const send = (
  { method, headers, body }: ShopRequest,
  { url, host, allowed }: Destination,
  lookup: Lookup,
  agents: Agents,
  signal: AbortSignal,
): Promise<Outcome> =>
  new Promise((settle) => {
    const secure = url.protocol === 'https:';
    let sent = false;
    const fail = (error: unknown): void => settle(failureOf(error, sent, signal));
    const request = (secure ? httpsRequest : httpRequest)({
      method,
      host,
      port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
      path: url.pathname + url.search,
      headers: {
        'user-agent': 'manychat-loyalty',
        accept: 'application/json',
        ...headers,
        'accept-encoding': 'identity',
      },
      agent: secure ? agents.https : agents.http,
      lookup: checkedLookup(lookup, allowed),
      maxHeaderSize: mostHeaderBytes,
      signal,
    });
    request.on('error', fail);
    // A server may end the connection in a way that is no error.
    const lost = (): void => fail(undefined);
    request.on('close', lost);
    // Not a byte of the request leaves before the connection stands and its certificate was found right: what fails
    // before has surely not reached the shop.
    request.on('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        sent = true;
        request.end(body);
      });
    });
    request.on('response', (response) => {
      // The connection may be closed before all that came by it is read.
      request.off('close', lost);
      read(response)
        .then(settle, fail)
        .finally(() => request.destroy());
    });
  });

/**
 * Calls shops: https and port 443, at public addresses only.
 * @param loopback the local edition may also call this machine, on any port and without TLS
 * @param lookup how names are resolved; the system's own unless told
 */
export const shopCalls = (options: { readonly loopback: boolean; readonly lookup?: Lookup }): CallShop => {
  const lookup = options.lookup ?? ((host) => systemLookup(host, { all: true }));
  // TLS sessions are kept, connections are not: see the decision.
  const agents = { http: new HttpAgent({ keepAlive: false }), https: new HttpsAgent({ keepAlive: false }) };
  return async (request, signal) => {
    const destination = destinationOf(request.url, options.loopback);
    if (destination === undefined) return trouble('address_refused', false);
    const within = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    if (within.aborted) return trouble('timeout', false);
    try {
      return await send(request, destination, lookup, agents, within);
    } catch (error) {
      // A header that no request can carry, such as a key with a line break in it.
      return trouble('unreachable', false, codeOf(error));
    }
  };
};
