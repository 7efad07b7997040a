/** The member card: the keys that every chat reply has, and the numbers behind them. */
import * as z from 'zod/mini';
import type { Instant, RewardId } from '../domain/ids.ts';
import { balanceOf, nextToExpire, spendable } from '../domain/lots.ts';
import { isActive, type Member } from '../domain/member.ts';
import type { Program, Reward } from '../domain/program.ts';
import { isOffered, limitReached } from '../domain/redemption.ts';
import { clip } from '../texts/clip.ts';
import type { Speaker } from '../texts/speaker.ts';

const text = z.string().check(z.minLength(1));
const count = z.int().check(z.gte(0));

export const memberCard = {
  is_member: z.boolean(),
  member_id: text,
  points: count,
  points_pending: count,
  points_debt: count,
  points_change: z.int(),
  points_name: text,
  lifetime_points: count,
  tier: text,
  rewards_ready: count,
  rewards_ready_names: text,
  next_reward: text,
  next_reward_points: count,
  points_to_next: count,
  rewards_won: count,
  points_expiring: count,
  points_expire_on: text,
};
const cardShape = z.object(memberCard);
export type MemberCard = z.infer<typeof cardShape>;

/** Stands for absent: an empty text cannot be mapped reliably in ManyChat. */
export const none = 'none';

/** The card of someone who is no member; also beside `try_again`. */
export const emptyCard = (change = 0): MemberCard => ({
  is_member: false,
  member_id: none,
  points: 0,
  points_pending: 0,
  points_debt: 0,
  points_change: change,
  points_name: none,
  lifetime_points: 0,
  tier: none,
  rewards_ready: 0,
  rewards_ready_names: none,
  next_reward: none,
  next_reward_points: 0,
  points_to_next: 0,
  rewards_won: 0,
  points_expiring: 0,
  points_expire_on: none,
});

/** What one sees of the books: everything that a reply is made of. */
export interface View {
  readonly program: Program;
  readonly speaker: Speaker;
  readonly now: Instant;
  readonly soldOut: ReadonlySet<RewardId>;
  readonly books: Member | undefined;
}

/** A reward as this member sees it now. */
export interface Offer {
  readonly reward: Reward;
  readonly name: string;
  readonly affordable: boolean;
  readonly short: number;
  /** Sold out, or taken as often as one may. */
  readonly gone: boolean;
}

/** Names in sentences and lists; a name of any length must leave room for the rest. */
const maxName = 80;

export const rewardName = ({ speaker }: View, reward: Reward): string =>
  clip(speaker.name(reward.name), maxName);

/** The rewards that are offered today, cheapest first as the owner lists equals. */
export const offers = (view: View): Offer[] => {
  const points = view.books === undefined ? 0 : spendable(view.books);
  return view.program.rewards
    .filter((reward) => isOffered(reward, view.program, view.now))
    .map((reward) => {
      const gone =
        view.soldOut.has(reward.id) || (view.books !== undefined && limitReached(reward, view.books));
      const short = Math.max(0, reward.points - points);
      return { reward, name: rewardName(view, reward), affordable: !gone && short === 0, short, gone };
    })
    .sort((a, b) => a.reward.points - b.reward.points);
};

const maxNames = 5;

const joinedNames = (view: View, ready: readonly Offer[]): string => {
  const names = ready.slice(0, maxNames).map(({ name }) => name);
  const more = ready.length - names.length;
  return [...names, ...(more > 0 ? [view.speaker.say('list.more', { count: more })] : [])].join(', ') || none;
};

/** What the card says of rewards, also used in sentences. */
export const outlookOf = (
  view: View,
): { ready: readonly Offer[]; readyNames: string; next: Offer | undefined } => {
  const all = offers(view);
  const ready = all.filter(({ affordable }) => affordable);
  return {
    ready,
    readyNames: joinedNames(view, ready),
    next: all.find(({ short, gone }) => short > 0 && !gone),
  };
};

/** Last day of a month `YYYY-MM`. */
const lastDay = (month: string): string => {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
};

/** @param change what this call did to `points` */
export const cardOf = (view: View, change: number): MemberCard => {
  const { books, speaker } = view;
  if (!isActive(books)) return emptyCard(change);
  const points = spendable(books);
  const { ready, readyNames, next } = outlookOf(view);
  const expiring = nextToExpire(books);
  return {
    is_member: true,
    member_id: books.contact,
    points,
    points_pending: 0,
    points_debt: points - balanceOf(books),
    points_change: change,
    points_name: speaker.unit(points),
    lifetime_points: Math.max(0, books.lifetime),
    tier: none,
    rewards_ready: ready.length,
    rewards_ready_names: readyNames,
    next_reward: next?.name ?? none,
    next_reward_points: next?.reward.points ?? 0,
    points_to_next: next?.short ?? 0,
    rewards_won: books.won,
    points_expiring: expiring?.points ?? 0,
    points_expire_on: expiring === undefined ? none : lastDay(expiring.month),
  };
};

/** The sentence on what comes next: what can be taken, else what is missing. */
export const outlookText = (view: View): string => {
  const { ready, readyNames, next } = outlookOf(view);
  const { speaker } = view;
  if (ready.length > 0)
    return speaker.say('outlook.ready', { ready_count: ready.length, ready_names: readyNames });
  if (next === undefined) return '';
  return speaker.say('outlook.next', { to_next: speaker.points(next.short), next_reward: next.name });
};
