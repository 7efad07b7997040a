import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { instant } from '../../functions/domain/ids.ts';
import { arrivedFor, dueShop, openSender, openStage, personOf, type Stage } from '../support/crash.ts';
import type { Shop } from '../support/house.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());

const members = Array.from({ length: 12 }, (_, n) => `m${n}`);
const refusal = { status: 400, body: { status: 'error', message: 'Some general refusal' } };

const serve = async (shop: Shop, width = 4) => {
  const sender = openSender(stage, { width });
  const summary = await sender.serve(shop);
  sender.close();
  return { ...summary, told: sender.told };
};

describe('a refusal that nothing explains', () => {
  test.each(['setCustomFields', 'sendFlow'])(
    'of everybody (%s) ends nobody’s period, and is told once a run',
    async (path) => {
      const shop = await dueShop(stage, members);
      stage.double.fail({ kind: 'status', path, times: 1000, ...refusal });
      for (let run = 0; run < 3; run += 1) {
        const { sent, closed, told } = await serve(shop);
        expect([sent, closed, [...new Set(told)].length]).toEqual([0, {}, 1]);
      }
      stage.double.clearFaults();
      expect(await serve(shop)).toMatchObject({ sent: 12, closed: {} });
      for (const member of members) expect([member, arrivedFor(stage, shop, member)]).toEqual([member, 1]);
    },
  );

  test('of one alone who is due ends the period only after a day', async () => {
    const shop = await dueShop(stage, ['solo']);
    stage.double.fail({ kind: 'status', path: 'sendFlow', contact: 'solo', times: 1000, ...refusal });
    expect(await serve(shop)).toMatchObject({ sent: 0, held: 1, closed: {} });
    stage.clock.set(instant.parse(stage.clock.now() + 25 * 3_600_000));
    expect(await serve(shop)).toMatchObject({ sent: 0, held: 0, closed: { refused: 1 } });
    expect((await personOf(stage, shop, 'solo')).tally).toEqual({ 2030: { closed_refused: 1 } });
    stage.double.clearFaults();
  });
});
