/** Taking a reward: points leave the balance and a coupon is issued in one step. */
import { dayOf, daysInMs } from './calendar.ts';
import { type Coupon, type CouponState, isTask, makeCode, sealTerms } from './coupon.ts';
import {
  type ContactId,
  type CouponKey,
  type Instant,
  later,
  normalizeCouponCode,
  type RewardId,
} from './ids.ts';
import { answer, type Change, type Decision, type KeyRecord, type Loaded, need } from './ledger.ts';
import { giveBack, spend, spendable } from './lots.ts';
import { countDown, countUp, isActive, type Member, type Posting, post, rewardCounter } from './member.ts';
import type { Setting } from './membership.ts';
import { type Program, type Reward, rewardIn } from './program.ts';
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

const live: ReadonlySet<CouponState> = new Set(['issued', 'requested']);

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
  const recent =
    last !== undefined &&
    setting.program.repeatMinutes > 0 &&
    setting.stamp.now - last.at < setting.program.repeatMinutes * 60_000
      ? last.coupon
      : undefined;
  const key = known ?? (request.request === undefined || request.tapped ? recent : undefined);
  if (key === undefined) return { kind: 'none' };
  if (!found.asked.coupons?.includes(key)) return { kind: 'need', key };
  const coupon = openCoupon(found, key);
  if (coupon === undefined) return { kind: 'none' };
  if (known !== undefined) return { kind: 'coupon', coupon };
  return live.has(coupon.state) ? { kind: 'coupon', coupon } : { kind: 'none' };
};

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
  return {
    key,
    code,
    state: task ? 'requested' : 'issued',
    contact: books.contact,
    membership: books.membership,
    reward: reward.id,
    points: reward.points,
    benefit: reward.benefit,
    currency: program.currency,
    issuedAt: stamp.now,
    expiresAt: later(stamp.now, daysInMs(reward.expiresAfterDays)),
    programVersion: stamp.programVersion,
    seq: books.seq + 1,
    spent,
    captureAtUse: program.capture === 'use',
    captured: false,
    ...(piece.kind === 'counter' ? { counter: piece.index } : {}),
    counted: reward.limitPerMember !== undefined,
    ...(request.request === undefined ? {} : { request: request.request }),
    rev: 1,
    operation: stamp.operation,
  };
};

/** Only what a second tap may still repeat is remembered, so that the books stay small. */
const remembered = (books: Member, reward: RewardId, coupon: CouponKey, setting: Setting): Member => {
  const oldest = setting.stamp.now - setting.program.repeatMinutes * 60_000;
  const recent = Object.fromEntries(Object.entries(books.recent).filter(([, { at }]) => at > oldest));
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
  if (repeat.kind === 'coupon')
    return answer({ ...offered, coupon: repeat.coupon, result: 'already_issued' });
  if (!isOffered(reward, program, stamp.now)) return answer({ ...offered, result: 'reward_unavailable' });
  const piece = pieceOf(found, reward, request.below);
  if (piece.kind === 'look') return need(piece.wanted);
  if (piece.kind === 'sold_out') return answer({ ...offered, result: 'sold_out' });
  if (limitReached(reward, books)) return answer({ ...offered, result: 'limit_reached' });
  const done = redeemed(books, reward, piece, request, setting);
  if (done === undefined)
    return answer({ ...offered, result: 'not_enough_points', pointsShort: reward.points - spendable(books) });
  const result = isTask(done.coupon) ? 'requested' : 'issued';
  return answer({ result, books: done.books, reward, coupon: done.coupon, pointsShort: 0 }, done.change);
};

export interface UndoAnswer {
  readonly result: 'undone' | 'already_undone' | 'not_found' | 'conflict';
  readonly books: Member | undefined;
  /** What came back to the spendable points. */
  readonly change: number;
  readonly coupon: Coupon | undefined;
}

/** The change that undoes a redemption: points back to the lots they came from, the piece to its counter, the request id free. */
const undone = (
  held: Coupon,
  books: Member,
  state: 'cancelled' | 'refused',
  reason: string,
  setting: Setting,
): { books: Member; change: Change; after: Coupon } => {
  const { stamp, program } = setting;
  const after: Coupon = {
    ...held,
    state,
    closedAt: stamp.now,
    rev: held.rev + 1,
    operation: stamp.operation,
  };
  // Points of an earlier membership were forfeited in another coat: they do not come back into a new one.
  const returns = isActive(books) && books.membership === held.membership;
  const posting = returns
    ? post(
        books,
        giveBack(books, held.spent),
        { kind: 'reversal', reward: held.reward, coupon: held.key, reason: state },
        stamp,
      )
    : undefined;
  const moved = posting?.books ?? books;
  const uncounted = held.counted ? countDown(moved, rewardCounter(held.reward)) : moved;
  const { [held.reward]: last, ...others } = uncounted.recent;
  const recent = last === undefined || last.coupon === held.key ? others : uncounted.recent;
  const final = { ...uncounted, recent };
  const stock = rewardIn(program, held.reward)?.stock;
  return {
    books: final,
    after,
    change: {
      postings: posting === undefined ? [] : [{ ...posting, books: final }],
      coupon: { before: held, after },
      ...(posting === undefined
        ? {}
        : { note: { contact: held.contact, seq: posting.entry.seq, text: reason } }),
      ...(held.request === undefined
        ? {}
        : { freedKey: { contact: held.contact, verb: 'redeem', key: held.request } }),
      ...(held.counter === undefined
        ? {}
        : { stock: { reward: held.reward, index: held.counter, capacity: stock ?? 0, pieces: -1 } }),
    },
  };
};

/** Cancels an unused coupon, or refuses a task; the points come back. `from` is the state that may still be undone; the owner's
 * reason lies beside the entry. */
export const decideUndo = (
  found: Loaded,
  from: 'issued' | 'requested',
  reason: string,
  setting: Setting,
): Decision<UndoAnswer> => {
  const [held] = found.coupons;
  const nothing = { books: found.member, coupon: held, change: 0 };
  if (held === undefined || isTask(held) !== (from === 'requested'))
    return answer({ ...nothing, result: 'not_found' });
  const state = from === 'issued' ? 'cancelled' : 'refused';
  if (held.state === state) return answer({ ...nothing, result: 'already_undone' });
  if (held.state !== from) return answer({ ...nothing, result: 'conflict' });
  if (found.asked.contact !== held.contact) return need({ contact: held.contact });
  if (found.member === undefined) return answer({ ...nothing, result: 'not_found' });
  const done = undone(held, found.member, state, reason, setting);
  const change = spendable(done.books) - spendable(found.member);
  return answer({ result: 'undone', books: done.books, coupon: done.after, change }, done.change);
};
