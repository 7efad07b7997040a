/** What `shop check` tries at Shopify, and what the owner is to do about what it finds. */
import * as z from 'zod/mini';
import { normalizeOrderNumber, orderNumber } from '../../../domain/ids.ts';
import type { Currency } from '../../../domain/money.ts';
import type { CheckLine, Reason, Trouble } from '../../../ports/shops.ts';
import { trouble } from '../answers.ts';
import { aheadMs } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { type Answer, type Ask, fallenForward } from './graphql.ts';
import { apiVersion, findOrders, whoAmI } from './operations.ts';
import { findIn } from './orders.ts';
import { hookSecrets, type ShopifySecrets } from './token.ts';

const identity = z.object({
  shop: z.object({
    currencyCode: z.string(),
    orderNumberFormatPrefix: z.string(),
    orderNumberFormatSuffix: z.string(),
  }),
  currentAppInstallation: z.object({ accessScopes: z.array(z.object({ handle: z.string() })) }),
});
type Identity = Answer<z.infer<typeof identity>>;

/** What each is for. `write_…` includes `read_…`. */
const scopes = (store: Connection['store']): readonly { readonly scope: string; readonly use: string }[] => [
  { scope: 'read_orders', use: 'to find the orders that customers claim' },
  ...(store.links ? [{ scope: 'write_orders', use: 'to write the signed link beside an order' }] : []),
  ...(store.makesCoupons
    ? [
        { scope: 'read_discounts', use: 'to look up coupons' },
        { scope: 'write_discounts', use: 'to make and end coupons' },
        { scope: 'read_products', use: 'to know the price of a product that a reward gives away' },
      ]
    : []),
];

const where = 'in the app’s version in the Dev Dashboard (or under API credentials of an older app)';

/** What to do, by what came back. */
const advice: Readonly<Record<Reason, string>> = {
  no_credentials: 'Store client id and client secret of the shop’s app.',
  address_refused: 'The url must be https://<name>.myshopify.com.',
  unreachable: 'The url must be https://<name>.myshopify.com; is it written right?',
  timeout: 'Shopify did not answer in time; try again.',
  redirected: 'Use the shop’s permanent address, https://<name>.myshopify.com, and not its own domain.',
  too_large: 'Shopify’s answer is larger than any that is expected; is the url the shop’s own?',
  malformed: 'Something else than the Admin API answers there; is the url the shop’s own?',
  unauthorized: 'Copy client id and client secret (or the token) from the app once more, and store them.',
  forbidden:
    'The app may not do this. Is it installed in this shop, made in the same organization, and has it the scopes?',
  pii_not_granted:
    'The app may not see customers’ e-mails. Request access to protected customer data, with the field e-mail, in the app’s API access requests; apps made in the shop’s admin need a plan that includes it.',
  throttled: 'Other apps use up the shop’s limit; try again in a minute.',
  server_error: 'Shopify has trouble of its own, or the shop is closed; try again later.',
};

const failed = (what: string, { reason, detail }: Trouble): CheckLine => ({
  what,
  ok: false,
  detail: `${reason}${detail === undefined ? '' : ` (${detail})`}. ${advice[reason]}`,
});

const scopeLines = (connection: Connection, { data }: Identity): readonly CheckLine[] => {
  const granted = new Set(data.currentAppInstallation.accessScopes.map(({ handle }) => handle));
  const has = (scope: string): boolean =>
    granted.has(scope) || granted.has(scope.replace(/^read_/, 'write_'));
  const needed = scopes(connection.store).map(({ scope, use }) => ({
    what: `scope ${scope}`,
    ok: has(scope),
    detail: has(scope) ? `granted, ${use}` : `missing, ${use}. Add it ${where} and install the app again.`,
  }));
  const all = granted.has('read_all_orders');
  return [
    ...needed,
    {
      what: 'scope read_all_orders',
      ok: true,
      detail: all
        ? 'granted: orders of any age are found'
        : `recommended: without it orders older than 60 days are not found, and nothing says so. Request it ${where}.`,
    },
  ];
};

