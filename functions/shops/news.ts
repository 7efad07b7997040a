/** What a shop tells of orders and coupons, by webhook or when it is asked: into the books, in any order and any number of times. */
import { type Instant, normalizeCouponCode, type OrderNumber, type StoreId } from '../domain/ids.ts';
import { answer, type Loaded } from '../domain/ledger.ts';
import type { Setting } from '../domain/membership.ts';
import type { OrderFacts } from '../domain/order.ts';
import { decideNews } from '../domain/order-news.ts';
import { factsBy, factsOf, type ShopOrder } from '../domain/shop-order.ts';
import { decideShopRelease, decideShopUse, type ShopUse } from '../domain/shop-use.ts';
import type { AskedStore } from '../domain/store.ts';
import type { Chance } from '../ports/environment.ts';
import type { Ledger, Scope } from '../ports/ledger.ts';
import type { Finding, ShopRecords } from '../ports/shop-records.ts';

export interface NewsPorts {
  readonly ledger: Ledger;
  readonly chance: Chance;
  readonly records: ShopRecords;
}

/** Each change has an operation of its own, so that a lost answer can be told from its neighbours'. */
const apart = ({ chance }: NewsPorts, scope: Scope, setting: Setting) => {
  const operation = chance.operation();
  return { scope: { ...scope, operation }, setting: { ...setting, stamp: { ...setting.stamp, operation } } };
};

/** @returns whether something was new, and the order as it stands in the books afterwards */
export const takeOrder = async (
  ports: NewsPorts,
  facts: OrderFacts,
  scope: Scope,
  setting: Setting,
): Promise<{ readonly changed: boolean; readonly known: OrderFacts }> => {
  const own = apart(ports, scope, setting);
  const { store, number } = facts;
  const answer = await ports.ledger.decide(own.scope, { orders: [{ store, number }] }, (found) =>
    decideNews(found, facts, own.setting),
  );
  return { changed: answer.result === 'stored', known: answer.known };
};

/** A store speaks of the coupons that it made, and of those that are ours alone; another store's are none of its business. */
const ofStore = (found: Loaded, store: StoreId | undefined): Loaded => ({
  ...found,
  coupons: found.coupons.filter((held) => [undefined, store].includes(held.store) || store === undefined),
});

/** @param store undefined where we looked for ourselves */
export const takeUse = async (
  ports: NewsPorts,
  store: StoreId | undefined,
  code: string,
  order: OrderNumber,
  scope: Scope,
  setting: Setting,
  at?: Instant,
): Promise<ShopUse> => {
  const key = normalizeCouponCode(code);
  if (key === undefined) return 'unknown';
  const own = apart(ports, scope, setting);
  const { result } = await ports.ledger.decide(own.scope, { coupons: [key] }, (found) =>
    decideShopUse(ofStore(found, store), order, own.setting, at),
  );
  return result;
};

export const takeRelease = async (
  ports: NewsPorts,
  store: StoreId,
  code: string,
  order: OrderNumber,
  scope: Scope,
  setting: Setting,
  at?: Instant,
): Promise<boolean> => {
  const key = normalizeCouponCode(code);
  if (key === undefined) return false;
  const own = apart(ports, scope, setting);
  const { result } = await ports.ledger.decide(own.scope, { coupons: [key] }, (found) =>
    decideShopRelease(ofStore(found, store), order, own.setting, at),
  );
  return result === 'released';
};

/**
 * An order without an e-mail can be claimed by nobody and is not kept; one that is known keeps the e-mail that it had, since a shop may
 * take that away before it refunds.
 */
const takeTold = async (
  ports: NewsPorts,
  told: ShopOrder,
  store: StoreId,
  scope: Scope,
  setting: Setting,
): Promise<Awaited<ReturnType<typeof takeOrder>> | undefined> => {
  const facts = factsOf(told, store, setting.emailKey);
  if (facts !== undefined) return takeOrder(ports, facts, scope, setting);
  const { number } = told;
  const email = await ports.ledger.decide(scope, { orders: [{ store, number }] }, ({ orders: [known] }) =>
    answer(known?.email),
  );
  return email === undefined ? undefined : takeOrder(ports, factsBy(told, store, email), scope, setting);
};

/** An order that earns gets its signed link, once, however it became known; the shop is not kept waiting for it. */
const askForLink = async (
  { records }: NewsPorts,
  told: ShopOrder,
  { status }: Pick<OrderFacts, 'status'>,
  store: AskedStore,
  scope: Scope,
  { program, stamp }: Setting,
): Promise<void> => {
  const earns = status === 'paid' || status === 'fulfilled';
  if (!store.links || !earns || told.linked || told.id === undefined) return;
  await records.ask(program.id, { store: store.id, what: 'link', id: told.id }, stamp.now, scope.signal);
};

/** Takes an order as its shop tells it: its sums and state, and the coupons that it used, or no longer uses. */
export const takeShopOrder = async (
  ports: NewsPorts,
  told: ShopOrder,
  store: AskedStore,
  scope: Scope,
  setting: Setting,
): Promise<{ readonly changed: boolean; readonly findings: readonly Finding[] }> => {
  const taken = await takeTold(ports, told, store.id, scope, setting);
  const { updatedAt, status } = taken?.known ?? told;
  const findings: Finding[] = [];
  // What is known of the order counts, not news that come late: a coupon that it freed is not used again by them.
  const late = told.updatedAt !== undefined && updatedAt !== undefined && told.updatedAt < updatedAt;
  const over = status === 'cancelled';
  for (const code of over ? told.codes : (told.freedCodes ?? []))
    if (!late || over) await takeRelease(ports, store.id, code, told.number, scope, setting, told.updatedAt);
  for (const code of over || late ? [] : told.codes) {
    const use = await takeUse(ports, store.id, code, told.number, scope, setting, told.updatedAt);
    if (use === 'without_debit' || use === 'twice')
      findings.push({ kind: use, store: store.id, code, order: told.number, at: setting.stamp.now });
  }
  await askForLink(ports, told, taken?.known ?? told, store, scope, setting);
  return { changed: taken?.changed ?? false, findings };
};
