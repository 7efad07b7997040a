/** Lists the member's coupons, usable ones first. */
import type * as z from 'zod/mini';
import { dayOf } from '../../domain/calendar.ts';
import { type Coupon, statusOf } from '../../domain/coupon.ts';
import { rewardIn } from '../../domain/program.ts';
import { clip } from '../../texts/clip.ts';
import { none, rewardName, type View } from '../card.ts';
import { looking } from '../member-view.ts';
import { type extras, inputs } from './contract.ts';

type Extras = z.infer<z.ZodMiniObject<typeof extras>>;

const most = 10;

const row = (held: Coupon, view: View): Extras['coupons'][number] => {
  const { program, now } = view;
  const reward = rewardIn(program, held.reward);
  return {
    code: held.code,
    reward: held.reward,
    reward_name: reward === undefined ? held.reward : rewardName(view, reward),
    url: reward?.url ?? none,
    expires_on: dayOf(held.expiresAt, program.zone),
    status: statusOf(held, now),
  };
};

const said = (held: readonly Coupon[], view: View): string =>
  held
    .map((one) => row(one, view))
    .map(({ code, reward_name, expires_on, status }) =>
      view.speaker.say('coupon.line', {
        code,
        reward: reward_name,
        expires_on: view.speaker.day(expires_on),
        status,
      }),
    )
    .join('\n') || view.speaker.say('coupons.empty');

/** The message must hold the codes that can be used before it holds anything else. */
const maxMessage = 640;

const absent: Extras = { coupons: [], coupons_text: none };

export const coupons = looking(inputs, absent, async (_, { ledger }, { scope, caller, setting }) => {
  const held = await ledger.coupons(scope, caller.contact, setting.stamp.now, most);
  return {
    message: (view) =>
      held.length === 0
        ? said(held, view)
        : clip(`${view.speaker.say('coupons.ok')}\n${said(held, view)}`, maxMessage),
    extras: (view) => ({ coupons: held.map((one) => row(one, view)), coupons_text: said(held, view) }),
  };
});
