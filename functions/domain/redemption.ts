/** Taking a reward: points leave the balance and a coupon is issued in one step. */
import { dayOf, daysInMs } from './calendar.ts';
import { type Coupon, type CouponState, makeCode, sealTerms } from './coupon.ts';
import {
  type ContactId,
  type CouponKey,
  type Instant,
  later,
  normalizeCouponCode,
  type RewardId,
} from './ids.ts';
import { answer, type Change, type Decision, type KeyRecord, type Loaded, need } from './ledger.ts';
import { spend, spendable } from './lots.ts';
import { countUp, isActive, type Member, type Posting, post, rewardCounter } from './member.ts';
import type { Setting } from './membership.ts';
import { type Program, type Reward, rewardIn } from './program.ts';
import { lease, reservation, returning } from './shop-coupon.ts';
import { type Piece, pieceOf } from './stock.ts';

export interface RedeemRequest {
  readonly contact: ContactId;
  /** The reward's id as it was given. */
  readonly reward: string | undefined;
  /** Hash of the caller's request id, or of the button that was tapped. */
  readonly request: string | undefined;
  /** A button of its own: it repeats itself at any time, and like a call without a request id what was taken just now. */
  readonly tapped?: boolean;
  /** A source of uniformly distributed integers in [0, n). */
  readonly below: (n: number) => number;
}

export type RedeemResult =
  | 'issued'
  | 'already_issued'
  /** The shop is to make the coupon now: the points are reserved. */
  | 'reserved'
  /** Another attempt at the shop may still be on its way. */
  | 'pending'
  | 'requested'
  | 'not_enough_points'
  | 'reward_unknown'
  | 'reward_unavailable'
  | 'sold_out'
  | 'limit_reached'
  | 'reward_needed'
  | 'key_reused'
  | 'not_member';

export interface RedeemAnswer {
  readonly result: RedeemResult;
  readonly books: Member | undefined;
  readonly reward: Reward | undefined;
  readonly coupon: Coupon | undefined;
  readonly pointsShort: number;
}

/** Whether the reward is offered on the program's calendar day. */
export const isOffered = (reward: Reward, program: Program, now: Instant): boolean => {
  const today = dayOf(now, program.zone);
  return (
    reward.enabled &&
    (reward.from === undefined || today >= reward.from) &&
    (reward.to === undefined || today <= reward.to)
  );
};

/** Whether the member took the reward as often as they may. */
export const limitReached = (reward: Reward, books: Member): boolean =>
  reward.limitPerMember !== undefined &&
  (books.counts[rewardCounter(reward.id)]?.total ?? 0) >= reward.limitPerMember;

const live: ReadonlySet<CouponState> = new Set(['reserved', 'issued', 'requested']);

const openCoupon = (found: Loaded, key: CouponKey): Coupon | undefined =>
  found.coupons.find((held) => held.key === key);

type Repeat =
  | { readonly kind: 'none' }
  | { readonly kind: 'need'; readonly key: CouponKey }
  | { readonly kind: 'coupon'; readonly coupon: Coupon };

/** The earlier redemption that this one repeats: by its request id at any time, else by a second tap within the minutes. */
const repeated = (
  found: Loaded,
  reward: Reward,
  request: RedeemRequest,
  books: Member,
  setting: Setting,
): Repeat => {
  const known = request.request === undefined ? undefined : found.key?.coupon;
  const last = books.recent[reward.id];
  const { repeatMinutes } = setting.program;
  const within =
    last !== undefined && repeatMinutes > 0 && setting.stamp.now - last.at < repeatMinutes * 60_000;
  // What a shop has not made yet is what the customer asks for, however long ago they asked first.
  const recent = within || reward.store !== undefined ? last?.coupon : undefined;
  const key = known ?? (request.request === undefined || request.tapped ? recent : undefined);
  if (key === undefined) return { kind: 'none' };
  if (!found.asked.coupons?.includes(key)) return { kind: 'need', key };
  const coupon = openCoupon(found, key);
  if (coupon === undefined) return { kind: 'none' };
  if (known !== undefined) return { kind: 'coupon', coupon };
  const repeats = coupon.state === 'reserved' || (within && live.has(coupon.state));
  return repeats ? { kind: 'coupon', coupon } : { kind: 'none' };
};

/** Who makes the coupon, and when the job `settle` looks at it. */
const made = (reward: Reward, expiresAt: Instant, { stamp, program }: Setting): Partial<Coupon> =>
  reward.store === undefined
    ? returning(expiresAt, program)
    : { store: reward.store, redemption: stamp.operation, ...reservation(stamp.now) };

const issue = (
  books: Member,
  reward: Reward,
  piece: Piece,
  request: RedeemRequest,
  spent: Posting['entry']['lots'],
  code: string,
  setting: Setting,
): Coupon => {
  const { stamp, program } = setting;
  const task = reward.benefit.kind === 'manual';
  const key = normalizeCouponCode(code);
  if (key === undefined) throw new Error('a pool holds a code that cannot be a coupon');
  const expiresAt = later(stamp.now, daysInMs(reward.expiresAfterDays));
  return {
    key,
    code,
    state: task ? 'requested' : reward.store === undefined ? 'issued' : 'reserved',
    contact: books.contact,
    membership: books.membership,
    reward: reward.id,
    points: reward.points,
    benefit: reward.benefit,
    currency: program.currency,
    issuedAt: stamp.now,
    expiresAt,
    programVersion: stamp.programVersion,
    seq: books.seq + 1,
    spent,
    captureAtUse: program.capture === 'use',
    captured: false,
    ...(piece.kind === 'counter' ? { counter: piece.index } : {}),
    counted: reward.limitPerMember !== undefined,
    ...(task ? {} : made(reward, expiresAt, setting)),
    ...(request.request === undefined ? {} : { request: request.request }),
    rev: 1,
    operation: stamp.operation,
  };
};

