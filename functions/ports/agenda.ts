/** What is to be done and when. The index is the queue: nothing else remembers what is due. */
import type { ContactId, Instant, ProgramId } from '../domain/ids.ts';

/** A reminder of a member, or the mirror of one whose books moved without a chat. */
export type DueKind = 'remind' | 'mirror';

/** A contact for whom something is due, and the instant under which they stand. */
export interface DueContact {
  readonly contact: ContactId;
  readonly dueAt: Instant;
}

export interface Agenda {
  /** Every program that was put in force. */
  programs(signal: AbortSignal): Promise<readonly ProgramId[]>;
  /** Who is due by `until`, oldest first, page by page. What is done while pages are read may still be named. */
  due(
    program: ProgramId,
    kind: DueKind,
    until: Instant,
    signal: AbortSignal,
  ): AsyncIterable<readonly DueContact[]>;
  /** The one who is due longest; undefined where nobody is due by `until`. */
  oldest(
    program: ProgramId,
    kind: DueKind,
    until: Instant,
    signal: AbortSignal,
  ): Promise<DueContact | undefined>;
  /** How many are due by `until`. */
  count(program: ProgramId, kind: DueKind, until: Instant, signal: AbortSignal): Promise<number>;
  /** Whether a contact has books in one of these programs. */
  isKnownIn(programs: readonly ProgramId[], contact: ContactId, signal: AbortSignal): Promise<boolean>;
  /** A contact's fields are to be written anew; asking again is asking once. */
  askMirror(program: ProgramId, contact: ContactId, at: Instant, signal: AbortSignal): Promise<void>;
  /** The fields were written: takes the request away, unless it was made again meanwhile. */
  mirrored(program: ProgramId, due: DueContact, signal: AbortSignal): Promise<void>;
}
