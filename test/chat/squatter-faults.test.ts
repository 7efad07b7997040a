/** Each call of a claim by link fails in each way, and all of them by chance: what is written is written once. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { balanceOf } from '../../functions/domain/lots.ts';
import { passOn } from '../../functions/shops/moving.ts';
import { systemChance } from '../../functions/wiring.ts';
import { type Engine, launchEngine } from '../../local/engine.ts';
import { type Desk, openDesk } from '../support/desk.ts';
import { type Fault, faults } from '../support/faults.ts';

let desk: Desk;
let engine: Engine;
beforeAll(async () => {
  engine = await launchEngine({ data: 'memory' });
  desk = await openDesk(engine);
});
afterAll(async () => {
  await desk.close();
  await engine.stop();
});

const balance = async (who: string): Promise<number> => {
  const { member } = await desk.look(who);
  return member === undefined ? 0 : balanceOf(member);
};

let runs = 0;

/** Two orders in the stranger's hands; the owner comes by the link of the first while calls fail. @returns how many calls it took */
const underFaults = async (plan: readonly Fault[]): Promise<number> => {
  runs += 1;
  const [stranger, owner, email] = [`stranger-${runs}`, `owner-${runs}`, `${runs}@example.com`];
  const [first, second] = [`${runs}-1`, `${runs}-2`];
  for (const order of [first, second]) await desk.push(order, email);
  await desk.enroll(stranger, email);
  for (const order of [first, second]) await desk.claim(stranger, order);
  await desk.enroll(owner, `me-${email}`);
  const before = desk.trouble.seen.calls;
  desk.trouble.plan(plan);
  const { result } = await desk.claimByLink(owner, first);
  const calls = desk.trouble.seen.calls - before;
  expect({ plan, result }).toEqual({ plan, result: 'credited' });
  desk.trouble.plan([]);
  await desk.trouble.landed();
  for (const moving of (await desk.look(owner)).contact?.provenEmails ?? [])
    await passOn({ ledger: desk.ledger, chance: systemChance }, moving, desk.attempt, 10, () => false);
  const balances = [await balance(owner), await balance(stranger)];
  expect({ plan, balances }).toEqual({ plan, balances: [170, 0] });
  expect(await desk.claimByLink(owner, first)).toMatchObject({ result: 'already_claimed', change: 0 });
  return calls;
};

test.each(faults.filter((fault) => fault !== 'none'))(
  '%s: in any place of a claim by link it loses nothing and doubles nothing',
  async (fault) => {
    const calls = await underFaults([]);
    for (let at = 0; at < calls; at += 1)
      await underFaults([...Array.from({ length: at }, (): Fault => 'none'), fault]);
    expect(await desk.audit()).toMatchObject({ violations: [] });
  },
);

test('many faults by chance lose nothing and double nothing', async () => {
  const plans = fc.array(fc.constantFrom(...faults), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => void (await underFaults(plan))),
    { numRuns: 25 },
  );
  expect(await desk.audit()).toMatchObject({ violations: [] });
});
