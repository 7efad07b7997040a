/** What `shop check` tries at a Vendure shop, and says in words. The coupon of a reward is tried beside it, at any kind of shop. */
import * as z from 'zod/mini';
import { normalizeOrderNumber } from '../../../domain/ids.ts';
import { type Currency, decimalsOf } from '../../../domain/money.ts';
import type { CheckLine, Shop } from '../../../ports/shops.ts';
import { failing } from '../check-lines.ts';
import { aheadMs } from '../clock.ts';
import type { Connection } from '../connection.ts';
import type { Admin } from './graphql.ts';
import { myPermissions, whoAmI } from './operations.ts';
import { settings } from './orders.ts';

const known = z.object({
  activeChannel: z.object({
    id: z.string(),
    defaultCurrencyCode: z.string(),
    availableCurrencyCodes: z.array(z.string()),
    pricesIncludeTax: z.boolean(),
  }),
  globalSettings: settings,
});
type Known = z.infer<typeof known>;

const mine = z.object({
  me: z.nullable(
    z.object({ channels: z.array(z.object({ id: z.string(), permissions: z.array(z.string()) })) }),
  ),
});

const failed = failing({
  no_credentials: 'neither user name and password nor an API key lie under this store’s name',
  malformed: 'this is not answered as Vendure’s Admin API answers',
});

const line = (what: string, wrong: string | undefined, right: string): CheckLine => ({
  what,
  ok: wrong === undefined,
  detail: wrong ?? right,
});

const currencyLines = (
  { activeChannel, globalSettings }: Known,
  of: Currency,
  coupons: boolean,
): CheckLine[] => {
  const { defaultCurrencyCode, availableCurrencyCodes, pricesIncludeTax } = activeChannel;
  const precision = globalSettings.serverConfig.moneyStrategyPrecision;
  const others = availableCurrencyCodes.filter((code) => code !== of);
  const sells =
    defaultCurrencyCode === of
      ? undefined
      : `the channel sells in ${defaultCurrencyCode}, the program is in ${of}`;
  const lines = [line('currency', sells, of)];
  if (precision > decimalsOf(of))
    lines.push({
      what: 'decimals',
      ok: true,
      detail: `the shop keeps ${precision} decimals, ${of} has ${decimalsOf(of)}: an order with other digits there cannot be read`,
    });
  if (!coupons) return lines;
  if (others.length > 0)
    lines.push(
      line(
        'amounts',
        `the channel sells in ${others.join(', ')} too, where a coupon’s amount would be another sum: only percent and free shipping are made`,
        '',
      ),
    );
  if (!pricesIncludeTax)
    lines.push({
      what: 'amounts',
      ok: true,
      detail: 'prices are without tax, and so are the coupons’ amounts',
    });
  return lines;
};

const permissionLine = async (
  admin: Admin,
  channel: string,
  coupons: boolean,
  signal: AbortSignal,
): Promise<CheckLine> => {
  const what = 'permissions';
  const read = await admin.read(myPermissions, {}, mine, signal);
  if (read.kind === 'trouble') return failed(what, read);
  const held = read.data.me?.channels.find(({ id }) => id === channel)?.permissions ?? [];
  const needed = [
    'ReadOrder',
    ...(coupons ? ['Read', 'Create', 'Update', 'Delete'].map((verb) => `${verb}Promotion`) : []),
  ];
  const missing = needed.filter((permission) => !held.includes(permission));
  return line(what, missing.length === 0 ? undefined : `missing: ${missing.join(', ')}`, needed.join(', '));
};

const clockLine = (date: string | undefined, nowMs: number): CheckLine[] => {
  const ms = aheadMs(date, nowMs);
  if (ms === undefined) return [];
  const minutes = Math.round(ms / 60_000);
  const off = Math.abs(minutes);
  const wrong = `the shop’s clock is ${off} minutes ${minutes > 0 ? 'ahead' : 'behind'}: coupons begin and end by it`;
  return [line('clock', off < 2 ? undefined : wrong, 'right')];
};

const lookupLine = async (shop: Omit<Shop, 'check'>, signal: AbortSignal): Promise<CheckLine[]> => {
  const number = normalizeOrderNumber('LOYALTY-CHECK');
  if (number === undefined) return [];
  const found = await shop.findOrder({ number, emails: [] }, signal);
  return [
    found.kind === 'trouble'
      ? failed('look-up', found)
      : line('look-up', undefined, 'an order that nobody placed is not found'),
  ];
};

export const checkVendure =
  ({ store, secrets, nowMs }: Connection, admin: Admin, shop: Omit<Shop, 'check'>): Shop['check'] =>
  async (of, signal) => {
    const greeted = await admin.read(whoAmI, {}, known, signal);
    if (greeted.kind === 'trouble') return [failed('log-in', greeted)];
    const coupons = store.makesCoupons;
    const byKey = typeof secrets === 'object' && secrets !== null && 'api_key' in secrets;
    const lines = [line('log-in', undefined, 'taken'), ...clockLine(greeted.date, nowMs())];
    // A key is not told its permissions: the calls below show them.
    if (!byKey) lines.push(await permissionLine(admin, greeted.data.activeChannel.id, coupons, signal));
    lines.push(...currencyLines(greeted.data, of, coupons), ...(await lookupLine(shop, signal)));
    return lines;
  };
