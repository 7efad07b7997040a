/** Shows what the member has. */
import type * as z from 'zod/mini';
import { balanceOf, spendable } from '../../domain/lots.ts';
import type { Member } from '../../domain/member.ts';
import { outlookText, type View } from '../card.ts';
import { loadMember } from '../member-view.ts';
import { notMember, type Verb } from '../verb.ts';
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

export const balance: Verb<z.infer<typeof inputs>, object> = {
  inputs,
  absent: {},
  run: (ports) => async (call) => {
    const { books, person } = await loadMember(ports, call);
    if (books === undefined) return notMember(person);
    return {
      result: 'ok',
      ok: true,
      replayed: false,
      books,
      person,
      change: 0,
      message: sentence(books),
      shows: () => ({ kind: 'ready' }),
    };
  },
};
