import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { dynamoAgenda } from '../../functions/adapters/dynamodb/agenda.ts';
import { pushProgram } from '../../functions/adapters/dynamodb/registry.ts';
import { type ContactId, contactId, type Instant, instant, programId } from '../../functions/domain/ids.ts';
import { readProgram } from '../../functions/domain/program.ts';
import type { Agenda, DueContact, DueKind } from '../../functions/ports/agenda.ts';
import { demoFile, type House, openHouse, type Shop } from '../support/house.ts';
import { allItems, watch } from '../support/table-watch.ts';

let house: House;
let agenda: Agenda;
beforeAll(async () => {
  house = await openHouse();
  agenda = dynamoAgenda(house.table);
});
afterAll(() => house.stop());

let shop: Shop;
beforeEach(async () => {
  shop = await house.open();
});

const signal = new AbortController().signal;
const program = () => programId.parse(shop.id);
const id = (name: string | number): ContactId => contactId.parse(String(name));
const at = (ms: number): Instant => instant.parse(ms);

const pagesOf = async (kind: DueKind, until: number, of = program()): Promise<DueContact[][]> => {
  const pages: DueContact[][] = [];
  for await (const page of agenda.due(of, kind, at(until), signal)) pages.push([...page]);
  return pages;
};
const dueBy = async (kind: DueKind, until: number, of = program()) => (await pagesOf(kind, until, of)).flat();
const ask = (contact: string | number, ms: number, of = program()) =>
  agenda.askMirror(of, id(contact), at(ms), signal);

describe('who is due', () => {
  test('comes oldest first, page by page, each of them once', async () => {
    // Neither in the order of their names nor in that in which they were asked for.
    const moments = Array.from({ length: 400 }, (_, index) => ({
      contact: id(`c${index}`),
      dueAt: at(10_000 + ((index * 7_919) % 4_001)),
    }));
    for (let index = 0; index < moments.length; index += 50)
      await Promise.all(moments.slice(index, index + 50).map((due) => ask(due.contact, due.dueAt)));
    const pages = await pagesOf('mirror', 20_000);
    expect(pages.length).toBeGreaterThan(2);
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(150);
    expect(pages.flat()).toEqual(moments.toSorted((a, b) => a.dueAt - b.dueAt));
    expect(await agenda.count(program(), 'mirror', at(20_000), signal)).toBe(400);
    expect(await agenda.oldest(program(), 'mirror', at(20_000), signal)).toEqual({
      contact: 'c0',
      dueAt: 10_000,
    });
  });

  test('is due up to and at the moment that is asked for, and not after it', async () => {
    for (const ms of [999, 1_000, 1_001]) await ask(`c${ms}`, ms);
    const names = async (until: number) => (await dueBy('mirror', until)).map(({ contact }) => contact);
    expect(await names(998)).toEqual([]);
    expect(await names(999)).toEqual(['c999']);
    expect(await names(1_000)).toEqual(['c999', 'c1000']);
    expect(await names(1_001)).toEqual(['c999', 'c1000', 'c1001']);
    const counts = [998, 999, 1_000, 5_000].map((until) =>
      agenda.count(program(), 'mirror', at(until), signal),
    );
    expect(await Promise.all(counts)).toEqual([0, 1, 2, 3]);
    expect(await agenda.oldest(program(), 'mirror', at(998), signal)).toBeUndefined();
    expect(await agenda.oldest(program(), 'mirror', at(5_000), signal)).toEqual({
      contact: 'c999',
      dueAt: 999,
    });
  });

  test('is nobody of another program, and nobody for another errand', async () => {
    const other = await house.open();
    const neighbour = programId.parse(other.id);
    await ask('mine', 1_000);
    await ask('theirs', 1_000, neighbour);
    await shop.chat('enroll', { contact_id: 'member', email: 'ana@example.com' });
    expect(await dueBy('mirror', 2_000)).toEqual([{ contact: 'mine', dueAt: 1_000 }]);
    expect(await dueBy('mirror', 2_000, neighbour)).toEqual([{ contact: 'theirs', dueAt: 1_000 }]);
    const later = house.clock.now() + 40 * 86_400_000;
    expect((await dueBy('remind', later)).map(({ contact }) => contact)).toEqual(['member']);
    expect(await dueBy('remind', later, neighbour)).toEqual([]);
    expect(await agenda.count(neighbour, 'remind', at(later), signal)).toBe(0);
    expect(await agenda.oldest(neighbour, 'remind', at(later), signal)).toBeUndefined();
  });

  test('is no program whose name only begins alike', async () => {
    const longer = programId.parse(`${shop.id}-2`);
    await ask('theirs', 1_000, longer);
    expect(await dueBy('mirror', 2_000)).toEqual([]);
    expect(await dueBy('mirror', 2_000, longer)).toHaveLength(1);
  });

  test('is a member from joining to leaving', async () => {
    const later = house.clock.now() + 40 * 86_400_000;
    const names = async () => (await dueBy('remind', later)).map(({ contact }) => contact);
    await shop.chat('enroll', { contact_id: 'ana', email: 'ana@example.com' });
    const [first] = await dueBy('remind', later);
    expect(first?.contact).toBe('ana');
    expect(await dueBy('remind', (first?.dueAt ?? 0) - 1)).toEqual([]);
    await shop.chat('leave', { contact_id: 'ana' });
    expect(await names()).toEqual([]);
    await shop.chat('enroll', { contact_id: 'ana', email: 'ana@example.com' });
    expect(await names()).toEqual(['ana']);
  });

  test('is nobody who only wrote or said STOP', async () => {
    await shop.chat('preferences', { contact_id: 'stranger', action: 'stop' });
    await shop.chat('balance', { contact_id: 'other' });
    expect(await dueBy('remind', house.clock.now() + 40 * 86_400_000)).toEqual([]);
  });

  test('costs one read for a page, and none of the members is read', async () => {
    for (let index = 0; index < 60; index += 1) await ask(`c${index}`, 1_000 + index);
    const calls = await watch(house.table).during(() => dueBy('mirror', 2_000));
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatch(/^QueryCommand /);
  });

  test('is asked for no longer than it is wanted', async () => {
    const given = AbortSignal.abort();
    const pages = agenda.due(program(), 'mirror', at(2_000), given);
    await expect(pages[Symbol.asyncIterator]().next()).rejects.toThrow();
  });
});

