/** Undoing a redemption: points back to the lots they came from, the piece to its counter, the request id free. */
import { type Coupon, isTask } from './coupon.ts';
import type { Source } from './entry.ts';
import { later } from './ids.ts';
import { answer, type Change, type Decision, type Loaded, need } from './ledger.ts';
import { giveBack, spendable } from './lots.ts';
import { countDown, isActive, type Member, post, rewardCounter } from './member.ts';
import type { Setting } from './membership.ts';
import { rewardIn } from './program.ts';

export interface UndoAnswer {
  readonly result: 'undone' | 'already_undone' | 'not_found' | 'conflict';
  readonly books: Member | undefined;
  /** What came back to the spendable points. */
  readonly change: number;
  readonly coupon: Coupon | undefined;
}

/** How a redemption is undone, and what its reversal says. */
const reasons = {
  cancelled: 'cancelled',
  refused: 'refused',
  reversed: 'failed',
  returned: 'expired',
} as const satisfies Partial<Record<Coupon['state'], Extract<Source, { kind: 'reversal' }>['reason']>>;

/** A coupon that a shop was asked for may still appear there: soon after its end it is looked for. */
const watchAfterMs = 60_000;

/**
 * The change that undoes a redemption: points back to the lots they came from, the piece to its counter, the request id free.
 * @param note the owner's words, beside the entry
 */
export const undone = (
  held: Coupon,
  books: Member,
  state: keyof typeof reasons,
  note: string | undefined,
  setting: Setting,
): { books: Member; change: Change; after: Coupon } => {
  const { stamp, program } = setting;
  const { nextAt: _, leasedUntil: __, cancelling: ___, ...kept } = held;
  const watched = held.store !== undefined && state !== 'returned';
  const after: Coupon = {
    ...kept,
    state,
    closedAt: stamp.now,
    ...(watched ? { nextAt: later(stamp.now, watchAfterMs) } : {}),
    rev: held.rev + 1,
    operation: stamp.operation,
  };
  // Points of an earlier membership were forfeited in another coat: they do not come back into a new one.
  const returns = isActive(books) && books.membership === held.membership;
  const posting = returns
    ? post(
        books,
        giveBack(books, held.spent),
        { kind: 'reversal', reward: held.reward, coupon: held.key, reason: reasons[state] },
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
      ...(posting === undefined || note === undefined
        ? {}
        : { note: { contact: held.contact, seq: posting.entry.seq, text: note } }),
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
