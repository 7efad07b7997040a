/** A shop on the bench: whatever stands behind it, a test places orders, refunds them and uses coupons as people do there. */
import type { StoreKind } from '../../functions/domain/store.ts';

export interface PlacedOrder {
  /** As the shop prints it for the customer. */
  readonly number: string;
  readonly id: string;
}

export interface OrderToPlace {
  readonly email: string;
  /** Major units, such as "60.00". */
  readonly total: string;
  /** `paid` unless told. */
  readonly status?: 'pending' | 'paid' | 'cancelled';
  readonly test?: boolean;
  /** A coupon that it uses. Rejects where the shop would not take it. */
  readonly coupon?: string;
}

/** A coupon as the shop knows it. */
export interface ShopCoupon {
  readonly code: string;
  readonly uses: number;
  readonly usable: boolean;
  readonly expiresAt: string;
}

export interface HookDelivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ShopBench {
  readonly kind: StoreKind;
  /** What stands under `stores` in the program file beside the id: kind, url and so on. */
  readonly section: Readonly<Record<string, unknown>>;
  /** What lies under the store’s name where secrets lie. */
  readonly secrets: unknown;
  readonly currency: string;
  /** Product ids that a reward of the kind `product` may be bound to; empty where the shop cannot do that. */
  readonly products: readonly string[];
  place(order: OrderToPlace): Promise<PlacedOrder>;
  /** Gives back a part, or all that is left. */
  refund(order: PlacedOrder, amount?: string): Promise<void>;
  cancel(order: PlacedOrder): Promise<void>;
  /** Every coupon that the shop has under the code: more than one is a twin. */
  coupons(code: string): Promise<readonly ShopCoupon[]>;
  /** The webhook that the shop sends of the order as it stands; undefined where it sends none. */
  hook(order: PlacedOrder): Promise<HookDelivery | undefined>;
  /** Called once the program of the shop is open: for a shop that pushes. */
  attach?(program: {
    push(order: Record<string, unknown>): Promise<unknown>;
    store(path: string, body: unknown): Promise<unknown>;
  }): void;
  /** How many calls of ours it has answered. */
  calls(): number;
  close(): Promise<void>;
}
