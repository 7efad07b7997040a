/** How the fake shop knows who calls: Basic over https, OAuth 1.0a over plain http. */
import { createHmac } from 'node:crypto';
import { type Answer, failure } from './fake-posts.ts';

export interface Keys {
  readonly consumerKey: string;
  readonly consumerSecret: string;
}

export interface Door {
  /** What WordPress believes: with https behind a proxy that does not say so, it is true. */
  plainHttp: boolean;
  permission: 'read' | 'read_write';
  /** A user without the rights of a shop manager sees nothing. */
  role: 'shop_manager' | 'subscriber';
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** RFC 5849, one-legged: the secret and no token. */
const oauthSignature = (method: string, url: URL, secret: string): string => {
  // The client writes parameters twice; PHP takes the last of a name.
  const parameters = [...new Map(url.searchParams)]
    .filter(([name]) => name !== 'oauth_signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join('&');
  const base = [method, `${url.origin}${url.pathname}`, parameters].map(encode).join('&');
  return createHmac('sha256', `${secret}&`).update(base).digest('base64');
};

const wrongSecret = failure(401, 'woocommerce_rest_authentication_error', 'Consumer secret is invalid.');
const wrongKey = failure(401, 'woocommerce_rest_authentication_error', 'Consumer key is invalid.');
const readOnly = failure(
  401,
  'woocommerce_rest_authentication_error',
  'The API key provided does not have write permissions.',
);
const unseen = (status: number): Answer =>
  failure(status, 'woocommerce_rest_cannot_view', 'Sorry, you cannot list resources.');

const pairOf = (header: string | undefined, url: URL): readonly [string, string] | undefined => {
  const match = /^Basic ([A-Za-z0-9+/=]+)$/.exec(header ?? '');
  if (match !== null) {
    const [key = '', secret = ''] = Buffer.from(match[1] ?? '', 'base64')
      .toString()
      .split(':');
    return [key, secret];
  }
  const key = url.searchParams.get('consumer_key');
  return key === null ? undefined : [key, url.searchParams.get('consumer_secret') ?? ''];
};

const overHttp = (method: string, url: URL, keys: Keys): Answer | undefined => {
  const key = url.searchParams.get('oauth_consumer_key');
  // Basic is not looked at here.
  if (key === null) return unseen(401);
  if (key !== keys.consumerKey) return wrongKey;
  return url.searchParams.get('oauth_signature') === oauthSignature(method, url, keys.consumerSecret)
    ? undefined
    : failure(
        401,
        'woocommerce_rest_authentication_error',
        'Invalid signature - provided signature does not match.',
      );
};

const overHttps = (header: string | undefined, url: URL, keys: Keys): Answer | undefined => {
  const pair = pairOf(header, url);
  if (pair === undefined) return unseen(401);
  if (pair[0] !== keys.consumerKey) return wrongKey;
  return pair[1] === keys.consumerSecret ? undefined : wrongSecret;
};

/** @returns why a call is not let in; undefined where it is */
export const turnedAway = (
  call: { readonly method: string; readonly url: URL; readonly authorization: string | undefined },
  keys: Keys,
  door: Door,
): Answer | undefined => {
  const { method, url, authorization } = call;
  const refusal = door.plainHttp ? overHttp(method, url, keys) : overHttps(authorization, url, keys);
  if (refusal !== undefined) return refusal;
  if (method !== 'GET' && door.permission === 'read') return readOnly;
  return door.role === 'subscriber' ? unseen(403) : undefined;
};
