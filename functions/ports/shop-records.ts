/** What is remembered of a store beside its orders and coupons: what to ask it, how far it was read, and what does not fit. */
import type { Instant, ProgramId, StoreId } from '../domain/ids.ts';
import type { OrderErrand } from './agenda.ts';

/** How far the orders of a store were read. */
export interface Cursor {
  /** Changes since this instant are still to be read. */
  readonly since: Instant;
  /** Within a run that was interrupted: when it began, and where it goes on. */
  readonly begunAt?: Instant | undefined;
  readonly from?: string | undefined;
}

/**
 * `without_debit`: an order used a coupon whose points nobody paid, or that went back. `twice`: two orders used one coupon.
 * `without_coupon`: points were paid for a coupon that the shop does not have.
 */
export interface Finding {
  readonly kind: 'without_debit' | 'twice' | 'without_coupon';
  readonly store: StoreId;
  readonly code: string;
  /** The order that used it, where one did. */
  readonly order?: string | undefined;
  readonly at: Instant;
}

export interface ShopRecords {
  /** Puts an errand on the agenda; asking twice is asking once. A link that was done is not asked for again. */
  ask(program: ProgramId, errand: OrderErrand, at: Instant, signal: AbortSignal): Promise<void>;
  /** Takes an errand off, unless it was asked for again since `dueAt`. */
  asked(program: ProgramId, errand: OrderErrand, dueAt: Instant, signal: AbortSignal): Promise<void>;
  cursor(program: ProgramId, store: StoreId, signal: AbortSignal): Promise<Cursor | undefined>;
  keepCursor(program: ProgramId, store: StoreId, cursor: Cursor, signal: AbortSignal): Promise<void>;
  /** @returns whether it was not known before */
  note(program: ProgramId, finding: Finding, signal: AbortSignal): Promise<boolean>;
  /** What does not fit at a store, at most so many. */
  findings(
    program: ProgramId,
    store: StoreId,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly Finding[]>;
}
