/** A coupon made, looked up and cancelled at a shop, as a customer's would be: what no other test of credentials shows. */
import { makeCode } from '../../functions/domain/coupon.ts';
import { type Instant, later } from '../../functions/domain/ids.ts';
import { formatMinor } from '../../functions/domain/money.ts';
import type { Program } from '../../functions/domain/program.ts';
import type { AskedStore } from '../../functions/domain/store.ts';
import type { Chance } from '../../functions/ports/environment.ts';
import type { CheckLine, CouponSpec, Shop, Trouble } from '../../functions/ports/shops.ts';
import { adviceOn } from './advice.ts';

/** Ends by itself soon, should it not be cancelled. */
const livesMs = 60 * 60_000;
/** A customer's own request gives a shop less; here a slow one is to be told from a silent one. */
const stepWithinMs = 20_000;

export interface Trial {
  /** What the coupon stands for, in words. */
  readonly of: string;
  readonly spec: CouponSpec;
}

const worth = ({ benefit, currency }: CouponSpec): string => {
  if (benefit.kind === 'amount') return `${formatMinor(benefit.valueMinor, currency)} ${currency} off`;
  if (benefit.kind === 'percent') return `${benefit.percent} % off`;
  return benefit.kind === 'product' ? 'a product' : 'free shipping';
};

/** One for each reward whose coupons this shop makes; one of 1 % where there is none yet. */
export const trialsFor = (
  program: Program,
  store: AskedStore,
  now: Instant,
  chance: Chance,
): readonly Trial[] => {
  const specOf = (title: string, prefix: string, benefit: CouponSpec['benefit']): CouponSpec => ({
    code: makeCode(prefix, (n) => chance.below(n)),
    redemption: `check-${chance.operation()}`,
    title,
    benefit,
    currency: program.currency,
    startsAt: now,
    expiresAt: later(now, livesMs),
  });
  const made = program.rewards.filter((reward) => reward.store === store.id && reward.enabled);
  const trials = made.flatMap(({ id, prefix, benefit }): Trial[] => {
    if (benefit.kind === 'manual' || benefit.kind === 'pool') return [];
    const spec = specOf(`Check of the reward ${id}`, prefix, benefit);
    return [{ of: `reward ${id}, ${worth(spec)}`, spec }];
  });
  if (trials.length > 0) return trials;
  const spec = specOf('Check of the loyalty program', 'CHECK', { kind: 'percent', percent: 1, products: [] });
  return [{ of: '1 % off, since no reward of the program is made here yet', spec }];
};

const within = (): AbortSignal => AbortSignal.timeout(stepWithinMs);

const troubled = (what: string, { reason, detail }: Trouble, store: AskedStore): CheckLine => ({
  what,
  ok: false,
  detail: `${adviceOn(reason, store.kind, true)} (${reason}${detail === undefined ? '' : `: ${detail}`})`,
});

/** The code is told only where somebody has to find the coupon by hand. */
const leftBehind = ({ code }: CouponSpec): string =>
  `Look for the coupon ${code} in the shop and delete it; it ends by itself within an hour.`;

const cancelled = async (shop: Shop, { spec }: Trial, store: AskedStore): Promise<CheckLine> => {
  const what = 'coupon cancelled';
  const ended = await shop.cancelCoupon(spec, within());
  if (ended.kind === 'cancelled') return { what, ok: true, detail: 'nobody can use it any more' };
  if (ended.kind === 'trouble') {
    const line = troubled(what, ended, store);
    return { ...line, detail: `${line.detail} ${leftBehind(spec)}` };
  }
  const why = ended.kind === 'used' ? 'The shop says that it was used' : 'The shop does not find it';
  return { what, ok: false, detail: `${why}. ${leftBehind(spec)}` };
};

const found = async (shop: Shop, { spec }: Trial, store: AskedStore): Promise<CheckLine> => {
  const what = 'coupon found again';
  const known = await shop.findCoupon(spec, within());
  if (known.kind === 'trouble') return troubled(what, known, store);
  if (known.kind === 'ours' && !known.used) return { what, ok: true, detail: 'unused, and known as ours' };
  const detail = {
    ours: 'The shop says that it was used already.',
    foreign: 'The shop knows the code, but not that it is ours: a lost answer could not be mended.',
    none: 'The shop does not know it a moment after it was made: a lost answer could not be mended.',
  }[known.kind];
  return { what, ok: false, detail };
};

/** What was tried, step by step. Whatever may have been made is cancelled. */
export const tryCoupon = async (
  shop: Shop,
  trial: Trial,
  store: AskedStore,
): Promise<readonly CheckLine[]> => {
  const what = 'coupon made';
  const made = await shop.makeCoupon(trial.spec, false, within());
  if (made.kind === 'refused') {
    const meant = store.kind === 'site' ? '. If it is to make none, write coupons: false at the store' : '';
    return [{ what, ok: false, detail: `The shop refuses it (${trial.of}): ${made.detail}${meant}` }];
  }
  if (made.kind === 'trouble') {
    const line = troubled(what, made, store);
    const ended = await shop.cancelCoupon(trial.spec, within());
    const sure = ended.kind === 'none' || ended.kind === 'cancelled';
    return [sure ? line : { ...line, detail: `${line.detail} ${leftBehind(trial.spec)}` }];
  }
  return [
    { what, ok: true, detail: trial.of },
    await found(shop, trial, store),
    await cancelled(shop, trial, store),
  ];
};
