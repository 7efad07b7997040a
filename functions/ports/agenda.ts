/** What is to be done and when. The index is the queue: nothing else remembers what is due. */
import type { EmailHash } from '../domain/email.ts';
import type { ContactId, CouponKey, Instant, ProgramId, StoreId } from '../domain/ids.ts';

/** A reminder of a member, or the mirror of one whose books moved without a chat. */
export type DueKind = 'remind' | 'mirror';

/** What is due without a contact: a coupon that a shop makes, an order that a shop is asked about, an e-mail whose claims pass on. */
/** An order that is to be read from its shop, or to get its signed link there. */
export interface OrderErrand {
  readonly store: StoreId;
  readonly what: 'read' | 'link';
  /** The shop's own id. */
  readonly id: string;
}

export interface Errands {
  readonly coupon: CouponKey;
  readonly order: OrderErrand;
  readonly email: EmailHash;
}
export type ErrandKind = keyof Errands;

/** What moved somebody's books without a chat: a line of theirs, or a coupon that was finished. Both say why. */
export type News =
  | { readonly kind: 'entry'; readonly seq: number }
  | { readonly kind: 'coupon'; readonly coupon: CouponKey };

/** What lies with the request to write a contact's fields anew. */
export interface Marker {
  /** What they are to be told of, once. */
  readonly news: readonly News[];
  /** What they were told of lately, the newest last: the same line of the stream may come again. */
  readonly told: readonly News[];
}

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
  /** Errands that are due by `until`, oldest first, page by page. */
  errands<Kind extends ErrandKind>(
    program: ProgramId,
    kind: Kind,
    until: Instant,
    signal: AbortSignal,
  ): AsyncIterable<readonly { readonly of: Errands[Kind]; readonly dueAt: Instant }[]>;
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
  /**
   * A contact's fields are to be written anew; asking again is asking once.
   * @param news what they are to be told of besides; nothing where they were told of it lately
   */
  askMirror(
    program: ProgramId,
    contact: ContactId,
    at: Instant,
    signal: AbortSignal,
    news?: News,
  ): Promise<void>;
  /** What lies with the request of a contact. */
  marker(program: ProgramId, contact: ContactId, signal: AbortSignal): Promise<Marker>;
  /**
   * The fields were written: takes the request away, unless it was made again meanwhile. Its news count as told from here on.
   * @param seen what lay with it as the fields were made
   * @returns whether it was taken away by this call
   */
  mirrored(program: ProgramId, due: DueContact, signal: AbortSignal, seen?: Marker): Promise<boolean>;
  /** It is certain that nobody was told: makes the request anew as it was seen. */
  untold(program: ProgramId, due: DueContact, seen: Marker, signal: AbortSignal): Promise<void>;
  /** Puts a request off, unless it was made again meanwhile. */
  putOff(program: ProgramId, due: DueContact, until: Instant, signal: AbortSignal): Promise<void>;
}
