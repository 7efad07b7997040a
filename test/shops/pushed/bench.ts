/** A shop that pushes its orders, and checks and uses coupons by our routes at its checkout. */
import { randomUUID } from 'node:crypto';
import type { OrderToPlace, PlacedOrder, ShopBench, ShopCoupon } from '../bench.ts';

interface Held extends PlacedOrder {
  readonly told: Record<string, unknown>;
}

export const openPushedBench = async (): Promise<ShopBench> => {
  type Program = Parameters<NonNullable<ShopBench['attach']>>[0];
  let program: Program | undefined;
  const opened = (): Program => {
    if (program === undefined) throw new Error('the program is not open yet');
    return program;
  };
  const orders = new Map<string, Held>();
  const tell = async (held: Held, change: Record<string, unknown>): Promise<void> => {
    Object.assign(held.told, change);
    await opened().push(held.told);
  };
  const heldOf = ({ number }: PlacedOrder): Held => {
    const held = orders.get(number);
    if (held === undefined) throw new Error(`there is no order ${number}`);
    return held;
  };
  const place = async ({ email, total, status = 'paid', test = false, coupon }: OrderToPlace) => {
    const number = String(1001 + orders.size);
    if (coupon !== undefined) {
      const used = await opened().store('coupons/use', { code: coupon, order_number: number });
      if (!JSON.stringify(used).includes('"result":"used"')) throw new Error('the coupon was refused');
    }
    const held: Held = {
      number,
      id: randomUUID(),
      told: { order_number: number, email, total, status, test },
    };
    orders.set(number, held);
    await tell(held, {});
    return held;
  };
  return {
    kind: 'pushed',
    section: { kind: 'pushed' },
    secrets: undefined,
    currency: 'USD',
    products: ['TT-01'],
    attach: (given) => {
      program = given;
    },
    place,
    refund: async (order, amount) => {
      const held = heldOf(order);
      const before = Number(held.told['refunded'] ?? 0);
      const refunded = amount === undefined ? Number(held.told['total']) : before + Number(amount);
      await tell(held, { refunded: refunded.toFixed(2) });
    },
    cancel: (order) => tell(heldOf(order), { status: 'cancelled' }),
    coupons: async (code): Promise<readonly ShopCoupon[]> => {
      const checked = JSON.parse(JSON.stringify(await opened().store('coupons/check', { code })));
      if (checked.coupon === undefined) return [];
      const { status, expires_at: expiresAt } = checked.coupon;
      return [{ code, uses: status === 'used' ? 1 : 0, usable: status === 'valid', expiresAt }];
    },
    hook: async () => undefined,
    calls: () => 0,
    close: async () => undefined,
  };
};
