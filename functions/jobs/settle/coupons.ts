/** What is due for one coupon that a shop makes, or for one whose points come back when it expires. */
import type { Coupon } from '../../domain/coupon.ts';
import type { CouponKey, ProgramId } from '../../domain/ids.ts';
import { answer, type Decision, type Loaded } from '../../domain/ledger.ts';
import type { Setting } from '../../domain/membership.ts';
import {
  decideAgainLater,
  decideFailed,
  decideLooked,
  decideReturned,
  lease,
  type ShopCouponAnswer,
} from '../../domain/shop-coupon.ts';
import { byUnknownOrder, decideShopUse } from '../../domain/shop-use.ts';
import { decideUndo } from '../../domain/undo.ts';
import type { Shop, Trouble } from '../../ports/shops.ts';
import { keepFindings } from '../../shops/findings.ts';
import { tellTrouble } from '../../shops/look-up.ts';
import { makeAtShop, makerOf, specOf } from '../../shops/making.ts';
import type { Turn } from './run.ts';
import type { Settled } from './summary.ts';

type Decide = (found: Loaded, setting: Setting) => Decision<ShopCouponAnswer>;

const write = (turn: Turn, held: Coupon, decide: Decide): Promise<ShopCouponAnswer> => {
  const { setting, scope } = turn.attempt();
  return turn.ledger.decide(scope, { coupons: [held.key] }, (found) => decide(found, setting));
};

/** Who does not answer at all would hold up everybody behind. */
const isAway = ({ reason }: Trouble): boolean => reason === 'timeout' || reason === 'unreachable';

const again = async (turn: Turn, held: Coupon, trouble: Trouble): Promise<Partial<Settled>> => {
  if (held.store !== undefined) {
    tellTrouble(turn.log, turn.open.program, held.store, 'settle', trouble);
    if (isAway(trouble)) turn.away.add(held.store);
  }
  await write(turn, held, decideAgainLater);
  return { open: 1 };
};

/** A member who waits so long for a coupon waits for the owner's help. */
const tooLongMs = 3 * 3_600_000;

/** Told as a fault, so that the alarm rings: at each try, which comes once an hour by then. */
class PendingTooLong extends Error {
  override readonly name = 'PendingTooLong';
  constructor(program: ProgramId, { store }: Coupon, waitedMs: number) {
    const hours = Math.floor(waitedMs / 3_600_000);
    super(
      `a coupon has been pending at store ${store} for ${hours} hours: npm run shop -- check --program ${program} --store ${store}`,
    );
  }
}

/** Reserved: the shop is asked again, once the request that reserved it cannot be under way any more. */
const finish = async (turn: Turn, held: Coupon): Promise<Partial<Settled>> => {
  const { setting, scope } = turn.attempt();
  const leased = await turn.ledger.decide(scope, { coupons: [held.key] }, ({ coupons: [now] }) => {
    const change = now?.state === 'reserved' ? lease(now, setting, true) : undefined;
    return change === undefined ? answer(undefined) : answer(change.coupon?.after, change);
  });
  if (leased === undefined) return { open: 1 };
  const making = await makeAtShop(turn, leased, setting, scope, turn.shopSignal());
  if (making.kind === 'open') {
    if (held.store !== undefined && making.away) turn.away.add(held.store);
    const waitedMs = turn.now() - held.issuedAt;
    if (waitedMs >= tooLongMs)
      turn.log.fault(
        turn.open.program.id,
        'settle',
        new PendingTooLong(turn.open.program.id, held, waitedMs),
      );
    return { open: 1 };
  }
  return making.kind === 'issued' ? { issued: 1 } : { reversed: 1 };
};

const find = (turn: Turn, held: Coupon, kind: 'without_debit' | 'without_coupon') =>
  held.store === undefined
    ? Promise.resolve(0)
    : keepFindings(
        turn,
        turn.open.program,
        [{ kind, store: held.store, code: held.code, at: turn.now() }],
        turn.attempt().scope.signal,
      );

const used = async (turn: Turn, held: Coupon): Promise<Partial<Settled>> => {
  const { setting, scope } = turn.attempt();
  await turn.ledger.decide(scope, { coupons: [held.key] }, (found) =>
    decideShopUse(found, byUnknownOrder, setting),
  );
  return { looked: 1 };
};

const returned = async (turn: Turn, held: Coupon): Promise<Partial<Settled>> => {
  const { result } = await write(turn, held, decideReturned);
  return result === 'done' ? { returned: 1 } : {};
};

