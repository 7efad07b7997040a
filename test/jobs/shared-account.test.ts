import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Shop } from '../support/house.ts';
import { fieldsOf, openReminded, type Reminded } from './reminded.ts';

let house: Reminded;
beforeAll(async () => {
  house = await openReminded();
});
afterAll(() => house.stop());

/** Two shops on one ManyChat account. */
const open = (name: string): Promise<Shop> =>
  house.open((file) => {
    file.name = name;
    file.manychat = { account: 'shared', pace: { send_flow: 20, write: 10 } };
    file.reminders.flow = `content_${name}`;
  });

/** Which fields stood there when each flow was started. */
const seen = (contact: string) => {
  let message = '';
  return house.sent(contact).flatMap(({ path, body }) => {
    const told = fieldsOf({ path, body, status: 200 })['loyalty_message'];
    if (told !== undefined) message = String(told);
    return path.endsWith('sendFlow') ? [[body.flow_ns, message.split(':')[0]]] : [];
  });
};

test('a member of two shops on one account hears from each what they have there', async () => {
  const shops = [await open('Tea'), await open('Wine')];
  for (const shop of shops) await shop.chat('enroll', { contact_id: '77', email: 'a@example.com' });
  for (let period = 1; period <= 3; period += 1) {
    await house.pass('P29D');
    await house.run();
    expect([period, seen('77').sort()]).toEqual([
      period,
      [
        ['content_Tea', 'Tea'],
        ['content_Wine', 'Wine'],
      ],
    ]);
  }
});

test('a report of one shop’s flow confirms that shop’s message', async () => {
  const shops = [await open('Oil'), await open('Salt')];
  for (const shop of shops) await shop.chat('enroll', { contact_id: '88', email: 'b@example.com' });
  await house.pass('P29D');
  await house.run();
  const ids = house.sent('88').flatMap((call) => fieldsOf(call)['loyalty_send_id'] ?? []);
  expect(new Set(ids).size).toBe(2);
  const results = await Promise.all(
    shops.flatMap((shop) =>
      ids.map(async (send_id) => (await shop.chat('delivered', { contact_id: '88', send_id })).result),
    ),
  );
  expect([...results].sort()).toEqual(['confirmed', 'confirmed', 'unknown_send', 'unknown_send']);
});
