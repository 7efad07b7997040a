/**
 * `npm run docs`: writes into the documents what the code knows best: the routes, the replies of the chat and its sentences.
 * With `--check` nothing is written, and what is stale is named.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { outcomeTable } from './docs/outcomes.ts';
import { cardTable, fieldTable, replies } from './docs/replies.ts';
import { jobTable, routeTable } from './docs/routes.ts';
import { argumentTable, sentenceTable } from './docs/sentences.ts';

/** Which parts of which documents are written by whom. */
const documents: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'README.md': { routes: routeTable, jobs: jobTable },
  'docs/manychat.md': { fields: fieldTable, card: cardTable, replies },
  'docs/reminders.md': { outcomes: outcomeTable },
  'docs/texts.md': { arguments: argumentTable, sentences: sentenceTable },
};

/** The text between a pair of markers replaced. @throws where the document lost its markers */
export const withPart = (file: string, text: string, part: string, content: string): string => {
  const [begin, end] = [`<!-- ${part}:begin -->`, `<!-- ${part}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has lost its markers ${begin} and ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
};

/** Writes every document anew. @returns the files that were stale; with `check` they stay so */
export const writeDocuments = async (root: string, check: boolean): Promise<string[]> => {
  const stale: string[] = [];
  for (const [file, parts] of Object.entries(documents)) {
    const before = await readFile(join(root, file), 'utf8');
    const after = Object.entries(parts).reduce(
      (text, [part, content]) => withPart(file, text, part, content()),
      before,
    );
    if (after === before) continue;
    stale.push(file);
    if (!check) await writeFile(join(root, file), after);
  }
  return stale;
};

/** @returns the exit code */
export const run = async (
  root: string,
  args: readonly string[],
  say: (line: string) => void,
): Promise<number> => {
  const { values } = parseArgs({ args: [...args], options: { check: { type: 'boolean', default: false } } });
  const stale = await writeDocuments(root, values.check);
  for (const file of stale) {
    say(
      values.check ? `${file} no longer says what the code says: run "npm run docs".` : `${file} is written.`,
    );
  }
  if (stale.length === 0) say('The documents say what the code says.');
  return values.check && stale.length > 0 ? 1 : 0;
};

if (import.meta.main) {
  process.exitCode = await run(join(import.meta.dirname, '..'), process.argv.slice(2), console.log);
}
