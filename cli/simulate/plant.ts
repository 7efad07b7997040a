/** Puts what matters where the sender meets it: only a rehearsal of the model says when that is. */
import { drawing } from './chance.ts';
import { dayMs, minuteMs } from './clockwork.ts';
import { saying, yearEnds } from './draw-year.ts';
import { type Event, inOrder } from './events.ts';
import type { Course, Told } from './model.ts';

/** Between the look and the intent must lie a whole millisecond of its own. */
const roomMs = 4;
const share = 0.04;
const least = 4;

/** A STOP, a farewell or a redemption between the look at the member and the message's turn. */
const interruptions = (courses: readonly Course[], seed: number): Event[] => {
  const draw = drawing(seed, 'interruptions');
  const fit = courses.filter(
    ({ lookedAt, intendedAt, wentOut }) => wentOut && intendedAt - lookedAt > roomMs,
  );
  const spots = fit.filter((_, index) => index < least || draw.happens(share));
  return spots.flatMap(({ person: { customer }, lookedAt }): Event[] => {
    const at = Math.floor(lookedAt) + 2;
    const after = at + draw.whole(dayMs, 30 * dayMs);
    const { channel } = customer.program;
    if (draw.happens(0.2)) return [{ at, customer, deed: { kind: 'redeem', reward: 'small' } }];
    return draw.happens(0.8)
      ? [
          { at, customer, deed: saying('stop', draw.one([channel, 'all']), draw) },
          { at: after, customer, deed: saying('start', draw.one([channel, 'all']), draw) },
        ]
      : [
          { at, customer, deed: { kind: 'leave' } },
          { at: after, customer, deed: { kind: 'join' } },
        ];
  });
};

/** Chats around the day in which a message may be sent on Messenger: most in time, some too early, some elsewhere. */
const conversations = ({ people }: Told, seed: number): Event[] => {
  const draw = drawing(seed, 'conversations');
  return [...people.values()].flatMap(({ customer, story }) =>
    story.flatMap(({ at, what }): Event[] => {
      if (what !== 'skipped window_closed' || draw.happens(0.3)) return [];
      const channel = draw.happens(0.15) ? 'instagram' : 'messenger';
      return [{ at: at - draw.whole(1, 28 * 60) * minuteMs, customer, deed: { kind: 'chat', channel } }];
    }),
  );
};

const joined = (events: readonly Event[], more: readonly Event[]): readonly Event[] =>
  inOrder([...events, ...more.filter(({ at }) => at < yearEnds)]);

/** @param rehearse tells the year as the model sees it */
export const planted = (
  events: readonly Event[],
  rehearse: (events: readonly Event[]) => Told,
  seed: number,
): readonly Event[] => {
  const talking = joined(events, conversations(rehearse(events), seed));
  return joined(talking, interruptions(rehearse(talking).courses, seed));
};
