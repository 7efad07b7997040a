import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Instant } from '../../functions/domain/ids.ts';
import {
  arrivedFor,
  dueAfter,
  dueShop,
  dueTime,
  dyingAt,
  type Moment,
  nextDueTime,
  openSender,
  openStage,
  personOf,
  type Site,
  type Stage,
} from '../support/crash.ts';
import type { Shop } from '../support/house.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());

/** With 8 members each: in every one of them a sender dies before some call of its, and the next one after another. */
const programs = 25;
const members = Array.from({ length: 8 }, (_, n) => `m${n}`);

const die = async (shop: Shop, nth: number, moment: Moment): Promise<string> => {
  const life = dyingAt(nth, moment);
  const sender = openSender(stage, life);
  // What it dies of ends the run, or is noted as a fault of each member.
  await sender.serve(shop).catch(() => undefined);
  sender.close();
  return life.died() ?? 'did not die';
};

const live = async (shop: Shop) => {
  const sender = openSender(stage);
  const { sent, unconfirmed, held } = await sender.serve(shop);
  sender.close();
  return { sent, unconfirmed, held, told: sender.told };
};

/** What a reminder with fields to write calls, and one whose fields stand. */
const always: readonly Site[] = [
  'program',
  'mirrors due',
  'reminders due',
  'look',
  'intent',
  'sendFlow',
  'outcome',
];

interface Period {
  readonly sites: readonly Site[];
  readonly from: Instant;
  /** Messages of earlier periods. */
  readonly before: number;
}
const first: Period = { sites: [...always, 'setFields'], from: dueTime, before: 0 };
const later: Period = { sites: always, from: nextDueTime, before: 1 };

interface Fate {
  readonly arrived: number;
  readonly state: string;
}

/** What became of a member: in a period that is over, and counted as what it was. */
const fateOf = async (shop: Shop, member: string, { from, before }: Period): Promise<Fate> => {
  const { message, dueAt, tally } = await personOf(stage, shop, member);
  const state = String(message?.state);
  expect(message?.at).toBeGreaterThanOrEqual(from);
  expect(dueAt).toBe(dueAfter(message?.at ?? from));
  const counted = state === 'accepted' ? { accepted: before + 1 } : { [state]: 1 };
  expect(tally).toEqual({ 2030: before === 0 ? counted : { accepted: before, ...counted } });
  return { arrived: arrivedFor(stage, shop, member, from), state };
};

test.each<[string, Period]>([
  ['first reminders, with fields to write', first],
  ['later ones, whose fields stand', later],
])(
  'over 200 reminders, dead senders lose at most the message in flight, none goes out twice, all others arrive: %s',
  async (_, period) => {
    const deaths: string[] = [];
    const fates: Fate[] = [];
    for (let nth = 1; nth <= programs; nth += 1) {
      const shop = await dueShop(stage, members);
      if (period === later) {
        expect(await live(shop)).toMatchObject({ sent: members.length });
        stage.clock.set(nextDueTime);
      }
      const inFirst = fates.length;
      deaths.push(await die(shop, nth, 'before'), await die(shop, programs + 1 - nth, 'after'));
      expect(await live(shop)).toMatchObject({ unconfirmed: 0, held: 0, told: [] });
      expect(await live(shop)).toEqual({ sent: 0, unconfirmed: 0, held: 0, told: [] });
      for (const member of members) fates.push(await fateOf(shop, member, period));
      const lost = fates.slice(inFirst).filter(({ state }) => state === 'unconfirmed');
      expect(lost.length).toBeLessThanOrEqual(2);
    }
    expect(fates).toHaveLength(200);
    const where = period.sites.flatMap((site) => [`${site} after`, `${site} before`]);
    expect([...new Set(deaths)].sort()).toEqual(where.sort());
    const count = (state: string, arrived: number) =>
      fates.filter((fate) => fate.state === state && fate.arrived === arrived).length;
    const died = (...at: string[]) => deaths.filter((death) => at.includes(death)).length;
    // Unconfirmed are exactly those whose message was about to leave, or whose outcome was about to be recorded.
    const never = died('intent after', 'sendFlow before');
    const unheard = died('sendFlow after', 'outcome before');
    expect([count('unconfirmed', 0), count('unconfirmed', 1)]).toEqual([never, unheard]);
    expect(count('accepted', 1)).toBe(200 - never - unheard);
    expect(await stage.audit()).toMatchObject({ ok: true, violations: [] });
  },
  240_000,
);
