/** The books of one contact: what they hold and what was counted. Moved by `post` alone. */
import * as z from 'zod/mini';
import { type Entry, genesis, type Source, seal } from './entry.ts';
import {
  type ContactId,
  contactId,
  couponKey,
  type Instant,
  instant,
  type OperationId,
  type RewardId,
} from './ids.ts';
import { apply, balanceOf, type Holdings, lotAmounts, type Movement, pointsOf } from './lots.ts';

const count = z.int().check(z.gte(0));

export const member = z.object({
  contact: contactId,
  status: z.enum(['active', 'left']),
  /** How many times they joined; a claim of an earlier membership moves nothing any more. */
  membership: count,
  joinedAt: instant,
  /** Number and hash of the last entry. Every change is written under `seq`. */
  seq: count,
  head: z.string(),
  lots: lotAmounts,
  debt: count,
  /** Earned in this membership, bonuses included, refunds taken off. */
  lifetime: z.int(),
  /** Rewards issued in this membership, cancelled ones not counted. */
  won: count,
  /** The signup bonus of this contact was paid, for good. */
  bonusPaid: z.boolean(),
  /** The last redemption of each reward that a second tap may still repeat. */
  recent: z.record(z.string(), z.object({ coupon: couponKey, at: instant })),
  /** Counters of rewards and activities that have a limit, by `reward:<id>` and `activity:<id>`. */
  counts: z.record(
    z.string(),
    z.object({ total: count, day: z.optional(z.string()), today: z.optional(count) }),
  ),
});
export type Member = z.infer<typeof member>;

/** Books that nothing was written in yet. */
export const newMember = (contact: ContactId, at: Instant): Member => ({
  contact,
  status: 'left',
  membership: 0,
  joinedAt: at,
  seq: 0,
  head: genesis,
  lots: {},
  debt: 0,
  lifetime: 0,
  won: 0,
  bonusPaid: false,
  recent: {},
  counts: {},
});

export const isActive = (books: Member | undefined): books is Member => books?.status === 'active';

/** Who writes: the attempt's id, the instant and the version of the program it was decided under. */
export interface Stamp {
  readonly operation: OperationId;
  readonly now: Instant;
  readonly programVersion: number;
}

/** The books and the entry that brought them there. */
export interface Posting {
  readonly books: Member;
  readonly entry: Entry;
}

/** What an entry does to the counters of its membership. */
const counted = (books: Member, from: Source, points: number): Pick<Member, 'lifetime' | 'won'> => {
  const { lifetime, won } = books;
  switch (from.kind) {
    case 'signup':
      return { lifetime: points, won: 0 };
    case 'order':
    case 'refund':
    case 'activity':
    case 'adjustment':
    case 'email_moved':
      return { lifetime: lifetime + points, won };
    case 'redemption':
    case 'late_use':
      return { lifetime, won: won + 1 };
    case 'reversal':
      return { lifetime, won: won - 1 };
    case 'capture':
      return { lifetime, won };
    case 'leave':
      return { lifetime: 0, won: 0 };
  }
};

/** Whether the books are of a member after an entry of this kind. */
const standing = (
  books: Member,
  from: Source,
  at: Instant,
): Pick<Member, 'status' | 'membership' | 'joinedAt'> => {
  const { status, membership, joinedAt } = books;
  if (from.kind === 'signup') return { status: 'active', membership: membership + 1, joinedAt: at };
  return { status: from.kind === 'leave' ? 'left' : status, membership, joinedAt };
};

/** Writes one line: applies the movement and seals the entry after the last one. The only way the books move. */
export const post = (books: Member, movement: Movement, from: Source, stamp: Stamp): Posting => {
  const held = apply(books, movement);
  const points = pointsOf(movement);
  const entry = seal({
    seq: books.seq + 1,
    points,
    balance: balanceOf(held),
    lots: { ...movement.lots },
    debt: movement.debt,
    at: stamp.now,
    operation: stamp.operation,
    programVersion: stamp.programVersion,
    source: from,
    previous: books.head,
  });
  return {
    books: {
      ...books,
      ...counted(books, from, points),
      ...standing(books, from, stamp.now),
      seq: entry.seq,
      head: entry.hash,
      lots: { ...held.lots },
      debt: held.debt,
    },
    entry,
  };
};

/** How often something was counted on a day. A clock that went back stays on the later day: no day's limit starts anew. */
export const countedOn = (books: Member, counter: string, today: string): { day: string; count: number } => {
  const { day = today, today: count = 0 } = books.counts[counter] ?? {};
  return day < today ? { day: today, count: 0 } : { day, count };
};

/** A counter one higher, its day's part started anew on a later day. */
export const countUp = (books: Member, counter: string, today: string): Member => {
  const { day, count: before } = countedOn(books, counter, today);
  const total = (books.counts[counter]?.total ?? 0) + 1;
  return { ...books, counts: { ...books.counts, [counter]: { total, day, today: before + 1 } } };
};

/** A counter one lower, after a redemption that was undone. */
export const countDown = (books: Member, counter: string): Member => {
  const was = books.counts[counter];
  if (was === undefined || was.total === 0) return books;
  return { ...books, counts: { ...books.counts, [counter]: { ...was, total: was.total - 1 } } };
};

export const rewardCounter = (id: RewardId): string => `reward:${id}`;

/** Holdings as they follow from the entries alone. `audit` compares them with what is stored. */
export const replay = (entries: readonly Pick<Entry, 'lots' | 'debt'>[]): Holdings =>
  entries.reduce<Holdings>((held, { lots, debt }) => apply(held, { lots: lots, debt }), {
    lots: {},
    debt: 0,
  });
