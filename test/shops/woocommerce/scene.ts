/** A fake shop whose clock is held, and our adapter at its door. */
import type { Connection } from '../../../functions/adapters/shops/connection.ts';
import { shopCalls } from '../../../functions/adapters/shops/http.ts';
import { wooShop } from '../../../functions/adapters/shops/woocommerce/woocommerce.ts';
import { type Email, normalizeEmail } from '../../../functions/domain/email.ts';
import { instant, orderNumber, storeId } from '../../../functions/domain/ids.ts';
import { currency } from '../../../functions/domain/money.ts';
import type { AskedStore } from '../../../functions/domain/store.ts';
import type { CouponSpec, FoundOrder, HookRequest } from '../../../functions/ports/shops.ts';
import { frozenStopwatch } from '../../adapters/manychat/stopwatches.ts';
import type { HookDelivery } from '../bench.ts';
import { openWooBench } from './bench.ts';
import type { Fake, FakeSettings } from './fake.ts';

export const mail = (text: string): Email => {
  const email = normalizeEmail(text);
  if (email === undefined) throw new Error(`${text} is no address`);
  return email;
};
export const ana = mail('ana@example.com');
export const eur = currency.parse('EUR');
/** 2026-11-21T19:16:10Z, a second in which the recorded shop sold something. */
export const startMs = Date.UTC(2026, 10, 21, 19, 16, 10);
/** Longer than any test lasts. */
export const patient = (): AbortSignal => AbortSignal.timeout(50_000);

const closing: (() => Promise<void>)[] = [];
export const closeAll = async (): Promise<void> => {
  await Promise.all(closing.splice(0).map((close) => close()));
};

interface Options extends Omit<FakeSettings, 'nowMs'> {
  readonly store?: Partial<AskedStore>;
  readonly secrets?: unknown;
  readonly clockOffMs?: number;
}

export const scene = async ({ store, secrets, clockOffMs = 0, ...settings }: Options = {}) => {
  const clock = { ms: startMs };
  const bench = await openWooBench({ ...settings, nowMs: () => clock.ms });
  closing.push(bench.close);
  const watch = frozenStopwatch();
  const connection: Connection = {
    store: {
      id: storeId.parse('shop'),
      kind: 'woocommerce',
      url: bench.fake.url,
      makesCoupons: true,
      creditOn: 'paid',
      links: true,
      ...store,
    },
    secrets: secrets ?? bench.secrets,
    call: shopCalls({ loopback: true }),
    stopwatch: watch,
    nowMs: () => clock.ms - clockOffMs,
  };
  const shop = wooShop(connection);
  return {
    bench,
    fake: bench.fake,
    clock,
    watch,
    connection,
    shop,
    find: (number: string, ...emails: Email[]) =>
      shop.findOrder(
        { number: orderNumber.parse(number), emails: emails.length === 0 ? [ana] : emails },
        patient(),
      ),
    /** Places an order under Ana's e-mail and gives back the row behind it. */
    row: (wanted: { email?: string; total?: string; status?: string; coupons?: readonly string[] } = {}) =>
      bench.fake.orders.place({ email: 'ana@example.com', total: '45.00', ...wanted }),
  };
};

export const orderOf = (found: FoundOrder) => {
  if (found.kind !== 'found') throw new Error(`found: ${JSON.stringify(found)}`);
  return found.order;
};

export const request = ({ headers, body }: HookDelivery): HookRequest => ({
  headers,
  body: Buffer.from(body),
});

/** What was sent by the first call that makes something. */
export const posted = ({ calls }: Pick<Fake, 'calls'>): object =>
  JSON.parse(calls.find(({ method }) => method === 'POST')?.body ?? '{}');

export const spec = (changes: Partial<CouponSpec> = {}): CouponSpec => ({
  code: 'LOY-7KQ2-9XWD-M4TC',
  redemption: 'R-42',
  title: 'Loyalty reward: a fifth off',
  benefit: { kind: 'percent', percent: 20, products: [] },
  currency: eur,
  startsAt: instant.parse(startMs),
  expiresAt: instant.parse(Date.UTC(2026, 11, 21, 23, 59, 59, 999)),
  ...changes,
});
