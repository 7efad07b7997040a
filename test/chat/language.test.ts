import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse, type Reply, type Shop } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

const korean = (file: Reply) => {
  file.language = 'ko';
};
const languageOf = ({ message }: Reply): string => {
  if (/[가-힣]/.test(message)) return 'ko';
  return /[ışğüö]|Bakiyeniz/.test(message) ? 'tr' : 'en';
};
const balance = async (shop: Shop, body: object) => languageOf(await shop.chat('balance', body));

describe('a reply', () => {
  test('is in the language of the request, else the stored one, else the contact’s, else the program’s', async () => {
    const shop = await house.open(korean);
    const nobody = (body: object) => balance(shop, { ...body });
    expect(await nobody({ contact_id: '9' })).toBe('ko');
    expect(await nobody({ contact_id: '9', language: 'tr' })).toBe('tr');
    expect(await nobody({ contact: { id: '9', language: 'tr' } })).toBe('tr');
    expect(await nobody({ contact: { id: '9', locale: 'en_US' } })).toBe('en');
    expect(await nobody({ contact: { id: '9', language: null, locale: 'tr_TR' } })).toBe('tr');
    expect(await nobody({ contact: { id: '9', language: 'tr', locale: 'en_US' }, language: 'en' })).toBe(
      'en',
    );
    await shop.chat('enroll', { contact_id: '1', email: 'a@example.com', language: 'tr' });
    expect(await nobody({ contact_id: '1' })).toBe('tr');
    expect(await nobody({ contact: { id: '1', language: 'en', locale: 'en_US' } })).toBe('tr');
    expect(await nobody({ contact_id: '1', language: 'en' })).toBe('en');
  });

  test.each([
    ['en', 'en'],
    ['tr-TR', 'tr'],
    ['TR_tr', 'tr'],
    [' en ', 'en'],
    ['ko_KR', 'ko'],
    ['ko-KR-u-nu-latn', 'ko'],
  ])('takes %j as %s', async (language, spoken) => {
    const shop = await house.open();
    expect(await balance(shop, { contact_id: '9', language })).toBe(spoken);
    expect(await balance(shop, { contact: { id: '9', locale: language } })).toBe(spoken);
  });

  test.each([
    'fr',
    'xx',
    'English please',
    5,
    true,
    ['tr'],
    { code: 'tr' },
    'entr',
    '__proto__',
    'constructor',
  ])('to somebody who asks for %j is in the program’s', async (language) => {
    const shop = await house.open(korean);
    expect(await balance(shop, { contact: { id: '9', language: 'tr' }, language })).toBe('ko');
    expect(await balance(shop, { contact: { id: '9', language } })).toBe('ko');
  });
});

describe('the stored language', () => {
  test('is the one that was said on joining, else the contact’s', async () => {
    const shop = await house.open();
    await shop.chat('enroll', { contact: { id: '1', language: 'tr' }, email: 'a@example.com' });
    await shop.chat('enroll', {
      contact: { id: '2', language: 'tr' },
      language: 'ko',
      email: 'b@example.com',
    });
    await shop.chat('enroll', { contact: { id: '3', language: 'fr' }, email: 'c@example.com' });
    expect(await balance(shop, { contact_id: '1' })).toBe('tr');
    expect(await balance(shop, { contact_id: '2' })).toBe('ko');
    expect(await balance(shop, { contact_id: '3' })).toBe('en');
    expect((await shop.admin('GET', 'members/2')).json.profile.language).toBe('ko');
  });

  test('changes with a request that says another, and not with one that says none or one that we do not speak', async () => {
    const shop = await house.open();
    await shop.chat('enroll', { contact_id: '1', email: 'a@example.com', language: 'ko' });
    expect(await balance(shop, { contact_id: '1', language: 'xx' })).toBe('en');
    expect(await balance(shop, { contact: { id: '1', language: 'tr' } })).toBe('ko');
    expect(await balance(shop, { contact_id: '1', language: 'tr' })).toBe('tr');
    expect(await balance(shop, { contact_id: '1' })).toBe('tr');
  });

  test('is not kept of somebody who is no member', async () => {
    const shop = await house.open();
    expect(await balance(shop, { contact_id: '1', language: 'tr' })).toBe('tr');
    expect(await balance(shop, { contact_id: '1' })).toBe('en');
  });
});

test('a name that lacks a language is said in the program’s, numbers in the reader’s', async () => {
  const shop = await house.open((file) => {
    file.signup_bonus = 1234;
    file.rewards[0].name = { en: 'Towel', ko: '티타월' };
    file.rewards[0].points = 5000;
    file.rewards.splice(1);
  });
  await shop.chat('enroll', { contact_id: '1', email: 'a@example.com' });
  const said = async (language: string) => {
    const { next_reward, points_name, message } = await shop.chat('balance', { contact_id: '1', language });
    return [next_reward, points_name, message];
  };
  expect(await said('en')).toEqual([
    'Towel',
    'points',
    'You have 1,234 points. Only 3,766 points more for: Towel.',
  ]);
  expect((await said('ko'))[0]).toBe('티타월');
  expect(await said('tr')).toEqual([
    'Towel',
    'points',
    'Bakiyeniz: 1.234 points. Yalnızca 3.766 points kaldı: Towel.',
  ]);
});
