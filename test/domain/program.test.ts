import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { pathText } from '../../functions/domain/problems.ts';
import { type Program, readProgram, rewardIn } from '../../functions/domain/program.ts';
import { changedFile, demo, demoFile } from './support.ts';

const readWith = (changes: Record<string, unknown>): Program => {
  const read = readProgram(changedFile(changes));
  if (read.kind === 'broken') throw new Error(JSON.stringify(read.problems));
  return read.program;
};

describe('the demo program', () => {
  test('is read as the owner wrote it', () => {
    const { rewards, activities, texts, ...rest } = readWith({});
    expect(rest).toEqual({
      id: 'demo',
      name: 'Juniper Home Rewards',
      currency: 'USD',
      zone: 'America/Los_Angeles',
      language: 'en',
      unitName: { en: { one: 'point', other: 'points' } },
      signupBonus: 50,
      rate: { per: 'amount', points: 1, unitMinor: 100 },
      basis: 'total',
      maxAgeDays: 365,
      attemptsPerHour: 10,
      signedLinksOnly: false,
      repeatMinutes: 10,
      capture: 'issue',
      expiredCoupon: 'forfeit',
      purchasesPerDay: undefined,
      requireProof: false,
      flows: {},
      stores: [{ id: 'shop', kind: 'pushed' }],
      reminders: {
        everyDays: 28,
        hour: 10,
        flow: 'content20260101000000_000001',
        channel: 'email',
        spreadMinutes: 0,
        quiet: undefined,
        clock: 'program',
        postponedByActivity: false,
      },
      cap: undefined,
      manychat: { account: 'demo', pace: { sendFlow: 18, sendContent: 22, write: 9 } },
    });
    expect(texts).toEqual({});
    expect(activities).toEqual([
      { id: 'newsletter', points: 20, limitPerMember: 1, limitPerDay: undefined },
      { id: 'review', points: 15, limitPerMember: 10, limitPerDay: 1 },
    ]);
    expect(rewards.map(({ id, points }) => [id, points])).toEqual([
      ['tea-towel', 200],
      ['five-off', 350],
      ['linen-set', 500],
    ]);
  });

  test('offers its first reward without limits of any kind', () => {
    expect(rewardIn(readWith({}), 'tea-towel')).toEqual({
      id: 'tea-towel',
      name: { en: 'Embroidered tea towel', ko: '자수 티타월', tr: 'İşlemeli kurulama bezi' },
      points: 200,
      benefit: { kind: 'product', products: ['TT-01'] },
      prefix: 'GIFT',
      expiresAfterDays: 30,
      url: 'https://shop.example/rewards/tea-towel',
      imageUrl: 'https://shop.example/img/tea-towel.jpg',
      stock: undefined,
      limitPerMember: undefined,
      from: undefined,
      to: undefined,
      enabled: true,
    });
  });

  test('knows its rewards by their exact id only', () => {
    expect(rewardIn(demo, 'five-off')?.points).toBe(350);
    expect(rewardIn(demo, 'Five-off')).toBeUndefined();
    expect(rewardIn(demo, '')).toBeUndefined();
  });

  test('is kept as it was written, too', () => {
    const read = readProgram(demoFile());
    expect(read).toMatchObject({ kind: 'read', file: parse(readFileSync('programs/demo.yaml', 'utf8')) });
  });
});

describe('a program', () => {
  test('may pay purchases instead of money spent', () => {
    const { rate, basis } = readWith({ earn: { per: 'purchase', points: 7 } });
    expect(rate).toEqual({ per: 'purchase', points: 7 });
    expect(basis).toBe('total');
  });

  test('may count the items only, and read its unit by its own currency', () => {
    const { rate, basis } = readWith({
      currency: 'KRW',
      earn: { per: 'amount', points: 3, unit: '1000', basis: 'items' },
      'rewards[1].value': '5000',
    });
    expect(rate).toEqual({ per: 'amount', points: 3, unitMinor: 1000 });
    expect(basis).toBe('items');
  });

  test('may earn up to 9,000 points for a minor unit', () => {
    expect(readWith({ 'earn.points': 9000, 'earn.unit': '0.01' }).rate).toEqual({
      per: 'amount',
      points: 9000,
      unitMinor: 1,
    });
  });

  test('may name its unit by language', () => {
    const name = { en: { one: 'mile', other: 'miles' }, tr: { other: 'mil' } };
    expect(readWith({ 'points.name': name }).unitName).toEqual(name);
  });

  test('may name its unit in the forms of its own language', () => {
    const name = { zero: 'a', one: 'b', two: 'c', few: 'd', many: 'e', other: 'f' };
    expect(readWith({ 'points.name': name, language: 'ko' }).unitName).toEqual({ ko: name });
  });

  test('may leave out what is optional, and then nothing is in force of it', () => {
    const { activities, flows, texts, stores } = readWith({ activities: undefined, stores: [] });
    expect({ activities, flows, texts, stores }).toEqual({
      activities: [],
      flows: {},
      texts: {},
      stores: [],
    });
  });

  test('may leave an activity without limits', () => {
    const { activities } = readWith({
      'activities[0].limit': undefined,
      'activities[1].limit': { per_day: 2 },
    });
    expect(activities.map(({ limitPerMember, limitPerDay }) => [limitPerMember, limitPerDay])).toEqual([
      [undefined, undefined],
      [undefined, 2],
    ]);
  });

  test('takes everything optional that is written', () => {
    const flows = { redeem: 'content1', rewards: 'content2', balance: 'content3', claim: 'content4' };
    const program = readWith({
      flows,
      texts: { en: { 'claim.credited': 'Thanks!' } },
      messages: { max: 2, per_days: 7 },
      'redeem.capture': 'use',
      'redeem.expired_coupon': 'forfeit',
      'claims.signed_links_only': false,
      'reminders.spread_minutes': 30,
      'reminders.quiet': { from: '20:00', to: '08:00' },
    });
    expect(program.flows).toEqual(flows);
    expect(program.texts).toEqual({ en: { 'claim.credited': 'Thanks!' } });
    expect(program.capture).toBe('use');
  });
});