/** A clock further off than this makes coupons that begin late or end early. */
const skewMs = 60_000;

const shopLines = (connection: Connection, answer: Identity, currency: Currency): readonly CheckLine[] => {
  const { shop } = answer.data;
  const inTheirs = shop.currencyCode === currency;
  const printed = `${shop.orderNumberFormatPrefix}1001${shop.orderNumberFormatSuffix}`;
  const readable = normalizeOrderNumber(printed) !== undefined;
  const fallen = fallenForward(answer.version);
  const offMs = aheadMs(answer.date, connection.nowMs());
  const skewed = offMs === undefined || Math.abs(offMs) > skewMs;
  return [
    {
      what: 'currency',
      ok: inTheirs,
      detail: inTheirs
        ? `the shop sells in ${currency}`
        : `the shop sells in ${shop.currencyCode}, the program counts in ${currency}: orders are not credited and coupons not made. Change the program’s currency.`,
    },
    {
      what: 'order numbers',
      ok: readable,
      detail: readable
        ? `printed like ${printed}`
        : `${JSON.stringify(printed)} cannot be typed in chat: prefix and suffix may hold letters, digits and . _ - / only, and # in front. Change them in the shop’s settings, under General.`,
    },
    {
      what: 'clock',
      ok: !skewed,
      detail:
        offMs === undefined
          ? 'Shopify’s answer has no date to compare with'
          : `${Math.round(Math.abs(offMs) / 1000)} s apart from Shopify’s${skewed ? '. Set this machine’s clock by the network (NTP).' : ''}`,
    },
    {
      what: 'API version',
      ok: fallen === undefined,
      detail:
        fallen === undefined ? `${apiVersion} answers` : `${fallen}. Update this service to a newer version.`,
    },
  ];
};

/** Cannot be printed by a shop that counts. */
const nobodys = orderNumber.parse('LOYALTY-CHECK-0');
const newest = z.object({
  orders: z.object({
    nodes: z.array(z.object({ email: z.nullable(z.string()), canNotifyCustomer: z.boolean() })),
  }),
});

const orderLines = async (ask: Ask, signal: AbortSignal): Promise<readonly CheckLine[]> => {
  const found = await findIn(ask, { number: nobodys, emails: [] }, signal);
  const lookUp: CheckLine =
    found.kind === 'trouble'
      ? failed('look-up', found)
      : { what: 'look-up', ok: true, detail: 'a number that no order has is not found, as it should be' };
  const answer = await ask(findOrders, { query: '', first: 10 }, newest, signal);
  const what = 'customers’ e-mails';
  if (answer.kind === 'trouble') return [lookUp, failed(what, answer)];
  const { nodes } = answer.data.orders;
  const shown = nodes.some(({ email }) => email !== null);
  const hidden = !shown && nodes.some(({ canNotifyCustomer }) => canNotifyCustomer);
  if (hidden) return [lookUp, failed(what, trouble('pii_not_granted'))];
  const detail = shown
    ? 'the newest orders show theirs'
    : 'no order has one yet: not known whether they are shown';
  return [lookUp, { what, ok: true, detail }];
};

const hookLine = (secrets: ShopifySecrets): CheckLine => {
  const ok = hookSecrets(secrets).length > 0;
  const detail = ok
    ? 'webhooks can be verified'
    : 'without webhook_secret every webhook is refused. Store the app’s client secret (API secret key) under that name.';
  return { what: 'webhook secret', ok, detail };
};

export const checkShop = async (
  connection: Connection,
  ask: Ask,
  secrets: ShopifySecrets,
  currency: Currency,
  signal: AbortSignal,
): Promise<readonly CheckLine[]> => {
  const answer = await ask(whoAmI, {}, identity, signal);
  if (answer.kind === 'trouble') return [failed('credentials', answer), hookLine(secrets)];
  return [
    { what: 'credentials', ok: true, detail: 'the shop answers' },
    ...scopeLines(connection, answer),
    ...shopLines(connection, answer, currency),
    ...(await orderLines(ask, signal)),
    hookLine(secrets),
  ];
};
