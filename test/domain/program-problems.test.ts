import { describe, expect, test } from '@jest/globals';
import type { Problem } from '../../functions/domain/problems.ts';
import { readProgram } from '../../functions/domain/program.ts';
import { changedFile } from './support.ts';

const problemsWith = (changes: Record<string, unknown>): readonly Problem[] => {
  const read = readProgram(changedFile(changes));
  return read.kind === 'broken' ? read.problems : [];
};
const section = (keys: string) => `expected a section with ${keys}`;
const whole = (from: number, to: number) => `expected a whole number from ${from} to ${to}`;
const slug = 'expected 1 to 40 of a-z, 0-9 and -';
const isoCode = 'expected an ISO 4217 currency code such as "USD"';
const zone = 'expected an IANA zone such as Europe/Berlin';
const language = 'expected en, ko or tr';
const forms = 'expected the forms { one: point, other: points }, or these by language';
const day = 'expected a day such as 2026-12-01';
const clock = 'expected a time such as "20:00"';
const amount = 'expected an amount such as "5.00"';
const quoted = 'expected an amount in quotes, such as "5.00"';
const https = 'expected an https address';
const kinds = 'expected product, amount, percent, free_shipping, manual or pool';
const notEmpty = 'expected a text that is not empty';
const flowForm = 'expected the id of a flow, such as content20260101000000_000001';

