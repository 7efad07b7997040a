import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Problem } from '../../functions/domain/problems.ts';
import { readProgram } from '../../functions/domain/program.ts';
import { argNames, argsOf, numericArgs, type TextKey } from '../../functions/texts/args.ts';
import { textProblems } from '../../functions/texts/check.ts';
import { en } from '../../functions/texts/en.ts';
import { catalogues } from '../../functions/texts/speaker.ts';
import { replyProblems } from '../support/chat-contracts.ts';
import { demoFile, type House, openHouse } from '../support/house.ts';
import { tour, tourProgram } from '../support/tour.ts';

const textKeys = Object.keys(en) as TextKey[];

/** What is wrong with a program that says it this way. */
const problemsWith = (texts: unknown): Problem[] => {
  const read = readProgram({ ...demoFile(), texts });
  return read.kind === 'broken' ? [...read.problems] : textProblems(read.program);
};

const refused: [string, string, string][] = [
  ['of a sentence that does not exist', 'claim.creditted', 'Hello'],
  ['of a name that every object has', 'constructor', 'Hello'],
  ['of another name that every object has', 'toString', 'Hello'],
  ['with a misspelt argument', 'balance.ok', 'You have {pionts}.'],
  [
    'with a misspelt argument inside a branch',
    'outlook.ready',
    '{ready_count, plural, one {a} other {{redy_names}}}',
  ],
  ['with an argument of another sentence', 'balance.ok', 'You have {points} since order {order}.'],
  ['with an argument where there are none', 'button.take', 'Take {reward}'],
  ['that is no ICU message', 'balance.ok', 'You have {points'],
  ['with a plural that lacks its last form', 'outlook.ready', '{ready_count, plural, one {a reward}}'],
  ['with the plural of a text', 'balance.ok', '{points, plural, one {one} other {many}}'],
  ['with a text as a number', 'balance.ok', '{points, number}'],
  ['with a day as a date', 'entry.line', '{day, date, short}'],
  ['with a number as a time', 'rewards.page', '{page, time}'],
  ['with a placeholder of ManyChat', 'balance.ok', 'Hi {{first_name}}, you have {points}.'],
  ['with a placeholder of ManyChat in quotes', 'balance.ok', "Hi '{{first_name}}', you have {points}."],
  ['with a placeholder of a template', 'balance.ok', `You have $${'{points}'}.`],
];

describe('an owner’s own sentence', () => {
  test.each(refused)('%s is refused with its path', (_, key, text) => {
    for (const language of ['en', 'ko', 'tr'])
      expect(problemsWith({ [language]: { [key]: text } }).map(({ path }) => path)).toEqual([
        `texts.${language}.${key}`,
      ]);
  });

  test('that is refused is told what was expected', () => {
    for (const [, key, text] of refused)
      for (const { message } of problemsWith({ en: { [key]: text } })) expect(message).toMatch(/^expected /);
  });

  test.each([
    [{ fr: { 'balance.ok': 'Oui' } }, 'texts.fr'],
    [{ en: { 'balance.ok': '   ' } }, 'texts.en.balance.ok'],
    [{ en: { 'balance.ok': 5 } }, 'texts.en.balance.ok'],
    [{ en: 'Hello' }, 'texts.en'],
    ['Hello', 'texts'],
  ])('%j is refused at %s', (texts, path) => {
    expect(problemsWith(texts).map((problem) => problem.path)).toContain(path);
  });

  test('may be any shipped sentence as it is', () => {
    for (const [language, catalogue] of Object.entries(catalogues))
      expect(problemsWith({ [language]: catalogue })).toEqual([]);
  });

  test('may use everything that the sentence is filled with', () => {
    expect(problemsWith({ en: Object.fromEntries(textKeys.map((key) => [key, everything(key)])) })).toEqual(
      [],
    );
    expect([...new Set(textKeys.flatMap(argsOf))].sort()).toEqual([...argNames].sort());
  });
});

/** A sentence with all its arguments in it, numbers in a plural besides. */
const everything = (key: TextKey): string =>
  [
    `<${key}>`,
    ...argsOf(key).map((name) =>
      numericArgs.has(name) ? `{${name}}{${name}, plural, one {#!} other {#?}}` : `{${name}}`,
    ),
  ].join(' ');

describe('a program with sentences of its own', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
  });
  afterAll(() => house.stop());

  test('has every argument of every sentence in every outcome', async () => {
    const shop = await house.open((file) => {
      tourProgram(file);
      file.texts = { en: Object.fromEntries(textKeys.map((key) => [key, everything(key)])) };
    });
    await tour(shop, 't', {}, async ({ verb, result, body }) => {
      const flat = await shop.chat(verb, body);
      expect([verb, flat.result, replyProblems(verb, flat)]).toEqual([verb, result, []]);
      expect(flat.message).toMatch(/^<[a-z._]+>/);
    });
    expect(house.logged.faults).toEqual([]);
  });

  test('is never silent: a sentence that comes out empty gives way to the shipped one', async () => {
    const shop = await house.open((file) => {
      file.rewards = [];
      file.texts = { en: { 'balance.ok': '{outlook}', 'rewards.empty': '{points, select, other {}}' } };
    });
    await shop.chat('enroll', { contact_id: '1', email: 'a@example.com' });
    expect((await shop.chat('balance', { contact_id: '1' })).message).toBe('You have 50 points.');
    expect((await shop.chat('rewards', { contact_id: '1' })).message).toBe(
      'There are no rewards at the moment.',
    );
  });

  test('speaks them in their language only', async () => {
    const shop = await house.open((file) => {
      file.texts = {
        en: { 'balance.ok': 'Juniper says: {points}!' },
        tr: { not_member: '{program} sizi bekliyor.' },
      };
    });
    const nobody = (language: string) => shop.chat('balance', { contact_id: '9', language });
    expect((await nobody('tr')).message).toBe('Juniper Home Rewards sizi bekliyor.');
    expect((await nobody('en')).message).toBe(en.not_member);
    await shop.chat('enroll', { contact_id: '1', email: 'a@example.com' });
    expect((await shop.chat('balance', { contact_id: '1' })).message).toBe('Juniper says: 50 points!');
    expect((await shop.chat('balance', { contact_id: '1', language: 'ko' })).message).toMatch(
      /^현재 50 points/,
    );
  });

  test('cuts even a very long one to 640 characters', async () => {
    const shop = await house.open((file) => {
      file.texts = { en: { 'balance.ok': `{points} ${'and more '.repeat(500)}` } };
    });
    await shop.chat('enroll', { contact_id: '1', email: 'a@example.com' });
    const { message } = await shop.chat('balance', { contact_id: '1' });
    expect(message.length).toBeLessThanOrEqual(640);
    expect(message).toMatch(/^50 points and more .*…$/);
  });
});
