/** Who may come in, and into which program. */

import type { Role } from '../domain/api-key.ts';
import type { ProgramId } from '../domain/ids.ts';
import type { ProgramInForce } from '../domain/program.ts';

/** Secrets of one program; made once, kept in its table, never in a log or an answer. */
export interface Secrets {
  /** Hashes e-mails; never rotated, or nobody would be found again. */
  readonly emailKey: string;
  /** Signs the buttons of Dynamic Blocks. */
  readonly callbackKey: string;
}

/** A program in force with its secrets. */
export interface OpenProgram extends ProgramInForce {
  readonly secrets: Secrets;
}

export interface Admission {
  readonly role: Role;
  readonly open: OpenProgram;
}

export interface Gate {
  /** @returns undefined for a key that is malformed (which costs no read), unknown, expired or of no program. */
  byKey(key: string): Promise<Admission | undefined>;
  /** @returns undefined where there is no such program. */
  byProgram(id: ProgramId): Promise<OpenProgram | undefined>;
}
