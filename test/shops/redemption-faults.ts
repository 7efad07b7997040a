/**
 * Every call of a redemption that a shop's coupon belongs to fails in every way, before and after, once and from then on; and the
 * request dies between any two of them. Whatever came of it, `settle` leaves one coupon for each debit and none without one.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { dyingAt } from '../support/crash.ts';
import { faults, type Fault as TableFault } from '../support/faults.ts';
import { expectEven, type Market, redeem, type Stand } from './market.ts';
import { type Way, ways } from './proxy.ts';
import { forward, minuteMs, type Process, settleFor } from './stage.ts';

/** What a job may meet that means something else each: the shop has done it or not, and we know or do not. */
const other: readonly Way[] = [
  'refused before',
  'hang before',
  'error 500 before',
  'error 429 before',
  'garbage before',
  'broken after',
  'error 500 after',
];

/** What may be said at once, while something goes wrong. */
const early = new Set(['issued', 'already_issued', 'pending', 'try_again']);

interface Case {
  readonly name: string;
  readonly contact: string;
  readonly said: string;
}

/** One that is repeated until it has been done as often as there are calls. */
const through = async (most: number, one: (nth: number) => Promise<boolean>): Promise<number> => {
  for (let nth = 1; nth <= most; nth++) if (!(await one(nth))) return nth - 1;
  throw new Error('a redemption makes no end of calls');
};

export const redemptionFaults = (name: string, open: () => Promise<Market>): void => {
  describe(`redemptions at ${name}`, () => {
    let market: Market;
    let stand: Stand;
    beforeAll(async () => {
      market = await open();
    }, 60_000);
    beforeEach(async () => {
      stand = await market.stand();
    });
    afterEach(() => stand.close());
    afterAll(async () => {
      const { violations } = await market.house.audit();
      await market.close();
      expect(violations).toEqual([]);
    });

    /** A member takes a reward in a process that meets trouble. */
    const attempt = async (named: string, process: Process): Promise<Case> => {
      const contact = await stand.join();
      const { result } = await redeem(process, contact);
      return { name: named, contact, said: result };
    };

    /** Time passes and `settle` runs; then everybody taps once more, and all is even. */
    const settled = async (cases: readonly Case[]): Promise<void> => {
      const { sound, house } = stand;
      expect(cases.filter(({ said }) => !early.has(said))).toEqual([]);
      await settleFor(house, sound, 2 * 60 * minuteMs);
      const problems: string[] = [];
      for (const { name: which, contact } of cases) {
        const { result, ok, coupon_code: code } = await redeem(sound, contact);
        const again = await redeem(sound, contact);
        const fine = ok && ['already_issued', 'issued'].includes(result) && again.coupon_code === code;
        if (!fine) problems.push(`${which}: ${result}`);
      }
      expect(problems).toEqual([]);
      await settleFor(house, sound, 30 * minuteMs);
      await expectEven(stand);
    };

    /** @returns whether a call was struck since */
    const failAt = (way: Way, isHit: (index: number) => boolean): (() => boolean) => {
      const { proxy } = stand.bench;
      const before = proxy.seen.length;
      let hit = false;
      proxy.fail((call) => {
        const struck = isHit(call.index - before);
        hit ||= struck;
        return struck ? way : 'well';
      });
      return () => hit;
    };

    const failing = async (way: Way, isHit: (index: number, nth: number) => boolean) => {
      const { bench, process } = stand;
      const cases: Case[] = [];
      await through(20, async (nth) => {
        const struck = failAt(way, (index) => isHit(index, nth));
        const own = process();
        cases.push(await attempt(`${way}, call ${nth}`, own));
        own.close();
        return struck();
      });
      bench.proxy.fail();
      return cases;
    };

    test.each(ways)('are whole though a call to the shop fails once: %s', async (way) => {
      const cases = await failing(way, (index, nth) => index === nth);
      expect(cases.length).toBeGreaterThan(1);
      await settled(cases);
    });

    test.each(ways)('are whole though all calls to the shop fail from one on: %s', async (way) => {
      const cases = await failing(way, (index, nth) => index >= nth);
      await settled(cases);
    });

    const tableFaults = faults.filter((fault) => fault !== 'none');
    test.each(tableFaults)('are whole though a call to the table fails: %s', async (fault) => {
      const cases: Case[] = [];
      await through(20, async (nth) => {
        const own = stand.process();
        const plan: TableFault[] = Array.from({ length: nth }, (_, at) => (at === nth - 1 ? fault : 'none'));
        own.trouble.plan(plan);
        cases.push(await attempt(`${fault}, call ${nth}`, own));
        await own.trouble.landed();
        own.close();
        return own.trouble.seen.faults > 0;
      });
      expect(cases.length).toBeGreaterThan(4);
      await settled(cases);
    });

    test.each(['before', 'after'] as const)(
      'are whole though the request dies %s any of its calls',
      async (moment) => {
        const cases: Case[] = [];
        await through(30, async (nth) => {
          const life = dyingAt(nth, moment);
          const own = stand.process({ hook: life.hook });
          cases.push(await attempt(`died ${moment} call ${nth}`, own));
          own.close();
          return life.died() !== undefined;
        });
        expect(cases.length).toBeGreaterThan(5);
        await settled(cases);
      },
    );

    test('are whole though settle dies before or after any of its calls', async () => {
      const { bench, process, house, sound } = stand;
      const cases: Case[] = [];
      for (const lost of ['broken before', 'broken after'] as const)
        for (const moment of ['before', 'after'] as const)
          await through(40, async (nth) => {
            bench.proxy.fail(() => lost);
            cases.push(await attempt(`${lost}, settle died ${moment} call ${nth}`, sound));
            bench.proxy.fail();
            const life = dyingAt(nth, moment);
            const own = process({ hook: life.hook });
            forward(house, 2 * minuteMs);
            await own.settle();
            own.close();
            forward(house, 11 * minuteMs);
            await sound.settle();
            return life.died() !== undefined;
          });
      expect(cases.length).toBeGreaterThan(30);
      await settled(cases);
    });

    test.each(other)('are whole though settle meets trouble at the shop: %s', async (way) => {
      const { bench, process, house, sound } = stand;
      const cases: Case[] = [];
      for (const lost of ['broken before', 'broken after'] as const)
        await through(20, async (nth) => {
          bench.proxy.fail(() => lost);
          cases.push(await attempt(`${lost}, and ${way} in settle, call ${nth}`, sound));
          const struck = failAt(way, (index) => index === nth);
          const own = process();
          forward(house, 2 * minuteMs);
          await own.settle();
          own.close();
          bench.proxy.fail();
          forward(house, 11 * minuteMs);
          await sound.settle();
          return struck();
        });
      expect(cases.length).toBeGreaterThan(3);
      await settled(cases);
    });
  });
};
