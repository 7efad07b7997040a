/** An order as a shop's own server tells it, read by its adapter. The e-mail is still in the clear: it is compared, then hashed. */
import { type Email, type EmailHash, hashEmail } from './email.ts';
import type { Instant, OrderNumber, StoreId } from './ids.ts';
import type { OrderFacts, OrderStatus } from './order.ts';

export interface ShopOrder {
  /** The printed number, normalized. */
  readonly number: OrderNumber;
  /** The shop's own immutable id; undefined where it tells none. */
  readonly id: string | undefined;
  /** Undefined where the shop knows none. */
  readonly email: Email | undefined;
  readonly totalMinor: number;
  /** Sum of the lines without shipping and tax, where the shop tells it. */
  readonly itemsMinor: number | undefined;
  readonly refundedMinor: number;
  readonly currency: string;
  readonly status: OrderStatus;
  readonly placedAt: Instant;
  readonly updatedAt: Instant | undefined;
  readonly test: boolean;
  /** The coupon codes that it used, as the shop writes them. */
  readonly codes: readonly string[];
  /** Coupon codes that it used once and lets go of without being cancelled, such as an order whose payment failed. */
  readonly freedCodes?: readonly string[];
  /** Whether it carries its signed link already. */
  readonly linked: boolean;
}

/** What the ledger keeps of it, under an e-mail that is known otherwise. */
export const factsBy = (told: ShopOrder, store: StoreId, email: EmailHash): OrderFacts => {
  const { number, id, totalMinor, itemsMinor, refundedMinor, currency, status, placedAt, updatedAt, test } =
    told;
  return {
    store,
    number,
    ...(id === undefined ? {} : { id }),
    email,
    totalMinor,
    ...(itemsMinor === undefined ? {} : { itemsMinor }),
    refundedMinor,
    currency,
    status,
    placedAt,
    ...(updatedAt === undefined ? {} : { updatedAt }),
    test,
  };
};

/** What the ledger keeps of it; undefined for an order that nobody could claim, since it is under no e-mail. */
export const factsOf = (told: ShopOrder, store: StoreId, emailKey: string): OrderFacts | undefined =>
  told.email === undefined ? undefined : factsBy(told, store, hashEmail(told.email, emailKey));
