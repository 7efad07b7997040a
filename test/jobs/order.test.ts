import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { instant } from '../../functions/domain/ids.ts';
import {
  accountFor,
  dueShop,
  dueTime,
  openSender,
  openStage,
  personOf,
  type Stage,
} from '../support/crash.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());

/** So many are on their way at once; which of them arrives first the network decides. */
const width = 8;

test('who is due longest is written to first, but for those who are on their way at once', async () => {
  const members = Array.from({ length: 30 }, (_, n) => `m${n}`);
  const shop = await dueShop(stage, members, (file) => {
    file.reminders.spread_minutes = 600;
  });
  const due = new Map<string, number>();
  for (const member of members) due.set(member, (await personOf(stage, shop, member)).dueAt ?? 0);
  stage.clock.set(instant.parse(dueTime + 12 * 3_600_000));
  const sender = openSender(stage, { width });
  expect(await sender.serve(shop)).toMatchObject({ sent: 30 });
  sender.close();
  const arrived = accountFor(stage, shop).sent.map(({ contact }) => due.get(contact) ?? 0);
  const oldestFirst = [...arrived].sort((a, b) => a - b);
  expect(new Set(arrived).size).toBeGreaterThan(20);
  for (const [place, at] of arrived.entries())
    expect(Math.abs(place - oldestFirst.indexOf(at))).toBeLessThan(width);
});
