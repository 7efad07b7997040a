import { describe, expect, test } from '@jest/globals';
import { sealTerms } from '../../functions/domain/coupon.ts';
import { normalizeCouponCode, rewardId } from '../../functions/domain/ids.ts';
import type { Loaded } from '../../functions/domain/ledger.ts';
import type { Program, Reward } from '../../functions/domain/program.ts';
import {
  decideRedeem,
  isOffered,
  limitReached,
  type RedeemRequest,
} from '../../functions/domain/redemption.ts';
import {
  ana,
  answered,
  at,
  chanceOf,
  couponOf,
  dayMs,
  foundOf,
  memberOf,
  noon,
  onlyPosting,
  operation,
  plus,
  rewardOf,
  settingOf,
} from './support.ts';

const reward = rewardOf();
const rich = memberOf({ lots: { '2027-01': 150, never: 100 }, lifetime: 250 });
const request: RedeemRequest = { contact: ana, reward: 'tea-towel', request: undefined, below: chanceOf(5) };

const redeem = (
  found: Loaded,
  over: Partial<RedeemRequest> = {},
  offered: Partial<Reward> = {},
  program: Partial<Program> = {},
) =>
  answered(
    decideRedeem(
      found,
      { ...request, below: chanceOf(5), ...over },
      settingOf({ rewards: [rewardOf(offered)], ...program }),
    ),
  );

describe('taking a reward', () => {
  test('takes its points, the lot that expires first going first, and issues one coupon in the same change', () => {
    const { answer, change } = redeem(foundOf({ member: rich }));
    const { books, entry } = onlyPosting(change);
    const coupon = change?.coupon?.after;
    expect(answer).toEqual({ result: 'issued', books, reward, coupon, pointsShort: 0 });
    expect(books).toMatchObject({ lots: { never: 50 }, lifetime: 250, won: 1, seq: 5 });
    expect(entry).toMatchObject({ points: -200, balance: 50, lots: { '2027-01': -150, never: -50 } });
    expect(entry.source).toEqual({
      kind: 'redemption',
      reward: 'tea-towel',
      coupon: coupon?.key,
      terms: coupon === undefined ? '' : sealTerms(coupon),
    });
    expect(Object.keys(change ?? {}).sort()).toEqual(['coupon', 'postings']);
  });

  test('promises on the coupon what the program offered then', () => {
    const { coupon } = redeem(foundOf({ member: rich })).change ?? {};
    const { code = '', ...terms } = coupon?.after ?? {};
    expect(coupon?.before).toBeUndefined();
    expect(code).toMatch(/^GIFT-/);
    expect(terms).toEqual({
      key: normalizeCouponCode(code),
      state: 'issued',
      contact: ana,
      membership: 1,
      reward: 'tea-towel',
      points: 200,
      benefit: { kind: 'product', products: ['TT-01'] },
      currency: 'USD',
      issuedAt: noon,
      expiresAt: plus(noon, 30 * dayMs),
      programVersion: 3,
      seq: 5,
      spent: { '2027-01': -150, never: -50 },
      captureAtUse: false,
      captured: false,
      counted: false,
      rev: 1,
      operation,
    });
  });

  test('of a program that captures at use says so on the coupon', () => {
    const { answer } = redeem(foundOf({ member: rich }), {}, {}, { capture: 'use' });
    expect(answer.coupon).toMatchObject({ captureAtUse: true, captured: false });
  });

  test('that is manual makes a task', () => {
    const { answer, change } = redeem(foundOf({ member: rich }), {}, { benefit: { kind: 'manual' } });
    expect(answer.result).toBe('requested');
    expect(change?.coupon?.after.state).toBe('requested');
    expect(onlyPosting(change).books.won).toBe(1);
  });

  test('leaves exactly nothing where there was exactly enough', () => {
    expect(redeem(foundOf({ member: memberOf({ lots: { never: 200 } }) })).answer.books?.lots).toEqual({});
  });

  test('that has a limit is counted', () => {
    const { answer } = redeem(foundOf({ member: rich }), {}, { limitPerMember: 2 });
    expect(answer.coupon?.counted).toBe(true);
    expect(answer.books?.counts).toEqual({ 'reward:tea-towel': { total: 1, day: '2026-12-01', today: 1 } });
  });
});

