/** `shop check`: what works at a shop and what does not, each in a line that says what to do. */
import type { Program } from '../../functions/domain/program.ts';
import { type AskedStore, isAsked } from '../../functions/domain/store.ts';
import type { Chance, Clock } from '../../functions/ports/environment.ts';
import type { CheckLine, Shop } from '../../functions/ports/shops.ts';
import { type Trial, trialsFor, tryCoupon } from './trial.ts';

/** All that an adapter tries by itself. */
const checkWithinMs = 90_000;

export interface Checking {
  readonly program: Program;
  readonly store: AskedStore;
  readonly shop: Shop;
  readonly clock: Clock;
  readonly chance: Chance;
  /** A coupon of every reward that the shop makes, and not of the first one only. */
  readonly everyReward: boolean;
  readonly say: (line: CheckLine) => void;
}

const trialsOf = ({ program, store, clock, chance, everyReward }: Checking): readonly Trial[] => {
  if (!store.makesCoupons) return [];
  const trials = trialsFor(program, store, clock.now(), chance);
  return everyReward ? trials : trials.slice(0, 1);
};

/** @returns how much was tried, and how much of it is wrong */
export const checkShop = async (
  checking: Checking,
): Promise<{ readonly tried: number; readonly wrong: number }> => {
  const { program, store, shop, say } = checking;
  let [tried, wrong] = [0, 0];
  const tell = (lines: readonly CheckLine[]): void => {
    for (const line of lines) say(line);
    tried += lines.length;
    wrong += lines.filter(({ ok }) => !ok).length;
  };
  const lines = await shop.check(program.currency, AbortSignal.timeout(checkWithinMs));
  tell(lines);
  // What comes first is whether the shop lets us in: where it does not, a coupon would say the same again.
  if (lines[0]?.ok === false) return { tried, wrong };
  for (const trial of trialsOf(checking)) tell(await tryCoupon(shop, trial, store));
  return { tried, wrong };
};

/** What is to be done for a shop that nobody can ask. */
export const ofPushed = (program: Program, store: string): readonly string[] => {
  const others = program.stores.filter(isAsked).map(({ id }) => id);
  return [
    `The store ${store} is of the kind pushed: there is nobody to ask, so there is nothing to try.`,
    'Its orders are found once the shop pushes them: POST /v1/store/orders, with a key of the role store.',
    'Its coupons are our own: the shop asks POST /v1/store/coupons/check and …/use at its checkout.',
    'Both by example: docs/owner.md, “What your shop calls”.',
    ...(others.length === 0 ? [] : [`Stores of the program that can be tried: ${others.join(', ')}.`]),
  ];
};
