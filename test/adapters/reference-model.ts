/** What the product promises, in the fewest words: no lots, no revisions, no faults. The real thing must come to the same. */
export interface ModelMember {
  active: boolean;
  bonusPaid: boolean;
  membership: number;
  /** Spendable less debt. */
  balance: number;
  won: number;
  email: string | undefined;
}
export interface ModelOrder {
  email: string;
  total: number;
  refunded: number;
  final: boolean;
  claim?: { contact: string; membership: number; standing: number };
}
export interface ModelCoupon {
  contact: string;
  membership: number;
  points: number;
  state: 'issued' | 'used' | 'cancelled';
  usedBy?: string;
}

export class Model {
  readonly members = new Map<string, ModelMember>();
  readonly orders = new Map<string, ModelOrder>();
  readonly coupons = new Map<string, ModelCoupon>();
  readonly paidEmails = new Set<string>();
  readonly keys = new Map<string, string>();

  /** A copy that goes its own way. */
  fork(): Model {
    const copy = new Model();
    for (const name of ['members', 'orders', 'coupons', 'keys'] as const) {
      const from: Map<string, unknown> = this[name];
      const to: Map<string, unknown> = copy[name];
      for (const [key, value] of from) to.set(key, structuredClone(value));
    }
    for (const email of this.paidEmails) copy.paidEmails.add(email);
    return copy;
  }

  /** Becomes what another one is. */
  adopt(other: Model): void {
    for (const name of ['members', 'orders', 'coupons', 'keys'] as const) {
      const to: Map<string, unknown> = this[name];
      to.clear();
      for (const [key, value] of other[name]) to.set(key, value);
    }
    for (const email of other.paidEmails) this.paidEmails.add(email);
  }

  member(contact: string): ModelMember {
    const known = this.members.get(contact);
    if (known !== undefined) return known;
    const fresh = { active: false, bonusPaid: false, membership: 0, balance: 0, won: 0, email: undefined };
    this.members.set(contact, fresh);
    return fresh;
  }

  ownerOf(email: string): string | undefined {
    return [...this.members].find(([, member]) => member.active && member.email === email)?.[0];
  }

  /** What an order is worth: whole dollars of what remains. */
  worth({ total, refunded, final }: Pick<ModelOrder, 'total' | 'refunded' | 'final'>): number {
    return final ? 0 : Math.floor(Math.max(0, total - refunded) / 100);
  }

  claimResult(contact: string, number: string): string {
    const member = this.member(contact);
    const order = this.orders.get(number);
    if (!member.active) return 'not_member';
    if (order?.claim?.contact === contact) return 'already_claimed';
    if (order === undefined || order.email !== member.email) return 'not_found';
    if (order.claim !== undefined) return 'claimed_by_other';
    if (order.final || (order.total > 0 && order.refunded >= order.total)) return 'refunded';
    return 'credited';
  }

  claim(contact: string, number: string): void {
    const member = this.member(contact);
    const order = this.orders.get(number);
    if (order === undefined) return;
    const standing = this.worth(order);
    order.claim = { contact, membership: member.membership, standing };
    member.balance += standing;
  }

  news(number: string, email: string, told: { total: number; refunded: number; refund: boolean }): void {
    const order = this.orders.get(number) ?? { email, total: told.total, refunded: 0, final: false };
    this.orders.set(number, order);
    Object.assign(order, {
      email,
      total: told.total,
      refunded: Math.max(order.refunded, told.refunded),
      final: order.final || told.refund,
    });
    const { claim } = order;
    if (claim === undefined) return;
    const member = this.member(claim.contact);
    const due = Math.min(claim.standing, this.worth(order));
    if (!member.active || member.membership !== claim.membership) return;
    member.balance -= claim.standing - due;
    claim.standing = due;
  }

  join(contact: string, email: string, bonus: number): void {
    const member = this.member(contact);
    const due = !member.bonusPaid && !this.paidEmails.has(email);
    this.paidEmails.add(email);
    Object.assign(member, {
      active: true,
      bonusPaid: true,
      membership: member.membership + 1,
      balance: due ? bonus : 0,
      won: 0,
      email,
    });
  }
}
