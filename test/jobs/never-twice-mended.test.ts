import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accountFor, nextDueTime, openStage, personOf, type Stage } from '../support/crash.ts';
import type { Shop } from '../support/house.ts';
import { idle, pair, pairOn } from '../support/pair.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  expect(await stage.audit()).toMatchObject({ ok: true, violations: [] });
  await stage.stop();
});

const { open, serve, arrived, stillDue, over } = pairOn(() => stage);

describe('an account that must be mended', () => {
  const mendable: [string, RegExp, (shop: Shop) => void, (shop: Shop) => void][] = [
    [
      'the flow was deleted',
      /^the flow content\w+ is not in the ManyChat account: correct reminders\.flow/,
      (shop) => accountFor(stage, shop).removeFlow(shop.program.reminders?.flow ?? ''),
      (shop) => accountFor(stage, shop).addFlow({ ns: shop.program.reminders?.flow ?? '', name: 'back' }),
    ],
    [
      'a field is of the wrong type',
      /^the custom field loyalty_message is of type number and must be text/,
      (shop) => accountFor(stage, shop).addField('loyalty_message', 'number'),
      (shop) => accountFor(stage, shop).addField('loyalty_message', 'text'),
    ],
    [
      'a field was deleted',
      /^the custom field loyalty_points is not in the ManyChat account: run npm run manychat -- setup/,
      (shop) => accountFor(stage, shop).removeField('loyalty_points'),
      (shop) => accountFor(stage, shop).addField('loyalty_points', 'number'),
    ],
    [
      'the token was revoked',
      /^ManyChat does not accept the token of the account [\w-]+ \(HTTP 401: Wrong token\)/,
      (shop) => accountFor(stage, shop).revoke(),
      (shop) => accountFor(stage, shop).restore(),
    ],
    [
      'the plan has no API any more',
      /^ManyChat does not accept the token of the account [\w-]+ \(HTTP 403: .*Pro/,
      (shop) => {
        accountFor(stage, shop).plan = 'free';
      },
      (shop) => {
        accountFor(stage, shop).plan = 'pro';
      },
    ],
  ];

  test.each(mendable)(
    'is told to the owner, and everybody waits for it: %s',
    async (_, sentence, spoil, mend) => {
      const shop = await open();
      spoil(shop);
      const came = await serve(shop);
      expect(came).toMatchObject({ sent: 0, unconfirmed: 0, closed: {}, skipped: {} });
      expect(came.held).toBeGreaterThanOrEqual(1);
      expect(came.told).toEqual([expect.stringMatching(sentence)]);
      for (const member of pair) await stillDue(shop, member);
      mend(shop);
      expect(await serve(shop)).toMatchObject({ sent: 2, unconfirmed: 0, held: 0, told: [] });
      expect(arrived(shop)).toEqual([1, 1]);
      for (const member of pair) await over(shop, member, 'accepted');
      expect(await serve(shop)).toMatchObject(idle);
    },
  );

  test.each(mendable)(
    'in a later period, whose fields stand, as well: %s',
    async (name, sentence, spoil, mend) => {
      const shop = await open();
      await serve(shop);
      const before = await personOf(stage, shop, 'ana');
      stage.clock.set(nextDueTime);
      spoil(shop);
      const came = await serve(shop);
      // Fields that nobody writes are nobody's trouble.
      const unseen = name.startsWith('a field');
      expect([came.sent, came.told]).toEqual(unseen ? [2, []] : [0, [expect.stringMatching(sentence)]]);
      const { message, dueAt } = await personOf(stage, shop, 'ana');
      if (!unseen) expect([message, dueAt]).toEqual([before.message, before.dueAt]);
      mend(shop);
      await serve(shop);
      expect(arrived(shop)).toEqual([2, 2]);
      expect(await serve(shop)).toMatchObject(idle);
    },
  );

  test('stops neither the other programs of the account where only one lacks its flow', async () => {
    const account = 'shared';
    const sharing = (flow: string) =>
      open((file) => {
        file.manychat.account = account;
        file.reminders.flow = flow;
      });
    const broken = await sharing('content20260101000000_000010');
    const sound = await sharing('content20260101000000_000020');
    accountFor(stage, sound).removeFlow('content20260101000000_000010');
    // Both are members of both programs, and one program at a time writes to a contact's fields.
    const runs = [await serve(broken, sound), await serve(broken, sound)];
    expect(runs.reduce((sum, { sent }) => sum + sent, 0)).toBe(2);
    expect(runs.flatMap(({ told }) => told)).toContainEqual(
      expect.stringMatching(/^the flow content20260101000000_000010 is not in/),
    );
    for (const member of pair) await stillDue(broken, member);
    for (const member of pair) await over(sound, member, 'accepted');
  });

  test('stops no other account', async () => {
    const [broken, sound] = [await open(), await open()];
    accountFor(stage, broken).revoke();
    expect(await serve(broken)).toMatchObject({ sent: 0 });
    expect(await serve(sound)).toMatchObject({ sent: 2, told: [] });
    for (const member of pair) await stillDue(broken, member);
  });
});
