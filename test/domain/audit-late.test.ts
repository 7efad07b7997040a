/** A coupon that was used after its points had come back: they are taken again, once. */
import { describe, expect, test } from '@jest/globals';
import { auditMember, type Dossier } from '../../functions/domain/audit.ts';
import { auditCopies } from '../../functions/domain/audit-copies.ts';
import { type Entry, seal } from '../../functions/domain/entry.ts';
import { decideEnrolment, decideLeave } from '../../functions/domain/membership.ts';
import { decideRedeem } from '../../functions/domain/redemption.ts';
import { decideReturned } from '../../functions/domain/shop-coupon.ts';
import { decideShopUse } from '../../functions/domain/shop-use.ts';
import { dossierOf } from './dossier.ts';
import { ana, anaMail, chanceOf, dayMs, hashOf, noon, number, plus, rewardOf, settingOf } from './support.ts';
import { World } from './world.ts';

const program = {
  signupBonus: 100,
  rewards: [rewardOf({ points: 40 })],
  expiredCoupon: 'return_points' as const,
};
const now = settingOf(program);
const later = settingOf(program, plus(noon, 60 * dayMs));

/** signup 1, redemption 2, reversal 3 when it expired, late use 4. @param leaves she is gone when it is used */
const usedLate = (leaves = false): Dossier => {
  const world = new World();
  const person = { contact: ana, firstName: undefined, lastName: undefined, language: undefined };
  world.run({ contact: ana, emails: [hashOf(anaMail)] }, (found) =>
    decideEnrolment(found, { ...person, email: anaMail }, now),
  );
  const { coupon } = world.run({ contact: ana }, (found) =>
    decideRedeem(found, { contact: ana, reward: 'tea-towel', request: undefined, below: chanceOf(1) }, now),
  );
  if (coupon === undefined) throw new Error('nothing was taken');
  const wanted = { coupons: [coupon.key] };
  world.run(wanted, (found) => decideReturned(found, later));
  if (leaves) world.run({ contact: ana }, (found) => decideLeave(found, later));
  const { result } = world.run(wanted, (found) => decideShopUse(found, number('2001'), later));
  expect(result).toBe('used_late');
  return dossierOf(world);
};

const found = (dossier: Dossier): string[] =>
  [...auditMember(dossier), ...auditCopies(dossier)].map(
    ({ invariant, message }) => `${invariant}: ${message}`,
  );

/** The lines written otherwise, with a chain that fits. */
const withLines = (dossier: Dossier, change: (lines: readonly Entry[]) => readonly Entry[]): Dossier => {
  let previous = '-';
  let balance = 0;
  const entries = change(dossier.entries).map(({ hash: _, ...entry }, at) => {
    balance += entry.points;
    const written = seal({ ...entry, seq: at + 1, balance, previous });
    previous = written.hash;
    return written;
  });
  const { books } = dossier;
  return { ...dossier, entries, ...(books && { books: { ...books, seq: entries.length, head: previous } }) };
};

const isLate = ({ source }: Entry): boolean => source.kind === 'late_use';
const notTaken = '5: the points of the coupon of entry 2 were not taken again as it says';

describe('a coupon that was used late', () => {
  test('is sound with one line that takes the points again', () => {
    const dossier = usedLate();
    expect(dossier.entries.map(({ points }) => points)).toEqual([100, -40, 40, -40]);
    expect(found(dossier)).toEqual([]);
  });

  test('is sound without one where the member had left by then', () => {
    const dossier = usedLate(true);
    expect(dossier.entries.some(isLate)).toBe(false);
    expect(found(dossier)).toEqual([]);
  });

  test('is a finding without one where the member is there', () => {
    expect(found(withLines(usedLate(), (lines) => lines.filter((line) => !isLate(line))))).toContain(
      notTaken,
    );
  });

  test('is a finding with two', () => {
    expect(found(withLines(usedLate(), (lines) => [...lines, ...lines.filter(isLate)]))).toContain(notTaken);
  });

  test('is a finding with one over other points', () => {
    const less = (line: Entry): Entry =>
      isLate(line) ? { ...line, points: -39, lots: { never: -39 } } : line;
    expect(found(withLines(usedLate(), (lines) => lines.map(less)))).toContain(notTaken);
  });

  test('is a finding where the coupon does not say so', () => {
    const dossier = usedLate();
    const coupons = dossier.coupons.map(({ usedLate: _, ...coupon }) => coupon);
    expect(found({ ...dossier, coupons })).toContain(notTaken);
  });

  test('is a finding where the coupon is missing', () => {
    expect(found({ ...usedLate(), coupons: [] })).toContain(
      '5: entry 4 took points for a coupon that is missing',
    );
  });
});
