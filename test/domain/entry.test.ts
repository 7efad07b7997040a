import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonical, type Entry, genesis, hashEntry, seal } from '../../functions/domain/entry.ts';
import { operationId } from '../../functions/domain/ids.ts';
import { noon, number, operation, shop } from './support.ts';

const draft: Omit<Entry, 'hash'> = {
  seq: 3,
  points: 60,
  balance: 110,
  lots: { never: 60, '2027-01': 0 },
  debt: 0,
  at: noon,
  operation,
  programVersion: 3,
  source: {
    kind: 'order',
    store: shop,
    order: number('1001'),
    id: 'gid-1',
    baseMinor: 6000,
    currency: 'USD',
    rate: { per: 'amount', points: 1, unitMinor: 100 },
  },
  previous: 'the hash of entry 2',
};

/** The same content with the keys of every object the other way round. */
const turned = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, turned(part)]),
  );
};

describe('the hash of an entry', () => {
  test.each<[string, Partial<Omit<Entry, 'hash'>>]>([
    ['seq', { seq: 4 }],
    ['points', { points: 61 }],
    ['balance', { balance: 111 }],
    ['lots', { lots: { never: 61, '2027-01': 0 } }],
    ['debt', { debt: 1 }],
    ['operation', { operation: operationId.parse('operation-2') }],
    ['programVersion', { programVersion: 4 }],
    ['source', { source: { kind: 'signup' } }],
    ['previous', { previous: 'the hash of entry 1' }],
  ])('changes with %s', (_, change) => {
    expect(hashEntry({ ...draft, ...change })).not.toBe(hashEntry(draft));
  });

  test('stays the same wherever the keys stand', () => {
    expect(canonical(turned(draft))).toBe(canonical(draft));
    expect(canonical(draft)).toBe(canonical(JSON.parse(JSON.stringify(draft))));
  });

  test('covers everything but the hash itself, in a form that others can compute', () => {
    const { hash, ...content } = seal(draft);
    expect(content).toEqual(draft);
    expect(hashEntry({ ...content, hash: 'another' })).toBe(hash);
    expect(hash).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const text = `{"at":${noon},"balance":110,"debt":0,"lots":{},"operation":"operation-1","points":60,"previous":"-","programVersion":3,"seq":3,"source":{"kind":"leave"}}`;
    expect(hashEntry({ ...draft, lots: {}, source: { kind: 'leave' }, previous: genesis })).toBe(
      createHash('sha256').update(text).digest('base64url'),
    );
  });

  test('does not know a part that is not there', () => {
    const refund = { kind: 'refund', store: shop, order: number('1001'), reason: 'refunded' } as const;
    expect(canonical({ ...refund, id: undefined })).toBe(canonical(refund));
  });

  test('changes with any changed byte of what is stored', () => {
    const text = canonical(draft);
    const place = fc.integer({ min: 0, max: text.length - 1 });
    fc.assert(
      fc.property(place, fc.constantFrom('0', '1', '7', 'a', 'x'), (index, other) => {
        fc.pre(text.charAt(index) !== other);
        const changed = text.slice(0, index) + other + text.slice(index + 1);
        let read: unknown;
        try {
          read = JSON.parse(changed);
        } catch {
          return;
        }
        expect(canonical(read)).not.toBe(text);
      }),
      { numRuns: 100 },
    );
  });
});

describe('canonical JSON', () => {
  test.each([
    [{ b: 1, a: [2, { d: null, c: 'x' }] }, '{"a":[2,{"c":"x","d":null}],"b":1}'],
    [{ b: undefined, a: true }, '{"a":true}'],
    [[], '[]'],
    [{}, '{}'],
    ['a "quoted" text', '"a \\"quoted\\" text"'],
    [null, 'null'],
  ])('writes %j as %s', (value, text) => {
    expect(canonical(value)).toBe(text);
  });

  test('is the same for equal values and different for different ones', () => {
    const values = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(values, (value) => {
        const text = canonical(value);
        expect(canonical(turned(value))).toBe(text);
        expect(canonical(JSON.parse(text))).toBe(text);
      }),
      { numRuns: 60 },
    );
  });
});
