/** Lists the rewards, eight a page. */
import type * as z from 'zod/mini';
import { spendable } from '../../domain/lots.ts';
import { none, type Offer, offers, type View } from '../card.ts';
import { looking } from '../member-view.ts';
import { type extras, inputs } from './contract.ts';

type Extras = z.infer<z.ZodMiniObject<typeof extras>>;

const pageSize = 8;

/** A page of what is offered; a page beyond the last is the last. */
export const pageOf = (
  view: View,
  wanted: number,
): { shown: readonly Offer[]; page: number; pages: number } => {
  const all = offers(view);
  const pages = Math.max(1, Math.ceil(all.length / pageSize));
  const page = Math.min(wanted, pages);
  return { shown: all.slice((page - 1) * pageSize, page * pageSize), page, pages };
};

const row = ({ reward, name, affordable, short }: Offer): Extras['rewards'][number] => ({
  id: reward.id,
  name,
  points: reward.points,
  affordable,
  points_short: short,
  url: reward.url ?? none,
  image_url: reward.imageUrl ?? none,
});

const extrasOf = (view: View, wanted: number): Extras => {
  const { shown, page, pages } = pageOf(view, wanted);
  return { rewards: shown.map(row), page, pages };
};

const sentence = (view: View): string => {
  const { speaker, books } = view;
  const points = speaker.points(books === undefined ? 0 : spendable(books));
  return speaker.say(offers(view).length === 0 ? 'rewards.empty' : 'rewards.ok', { points });
};

const absent: Extras = { rewards: [], page: 0, pages: 0 };

export const rewards = looking(inputs, absent, (_, __, ___, { page }) => ({
  message: sentence,
  extras: (view) => extrasOf(view, page),
  shows: () => ({ kind: 'rewards', page }),
}));
