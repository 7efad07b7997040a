/**
 * Part of the fake: its orders and discounts, and what it does with them. The rules are ours, written after Shopify's documentation;
 * where that is silent, it does what is hardest for a caller.
 */
export const currency = 'EUR';

export interface FakeRefund {
  readonly cents: number;
  readonly currency: string;
}

export interface FakeOrder {
  readonly id: bigint;
  name: string;
  email: string | null;
  /** Whether it has an e-mail, though the app may not see it. */
  notifiable: boolean;
  currency: string;
  totalCents: number;
  itemsCents: number;
  /** After returns. */
  currentCents: number;
  receivedCents: number;
  refunds: FakeRefund[];
  financial: string;
  fulfillment: string;
  cancelledAt: Date | undefined;
  createdAt: Date;
  processedAt: Date;
  updatedAt: Date;
  test: boolean;
  codes: string[];
  readonly metafields: Map<string, string>;
}

export interface FakeDiscount {
  readonly id: string;
  readonly typename: 'DiscountCodeBasic' | 'DiscountCodeFreeShipping' | 'DiscountCodeApp';
  readonly code: string;
  title: string;
  tags: readonly string[];
  startsAt: Date;
  endsAt: Date | undefined;
  usageLimit: number | undefined;
  uses: number;
  /** What `asyncUsageCount` says; behind the truth while the fake lags. */
  countedUses: number;
  /** The input of its making, as it came. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** What the customer pays for a piece, by product and by variant. */
export const catalogue: ReadonlyMap<string, string> = new Map([
  ['gid://shopify/Product/1072481042', '25.00'],
  ['gid://shopify/Product/1072481043', '9.90'],
  ['gid://shopify/ProductVariant/43729076', '12.50'],
  ['gid://shopify/Product/7', '0.00'],
]);

export const gidOf = (order: FakeOrder): string => `gid://shopify/Order/${order.id}`;
export const givenBack = (order: FakeOrder): number =>
  order.refunds.reduce((sum, { cents }) => sum + cents, 0);
export const cents = (amount: string): number => Math.round(Number(amount) * 100);
/** Shopify writes "45.0" as often as "45.00". */
export const decimal = (amount: number): string => (amount / 100).toFixed(2);

export interface NewOrder {
  readonly email: string | null;
  readonly total: string;
  readonly name?: string;
  readonly status?: 'pending' | 'paid' | 'cancelled';
  readonly test?: boolean;
  readonly coupon?: string;
  readonly createdAt?: Date;
}

export class FakeShop {
  readonly orders: FakeOrder[] = [];
  readonly discounts: FakeDiscount[] = [];
  readonly now: () => Date;
  /** Whether `asyncUsageCount` stays behind. */
  lags = false;
  /** Ids as long as Shopify's own, which a JavaScript number cannot hold. */
  private nextId = 820982911946154508n;
  private nextNumber = 1001;

  constructor(now: () => Date) {
    this.now = now;
  }

  private newId(): bigint {
    this.nextId += 2n;
    return this.nextId;
  }

  byCode(code: string): FakeDiscount | undefined {
    return this.discounts.find((one) => one.code.toUpperCase() === code.toUpperCase());
  }

  statusOf({ startsAt, endsAt }: FakeDiscount): 'ACTIVE' | 'EXPIRED' | 'SCHEDULED' {
    const now = this.now();
    if (endsAt !== undefined && endsAt <= now) return 'EXPIRED';
    return startsAt > now ? 'SCHEDULED' : 'ACTIVE';
  }

  isUsable(discount: FakeDiscount): boolean {
    const { uses, usageLimit } = discount;
    return this.statusOf(discount) !== 'EXPIRED' && (usageLimit === undefined || uses < usageLimit);
  }

  private use(code: string): void {
    const discount = this.byCode(code);
    if (discount === undefined || !this.isUsable(discount)) throw new Error('the checkout refuses the code');
    discount.uses += 1;
    if (!this.lags) discount.countedUses = discount.uses;
  }

  place({ email, total, name, status = 'paid', test = false, coupon, createdAt }: NewOrder): FakeOrder {
    if (coupon !== undefined) this.use(coupon);
    const at = createdAt ?? this.now();
    const sum = cents(total);
    const order: FakeOrder = {
      id: this.newId(),
      name: name ?? `#${this.nextNumber}`,
      email,
      notifiable: email !== null,
      currency,
      totalCents: sum,
      itemsCents: sum,
      currentCents: sum,
      receivedCents: status === 'pending' ? 0 : sum,
      refunds: [],
      financial: status === 'pending' ? 'PENDING' : 'PAID',
      fulfillment: 'UNFULFILLED',
      cancelledAt: undefined,
      createdAt: at,
      processedAt: at,
      updatedAt: at,
      test,
      codes: coupon === undefined ? [] : [coupon],
      metafields: new Map(),
    };
    this.nextNumber += 1;
    this.orders.push(order);
    if (status === 'cancelled') this.cancel(order);
    return order;
  }

  byGid(gid: string): FakeOrder | undefined {
    return this.orders.find((order) => gidOf(order) === gid);
  }

  private touch(order: FakeOrder): void {
    order.updatedAt = this.now();
  }

  /** Money back without a return: the order's current total stays, as Shopify's does. */
  refund(order: FakeOrder, amount?: string): void {
    const left = order.receivedCents - givenBack(order);
    const sum = amount === undefined ? left : cents(amount);
    if (sum <= 0 || sum > left) throw new Error('there is not so much to give back');
    order.refunds.push({ cents: sum, currency: order.currency });
    order.financial = sum === left ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
    this.touch(order);
  }

  /** The payment is given back or voided, as the admin does unless told otherwise. */
  cancel(order: FakeOrder): void {
    if (order.receivedCents > givenBack(order)) this.refund(order);
    else if (order.financial === 'PENDING') order.financial = 'VOIDED';
    order.cancelledAt = this.now();
    this.touch(order);
  }

  pay(order: FakeOrder): void {
    order.receivedCents = order.totalCents;
    order.financial = 'PAID';
    this.touch(order);
  }

  /** An ended discount stays, with its end now. */
  end(discount: FakeDiscount): void {
    discount.endsAt = this.now();
    if (discount.startsAt > discount.endsAt) discount.startsAt = discount.endsAt;
  }

  add(discount: Omit<FakeDiscount, 'id' | 'uses' | 'countedUses'>): FakeDiscount {
    const made = {
      ...discount,
      id: `gid://shopify/DiscountCodeNode/${this.newId()}`,
      uses: 0,
      countedUses: 0,
    };
    this.discounts.push(made);
    return made;
  }
}
