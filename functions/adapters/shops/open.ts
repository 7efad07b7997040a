/** Opens the shops of a program's stores, each once for as long as its credentials stay the same: tokens are kept with it. */
import type { AskedStore } from '../../domain/store.ts';
import type { Stopwatch } from '../../ports/environment.ts';
import type { OpenShop, Shop, ShopSecrets } from '../../ports/shops.ts';
import type { CallShop, Connection } from './connection.ts';
import { shopifyShop } from './shopify/shopify.ts';
import { siteShop } from './site/site.ts';
import { vendureShop } from './vendure/vendure.ts';
import { wooShop } from './woocommerce/woocommerce.ts';

const kinds: Readonly<Record<AskedStore['kind'], (connection: Connection) => Shop>> = {
  shopify: shopifyShop,
  woocommerce: wooShop,
  site: siteShop,
  vendure: vendureShop,
};

export interface Outside {
  readonly secrets: ShopSecrets;
  readonly call: CallShop;
  readonly stopwatch: Stopwatch;
  readonly nowMs: () => number;
}

export const openShops = ({ secrets, ...outside }: Outside): OpenShop => {
  const opened = new Map<string, { readonly made: string; readonly shop: Shop }>();
  return async (program, store) => {
    const held = await secrets.of(program, store.id);
    const name = `${program} ${store.id}`;
    const made = JSON.stringify([store, held]);
    const known = opened.get(name);
    if (known?.made === made) return known.shop;
    const shop = kinds[store.kind]({ store, secrets: held, ...outside });
    opened.set(name, { made, shop });
    return shop;
  };
};