/** Expired: its points come back, once the shop has ended it unused. */
const expire = async (turn: Turn, shop: Shop | undefined, held: Coupon): Promise<Partial<Settled>> => {
  if (turn.open.program.expiredCoupon !== 'return_points') {
    await write(turn, held, decideLooked);
    return { looked: 1 };
  }
  if (shop === undefined) return returned(turn, held);
  const ended = await shop.cancelCoupon(specOf(held), turn.shopSignal());
  if (ended.kind === 'trouble') return again(turn, held, ended);
  return ended.kind === 'used' ? used(turn, held) : returned(turn, held);
};

/** The shop was away for the whole life of a coupon: it is not made any more, and its points come back. */
const tooLate = async (turn: Turn, shop: Shop | undefined, held: Coupon): Promise<Partial<Settled>> => {
  // A store that left the program is not asked: nobody can use the coupon any more, wherever it is.
  const ended = await shop?.cancelCoupon(specOf(held), turn.shopSignal());
  if (ended?.kind === 'trouble') return again(turn, held, ended);
  if (ended?.kind === 'used') return used(turn, held);
  const { result } = await write(turn, held, decideFailed);
  return result === 'done' ? { reversed: 1 } : {};
};

/** The owner wants it cancelled, and the request that did so did not get to its end. */
const cancel = async (turn: Turn, shop: Shop, held: Coupon, reason: string): Promise<Partial<Settled>> => {
  const ended = await shop.cancelCoupon(specOf(held), turn.shopSignal());
  if (ended.kind === 'trouble') return again(turn, held, ended);
  if (ended.kind === 'used') return used(turn, held);
  const { setting, scope } = turn.attempt();
  await turn.ledger.decide(scope, { coupons: [held.key] }, (found) =>
    decideUndo(found, 'issued', reason, setting),
  );
  return { cancelled: 1 };
};

/** Paid with points, and not in the shop: the owner decides what becomes of it. */
const missing = async (turn: Turn, held: Coupon): Promise<Partial<Settled>> => {
  await write(turn, held, decideLooked);
  return { looked: 1, findings: await find(turn, held, 'without_coupon') };
};

/** Issued: whether the shop still has it. One that was tried more than once may have a twin, which making it again removes. */
const look = async (turn: Turn, shop: Shop, held: Coupon): Promise<Partial<Settled>> => {
  if ((held.tries ?? 1) > 1) {
    const made = await shop.makeCoupon(specOf(held), true, turn.shopSignal());
    if (made.kind === 'trouble') return again(turn, held, made);
    if (made.kind === 'refused') return missing(turn, held);
  } else {
    const known = await shop.findCoupon(specOf(held), turn.shopSignal());
    if (known.kind === 'trouble') return again(turn, held, known);
    if (known.kind !== 'ours') return missing(turn, held);
  }
  await write(turn, held, decideLooked);
  return { looked: 1 };
};

/** Undone: a call that was lost may still make it. It is ended whenever it appears. */
const watch = async (turn: Turn, shop: Shop, held: Coupon): Promise<Partial<Settled>> => {
  const ended = await shop.cancelCoupon(specOf(held), turn.shopSignal());
  if (ended.kind === 'trouble') return again(turn, held, ended);
  await write(turn, held, decideLooked);
  if (ended.kind === 'used') return { looked: 1, findings: await find(turn, held, 'without_debit') };
  return ended.kind === 'cancelled' ? { cancelled: 1 } : { looked: 1 };
};

const gone: Trouble = { kind: 'trouble', reason: 'no_credentials', detail: 'the store left the program' };

/** Does what is due for a coupon; nothing if it is not due any more. */
export const settleCoupon = async (turn: Turn, key: CouponKey): Promise<Partial<Settled>> => {
  const { setting, scope } = turn.attempt();
  const held = await turn.ledger.decide(scope, { coupons: [key] }, ({ coupons: [now] }) => answer(now));
  if (held?.nextAt === undefined || held.nextAt > turn.now()) return {};
  if (held.store !== undefined && turn.away.has(held.store)) return { open: 1 };
  const shop = await makerOf(held, setting, turn.shops);
  if (held.state === 'reserved' && (shop === undefined || turn.now() < held.expiresAt))
    return finish(turn, held);
  if (held.state === 'reserved') return tooLate(turn, shop, held);
  if (held.store !== undefined && shop === undefined) return again(turn, held, gone);
  if (held.state === 'issued' && turn.now() >= held.expiresAt) return expire(turn, shop, held);
  if (shop === undefined) {
    await write(turn, held, decideLooked);
    return {};
  }
  if (held.state === 'issued')
    return held.cancelling === undefined ? look(turn, shop, held) : cancel(turn, shop, held, held.cancelling);
  return watch(turn, shop, held);
};
