import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dynamoAgenda } from '../../functions/adapters/dynamodb/agenda.ts';
import { contactId } from '../../functions/domain/ids.ts';
import { dueShop, openSender, openStage, type Stage } from '../support/crash.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());

test('a repair of everybody lets the reminders of a shift go before its greater part', async () => {
  const members = Array.from({ length: 260 }, (_, n) => `m${n}`);
  const shop = await dueShop(stage, members);
  const agenda = dynamoAgenda(stage.table);
  const signal = AbortSignal.timeout(20_000);
  // Only the last one is due for a reminder, so that the others are mirrors alone.
  for (const member of members.slice(0, -1))
    await shop.chat('preferences', { contact_id: member, action: 'stop' });
  for (const member of members)
    await agenda.askMirror(shop.program.id, contactId.parse(member), stage.clock.now(), signal);
  const before = stage.double.outbox.length;
  const sender = openSender(stage, { width: 4 });
  const { sent, mirrored } = await sender.serve(shop);
  sender.close();
  const calls = stage.double.outbox.slice(before).map(({ path }) => path);
  const flow = calls.findIndex((path) => path.endsWith('/sendFlow'));
  expect([sent, await agenda.count(shop.program.id, 'mirror', stage.clock.now(), signal)]).toEqual([1, 0]);
  expect(mirrored).toBeGreaterThanOrEqual(259);
  expect(flow).toBeGreaterThanOrEqual(200);
  expect(calls.length - flow).toBeGreaterThan(40);
});
