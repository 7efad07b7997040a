/** Program files as the owner writes them: YAML, checked before anything starts. */
import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import type { Problem } from '../functions/domain/problems.ts';
import { type Program, readProgram } from '../functions/domain/program.ts';
import type { ProgramFile } from '../functions/domain/program-file.ts';
import { textProblems } from '../functions/texts/check.ts';

export interface CheckedProgram {
  readonly program: Program;
  readonly file: ProgramFile;
}

/** A program file that cannot be put in force. The message names each wrong value and what was expected there. */
export class BrokenProgram extends Error {
  override readonly name = 'BrokenProgram';
  constructor(path: string, problems: readonly Problem[]) {
    const lines = problems.map(
      (problem) => `  ${problem.path === '' ? '(the file)' : problem.path}: ${problem.message}`,
    );
    super([`${path} is not a program yet:`, ...lines].join('\n'));
  }
}

const readText = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new BrokenProgram(path, [{ path: '', message: 'expected a file that can be read' }]);
  }
};

/** @throws BrokenProgram */
export const loadProgram = async (path: string): Promise<CheckedProgram> => {
  const document = parseDocument(await readText(path));
  const [wrong] = document.errors;
  if (wrong !== undefined) {
    const line = wrong.linePos?.[0].line;
    throw new BrokenProgram(path, [
      { path: line === undefined ? '' : `line ${line}`, message: `expected YAML: ${wrong.code}` },
    ]);
  }
  const read = readProgram(document.toJS());
  if (read.kind === 'broken') throw new BrokenProgram(path, read.problems);
  const problems = textProblems(read.program);
  if (problems.length > 0) throw new BrokenProgram(path, problems);
  return { program: read.program, file: read.file };
};
