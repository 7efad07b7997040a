/** Reads a token without ever showing it: from a pipe, or typed at a prompt that shows nothing. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Fault } from '../command-line.ts';

/** As ManyChat gives it out: the page's id, a colon, the key. */
const form = /^\d{1,30}:[A-Za-z0-9_-]{8,200}$/;

const hidden = async (question: string): Promise<string> => {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // From here on nothing that is typed is shown.
  process.stderr.write(question);
  const given = new Promise<string>((typed, stopped) => {
    lines.once('SIGINT', () => stopped(new Fault('Nothing was stored.')));
    lines.once('close', () => stopped(new Fault('Nothing was typed; nothing was stored.')));
    lines.once('line', typed);
  });
  try {
    return await given;
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
};

/** @throws Fault where it has not the form of a token; the message does not repeat it */
export const readToken = async (account: string): Promise<string> => {
  const typed = process.stdin.isTTY
    ? await hidden(`Token of the ManyChat account ${account} (it is not shown): `)
    : await text(process.stdin);
  const token = typed.trim();
  if (form.test(token)) return token;
  throw new Fault(
    token === ''
      ? 'No token came in. Type it at the prompt, or pass it by a pipe: npm run manychat -- token --account NAME < token.txt'
      : 'This is no token of ManyChat’s: expected <page id>:<key>, as ManyChat shows it under Settings, API. Nothing was stored.',
  );
};
