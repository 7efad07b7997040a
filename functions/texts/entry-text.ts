/** An entry as a sentence: "order 1001: $60.00 → 60 points". */
import type { Entry, Source } from '../domain/entry.ts';
import type { RewardId } from '../domain/ids.ts';
import { type Program, rewardIn } from '../domain/program.ts';
import type { Args } from './args.ts';
import type { Speaker } from './speaker.ts';

const rewardName = (id: RewardId, program: Program, speaker: Speaker): string => {
  const reward = rewardIn(program, id);
  return reward === undefined ? id : speaker.name(reward.name);
};

const argsOf = (source: Source, program: Program, speaker: Speaker): Args => {
  switch (source.kind) {
    case 'order':
      return { order: source.order, total: speaker.money(source.baseMinor, source.currency) };
    case 'refund':
      return {
        order: source.order,
        total: speaker.money(source.remainingMinor, source.currency),
        reason: source.reason,
      };
    case 'activity':
      return { activity: source.activity };
    case 'redemption':
    case 'late_use':
    case 'capture':
      return { reward: rewardName(source.reward, program, speaker) };
    case 'reversal':
      return { reward: rewardName(source.reward, program, speaker), reason: source.reason };
    case 'signup':
    case 'email_moved':
    case 'adjustment':
    case 'leave':
      return {};
  }
};

export const entryText = (
  { source, points }: Pick<Entry, 'source' | 'points'>,
  program: Program,
  speaker: Speaker,
): string =>
  speaker.say(`entry.${source.kind}`, {
    ...argsOf(source, program, speaker),
    points: speaker.points(points),
    points_count: points,
  });
