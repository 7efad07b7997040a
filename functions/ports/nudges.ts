/** Nudges: one for each ManyChat account that has something to do. They carry no work, the agenda does. */
import type { AccountId, ProgramId } from '../domain/ids.ts';

export interface Nudge {
  readonly account: AccountId;
  /** The programs of the account that have something to do. */
  readonly programs: readonly ProgramId[];
  /** All programs of the account. A contact may be a member of several, and has one set of fields for all of them. */
  readonly sharedBy: readonly ProgramId[];
}

export interface Nudges {
  /** @param occasion nudges of one account with the same occasion are one */
  send(nudges: readonly Nudge[], occasion: string, signal: AbortSignal): Promise<void>;
}
