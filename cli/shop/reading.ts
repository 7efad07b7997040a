/** Reads credentials without ever showing them: as JSON from a pipe, or typed one by one at prompts that show nothing. */
import { createInterface } from 'node:readline/promises';
import { type Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import type { AskedStore } from '../../functions/domain/store.ts';
import { Fault } from '../command-line.ts';
import { type Credentials, type Entry, keysOf, ways } from './forms.ts';

export const asCredentials = z.record(z.string(), z.string());

/** @returns what was typed, without blanks around it */
type Ask = (question: string) => Promise<string>;

/** Where credentials come in, and where questions are asked. */
export interface Keyboard {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly say: (text: string) => void;
}

const atHand: Keyboard = { input: process.stdin, say: (text) => void process.stderr.write(text) };

const hiddenPrompts = async <T>({ input, say }: Keyboard, work: (ask: Ask) => Promise<T>): Promise<T> => {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true });
  // Lines that are pasted together come together: each waits for its question.
  const typed: string[] = [];
  let wanted: { readonly take: (line: string) => void; readonly end: (error: Error) => void } | undefined;
  let over: Error | undefined;
  const stop = (error: Error): void => {
    over ??= error;
    wanted?.end(over);
  };
  lines.on('line', (line) => {
    const waiting = wanted;
    wanted = undefined;
    if (waiting === undefined) typed.push(line);
    else waiting.take(line);
  });
  lines.once('SIGINT', () => stop(new Fault('Nothing was stored.')));
  lines.once('close', () => stop(new Fault('Not everything was typed; nothing was stored.')));
  const ask: Ask = async (question) => {
    say(question);
    const line =
      typed.shift() ??
      (await new Promise<string>((take, end) => {
        if (over !== undefined) end(over);
        wanted = { take, end };
      }));
    say('\n');
    return line.trim();
  };
  try {
    return await work(ask);
  } finally {
    lines.close();
  }
};

const askFor = async (ask: Ask, entries: readonly Entry[], first: string): Promise<Credentials> => {
  const given: [string, string][] = [];
  for (const [index, { key, asks, expected, fits, optional }] of entries.entries()) {
    const answer = index === 0 ? first : await ask(`${asks}: `);
    if (answer === '' && optional === true) continue;
    // Said at once, before the others are looked up and typed.
    if (!fits(answer)) throw new Fault(`${key}: expected ${expected}. Nothing was stored.`);
    given.push([key, answer]);
  }
  return Object.fromEntries(given);
};

const typedIn = (kind: AskedStore['kind'], keyboard: Keyboard): Promise<Credentials> =>
  hiddenPrompts(keyboard, async (ask) => {
    keyboard.say('What you type is not shown.\n');
    for (const { entries, otherwise } of ways[kind]) {
      const [first] = entries;
      if (first === undefined) continue;
      const answer = await ask(`${first.asks}${otherwise === undefined ? '' : ` (${otherwise})`}: `);
      if (answer !== '' || otherwise === undefined) return askFor(ask, entries, answer);
    }
    throw new Fault('Nothing was typed; nothing was stored.');
  });

/** The keys of each way, for messages. */
export const expectedKeys = (kind: AskedStore['kind']): string =>
  ways[kind].map((way) => `{${keysOf(way)}}`).join(' or ');

const piped = async (kind: AskedStore['kind'], { input }: Keyboard): Promise<Credentials> => {
  const told = await text(input);
  const expected = `expected one JSON object of ${expectedKeys(kind)}`;
  if (told.trim() === '') throw new Fault(`No credentials came in: ${expected}.`);
  let json: unknown;
  try {
    json = JSON.parse(told);
  } catch {
    throw new Fault(`This is no JSON: ${expected}. Nothing was stored.`);
  }
  const read = asCredentials.safeParse(json);
  if (!read.success) throw new Fault(`This is not what was expected: ${expected}. Nothing was stored.`);
  return Object.fromEntries(Object.entries(read.data).map(([key, value]) => [key, value.trim()]));
};

/** @throws Fault with a message that repeats nothing of what came in */
export const readCredentials = (
  kind: AskedStore['kind'],
  keyboard: Keyboard = atHand,
): Promise<Credentials> => (keyboard.input.isTTY === true ? typedIn(kind, keyboard) : piped(kind, keyboard));