describe('no reward is taken', () => {
  const nothing = { reward: undefined, coupon: undefined, pointsShort: 0 };

  test('by those who are no members', () => {
    for (const found of [foundOf(), foundOf({ member: memberOf({ status: 'left' }) })]) {
      expect(redeem(found, { reward: undefined })).toEqual({
        answer: { ...nothing, books: undefined, result: 'not_member' },
        change: undefined,
      });
    }
  });

  test('without naming it', () => {
    expect(redeem(foundOf({ member: rich }), { reward: undefined })).toEqual({
      answer: { ...nothing, books: rich, result: 'reward_needed' },
      change: undefined,
    });
  });

  test('that the program does not have', () => {
    expect(redeem(foundOf({ member: rich }), { reward: 'Tea-towel' })).toEqual({
      answer: { ...nothing, books: rich, result: 'reward_unknown' },
      change: undefined,
    });
  });

  test('with too few points, and it says how many are missing', () => {
    const poor = memberOf({ lots: { never: 170 } });
    expect(redeem(foundOf({ member: poor }))).toEqual({
      answer: { books: poor, reward, coupon: undefined, pointsShort: 30, result: 'not_enough_points' },
      change: undefined,
    });
    expect(redeem(foundOf({ member: memberOf({ debt: 40 }) })).answer.pointsShort).toBe(200);
  });

  test('more often than its limit', () => {
    const full = { ...rich, counts: { 'reward:tea-towel': { total: 2 } } };
    const offered = rewardOf({ limitPerMember: 2 });
    expect(redeem(foundOf({ member: full }), {}, { limitPerMember: 2 })).toEqual({
      answer: { books: full, reward: offered, coupon: undefined, pointsShort: 0, result: 'limit_reached' },
      change: undefined,
    });
  });

  test('that is switched off', () => {
    expect(redeem(foundOf({ member: rich }), {}, { enabled: false })).toEqual({
      answer: {
        books: rich,
        reward: rewardOf({ enabled: false }),
        coupon: undefined,
        pointsShort: 0,
        result: 'reward_unavailable',
      },
      change: undefined,
    });
  });
});

describe('redeeming decides in this order:', () => {
  const off: Partial<Reward> = { enabled: false };
  const empty: Partial<Reward> = { stock: 0 };
  const limited: Partial<Reward> = { limitPerMember: 1 };
  const poor = memberOf({ counts: { 'reward:tea-towel': { total: 1 } } });
  const recent = { 'tea-towel': { coupon: couponOf().key, at: plus(noon, -1) } };
  const tapped = foundOf({
    member: { ...poor, recent },
    coupons: [couponOf()],
    asked: { contact: ana, coupons: [couponOf().key] },
  });
  const key = { contact: ana, verb: 'redeem', key: 'hash-1', input: 'linen-set', seq: 2 } as const;

  test('unknown before a reused key', () => {
    expect(redeem(foundOf({ member: poor, key }), { reward: 'x', request: 'hash-1' }).answer.result).toBe(
      'reward_unknown',
    );
  });

  test('a reused key before unavailable', () => {
    const { answer } = redeem(foundOf({ member: poor, key }), { request: 'hash-1' }, off);
    expect(answer.result).toBe('key_reused');
  });

  test('a repeat before unavailable, sold out, the limit and the points', () => {
    const { answer } = redeem(tapped, {}, { ...off, ...empty, ...limited });
    expect(answer.result).toBe('already_issued');
  });

  test('unavailable before sold out, the limit and the points', () => {
    const { answer } = redeem(foundOf({ member: poor }), {}, { ...off, ...empty, ...limited });
    expect(answer.result).toBe('reward_unavailable');
  });

  test('sold out before the limit and the points', () => {
    expect(redeem(foundOf({ member: poor }), {}, { ...empty, ...limited }).answer.result).toBe('sold_out');
  });

  test('the limit before the points', () => {
    expect(redeem(foundOf({ member: poor }), {}, limited).answer.result).toBe('limit_reached');
  });

  test('and the points last', () => {
    expect(redeem(foundOf({ member: poor })).answer.result).toBe('not_enough_points');
  });
});

describe('the days of a reward', () => {
  const { program } = settingOf();
  const during = rewardOf({ from: '2026-12-01', to: '2026-12-24' });

  test.each([
    ['2026-12-01T07:59:59Z', false],
    ['2026-12-01T08:00:00Z', true],
    ['2026-12-25T07:59:59Z', true],
    ['2026-12-25T08:00:00Z', false],
  ])('in Los Angeles: at %s it is offered: %p', (instant, offered) => {
    expect(isOffered(during, program, at(instant))).toBe(offered);
  });

  test('may be open on either side', () => {
    expect(isOffered(rewardOf({ from: '2026-12-01' }), program, at('2030-01-01T12:00:00Z'))).toBe(true);
    expect(isOffered(rewardOf({ to: '2026-12-01' }), program, at('2020-01-01T12:00:00Z'))).toBe(true);
    expect(isOffered(rewardOf(), program, noon)).toBe(true);
    expect(isOffered(rewardOf({ enabled: false }), program, noon)).toBe(false);
  });
});

describe('the limit of a reward', () => {
  const taken = (total: number) => memberOf({ counts: { 'reward:tea-towel': { total } } });

  test('is reached by as many as it allows', () => {
    const twice = rewardOf({ limitPerMember: 2 });
    expect([0, 1, 2, 3].map((total) => limitReached(twice, taken(total)))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(limitReached(twice, memberOf())).toBe(false);
  });

  test('is never reached where there is none, or of another reward', () => {
    expect(limitReached(rewardOf(), taken(99))).toBe(false);
    const other = rewardOf({ id: rewardId.parse('linen-set'), limitPerMember: 1 });
    expect(limitReached(other, taken(99))).toBe(false);
  });
});
