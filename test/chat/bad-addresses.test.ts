import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { refusalProblems } from '../support/answer-rules.ts';
import { hostileTexts, jsonOf } from '../support/bad-values.ts';
import { furnish, type Target, targets, withPool } from '../support/every-route.ts';
import { type House, openHouse, type Shop } from '../support/house.ts';
import { contentOf } from '../support/table-watch.ts';

let house: House;
let shop: Shop;
beforeAll(async () => {
  house = await openHouse();
  shop = await house.open(withPool);
  await furnish(shop);
});
afterAll(() => house.stop());

const withParameter = targets.filter(({ route }) => route.path.includes('{'));
const named = withParameter.map((target): [string, string, Target] => [
  target.route.method,
  target.route.path,
  target,
]);
const maxUrl = 1500;
/** As it stands in an address; half a surrogate pair cannot. */
const encoded = (text: string): string => encodeURIComponent(text.slice(0, maxUrl / 10).toWellFormed());
const part = fc.oneof(
  fc.constantFrom(
    ...hostileTexts,
    'ana-1',
    'TEA-TOWEL',
    '.',
    '..',
    '%',
    '%2F',
    '#',
    '?',
    'x'.repeat(64),
    'x'.repeat(65),
  ),
  fc.string({ unit: 'binary', maxLength: 100 }),
);

const ask = async ({ route, body }: Target, address: string): Promise<void> => {
  const before = await contentOf(house.table);
  const answered = await shop.request(
    route.method,
    address,
    route.method === 'GET' ? undefined : jsonOf(body),
  );
  const { status } = answered;
  expect([address, [200, 400, 404, 405, 409].includes(status)]).toEqual([address, true]);
  if (status !== 200) {
    expect([address, refusalProblems(answered)]).toEqual([address, []]);
    expect(await contentOf(house.table)).toBe(before);
  }
  expect(house.logged.faults).toEqual([]);
};

describe('whatever stands in the address', () => {
  test.each(named)('of %s %s never breaks it, and a refusal writes nothing', async (_, path, target) => {
    await fc.assert(
      fc.asyncProperty(part, (text) => ask(target, path.replace(/\{\w+\}/, encoded(text) || '%20'))),
      { numRuns: 60 },
    );
  });

  test('of the entries as a cursor never breaks them', async () => {
    const entries = targets.find(({ route }) => route.verb === 'list-entries');
    if (entries === undefined) throw new Error('no such route');
    const cursors = [
      '1',
      '2',
      '999',
      '0',
      '-1',
      '1.5',
      '9999999999',
      '99999999999',
      '1e3',
      'x',
      '',
      '1,2',
      '%00',
      '{{cursor}}',
    ];
    for (const cursor of cursors) await ask(entries, `${entries.path}?cursor=${cursor}`);
    await fc.assert(
      fc.asyncProperty(part, fc.constantFrom('cursor', 'limit', '__proto__'), (text, name) =>
        ask(entries, `${entries.path}?${name}=${encoded(text)}&cursor=`),
      ),
      { numRuns: 60 },
    );
  });

  test('is never told in the log', async () => {
    const { length } = house.logged.requests;
    await shop.admin('GET', 'members/secret-person@example.com');
    await shop.admin('GET', 'members/secret-person/entries?cursor=secret-cursor');
    await shop.admin('POST', 'coupons/SECRET-CODE/cancel', { reason: 'a secret reason' });
    const lines = house.logged.requests.slice(length);
    expect(lines).toHaveLength(3);
    expect(JSON.stringify(lines)).not.toMatch(/secret/i);
  });
});
