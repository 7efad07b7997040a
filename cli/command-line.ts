/** What the commands have in common: sentences instead of stacks, and exit codes. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type * as z from 'zod/mini';
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

/** Errors of the AWS SDK and of the network as sentences, by name: nothing of the credentials is ever in them. */
export const awsSentence = (error: unknown, place: string): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error ? String(error.code) : error.name;
  if (error.message === 'Region is missing') return 'No AWS region is set. Pass --region or set AWS_REGION.';
  if (error.name === 'CredentialsProviderError')
    return 'No AWS credentials were found. Log in (aws sso login), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
  if (/ExpiredToken|UnrecognizedClient|InvalidSignature|InvalidClientToken|MissingAuth/.test(error.name))
    return `AWS does not accept the credentials (${error.name}). Log in again or set others.`;
  if (/AccessDenied/.test(error.name)) return `The credentials may not do this at ${place}: AWS denied it.`;
  if (/^(E[A-Z]+|UND_\w+)$|TimeoutError|AbortError/.test(code))
    return `Nothing answers at ${place} (${code}).`;
  return undefined;
};

/** Does something at AWS; what is in the way is said in a sentence. @throws Fault */
export const atAws = async <T>(place: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const sentence = awsSentence(error, place);
    throw sentence === undefined ? error : new Fault(sentence, { cause: error });
  }
};

/** Blank counts as absent, on the command line as in the environment. */
export const given = (...values: (string | undefined)[]): string | undefined =>
  values.map((value) => value?.trim()).find((value) => value !== undefined && value !== '');

export const isHttp = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

/** `1 member`, `2 members`, `12,000 members`. */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** Reads an option by a schema. */
export const readAs =
  <T>(schema: z.ZodMiniType<T>, expected: string) =>
  (text: string): T => {
    const read = schema.safeParse(text);
    if (!read.success) throw new InvalidArgumentError(`expected ${expected}`);
    return read.data;
  };

/** The options that lead to the same place again, for the next command. */
export const sameOptions = (options: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(options)
    .map(([name, value]) => (value === undefined ? '' : ` --${name} ${value}`))
    .join('');
