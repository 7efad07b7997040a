import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideCredit } from '../../functions/domain/activity.ts';
import { decideClaim } from '../../functions/domain/claim.ts';
import { decideAdjustment } from '../../functions/domain/correction.ts';
import { decideRelease, decideUse } from '../../functions/domain/coupon-use.ts';
import { type ContactId, operationId } from '../../functions/domain/ids.ts';
import type { Decision, Loaded, Wanted } from '../../functions/domain/ledger.ts';
import { spendable } from '../../functions/domain/lots.ts';
import {
  decideEmail,
  decideEnrolment,
  decideLeave,
  type Setting,
} from '../../functions/domain/membership.ts';
import { type OrderFacts, orderStatus } from '../../functions/domain/order.ts';
import { decideNews } from '../../functions/domain/order-news.ts';
import { decideRedeem } from '../../functions/domain/redemption.ts';
import { decideUndo } from '../../functions/domain/undo.ts';
import {
  activityOf,
  ana,
  anaMail,
  ben,
  benMail,
  chanceOf,
  factsOf,
  hashOf,
  minuteMs,
  noon,
  number,
  plus,
  rewardOf,
  settingOf,
  shop,
} from './support.ts';
import { type Ticket, World } from './world.ts';

const program = {
  signupBonus: 100,
  rewards: [rewardOf({ points: 80, stock: 3, limitPerMember: 2 })],
  activities: [activityOf('daily', { perDay: 2 })],
};
const settingAt = (step: number): Setting => {
  const { stamp, ...rest } = settingOf(program, plus(noon, step * minuteMs));
  return { ...rest, stamp: { ...stamp, operation: operationId.parse(`operation-${step}`) } };
};

interface Question {
  readonly wanted: Wanted;
  readonly judge: (found: Loaded) => Decision<unknown>;
}
type Ask = (world: World, setting: Setting, step: number) => Question;

const who = fc.constantFrom(ana, ben);
const mails = fc.constantFrom(anaMail, benMail);
const numbers = fc.constantFrom(number('1001'), number('1002'));
const keys = fc.constantFrom('key-1', 'key-2');
const pick = <T>(all: readonly T[], index: number): T[] =>
  all.slice(index % Math.max(1, all.length)).slice(0, 1);

const joins = fc.tuple(who, mails).map(
  ([contact, email]): Ask =>
    (_, setting) => {
      const order = { contact, email, firstName: undefined, lastName: undefined, language: undefined };
      return {
        wanted: { contact, emails: [hashOf(email)] },
        judge: (found) => decideEnrolment(found, order, setting),
      };
    },
);
const leaves = who.map(
  (contact): Ask =>
    (_, setting) => ({
      wanted: { contact },
      judge: (found) => decideLeave(found, setting),
    }),
);
const moves = fc.tuple(who, mails).map(
  ([contact, email]): Ask =>
    (_, setting) => ({
      wanted: { contact },
      judge: (found) => decideEmail(found, email, setting),
    }),
);
const claims = fc.tuple(who, numbers).map(
  ([contact, told]): Ask =>
    (_, setting) => ({
      wanted: { contact, orders: [{ store: shop, number: told }] },
      judge: (found) => decideClaim(found, { contact, number: told }, setting),
    }),
);
const credits = fc.tuple(who, fc.option(keys, { nil: undefined })).map(
  ([contact, key]): Ask =>
    (_, setting) => ({
      wanted: { contact, ...(key === undefined ? {} : { key: { contact, verb: 'credit', key } }) },
      judge: (found) => decideCredit(found, { contact, activity: 'daily', key }, setting),
    }),
);
const adjusts = fc.tuple(who, fc.integer({ min: -90, max: 90 })).map(
  ([contact, points]): Ask =>
    (_, setting, step) => {
      const key = `key-${step}`;
      const wanted = { contact, points: points || 1, reason: 'why not', allowDebt: points % 2 === 0, key };
      return {
        wanted: { contact, key: { contact, verb: 'adjust', key } },
        judge: (found) => decideAdjustment(found, wanted, setting),
      };
    },
);
const redeems = fc.tuple(who, fc.option(keys, { nil: undefined })).map(
  ([contact, request]): Ask =>
    (_, setting, step) => ({
      wanted: {
        contact,
        ...(request === undefined ? {} : { key: { contact, verb: 'redeem', key: request } }),
      },
      judge: (found) =>
        decideRedeem(found, { contact, reward: 'tea-towel', request, below: chanceOf(step) }, setting),
    }),
);
const onCoupon = (judge: (found: Loaded, setting: Setting) => Decision<unknown>) =>
  fc.nat(5).map(
    (index): Ask =>
      (world, setting) => ({
        wanted: {
          coupons: pick([...world.coupons.keys()], index).flatMap((key) => world.coupons.get(key)?.key ?? []),
        },
        judge: (found) => judge(found, setting),
      }),
  );
const undoes = onCoupon((found, setting) => decideUndo(found, 'issued', 'why not', setting));
const uses = onCoupon((found, setting) => decideUse(found, number('2001'), setting));
const releases = onCoupon((found, setting) => decideRelease(found, number('2001'), setting));
const news = fc
  .record({
    number: numbers,
    email: mails.map(hashOf),
    totalMinor: fc.integer({ min: 0, max: 12_000 }),
    refundedMinor: fc.constantFrom(0, 0, 1000, 5000),
    status: fc.constantFrom('paid' as const, 'paid' as const, 'paid' as const, ...orderStatus.options),
    id: fc.constantFrom('gid-1', 'gid-2', undefined),
  })
  .map(({ id, ...told }): Ask => {
    const facts: OrderFacts = factsOf({ ...told, ...(id === undefined ? {} : { id }) });
    const wanted = { orders: [{ store: shop, number: facts.number }] };
    return (_, setting) => ({ wanted, judge: (found) => decideNews(found, facts, setting) });
  });

