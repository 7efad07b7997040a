import { describe, expect, test } from '@jest/globals';
import { auditMember, type Dossier } from '../../functions/domain/audit.ts';
import type { Member } from '../../functions/domain/member.ts';
import { audit, booksIn, dossier, inDebt, rewrittenFrom, withBooks, withEntry } from './dossier.ts';

describe('an audit', () => {
  test('finds nothing in books that were kept', () => {
    expect(audit(dossier())).toEqual([]);
    expect(dossier().entries.map(({ source }) => source.kind)).toEqual([
      'signup',
      'order',
      'refund',
      'activity',
      'adjustment',
      'redemption',
      'redemption',
      'reversal',
    ]);
  });

  test('says where a violation is', () => {
    expect(auditMember({ ...dossier(), books: undefined })).toEqual([
      { invariant: 1, where: 'ana', message: 'there are entries, claims or coupons, but no books' },
    ]);
  });
});

describe('an audit of the entries finds', () => {
  test('a changed byte', () => {
    const later = dossier().entries[3]?.at;
    if (later === undefined) throw new Error('there is no entry 4');
    expect(audit(withEntry(4, { programVersion: 9 }))).toEqual(['8: entry 4 was changed']);
  });

  test('a changed entry that was sealed anew', () => {
    const found = audit(withEntry(4, { programVersion: 9 }, true));
    expect(found).toEqual(['8: entry 5 does not follow the one before']);
  });

  test('a missing entry', () => {
    const entries = dossier().entries.filter(({ seq }) => seq !== 5);
    const found = audit({ ...dossier(), entries });
    expect(found).toContain('8: entry 5 is missing');
    expect(found).toContain('8: entry 6 does not follow the one before');
  });

  test('a missing last entry', () => {
    const found = audit({ ...dossier(), entries: dossier().entries.slice(0, -1) });
    expect(found).toContain('8: the books stand at entry 8, the last one is 7');
    expect(found).toContain('8: the books do not name the last entry');
  });

  test('points that its lots did not move', () => {
    expect(audit(rewrittenFrom(4, { points: 21 }))).toContain(
      '1: the points of entry 4 are not what its lots moved',
    );
  });

  test('a balance that is not the sum', () => {
    expect(audit(rewrittenFrom(4, { balance: 1 }))).toContain(
      '1: the balance of entry 4 is not the sum of the entries',
    );
  });

  test('a lot that gave more than it had', () => {
    const found = audit(withEntry(6, { lots: { '2027-01': -40 } }));
    expect(found).toContain('2: entry 6 takes more from a lot than it had');
    expect(audit(withEntry(6, { lots: { never: -40 } })).join()).not.toContain('takes more');
  });

  test('a debt that was paid beyond what was owed', () => {
    const found = audit(withEntry(4, { lots: {}, debt: -20 }));
    expect(found).toContain('2: entry 4 pays more of a debt than there was');
  });
});

describe('an audit of the books finds', () => {
  test.each<[string, () => Dossier, string[]]>([
    [
      'other lots',
      () => withBooks({ lots: { never: 1 } }),
      ['1: the lots are not what the entries left in them'],
    ],
    [
      'a debt that no entry made, and points beside it',
      () => withBooks({ debt: 5 }),
      ['1: the debt is not what the entries left of it', '2: there are points beside a debt'],
    ],
    ['another end of the chain', () => withBooks({ head: '?' }), ['8: the books do not name the last entry']],
    [
      'another number of entries',
      () => withBooks({ seq: 9 }),
      ['8: the books stand at entry 9, the last one is 8'],
    ],
    [
      'other earnings',
      () => withBooks({ lifetime: 1 }),
      ['1: lifetime is not what follows from the entries'],
    ],
    ['other wins', () => withBooks({ won: 7 }), ['1: won is not what follows from the entries']],
    [
      'another standing',
      () => withBooks({ status: 'left' }),
      ['1: status is not what follows from the entries'],
    ],
    [
      'another membership',
      () => withBooks({ membership: 2 }),
      ['1: membership is not what follows from the entries'],
    ],
    [
      'a bonus that is not marked as paid',
      () => withBooks({ bonusPaid: false }),
      ['3: the books do not say that the signup bonus was paid'],
    ],
  ])('%s', (_, tampered, violations) => {
    expect(audit(tampered())).toEqual(violations);
  });

  test('a signup bonus that was paid twice, but not one that was worth nothing', () => {
    const [signup] = dossier().entries;
    if (signup === undefined) throw new Error('there is no signup');
    const twice = 'the signup bonus was paid more than once';
    const again = { ...dossier(), entries: [...dossier().entries, { ...signup, seq: 9 }] };
    expect(audit(again)).toContain(`3: ${twice}`);
    const free = { ...dossier(), entries: [...dossier().entries, { ...signup, seq: 9, points: 0 }] };
    expect(audit(free)).not.toContain(`3: ${twice}`);
  });

  test('no fault in a debt that the entries made', () => {
    expect(audit(inDebt())).toEqual([]);
    expect(inDebt().books?.debt).toBe(400);
  });

  test('no fault in books of someone who never joined', () => {
    const empty: Member = {
      ...booksIn(dossier()),
      bonusPaid: false,
      status: 'left',
      membership: 0,
      seq: 0,
      head: '-',
    };
    const bare = { ...empty, lots: {}, lifetime: 0, won: 0 };
    expect(audit({ ...dossier(), books: bare, entries: [], orders: [], coupons: [], keys: [] })).toEqual([]);
  });
});
