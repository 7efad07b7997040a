/**
 * Every call of a redemption that a shop's coupon belongs to fails in every way, before and after, once and from then on; and the
 * request dies between any two of them. Whatever came of it, `settle` leaves one coupon for each debit and none without one.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { dyingAt } from '../support/crash.ts';
import { faults, type Fault as TableFault } from '../support/faults.ts';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';
import type { ShopBench } from './bench.ts';
import { type ProxiedBench, proxied, type Way, ways } from './proxy.ts';
import {
  couponsIn,
  forward,
  minuteMs,
  openProcess,
  openWith,
  type Process,
  type ProcessOptions,
  settleFor,
  storeId,
} from './stage.ts';

const bonus = 1000;
const cost = 200;

/** A program of its own before a shop. */
export interface Stand {
  readonly house: House;
  readonly bench: ProxiedBench;
  readonly shop: Shop;
  /** All goes well in it. */
  readonly sound: Process;
  process(options?: Partial<ProcessOptions>): Process;
  join(): Promise<string>;
  /** Codes that were sent to the shop since the program is open. */
  sentCodes(): readonly string[];
  close(): void;
}

export interface Market {
  readonly house: House;
  readonly bench: ProxiedBench;
  stand(change?: (file: Reply) => void): Promise<Stand>;
  close(): Promise<void>;
}

let people = 0;

/** @param machineClock the shop checks our signatures by the clock of this machine, wherever the house's own was moved to */
export const openMarket = async (
  open: (nowMs: () => number) => Promise<ShopBench>,
  machineClock = false,
): Promise<Market> => {
  const house = await openHouse();
  const bench = await proxied(await open(() => house.clock.now()));
  const stand: Market['stand'] = async (change) => {
    const shop = await openWith(house, bench, change);
    const since = bench.proxy.seen.length;
    const opened: Process[] = [];
    const process = (more: Partial<ProcessOptions> = {}): Process => {
      const made = openProcess(house, shop, {
        secrets: { [storeId]: bench.secrets },
        through: bench.proxy.through,
        nowMs: machineClock ? Date.now : undefined,
        ...more,
      });
      opened.push(made);
      return made;
    };
    return {
      house,
      bench,
      shop,
      sound: process(),
      process,
      join: async () => {
        people += 1;
        const contact = `member-${people}`;
        await shop.chat('enroll', { contact_id: contact, email: `ana${people}@example.com` });
        return contact;
      },
      sentCodes: () => {
        const said = bench.proxy.seen.slice(since).map(({ body, path }) => `${path} ${body}`);
        return said.flatMap((text) => [...text.matchAll(/FIVE(-[0-9A-Z]{4}){3}/gi)].map(([code]) => code));
      },
      close: () => {
        for (const made of opened) made.close();
      },
    };
  };
  const close = async (): Promise<void> => {
    await bench.close();
    await house.stop();
  };
  return { house, bench, stand, close };
};

/** What a member reads of a redemption. */
export const redeem = (process: Process, contact: string) =>
  process.chat('redeem', { contact_id: contact, reward: 'five-off', request_id: 'the-only-one' });

/** Books and shop say the same: a usable coupon for each debit, none for each reversal, nothing open. */
export const expectEven = async ({ bench, shop, sound, sentCodes }: Stand): Promise<void> => {
  const coupons = await couponsIn(sound.table, shop.id);
  const known = new Set(coupons.map(({ code }) => code.toUpperCase()));
  const problems: string[] = [];
  for (const { code, state, contact, nextAt, leasedUntil } of coupons) {
    const there = await bench.coupons(code);
    const usable = there.filter((one) => one.usable).length;
    if (usable !== (state === 'issued' ? 1 : 0)) problems.push(`${contact}: ${state}, ${usable} usable`);
    if (state === 'issued' && there.length !== 1) problems.push(`${contact}: a twin`);
    if (state === 'reserved') problems.push(`${contact}: still open`);
    if (leasedUntil !== undefined) problems.push(`${contact}: a lease is left`);
    if (state === 'issued' && nextAt === undefined) problems.push(`${contact}: nobody will look at it again`);
  }
  for (const code of new Set(sentCodes()))
    if (!known.has(code.toUpperCase())) problems.push(`${code}: nobody’s`);
  const debits = Map.groupBy(
    coupons.filter(({ state }) => state === 'issued'),
    ({ contact }) => contact,
  );
  for (const contact of new Set(coupons.map((one) => one.contact))) {
    const { points } = await sound.chat('balance', { contact_id: contact });
    const due = bonus - cost * (debits.get(contact)?.length ?? 0);
    if (points !== due) problems.push(`${contact}: has ${points} points, and should have ${due}`);
  }
  expect(problems).toEqual([]);
};

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
            forward(house, minuteMs + 1_000);
            await own.settle();
            own.close();
            forward(house, 11 * minuteMs);
            await sound.settle();
            return life.died() !== undefined;
          });
      expect(cases.length).toBeGreaterThan(30);
      await settled(cases);
    });

    test.each(ways)('are whole though settle meets trouble at the shop: %s', async (way) => {
      const { bench, process, house, sound } = stand;
      const cases: Case[] = [];
      for (const lost of ['broken before', 'broken after'] as const)
        await through(20, async (nth) => {
          bench.proxy.fail(() => lost);
          cases.push(await attempt(`${lost}, and ${way} in settle, call ${nth}`, sound));
          const struck = failAt(way, (index) => index === nth);
          const own = process();
          forward(house, minuteMs + 1_000);
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
