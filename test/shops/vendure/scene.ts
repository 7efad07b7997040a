/** Vendure shops opened as the product opens them, and coupons to make there. */
import { shopCalls } from '../../../functions/adapters/shops/http.ts';
import { vendureShop } from '../../../functions/adapters/shops/vendure/vendure.ts';
import { storedEmail } from '../../../functions/domain/email.ts';
import { instant, orderNumber, storeId } from '../../../functions/domain/ids.ts';
import { currency } from '../../../functions/domain/money.ts';
import type { ShopOrder } from '../../../functions/domain/shop-order.ts';
import type { AskedStore } from '../../../functions/domain/store.ts';
import type { CouponSpec, Shop } from '../../../functions/ports/shops.ts';
import { frozenStopwatch } from '../../adapters/manychat/stopwatches.ts';
import type { PlacedOrder } from '../bench.ts';

export const ana = storedEmail.parse('ana@example.com');
export const usd = currency.parse('USD');
export const number = (text: string) => orderNumber.parse(text);
/** Longer than any test lasts. */
export const patient = (): AbortSignal => AbortSignal.timeout(50_000);

const dayMs = 86_400_000;

/** @param url of the Admin API */
export const openShopAt = (url: string, secrets: unknown, given: Partial<AskedStore> = {}): Shop => {
  const store: AskedStore = {
    id: storeId.parse('vendure'),
    kind: 'vendure',
    url,
    makesCoupons: true,
    creditOn: 'paid',
    links: false,
    ...given,
  };
  return vendureShop({
    store,
    secrets,
    call: shopCalls({ loopback: true }),
    stopwatch: frozenStopwatch(),
    nowMs: () => Date.now(),
  });
};

let made = 0;

/** A code and a redemption that no other test has. The shop's clock is the real one, so days count from now. */
export const couponSpec = (given: Partial<CouponSpec> = {}): CouponSpec => {
  made += 1;
  return {
    code: `GIFT-${String(made).padStart(4, '2')}-9XWD-M4TC`,
    redemption: `redemption-${made}`,
    title: 'Fifteen off',
    benefit: { kind: 'amount', valueMinor: 1500, products: [] },
    currency: usd,
    startsAt: instant.parse(Date.now()),
    expiresAt: instant.parse(Date.now() + 30 * dayMs),
    ...given,
  };
};

/** @throws where the shop does not tell it */
export const orderOf = async (shop: Shop, { id }: PlacedOrder): Promise<ShopOrder> => {
  const found = await shop.readOrder(id, patient());
  if (found.kind !== 'found') throw new Error(`expected the order, got ${JSON.stringify(found)}`);
  return found.order;
};
