/** Takes a reward: points leave and a coupon is issued in one step. */
import type * as z from 'zod/mini';
import { dayOf } from '../../domain/calendar.ts';
import type { Contact } from '../../domain/contact.ts';
import { hasCode, isTask, statusOf } from '../../domain/coupon.ts';
import { spendable } from '../../domain/lots.ts';
import { rewardIn } from '../../domain/program.ts';
import { decideRedeem, type RedeemAnswer, type RedeemRequest } from '../../domain/redemption.ts';
import { countersOf } from '../../domain/stock.ts';
import { hashed } from '../../platform/hashed.ts';
import { makeAtShop } from '../../shops/making.ts';
import type { TextKey } from '../../texts/args.ts';
import { none, rewardName, type View } from '../card.ts';
import type { ChatCall, ChatPorts, Outcome, Showing, Verb } from '../verb.ts';
import { type extras, inputs } from './contract.ts';

type Inputs = z.infer<typeof inputs>;
type Extras = z.infer<z.ZodMiniObject<typeof extras>>;

const absent: Extras = {
  reward: none,
  reward_name: none,
  coupon_code: none,
  coupon_url: none,
  coupon_expires_on: none,
  points_short: 0,
};

/** The code as it may be shown; a task has none. */
const shownCoupon = ({ coupon }: RedeemAnswer) =>
  coupon === undefined || !hasCode(coupon) ? undefined : coupon;

const extrasOf =
  (answer: RedeemAnswer) =>
  (view: View): Partial<Extras> => {
    const { reward, pointsShort } = answer;
    const coupon = shownCoupon(answer);
    return {
      ...(reward === undefined ? {} : { reward: reward.id, reward_name: rewardName(view, reward) }),
      ...(coupon === undefined
        ? {}
        : {
            coupon_code: coupon.code,
            coupon_url: reward?.url ?? none,
            coupon_expires_on: dayOf(coupon.expiresAt, view.program.zone),
          }),
      points_short: pointsShort,
    };
  };

const keyOf = ({ result, coupon }: RedeemAnswer): TextKey => {
  if (result === 'not_member') return result;
  if (result === 'already_issued' && coupon !== undefined && isTask(coupon))
    return 'redeem.already_requested';
  return `redeem.${result === 'reserved' ? 'pending' : result}`;
};

const sentence =
  (answer: RedeemAnswer) =>
  (view: View): string => {
    const { speaker, program, now, books } = view;
    const { reward, pointsShort } = answer;
    const coupon = shownCoupon(answer);
    return speaker.say(keyOf(answer), {
      reward: reward === undefined ? '' : rewardName(view, reward),
      cost: speaker.points(reward?.points ?? 0),
      short: speaker.points(pointsShort),
      points: speaker.points(books === undefined ? 0 : spendable(books)),
      code: coupon?.code ?? '',
      expires_on: coupon === undefined ? '' : speaker.day(dayOf(coupon.expiresAt, program.zone)),
      status: coupon === undefined ? '' : statusOf(coupon, now),
    });
  };

const shows = (answer: RedeemAnswer) => (): Showing => {
  const url = shownCoupon(answer) === undefined ? undefined : answer.reward?.url;
  return url === undefined ? { kind: 'nothing' } : { kind: 'link', url };
};

/** A tapped button is a request of its own: a second tap on it answers the same coupon. */
const requestOf = (
  { token, caller }: ChatCall,
  typed: Inputs,
  below: (n: number) => number,
): RedeemRequest => ({
  contact: caller.contact,
  reward: typed.reward,
  request: hashed(token === undefined ? typed.request_id : `button:${token.nonce}`),
  tapped: token !== undefined,
  below,
});

const wantedOf = ({ setting, caller }: ChatCall, { reward: id, request, below }: RedeemRequest) => {
  const { contact } = caller;
  const reward = id === undefined ? undefined : rewardIn(setting.program, id);
  const { stock } = reward ?? {};
  return {
    contact,
    ...(request === undefined ? {} : { key: { contact, verb: 'redeem' as const, key: request } }),
    ...(reward === undefined || !stock
      ? {}
      : { counter: { reward: reward.id, index: below(countersOf(stock)) } }),
  };
};

/** A coupon that a shop is to make: its answer decides what the customer reads. */
const atShop = async (
  ports: ChatPorts,
  { setting, scope, shopSignal }: ChatCall,
  reserved: RedeemAnswer,
): Promise<RedeemAnswer> => {
  const { coupon } = reserved;
  if (reserved.result !== 'reserved' || coupon === undefined) return reserved;
  const again = (coupon.tries ?? 1) > 1;
  const making = await makeAtShop(ports, coupon, setting, scope, shopSignal());
  if (making.kind === 'open') return { ...reserved, result: 'pending' };
  const { answer } = making;
  const books = making.kind === 'failed' ? (answer.books ?? reserved.books) : reserved.books;
  if (making.kind === 'failed')
    return { ...reserved, result: 'reward_unavailable', books, coupon: undefined };
  return { ...reserved, result: again ? 'already_issued' : 'issued', coupon: answer.coupon };
};

const good = new Set(['issued', 'already_issued', 'requested', 'pending']);

const run =
  (ports: ChatPorts) =>
  async (call: ChatCall, typed: Inputs): Promise<Outcome<Extras>> => {
    const request = requestOf(call, typed, ports.chance.below);
    let person: Contact | undefined;
    let before = 0;
    const decided = await ports.ledger.decide(call.scope, wantedOf(call, request), (found) => {
      person = found.contact;
      before = found.member === undefined ? 0 : spendable(found.member);
      return decideRedeem(found, request, call.setting);
    });
    const answer = await atShop(ports, call, decided);
    const { result, books } = answer;
    return {
      result,
      ok: good.has(result),
      replayed: result === 'already_issued',
      books,
      person,
      change: books === undefined ? 0 : spendable(books) - before,
      message: sentence(answer),
      extras: extrasOf(answer),
      shows: shows(answer),
    };
  };

export const redeem: Verb<Inputs, Extras> = { inputs, absent, run };