describe('a wrong value of a program is named with its path and what was expected:', () => {
  test.each<[string, unknown, string, string?]>([
    ['program', undefined, 'expected 2 to 32 of a-z, 0-9 and -'],
    ['program', 'Demo', 'expected 2 to 32 of a-z, 0-9 and -'],
    ['name', 5, 'expected a text'],
    ['name', ' ', notEmpty],
    ['currency', 5, isoCode],
    ['currency', 'usd', isoCode],
    ['currency', 'XYZ', isoCode],
    ['timezone', 5, zone],
    ['timezone', 'Mars/Olympus', zone],
    ['timezone', '+02:00', zone],
    ['language', 'de', language],
    ['language', undefined, language],
    ['points', 'points', section('name')],
    ['points.name', {}, forms],
    ['points.name', { one: 'point' }, forms],
    ['points.name', { en: { other: 'points' }, other: 'points' }, forms],
    ['points.name', 'points', section('zero, one, two, few, many, other, en, ko, tr')],
    ['points.name.one', 5, 'expected a text'],
    ['points.name.other', '', notEmpty],
    ['points.name', undefined, section('zero, one, two, few, many, other, en, ko, tr')],
    ['signup_bonus', undefined, whole(0, 1_000_000_000)],
    ['signup_bonus', -1, whole(0, 1_000_000_000)],
    ['signup_bonus', 1.5, whole(0, 1_000_000_000)],
    ['signup_bonus', '50', whole(0, 1_000_000_000)],
    ['signup_bonus', 1_000_000_001, whole(0, 1_000_000_000)],
    ['earn', undefined, 'expected amount or purchase'],
    ['earn.per', 'order', 'expected amount or purchase'],
    ['earn.points', 1_000_001, whole(0, 1_000_000)],
    ['earn.unit', 1, quoted],
    ['earn.unit', '1,00', amount],
    ['earn.basis', 'gross', 'expected total or items'],
    ['claims', 5, section('max_age_days, attempts_per_hour, signed_links_only, require_proof')],
    ['claims.max_age_days', -1, whole(0, 1_000_000_000)],
    ['claims.attempts_per_hour', 0, whole(1, 1_000_000)],
    ['claims.signed_links_only', 'no', 'expected true or false'],
    ['rewards', {}, 'expected a list of rewards'],
    ['rewards[0]', 'towel', kinds],
    ['rewards[0].kind', 'gift', kinds],
    ['rewards[0].kind', undefined, kinds],
    ['rewards[0].id', undefined, 'expected an id'],
    ['rewards[0].id', 'Tea Towel', slug],
    ['rewards[0].name', 'towel', 'expected a text by language, such as { en: Tea towel }'],
    ['rewards[0].name.en', '', notEmpty],
    ['rewards[0].name.ko', 5, 'expected a text'],
    ['rewards[0].points', 0, whole(1, 1_000_000_000)],
    ['rewards[0].products', 'TT-01', 'expected a list of product ids'],
    ['rewards[0].products', [], 'expected at least one product id'],
    ['rewards[0].products[0]', 1, 'expected a text'],
    ['rewards[0].url', undefined, https],
    ['rewards[0].url', 'http://shop.example', https],
    ['rewards[0].url', 'https://', https],
    ['rewards[0].url', 'ftp://a.example/https://shop.example', https],
    ['rewards[0].url', 'https://shop.example:port', https],
    ['rewards[0].url', 'https://shop.example/{{id}}', https],
    ['rewards[0].url', 'https://shop.example/a b', https],
    ['rewards[0].image_url', `https://a.example/${'a'.repeat(1483)}`, `${https} of at most 1500 characters`],
    ['rewards[0].coupon', undefined, section('prefix, expires_after_days')],
    ['rewards[0].coupon.prefix', 'gift', 'expected 1 to 6 of A-Z0-9'],
    ['rewards[0].coupon.prefix', 'GIFTGIFT', 'expected 1 to 6 of A-Z0-9'],
    ['rewards[0].coupon.prefix', 5, 'expected 1 to 6 of A-Z0-9'],
    ['rewards[0].coupon.expires_after_days', 0, whole(1, 3650)],
    ['rewards[0].stock', -1, whole(0, 1_000_000_000)],
    ['rewards[0].limit', 1, section('per_member')],
    ['rewards[0].limit', { per_member: 0 }, whole(1, 1_000_000), '.per_member'],
    ['rewards[0].from', '2026-13-01', day],
    ['rewards[0].from', '2026-02-30', day],
    ['rewards[0].to', '1.12.2026', day],
    ['rewards[0].to', '2026-12-01T00:00', day],
    ['rewards[0].to', '+012026-12', day],
    ['rewards[0].to', '-012026-12', day],
    ['rewards[0].to', 20261201, day],
    ['rewards[0].enabled', 'yes', 'expected true or false'],
    ['rewards[1].value', 5, quoted],
    ['rewards[1].value', '-5.00', amount],
    ['redeem', undefined, section('repeat_minutes, capture, expired_coupon')],
    ['redeem.repeat_minutes', 1441, whole(0, 1440)],
    ['redeem.capture', 'never', 'expected issue or use'],
    ['redeem.expired_coupon', 'keep', 'expected forfeit or return_points'],
    ['activities', {}, 'expected a list of activities'],
    ['activities[0]', 'newsletter', section('id, points, limit')],
    ['activities[0].id', 5, 'expected an id'],
    ['activities[0].id', 'News Letter', slug],
    ['activities[0].points', -1, whole(0, 1_000_000_000)],
    ['activities[0].limit', 1, section('per_member, per_day')],
    ['activities[1].limit.per_day', 0, whole(1, 1_000_000)],
    [
      'reminders',
      'monthly',
      section('every_days, hour, flow, channel, spread_minutes, quiet, clock, postponed_by_activity'),
    ],
    ['reminders.every_days', 0, whole(1, 3650)],
    ['reminders.hour', 24, whole(0, 23)],
    ['reminders.flow', undefined, 'expected the id of a flow'],
    ['reminders.flow', 'my flow', flowForm],
    ['reminders.channel', 'post', 'expected email, sms, messenger, instagram, whatsapp or telegram'],
    ['reminders.spread_minutes', 1441, whole(0, 1440)],
    ['reminders.quiet', '20:00', section('from, to')],
    ['messages', 2, section('max, per_days')],
    ['messages', { max: 2, per_days: 0 }, whole(1, 3650), '.per_days'],
    ['flows', 'content1', section('redeem, rewards, balance, claim')],
    ['flows', { redeem: 'a b' }, flowForm, '.redeem'],
    ['texts', 'Hello', 'expected sentences by language'],
    ['texts', { en: 'Hello' }, 'expected sentences by their key', '.en'],
    ['texts', { en: { 'claim.credited': '' } }, notEmpty, '.en.claim.credited'],
    ['stores', undefined, 'expected a list of stores'],
    ['stores[0]', 'shop', 'expected pushed, shopify, woocommerce, site, vendure'],
    ['stores[0].id', 'Shop 1', slug],
    ['stores[0].kind', 'magento', 'expected pushed, shopify, woocommerce, site, vendure'],
  ])('%s: %j', (path, value, message, deeper = '') => {
    expect(problemsWith({ [path]: value })).toEqual([{ path: path + deeper, message }]);
  });

  test('a time that is none', () => {
    expect(problemsWith({ 'reminders.quiet': { from: '24:00', to: 2000 } })).toEqual([
      { path: 'reminders.quiet.from', message: clock },
      { path: 'reminders.quiet.to', message: clock },
    ]);
  });

  test('more rewards than a program may have', () => {
    const reward = { id: 'a', name: { en: 'A' }, points: 1, kind: 'manual' };
    const many = Array.from({ length: 201 }, (_, index) => ({ ...reward, id: `a${index}` }));
    expect(problemsWith({ rewards: many })).toEqual([
      { path: 'rewards', message: 'expected at most 200 rewards' },
    ]);
    expect(problemsWith({ rewards: many.slice(1) })).toEqual([]);
  });

  test('something that is no program at all', () => {
    const read = readProgram('program: demo');
    expect(read.kind === 'broken' && read.problems[0]?.message).toMatch(
      /^expected a section with program, name,/,
    );
  });

  test('every wrong value at once, each in its place', () => {
    const wrong = { signup_bonus: -1, 'rewards[2].points': 0, 'stores[0].kind': 'magento' };
    expect(problemsWith(wrong).map(({ path }) => path)).toEqual(Object.keys(wrong));
  });
});