/** A shop that made no coupon for so long is the owner's trouble: then the reward can be taken anew. */
const pendingMs = 7 * 86_400_000;

/** Only what a second tap may still repeat is remembered, so that the books stay small. */
const remembered = (books: Member, reward: RewardId, coupon: CouponKey, setting: Setting): Member => {
  const { stamp, program } = setting;
  const keptMs = (id: string): number =>
    Math.max(program.repeatMinutes * 60_000, rewardIn(program, id)?.store === undefined ? 0 : pendingMs);
  const recent = Object.fromEntries(
    Object.entries(books.recent).filter(([id, { at }]) => at > stamp.now - keptMs(id)),
  );
  return { ...books, recent: { ...recent, [reward]: { coupon, at: setting.stamp.now } } };
};

const redeemed = (
  books: Member,
  reward: Reward,
  piece: Piece,
  request: RedeemRequest,
  setting: Setting,
): { coupon: Coupon; books: Member; change: Change } | undefined => {
  const movement = spend(books, reward.points);
  if (movement === undefined) return undefined;
  const code = piece.kind === 'code' ? piece.code : makeCode(reward.prefix, request.below);
  const coupon = issue(books, reward, piece, request, { ...movement.lots }, code, setting);
  const posting = post(
    books,
    movement,
    { kind: 'redemption', reward: reward.id, coupon: coupon.key, terms: sealTerms(coupon) },
    setting.stamp,
  );
  const counted = coupon.counted
    ? countUp(posting.books, rewardCounter(reward.id), dayOf(setting.stamp.now, setting.program.zone))
    : posting.books;
  const after = remembered(counted, reward.id, coupon.key, setting);
  const key: KeyRecord | undefined =
    request.request === undefined
      ? undefined
      : {
          contact: books.contact,
          verb: 'redeem',
          key: request.request,
          input: reward.id,
          seq: posting.entry.seq,
          coupon: coupon.key,
        };
  return {
    coupon,
    books: after,
    change: {
      postings: [{ ...posting, books: after }],
      coupon: { before: undefined, after: coupon },
      ...(key === undefined ? {} : { key }),
      ...(piece.kind === 'counter'
        ? { stock: { reward: reward.id, index: piece.index, capacity: piece.capacity, pieces: 1 } }
        : {}),
      ...(piece.kind === 'code' ? { poolCode: { reward: reward.id, code: piece.code } } : {}),
    },
  };
};

/** Decides in this order: needed, unknown, repeat, unavailable, sold out, limit, not enough points. */
export const decideRedeem = (
  found: Loaded,
  request: RedeemRequest,
  setting: Setting,
): Decision<RedeemAnswer> => {
  const { program, stamp } = setting;
  const { member: books } = found;
  const nothing = { books, reward: undefined, coupon: undefined, pointsShort: 0 };
  if (!isActive(books)) return answer({ ...nothing, books: undefined, result: 'not_member' });
  if (request.reward === undefined) return answer({ ...nothing, result: 'reward_needed' });
  const reward = rewardIn(program, request.reward);
  if (reward === undefined) return answer({ ...nothing, result: 'reward_unknown' });
  if (found.key !== undefined && found.key.input !== reward.id)
    return answer({ ...nothing, result: 'key_reused', reward });
  const offered = { ...nothing, reward };
  const repeat = repeated(found, reward, request, books, setting);
  if (repeat.kind === 'need') return need({ coupons: [repeat.key] });
  if (repeat.kind === 'coupon') {
    const { coupon } = repeat;
    if (coupon.state !== 'reserved') return answer({ ...offered, coupon, result: 'already_issued' });
    const leased = lease(coupon, setting);
    return leased === undefined
      ? answer({ ...offered, coupon, result: 'pending' })
      : answer({ ...offered, coupon: leased.coupon?.after, result: 'reserved' }, leased);
  }
  if (!isOffered(reward, program, stamp.now)) return answer({ ...offered, result: 'reward_unavailable' });
  const piece = pieceOf(found, reward, request.below);
  if (piece.kind === 'look') return need(piece.wanted);
  if (piece.kind === 'sold_out') return answer({ ...offered, result: 'sold_out' });
  if (limitReached(reward, books)) return answer({ ...offered, result: 'limit_reached' });
  const done = redeemed(books, reward, piece, request, setting);
  if (done === undefined)
    return answer({ ...offered, result: 'not_enough_points', pointsShort: reward.points - spendable(books) });
  const { state } = done.coupon;
  const result = state === 'requested' || state === 'reserved' ? state : 'issued';
  return answer({ result, books: done.books, reward, coupon: done.coupon, pointsShort: 0 }, done.change);
};