describe('a request to write the fields anew', () => {
  test('that is made twice is one, at its last moment', async () => {
    await ask('ana', 1_000);
    await ask('ana', 3_000);
    expect(await dueBy('mirror', 2_999)).toEqual([]);
    expect(await dueBy('mirror', 9_000)).toEqual([{ contact: 'ana', dueAt: 3_000 }]);
  });

  test('goes once it was done', async () => {
    await ask('ana', 1_000);
    await ask('ben', 1_000);
    await agenda.mirrored(program(), { contact: id('ana'), dueAt: at(1_000) }, signal);
    expect(await dueBy('mirror', 9_000)).toEqual([{ contact: 'ben', dueAt: 1_000 }]);
  });

  test('stays where it was made again meanwhile', async () => {
    await ask('ana', 1_000);
    await ask('ana', 1_001);
    await agenda.mirrored(program(), { contact: id('ana'), dueAt: at(1_000) }, signal);
    expect(await dueBy('mirror', 9_000)).toEqual([{ contact: 'ana', dueAt: 1_001 }]);
  });

  test('that somebody else took is no fault', async () => {
    await ask('ana', 1_000);
    const due = { contact: id('ana'), dueAt: at(1_000) };
    await Promise.all([agenda.mirrored(program(), due, signal), agenda.mirrored(program(), due, signal)]);
    await agenda.mirrored(program(), due, signal);
    await agenda.mirrored(program(), { contact: id('nobody'), dueAt: at(1_000) }, signal);
    expect(await dueBy('mirror', 9_000)).toEqual([]);
  });

  test('leaves nothing behind, and is no trouble to the audit', async () => {
    await shop.chat('enroll', { contact_id: 'ana', email: 'ana@example.com' });
    const before = (await allItems(house.table)).length;
    await ask('ana', 1_000);
    expect(await house.audit()).toMatchObject({ ok: true, violations: [] });
    await agenda.mirrored(program(), { contact: id('ana'), dueAt: at(1_000) }, signal);
    expect(await allItems(house.table)).toHaveLength(before);
  });
});

describe('the programs', () => {
  test('are listed once each, however often they are put in force', async () => {
    const file = demoFile();
    file.program = shop.id;
    for (const bonus of [50, 60, 60]) {
      file.signup_bonus = bonus;
      const read = readProgram(file);
      if (read.kind === 'broken') throw new Error('the demo is broken');
      await pushProgram(house.table, read.file);
    }
    const other = await house.open();
    const listed = await agenda.programs(signal);
    expect(listed.filter((one) => one === shop.id)).toHaveLength(1);
    expect(listed).toContain(other.id);
    expect(new Set(listed).size).toBe(listed.length);
  });
});
