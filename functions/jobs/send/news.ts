/** What a member is told of that moved their books without a chat: why, and what they have now. */
import type { View } from '../../chat/card.ts';
import { dayOf } from '../../domain/calendar.ts';
import { type Coupon, isUndone } from '../../domain/coupon.ts';
import type { Entry } from '../../domain/entry.ts';
import type { ContactId, RewardId } from '../../domain/ids.ts';
import { answer } from '../../domain/ledger.ts';
import { balanceOf, spendable } from '../../domain/lots.ts';
import type { Member } from '../../domain/member.ts';
import { rewardIn } from '../../domain/program.ts';
import type { Marker, News } from '../../ports/agenda.ts';
import type { Scope } from '../../ports/ledger.ts';
import { clip } from '../../texts/clip.ts';
import type { Run } from './run.ts';

/** As long as the message of any reply. */
const maxMessage = 640;
/** So far back from the newest one lines are looked for. */
const entriesLookedAt = 50;

/** What the news of a marker are about, the oldest first. */
export interface Told {
  readonly entries: readonly Entry[];
  readonly coupons: readonly Coupon[];
}

const seqsOf = (news: readonly News[]): number[] =>
  news.flatMap((one) => (one.kind === 'entry' ? [one.seq] : []));
const couponsOf = (news: readonly News[]) =>
  news.flatMap((one) => (one.kind === 'coupon' ? [one.coupon] : []));

/** Reads what the news are about; what is not there is nobody's news. */
export const readNews = async (
  { ledger }: Run,
  scope: Scope,
  contact: ContactId,
  { news }: Marker,
): Promise<Told> => {
  const seqs = new Set(seqsOf(news));
  const keys = couponsOf(news);
  const [newest, oldest] = [Math.max(...seqs), Math.min(...seqs)];
  const page = { before: newest + 1, limit: Math.min(newest - oldest + 1, entriesLookedAt) };
  const entries = seqs.size === 0 ? [] : await ledger.entries(scope, contact, page);
  const coupons =
    keys.length === 0 ? [] : await ledger.decide(scope, { coupons: keys }, (found) => answer(found.coupons));
  return {
    entries: entries.filter(({ seq }) => seqs.has(seq)).toSorted((a, b) => a.seq - b.seq),
    coupons: coupons.toSorted((a, b) => a.issuedAt - b.issuedAt),
  };
};

const nameOf = ({ program, speaker }: View, id: RewardId): string => {
  const reward = rewardIn(program, id);
  return reward === undefined ? id : speaker.name(reward.name);
};

const entrySentence = (view: View, { source, points }: Entry): string | undefined => {
  const { speaker } = view;
  const change = speaker.points(Math.abs(points));
  switch (source.kind) {
    case 'refund':
      return speaker.say('news.refund', { order: source.order, reason: source.reason, change });
    case 'reversal': {
      const reward = nameOf(view, source.reward);
      return speaker.say('news.reversal', { reward, reason: source.reason, change });
    }
    case 'late_use':
      return speaker.say('news.late_use', { reward: nameOf(view, source.reward), change });
    case 'email_moved':
      return points === 0 ? undefined : speaker.say('news.email_moved', { change });
    default:
      return undefined;
  }
};

/** Of a coupon as it stands now: one that was used or ended since is no news any more. */
const couponSentence = (view: View, books: Member, held: Coupon): string | undefined => {
  const { speaker, program, now } = view;
  const reward = nameOf(view, held.reward);
  if (held.contact !== books.contact) return undefined;
  if (held.state === 'reversed')
    // Points of an earlier membership did not come back.
    return held.membership === books.membership && isUndone(held)
      ? speaker.say('news.reversal', { reward, reason: 'failed', change: speaker.points(held.points) })
      : undefined;
  if (held.state !== 'issued' || now >= held.expiresAt) return undefined;
  const expires_on = speaker.day(dayOf(held.expiresAt, program.zone));
  return speaker.say('news.coupon', { reward, code: held.code, expires_on });
};

const pointsSentence = ({ speaker }: View, books: Member): string => {
  const points = spendable(books);
  const debt = points - balanceOf(books);
  return debt > 0
    ? speaker.say('news.debt', { debt: speaker.points(debt) })
    : speaker.say('news.points', { points: speaker.points(points), points_count: points });
};

/** The newest sentences that fit, in their order, and what the member has now; undefined where there is nothing to tell. */
export const newsText = (view: View, books: Member, { entries, coupons }: Told): string | undefined => {
  const sentences = [
    ...entries.map((entry) => entrySentence(view, entry)),
    ...coupons.map((held) => couponSentence(view, books, held)),
  ].filter((sentence) => sentence !== undefined);
  if (sentences.length === 0) return undefined;
  const points = pointsSentence(view, books);
  const said = (from: number) => [...sentences.slice(from), points].join(' ');
  const fitting = sentences.findIndex((_, from) => said(from).length <= maxMessage);
  return clip(said(fitting === -1 ? sentences.length - 1 : fitting), maxMessage);
};
