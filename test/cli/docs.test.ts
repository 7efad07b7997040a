import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { contracts } from '../../cli/docs/replies.ts';
import { run, writeDocuments } from '../../cli/docs.ts';
import { memberCard } from '../../functions/chat/card.ts';
import { readWish } from '../../functions/domain/media.ts';
import { fieldTypes } from '../../functions/jobs/send/content.ts';

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
    ['docs/manychat.md', '| `loyalty_send_id` | Text |', '| `loyalty_send_id` | Number |'],
    ['docs/reminders.md', '`skipped_capped`', '`skipped_for_fun`'],
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

/** The guide for flow builders, taken at its word: blocks, mappings and branches as they are copied from it. */
describe('the guide for flow builders', () => {
  const guide = readFileSync('docs/manychat.md', 'utf8');
  /** Each block with its route, body, and the tables up to the next block. */
  const requests = guide
    .split(/^```http$/m)
    .slice(1)
    .map((part) => {
      const [block = '', ...rest] = part.split(/^```$/m);
      const [head = '', body = ''] = block.trim().split('\n\n');
      const [first = '', ...headers] = head.split('\n');
      return { first, headers, body, tables: rest.join('').split(/^#{2,3} /m)[0] ?? '' };
    });
  const named = requests.map((request) => [request.first, request] as const);
  const contractOf = (first: string) => {
    const [, verb = ''] = /^POST https:\/\/my-api\.example\/v1\/([a-z-]+)$/.exec(first) ?? [];
    const found = Object.entries(contracts).find(([name]) => name === verb)?.[1];
    if (found === undefined) throw new Error(`the guide names no chat route: ${first}`);
    return found;
  };
  const firstCells = (tables: string, heading: string): string[] =>
    [...tables.matchAll(new RegExp(`^\\| ${heading} \\|.*\\n\\| ---.*\\n((?:\\|.*\\n)*)`, 'gm'))].flatMap(
      ([, rows = '']) => [...rows.matchAll(/^\| ([^|]+) \|/gm)].map(([, cell = '']) => cell.trim()),
    );

  test('shows every flow with a request', () => {
    const shown = new Set(requests.map(({ first }) => first.replace(/.*\/v1\//, '')));
    // The guide says in words how to ask before crediting: the body is that of a claim.
    expect([...shown].sort()).toEqual(
      Object.keys(contracts)
        .filter((verb) => verb !== 'verify-order')
        .sort(),
    );
  });

  test.each(named)('has a block for %s that can be sent', (first, { headers, body }) => {
    expect(headers).toEqual(['X-Api-Key: my-chat-key', 'Content-Type: application/json']);
    const sent = JSON.parse(body.replace('‹Full Contact Data›', '{"id":"1001"}').replace(/‹[^›]+›/g, 'x'));
    const { inputs } = contractOf(first);
    const known = ['contact', 'channel', ...Object.keys(inputs.shape)];
    expect(Object.keys(sent).filter((key) => !known.includes(key))).toEqual([]);
    expect(sent.contact).toEqual({ id: '1001' });
  });

  test.each(named)('maps for %s what the reply has, and branches on what it can say', (first, { tables }) => {
    const { extras, results } = contractOf(first);
    const keys = ['result', 'message', ...Object.keys(memberCard), ...Object.keys(extras)];
    const mapped = firstCells(tables, 'JSONPath');
    if (!tables.includes('The mapping is the same.')) expect(mapped).toContain('`$.result`');
    for (const path of mapped) {
      const [, key = ''] = /^`\$\.([a-z_]+)(?:\[\d\]\.[a-z_]+)?`$/.exec(path) ?? [];
      expect(keys).toContain(key);
    }
    const branches = firstCells(tables, '`loyalty_result`');
    expect(branches.filter((branch) => branch === 'everything else').length).toBeLessThanOrEqual(1);
    const outcomes = branches.filter((branch) => branch !== 'everything else');
    const possible = [...results, 'not_member', 'try_again'].map((result) => `\`${result}\``);
    expect(outcomes.filter((outcome) => !possible.includes(outcome))).toEqual([]);
  });

  test('maps each key to the field of its name, and to none that is not listed', () => {
    const listed = new Set(
      [...guide.matchAll(/^\| (`loyalty_[^|]+) \| (?:Text|Number) \|/gm)].flatMap(([, names = '']) =>
        [...names.matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => name),
      ),
    );
    const used = [...guide.matchAll(/`(loyalty_[a-z_]+)`/g)].map(([, name = '']) => name);
    expect(used.filter((name) => !listed.has(name) && name !== 'loyalty_member')).toEqual([]);
    expect(Object.keys(fieldTypes).filter((name) => !listed.has(name))).toEqual([]);
    // `loyalty_message` is the reminder's alone: a reply has a field of its own for its sentence.
    for (const [, key = '', field = ''] of guide.matchAll(/^\| `\$\.([a-z_]+)` \| `loyalty_([a-z_]+)` \|/gm))
      expect(field).toBe(key === 'message' ? 'reply' : key);
  });

  test.each(['Stop', 'Start'])('lists %s words that are all understood as such', (wish) => {
    const [, block = ''] = new RegExp(`^${wish} words:\n\n\`\`\`text\n([^\`]+)\`\`\``, 'm').exec(guide) ?? [];
    const words = block
      .split(/[,\n]/)
      .map((word) => word.trim())
      .filter((word) => word !== '');
    expect(words.length).toBeGreaterThan(10);
    expect(words.filter((word) => readWish(word) !== wish.toLowerCase())).toEqual([]);
  });
});
