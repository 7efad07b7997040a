/** API keys: `lk_<program>_<role>_<random><check>`. Only their hashes are kept. */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { type ProgramId, programId } from './ids.ts';

export const role = z.enum(['chat', 'store', 'admin']);
export type Role = z.infer<typeof role>;

/** Crockford's base 32 in lower case: nothing that could be misread. 26 symbols are 130 bits. */
const symbols = '0123456789abcdefghjkmnpqrstvwxyz';
const randomLength = 26;
const checkLength = 4;
const form = /^lk_([a-z0-9-]{2,32})_(chat|store|admin)_([0-9a-hjkmnp-tv-z]{30})$/;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const checkOf = (body: string): string =>
  [...sha256(body).subarray(0, checkLength)].map((byte) => symbols.charAt(byte % symbols.length)).join('');

/** A new key. @param below a source of uniformly distributed integers in [0, n) */
export const makeKey = (program: ProgramId, of: Role, below: (n: number) => number): string => {
  const random = Array.from({ length: randomLength }, () => symbols.charAt(below(symbols.length))).join('');
  const body = `lk_${program}_${of}_${random}`;
  return body + checkOf(body);
};

/** Reads a key's form and check; a typo is known without a look into the table. @returns undefined where it is none. */
export const readKey = (text: string): { program: ProgramId; role: Role; hash: string } | undefined => {
  const match = form.exec(text);
  if (match === null || checkOf(text.slice(0, -checkLength)) !== text.slice(-checkLength)) return undefined;
  const [, program, of] = match;
  return { program: programId.parse(program), role: role.parse(of), hash: hashKey(text) };
};

/** What is kept of a key. */
export const hashKey = (text: string): string => sha256(text).toString('hex');
