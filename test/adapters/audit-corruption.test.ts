import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Shop } from '../support/house.ts';
import { changed, type Item, itemsOf, openFull, overwrite, picker } from './audit-scene.ts';

let house: House;
let shop: Shop;
let items: Item[];
const found: string[] = [];
const { books, person, order, archived, coupon, key, email, counter, poolCode } = picker(() => items);
beforeAll(async () => {
  house = await openHouse();
  shop = await openFull(house);
  items = await itemsOf(house.table, shop);
});
afterAll(() => house.stop());

type Change = [change: Record<string, unknown>, message: RegExp, where?: RegExp];

/** Changes one item past our code, looks, and puts it back. */
const finds = async (find: () => Item, [change, message, where = /^p-\w+\/100$/]: Change) => {
  const item = find();
  await overwrite(house.table, changed(item, change));
  const { ok, violations } = await house.audit();
  await overwrite(house.table, item);
  found.push(JSON.stringify(violations));
  const named = violations.filter((one) => where.test(one.where) && message.test(one.message));
  expect([ok, violations.length > 0, named.length > 0]).toEqual([false, true, true]);
  expect((await house.audit()).violations).toEqual([]);
};

const strange = /not what its key says/;

describe('a changed byte is found and named in', () => {
  test.each<Change>([
    [{ lots: { never: 806 } }, /lots are not what the entries left/],
    [{ lots: {} }, /lots are not what the entries left/],
    [{ lots: 'many' }, strange, /100 @MEMBER$/],
    [{ debt: 1 }, /debt is not what the entries left/],
    [{ head: 'x'.repeat(43) }, /do not name the last entry/],
    [{ seq: 19 }, /stand at entry 19, the last one is 20/],
    [{ lifetime: 1 }, /lifetime is not what follows/],
    [{ won: 4 }, /won is not what follows/],
    [{ membership: 2 }, /membership is not what follows/],
    [{ status: 'left' }, /status is not what follows/],
    [{ joinedAt: 1 }, /joinedAt is not what follows/],
    [{ bonusPaid: false }, /bonus was paid/],
    [{ counts: {} }, /counter reward:few is not/],
    [{ recent: { letter: { coupon: 'TASK1', at: 1 } } }, /last letter is none that was taken/],
    [{ contact: '101' }, strange, /100 @MEMBER$/],
  ])('books: %j', (...change) => finds(books, change));

  test.each<Change>([
    [{ 'claim.credited': 81 }, /order shop\/2 /],
    [{ 'claim.standing': 61 }, /order shop\/2 /],
    [{ 'claim.rate.points': 2 }, /order shop\/2 .*terms/],
    [{ 'claim.baseMinor': 9000 }, /order shop\/2 .*terms/],
    [{ 'claim.at': 1 }, /order shop\/2 .*terms/],
    [{ 'claim.membership': 2 }, /order shop\/2 .*terms/],
    [{ 'claim.currency': 'EUR' }, /order shop\/2 .*terms/],
    [{ 'claim.seq': 2 }, /does not carry its claim/],
    [{ 'claim.contact': '200' }, /no entry credited/, /\/200$/],
    [{ 'claim.contact': '999' }, /no books/, /\/999$/],
    [{ claim: undefined }, /does not carry its claim/],
    [{ refundedMinor: 3000 }, /worth other points/],
    [{ status: 'cancelled' }, /worth other points/],
    [{ number: '22' }, strange, /#2 ORDER$/],
  ])('a claimed order: %j', (...change) => finds(() => order('2'), change));

  test('an archived order', () => finds(archived, [{ 'claim.credited': 1 }, /order shop\/1/]));

  test.each<Change>([
    [{ points: 199 }, /coupon of entry 10 was changed/],
    [{ code: 'GIFT-1' }, /coupon of entry 10 was changed/],
    [{ expiresAt: 9e12 }, /coupon of entry 10 was changed/],
    [{ reward: 'five-off' }, /coupon of entry 10 was changed/],
    [{ 'spent.never': -300 }, /entry 10 says otherwise/],
    [{ membership: 2 }, /entry 10 says otherwise/],
    [{ issuedAt: 1 }, /entry 10 says otherwise/],
    [{ captured: false }, /not captured as it says/],
    [{ request: 'x' }, /request id of entry 10/],
    [{ usedBy: undefined }, /order says otherwise/],
    [{ state: 'issued' }, /order says otherwise/],
    [{ state: 'cancelled' }, /has 0 reversals/],
    [{ contact: '200' }, strange, /a coupon$/],
    [{ key: 'GIFT' }, strange, /a coupon$/],
    [{ ownerPk: 'P#demo#M#200' }, strange, /a coupon$/],
  ])('a used coupon: %j', (...change) => finds(() => coupon('used'), change));

  test('a cancelled coupon', () =>
    finds(() => coupon('cancelled'), [{ state: 'issued' }, /has 1 reversals/]));

  test('a task', () => finds(() => coupon('requested'), [{ duePk: 'P#x' }, strange, /a coupon$/]));

  test.each<[string, ...Change]>([
    ['credit', { input: 'visit' }, /key of credit stands for entry 7/],
    ['credit', { seq: 8 }, /key of credit stands for entry 8/],
    ['redeem', { seq: 12 }, /key of redeem stands for entry 12/],
    ['redeem', { coupon: 'OTHER' }, /key of redeem stands for entry 10/],
    ['adjust', { seq: 8 }, /key of adjust stands for entry 8/],
    ['adjust', { key: 'other' }, strange, /100 K#adjust/],
    ['adjust', { contact: '200' }, strange, /100 K#adjust/],
  ])('a key of %s: %j', (verb, ...change) => finds(() => key(verb), change));

  const untied = /do not name each other/;
  test.each<Change>([
    [{ owner: undefined }, untied],
    [{ owner: '200' }, untied, /\/200$/],
    [{ owner: '999' }, untied, /\/999$/],
    [{ owner: '#' }, strange, /an e-mail$/],
    [{ email: 'x'.repeat(43) }, strange, /an e-mail$/],
    [{ bonusPaid: false }, strange, /an e-mail$/],
  ])('the record of an e-mail: %j', (...change) => finds(email, change));

  test.each<Change>([
    [{ emails: ['other@example.com'] }, untied],
    [{ emails: undefined }, untied],
    [{ emails: ['no address'] }, strange, /100 @CONTACT$/],
  ])('the e-mails of a person: %j', (...change) => finds(person, change));

  test.each<Change>([
    [{ taken: 2 }, /stock counter \d counts other pieces/, /\/few$/],
    [{ taken: 0 }, /stock counter \d counts other pieces/, /\/few$/],
    [{ taken: 'x' }, strange, /few STOCK#\d$/],
    [{ index: 9 }, strange, /few STOCK#\d$/],
  ])('a stock counter: %j', (...change) => finds(counter, change));

  test('a code of a pool', () => finds(poolCode, [{ code: 'FILM-99' }, strange, /a code of a pool$/]));
});

test('what is found names no e-mail, no code and no name', () => {
  const codes = items.flatMap(({ sk, code, key: bare }) => (sk === 'COUPON' ? [code, bare] : []));
  const told = found.join('\n');
  expect(found.length).toBeGreaterThan(60);
  expect(['example.com', 'Ana', 'FILM', ...codes].filter((secret) => told.includes(secret))).toEqual([]);
});
