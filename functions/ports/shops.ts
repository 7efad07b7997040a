/** A program's shops, as use cases see them: who is asked for orders, who makes coupons, and whose webhooks come in. */
import type { Benefit } from '../domain/coupon.ts';
import type { Email } from '../domain/email.ts';
import type { Instant, OrderNumber, ProgramId } from '../domain/ids.ts';
import type { Currency } from '../domain/money.ts';
import type { ShopOrder } from '../domain/shop-order.ts';
import type { AskedStore } from '../domain/store.ts';

/** Why a shop could not answer. The customer reads that the shop cannot be reached; the owner reads this. */
export type Reason =
  /** No credentials lie under the store's name. */
  | 'no_credentials'
  /** The shop's address resolves to a machine that must not be called. */
  | 'address_refused'
  | 'unreachable'
  | 'timeout'
  /** It redirects elsewhere. */
  | 'redirected'
  /** More than 1 MiB, or an answer without an end. */
  | 'too_large'
  /** Not what this kind of shop answers: no JSON, wrong currency or decimals, negative sums. */
  | 'malformed'
  /** Keys wrong or revoked. */
  | 'unauthorized'
  /** The keys may not do this: a scope is missing. */
  | 'forbidden'
  /** Shopify may not show customers’ data to this app. */
  | 'pii_not_granted'
  | 'throttled'
  /** 5xx, and whatever else is the shop’s own trouble. */
  | 'server_error';

export interface Trouble {
  readonly kind: 'trouble';
  readonly reason: Reason;
  /** For the owner: what was answered, without anything about people. */
  readonly detail?: string;
}

export type FoundOrder =
  | { readonly kind: 'found'; readonly order: ShopOrder }
  | { readonly kind: 'none' }
  | Trouble;

/** A coupon as the shop is to make it. */
export interface CouponSpec {
  /** As the customer types it, hyphens and all. */
  readonly code: string;
  /** Names the redemption; the shop keeps it beside the coupon, so that ours is known from another of the same code. */
  readonly redemption: string;
  /** What the owner reads in the shop’s list. */
  readonly title: string;
  readonly benefit: Exclude<Benefit, { kind: 'manual' | 'pool' }>;
  readonly currency: Currency;
  readonly startsAt: Instant;
  readonly expiresAt: Instant;
}

/** `made`: it is there, once, and ours. `refused`: it is not there and never will be. Trouble: it may be there. */
export type MadeCoupon =
  | { readonly kind: 'made' }
  | { readonly kind: 'refused'; readonly detail: string }
  | Trouble;

/** `ours`: under our code, made for our redemption. `foreign`: another coupon has the code. */
export type KnownCoupon =
  | { readonly kind: 'ours'; readonly used: boolean }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'none' }
  | Trouble;

/** `used`: too late. `none`: the shop has no such coupon of ours. */
export type CancelledCoupon = { readonly kind: 'cancelled' | 'used' | 'none' } | Trouble;

export interface OrdersPage {
  readonly kind: 'page';
  readonly orders: readonly ShopOrder[];
  /** Orders of the page that could not be read, by the shop's id: they are told to the owner and stop nobody else. */
  readonly unreadable?: readonly string[];
  /** Where to go on; undefined at the end. */
  readonly next: string | undefined;
}

/** That an order used a coupon, or lets go of it. */
export interface CouponNews {
  readonly code: string;
  readonly order: OrderNumber;
  /** Of when the news are, where the shop says it: they may come in any order. */
  readonly at?: Instant | undefined;
}

/** What a webhook says, once its signature is known to be the shop’s. */
export type HookNews =
  | {
      readonly kind: 'news';
      readonly orders: readonly ShopOrder[];
      /** Ids of orders of which it says only that something happened: they are to be read from the shop. */
      readonly reread: readonly string[];
      readonly used: readonly CouponNews[];
      readonly released: readonly CouponNews[];
    }
  /** A shop’s test call, or a topic that does not concern us. */
  | { readonly kind: 'nothing'; readonly topic: string }
  /** Signature wrong, missing or too old. */
  | { readonly kind: 'unauthorized'; readonly detail: string }
  /** Signed, and not readable. */
  | { readonly kind: 'malformed'; readonly detail: string };

export interface HookRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes as they came: the signature is over them. */
  readonly body: Buffer;
}

/** One line of what `shop check` tried. */
export interface CheckLine {
  readonly what: string;
  readonly ok: boolean;
  /** What is wrong and what to do, or what was found. */
  readonly detail: string;
}

/** One shop. No method throws for what a shop does; each may give trouble. */
export interface Shop {
  /** The order of this number, if it is under one of these e-mails. Unknown order and other e-mail are both `none`. */
  findOrder(
    asked: { readonly number: OrderNumber; readonly emails: readonly Email[] },
    signal: AbortSignal,
  ): Promise<FoundOrder>;
  /** The order of this id as it is now, whoever it is of. A site that only looks up gives `none`. */
  readOrder(id: string, signal: AbortSignal): Promise<FoundOrder>;
  /** Orders changed since, oldest change first, page by page. @param from where the page before said to go on */
  changedOrders(since: Instant, from: string | undefined, signal: AbortSignal): Promise<OrdersPage | Trouble>;
  /**
   * Makes a coupon, once for each redemption however often it is asked. A twin that two calls made in parallel is removed.
   * @param again an earlier try may have made it: it is looked up first
   */
  makeCoupon(spec: CouponSpec, again: boolean, signal: AbortSignal): Promise<MadeCoupon>;
  findCoupon(spec: Pick<CouponSpec, 'code' | 'redemption'>, signal: AbortSignal): Promise<KnownCoupon>;
  /** Ends an unused coupon of ours, and any twin of it. */
  cancelCoupon(spec: Pick<CouponSpec, 'code' | 'redemption'>, signal: AbortSignal): Promise<CancelledCoupon>;
  /** Writes a signed link beside an order, where the shop’s mail can show it. */
  attachLink(
    orderId: string,
    ref: string,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'attached' } | Trouble>;
  /** Verifies first and reads then. */
  readHook(request: HookRequest): HookNews;
  /** Credentials, scopes, clock and currency, for `shop check`. */
  check(currency: Currency, signal: AbortSignal): Promise<readonly CheckLine[]>;
}

/** Opens the shop of a store. A store without credentials opens as a shop that says so. */
export type OpenShop = (program: ProgramId, store: AskedStore) => Promise<Shop>;

/** Where the credentials of shops lie: a JSON object for each store. */
export interface ShopSecrets {
  /** Undefined where there are none. */
  of(program: ProgramId, store: AskedStore['id']): Promise<unknown>;
}