describe('a reward', () => {
  test('may be limited in pieces, per member, in days and by a switch', () => {
    const program = readWith({
      'rewards[0].stock': 100,
      'rewards[0].limit': { per_member: 2 },
      'rewards[0].from': '2026-12-01',
      'rewards[0].to': '2026-12-01',
      'rewards[0].enabled': false,
    });
    expect(program.rewards[0]).toMatchObject({
      stock: 100,
      limitPerMember: 2,
      from: '2026-12-01',
      to: '2026-12-01',
      enabled: false,
    });
  });

  const generated = {
    id: 'new',
    name: { en: 'New' },
    points: 10,
    url: 'https://shop.example/',
    coupon: { prefix: 'NEW', expires_after_days: 7 },
  };
  const bare = { id: 'new', name: { en: 'New' }, points: 10 };

  test.each([
    [
      { ...generated, kind: 'product', products: ['A', 'B'] },
      { kind: 'product', products: ['A', 'B'] },
    ],
    [
      { ...generated, kind: 'amount', value: '5.00' },
      { kind: 'amount', valueMinor: 500, products: [] },
    ],
    [
      { ...generated, kind: 'amount', value: '5', products: ['A'] },
      { kind: 'amount', valueMinor: 500, products: ['A'] },
    ],
    [
      { ...generated, kind: 'percent', value: 15 },
      { kind: 'percent', percent: 15, products: [] },
    ],
    [
      { ...generated, kind: 'percent', value: 15, products: ['A'] },
      { kind: 'percent', percent: 15, products: ['A'] },
    ],
    [{ ...generated, kind: 'free_shipping' }, { kind: 'free_shipping' }],
    [{ ...bare, kind: 'manual', stock: 3 }, { kind: 'manual' }],
    [
      { ...bare, kind: 'pool' },
      { kind: 'pool', products: [] },
    ],
    [
      { ...bare, kind: 'pool', products: ['A'] },
      { kind: 'pool', products: ['A'] },
    ],
  ])('%j gives %j', (written, benefit) => {
    const [reward] = readWith({ rewards: [written] }).rewards;
    expect(reward?.benefit).toEqual(benefit);
  });

  test('with a coupon takes its terms', () => {
    const [reward] = readWith({ rewards: [{ ...generated, kind: 'free_shipping', stock: 0 }] }).rewards;
    expect(reward).toMatchObject({ prefix: 'NEW', expiresAfterDays: 7, stock: 0 });
  });

  test('without terms of its own lasts 30 days', () => {
    const [manual] = readWith({ rewards: [{ ...bare, kind: 'manual', stock: 3 }] }).rewards;
    expect(manual).toMatchObject({ prefix: 'TASK', expiresAfterDays: 30, stock: 3, url: undefined });
    const [pool] = readWith({ rewards: [{ ...bare, kind: 'pool' }] }).rewards;
    expect(pool).toMatchObject({ expiresAfterDays: 30, stock: undefined });
    const terms = { coupon: { expires_after_days: 90 } };
    expect(readWith({ rewards: [{ ...bare, ...terms, kind: 'pool' }] }).rewards[0]?.expiresAfterDays).toBe(
      90,
    );
  });
});

describe('paths', () => {
  test.each([
    [['rewards', 0, 'points'], 'rewards[0].points'],
    [['stores', 12], 'stores[12]'],
    [['currency'], 'currency'],
    [[0, 'a'], '[0].a'],
    [[], ''],
  ])('of %j are written %p', (path, text) => {
    expect(pathText(path)).toBe(text);
  });
});
