import { describe, expect, test } from '@jest/globals';
import { type Adjustment, decideAdjustment } from '../../functions/domain/correction.ts';
import type { Loaded } from '../../functions/domain/ledger.ts';
import type { Member } from '../../functions/domain/member.ts';
import { ana, answered, foundOf, heldBy, memberOf, onlyPosting, settingOf } from './support.ts';

const wanted: Adjustment = {
  contact: ana,
  points: -20,
  reason: 'a parcel came late',
  allowDebt: false,
  key: 'hash-1',
};
const books = memberOf({ lots: { never: 50 }, lifetime: 50 });
const adjust = (over: Partial<Adjustment> = {}, found: Loaded = foundOf({ member: books })) =>
  answered(decideAdjustment(found, { ...wanted, ...over }, settingOf()));
const of = (member: Member) => foundOf({ member });

describe('a correction', () => {
  test('takes points by a new entry', () => {
    const { answer, change } = adjust();
    const { books: after, entry } = onlyPosting(change);
    expect(answer).toEqual({ result: 'adjusted', books: after, replayed: false });
    expect(after).toMatchObject({ lots: { never: 30 }, debt: 0, lifetime: 30 });
    expect(entry).toMatchObject({ points: -20, source: { kind: 'adjustment' } });
  });

  test('gives points, a debt being paid first', () => {
    expect(adjust({ points: 30 }).answer.books).toMatchObject({ lots: { never: 80 }, debt: 0 });
    const { answer } = adjust({ points: 30 }, of(memberOf({ debt: 20 })));
    expect(answer.books).toMatchObject({ lots: { never: 10 }, debt: 0 });
  });

  test('takes first what would never expire', () => {
    const { answer } = adjust({}, of(memberOf({ lots: { '2026-12': 10, never: 50 } })));
    expect(heldBy(answer.books)).toEqual({ lots: { '2026-12': 10, never: 30 }, debt: 0 });
  });

  test('keeps its reason beside the entry and not in it', () => {
    const { change } = adjust();
    expect(change?.note).toEqual({ contact: ana, seq: 5, text: 'a parcel came late' });
    expect(JSON.stringify(onlyPosting(change).entry)).not.toContain('parcel');
  });

  test('keeps its key with a hash of what it was used for', () => {
    const { key } = adjust().change ?? {};
    expect(key).toMatchObject({ contact: ana, verb: 'adjust', key: 'hash-1', seq: 5 });
    expect(key?.input).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});

describe('a correction below 0', () => {
  test('is refused', () => {
    expect(adjust({ points: -51 })).toEqual({
      answer: { result: 'conflict', books, replayed: false },
      change: undefined,
    });
    expect(adjust({ points: -1 }, of(memberOf({ debt: 5 }))).answer.result).toBe('conflict');
  });

  test('is none where it leaves exactly nothing', () => {
    const { answer } = adjust({ points: -50 });
    expect(answer.result).toBe('adjusted');
    expect(heldBy(answer.books)).toEqual({ lots: {}, debt: 0 });
  });

  test('becomes a debt where the owner allows it', () => {
    const { answer } = adjust({ points: -80, allowDebt: true });
    expect(heldBy(answer.books)).toEqual({ lots: {}, debt: 30 });
  });

  test('is none where points are given to someone in debt', () => {
    const { answer } = adjust({ points: 5 }, of(memberOf({ debt: 20 })));
    expect(answer).toMatchObject({ result: 'adjusted', books: { debt: 15 } });
  });
});

describe('the key of a correction', () => {
  const { key } = adjust().change ?? {};
  const used = foundOf({ member: books, ...(key === undefined ? {} : { key }) });

  test('corrects once and says so again', () => {
    expect(adjust({}, used)).toEqual({
      answer: { result: 'adjusted', books, replayed: true },
      change: undefined,
    });
  });

  test.each<[string, Partial<Adjustment>]>([
    ['points', { points: -21 }],
    ['another reason', { reason: 'none' }],
    ['a debt allowed', { allowDebt: true }],
  ])('is refused with other input: %s', (_, over) => {
    expect(adjust(over, used)).toEqual({
      answer: { result: 'key_reused', books, replayed: false },
      change: undefined,
    });
  });

  test('is looked at before the balance', () => {
    const poor = { ...used, member: memberOf() };
    expect(adjust({}, poor).answer).toMatchObject({ result: 'adjusted', replayed: true });
  });
});

describe('nothing is corrected', () => {
  test.each([
    ['of someone who left', of(memberOf({ status: 'left' }))],
    ['of nobody', foundOf()],
  ])('%s', (_, found) => {
    expect(adjust({ points: 5 }, found)).toEqual({
      answer: { result: 'not_found', books: undefined, replayed: false },
      change: undefined,
    });
  });
});
