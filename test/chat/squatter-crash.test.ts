/** The function dies before or after any of its calls to the table; the job and the next tap make it whole. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { later } from '../../functions/domain/ids.ts';
import { balanceOf as balanceIn } from '../../functions/domain/lots.ts';
import { passOn } from '../../functions/shops/moving.ts';
import { systemChance } from '../../functions/wiring.ts';
import { type Engine, launchEngine } from '../../local/engine.ts';
import { openDesk } from '../support/desk.ts';
import { type House, openHouse } from '../support/house.ts';
import {
  balanceOf,
  claim,
  email,
  enroll,
  type Moment,
  mortal,
  ownEmail,
  owner,
  refOf,
  sound,
  squatted,
  stranger,
} from './squatter-scene.ts';

let house: House;
let engine: Engine;
let table: ReturnType<typeof mortal>;
beforeAll(async () => {
  [house, engine] = [await openHouse(), await launchEngine({ data: 'memory' })];
  table = mortal(house.table);
});
afterAll(async () => {
  await house.stop();
  await engine.stop();
});

const minuteLater = () => house.clock.set(later(house.clock.now(), 61_000));

describe.each<Moment>(['before', 'after'])('a function that dies %s a call', (moment) => {
  test('of a claim by link leaves all or nothing to the job, and the next tap has it all', async () => {
    let lived = false;
    for (let nth = 1; !lived; nth += 1) {
      const shop = await squatted(house);
      await enroll(shop, owner, ownEmail);
      const ref = await refOf(shop, '1001');
      lived = !(await table.dying(nth, moment, () => claim(shop, owner, ref)));
      minuteLater();
      await house.jobs.settle();
      const balances = [await balanceOf(shop, owner), await balanceOf(shop, stranger)];
      expect([nth, [170, 0], [50, 170]]).toContainEqual(balances);
      const again = await claim(shop, owner, ref);
      expect(['credited', 'already_claimed']).toContain(again.result);
      expect([nth, await balanceOf(shop, owner), await balanceOf(shop, stranger)]).toEqual([nth, 170, 0]);
      expect(nth).toBeLessThan(40);
    }
    await sound(house);
  });

  test('of joining with a proven e-mail does the same', async () => {
    let lived = false;
    for (let nth = 1; !lived; nth += 1) {
      const shop = await squatted(house);
      await claim(shop, owner, await refOf(shop, '1001'));
      lived = !(await table.dying(nth, moment, () => enroll(shop, owner, email)));
      minuteLater();
      await house.jobs.settle();
      const again = await enroll(shop, owner, email);
      expect(['enrolled', 'already_member']).toContain(again.result);
      expect([nth, await balanceOf(shop, owner), await balanceOf(shop, stranger)]).toEqual([nth, 170, 0]);
      expect(nth).toBeLessThan(40);
    }
    await sound(house);
  });

  test('of the job itself leaves the rest to its next run', async () => {
    let lived = false;
    for (let nth = 1; !lived; nth += 1) {
      const desk = await openDesk(engine);
      for (const order of ['1001', '1002']) await desk.push(order, email);
      await desk.enroll('stranger', email);
      for (const order of ['1001', '1002']) await desk.claim('stranger', order);
      await desk.enroll('owner', ownEmail);
      const moving = await desk.prove('owner', '1001');
      if (moving === undefined) throw new Error('nothing passes on');
      const run = () =>
        passOn({ ledger: desk.ledger, chance: systemChance }, moving, desk.attempt, 10, () => false);
      lived = !(await mortal(desk.table).dying(nth, moment, run));
      expect(await run()).toMatchObject({ done: true });
      const balances = await Promise.all(
        ['owner', 'stranger'].map(async (who) => (await desk.look(who)).member),
      );
      expect([nth, ...balances.map((books) => books && balanceIn(books))]).toEqual([nth, 170, 0]);
      expect(await desk.audit()).toMatchObject({ violations: [] });
      await desk.close();
      expect(nth).toBeLessThan(40);
    }
  });
});