const often = <T>(arbitrary: fc.Arbitrary<T>, weight: number) => ({ arbitrary, weight });
const anything = fc.oneof(
  joins,
  leaves,
  moves,
  often(claims, 5),
  often(credits, 2),
  often(adjusts, 2),
  often(redeems, 5),
  often(undoes, 3),
  often(uses, 2),
  releases,
  often(news, 5),
);
const lives = fc.tuple(
  joins,
  fc.array(fc.tuple(anything, fc.option(anything, { nil: undefined })), { minLength: 8, maxLength: 30 }),
);

/** Asks everything, some of it at the same time, and looks at the world after each step. */
const live = ([first, rest]: [Ask, [Ask, Ask | undefined][]], each: (world: World) => void): World => {
  const world = new World();
  const ticket = (ask: Ask, step: number) => (): Ticket<unknown> => {
    const { wanted, judge } = ask(world, settingAt(step), step);
    return world.decide(wanted, judge);
  };
  world.commit(ticket(first, 0)());
  rest.forEach(([one, other], index) => {
    const step = 2 * index + 1;
    if (other === undefined) world.commit(ticket(one, step)());
    else world.race(ticket(one, step), ticket(other, step + 1));
    each(world);
  });
  return world;
};

const inEveryLife = (numRuns: number, each: (world: World) => void, end: (world: World) => void = each) =>
  fc.assert(
    fc.property(lives, (life) => end(live(life, each))),
    { numRuns },
  );
const both: readonly ContactId[] = [ana, ben];

describe('whatever happens, in any order and at the same time,', () => {
  test('the books of every member follow from their entries, orders, coupons and keys', () => {
    inEveryLife(
      30,
      () => undefined,
      (world) => expect(both.flatMap((contact) => world.violations(contact))).toEqual([]),
    );
  });

  test('nobody can ever spend below 0, and no one in debt has points', () => {
    inEveryLife(20, (world) => {
      for (const books of world.members.values()) {
        expect(spendable(books)).toBeGreaterThanOrEqual(0);
        expect(books.debt === 0 || spendable(books) === 0).toBe(true);
      }
    });
  });

  test('no more pieces are out than there are, and each is one open or used coupon', () => {
    inEveryLife(20, ({ coupons, counters }) => {
      const out = [...coupons.values()].filter(({ state }) => state !== 'cancelled').length;
      const taken = [...(counters.get('tea-towel')?.values() ?? [])].reduce((sum, part) => sum + part, 0);
      expect(out).toBe(taken);
      expect(out).toBeLessThanOrEqual(3);
    });
  });

  test('the signup bonus is paid once for each contact and once for each e-mail', () => {
    inEveryLife(20, ({ entries }) => {
      const signups = [...entries.values()].flat().filter(({ source }) => source.kind === 'signup');
      expect(signups.filter(({ points }) => points > 0).length).toBeLessThanOrEqual(2);
    });
  });
});

describe('at the same time', () => {
  const richWorld = (signupBonus: number): World => {
    const world = new World();
    const { program: usual, ...setting } = settingAt(1);
    const order = {
      contact: ana,
      email: anaMail,
      firstName: undefined,
      lastName: undefined,
      language: undefined,
    };
    world.run({ contact: ana, emails: [hashOf(anaMail)] }, (found) =>
      decideEnrolment(found, order, { ...setting, program: { ...usual, signupBonus } }),
    );
    return world;
  };
  const redeem = (world: World, request: string, step: number) => () =>
    world.decide({ contact: ana, key: { contact: ana, verb: 'redeem', key: request } }, (found) =>
      decideRedeem(
        found,
        { contact: ana, reward: 'tea-towel', request, below: chanceOf(step) },
        settingAt(step),
      ),
    );

  test('two redemptions never spend the same points', () => {
    const world = richWorld(150);
    const [first, second] = world.race(redeem(world, 'one', 3), redeem(world, 'two', 4));
    expect([first.result, second.result]).toEqual(['issued', 'not_enough_points']);
    expect(world.members.get(ana)).toMatchObject({ lots: { never: 70 }, won: 1 });
    expect(world.violations(ana)).toEqual([]);
  });

  test('two taps with the same request id get the same coupon, paid once', () => {
    const world = richWorld(550);
    const [first, second] = world.race(redeem(world, 'one', 3), redeem(world, 'one', 4));
    expect([first.result, second.result]).toEqual(['issued', 'already_issued']);
    expect(second.coupon).toEqual(first.coupon);
    expect(world.members.get(ana)?.lots).toEqual({ never: 470 });
  });

  test('a claim and the refund of its order leave only what remains', () => {
    const world = richWorld(60);
    const refs = [{ store: shop, number: number('1001') }];
    world.run({ orders: refs }, (found) => decideNews(found, factsOf(), settingAt(3)));
    const claim = () =>
      world.decide({ contact: ana, orders: refs }, (found) =>
        decideClaim(found, { contact: ana, number: number('1001') }, settingAt(4)),
      );
    const refund = () =>
      world.decide({ orders: refs }, (found) =>
        decideNews(found, factsOf({ refundedMinor: 2000 }), settingAt(5)),
      );
    world.race(claim, refund);
    expect(world.members.get(ana)?.lots).toEqual({ never: 100 });
    expect(world.orders.get('shop 1001')?.claim).toMatchObject({ credited: 60, standing: 40 });
    expect(world.violations(ana)).toEqual([]);
  });
});
