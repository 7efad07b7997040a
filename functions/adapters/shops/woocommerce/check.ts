/** What `shop check` tries of a WooCommerce shop, in words that say what to do. */
import * as z from 'zod/mini';
import type { CheckLine, Shop } from '../../../ports/shops.ts';
import { aheadMs } from '../clock.ts';
import type { Connection } from '../connection.ts';
import type { Told, WooCalls, WooSecrets } from './calls.ts';

/** Coupons end, and reconciling begins, by the shop's clock: so far off it may be. */
const skewMs = 60_000;

const status = z.object({
  environment: z.object({ version: z.string().check(z.regex(/^[\w.+-]{1,40}$/)) }),
  settings: z.object({ HPOS_enabled: z.optional(z.boolean()) }),
});
const currencyForm = z.object({ code: z.string().check(z.regex(/^[A-Za-z]{3}$/)) });
const list = z.array(z.object({ id: z.int() }));

const advice: Readonly<Record<string, string>> = {
  unauthorized:
    'The shop does not take the keys. Look at WooCommerce > Settings > Advanced > REST API: are they these, and not revoked?',
  forbidden:
    'The keys may not read this. Make them for an administrator or shop manager, with the permission Read/Write.',
  throttled: 'The shop, or what protects it, says: too many requests. Try again in some minutes.',
  server_error:
    'The shop has a fault of its own, or is under maintenance. Try again, or ask whoever hosts it.',
  timeout: 'The shop did not answer in time. Try again, or ask whoever hosts it.',
  unreachable: 'Nobody answers at this address. Is `url` right?',
  redirected:
    'The shop redirects to another address. Write that one as `url` (with or without www, as the shop has it).',
  address_refused: 'This address is not of the public internet, and is not called.',
  too_large: 'The answer is longer than any of WooCommerce’s. Is `url` the shop’s own root?',
};
const hiddenHttps =
  'The shop takes no keys over what it thinks is plain http. If it stands behind a proxy, the proxy must send X-Forwarded-Proto and ' +
  'WordPress must read it; some web servers also drop the header Authorization. Else the keys are wrong.';
const noApi =
  'There is no REST API of WooCommerce at this address. In WordPress choose any permalinks but Plain (Settings > Permalinks), ' +
  'and let `url` be the shop’s root.';

const problem = (told: Exclude<Told<unknown>, { kind: 'told' }>): string => {
  if (told.kind === 'denied') return `The shop refuses: ${told.code}.`;
  const detail = told.detail ?? '';
  if (detail.includes('woocommerce_rest_cannot_view') && told.reason === 'unauthorized') return hiddenHttps;
  if (detail.startsWith('404')) return `${noApi} (${detail})`;
  const words =
    advice[told.reason] ?? 'The shop’s answer is none of WooCommerce’s. Is something in front of it?';
  return detail === '' ? words : `${words} (${detail})`;
};

const clockLine = (date: string | undefined, nowMs: number): CheckLine => {
  const what = 'clock';
  const offMs = aheadMs(date, nowMs);
  if (offMs === undefined) return { what, ok: true, detail: 'The shop does not tell its time.' };
  if (Math.abs(offMs) <= skewMs) return { what, ok: true, detail: 'The shop’s clock is right.' };
  const minutes = Math.max(1, Math.round(Math.abs(offMs) / 60_000));
  const way = offMs > 0 ? 'ahead' : 'behind';
  return {
    what,
    ok: false,
    detail: `The shop’s clock is ${minutes} min ${way}. Ask whoever hosts it to set it.`,
  };
};

const line = <T>(what: string, told: Told<T>, found: (data: T) => Omit<CheckLine, 'what'>): CheckLine =>
  told.kind === 'told' ? { what, ...found(told.data) } : { what, ok: false, detail: problem(told) };

export const wooCheck = (calls: WooCalls, secrets: WooSecrets, { nowMs }: Connection): Shop['check'] => {
  const hooks: CheckLine =
    secrets.webhook_secret === undefined
      ? {
          what: 'webhook secret',
          // Keys are tried before webhooks are made, and all the rest works without them.
          ok: true,
          detail:
            'There is none yet: refunds arrive by the daily reconcile only. `npm run shop -- hooks` makes one, and the webhooks.',
        }
      : { what: 'webhook secret', ok: true, detail: 'There is one.' };
  return async (currency, signal) => {
    const version = await calls.read(
      'system_status',
      { _fields: 'environment.version,settings.currency,settings.HPOS_enabled' },
      status,
      signal,
    );
    const sold = await calls.read('data/currencies/current', { _fields: 'code' }, currencyForm, signal);
    const orders = await calls.read('orders', { per_page: '1', _fields: 'id' }, list, signal);
    const coupons = await calls.read('coupons', { per_page: '1', _fields: 'id' }, list, signal);
    const heard = [version, orders, coupons].find((told) => told.kind !== 'trouble');
    const date = heard?.kind === 'told' ? heard.headers['date'] : undefined;
    return [
      line('shop', version, ({ environment, settings }) => ({
        ok: true,
        detail: `WooCommerce ${environment.version}${settings.HPOS_enabled === true ? ', order tables of its own' : ''}.`,
      })),
      line('currency', sold, ({ code }) => ({
        ok: code === currency,
        detail:
          code === currency
            ? `The shop sells in ${code}.`
            : `The shop sells in ${code}, the program counts in ${currency}: its orders cannot be claimed.`,
      })),
      line('read orders', orders, () => ({ ok: true, detail: 'The keys read orders.' })),
      line('read coupons', coupons, () => ({ ok: true, detail: 'The keys read coupons.' })),
      clockLine(date, nowMs()),
      hooks,
    ];
  };
};
