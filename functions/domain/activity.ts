/** Points for what a member did: the amount is the program's, never the request's. */
import { dayOf } from './calendar.ts';
import type { ContactId } from './ids.ts';
import { answer, type Decision, type Loaded } from './ledger.ts';
import { creditTo } from './lots.ts';
import { countedOn, countUp, isActive, type Member, post } from './member.ts';
import type { Setting } from './membership.ts';
import type { Activity } from './program.ts';

export interface CreditRequest {
  readonly contact: ContactId;
  readonly activity: string;
  /** Hash of the caller's key. */
  readonly key: string | undefined;
}

export interface CreditAnswer {
  readonly result:
    | 'credited'
    | 'already_credited'
    | 'limit_reached'
    | 'activity_unknown'
    | 'key_reused'
    | 'not_member';
  readonly books: Member | undefined;
  readonly activity: Activity | undefined;
}

const overLimit = (activity: Activity, books: Member, today: string): boolean => {
  const counter = `activity:${activity.id}`;
  const total = books.counts[counter]?.total ?? 0;
  const { count: onDay } = countedOn(books, counter, today);
  return total >= (activity.limitPerMember ?? Infinity) || onDay >= (activity.limitPerDay ?? Infinity);
};

/**
 * Pays an activity. A key makes it idempotent: the same key for the same activity is a replay, for another one it is `key_reused`.
 * Without a key the activity's own limits decide; their days are those of the program's zone.
 */
export const decideCredit = (
  found: Loaded,
  request: CreditRequest,
  setting: Setting,
): Decision<CreditAnswer> => {
  const { program, stamp } = setting;
  const { member: books } = found;
  const activity = program.activities.find(({ id }) => id === request.activity);
  if (!isActive(books)) return answer({ result: 'not_member', books: undefined, activity: undefined });
  if (found.key !== undefined && found.key.input !== request.activity)
    return answer({ result: 'key_reused', books, activity });
  if (activity === undefined) return answer({ result: 'activity_unknown', books, activity });
  if (found.key !== undefined) return answer({ result: 'already_credited', books, activity });
  const today = dayOf(stamp.now, program.zone);
  if (overLimit(activity, books, today)) return answer({ result: 'limit_reached', books, activity });
  const posting = post(
    books,
    creditTo(books, activity.points, 'never'),
    { kind: 'activity', activity: activity.id },
    stamp,
  );
  const limited = activity.limitPerMember !== undefined || activity.limitPerDay !== undefined;
  const after = limited ? countUp(posting.books, `activity:${activity.id}`, today) : posting.books;
  const change = { postings: [{ ...posting, books: after }] };
  const { contact, key } = request;
  const kept =
    key === undefined
      ? {}
      : { key: { contact, verb: 'credit' as const, key, input: activity.id, seq: posting.entry.seq } };
  return answer({ result: 'credited', books: after, activity }, { ...change, ...kept });
};
