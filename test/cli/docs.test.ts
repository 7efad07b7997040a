import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { run, writeDocuments } from '../../cli/docs.ts';

/** The documents alone, copied so that a test may spoil them. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docs-'));
  cpSync('README.md', join(folder, 'README.md'));
  cpSync('docs', join(folder, 'docs'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const spoil = (file: string, from: string, to: string): void => {
  const text = readFileSync(join(folder, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(folder, file), text.replace(from, to));
};

const documents = readdirSync('docs', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs', name))
  .concat('README.md');

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
const anchorsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

const leadsSomewhere = (file: string, link: string): boolean => {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : join(dirname(file), path);
  if (statSync(target, { throwIfNoEntry: false }) === undefined) return false;
  return anchor === undefined || anchorsOf(target).includes(anchor);
};

describe('the documents', () => {
  test('say what the code says', async () => {
    const lines: string[] = [];
    expect(await run('.', ['--check'], (line) => lines.push(line))).toBe(0);
    expect(lines).toEqual(['The documents say what the code says.']);
  });

  test.each([
    ['README.md', '`POST /v1/redeem`', '`POST /v1/spend`'],
    ['docs/manychat.md', '| `email_in_use` | no |', '| `email_in_use` | yes |'],
    ['docs/manychat.md', '| `points` | Number |', '| `points` | Text |'],
    ['docs/texts.md', '`claim.credited`', '`claim.paid`'],
  ])(
    'with %s stale at %s are named, with the command that helps, and stay as they are',
    async (file, from, to) => {
      const part = readFileSync(join(folder, file), 'utf8').indexOf(':begin -->');
      const text = readFileSync(join(folder, file), 'utf8');
      writeFileSync(join(folder, file), text.slice(0, part) + text.slice(part).replace(from, to));
      const lines: string[] = [];
      expect(await run(folder, ['--check'], (line) => lines.push(line))).toBe(1);
      expect(lines).toEqual([`${file} no longer says what the code says: run "npm run docs".`]);
      expect(await writeDocuments(folder, false)).toEqual([file]);
      expect(await run(folder, ['--check'], () => undefined)).toBe(0);
      expect(readFileSync(join(folder, file), 'utf8')).toBe(readFileSync(file, 'utf8'));
    },
  );

  test('without their markers are not written over', async () => {
    spoil('README.md', '<!-- routes:end -->', '');
    await expect(writeDocuments(folder, false)).rejects.toThrow(
      'README.md has lost its markers <!-- routes:begin --> and <!-- routes:end -->',
    );
  });

  test.each(documents)('of %s have no link that leads nowhere', (file) => {
    const links = [...readFileSync(file, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const broken = links.filter((link) => !/^https?:/.test(link) && !leadsSomewhere(file, link));
    expect(broken).toEqual([]);
  });

  test.each(documents)('of %s show JSON that can be read', (file) => {
    const shown = [...readFileSync(file, 'utf8').matchAll(/^```json\n([\s\S]*?)^```$/gm)];
    for (const [, text = ''] of shown) expect(() => JSON.parse(text)).not.toThrow();
  });

  test('name every package, each with its reason', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      readFileSync('package.json', 'utf8'),
    );
    const reasons = readFileSync('docs/decisions/dependencies.md', 'utf8').replaceAll(
      '`…/',
      '`@aws-lambda-powertools/',
    );
    const packages = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(packages.filter((name) => !reasons.includes(`\`${name}\``))).toEqual([]);
  });
});
