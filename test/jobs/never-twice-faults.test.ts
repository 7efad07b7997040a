import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Instant } from '../../functions/domain/ids.ts';
import {
  arrivedFor,
  dueAfter,
  dueShop,
  dueTime,
  nextDueTime,
  openSender,
  openStage,
  personOf,
  type Stage,
} from '../support/crash.ts';
import { type Fault, faults, troubled } from '../support/faults.ts';
import type { Shop } from '../support/house.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());

/** Around the single calls to the table in a run: one in three fails, in every way that there is. */
const tableFaults = fc.array(
  fc.oneof({ weight: 2, arbitrary: fc.constant<Fault>('none') }, fc.constantFrom(...faults)),
  { maxLength: 25 },
);
/** What ManyChat does with the calls for one of the members, besides. */
const manychatFault = fc.constantFrom('none', 'drop after', 'drop before', 'busy once', 'busy on');

const failing = (path: string, contact: string, fault: string): void => {
  if (fault === 'none') return;
  const { double } = stage;
  if (fault === 'drop after' || fault === 'drop before') double.fail({ kind: fault, path, contact });
  else double.fail({ kind: 'status', status: 429, path, contact, times: fault === 'busy on' ? 4 : 1 });
};

/** Senders that run at once, each with a plan of what goes wrong. */
const run = async (shop: Shop, ...plans: readonly (readonly Fault[])[]): Promise<void> => {
  const senders = plans.map((plan) => {
    const sender = openSender(stage, { width: 2 });
    const trouble = troubled(sender.table);
    trouble.plan(plan);
    return { sender, trouble };
  });
  // A run that fails as a whole is one more thing that the next must cope with.
  await Promise.all(senders.map(({ sender }) => sender.serve(shop).catch(() => undefined)));
  for (const { trouble, sender } of senders) {
    await trouble.landed();
    sender.close();
  }
};

/** The period is over for the member, with one message at most; the books say what ManyChat saw. @returns how it ended */
const endOf = async (shop: Shop, member: string, from: Instant, before: readonly string[]) => {
  const { message, dueAt, tally } = await personOf(stage, shop, member);
  const state = message?.state ?? 'none';
  const ended = [...before, state];
  const arrived = arrivedFor(stage, shop, member, from);
  expect([`${state} ${arrived}`]).toEqual([
    expect.stringMatching(/^(accepted 1|unconfirmed 0|unconfirmed 1)$/),
  ]);
  expect(message?.at).toBeGreaterThanOrEqual(from);
  expect(dueAt).toBe(dueAfter(message?.at ?? from));
  const counted = Object.entries(Object.groupBy(ended, (one) => one));
  expect(tally).toEqual({ 2030: Object.fromEntries(counted.map(([name, of = []]) => [name, of.length])) });
  return state;
};

interface Case {
  readonly one: readonly Fault[];
  /** A second sender at the same time, if any. */
  readonly other: readonly Fault[] | undefined;
  readonly next: readonly Fault[];
  readonly fields: string;
  readonly flow: string;
}

const anyCase = fc.record<Case>({
  one: tableFaults,
  other: fc.option(tableFaults, { nil: undefined }),
  next: tableFaults,
  fields: manychatFault,
  flow: manychatFault,
});

/** A program in trouble, and how its members' periods ended so far. */
interface Scene extends Case {
  readonly shop: Shop;
  readonly ends: ReadonlyMap<string, string[]>;
}

const sceneOf = async (given: Case, n: number): Promise<Scene> => {
  const members = [`ana${n}`, `ben${n}`];
  return { ...given, shop: await dueShop(stage, members), ends: new Map(members.map((id) => [id, []])) };
};

const inTrouble = async ({ shop, ends, one, other, next, fields, flow }: Scene): Promise<void> => {
  const [unlucky = ''] = ends.keys();
  failing('setCustomFields', unlucky, fields);
  failing('sendFlow', unlucky, flow);
  await run(shop, one, ...(other === undefined ? [] : [other]));
  await run(shop, next);
};

/** Faults wait a good deal, so several programs go through theirs at once. */
const scenes = fc.array(anyCase, { minLength: 6, maxLength: 6 });

test('whatever becomes of calls to the table and to ManyChat, nobody is written to twice and nobody is forgotten', async () => {
  const met = new Set<string>();
  await fc.assert(
    fc.asyncProperty(scenes, async (cases) => {
      const open: Scene[] = [];
      for (const [n, given] of cases.entries()) open.push(await sceneOf(given, n));
      for (const from of [dueTime, nextDueTime]) {
        stage.clock.set(from);
        await Promise.all(open.map(inTrouble));
        stage.double.clearFaults();
        for (const { shop, ends } of open) {
          await run(shop, []);
          for (const [member, before] of ends) {
            before.push(await endOf(shop, member, from, before));
            met.add(`${before.at(-1)} ${arrivedFor(stage, shop, member, from)}`);
          }
        }
      }
    }),
    { numRuns: 20 },
  );
  expect([...met].sort()).toEqual(['accepted 1', 'unconfirmed 0', 'unconfirmed 1']);
  expect(await stage.audit()).toMatchObject({ ok: true, violations: [] });
}, 300_000);
