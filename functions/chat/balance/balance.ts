/** Shows what the member has. */
import { balanceOf, spendable } from '../../domain/lots.ts';
import type { Member } from '../../domain/member.ts';
import { outlookText, type View } from '../card.ts';
import { looking } from '../member-view.ts';
import { inputs } from './contract.ts';

const sentence =
  (books: Member) =>
  (view: View): string => {
    const { speaker } = view;
    const points = spendable(books);
    const debt = points - balanceOf(books);
    const said = {
      points: speaker.points(points),
      points_count: points,
      debt: speaker.points(debt),
      outlook: outlookText(view),
    };
    return speaker.say(debt > 0 ? 'balance.debt' : 'balance.ok', said);
  };

export const balance = looking(inputs, {}, (books) => ({
  message: sentence(books),
  shows: () => ({ kind: 'ready' }),
}));
