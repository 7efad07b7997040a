/** Making, at the shop, a coupon that the books have reserved; by the customer's own request, or by the job `settle`. */
import type { Coupon } from '../domain/coupon.ts';
import type { Setting } from '../domain/membership.ts';
import { currency } from '../domain/money.ts';
import { decideFailed, decideMade, type ShopCouponAnswer } from '../domain/shop-coupon.ts';
import { isAsked } from '../domain/store.ts';
import type { Log } from '../platform/log.ts';
import type { Chance } from '../ports/environment.ts';
import type { Ledger, Scope } from '../ports/ledger.ts';
import type { CouponSpec, OpenShop, Shop, Trouble } from '../ports/shops.ts';
import { tellTrouble } from './look-up.ts';

export interface MakingPorts {
  readonly ledger: Ledger;
  readonly shops: OpenShop;
  readonly chance: Chance;
  readonly log: Log;
}

/** A coupon as its shop is to make it. @throws for one that no shop makes */
export const specOf = (held: Coupon): CouponSpec => {
  const { benefit, redemption } = held;
  if (benefit.kind === 'manual' || benefit.kind === 'pool' || redemption === undefined)
    throw new Error('no shop makes this coupon');
  return {
    code: held.code,
    redemption,
    title: `Loyalty reward ${held.reward}`,
    benefit,
    currency: currency.parse(held.currency),
    startsAt: held.issuedAt,
    expiresAt: held.expiresAt,
  };
};

const absent: Trouble = { kind: 'trouble', reason: 'no_credentials', detail: 'the store left the program' };

/** The shop that makes a coupon; undefined where the program does not have it any more. */
export const makerOf = async (
  held: Coupon,
  { program }: Setting,
  shops: OpenShop,
): Promise<Shop | undefined> => {
  const store = program.stores.filter(isAsked).find(({ id }) => id === held.store);
  return store === undefined ? undefined : shops(program.id, store);
};

/** What became of it: `issued` and `failed` are written; on trouble the reservation stays, and `settle` goes on. */
export type Making =
  | { readonly kind: 'issued' | 'failed'; readonly answer: ShopCouponAnswer }
  /** `away`: the shop gave no answer at all. */
  | { readonly kind: 'open'; readonly away: boolean };

/**
 * Asks the shop, and writes what it said. @param scope of which each write takes an operation of its own
 * @param signal ends the call to the shop before the request's own deadline
 */
export const makeAtShop = async (
  { ledger, shops, chance, log }: MakingPorts,
  held: Coupon,
  setting: Setting,
  scope: Scope,
  signal: AbortSignal,
): Promise<Making> => {
  const shop = await makerOf(held, setting, shops);
  const again = (held.tries ?? 1) > 1;
  const made = shop === undefined ? absent : await shop.makeCoupon(specOf(held), again, signal);
  if (made.kind === 'trouble') {
    if (held.store !== undefined) tellTrouble(log, setting.program, held.store, 'coupon', made);
    return { kind: 'open', away: made.reason === 'timeout' || made.reason === 'unreachable' };
  }
  const operation = chance.operation();
  const own = { ...setting, stamp: { ...setting.stamp, operation } };
  const wanted =
    made.kind === 'made' ? { coupons: [held.key] } : { coupons: [held.key], contact: held.contact };
  if (made.kind === 'refused')
    log.event('coupon refused', { program: setting.program.id, store: held.store, detail: made.detail });
  const answer = await ledger.decide({ ...scope, operation }, wanted, (found) =>
    made.kind === 'made' ? decideMade(found, own) : decideFailed(found, own),
  );
  // Somebody else may have been faster; what stands in the books counts.
  const state = answer.coupon?.state;
  return { kind: state === 'issued' || state === 'used' ? 'issued' : 'failed', answer };
};
