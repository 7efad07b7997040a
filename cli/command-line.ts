/** What the commands have in common: sentences instead of stacks, and exit codes. */
import { Command, CommanderError } from 'commander';
import { told } from '../functions/platform/log.ts';
import { BrokenProgram } from '../local/program-files.ts';

/** What the person at the keyboard can mend. The message is the whole answer. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

export const print = (line: string): void => void process.stdout.write(`${line}\n`);
export const complain = (line: string): void => void process.stderr.write(`${line}\n`);

/** A command, or a group of commands, whose mistakes of use end as `run` says. Options of a parent stay the parent's. */
export const command = (name: string, description: string): Command =>
  new Command(name).description(description).exitOverride().showHelpAfterError('--help tells more.');

const usage = 2;
const failed = 1;

const codeOf = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usage;
  const readable = error instanceof Fault || error instanceof BrokenProgram;
  complain(readable ? error.message : `This failed, and it is not known why: ${JSON.stringify(told(error))}`);
  return failed;
};

/**
 * Runs a command line and sets the exit code: 2 for a mistake of use, 1 for what failed, else what the command itself set.
 * What is still to be written is written before the process ends.
 */
export const run = async (line: Command): Promise<void> => {
  try {
    await line.parseAsync();
  } catch (error) {
    process.exitCode = codeOf(error);
  }
};

/** Blank counts as absent, on the command line as in the environment. */
export const given = (...values: (string | undefined)[]): string | undefined =>
  values.map((value) => value?.trim()).find((value) => value !== undefined && value !== '');
