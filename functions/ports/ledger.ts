/** The books of a program, as use cases see them. */
import type { Contact, ContactChange } from '../domain/contact.ts';
import type { Coupon } from '../domain/coupon.ts';
import type { Entry } from '../domain/entry.ts';
import type { ContactId, Instant, OperationId, ProgramId, RewardId } from '../domain/ids.ts';
import type { Decision, Loaded, Wanted } from '../domain/ledger.ts';
import type { Program } from '../domain/program.ts';

/** Whose books, under which attempt, and until when. */
export interface Scope {
  readonly program: ProgramId;
  readonly operation: OperationId;
  /** Aborts when the request's deadline passes; nothing is begun after that. */
  readonly signal: AbortSignal;
}

/** An entry with the owner's free text that explains an adjustment, where it was not purged. */
export interface NotedEntry {
  readonly entry: Entry;
  readonly note: string | undefined;
}

export interface Ledger {
  /**
   * Loads what is wanted in one batch, decides, and writes the change as a whole; decides again when something moved on.
   * @returns the answer of the decision whose change was written, or that changed nothing.
   * @throws DeadlinePassed when the outcome is not known in time; the same request may be sent again.
   */
  decide<Answer>(scope: Scope, wanted: Wanted, judge: (found: Loaded) => Decision<Answer>): Promise<Answer>;
  /**
   * Changes a person without reading them first: the change is judged on what was read before, and judged again on what is
   * there now when that moved on.
   * @returns whether there was a change, and it was written
   */
  amend(scope: Scope, person: Contact, judge: (now: Contact) => ContactChange | undefined): Promise<boolean>;
  /** Entries below `before`, newest first. */
  entries(
    scope: Scope,
    contact: ContactId,
    page: { before?: number; limit: number },
  ): Promise<readonly Entry[]>;
  /** The same with the owner's notes. */
  notedEntries(
    scope: Scope,
    contact: ContactId,
    page: { before?: number; limit: number },
  ): Promise<readonly NotedEntry[]>;
  /** A member's coupons, usable ones first; at most `limit`. */
  coupons(scope: Scope, contact: ContactId, now: Instant, limit: number): Promise<readonly Coupon[]>;
  /** Manual rewards that wait for the owner, oldest first; at most 100. */
  tasks(scope: Scope): Promise<readonly Coupon[]>;
  /** Rewards whose stock or pool is empty; at most a few seconds old, exact for what this process took. */
  soldOut(scope: Scope, program: Program): Promise<ReadonlySet<RewardId>>;
  /** Preloads a pool. Codes that are in it, or were issued before, are skipped. */
  storeCodes(
    scope: Scope,
    reward: RewardId,
    codes: readonly string[],
  ): Promise<{ stored: number; known: number }>;
}

/** The deadline passed before the outcome was known. A fault, never a refusal. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}