describe('an unknown key is named with its own path:', () => {
  test.each([
    'signup_bonsu',
    'claims.max_age',
    'earn.units',
    'points.name.oter',
    'rewards[1].coupon.expires',
    'rewards[0].prise',
    'rewards[0].name.de',
    'activities[1].limit.per_week',
    'reminders.hours',
    'stores[0].url',
  ])('%s', (path) => {
    expect(problemsWith({ [path]: 1 })).toEqual([{ path, message: 'expected no such key; is it misspelt?' }]);
  });
});

describe('a rule across several keys of a program:', () => {
  const decimals = 'expected an amount above 0 with the decimals of USD';
  test.each<[string, Record<string, unknown>, string, string]>([
    ['a unit of nothing', { 'earn.unit': '0.00' }, 'earn.unit', decimals],
    ['a unit with other decimals', { 'earn.unit': '1.000' }, 'earn.unit', decimals],
    ['an amount of nothing', { 'rewards[1].value': '0' }, 'rewards[1].value', decimals],
    ['an amount with other decimals', { 'rewards[1].value': '5.005' }, 'rewards[1].value', decimals],
    [
      'more points than an exact integer holds',
      { 'earn.points': 9001, 'earn.unit': '0.01' },
      'earn.points',
      'expected at most 9,000 points for each minor unit',
    ],
    [
      'a name that lacks the program’s language',
      { 'rewards[1].name': { ko: '할인' } },
      'rewards[1].name.en',
      "expected the name in the program's language",
    ],
    [
      'a last day before the first',
      { 'rewards[2].from': '2026-12-02', 'rewards[2].to': '2026-12-01' },
      'rewards[2].to',
      'expected a day that is not before "from"',
    ],
    [
      'a reward twice',
      { 'rewards[2].id': 'tea-towel' },
      'rewards[2].id',
      'expected an id that is not used twice',
    ],
    [
      'an activity twice',
      { 'activities[1].id': 'newsletter' },
      'activities[1].id',
      'expected an id that is not used twice',
    ],
    [
      'a store twice',
      { 'stores[1]': { id: 'shop', kind: 'pushed' } },
      'stores[1].id',
      'expected an id that is not used twice',
    ],
  ])('refuses %s', (_, changes, path, message) => {
    expect(problemsWith(changes)).toEqual([{ path, message }]);
  });

  test('lets a reward begin without an end, and end without a beginning', () => {
    expect(problemsWith({ 'rewards[0].from': '2026-12-02', 'rewards[1].to': '2026-12-01' })).toEqual([]);
  });

  test('lets a program have two shops', () => {
    expect(problemsWith({ 'stores[1]': { id: 'other', kind: 'pushed' } })).toEqual([]);
  });

  test('lets a large unit earn many points', () => {
    expect(problemsWith({ 'earn.points': 1000, 'earn.unit': '10.00' })).toEqual([]);
  });

  test('lets a purchase earn more than money could', () => {
    expect(problemsWith({ earn: { per: 'purchase', points: 1_000_000 } })).toEqual([]);
  });
});
