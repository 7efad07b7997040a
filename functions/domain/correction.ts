/** What the owner corrects by hand: always a new entry, never a set balance. */
import { createHash } from 'node:crypto';
import type { ContactId } from './ids.ts';
import { answer, type Decision, type Loaded } from './ledger.ts';
import { balanceOf, creditTo, takeBack } from './lots.ts';
import { isActive, type Member, post } from './member.ts';
import type { Setting } from './membership.ts';

export interface Adjustment {
  readonly contact: ContactId;
  /** Signed, not 0. */
  readonly points: number;
  readonly reason: string;
  readonly allowDebt: boolean;
  /** Hash of the caller's key. */
  readonly key: string;
}

export interface AdjustmentAnswer {
  readonly result: 'adjusted' | 'not_found' | 'conflict' | 'key_reused';
  readonly books: Member | undefined;
  readonly replayed: boolean;
}

/** The input of an adjustment as its key remembers it. The reason itself is kept elsewhere, where it can be purged. */
const inputHash = ({ points, reason, allowDebt }: Adjustment): string =>
  createHash('sha256')
    .update(JSON.stringify([points, reason, allowDebt]))
    .digest('base64url');

/** Adds or takes points with a reason. What would fall below 0 is a conflict, unless a debt is allowed. */
export const decideAdjustment = (
  found: Loaded,
  wanted: Adjustment,
  setting: Setting,
): Decision<AdjustmentAnswer> => {
  const { member: books } = found;
  if (!isActive(books)) return answer({ result: 'not_found', books: undefined, replayed: false });
  if (found.key !== undefined) {
    const same = found.key.input === inputHash(wanted);
    return answer({ result: same ? 'adjusted' : 'key_reused', books, replayed: same });
  }
  if (wanted.points < 0 && balanceOf(books) + wanted.points < 0 && !wanted.allowDebt) {
    return answer({ result: 'conflict', books, replayed: false });
  }
  const movement =
    wanted.points > 0 ? creditTo(books, wanted.points, 'never') : takeBack(books, -wanted.points, 'never');
  const posting = post(books, movement, { kind: 'adjustment' }, setting.stamp);
  return answer(
    { result: 'adjusted', books: posting.books, replayed: false },
    {
      postings: [posting],
      key: {
        contact: wanted.contact,
        verb: 'adjust',
        key: wanted.key,
        input: inputHash(wanted),
        seq: posting.entry.seq,
      },
      note: { contact: wanted.contact, seq: posting.entry.seq, text: wanted.reason },
    },
  );
};
