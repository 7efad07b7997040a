/** What people do at a shop with a site of its own: they buy, and the shop gives back and cancels, in the example's files. */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { currency, formatMinor, parseMoney } from '../../../functions/domain/money.ts';
import type { OrderToPlace, PlacedOrder, ShopCoupon } from '../bench.ts';

export const sold = currency.parse('USD');

/** An order as the example keeps it: the Order of the push contract. */
interface Kept {
  readonly order_number: string;
  readonly order_id: string;
  readonly email: string;
  readonly total: string;
  readonly refunded: string;
  readonly currency: string;
  readonly status: string;
  readonly placed_at: string;
  readonly updated_at: string;
  readonly test: boolean;
  readonly coupon_codes: readonly string[];
}

/** The example's files, as the shop's own software would write them. */
const openFiles = (folder: string) => {
  const pathOf = (kind: string, name: string): string => {
    mkdirSync(join(folder, kind), { recursive: true });
    return join(folder, kind, `${encodeURIComponent(name.toUpperCase())}.json`);
  };
  const draftOf = (path: string, record: object): string => {
    const draft = `${path}.${randomBytes(8).toString('hex')}`;
    writeFileSync(draft, JSON.stringify(record));
    return draft;
  };
  return {
    read: (kind: string, name: string) => {
      try {
        return JSON.parse(readFileSync(pathOf(kind, name), 'utf8'));
      } catch {
        return undefined;
      }
    },
    write: (kind: string, name: string, record: object): void => {
      const path = pathOf(kind, name);
      renameSync(draftOf(path, record), path);
    },
    /** False where there is one already. */
    create: (kind: string, name: string, record: object): boolean => {
      const path = pathOf(kind, name);
      const draft = draftOf(path, record);
      try {
        linkSync(draft, path);
        return true;
      } catch {
        return false;
      } finally {
        rmSync(draft);
      }
    },
    remove: (kind: string, name: string): void => rmSync(pathOf(kind, name), { force: true }),
  };
};
const minorOf = (text: string): number => {
  const minor = parseMoney(text, sold);
  if (minor === undefined) throw new Error(`no sum: ${text}`);
  return minor;
};

/** @param folder where the example's files lie @param nowMs the shop's own clock */
export const openTill = (folder: string, nowMs: () => number) => {
  const files = openFiles(folder);
  let placed = 1000;
  let changedAt = 0;
  const change = (order: Omit<Kept, 'updated_at'>): void => {
    // No two changes at one moment: which of them is newer is to be known.
    changedAt = Math.max(changedAt + 1, nowMs());
    files.write('orders', order.order_number, { ...order, updated_at: new Date(changedAt).toISOString() });
  };
  const kept = ({ number }: PlacedOrder): Kept => {
    const order = files.read('orders', number);
    if (order === undefined) throw new Error(`there is no order ${number}`);
    return order;
  };
  const isCurrent = (code: string): boolean => {
    const coupon = files.read('coupons', code);
    return coupon !== undefined && Date.parse(coupon.expires_at) > nowMs();
  };
  return {
    place: ({ email, total, status = 'paid', test = false, coupon }: OrderToPlace): PlacedOrder => {
      placed += 1;
      const number = String(placed);
      if (coupon !== undefined) {
        const used = isCurrent(coupon) && files.create('ended', coupon, { by: 'used', order: number });
        if (!used) throw new Error('the shop does not take this coupon');
      }
      change({
        order_number: number,
        order_id: number,
        email,
        total: formatMinor(minorOf(total), sold),
        refunded: '0.00',
        currency: sold,
        status,
        placed_at: new Date(nowMs()).toISOString(),
        test,
        coupon_codes: coupon === undefined ? [] : [coupon],
      });
      return { number, id: number };
    },
    refund: (order: PlacedOrder, amount?: string): void => {
      const before = kept(order);
      const total = minorOf(before.total);
      const back = minorOf(before.refunded);
      const refunded = amount === undefined ? total : back + minorOf(amount);
      if (refunded > total) throw new Error('more than was paid');
      const status = refunded === total ? 'refunded' : before.status;
      change({ ...before, refunded: formatMinor(refunded, sold), status });
    },
    cancel: (order: PlacedOrder): void => {
      const before = kept(order);
      change({ ...before, status: 'cancelled' });
      for (const code of before.coupon_codes) files.remove('ended', code);
    },
    coupons: (code: string): readonly ShopCoupon[] => {
      const coupon = files.read('coupons', code);
      if (coupon === undefined) return [];
      const end = files.read('ended', code);
      const uses = end?.by === 'used' ? 1 : 0;
      const usable = end === undefined && isCurrent(code);
      return [{ code: coupon.code, uses, usable, expiresAt: coupon.expires_at }];
    },
  };
};
