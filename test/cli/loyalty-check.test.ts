import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { reminderLengths } from '../../cli/loyalty/cases.ts';
import { lengthOf, lengthText } from '../../cli/loyalty/length.ts';
import { instant } from '../../functions/domain/ids.ts';
import { readProgram } from '../../functions/domain/program.ts';
import { endAll, root, runFile } from '../e2e/spawned.ts';
import { demoFile, type Reply } from '../support/house.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loyalty-check-'));
});
afterAll(async () => {
  await endAll();
  await rm(folder, { recursive: true });
});

/** Checks the demo after a change of its text. */
const check = async (change: (yaml: string) => string) => {
  const path = join(folder, 'shop.yaml');
  await writeFile(path, change(await readFile(join(root, 'programs/demo.yaml'), 'utf8')));
  return { path, ...(await runFile('cli/loyalty.ts', ['program', 'check', path])) };
};

describe('program check', () => {
  test('says that a program can be put in force, without a table, and nothing more where nothing is to be said', async () => {
    const { path, ...ended } = await check((yaml) => yaml);
    expect(ended).toEqual({ code: 0, stderr: '', stdout: `${path} can be put in force: program demo\n` });
  });

  test('warns of what is seldom meant, and says how long short messages are in each language', async () => {
    const { code, stdout, stderr } = await check((yaml) =>
      yaml.replace('every_days: 28', 'every_days: 61').replace('channel: email', 'channel: sms'),
    );
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^warning: reminders\.every_days: 61 days/)]);
    expect(stdout.split('\n').slice(1)).toEqual([
      'reminder in English: 153 characters, GSM-7, 1 segment; longest case 208 characters, GSM-7, 2 segments',
      expect.stringMatching(/^reminder in Korean: \d+ characters, UCS-2, \d segments; longest case /),
      expect.stringMatching(/^reminder in Turkish: \d+ characters, UCS-2, \d segments; longest case /),
      '',
    ]);
  });

  test('names what is wrong in a broken file', async () => {
    const { code, stdout, stderr } = await check((yaml) => yaml.replace(/^ {2}hour: 10/m, '  hour: 25'));
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('reminders.hour: expected')]);
  });

  test('refuses a file that is longer than DynamoDB can keep', async () => {
    const texts = `texts: { en: { claim.credited: "${'y'.repeat(400_000)}" } }\nstores:`;
    const { code, stdout, stderr } = await check((yaml) => yaml.replace('stores:', texts));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/is too long: \d+ KB of at most 390 KB\./);
  });
});

describe('the length of a short message', () => {
  test.each([
    ['a'.repeat(160), '160 characters, GSM-7, 1 segment'],
    ['a'.repeat(161), '161 characters, GSM-7, 2 segments'],
    [`${'a'.repeat(159)}€`, '161 characters, GSM-7, 2 segments'],
    ['ş'.repeat(70), '70 characters, UCS-2, 1 segment'],
    ['점'.repeat(71), '71 characters, UCS-2, 2 segments'],
  ])('counts as carriers do: %#', (text, told) => {
    expect(lengthText(lengthOf(text, 'sms'))).toBe(told);
  });

  test('is told in characters alone on other channels', () => {
    expect(lengthText(lengthOf('점', 'email'))).toBe('1 character');
  });
});

describe('the longest case of a reminder', () => {
  const lengths = (change: (file: Reply) => void) => {
    const file = demoFile();
    file.reminders.channel = 'sms';
    change(file);
    const read = readProgram(file);
    if (read.kind === 'broken') throw new Error(JSON.stringify(read.problems));
    return reminderLengths(read.program, 'en', instant.parse(Date.parse('2026-11-22T00:00:00Z')));
  };
  const reward = (id: string, points: number, name: string, more: object = {}) => ({
    ...demoFile().rewards[0],
    ...{ id, points, name: { en: name } },
    ...more,
  });

  test('lists the longest names that can be listed together: cheaper ones may be gone, where they can be', () => {
    const name = (letter: string) => letter.repeat(60);
    const cheap = ['a', 'b', 'c', 'd', 'e'].map((id, n) => reward(id, 10 + n, id, { stock: 5 }));
    const dear = ['f', 'g', 'h', 'i', 'j'].map((id, n) => reward(id, 100 + n, name(id)));
    const { longest } = lengths((file) => {
      file.rewards = [...cheap, ...dear];
    });
    const { longest: unlimited } = lengths((file) => {
      file.rewards = [...cheap.map(({ stock: _, ...rest }: Reply) => rest), ...dear];
    });
    expect(longest.characters).toBeGreaterThan(unlimited.characters);
  });

  test('thinks of rewards that are out of season today', () => {
    const far = { from: '2027-12-01', to: '2027-12-24' };
    const { longest } = lengths((file) => {
      file.rewards = [reward('tea', 10, 'Tea'), reward('xmas', 500, 'Christmas '.repeat(7), far)];
    });
    const { longest: today } = lengths((file) => {
      file.rewards = [reward('tea', 10, 'Tea')];
    });
    expect(longest.characters).toBeGreaterThan(today.characters + 40);
  });

  test('is never shorter than the usual one', () => {
    const { typical, longest } = lengths((file) => {
      file.rewards = [];
    });
    expect(longest.characters).toBeGreaterThanOrEqual(typical.characters);
  });
});
