import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { dynamoAgenda } from '../../functions/adapters/dynamodb/agenda.ts';
import { contactId, couponKey, instant, type ProgramId, programId } from '../../functions/domain/ids.ts';
import type { Agenda, DueContact, Marker, News } from '../../functions/ports/agenda.ts';
import { type House, openHouse } from '../support/house.ts';
import { allItems } from '../support/table-watch.ts';

let house: House;
let agenda: Agenda;
beforeAll(async () => {
  house = await openHouse();
  agenda = dynamoAgenda(house.table);
});
afterAll(() => house.stop());

let program: ProgramId;
let programs = 0;
beforeEach(() => {
  programs += 1;
  program = programId.parse(`marked-${programs}`);
});

const ana = contactId.parse('ana');
const signal = new AbortController().signal;
const at = (ms: number) => instant.parse(ms);
const line = (seq: number): News => ({ kind: 'entry', seq });
const coupon: News = { kind: 'coupon', coupon: couponKey.parse('GIFT1') };
const ask = (ms: number, news?: News) => agenda.askMirror(program, ana, at(ms), signal, news);
const marker = () => agenda.marker(program, ana, signal);
const take = (ms: number, seen: Marker) => agenda.mirrored(program, due(ms), signal, seen);
const due = (ms: number): DueContact => ({ contact: ana, dueAt: at(ms) });
const isDue = async () => (await agenda.count(program, 'mirror', at(1e13), signal)) === 1;
const item = async () =>
  (await allItems(house.table)).find(({ pk, sk }) => pk === `P#${program}#M#ana` && sk === '@MIRROR');
const sorted = ({ news, told }: Marker) => [news.map((one) => JSON.stringify(one)).toSorted(), told];
const named = (...news: News[]) => news.map((one) => JSON.stringify(one)).toSorted();

test('news lie with the request, each of them once, and count as told with its end', async () => {
  for (const news of [line(7), coupon, line(7), undefined, line(12)]) await ask(1_000, news);
  const seen = await marker();
  expect(sorted(seen)).toEqual([named(line(7), line(12), coupon), []]);
  expect(await take(1_000, seen)).toBe(true);
  expect(await isDue()).toBe(false);
  expect(named(...(await marker()).told)).toEqual(named(line(7), line(12), coupon));
  expect(await take(1_000, seen)).toBe(false);
});

test('what was told lately is no news, and asks for nothing; what is new does', async () => {
  await ask(1_000, line(7));
  await take(1_000, await marker());
  await ask(2_000, line(7));
  expect(await isDue()).toBe(false);
  await ask(3_000, line(8));
  expect(await isDue()).toBe(true);
  expect(await marker()).toEqual({ news: [line(8)], told: [line(7)] });
});

test('a request that was made again meanwhile stays, with all of its news', async () => {
  await ask(1_000, line(7));
  const seen = await marker();
  await ask(2_000);
  expect(await take(1_000, seen)).toBe(false);
  expect([await isDue(), (await marker()).news]).toEqual([true, [line(7)]]);
});

test('also one that was made again within the same millisecond', async () => {
  await ask(1_000);
  const before = await marker();
  await ask(1_000, line(7));
  expect(await take(1_000, before)).toBe(false);
  const seen = await marker();
  await ask(1_000, line(8));
  expect(await take(1_000, seen)).toBe(false);
  expect(await take(1_000, await marker())).toBe(true);
});

test('what was certainly not told is there again, unless newer news are', async () => {
  await ask(1_000, line(7));
  const seen = await marker();
  await take(1_000, seen);
  await agenda.untold(program, due(1_000), seen, signal);
  expect([await isDue(), await marker()]).toEqual([true, seen]);
  await take(1_000, seen);
  await ask(5_000, line(8));
  await agenda.untold(program, due(1_000), seen, signal);
  expect(sorted(await marker())).toEqual([named(line(7), line(8)), []]);
  expect(await agenda.oldest(program, 'mirror', at(1e13), signal)).toEqual(due(5_000));
});

test('a request that is put off waits, unless it was made again', async () => {
  await ask(1_000, line(7));
  await agenda.putOff(program, due(1_000), at(9_000), signal);
  expect(await agenda.oldest(program, 'mirror', at(1e13), signal)).toEqual(due(9_000));
  await agenda.putOff(program, due(1_000), at(99_000), signal);
  expect(await agenda.oldest(program, 'mirror', at(1e13), signal)).toEqual(due(9_000));
});

test('what is remembered is forgotten after some days, but never while something is asked for', async () => {
  await ask(1_000, line(7));
  expect(await item()).not.toHaveProperty('ttl');
  await take(1_000, await marker());
  expect(await item()).toMatchObject({ ttl: 3 * 86_400 + 1 });
  await ask(2_000);
  expect(await item()).not.toHaveProperty('ttl');
  await take(2_000, await marker());
  expect((await marker()).told).toEqual([line(7)]);
});

test('a request without news leaves nothing behind', async () => {
  await ask(1_000);
  expect(await take(1_000, await marker())).toBe(true);
  expect(await item()).toBeUndefined();
  expect(await marker()).toEqual({ news: [], told: [] });
});

test('no more than fifty news wait, and no more are remembered', async () => {
  for (let seq = 1; seq <= 60; seq += 1) await ask(1_000 + seq, line(seq));
  const seen = await marker();
  expect(seen.news).toHaveLength(50);
  await take(1_060, seen);
  await ask(2_000, line(61));
  await take(2_000, await marker());
  const { told } = await marker();
  expect([told.length, told.at(-1)]).toEqual([50, line(61)]);
});
